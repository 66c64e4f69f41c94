// Joins style/*.css into one partner-support.css beside the built app. Trunk runs it after each build.
// layers.css comes first, since it states the order; the order of the others does not matter.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!target) {
  console.error("style/join.mjs: name the folder to write to, or let Trunk run it");
  process.exit(1);
}
const first = "layers.css";
const others = readdirSync(here).filter((name) => name.endsWith(".css") && name !== first);
const sheets = [first, ...others.sort()].map((name) => readFileSync(join(here, name), "utf8"));
writeFileSync(join(target, "partner-support.css"), sheets.join("\n"));

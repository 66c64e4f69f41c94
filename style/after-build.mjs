// Trunk runs this after each build, before it puts the build in place.
//
// It joins style/*.css into one partner-support.css, since Trunk copies style sheets one by one and a constructed
// style sheet knows no @import. layers.css comes first: it states the order, so that the order of the others does not
// matter. Lengths are written in rem, and become multiples of --ps-unit: a host's root font size, which a rem is, may be far
// from the reader's own. In the conditions of containers, where no property counts, they become multiples of the text's
// size. And it takes Trunk's own instruction out of the page, which Trunk leaves there when it injects no script.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!target) {
  console.error("style/after-build.mjs: name the folder of the build, or let Trunk run it");
  process.exit(1);
}

/** The size of plain text in rem, as tokens.css has it. */
const TEXT = 0.9375;
function inUnits(line) {
  if (line.includes("--ps-unit:")) return line;
  if (line.trimStart().startsWith("@")) return line.replace(/([\d.]+)rem\b/g, (_, length) => `${+(length / TEXT).toFixed(4)}em`);
  return line.replace(/(-?[\d.]+)rem\b/g, "calc($1 * var(--ps-unit))");
}

const first = "layers.css";
const others = readdirSync(here).filter((name) => name.endsWith(".css") && name !== first);
const sheets = [first, ...others.sort()].map((name) => readFileSync(join(here, name), "utf8"));
writeFileSync(join(target, "partner-support.css"), sheets.join("\n").split("\n").map(inUnits).join("\n"));

const page = join(target, "index.html");
writeFileSync(page, readFileSync(page, "utf8").replace(/^\s*<link data-trunk [^>]*>\n/gm, ""));

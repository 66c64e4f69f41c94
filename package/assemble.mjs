// The package as it could be published: `node package/assemble.mjs <folder of the built app> <new folder>`.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [build, target] = process.argv.slice(2);
const about = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
mkdirSync(target, { recursive: true });
// The program's parts have names that change with their bytes.
const programs = readdirSync(build).filter((name) => name.endsWith(".wasm"));
const named = about.files.flatMap((name) => (name === "*.wasm" ? programs : name));
for (const name of [...named, "package.json", "README.md"]) {
  const own = join(import.meta.dirname, name);
  cpSync(existsSync(own) ? own : join(build, name), join(target, name));
}

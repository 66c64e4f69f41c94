// The package as it could be published: `node package/assemble.mjs <folder of the built app> <new folder>`.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [build, target] = process.argv.slice(2);
const about = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
mkdirSync(target, { recursive: true });
// The program's parts have names that change with their bytes.
const programs = readdirSync(build).filter((name) => name.endsWith(".wasm"));
const named = about.files.flatMap((name) => (name === "*.wasm" ? programs : name));
// Of the package's own, then of the project, whose licences it ships, then of the build.
const folders = [import.meta.dirname, join(import.meta.dirname, ".."), build];
for (const name of [...named, "package.json", "README.md"]) {
  const folder = folders.find((it) => existsSync(join(it, name))) ?? build;
  cpSync(join(folder, name), join(target, name));
}

// Trunk runs this after each build, before it puts the build in place. Every language but English is a section of the module:
// here its sentences are written beside the module, where the loader finds them when somebody speaks it.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const build = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!build) {
  console.error("src/words/beside.mjs: name the folder of the build, or let Trunk run it");
  process.exit(1);
}
const module = new WebAssembly.Module(readFileSync(join(build, "partner-support_bg.wasm")));
const languages = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
// The last is the pseudo-locale, which has no folder.
for (const language of [...languages.map(({ name }) => name), "en-xa"]) {
  const name = `words.${language}`;
  const [sentences] = WebAssembly.Module.customSections(module, name);
  if (sentences) writeFileSync(join(build, `${name}.txt`), Buffer.from(sentences));
}

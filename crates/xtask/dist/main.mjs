// `node crates/xtask/dist/main.mjs BUILD [--budgets-told] FOLDER [PROGRAMME]` writes the release of a build into a folder that may hold
// earlier ones, with the public pages of a programme's file where one is named, prints what it weighs, and fails when a budget is broken
// and not only to be told.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { asked, bill, licences } from "./contents.mjs";
import { documents } from "./documents.mjs";
import { forms } from "./forms.mjs";
import { prerendered } from "./prerendered.mjs";
import { release } from "./release.mjs";
import { startChromium } from "../../../tests/harness.mjs";
import { judged, measured, recorded } from "./sizes.mjs";

const root = resolve(import.meta.dirname, "../../..");
const { values, positionals } = parseArgs({ options: { "budgets-told": { type: "boolean" } }, allowPositionals: true });
const [build, folder, programme] = positionals;

const about = asked(root);
const version = about.metadata.packages.find(({ name }) => name === "partner-support").version;
const papers = { "sbom.cdx.json": bill(about), "licences.txt": licences(about) };
let written;
try {
  const browser = await startChromium();
  try {
    const first = await prerendered(build, browser);
    written = release({ build, folder, version, first, forms: await forms(build, browser), papers, documents: programme && (await documents({ build, browser, programme, version })) });
  } finally {
    await browser.close();
  }
} catch (fault) {
  console.error(fault.message);
  process.exit(1);
}
const { channel, channelLoader, files, integrity, parts } = written;
const sizes = { ...measured(files, parts), "channel loader": plain(channelLoader) };
const { lines, broken } = judged(sizes, recorded(resolve(root, "docs/sizes.json"), sizes));

console.log(`  ${folder}: release ${version}, and the channel ${channel} pointing there`);
for (const line of lines) console.log(line);
console.log("  What a page holds the loader against (integrity.json has the other script):");
console.log(`    <script type="module" src="…/${version}/embed.js" integrity="${integrity["embed.js"]}" crossorigin></script>`);
for (const sentence of broken) console.error(sentence);
if (broken.length > 0 && !values["budgets-told"]) process.exitCode = 1;

/** A file so short that no host compresses it. */
function plain(text) {
  const size = Buffer.byteLength(text);
  return { raw: size, gzip: size, brotli: size };
}

// The sizes of the built app: `node tests/size.mjs [folder]`, one line a kind of file. With `--law` before the folder, what
// the law adds to a WebAssembly module.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { brotli as compressed } from "../crates/xtask/dist/compressed.mjs";
import { against } from "../crates/xtask/dist/sizes.mjs";
import { smallerModule } from "../crates/xtask/dist/smaller.mjs";

const [first, second] = process.argv.slice(2);

const packed = (bytes) => compressed(bytes).length;
const counted = (count, width) => count.toLocaleString("en").padStart(width);

if (first === "--law") law(second);
else app(first ?? "dist");

function app(folder) {
  const kinds = { ".wasm": "wasm", ".js": "JS", ".css": "CSS" };
  const sizes = new Map(Object.values(kinds).map((kind) => [kind, { files: 0, raw: 0, brotli: 0 }]));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const kind = kinds[entry.name.slice(entry.name.lastIndexOf("."))];
    if (!entry.isFile() || !kind) continue;
    const bytes = readFileSync(join(entry.parentPath ?? entry.path, entry.name));
    const size = sizes.get(kind);
    size.files += 1;
    size.raw += bytes.length;
    size.brotli += packed(bytes);
  }

  const all = { files: 0, raw: 0, brotli: 0 };
  const line = (name, { files, raw, brotli }) =>
    console.log(`    ${name.padEnd(6)}${counted(files, 3)} files${counted(raw, 12)} B raw${counted(brotli, 11)} B brotli 11`);
  for (const [kind, size] of sizes) {
    for (const key of Object.keys(all)) all[key] += size[key];
    line(kind, size);
  }
  line("all", all);

  if (sizes.get("wasm").files === 0) {
    console.error(`There is no app in ${folder}.`);
    process.exitCode = 1;
  }
}

// Each module holds what the one before it holds, and more. The last step has a budget.
function law(folder) {
  const budgets = JSON.parse(readFileSync(new URL("../docs/sizes.json", import.meta.url), "utf8"));
  let before = 0;
  let decisions = 0;
  for (const [module, holds] of [
    ["bytes_without", "JSON and a programme's data alone"],
    ["bytes_types", "the law's types, read and written"],
    ["bytes_with", "a programme checked, a question decided"],
  ]) {
    const bytes = smallerModule(readFileSync(join(folder, `${module}.wasm`)));
    const brotli = packed(bytes);
    decisions = before && brotli - before;
    const added = before ? `  + ${counted(decisions, 6)}` : "";
    console.log(`    ${holds.padEnd(42)}${counted(bytes.length, 9)} B raw${counted(brotli, 9)} B brotli 11${added}`);
    before = brotli;
  }
  const { line, broken } = against("deciding", decisions, budgets.law);
  console.log(line);
  // What was found of the goal, for the table of all goals.
  const results = process.env.BENCH_RESULTS;
  if (results) {
    const goal = { goal: "L2", text: "rules in the wasm, without programme data, kB brotli", ours: decisions / 1_000, peer: null, peerName: null, ratio: null, wanted: "<= 10 kB", reached: decisions <= 10_000 };
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "law-size.json"), `${JSON.stringify({ goals: [goal] })}\n`);
  }
  if (!broken) return;
  console.error(broken);
  process.exitCode = 1;
}

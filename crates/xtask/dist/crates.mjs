// What each crate has in the program as Cargo has linked it, before it is split: `node crates/xtask/dist/crates.mjs LINKED`.
//
// A generic function belongs to the crate that wrote it; how much of that are copies for a type or a closure of the project's own
// crates is said beside it: those go when our source needs fewer. The compressed figure is what the code of all crates together
// would lose without this one: what two crates say alike is in neither's figure, so the column does not add up.
import { readFileSync } from "node:fs";

import { brotli } from "./compressed.mjs";
import { Reader, functions, sections } from "./smaller.mjs";

/** The project's own crates, as names hold them. */
const OWN = ["15partner_support", "17entitlement_rules", "11support_api", "10light_json"];
/** A crate below this share of the code is counted among the others. */
const WORTH_A_LINE = 0.01;
/** The table of symbols within the section that linkers write for each other, and what it says of a symbol. */
const SYMBOLS = 8;
const [FUNCTION, DATA, SECTION] = [0, 1, 3];
const [UNDEFINED, NAMED] = [0x10, 0x40];

const wasm = readFileSync(process.argv[2]);
const { imported, codes } = functions(wasm);
const names = namesOf(wasm);
const crates = new Map();
codes.forEach((code, index) => {
  const name = names.get(imported + index) ?? "";
  const crate = crateOf(name);
  if (!crates.has(crate)) crates.set(crate, { codes: [], forUs: 0 });
  const of = crates.get(crate);
  of.codes.push(code);
  if (OWN.some((own) => name.includes(own))) of.forUs += code.length;
});

const size = (codes) => codes.reduce((sum, code) => sum + code.length, 0);
const packed = (crates) => brotli(Buffer.concat(crates.flatMap(({ codes }) => codes))).length;
const all = [...crates.values()];
const total = size(codes);
const whole = packed(all);
const large = ([, { codes }]) => size(codes) >= total * WORTH_A_LINE;
const others = [...crates].filter((entry) => !large(entry)).map(([, crate]) => crate);

const counted = (count, width) => count.toLocaleString("en").padStart(width);
const line = (name, { codes, forUs }, compressed) =>
  console.log(`    ${name.padEnd(24)}${counted(codes.length, 7)} functions${counted(size(codes), 11)} B raw${counted(forUs, 10)} for us${compressed}`);
const compressed = (bytes) => `${counted(bytes, 10)} B brotli 11`;
for (const [name, crate] of [...crates].filter(large).toSorted(([, a], [, b]) => size(b.codes) - size(a.codes))) {
  line(name, crate, compressed(whole - packed(all.filter((other) => other !== crate))));
}
const together = (crates) => ({ codes: crates.flatMap(({ codes }) => codes), forUs: crates.reduce((sum, { forUs }) => sum + forUs, 0) });
line(`${others.length} more`, together(others), "");
line("all", together(all), compressed(whole));

/** The functions' names by their index. */
function namesOf(wasm) {
  const names = new Map();
  for (const [id, from, end] of sections(wasm)) {
    const reader = new Reader(wasm, from);
    if (id !== 0 || reader.text() !== "linking") continue;
    reader.number();
    while (reader.at < end) {
      const [kind] = reader.bytes(1);
      const table = new Reader(wasm, reader.at);
      const length = table.number();
      reader.at = table.at + length;
      if (kind === SYMBOLS) for (let left = table.number(); left > 0; left -= 1) symbol(table, names);
    }
  }
  if (names.size === 0) throw new Error("the linked program names no functions");
  return names;
}

function symbol(table, names) {
  const [kind] = table.bytes(1);
  const flags = table.number();
  if (kind === SECTION) return void table.number();
  if (kind === DATA) {
    table.text();
    if (!(flags & UNDEFINED)) for (let left = 3; left > 0; left -= 1) table.number();
    return;
  }
  const index = table.number();
  const name = flags & UNDEFINED && !(flags & NAMED) ? undefined : table.text();
  if (kind === FUNCTION && name) names.set(index, name);
}

/** The crate whose source a function stands in, from its name as the compiler writes it (Rust's mangling v0). */
function crateOf(name) {
  if (!name.startsWith("_R")) return "no Rust";
  // The first crate in it: C, what tells it from others of its name, and its name after its length.
  const [all, length] = /C(?:s[0-9A-Za-z]*_)?(\d+)_?/.exec(name) ?? [];
  if (!all) return "no Rust";
  const from = name.indexOf(all) + all.length;
  return name.slice(from, from + Number(length));
}

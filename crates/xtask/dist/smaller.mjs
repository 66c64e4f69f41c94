// Makes the app smaller to send: what nobody calls is taken out, what glue and WebAssembly only say to each other gets short
// names, and functions that are alike lie together, which a compressor uses. wasm-opt's own levels are not for that: -Os and -Oz
// save bytes that compress well, and the compressed program is larger after them than before.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Where the project's npm packages are.
const packages = new URL("../../../tests/package.json", import.meta.url);
const { buildSync } = createRequire(packages)("esbuild");
/** A program of theirs. */
export const tool = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, packages));

/** What the loader calls of the glue. */
const CALLED = "export { __wbg_init as default, mount, loaderInterface, bring };";

/** Of WebAssembly, as the compiler uses them. */
export const FEATURES = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map(
  (name) => `--enable-${name}`,
);
const PASSES = ["dae", "duplicate-function-elimination", "dce", "remove-unused-names", "remove-unused-brs", "vacuum"]
  .concat(["optimize-instructions", "precompute", "reorder-locals", "remove-unused-module-elements"])
  .concat(["duplicate-function-elimination"]);

/** Reads a module from a place on. */
export class Reader {
  constructor(wasm, at) {
    this.wasm = wasm;
    this.at = at;
  }

  /** An unsigned number as WebAssembly writes it (LEB128). */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.wasm[this.at];
      this.at += 1;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  bytes(length) {
    this.at += length;
    return this.wasm.subarray(this.at - length, this.at);
  }

  text() {
    return this.bytes(this.number()).toString();
  }
}

/** The two halves of a program as wasm-bindgen wrote them. */
export function smallerProgram(written, whole) {
  // wasm-bindgen does not say of what it exports that it may go when nobody calls it.
  const contents = written
    .replace(/^export (?=class|function)/gm, "")
    .replace(/^export \{.*$/gm, CALLED)
    .replace(/^if \(Symbol\.dispose\).*$/gm, "")
    .replaceAll("new FinalizationRegistry", "/* @__PURE__ */ new FinalizationRegistry");
  const bundled = buildSync({ stdin: { contents }, bundle: true, format: "esm", target: "es2022", write: false });
  const glue = bundled.outputFiles[0].text;
  const used = new Set(Array.from(glue.matchAll(/\bwasm\d*\.(\w+)/g), ([, name]) => name));
  let names;
  const wasm = smallerModule(wordless(exporting(whole, used)), (optimized) => {
    names = JSON.parse(optimized("minify-imports-and-exports-and-modules"));
  });
  return { glue: renamed(glue, names), wasm };
}

/** A module of WebAssembly; `also` may run more passes on it. */
export function smallerModule(wasm, also = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "smaller-"));
  const file = join(folder, "module.wasm");
  const optimized = (...passes) => {
    const flags = [...FEATURES, ...passes.map((name) => `--${name}`)];
    return execFileSync(tool("wasm-opt"), [file, "-o", file, ...flags], { encoding: "utf8", maxBuffer: 1 << 26 });
  };
  try {
    writeFileSync(file, wasm);
    optimized(...PASSES);
    also(optimized);
    writeFileSync(file, named(readFileSync(file)));
    optimized("debuginfo", "reorder-functions-by-name");
    optimized("strip-debug");
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The glue with the names that the two files now have for each other. */
function renamed(text, { imports, exports }) {
  const outside = new Map(exports);
  const inside = new Map(imports.map(([, name, short]) => [name, short]));
  const [[module]] = imports;
  return text
    .replace(/\b(wasm\d*)\.(\w+)/g, (all, wasm, name) => (outside.has(name) ? `${wasm}.${outside.get(name)}` : all))
    .replace(/^(\s+)(__\w+)(: function|: \()/gm, (all, blank, name, rest) => (inside.has(name) ? `${blank}${inside.get(name)}${rest}` : all))
    .replace(JSON.stringify(module), '"a"');
}

/** The module with those exports alone that are `used`. */
export function exporting(wasm, used) {
  return rewritten(wasm, 7, (reader) => {
    const kept = [];
    for (let left = reader.number(); left > 0; left -= 1) {
      const from = reader.at;
      const name = reader.text();
      reader.at += 1;
      reader.number();
      if (used.has(name)) kept.push(wasm.subarray(from, reader.at));
    }
    return [number(kept.length), ...kept];
  });
}

/** The module without the languages that lie beside it. */
function wordless(wasm) {
  const parts = [wasm.subarray(0, 8)];
  for (const [id, from, end, start] of sections(wasm)) {
    if (id !== 0 || !new Reader(wasm, from).text().startsWith("words.")) parts.push(wasm.subarray(start, end));
  }
  return Buffer.concat(parts);
}

/** The functions of a module: how many are `imported`, and the `types` and `codes` of its own. */
export function functions(wasm) {
  let imported = 0;
  let types = [];
  const codes = [];
  for (const [id, from, end] of sections(wasm)) {
    const reader = new Reader(wasm, from);
    if (id === 2) imported = importedFunctions(reader);
    if (id === 3) types = Array.from({ length: reader.number() }, () => reader.number());
    if (id !== 10) continue;
    for (let left = reader.number(); left > 0; left -= 1) codes.push(reader.bytes(reader.number()));
    if (reader.at !== end) throw new Error("the code of the module was not understood");
  }
  return { imported, types, codes };
}

/** The module with its functions named in the order of their types, those of one type in the order of their code. */
function named(wasm) {
  const { imported, types, codes } = functions(wasm);
  const order = codes.map((_, index) => index).sort((a, b) => types[a] - types[b] || Buffer.compare(codes[a], codes[b]));
  const names = [number(order.length)];
  const rank = new Array(order.length);
  order.forEach((index, place) => (rank[index] = place));
  for (const [index, place] of rank.entries()) {
    const name = String(place).padStart(6, "0");
    names.push(number(imported + index), number(name.length), Buffer.from(name));
  }
  const all = Buffer.concat(names);
  const content = Buffer.concat([number(4), Buffer.from("name"), number(1), number(all.length), all]);
  return Buffer.concat([wasm, number(0), number(content.length), content]);
}

function importedFunctions(reader) {
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const [kind] = reader.bytes(1);
    // The parts of a program share more than functions: a table has its type, a memory its limits, a global whether it changes.
    if (kind === 0) reader.number();
    if (kind === 1 || kind === 3) reader.bytes(1);
    if (kind === 1 || kind === 2) {
      const [limits] = reader.bytes(1);
      reader.number();
      if (limits & 1) reader.number();
    }
    if (kind === 3) reader.bytes(1);
    if (kind === 0) functions += 1;
  }
  return functions;
}

function rewritten(wasm, section, change) {
  const parts = [];
  let done = 0;
  for (const [id, from, end, start] of sections(wasm)) {
    if (id !== section) continue;
    const content = Buffer.concat(change(new Reader(wasm, from)));
    parts.push(wasm.subarray(done, start), number(id), number(content.length), content);
    done = end;
  }
  return Buffer.concat([...parts, wasm.subarray(done)]);
}

export function* sections(wasm) {
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const start = reader.at;
    const [id] = reader.bytes(1);
    const length = reader.number();
    const from = reader.at;
    reader.at += length;
    yield [id, from, reader.at, start];
  }
}

/** What `Reader.number` reads. */
function number(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

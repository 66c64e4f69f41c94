// Splits the program: what every page needs stays in the main file, and each page has a file of its own, with more files for what
// some pages share. The linker has left in the program what the splitter goes by; wasm-bindgen then sees the main file alone.
//
// `node crates/xtask/dist/parts.mjs BUILD LINKED` puts the program that Cargo has linked into a build as Trunk has made it, in parts
// and smaller to send.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { PAGES } from "./pages.mjs";
import { stamped } from "./release.mjs";
import { FEATURES, smallerModule, smallerProgram, tool } from "./smaller.mjs";

const NAME = "partner-support";
/** What the splitter calls the main file where other files import from it. */
const MAIN = "__wasm_split";
/** What pages share is a file of its own when that saves so much on a first visit, in bytes before compression. */
const WORTH_A_FILE = 12_000;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [build, linked] = process.argv.slice(2);
  const write = (name, contents) => writeFileSync(join(build, name), contents);
  const { glue, main, parts } = inParts(linked);
  const files = {};
  const shared = new Set();
  for (const { pages, wasm } of parts) {
    const smaller = smallerModule(wasm);
    // A name of these bytes alone: an older main file must not meet a newer part.
    const name = `${pages.join("-")}.${createHash("sha256").update(smaller).digest("hex").slice(0, 16)}.wasm`;
    write(name, smaller);
    for (const page of pages) (files[page] ??= []).push(name);
    for (const { name } of WebAssembly.Module.imports(new WebAssembly.Module(smaller))) shared.add(name);
  }
  const smaller = smallerProgram(bringing(glue, files, [...shared]), main);
  write("partner-support.js", smaller.glue);
  write("partner-support_bg.wasm", smaller.wasm);
  write("embed.js", stamped(readFileSync(join(build, "embed.js"), "utf8"), { FIRST: { parts: byPath(files) } }));
}

/**
 * The program that Cargo has linked at `linked`: `glue`, as wasm-bindgen writes it; `main`; and `parts`, each with the pages that need
 * it (`pages`) and its bytes (`wasm`).
 */
function inParts(linked) {
  const folder = mkdtempSync(join(tmpdir(), "parts-"));
  const file = (name) => join(folder, `${name}.wasm`);
  try {
    execFileSync("wasm-split-cli", [linked, folder]);
    execFileSync("wasm-bindgen", [file("main"), "--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir", folder, "--out-name", NAME]);
    const pages = needed(readFileSync(join(folder, "__wasm_split.js"), "utf8"));
    const count = new Set([...pages.values()].flat()).size;
    const found = [...pages].filter(([name]) => existsSync(file(name))).map(([name, pages]) => ({ name, pages: pages.toSorted(), wasm: readFileSync(file(name)) }));
    const apart = ({ pages, wasm }) => pages.length === 1 || wasm.length * (1 - pages.length / count) >= WORTH_A_FILE;
    const within = found.filter((part) => !apart(part)).flatMap(({ name }) => [file(name), name]);
    execFileSync(tool("wasm-merge"), [...FEATURES, file(`${NAME}_bg`), MAIN, ...within, "-o", file("merged")]);
    return { glue: readFileSync(join(folder, `${NAME}.js`), "utf8"), main: readFileSync(file("merged")), parts: found.filter(apart) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of each page by its path. */
function byPath(files) {
  const named = new Set(Object.values(PAGES).flatMap(({ part }) => part ?? []));
  const both = [Object.keys(files), [...named]].map((names) => names.toSorted().join());
  if (both[0] !== both[1]) throw new Error(`src/pages/mod.rs has the parts ${both[0]}, pages.mjs ${both[1]}`);
  return Object.fromEntries(Object.entries(PAGES).map(([path, { part }]) => [path, files[part] ?? []]));
}

/** Each file besides the main one with the pages that need it, from what the splitter says of how they are loaded. */
function needed(loaders) {
  const pages = new Map();
  for (const [, page, shared] of loaders.matchAll(/^export const __wasm_split_load_(\w+) = [^]*?, \[(.*)\]\)\);$/gm)) {
    for (const name of [`split_${page}`, ...shared.matchAll(/\w+/g)].map(String)) {
      const file = name.replace(/^__/, "");
      pages.set(file, [...(pages.get(file) ?? []), page]);
    }
  }
  if (pages.size === 0) throw new Error("the splitter did not say which pages there are");
  return pages;
}

/**
 * The glue with what brings the parts, where wasm-bindgen has left a module that is not there. `files` is each page's; `shared` what
 * every part imports of the main file.
 */
function bringing(glue, files, shared) {
  const loads = Object.keys(files).map((page) => `        __wasm_split_load_${page}: function(done, of) { loadPart("${page}", done, of); },\n`);
  const whole = glue
    .replace(/^import \* as import\d+ from "\.\/__wasm_split\.js"\n/gm, "")
    .replace(/^\s+"\.\/__wasm_split\.js": import\d+,\n/gm, "")
    .replace(/^ +const import0 = \{\n/m, (opened) => opened + loads.join(""));
  return `${whole}
const PARTS = ${JSON.stringify(files)};
const here = new Set();
const coming = new Map();
let loaders;
const own = (file) => WebAssembly.compileStreaming(fetch(new URL(file, import.meta.url)));
function bringPart(file, compiled) {
  if (coming.has(file)) return coming.get(file);
  const imports = { ${MAIN}: { ${shared.map((name) => `${name}: wasm.${name}`).join(", ")} } };
  const part = compiled(file).then((module) => WebAssembly.instantiate(module, imports)).then(() => here.add(file));
  part.catch(() => coming.delete(file));
  coming.set(file, part);
  return part;
}
// A page of the program asks for its part. One that is here it has at once. Only where a page waits is it a fault that a part is away.
function loadPart(page, done, of) {
  const end = (succeeded) => wasm.__indirect_function_table.get(done)(of, succeeded);
  if (PARTS[page].every((file) => here.has(file))) end(true);
  else
    bring(PARTS[page]).then(
      () => end(true),
      (fault) => {
        console.error("<${NAME}>", fault);
        end(false);
      },
    );
}
// The loader brings parts, all when none are named. What makes a module of a file the first time does so for the program too.
export function bring(files = Object.values(PARTS).flat(), compiled = loaders ?? own) {
  loaders ??= compiled;
  return Promise.all(files.map((file) => bringPart(file, compiled)));
}
`;
}

// Splits the program: what every page needs stays in the main file, and each page has a file of its own, with a few more files for
// what some pages share. The linker has left in the program what the splitter goes by; wasm-bindgen then sees the main file alone.
//
// `node crates/xtask/dist/parts.mjs BUILD LINKED` puts the program that Cargo has linked into a build as Trunk has made it, in parts
// and smaller to send. With `UPDATE_GROUPS=1` it first looks for better groups of what pages share, and records them in groups.json.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { brotli } from "./compressed.mjs";
import { found, grouped } from "./grouped.mjs";
import { PAGES } from "./pages.mjs";
import { hashOf, integrityOfPart, stamped } from "./release.mjs";
import { exporting, FEATURES, sections, smallerModule, smallerProgram, tool } from "./smaller.mjs";

const NAME = "partner-support";
/** What the splitter calls the main file where other files import from it, and what they call it in the end. */
const MAIN = "__wasm_split";
const OUTSIDE = "main";
/** What is left of a piece when it lies in one file with others: sections of WebAssembly with table entries, code and data. */
const CONTENTS = [9, 10, 11];
/** Which pages share a file, each set by their parts. */
const GROUPS = fileURLToPath(new URL("groups.json", import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [build, linked] = process.argv.slice(2);
  const write = (name, contents) => writeFileSync(join(build, name), contents);
  const { glue, main, parts } = inParts(linked);
  const files = {};
  const shared = new Set();
  for (const { name, pages, wasm } of parts) {
    const smaller = smallerModule(wasm);
    // A name of these bytes alone: an older main file must not meet a newer part.
    const file = `${name}.${hashOf(integrityOfPart(smaller))}.wasm`;
    write(file, smaller);
    for (const page of pages) (files[page] ??= []).push(file);
    for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(smaller))) {
      if (module !== OUTSIDE) throw new Error(`${file} imports ${name} of ${module}`);
      shared.add(name);
    }
  }
  const smaller = smallerProgram(bringing(glue, files, [...shared]), main);
  write("partner-support.js", smaller.glue);
  write("partner-support_bg.wasm", smaller.wasm);
  write("embed.js", stamped("embed.js", readFileSync(join(build, "embed.js"), "utf8"), { FIRST: { parts: byPath(files) } }));
}

/**
 * The program that Cargo has linked at `linked`: `glue`, as wasm-bindgen writes it; `main`; and `parts`, each with its name, the pages
 * that need it and its bytes (`wasm`).
 */
function inParts(linked) {
  const folder = mkdtempSync(join(tmpdir(), "parts-"));
  const file = (name) => join(folder, `${name}.wasm`);
  const merged = (...modules) => {
    execFileSync(tool("wasm-merge"), [...FEATURES, ...modules, "-o", file("merged")]);
    return readFileSync(file("merged"));
  };
  const within = (pieces) => pieces.flatMap(({ name }) => [file(name), name]);
  try {
    execFileSync("wasm-split-cli", [linked, folder]);
    execFileSync("wasm-bindgen", [file("main"), "--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir", folder, "--out-name", NAME]);
    const pieces = [...needed(readFileSync(join(folder, "__wasm_split.js"), "utf8"))]
      .filter(([name]) => existsSync(file(name)))
      .map(([name, pages]) => ({ name, pages, contents: contentsOf(readFileSync(file(name))) }));
    const own = pieces.filter(({ pages }) => pages.length === 1).sort((a, b) => a.contents.length - b.contents.length);
    const between = pieces.filter(({ pages }) => pages.length > 1);
    if (process.env.UPDATE_GROUPS === "1") renew(between, own[0]);
    const groups = grouped(between, often(), JSON.parse(readFileSync(GROUPS, "utf8")));
    const { pieces: everybodys } = groups.pop();
    const named = groups.map((group, at) => ({ ...group, name: `shared-${at + 1}` }));
    relay(own[0], file);
    // Each file that is merged imports the same from the main one: through one that has all of that, it is imported once.
    const part = ({ name, pages, pieces }) => ({ name, pages, wasm: exporting(merged(file("relay"), MAIN, ...within(pieces)), new Set()) });
    return {
      glue: readFileSync(join(folder, `${NAME}.js`), "utf8"),
      main: merged(file(`${NAME}_bg`), MAIN, ...within(everybodys)),
      parts: [...own.map((piece) => ({ name: piece.pages[0], pages: piece.pages, pieces: [piece] })), ...named].map(part),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Looks for better groups of pages, and records them. `another` is a part that somebody has anyway. */
function renew(pieces, another) {
  const size = (...modules) => brotli(Buffer.concat(modules.map(({ contents }) => contents))).length;
  const alone = size(another);
  // Compressed behind another: by itself a small one would count for too much.
  const sized = pieces.map((piece) => ({ ...piece, size: size(another, piece) - alone }));
  const groups = found(sized, often(), JSON.parse(readFileSync(GROUPS, "utf8")));
  writeFileSync(GROUPS, `[\n${groups.map((pages) => `  ${JSON.stringify(pages).replaceAll(",", ", ")}`).join(",\n")}\n]\n`);
}

/** A module that imports what `piece` imports, and exports that under the same names. */
function relay({ name }, file) {
  const imports = execFileSync(tool("wasm-dis"), [...FEATURES, file(name)], { encoding: "utf8", maxBuffer: 1 << 26 })
    .matchAll(/^ \(import "\w+" "(\w+)" \((memory|table|global) \S+ (.+)\)\)$/gm);
  const relayed = Array.from(imports, ([, name, kind, type]) => `(${kind} (export "${name}") (import "${OUTSIDE}" "${name}") ${type})`);
  execFileSync(tool("wasm-as"), [...FEATURES, "-", "-o", file("relay")], { input: `(module ${relayed.join(" ")})` });
}

/** What stays of a module when it is merged with others. */
function contentsOf(wasm) {
  return Buffer.concat(Array.from(sections(wasm)).flatMap(([id, from, end]) => (CONTENTS.includes(id) ? [wasm.subarray(from, end)] : [])));
}

/** How often a first visit is to each page, by its part. */
function often() {
  const sums = {};
  for (const { part, first } of Object.values(PAGES)) if (part) sums[part] = (sums[part] ?? 0) + first;
  return sums;
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
  const imports = { ${OUTSIDE}: { ${shared.map((name) => `${name}: wasm.${name}`).join(", ")} } };
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

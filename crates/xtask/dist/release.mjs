// Lays a release out as a CDN serves it. A release folder is written once and never changed; what may change lies outside
// it: the loader of each channel, config.json, and the hosts' header files.
//
//   0.1.0/embed.js, embed-frame.js        the loaders of exactly this version; the first has all that the first paint needs
//   0.1.0/partner-support.<hash>.js       what it loads: glue, WebAssembly, further styles
//   0.1.0/benefits.<hash>.wasm            and each page's own part of the program, or what some pages share
//   0.1.0/words.<language>.<hash>.txt     the sentences of each language but the program's own, where it is spoken
//   0.1.0/incidents.<language>.<hash>.js  how the loader makes a page of the server's answers before the program is there
//   0.1.0/sign-in.<hash>.js               and, where the element signs people in by itself, this
//   0.1.0/*.br, *.gz                      each of them compressed, for hosts that serve such files
//   0.1.0/integrity.json                  what a page may hold each script against
//   0.1.0/sbom.cdx.json, licences.txt     what is in it
//   frame/0-1-0/index.html                the page that its embed-frame.js shows: it has headers of its own, which may change
//   v0/embed.js, embed-frame.js           the loaders of the channel: one line, which names a release
//   v0/index.html                         the element as a page of its own, from the same release
//   v0/plans/, v0/fr/plans/ …             the pages that anybody may read, whole, where a programme was named
//   v0/licences.txt                       and whose data is in them, under which licences
//   config.json                           settings of the operator, read when the element loads
//   404.html and the hosts' header files: _headers, staticwebapp.config.json, _nginx.conf, _cloudfront-*.json
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { brotli, gzip } from "./compressed.mjs";
import { azure, cloudflare, cloudfront, nginx, pages } from "./hosts.mjs";
import { PAGES } from "./pages.mjs";

const CLOUDFRONT = new URL("../../../deploy/cdn/cloudfront-headers.json", import.meta.url);
// Where the project's npm packages are.
const { transformSync } = createRequire(new URL("../../../tests/package.json", import.meta.url))("esbuild");

/** What the loader loads: its name for it, the file of the build, the two ends of the released one's name, and what is made of it. */
const LOADED = [
  ["program", "partner-support.js", "partner-support", ".js", minified],
  ["wasm", "partner-support_bg.wasm", "partner-support", ".wasm", alike],
  ["styles", "later.css", "partner-support", ".css", minified],
  ["signIn", "sign-in.js", "sign-in", ".js", minified],
];
/** A part of the program, which a build has under the name that the program calls it by. */
const PART = /^[\w-]+\.\w{12}\.wasm$/;
const LOADER = "embed.js";
const FORM = "form.js";
const FRAME_LOADER = "embed-frame.js";
/** What the pages load besides a loader. */
const PAGE_SCRIPTS = ["frame.js", "page.js"];
const PAGE_STYLES = "page.css";
/** What a document of a public page needs, which has the element's page in it. */
export const DOCUMENT_STYLES = "document.css";
const VERSION = /^\d+\.\d+\.\d+$/;

const integrityOf = (bytes, by = "sha384") => `${by}-${createHash(by).update(bytes).digest("base64")}`;
/** They are many, and the loader has a budget. */
export const integrityOfPart = (bytes) => integrityOf(bytes, "sha256");
/** What a name has of the bytes: the beginning of what they are held against, which beside it in the loader takes no room again. */
export const hashOf = (integrity) => integrity.split("-")[1].slice(0, 12).replaceAll(/[+/]/g, "_");

/**
 * Writes the release of `build` into `folder` and points its channel there. `first` is what the loader shows before the
 * program is there, as `prerendered` makes it, and `forms` what it makes of answers, as `forms` does; `papers` is what is said about it,
 * by file name; `documents` are the pages that the channel has besides, by path.
 * Returns the channel, the files of the release by name, the integrity of its scripts, and each page's parts of the program by its path.
 *
 * Throws when the build lacks a file or has one that nobody would load, or when this version has been released with other bytes.
 */
export function release({ build, folder, version, first = {}, forms = {}, papers = {}, documents = new Map() }) {
  if (!VERSION.test(version)) throw new Error(`a release is named by three numbers, not ${version}`);
  if (existsSync(join(build, "snippets"))) throw new Error(`${build}/snippets: scripts that no loader would find`);

  const files = new Map();
  const loaded = { config: { name: "../config.json" }, words: {} };
  const hashed = (beginning, bytes, ending, integrity = integrityOf(bytes)) => {
    const name = `${beginning}.${hashOf(integrity)}${ending}`;
    files.set(name, bytes);
    return { name, integrity };
  };
  for (const [key, name, beginning, ending, made] of LOADED) {
    loaded[key] = hashed(beginning, made(readFileSync(join(build, name)), ending.slice(1)), ending);
  }
  for (const name of readdirSync(build).sort()) {
    // Not that of the pseudo-locale, which has a region.
    const [, language] = /^words\.(\w+)\.txt$/.exec(name) ?? [];
    if (language) loaded.words[language] = hashed(`words.${language}`, readFileSync(join(build, name)), ".txt");
  }
  const parts = readdirSync(build).filter((name) => PART.test(name)).sort();
  for (const name of parts) files.set(name, readFileSync(join(build, name)));
  loaded.parts = Object.fromEntries(parts.map((name) => [name, integrityOfPart(files.get(name))]));
  const filling = Object.keys(forms).length > 0 ? readFileSync(join(build, FORM), "utf8") : "";
  const formed = Object.entries(forms).map(([language, pages]) => {
    const script = (form) => minified(stamped(FORM, filling, { FORM: form }), "js");
    const file = ([path, form]) => {
      const bytes = script(form);
      return [path, hashed(`${PAGES[path].part}.${language}`, bytes, ".js", integrityOfPart(bytes))];
    };
    return [language, Object.fromEntries(Object.entries(pages).map(file))];
  });
  const textOf = (name) => readFileSync(join(build, name), "utf8");
  const styles = minified(textOf("first-paint.css"), "css").toString();
  const own = textOf(LOADER);
  // What the build has said already stays.
  const said = JSON.parse(own.match(/^const FIRST = (.*);$/m)?.[1] ?? "{}");
  const loader = minified(stamped(LOADER, own, { FILES: loaded, FIRST: { ...said, styles, ...first, forms: Object.fromEntries(formed) } }), "js");
  files.set(LOADER, loader);
  // A host that tells what an address is by its ending takes a dot for one.
  const dashed = version.replaceAll(".", "-");
  const framing = minified(replaced(FRAME_LOADER, textOf(FRAME_LOADER), 'FRAME = "frame.html"', `FRAME = "../frame/${dashed}/"`), "js");
  files.set(FRAME_LOADER, framing);
  for (const name of PAGE_SCRIPTS) files.set(name, minified(textOf(name), "js"));
  files.set(PAGE_STYLES, minified(textOf(PAGE_STYLES), "css"));
  files.set(DOCUMENT_STYLES, minified(`${textOf("partner-support.css")}${textOf(PAGE_STYLES)}`, "css"));
  const integrity = {
    [LOADER]: integrityOf(loader),
    [FRAME_LOADER]: integrityOf(framing),
    [loaded.program.name]: loaded.program.integrity,
    [loaded.signIn.name]: loaded.signIn.integrity,
  };
  files.set("integrity.json", Buffer.from(`${JSON.stringify(integrity, null, 2)}\n`));
  for (const [name, text] of Object.entries(papers)) files.set(name, Buffer.from(text));

  writeOnce(join(folder, version), files);
  const framed = elsewhere(textOf("frame.html"), `../../${version}/`, "../../");
  writeOnce(join(folder, "frame", dashed), new Map([["index.html", Buffer.from(framed)]]), false);
  const channel = `v${version.split(".")[0]}`;
  const channelLoader = `export * from "../${version}/${LOADER}";\n`;
  mkdirSync(join(folder, channel), { recursive: true });
  writeFileSync(join(folder, channel, LOADER), channelLoader);
  writeFileSync(join(folder, channel, FRAME_LOADER), channelLoader.replace(LOADER, FRAME_LOADER));
  writeFileSync(join(folder, channel, "index.html"), elsewhere(textOf("page.html"), `../${version}/`, "../"));
  for (const [name, text] of documents) {
    mkdirSync(dirname(join(folder, channel, name)), { recursive: true });
    writeFileSync(join(folder, channel, name), text);
  }
  if (!existsSync(join(folder, "config.json"))) writeFileSync(join(folder, "config.json"), "{}\n");
  writeFileSync(
    join(folder, "404.html"),
    '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Not found</title><p>There is nothing at this address.</p></html>\n',
  );
  headers(folder);
  return { channel, channelLoader, files, integrity, parts: said.parts };
}

/** Writes the hosts' header files anew, from the releases that `folder` holds and what its config.json says. */
export function headers(folder) {
  const [releases, channels] = [VERSION, /^v\d+$/].map((kind) => readdirSync(folder).filter((name) => kind.test(name)));
  const paged = pages(channels, JSON.parse(readFileSync(join(folder, "config.json"), "utf8")));
  writeFileSync(join(folder, "_headers"), cloudflare(releases, paged));
  writeFileSync(join(folder, "staticwebapp.config.json"), azure(releases, paged));
  writeFileSync(join(folder, "_nginx.conf"), nginx(paged));
  const everywhere = JSON.parse(readFileSync(CLOUDFRONT, "utf8"));
  for (const [name, own] of Object.entries(paged)) {
    writeFileSync(join(folder, `_cloudfront-${name}.json`), cloudfront(everywhere, name, own));
  }
}

/** A page that lies elsewhere than its scripts and its settings. */
function elsewhere(page, scripts, settings) {
  return page.replaceAll(/((?:src|href)=")(?=[\w-]+\.(?:js|css)")/g, `$1${scripts}`).replace('data-config="', `data-config="${settings}`);
}

function replaced(file, text, what, by) {
  const parts = text.split(what);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places for ${by}, not one`);
  return parts.join(by);
}

/** A script (`js`) or a style sheet (`css`) without what only people need. */
export function minified(text, loader) {
  return Buffer.from(transformSync(text, { loader, minify: true, target: "es2022", charset: "utf8" }).code);
}

// Leptos exports a mark for its splitter whose name depends on where Cargo keeps its packages. Nobody splits or imports it.
function alike(bytes) {
  return Buffer.from(bytes.toString("latin1").replaceAll(/(_WASM_SPLIT_MARKER_)[0-9a-f]{16}/g, `$1${"0".repeat(16)}`), "latin1");
}

/** A script with what it is released with, by name, in the one statement that is there for each. */
export function stamped(file, script, values) {
  let text = script;
  for (const [name, value] of Object.entries(values)) {
    const parts = text.split(new RegExp(`^const ${name} = \\{(?:.*|\\n[^]*?^)\\};\\n`, "m"));
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places for ${name}, not one`);
    text = parts.join(`const ${name} = ${JSON.stringify(value)};\n`);
  }
  return text;
}

// Beside each file its compressed forms, also where they are no smaller: a host may rely on them.
function writeOnce(folder, files, compressed = true) {
  if (existsSync(folder)) {
    const names = readdirSync(folder).filter((name) => !/\.(br|gz)$/.test(name));
    const same = names.length === files.size && names.every((name) => files.get(name)?.equals(readFileSync(join(folder, name))));
    if (!same) throw new Error(`${folder} holds another build of this version: a release is never changed, raise the version`);
    return;
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) {
    writeFileSync(join(folder, name), bytes);
    if (!compressed) continue;
    writeFileSync(join(folder, `${name}.br`), brotli(bytes));
    writeFileSync(join(folder, `${name}.gz`), gzip(bytes));
  }
}

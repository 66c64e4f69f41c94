// What `cargo xtask dist` promises to whoever serves it, and to the pages that load from there. The build is made up: a real
// loader, and an app that says which one it is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import vm from "node:vm";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { bill, dataLicences, licences } from "../crates/xtask/dist/contents.mjs";
import { azure, CHANGING, cloudflare, EVERYWHERE, nginx as included, pages as paged, RELEASED } from "../crates/xtask/dist/hosts.mjs";
import { headers, release } from "../crates/xtask/dist/release.mjs";
import { judged } from "../crates/xtask/dist/sizes.mjs";
import { startChromium } from "./harness.mjs";

const root = resolve(import.meta.dirname, "..");
const here = mkdtempSync(join(tmpdir(), "dist-"));
after(() => rmSync(here, { recursive: true }));
let folders = 0;
const newFolder = () => join(here, String((folders += 1)));

const OURS = ["embed.js", "embed-frame.js", "frame.html", "frame.js", "page.html", "page.js", "page.css"];

/** A build whose app says `text`, made where Cargo keeps its packages in a folder with this hash. */
function built(text, home = "0123456789abcdef") {
  const build = newFolder();
  mkdirSync(build);
  for (const name of OURS) copyFileSync(join(root, "public", name), join(build, name));
  writeFileSync(
    join(build, "partner-support.js"),
    `globalThis.ran = true;
     export default async ({ module_or_path }) => void (await WebAssembly.instantiateStreaming(module_or_path));
     export const loaderInterface = () => 1;
     export function mount(host, frame, settings) {
       settings.signIn?.token(false).catch(() => (globalThis.refused = true));
       frame.textContent = ${JSON.stringify(text)};
       return new Proxy({}, { get: () => () => {} });
     }`,
  );
  const mark = `_WASM_SPLIT_MARKER_${home}`;
  const wasm = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, mark.length + 1, mark.length]), Buffer.from(mark)];
  writeFileSync(join(build, "partner-support_bg.wasm"), Buffer.concat(wasm));
  for (const name of ["partner-support.css", "first-paint.css", "later.css"]) writeFileSync(join(build, name), ":host { display: block }");
  writeFileSync(join(build, "sign-in.js"), "export class SignIn { constructor() { globalThis.signsIn = true } token = async () => ''; }");
  writeFileSync(join(build, "words.fr.txt"), "Avantages\n");
  writeFileSync(join(build, "words.en-xa.txt"), "[Ɓéñéƒîţš ~~]\n");
  return build;
}

function released(folder = newFolder(), version = "0.1.0", text = version) {
  return { folder, ...release({ build: built(text), folder, version, papers: { "licences.txt": "MIT" } }) };
}

const the = (folder, ending) => readdirSync(join(folder, "0.1.0")).find((name) => /^partner-support\.\w+\.\w+$/.test(name) && name.endsWith(ending));

test("a release holds what it loads under names that change with the bytes, each file compressed beside itself", () => {
  const { folder } = released();
  const names = readdirSync(join(folder, "0.1.0"));
  for (const ending of [".js", ".wasm", ".css"]) {
    const name = the(folder, ending);
    const bytes = readFileSync(join(folder, "0.1.0", name));
    assert.equal(name, `partner-support.${createHash("sha384").update(bytes).digest("base64").slice(0, 12).replaceAll(/[+/]/g, "_")}${ending}`);
  }
  const plain = names.filter((name) => !/\.(br|gz)$/.test(name));
  assert.equal(plain.length, 13, plain.join());
  assert.ok(!plain.some((name) => name.includes("en-xa")), "the pseudo-locale is for development alone");
  for (const name of plain) {
    const bytes = readFileSync(join(folder, "0.1.0", name));
    assert.deepEqual(brotliDecompressSync(readFileSync(join(folder, "0.1.0", `${name}.br`))), bytes);
    assert.deepEqual(gunzipSync(readFileSync(join(folder, "0.1.0", `${name}.gz`))), bytes);
  }
});

test("the hashes that a page may copy are those of the files", () => {
  const { folder } = released();
  const stated = JSON.parse(readFileSync(join(folder, "0.1.0/integrity.json"), "utf8"));
  const signIn = readdirSync(join(folder, "0.1.0")).find((name) => /^sign-in\.\w{12}\.js$/.test(name));
  assert.deepEqual(Object.keys(stated), ["embed.js", "embed-frame.js", the(folder, ".js"), signIn]);
  for (const [name, integrity] of Object.entries(stated)) {
    const bytes = readFileSync(join(folder, "0.1.0", name));
    assert.equal(integrity, `sha384-${createHash("sha384").update(bytes).digest("base64")}`);
  }
});

test("releases lie beside each other, and a channel's loader is one short line that names one of them", () => {
  const { folder } = released();
  const old = readFileSync(join(folder, "v0/embed.js"), "utf8");
  released(folder, "0.2.0");
  released(folder, "1.0.0");
  assert.ok(existsSync(join(folder, "0.1.0/embed.js")));
  assert.equal(old, 'export * from "../0.1.0/embed.js";\n');
  assert.equal(readFileSync(join(folder, "v0/embed.js"), "utf8"), old.replace("0.1.0", "0.2.0"));
  assert.equal(readFileSync(join(folder, "v1/embed.js"), "utf8"), old.replace("0.1.0", "1.0.0"));
  assert.equal(readFileSync(join(folder, "v1/embed-frame.js"), "utf8"), 'export * from "../1.0.0/embed-frame.js";\n');
  assert.deepEqual(readdirSync(join(folder, "v0")), ["embed-frame.js", "embed.js", "index.html"], "no compressed form that a rollback would forget");
});

test("the pages name their scripts and settings from where they lie, and a rollback is one word in each file of the channel", () => {
  const { folder } = released();
  const named = (page) => [...readFileSync(join(folder, page), "utf8").matchAll(/(?:src|data-config|stylesheet" href)="([^"]+)"/g)].map(([, name]) => name);
  const address = (page, name) => new URL(name, `http://cdn.invalid/${page}`).pathname;
  for (const page of ["frame/0-1-0/index.html", "v0/index.html"]) {
    const files = named(page).map((name) => address(page, name));
    assert.ok(files.length >= 2);
    for (const file of files) assert.ok(existsSync(join(folder, file)), `${file} of ${page}`);
  }
  assert.ok(readFileSync(join(folder, "0.1.0/embed-frame.js"), "utf8").includes('"../frame/0-1-0/"'));
  const old = ["embed.js", "embed-frame.js", "index.html"].map((name) => [name, readFileSync(join(folder, "v0", name), "utf8")]);
  released(folder, "0.2.0");
  for (const [name, text] of old) assert.equal(readFileSync(join(folder, "v0", name), "utf8").replaceAll("0.2.0", "0.1.0"), text);
});

test("who may frame is what config.json says, for every host the same, and is written anew without a release", () => {
  const { folder } = released();
  const read = (name) => readFileSync(join(folder, name), "utf8");
  const files = ["_headers", "staticwebapp.config.json", "_nginx.conf", "_cloudfront-frame.json"];
  for (const name of files) assert.ok(read(name).includes("frame-ancestors 'none'; require-trusted-types-for"), name);
  const signIn = { issuer: "https://id.example/tenant/v2.0", clientId: "a" };
  const config = { apiBase: "https://support.example/api/v1", frameAncestors: ["https://partners.example", "https://two.example:8443"], signIn };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  headers(folder);
  for (const name of files) {
    assert.ok(read(name).includes("frame-ancestors https://partners.example https://two.example:8443;"), name);
    assert.ok(read(name).includes("connect-src 'self' https://support.example https://id.example;"), name);
  }
  assert.ok(read("_cloudfront-v0.json").includes("frame-ancestors 'none'"), "the page of its own is in no frame");
  for (const site of ["https://partners.example/", "partners.example", "*", "https://*.example"]) {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ frameAncestors: [site] }));
    assert.throws(() => headers(folder), /frameAncestors/, site);
  }
});

test("a release is never changed: other bytes need another version", () => {
  const { folder } = released();
  released(folder);
  assert.throws(() => released(folder, "0.1.0", "other bytes"), /raise the version/);
});

test("where Cargo keeps its packages makes no difference", () => {
  const { folder } = released();
  release({ build: built("0.1.0", "fedcba9876543210"), folder, version: "0.1.0", papers: { "licences.txt": "MIT" } });
});

test("the operator's config.json outlives releases", () => {
  const { folder } = released();
  writeFileSync(join(folder, "config.json"), '{"locale":"fr"}');
  released(folder, "0.2.0");
  assert.equal(readFileSync(join(folder, "config.json"), "utf8"), '{"locale":"fr"}');
});

test("a loader that has no place for the released files is refused", () => {
  const build = built("");
  writeFileSync(join(build, "embed.js"), "export {};");
  assert.throws(() => release({ build, folder: newFolder(), version: "0.1.0" }), /0 places/);
});

test("every host is told the same: releases are kept for a year, everything else is asked for again", () => {
  const own = paged(["v0"], {});
  const pages = cloudflare(["0.1.0", "0.2.0"], own);
  const web = JSON.parse(azure(["0.1.0", "0.2.0"], own));
  const nginx = readFileSync(join(root, "deploy/cdn/nginx.conf"), "utf8");
  const cloudfront = JSON.stringify(JSON.parse(readFileSync(join(root, "deploy/cdn/cloudfront-headers.json"), "utf8")));
  for (const [name, value] of Object.entries(EVERYWHERE)) {
    assert.ok(pages.includes(`\n  ${name}: ${value}\n`), name);
    assert.equal(web.globalHeaders[name], value);
    if (name === "Content-Security-Policy") assert.ok(included(own).includes(`default  "${value}";`));
    else assert.ok(nginx.includes(`add_header ${name} "${value}" always;`), name);
  }
  for (const [folder, headers] of Object.entries(own)) {
    for (const [name, value] of Object.entries(headers)) {
      assert.ok(pages.includes(`\n  ! ${name}\n  ${name}: ${value}`), name);
      assert.equal(web.routes.find(({ route }) => route === `/${folder}/*`).headers[name], value);
      const variable = `partner_support_${name.toLowerCase().replaceAll("-", "_")}`;
      assert.ok(included(own).includes(`$${variable} {`) && nginx.includes(`add_header ${name} $${variable} always;`), name);
    }
  }
  for (const part of ['Origins":{"Quantity":1,"Items":["*"]', "cross-origin", "ContentTypeOptions", "default-src 'none'", "63072000"]) {
    assert.ok(cloudfront.includes(part), part);
  }
  assert.equal(web.globalHeaders["Cache-Control"], CHANGING);
  for (const version of ["0.1.0", "0.2.0"]) {
    assert.ok(pages.includes(`/${version}/*\n  ! Cache-Control\n  Cache-Control: ${RELEASED}`));
    assert.ok(web.routes.some(({ route, headers }) => route === `/${version}/*` && headers["Cache-Control"] === RELEASED));
  }
  assert.ok(nginx.includes(`"${RELEASED}"`) && nginx.includes(`"${CHANGING}"`));
});

/** What the function of CloudFront makes of a request for an address, with or without a query. */
function answeredByCloudFront(address, headers = {}) {
  const context = vm.createContext({});
  vm.runInContext(readFileSync(join(root, "deploy/cdn/cloudfront-function.js"), "utf8"), context);
  const [uri, query] = address.split("?");
  return context.handler({ request: { uri, headers, rawQueryString: () => query } });
}

test("CloudFront asks for the compressed form that the browser reads, of released files alone", () => {
  const asked = (uri, accepted) => answeredByCloudFront(uri, accepted === undefined ? {} : { "accept-encoding": { value: accepted } }).uri;
  assert.equal(asked("/0.1.0/embed.js", "gzip, deflate, br, zstd"), "/0.1.0/embed.js.br");
  assert.equal(asked("/0.1.0/embed.js", "br;q=0, gzip;q=0.5"), "/0.1.0/embed.js.gz");
  assert.equal(asked("/0.1.0/embed.js", "identity"), "/0.1.0/embed.js");
  assert.equal(asked("/0.1.0/embed.js"), "/0.1.0/embed.js");
  assert.equal(asked("/v0/embed.js", "br"), "/v0/embed.js");
  assert.equal(asked("/config.json", "br"), "/config.json");
  assert.equal(asked("/v0/", "br"), "/v0/index.html");
  assert.equal(asked("/v0/fr/plans/", "br"), "/v0/fr/plans/index.html");
  assert.equal(asked("/frame/0-1-0/", "br"), "/frame/0-1-0/index.html");
  assert.equal(asked("/", "br"), "/");
});

test("CloudFront sends on who leaves out the slash after a page's folder, so that what the page names is found", () => {
  for (const [address, to] of [
    ["/v0", "/v0/"],
    ["/v0/plans", "/v0/plans/"],
    ["/v0/fr/plans", "/v0/fr/plans/"],
    ["/v0/plans?code=a%20b&state=c", "/v0/plans/?code=a%20b&state=c"],
    ["/frame/0-1-0", "/frame/0-1-0/"],
  ]) {
    const { statusCode, headers } = answeredByCloudFront(address);
    assert.deepEqual([statusCode, headers.location.value, headers["cache-control"].value], [301, to, CHANGING]);
  }
  for (const address of ["/v0/embed.js", "/0.1.0", "/support/incidents", "/"]) assert.equal(answeredByCloudFront(address).uri, address);
});

test("the upload to S3 gives each file its type, encoding and time to live, and moves the channel last", () => {
  const documents = new Map([["plans/index.html", "Plans"], ["fr/plans/index.html", "Offres"]]);
  const folder = newFolder();
  release({ build: built("0.1.0"), folder, version: "0.1.0", documents });
  const bin = newFolder();
  mkdirSync(bin);
  writeFileSync(join(bin, "aws"), '#!/bin/sh\n(IFS="|"; echo "$*")\n', { mode: 0o755 });
  const said = execFileSync(join(root, "deploy/cdn/s3-upload.sh"), [folder, "s3://bucket"], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  const uploads = said.trim().split("\n").map((line) => line.split("|").slice(2));
  const sent = new Map(uploads.map(([file, to, , type, , cache, , encoding]) => [file, { to, type, cache, encoding }]));
  const wasm = `0.1.0/${the(folder, ".wasm")}`;
  assert.deepEqual(sent.get(wasm), { to: `s3://bucket/${wasm}`, type: "application/wasm", cache: RELEASED, encoding: undefined });
  assert.deepEqual(sent.get(`${wasm}.br`), { ...sent.get(wasm), to: `s3://bucket/${wasm}.br`, encoding: "br" });
  assert.deepEqual(sent.get("0.1.0/embed.js.gz").encoding, "gzip");
  assert.equal(sent.get("0.1.0/embed.js.gz").type, "text/javascript; charset=utf-8");
  assert.equal(sent.get("config.json").cache, CHANGING);
  assert.equal(sent.get("v0/embed.js").cache, CHANGING);
  assert.deepEqual(sent.get("frame/0-1-0/index.html"), { ...sent.get("v0/index.html"), to: "s3://bucket/frame/0-1-0/index.html" });
  assert.equal(sent.get("v0/index.html").type, "text/html; charset=utf-8");
  assert.equal(sent.get("v0/index.html").cache, CHANGING);
  assert.deepEqual(uploads.slice(-3).map(([file]) => file), ["v0/embed-frame.js", "v0/embed.js", "v0/index.html"]);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const header = /^(_|staticwebapp)/;
  assert.equal(uploads.length, all.filter(({ name }) => !header.test(name)).length, "all but the header files");
});

/** What Cargo says of an app with one package, which needs another and a macro. */
function cargo() {
  const folder = newFolder();
  const packages = ["app", "one", "two", "macro"].map((name) => {
    mkdirSync(join(folder, name), { recursive: true });
    if (name !== "two") writeFileSync(join(folder, name, "LICENSE-MIT"), "Permission is granted.\n");
    const source = name === "app" ? null : "registry";
    return { id: name, name, version: "1.2.3", license: "MIT/Apache-2.0", authors: ["Ann"], source, manifest_path: join(folder, name, "Cargo.toml") };
  });
  const script = join(folder, "script");
  mkdirSync(script);
  writeFileSync(join(script, "package.json"), '{"name":"script","version":"3.2.1","license":"MIT","author":"Bob"}');
  writeFileSync(join(script, "LICENSE.md"), "Permission is granted by Bob.\n");
  const dep = (pkg, kind = null) => ({ pkg, dep_kinds: [{ kind }] });
  const nodes = [
    { id: "app", deps: [dep("one"), dep("macro"), dep("two", "dev")] },
    { id: "one", deps: [dep("two")] },
    { id: "two", deps: [] },
    { id: "macro", deps: [] },
  ];
  return {
    tree: "app v1.2.3 (/somewhere)\none v1.2.3\ntwo v1.2.3\none v1.2.3 (*)\n",
    metadata: { packages, resolve: { nodes } },
    lock: '[[package]]\nname = "one"\nversion = "1.2.3"\nsource = "registry"\nchecksum = "c0ffee"\n',
    compiler: "1.95.0",
    standardLibrary: "<p>Of the library: &#60;MIT&#62;</p>",
    scripts: [script],
    scriptsLock: { packages: { "node_modules/script": { integrity: "sha512-wP/u" } } },
    root: join(folder, "app"),
  };
}

test("the bill of materials has what is shipped, with its checksums and links, and nothing else", () => {
  const { metadata, components, dependencies } = JSON.parse(bill(cargo()));
  assert.equal(metadata.component["bom-ref"], "app@1.2.3");
  assert.deepEqual(
    components.map((it) => it["bom-ref"]),
    ["one@1.2.3", "rust-std@1.95.0", "script@3.2.1", "two@1.2.3"],
  );
  const [one, , script] = components;
  assert.deepEqual([script.purl, script.hashes], ["pkg:npm/script@3.2.1", [{ alg: "SHA-512", content: "c0ffee" }]]);
  assert.deepEqual(one.hashes, [{ alg: "SHA-256", content: "c0ffee" }]);
  assert.deepEqual(one.licenses, [{ expression: "MIT OR Apache-2.0" }]);
  assert.equal(one.purl, "pkg:cargo/one@1.2.3");
  assert.deepEqual(dependencies, [
    { ref: "app@1.2.3", dependsOn: ["one@1.2.3", "rust-std@1.95.0", "script@3.2.1"] },
    { ref: "one@1.2.3", dependsOn: ["two@1.2.3"] },
    { ref: "two@1.2.3", dependsOn: [] },
  ]);
});

test("every licence text is there once, with those that it came with, and a package without one is named", () => {
  const text = licences(cargo());
  assert.equal(text.split("Permission is granted.").length, 2);
  assert.match(text, /^app 1\.2\.3, one 1\.2\.3$/m);
  assert.match(text, /^script 3\.2\.1\n\nPermission is granted by Bob\.$/m);
  assert.match(text, /^two 1\.2\.3 .*\(of Ann; the package holds no text of it\)$/m);
  assert.match(text, /^rust-std 1\.95\.0\n\nOf the library: <MIT>$/m);
});

test("the licences of a programme's data are named, each with its source, for every programme there is", () => {
  const programmes = readdirSync(join(root, "programmes")).filter((name) => name.endsWith(".json"));
  for (const file of programmes) {
    const programme = JSON.parse(readFileSync(join(root, "programmes", file), "utf8"));
    const text = dataLicences(programme);
    assert.ok(text.includes("CC-BY-4.0") && text.includes("MIT") && text.includes(programme.name), file);
    for (const { title, url, licence } of programme.sources) {
      if (licence) assert.ok(text.includes(title) && text.includes(url) && text.includes(licence), title);
      else assert.ok(!text.includes(title), "a source without a licence is not told to have one");
    }
  }
  assert.equal(dataLicences({ name: "Ours", sources: [{ title: "Our own", as_of: "2021-03-04" }] }), null);
});

test("a package that states no licence is not shipped", () => {
  const about = cargo();
  about.metadata.packages[1].license = null;
  assert.throws(() => licences(about), /one 1\.2\.3 states no licence/);
});

test("what grew is said, a budget is kept, and a goal that is far away is not called reached", () => {
  const sizes = { "first visit": { raw: 900, gzip: 450, brotli: 431 } };
  const record = { brotli: { "first visit": 400 }, budgets: { "first visit": { budget: 440, goal: 75 } } };
  const { lines, broken } = judged(sizes, record);
  assert.match(lines[1], /\+31$/);
  assert.match(lines.at(-1), /431 of at most 440 B brotli; the goal is 75: 356 too many/);
  assert.deepEqual(broken, []);
  record.budgets["first visit"].budget = 430;
  assert.deepEqual(judged(sizes, record).broken, ["first visit takes 431 B brotli, 1 more than its budget"]);
});

// In Chromium: a page of one origin, the release on another.

const KINDS = { js: "text/javascript", wasm: "application/wasm", css: "text/css", json: "application/json", html: "text/html", txt: "text/plain" };

/** Serves what `answer` gives for a path: a body and its headers, or nothing. */
async function served(answer) {
  const server = createServer(({ url }, response) => {
    const found = answer(new URL(url, "http://here").pathname);
    response.writeHead(found ? 200 : 404, found?.headers ?? EVERYWHERE).end(found?.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

const fromFolder = (folder) => (path) => {
  const file = join(folder, path);
  if (!path.includes(".") || !existsSync(file)) return null;
  const kept = /^\/\d/.test(path) ? RELEASED : CHANGING;
  return { body: readFileSync(file), headers: { ...EVERYWHERE, "Cache-Control": kept, "Content-Type": KINDS[path.split(".").at(-1)] } };
};

let browser;
before(async () => (browser = await startChromium()));
after(() => browser.close());

/**
 * A page of a strict host with the loader at `path`, in a browser that has seen nothing yet. `integrity` is what the page holds the
 * loader against, `mapped` what its import map states of files by their path.
 */
async function visited(t, folder, path, { integrity = "", mapped = {}, lang = "en" } = {}) {
  const cdn = await served(fromFolder(folder));
  const stated = Object.fromEntries(Object.entries(mapped).map(([file, hash]) => [`${cdn.address}${file}`, hash]));
  const map = JSON.stringify({ integrity: stated });
  const inline = `'sha256-${createHash("sha256").update(map).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${cdn.address} ${inline} 'wasm-unsafe-eval'; connect-src ${cdn.address}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const body = `<!doctype html><html lang="${lang}"><title>Host</title>
    <script type="importmap">${map}</script>
    <script type="module" src="${cdn.address}${path}" integrity="${integrity}" crossorigin></script><partner-support></partner-support></html>`;
  const host = await served((asked) => asked === "/" && { body, headers: { "Content-Type": "text/html", "Content-Security-Policy": policy } });
  const context = await browser.newContext();
  t.after(async () => {
    await context.close();
    cdn.stop();
    host.stop();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(host.address);
  return page;
}

const shown = (page, text) => page.locator("partner-support .mount").getByText(text).waitFor();

test("a strict page on another origin shows the element from an exact release that it holds against its hash", async (t) => {
  const { folder, integrity } = released();
  const page = await visited(t, folder, "/0.1.0/embed.js", { integrity: integrity["embed.js"] });
  await shown(page, "0.1.0");
});

test("a page that loads from a channel gets the release that it names, and after a rollback the one before", async (t) => {
  const { folder } = released();
  released(folder, "0.2.0");
  const page = await visited(t, folder, "/v0/embed.js");
  await shown(page, "0.2.0");
  writeFileSync(join(folder, "v0/embed.js"), 'export * from "../0.1.0/embed.js";\n');
  await page.reload();
  await shown(page, "0.1.0");
});

test("an altered loader is not run by a page that knows its hash", async (t) => {
  const { folder, integrity } = released();
  writeFileSync(join(folder, "0.1.0/embed.js"), "globalThis.ran = true;");
  const page = await visited(t, folder, "/0.1.0/embed.js", { integrity: integrity["embed.js"] });
  assert.equal(await page.evaluate(() => globalThis.ran ?? customElements.get("partner-support")), undefined);
});

for (const [what, ending, altered] of [
  ["glue", ".js", "globalThis.ran = true; export default () => {}; export const mount = () => {};"],
  ["wasm", ".wasm", Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 2, 1, 0x61])],
]) {
  test(`an altered ${what} is refused with a sentence, and the right one is loaded by trying again`, async (t) => {
    const { folder } = released();
    const file = join(folder, "0.1.0", the(folder, ending));
    const right = readFileSync(file);
    writeFileSync(file, altered);
    const page = await visited(t, folder, "/v0/embed.js");
    await page.getByRole("alert").getByText("Support could not be loaded.").waitFor();
    if (what === "glue") assert.equal(await page.evaluate(() => globalThis.ran), undefined, "it did not run");
    // The browser was told to keep what it got for a year.
    writeFileSync(file, right);
    await page.getByRole("button", { name: "Try again" }).click();
    await shown(page, "0.1.0");
  });
}

test("what signs people in is loaded where the settings ask for it alone, and an altered one is not run", async (t) => {
  const { folder } = released();
  const seen = (page) => page.evaluate(() => [globalThis.signsIn, globalThis.refused]);
  const without = await visited(t, folder, "/0.1.0/embed.js");
  await shown(without, "0.1.0");
  assert.deepEqual(await seen(without), [undefined, undefined]);
  writeFileSync(join(folder, "config.json"), '{ "signIn": { "issuer": "https://id.example", "clientId": "site" } }');
  const page = await visited(t, folder, "/0.1.0/embed.js");
  await page.waitForFunction(() => globalThis.signsIn);
  const file = readdirSync(join(folder, "0.1.0")).find((name) => /^sign-in\.\w+\.js$/.test(name));
  writeFileSync(join(folder, "0.1.0", file), "globalThis.signsIn = true;");
  const altered = await visited(t, folder, "/0.1.0/embed.js");
  await altered.waitForFunction(() => globalThis.refused);
  assert.deepEqual(await seen(altered), [undefined, true]);
});

test("sentences that were altered are not shown", async (t) => {
  const { folder } = released();
  const page = await visited(t, folder, "/0.1.0/embed.js", { lang: "fr" });
  await shown(page, "0.1.0");
  const [file] = readdirSync(join(folder, "0.1.0")).filter((name) => /^words\.fr\.\w{12}\.txt$/.test(name));
  writeFileSync(join(folder, "0.1.0", file), "Autres avantages\n");
  const altered = await visited(t, folder, "/0.1.0/embed.js", { lang: "fr" });
  await altered.getByRole("button", { name: "Réessayer" }).waitFor();
});

test("a page may state the glue's hash itself: what its import map does not allow is not run", async (t) => {
  const { folder, integrity } = released();
  const glue = the(folder, ".js");
  const right = { mapped: { [`/0.1.0/${glue}`]: integrity[glue] } };
  await shown(await visited(t, folder, "/0.1.0/embed.js", right), "0.1.0");
  const wrong = { mapped: { [`/0.1.0/${glue}`]: integrity["embed.js"] } };
  const page = await visited(t, folder, "/0.1.0/embed.js", wrong);
  await page.getByRole("alert").getByText("Support could not be loaded.").waitFor();
  assert.equal(await page.evaluate(() => globalThis.ran), undefined, "it did not run");
});

test("a file that is away is a 404 and a sentence, not a broken page", async (t) => {
  const { folder } = released();
  rmSync(join(folder, "0.1.0", the(folder, ".wasm")));
  const page = await visited(t, folder, "/v0/embed.js");
  await page.getByRole("alert").getByText("Support could not be loaded.").waitFor();
});

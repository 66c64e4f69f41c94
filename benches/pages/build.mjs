// Builds every variant into a folder, each as `<variant>/files/…` and one page for each language and route, with the
// compressed form of each file beside it.
//
//   node build.mjs RELEASE FOLDER [variant…]     RELEASE is a folder that `cargo xtask dist` has written
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { build } from "vite";
import solid from "vite-plugin-solid";

import { brotli } from "../../crates/xtask/dist/compressed.mjs";
import { minified } from "../../crates/xtask/dist/release.mjs";
import { earlyScript } from "./shared/backend.mjs";
import { LANGUAGES, ROUTES, VARIANTS } from "./variants.mjs";

const here = import.meta.dirname;


/** How each framework is built: its folder's entries, its plugins, whose JSX it is. */
const KINDS = {
  plain: { main: "plain/main.mjs", prerender: "plain/prerender.mjs" },
  react: { main: "jsx/main.jsx", prerender: "react/prerender.jsx", jsx: "react", framework: "react/framework.jsx" },
  preact: { main: "jsx/main.jsx", prerender: "preact/prerender.jsx", jsx: "preact", framework: "preact/framework.jsx" },
  solid: { main: "solid/main.jsx", prerender: "solid/prerender.jsx", plugins: (prerendered) => [solid({ ssr: prerendered })] },
  svelte: { main: "svelte/main.mjs", prerender: "svelte/prerender.mjs", plugins: () => [svelte({ configFile: false })] },
};

/** Every sentence that a peer or what they share names, and no other: `virtual:words`. */
function words() {
  const keys = new Set();
  for (const folder of readdirSync(here, { withFileTypes: true })) {
    if (!folder.isDirectory() || ["node_modules", "data"].includes(folder.name)) continue;
    for (const file of readdirSync(join(here, folder.name))) {
      const text = readFileSync(join(here, folder.name, file), "utf8");
      for (const [, key] of text.matchAll(/"((?:benefits|incidents|plans|shell|ui)\.\w+)"/g)) keys.add(key);
    }
  }
  const sentences = Object.fromEntries(
    LANGUAGES.map((lang) => [
      lang,
      Object.fromEntries(
        [...keys].toSorted().map((key) => {
          const [page, name] = key.split(".");
          const text = JSON.parse(readFileSync(join(here, `../../src/words/${lang}/${page}.json`), "utf8"))[name];
          if (text === undefined) throw new Error(`src/words/${lang}/${page}.json has no ${name}`);
          return [key, text];
        }),
      ),
    ]),
  );
  return {
    name: "words",
    resolveId: (id) => (id === "virtual:words" ? "\0words" : null),
    load: (id) => (id === "\0words" ? `export default ${JSON.stringify(sentences)}` : null),
  };
}

async function bundled({ name, kind, prerendered = false }, folder, ssr) {
  const { main, prerender, jsx, framework, plugins } = KINDS[kind];
  const outDir = join(folder, name, ssr ? "prerender" : "files");
  const { output } = await build({
    configFile: false,
    root: here,
    base: `/${name}/files/`,
    logLevel: "error",
    plugins: [words(), ...(plugins?.(prerendered) ?? [])],
    resolve: { alias: framework ? { framework: join(here, framework) } : {} },
    define: { __PRERENDERED__: String(prerendered) },
    oxc: jsx ? { jsx: { runtime: "automatic", importSource: jsx, development: false } } : {},
    ssr: { noExternal: true },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      modulePreload: false,
      ssr: ssr ? join(here, prerender) : false,
      rolldownOptions: {
        input: join(here, ssr ? prerender : main),
        output: { entryFileNames: ssr ? "prerender.mjs" : "app.[hash].js" },
      },
    },
  });
  const chunks = output.filter(({ type }) => type === "chunk");
  if (chunks.length !== 1) throw new Error(`${name} is ${chunks.length} scripts: one is expected`);
  return ssr ? import(pathToFileURL(join(outDir, "prerender.mjs"))) : chunks[0].fileName;
}

/** The page around every variant: a host's, with nothing of its own. */
const page = (lang, head, body) =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
  `<title>A partner site</title><link rel="icon" href="data:,"><style>body{margin:0}</style>${head}</head><body><main>${body}</main></body></html>`;

/** The style sheet that is in the released loader, as it must be outside a shadow root. */
function styles() {
  return minified(readFileSync(join(here, "../../target/release-dist/partner-support.css"), "utf8"), "css")
    .toString()
    .replace(/:host\(:state\(theme-(\w+)\)\)/g, ".host[data-theme=$1]")
    .replace(/:host\((\[\w+\])\)/g, ".host$1")
    .replaceAll(":host", ".host");
}

function versionOf(release) {
  const versions = readdirSync(release).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
  return versions.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
}

function put(folder, name, bytes) {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
  writeFileSync(`${path}.br`, brotli(Buffer.from(bytes)));
}

/** One variant. `shells` holds what `static` shows, from the variant before. */
async function made(variant, { release, folder, shells }) {
  const { name, kind, prerendered } = variant;
  rmSync(join(folder, name), { recursive: true, force: true });
  const version = versionOf(release);
  const pages = (render) => {
    for (const lang of LANGUAGES) for (const route of ROUTES) put(folder, `${name}/pages/${lang}/${route}.html`, render(lang, route));
  };
  if (kind === "release") {
    for (const file of readdirSync(join(release, version))) {
      if (!/\.(br|gz)$/.test(file)) put(folder, `${name}/files/${version}/${file}`, readFileSync(join(release, version, file)));
    }
    put(folder, `${name}/files/config.json`, "{}\n");
    const { "embed.js": integrity } = JSON.parse(readFileSync(join(release, version, "integrity.json"), "utf8"));
    // The two lines of docs/embedding.md, and the way to a token.
    const head = `<script type="module" src="/${name}/files/${version}/embed.js" integrity="${integrity}" crossorigin></script>`;
    const token = `<script type="module">document.querySelector("partner-support").getAccessToken=async()=>"a-fixed-token"</script>`;
    pages((lang) => page(lang, head, `<partner-support api-base="/api/v1" routing="path" base="/${name}/${lang}"></partner-support>${token}`));
    return;
  }
  const sheet = styles();
  const host = (content) => `<div class="host"><div class="mount" id="root">${content}</div></div>`;
  if (kind === "static") {
    pages((lang, route) => page(lang, `<style>${sheet}</style>`, host(shells(lang, route))));
    return;
  }
  const script = await bundled(variant, folder, false);
  put(folder, `${name}/files/${script}`, readFileSync(join(folder, name, "files", script)));
  const loading = `<script type="module" src="/${name}/files/${script}"></script>`;
  if (!prerendered) {
    put(folder, `${name}/files/styles.css`, sheet);
    pages((lang) => page(lang, `<link rel="stylesheet" href="/${name}/files/styles.css">${loading}`, host("")));
    return;
  }
  const { prerender, head = "" } = await bundled(variant, folder, true);
  pages((lang, route) =>
    page(
      lang,
      `<script>${earlyScript(route, lang)}</script><style>${sheet}</style>${head}${loading}`,
      host(prerender(`/${name}/${lang}`, lang, route)),
    ),
  );
}

/** Builds these variants from and into folders by their full paths; the static page is what plain DOM prerenders. */
export async function buildAll(release, folder, variants = VARIANTS) {
  const plain = VARIANTS.find(({ kind, prerendered }) => kind === "plain" && prerendered);
  let prerender;
  for (const variant of variants) {
    if (variant.kind === "static") ({ prerender } = await bundled(plain, folder, true));
    await made(variant, { release, folder, shells: (lang, route) => prerender(`/${variant.name}/${lang}`, lang, route) });
  }
}

if (process.argv[1] === import.meta.filename) {
  const [release, folder, ...names] = process.argv.slice(2);
  await buildAll(resolve(release), resolve(folder), names.length ? VARIANTS.filter(({ name }) => names.includes(name)) : VARIANTS);
}

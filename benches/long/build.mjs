// Builds the peers, and puts a page of a host's around the released element.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "vite";
import solid from "vite-plugin-solid";

const here = import.meta.dirname;

/** Who is measured. The first is ours. */
export const VARIANTS = [
  { name: "ours", title: "Partner Support" },
  { name: "plain", title: "plain DOM, windowed", main: "plain/main.mjs" },
  { name: "solid", title: "Solid with TanStack Virtual", main: "solid/main.jsx", plugins: () => [solid()] },
  { name: "react", title: "React with TanStack Virtual", main: "react/main.jsx", jsx: "react" },
];

const page = (head, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
  `<title>A partner site</title><link rel="icon" href="data:,"><style>body{margin:0}</style>${head}</head><body><main>${body}</main></body></html>`;

/** The released style sheet, as it must be outside a shadow root; and the window that the rows are in. */
function styles(sheet) {
  const outside = readFileSync(sheet, "utf8")
    .replace(/:host\(:state\(theme-(\w+)\)\)/g, ".host[data-theme=$1]")
    .replace(/:host\((\[\w+\])\)/g, ".host$1")
    .replaceAll(":host", ".host");
  return `${outside}\n.window { block-size: 70vh; overflow-y: auto; } .incident-table td.gap { padding: 0; border: 0; }`;
}

export async function buildAll({ release, sheet, folder, variants }) {
  for (const { name, main, jsx, plugins } of variants) {
    const to = join(folder, name);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(join(to, "files"), { recursive: true });
    if (!main) {
      const versions = readdirSync(release).filter((it) => /^\d+\.\d+\.\d+$/.test(it));
      const version = versions.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
      cpSync(join(release, version), join(to, "files", version), { recursive: true });
      writeFileSync(join(to, "files/config.json"), "{}\n");
      const token = `<script type="module">document.querySelector("partner-support").getAccessToken=async()=>(await fetch("/token")).text()</script>`;
      const head = `<script type="module" src="/${name}/files/${version}/embed.js"></script>`;
      writeFileSync(join(to, "index.html"), page(head, `<partner-support api-base="/api/v1" routing="path" base="/${name}"></partner-support>${token}`));
      continue;
    }
    await build({
      configFile: false,
      root: here,
      base: `/${name}/files/`,
      logLevel: "error",
      plugins: plugins?.() ?? [],
      oxc: jsx ? { jsx: { runtime: "automatic", importSource: jsx, development: false } } : {},
      build: {
        outDir: join(to, "files"),
        target: "es2022",
        modulePreload: false,
        rolldownOptions: { input: join(here, main), output: { entryFileNames: "app.js" } },
      },
    });
    writeFileSync(join(to, "files/styles.css"), styles(sheet));
    const head = `<link rel="stylesheet" href="/${name}/files/styles.css"><script type="module" src="/${name}/files/app.js"></script>`;
    writeFileSync(join(to, "index.html"), page(head, `<div class="host"><div class="mount"><div class="main" id="root"></div></div></div>`));
  }
}

// What the element adds to the time until a host's own page is painted, and what is left of it when it is removed. `cargo xtask bench host` runs it:
//
//   node run.mjs --release FOLDER --work FOLDER --results FOLDER [--runs 9]
//
// The pages are those of the demonstration host, once as they are without the element, once with its two lines. The host's own paint is
// that of its largest text, by the browser's element timing: the largest paint of the whole page may be the element's.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { brotli } from "../../crates/xtask/dist/compressed.mjs";
import { startChromium } from "../../tests/harness.mjs";
import { Product } from "../../tests/product.mjs";
import { serve } from "../long/serve.mjs";
import { mounts } from "./mounts.mjs";

const CPU = 4;
/** Slow 4G, as Lighthouse calls it: 150 ms for each request, 1.6 Mbit/s down, 750 kbit/s up. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const MOST_ADDED = 50;
const MOST_LEFT = 1_000_000;
const PERSON = "bruno";
const HOST = join(import.meta.dirname, "../../demo-host");
const PAGES = [
  { name: "home", file: "index.html", title: "the site's home, the element below" },
  { name: "support", file: "support.html", title: "the site's support page" },
];

const text = { type: "string" };
const { values } = parseArgs({ options: { release: text, work: text, results: text, runs: text } });
const runs = Number(values.runs ?? 9);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`--runs wants a number from 1, not ${values.runs}`);
  process.exit(1);
}
const [release, work, results] = ["release", "work", "results"].map((name) => resolve(values[name]));

/** The host's page with its texts marked, and with or without the element. */
function page(file, version, name) {
  const loader = `<script type="module" src="/${name}/files/${version}/embed.js"></script>`;
  const element = `<partner-support api-base="/api/v1" routing="memory"></partner-support>`;
  const token = `<script type="module">document.querySelector("partner-support").getAccessToken=async()=>(await fetch("/token")).text()</script>`;
  const html = readFileSync(join(HOST, file), "utf8")
    .replace(/\s*<script type="module".*?<\/script>/g, "")
    .replace(/\s*<partner-support.*?<\/partner-support>/, "")
    .replaceAll('"/site.', `"/${name}/files/site.`)
    .replace(/<(h1|h2|p)(?=[ >])/g, '<$1 elementtiming="host"');
  return version === null ? html : html.replace("</head>", `${loader}</head>`).replace("</main>", `${element}</main>${token}`);
}

const versions = readdirSync(release).filter((it) => /^\d+\.\d+\.\d+$/.test(it));
const version = versions.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
const ARMS = PAGES.flatMap(({ name, file, title }) => [
  { page: name, title, name: `${name}-alone`, file, version: null },
  { page: name, title, name: `${name}-with`, file, version },
]);
rmSync(work, { recursive: true, force: true });
for (const { name, file, version } of ARMS) {
  const files = join(work, name, "files");
  mkdirSync(files, { recursive: true });
  const css = readFileSync(join(HOST, "site.css"));
  writeFileSync(join(files, "site.css"), css);
  writeFileSync(join(files, "site.css.br"), brotli(css));
  cpSync(join(HOST, "../public/demo-site.svg"), join(files, "site.svg"));
  writeFileSync(join(files, "config.json"), "{}\n");
  if (version) cpSync(join(release, version), join(files, version), { recursive: true });
  writeFileSync(join(work, name, "index.html"), page(file, version, name));
}

/** Runs in the page before anything else. */
function probe() {
  globalThis.host = [];
  globalThis.whole = null;
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("element", ({ renderTime, intersectionRect: { width, height } }) => globalThis.host.push({ renderTime, area: width * height }));
  observe("largest-contentful-paint", ({ startTime }) => (globalThis.whole = startTime));
}

async function visit(browser, url, withElement) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await page.addInitScript(probe);
    await client.send("Network.enable");
    await client.send("Network.emulateNetworkConditions", NETWORK);
    await client.send("Emulation.setCPUThrottlingRate", { rate: CPU });
    await page.goto(url, { waitUntil: "load" });
    // The whole of the element, so that what it does later would count.
    if (withElement) await page.locator("partner-support .card.benefit").first().waitFor({ timeout: 60_000 });
    await sleep(500);
    return await page.evaluate(() => {
      const largest = globalThis.host.toSorted((one, other) => other.area - one.area)[0];
      return { own: largest.renderTime, whole: globalThis.whole };
    });
  } finally {
    await context.close();
  }
}

const product = await Product.start();
const server = await serve({ folder: work, product, data: new Map(), token: () => product.token(PERSON) });
const browser = await startChromium();
const loads = [loadavg()[0]];
const measured = [];
let left;
try {
  for (let run = 0; run < runs; run += 1) {
    for (let at = 0; at < ARMS.length; at += 1) {
      const arm = ARMS[(at + run) % ARMS.length];
      const result = await visit(browser, `${server.address}/${arm.name}/`, arm.version !== null);
      measured.push({ run, page: arm.page, with: arm.version !== null, ...result });
    }
    loads.push(loadavg()[0]);
    console.error(`Run ${run + 1} of ${runs}`);
  }
  left = await mounts(browser, `${server.address}/support-with/`);
} finally {
  await browser.close();
  await server.stop();
  await product.stop();
}

const sorted = (values) => values.toSorted((one, other) => one - other);
const median = (values) => sorted(values)[values.length >> 1];
const of = (page, withElement, key) => measured.filter((it) => it.page === page && it.with === withElement).map((it) => it[key]);
const about = {
  date: new Date().toISOString(),
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" }).trim(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  load: loads.map((load) => Number(load.toFixed(1))),
  chromium: browser.version(),
  node: process.version,
  runs,
  cpu: CPU,
};
const figures = PAGES.map(({ name, title }) => {
  const [alone, both] = [median(of(name, false, "own")), median(of(name, true, "own"))];
  return { name, title, alone, both, added: both - alone };
});
const worst = figures.toSorted((one, other) => other.added - one.added)[0];
const goals = [
  {
    goal: "B8",
    text: `what the element adds to the host's own largest paint, Slow 4G and ${CPU}x CPU: ${worst.title}, ms`,
    ours: worst.added,
    peer: worst.alone,
    peerName: "the same page without it",
    ratio: worst.both / worst.alone,
    wanted: `<= ${MOST_ADDED} ms`,
    reached: worst.added <= MOST_ADDED,
  },
  {
    goal: "B6",
    text: `what ${left.rounds} mounts and unmounts leave in memory, MB`,
    ours: left.bytes / 1e6,
    wanted: `< ${MOST_LEFT / 1e6} MB`,
    reached: left.bytes < MOST_LEFT,
  },
];
const ms = (value) => value.toFixed(0);
const spread = (values) => `${ms(median(values))} (${ms(Math.min(...values))}–${ms(Math.max(...values))})`;
const table = (heads, rows) => [heads, heads.map((_, at) => (at ? "--:" : "---")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const shown = `# What the element adds to a host's own page

${about.date}, commit ${about.commit}. ${about.machine}; Chromium ${about.chromium}, Node ${about.node}. Slow 4G, ${CPU}x CPU; medians of ${runs} first visits, the least and the most in brackets. Load before and after each run: ${about.load.join(", ")}.

${table(
  ["Page", "the host's largest text alone, ms", "with the element, ms", "added, ms", "largest paint of the whole page alone, ms", "with the element, ms"],
  figures.map(({ name, title, added }) => [title, spread(of(name, false, "own")), spread(of(name, true, "own")), ms(added), spread(of(name, false, "whole")), spread(of(name, true, "whole"))]),
)}

Shown and removed ${left.rounds} times more, it leaves ${left.bytes.toLocaleString("en")} bytes of memory, ${left.nodes} nodes and ${left.listeners} listeners.

${table(["Goal", "ours", "wanted", "reached"], goals.map(({ goal, text, ours, wanted, reached }) => [`${goal}: ${text}`, ours.toFixed(goal === "B6" ? 2 : 0), wanted, reached ? "yes" : "no"]))}
`;
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "host.json"), `${JSON.stringify({ about, goals, left, measured }, null, 1)}\n`);
writeFileSync(join(results, "host.md"), shown);
console.log(shown);

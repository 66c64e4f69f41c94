// Fills an account step by step, and at each size visits everybody in turn. `cargo xtask bench long` runs it:
//
//   node run.mjs --release FOLDER --work FOLDER --results FOLDER [--runs 5] [--only ours,react] [--sizes 200,100000]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

import { startChromium } from "../../tests/harness.mjs";
import { APP_DIST, Product } from "../../tests/product.mjs";
import { Account, PERSON } from "./account.mjs";
import { VARIANTS, buildAll } from "./build.mjs";
import { goals, markdown, plot } from "./report.mjs";
import { serve } from "./serve.mjs";
import { visit } from "./visit.mjs";

const CPU = 4;
const SIZES = [12, 200, 1_000, 10_000, 100_000];

const text = { type: "string" };
const { values } = parseArgs({ options: { release: text, work: text, results: text, runs: text, only: text, sizes: text } });
const runs = Number(values.runs ?? 5);
if (!Number.isInteger(runs) || runs < 1) fail(`--runs wants a number from 1, not ${values.runs}`);
const sizes = values.sizes?.split(",").map(Number) ?? SIZES;
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) fail(`--sizes wants numbers from 1, not ${values.sizes}`);
sizes.sort((one, other) => one - other);
const names = values.only?.split(",");
const unknown = names?.filter((name) => !VARIANTS.some((it) => it.name === name)) ?? [];
if (unknown.length > 0) fail(`there is no ${unknown.join(", ")}; there are ${VARIANTS.map(({ name }) => name).join(", ")}`);
const variants = VARIANTS.filter(({ name }) => !names || names.includes(name));
const [release, work, results] = ["release", "work", "results"].map((name) => resolve(values[name]));
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

console.error(`Building ${variants.length} variants`);
await buildAll({ release, sheet: join(APP_DIST, "partner-support.css"), folder: work, variants });

const NO_LIMIT = "1000000/1000000";
const product = await Product.start({ options: ["--person-limit", NO_LIMIT, "--address-limit", NO_LIMIT] });
const account = new Account(product);
const data = new Map();
const server = await serve({ folder: work, product, data, token: () => product.token(PERSON) });
const browser = await startChromium();
const loads = [loadavg()[0]];
const measured = [];
const carried = {};
try {
  await account.open();
  data.set("/data/programme.json", JSON.stringify(await account.call("GET", "/programme")));
  for (const size of sizes) {
    const began = Date.now();
    await account.fill(size);
    console.error(`Filled with ${size} incidents in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    data.set("/data/account.json", JSON.stringify(await account.call("GET", "/account")));
    const all = JSON.stringify({ incidents: account.incidents });
    data.set("/data/incidents.json", all);
    const compressed = brotliCompressSync(all, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    carried[size] = { raw: Buffer.byteLength(all), compressed: compressed.length };
    for (let run = 0; run < runs; run += 1) {
      // Each round in another order: nobody is always first.
      for (let at = 0; at < variants.length; at += 1) {
        const { name } = variants[(at + run) % variants.length];
        const result = await visit(browser, `${server.address}/${name}`, account, { ours: name === "ours", cpu: CPU });
        measured.push({ size, run, variant: name, ...result });
      }
      loads.push(loadavg()[0]);
      console.error(`  ${size} incidents: run ${run + 1} of ${runs}`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
  await product.stop();
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")).packages;
const VERSIONS = ["react", "solid-js", "@tanstack/react-virtual", "@tanstack/solid-virtual", "vite"];
const about = {
  date: new Date().toISOString(),
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" }).trim(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  load: loads.map((load) => Number(load.toFixed(1))),
  chromium: browser.version(),
  node: process.version,
  versions: Object.fromEntries(VERSIONS.map((name) => [name, lock[`node_modules/${name}`].version])),
  runs,
  cpu: CPU,
  carried,
};
const report = { about, measured, variants, sizes };
const reached = goals(report);
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "long.json"), `${JSON.stringify({ about, goals: reached, measured }, null, 1)}\n`);
writeFileSync(join(results, "long.svg"), plot(report));
const shown = markdown(report, reached);
writeFileSync(join(results, "long.md"), shown);
console.log(shown);

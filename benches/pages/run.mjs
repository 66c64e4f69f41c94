// Builds the variants, checks that the peers show what our pages show, measures everyone and prints the table.
// `cargo xtask bench pages` runs it:
//
//   node run.mjs --release FOLDER --by-default FOLDER --work FOLDER --results FOLDER [--runs 7] [--only ours,react] [--rigs slow,full]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { brotli } from "../../crates/xtask/dist/compressed.mjs";
import { startChromium } from "./browser.mjs";
import { buildAll } from "./build.mjs";
import { RIGS, visits } from "./measure.mjs";
import { goalsOf, markdown } from "./report.mjs";
import { THINK_TIME, serve } from "./serve.mjs";
import { BY_DEFAULT, PEOPLE, PROGRAMME, ROUTES, VARIANTS } from "./variants.mjs";

const text = { type: "string" };
const { values } = parseArgs({ options: { release: text, "by-default": text, work: text, results: text, runs: text, only: text, rigs: text } });
const runs = Number(values.runs ?? 7);
if (!Number.isInteger(runs) || runs < 1) fail(`--runs wants a number from 1, not ${values.runs}`);
const [release, byDefault, work, results] = [values.release, values["by-default"], values.work, values.results].map((folder) => resolve(folder));
const of = (all, list) => (list ? chosen(all, list.split(",")) : all);
function chosen(all, names) {
  const unknown = names.filter((name) => !all.some((it) => it.name === name));
  if (unknown.length > 0) fail(`there is no ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  return all.filter(({ name }) => names.includes(name));
}
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
const rigs = of(RIGS, values.rigs);
const wished = of(VARIANTS, values.only);
// The peers are held against ours.
const variants = wished.some(({ name }) => name === "ours") ? wished : [VARIANTS.find(({ name }) => name === "ours"), ...wished];

console.error(`Building ${variants.length} variants`);
await buildAll(release, work, variants);
if (variants.some(({ kind }) => !["release", "static"].includes(kind))) {
  console.error("Asking whether the peers show what our pages show");
  const honest = spawnSync(process.execPath, ["--test", "--test-reporter=dot", join(import.meta.dirname, "honest.test.mjs")], {
    env: { ...process.env, PAGES: work, VARIANTS: variants.map(({ name }) => name).join(" ") },
    encoding: "utf8",
  });
  if (honest.status !== 0) fail(`The peers are no peers: nothing is measured.\n${honest.stdout}${honest.stderr}`);
}

const [{ subject }] = PEOPLE;
const json = (name) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
const told = json(`data/${subject}/verdicts.en.json`);
/** What the data makes on each page, by which its arrival is known: the same for everybody. */
const WANTED = {
  benefits: [
    { selector: ".card.benefit > .card-actions", count: told.benefits.length },
    { selector: ".coming .fact", count: told.coming.length },
  ],
  incidents: [{ selector: ".incident-table tbody .code", count: json(`data/${subject}/incidents.json`).incidents.length }],
  plans: [
    { selector: ".plan-held .badge", count: json(PROGRAMME).plans.length },
    { selector: ".sources li", count: 1 },
  ],
};

const loads = [loadavg()[0]];
const server = await serve(work, subject);
const browser = await startChromium();
const measured = [];
try {
  for (let run = 0; run < runs; run += 1) {
    console.error(`Run ${run + 1} of ${runs}`);
    for (const rig of rigs) {
      for (const route of ROUTES) {
        // Each round in another order: nobody is always first.
        for (let at = 0; at < variants.length; at += 1) {
          const { name, kind } = variants[(at + run) % variants.length];
          const url = `${server.address}/${name}/en/${route}`;
          const result = await visits(browser, url, rig, kind === "static" ? null : WANTED[route], kind === "release");
          measured.push({ run, rig: rig.name, route, variant: name, ...result });
        }
      }
    }
    loads.push(loadavg()[0]);
  }
} finally {
  await browser.close();
  await server.stop();
}

// One program for all pages, of which nothing but its bytes is of interest.
const bytes = readdirSync(byDefault).reduce((sum, name) => sum + brotli(readFileSync(join(byDefault, name))).length, 0);
for (const rig of rigs) for (const route of ROUTES) measured.push({ run: 0, rig: rig.name, route, variant: BY_DEFAULT.name, bytes });
const compared = [...variants, BY_DEFAULT];

const lock = json("package-lock.json").packages;
const VERSIONS = ["react", "react-router", "preact", "solid-js", "svelte", "vite"];
const about = {
  date: new Date().toISOString(),
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" }).trim(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  load: loads.map((load) => Number(load.toFixed(1))),
  chromium: browser.version(),
  node: process.version,
  versions: Object.fromEntries(VERSIONS.map((name) => [name, lock[`node_modules/${name}`].version])),
  runs,
  thinkTime: THINK_TIME,
  person: PEOPLE[0].name,
};
const goals = goalsOf({ measured, variants: compared, routes: ROUTES });
const shown = markdown({ about, measured, variants: compared, rigs, routes: ROUTES, goals });
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "pages.json"), `${JSON.stringify({ about, goals, measured }, null, 1)}\n`);
writeFileSync(join(results, "pages.md"), shown);
console.log(shown);

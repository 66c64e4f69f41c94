// What a first visit has to load, beside what it loaded when the record was last written, and every budget.
import { readFileSync, writeFileSync } from "node:fs";

import { brotli, gzip } from "./compressed.mjs";
import { PAGES } from "./pages.mjs";
import { inLanguages } from "./prerendered.mjs";

/** The files that every first visit loads, under names that stay the same from build to build. */
const ALWAYS = [
  ["embed.js", /^embed\.js$/],
  ["glue", /^partner-support\.\w+\.js$/],
  ["wasm", /^partner-support\.\w+\.wasm$/],
  ["styles", /^partner-support\.\w+\.css$/],
];

/** What is loaded where the settings ask for it alone, or the reader's language does. */
const ON_DEMAND = [
  ["sign-in", /^sign-in\.\w+\.js$/],
  ...inLanguages()
    .filter((language) => language !== "en")
    .map((language) => [`words.${language}`, new RegExp(`^words\\.${language}\\.\\w+\\.txt$`)]),
];

/** A part of the program by its name without its hash. */
const plain = (part) => part.split(".")[0];

/** The sizes of a release in bytes, by those names: `{ raw, gzip, brotli }`. `parts` are those of each page by its path. */
export function measured(files, parts) {
  const sizes = {};
  const measure = (name, file) => {
    const bytes = files.get(file);
    sizes[name] = { raw: bytes.length, gzip: gzip(bytes).length, brotli: brotli(bytes).length };
  };
  for (const [name, pattern] of [...ALWAYS, ...ON_DEMAND]) measure(name, [...files.keys()].find((file) => pattern.test(file)));
  for (const part of new Set(Object.values(parts).flat())) measure(plain(part), part);
  for (const [page, needed] of Object.entries(parts)) {
    const form = [...files.keys()].find((file) => file.startsWith(`${PAGES[page].part}.en.`));
    if (form) measure(`form, ${page}`, form);
    const loaded = [...ALWAYS.map(([name]) => name), ...needed.map(plain), ...(form ? [`form, ${page}`] : [])].map((name) => sizes[name]);
    const sum = (unit) => loaded.reduce((sum, size) => sum + size[unit], 0);
    sizes[`first visit, ${page}`] = { raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
  }
  return sizes;
}

const counted = (count) => count.toLocaleString("en");
const signed = (change) => (change > 0 ? `+${counted(change)}` : change < 0 ? counted(change) : "as before");

/** The table of sizes and of budgets, as lines, and the budgets that are broken, each as a sentence. */
export function judged(sizes, { brotli: record, budgets }) {
  const row = (...cells) => `    ${cells[0].padEnd(44)}${cells.slice(1).map((cell) => cell.padStart(16)).join("")}`;
  const lines = [row("", "raw B", "gzip -9 B", "brotli 11 B", "on record")];
  for (const [name, size] of Object.entries(sizes)) {
    const change = name in record ? signed(size.brotli - record[name]) : "new";
    lines.push(row(name, counted(size.raw), counted(size.gzip), counted(size.brotli), change));
  }
  const said = Object.entries(budgets).map(([name, budget]) => against(name, sizes[name].brotli, budget));
  return { lines: [...lines, ...said.map(({ line }) => line)], broken: said.flatMap(({ broken }) => broken ?? []) };
}

/** A size in bytes beside its budget, and beside its goal where that is another; `broken` says so when it is over the budget. */
export function against(name, size, { budget, goal }) {
  const away = goal === undefined ? "" : `; the goal is ${counted(goal)}: ${size > goal ? `${counted(size - goal)} too many` : "reached"}`;
  return {
    line: `    ${name}: ${counted(size)} of at most ${counted(budget)} B brotli${away}`,
    broken: size > budget ? `${name} takes ${counted(size)} B brotli, ${counted(size - budget)} more than its budget` : undefined,
  };
}

/** The record at `path`; with `UPDATE_SIZES=1` it is first written anew from `sizes`. Budgets are changed by hand. */
export function recorded(path, sizes) {
  const record = JSON.parse(readFileSync(path, "utf8"));
  if (process.env.UPDATE_SIZES === "1") {
    record.brotli = Object.fromEntries(Object.entries(sizes).map(([name, { brotli }]) => [name, brotli]));
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
  }
  return record;
}

// One table of all goals, from what each bench has left. `cargo xtask bench` runs it:
//
//   node summary.mjs --results FOLDER [--readme README.md]
//
// With a README, its table of goals says what was found: of each goal the figure that misses it, or else the first.
// A bench leaves a file with a list `goals`: { goal, text, ours, peer, peerName, ratio, wanted, reached }, in the folder or in `goals/`
// below it; and `about`, where it knows more than the date of its file.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { results: { type: "string" }, readme: { type: "string" } } });
const results = resolve(values.results);

/** Every goal, and who measures it. */
const GOALS = [
  ["B1", "LCP of every route, Slow 4G, cold cache: <= 1.05x the plain static page, <= 0.45x React"],
  ["B2", "data shown <= 1.05x plain DOM prerendered, <= 0.75x Solid, <= 0.5x React; interactive <= 0.72x React, <= 1.0x Svelte"],
  ["B3", "first visit <= 0.80x the same in React, <= 0.30x default Leptos; first route <= 75 kB"],
  ["B4", "repeat visit: nothing but data on the wire; data shown <= 1.0x the best peer"],
  ["B5", "worst interaction at 4x CPU <= 100 ms with 200 and with 100,000 incidents; filter and sort <= 0.2x the best windowed peer"],
  ["B6", "memory with 100,000 incidents <= 1.0x the best windowed peer; 200 mounts and unmounts leave < 1 MB"],
  ["B7", "CLS 0; total blocking time <= 0.5x the best peer"],
  ["B8", "the element adds <= 50 ms to the host's own LCP at 4x CPU"],
  ["L1", "a decision <= 50 ns and >= 250x Cedar; with its full trace still >= 25x"],
  ["L2", "rules <= 10 kB brotli in the wasm; matrix of 100 x 10 <= 1 ms in Chromium"],
  ["S1", "create incident: >= 4x one commit per request, >= 1x Node with the same batching, >= 0.8x the raw SQLite batch limit"],
  ["S2", "reads with ETag >= 3x Node; p99 <= 0.5x; memory <= 0.25x"],
  ["S3", "list, search and create at 1,000,000 incidents and 100,000 partners <= 1.5x of 1,000"],
  ["S4", "on PostgreSQL throughput grows with replicas; one hot partner >= 3x one commit per request"],
];
const BENCHES = ["pages", "long", "host", "goals/decision", "goals/matrix", "goals/law-size", "goals/create_incident", "goals/peers", "goals/at_scale"];

const read = BENCHES.flatMap((name) => {
  const path = join(results, `${name}.json`);
  if (!existsSync(path)) return [];
  const { about = {}, goals = [] } = JSON.parse(readFileSync(path, "utf8"));
  return [{ name: name.split("/").at(-1), date: about.date ?? statSync(path).mtime.toISOString(), about, goals }];
});
const missing = BENCHES.map((name) => name.split("/").at(-1)).filter((name) => !read.some((it) => it.name === name));
const version = (program, ...args) => {
  try {
    return execFileSync(program, args, { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
};
const about = {
  date: new Date().toISOString(),
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" }).trim(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  load: loadavg().map((load) => Number(load.toFixed(1))),
  rustc: version("rustc", "--version"),
  node: process.version,
  chromium: read.map((it) => it.about.chromium).find(Boolean) ?? "unknown",
  versions: Object.assign({}, ...read.map((it) => it.about.versions ?? {})),
  benches: read.map(({ name, date, about }) => ({ name, date, load: about.load })),
  missing,
};
const found = read.flatMap(({ name, goals }) => goals.map((goal) => ({ ...goal, bench: name })));

const figure = (value) => (typeof value !== "number" ? "–" : Number(value.toPrecision(value >= 1_000 ? 4 : 3)).toLocaleString("en", { maximumFractionDigits: 3 }));
const rows = GOALS.flatMap(([goal, text]) => {
  const own = found.filter((it) => it.goal === goal);
  const head = [`**${goal}**`, `**${text}**`, "", "", "", "", "", own.length > 0 ? "" : "**no figure**"];
  return [head, ...own.map((it) => ["", it.text, figure(it.ours), figure(it.peer), it.peerName ?? "–", figure(it.ratio), it.wanted, it.reached ? "yes" : "**no**"])];
});
const table = (heads, rows) => [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const held = found.filter(({ reached }) => reached).length;
const shown = `# Every goal of speed, and what was reached

${about.date}, commit ${about.commit}. ${about.machine}; ${about.rustc}, Chromium ${about.chromium}, Node ${about.node}; ${Object.entries(about.versions).map(([name, version]) => `${name} ${version}`).join(", ")}. Load now ${about.load.join(", ")}.

${held} of ${found.length} figures reach what is wanted.${missing.length > 0 ? ` Nothing is known of ${missing.join(", ")}.` : ""}

${table(["Goal", "", "ours", "best peer", "which", "ratio", "wanted", "reached"], rows)}

${table(["Bench", "when", "load"], about.benches.map(({ name, date, load }) => [name, date, load?.join(", ") ?? "–"]))}
`;
writeFileSync(join(results, "summary.json"), `${JSON.stringify({ about, goals: found }, null, 1)}\n`);
writeFileSync(join(results, "summary.md"), shown);
console.log(shown);

if (values.readme) {
  const rows = GOALS.map(([goal]) => {
    const own = found.filter((it) => it.goal === goal);
    const told = own.find(({ reached }) => !reached) ?? own[0];
    const reached = `${own.filter((it) => it.reached).length} of ${own.length}`;
    return told ? [goal, reached, told.text, told.wanted, figure(told.ours), figure(told.peer), told.peerName ?? "–", figure(told.ratio)] : [goal, "not measured", ...Array(6).fill("–")];
  });
  const days = [...new Set(read.map(({ date }) => date.slice(0, 10)))].sort();
  const goals = `\`cargo xtask bench\`, ${days.join(" and ")}, on ${about.machine}: ${held} of ${found.length} figures reach their goal. Of each goal the figure that
misses it, or else the first:

${table(["", "reached", "figure", "wanted", "ours", "best peer", "which", "ratio"], rows)}`;
  const [before, after] = readFileSync(values.readme, "utf8").split(/(?<=<!-- goals -->\n)[^]*(?=<!-- end of goals -->)/);
  if (after === undefined) throw new Error(`${values.readme} has no place for the goals`);
  writeFileSync(values.readme, `${before}${goals}\n${after}`);
}

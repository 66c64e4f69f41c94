// The measurements as Markdown: medians with their spread, and our share of each peer beside the goal; and the goals as data.

const MS = (value) => value.toFixed(0);
const KB = (value) => (value / 1000).toFixed(1);
const MEASURES = [
  { key: "bytes", title: "first visit, kB", write: KB },
  { key: "dataBytes", title: "data of it, kB", write: KB },
  { key: "aheadBytes", title: "fetched ahead, kB", write: KB },
  { key: "fcp", title: "FCP, ms", write: MS },
  { key: "lcp", title: "LCP, ms", write: MS },
  { key: "programThere", title: "program there, ms", write: MS },
  { key: "dataThere", title: "data there, ms", write: MS },
  { key: "data", title: "data shown, ms", write: MS },
  { key: "interactive", title: "interactive, ms", write: MS },
  { key: "blocked", title: "blocked, ms", write: MS },
  { key: "cls", title: "CLS", write: (value) => value.toFixed(3) },
  { key: "memory", title: "memory, MB", write: (value) => (value / 1e6).toFixed(1) },
  { key: "again", title: "again: data shown, ms", write: MS },
  { key: "againBytes", title: "again: everything, kB", write: KB },
  { key: "againRest", title: "again: all but page and data, kB", write: KB },
];

const USUAL = ["plain", "react", "solid", "preact", "svelte"];
const EVERYBODY = [...USUAL, ...USUAL.map((name) => `${name}-prerendered`)];
/** The goals are judged on this rig. */
const RIG = "slow";
/**
 * What we want to be: of a peer's figure so many times at `most`, or of our own figure so much. Of several peers the best counts, of the
 * pages the one on which we do worst. What is not a speed is at its worst in any run.
 */
const GOALS = [
  { goal: "B1", key: "lcp", against: ["static"], most: 1.05 },
  { goal: "B1", key: "lcp", against: ["react"], most: 0.45 },
  { goal: "B2", key: "data", against: ["plain-prerendered"], most: 1.05 },
  { goal: "B2", key: "data", against: ["solid"], most: 0.75 },
  { goal: "B2", key: "data", against: ["react"], most: 0.5 },
  { goal: "B2", key: "interactive", against: ["react"], most: 0.72 },
  { goal: "B2", key: "interactive", against: ["svelte"], most: 1 },
  { goal: "B3", key: "bytes", against: ["react"], most: 0.8 },
  { goal: "B3", key: "bytes", against: ["leptos"], most: 0.3 },
  { goal: "B3", key: "bytes", most: 75_000 },
  { goal: "B4", key: "again", against: EVERYBODY, most: 1 },
  { goal: "B4", key: "againRest", most: 0 },
  { goal: "B7", key: "blocked", against: EVERYBODY, most: 0.5 },
  { goal: "B7", key: "cls", most: 0 },
];

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const valuesOf = (measured, rig, route, variant, key) =>
  measured
    .filter((it) => it.rig === rig && it.route === route && it.variant === variant)
    .map((it) => it[key])
    .filter((value) => value !== undefined && value !== null);
const medianOf = (...of) => {
  const values = valuesOf(...of);
  return values.length > 0 ? median(values) : null;
};

/**
 * The goals that can be judged, since all that they are held against was measured:
 * `[{ goal, text, route, ours, peer, peerName, ratio, wanted, reached }]`. Figures are in the unit that `text` names; `peer`, `peerName`
 * and `ratio` are null where we are held against a figure, `ratio` also where the best peer's is nothing.
 */
export function goalsOf({ measured, variants, routes }) {
  const titles = new Map(variants.map(({ name, title }) => [name, title]));
  return GOALS.flatMap(({ goal, key, against, most }) => {
    const { title, write } = MEASURES.find((measure) => measure.key === key);
    const figure = (value) => Number(write(value));
    const on = (route) => {
      const values = valuesOf(measured, RIG, route, "ours", key);
      if (values.length === 0) return [];
      if (!against) {
        const ours = figure(Math.max(...values));
        return [{ route, ours, peer: null, peerName: null, ratio: null, excess: ours - figure(most) }];
      }
      const peers = against.map((name) => ({ name, value: medianOf(measured, RIG, route, name, key) }));
      if (peers.some(({ value }) => value === null)) return [];
      const [best] = peers.toSorted((one, other) => one.value - other.value);
      const ours = median(values);
      const ratio = best.value > 0 ? ours / best.value : null;
      // Beside nothing, only nothing is enough.
      const excess = ratio === null ? Math.sign(ours) : ratio - most;
      return [{ route, ours: figure(ours), peer: figure(best.value), peerName: titles.get(best.name), ratio: ratio && Number(ratio.toFixed(3)), excess }];
    };
    const [worst] = routes.flatMap(on).toSorted((one, other) => other.excess - one.excess);
    if (!worst) return [];
    const { excess, ...found } = worst;
    const beside = against && `, beside ${against.length > 1 ? "the best peer" : titles.get(against[0])}`;
    return [{ goal, text: `${title}${beside ?? ""}`, ...found, wanted: `≤ ${against ? `${most}x` : figure(most)}`, reached: excess <= 0 }];
  });
}

export function markdown({ about, measured, variants, rigs, routes, goals }) {
  const cell = (values, write) => {
    if (values.length === 0) return "–";
    const [low, high] = [Math.min(...values), Math.max(...values)].map(write);
    return low === high ? low : `${write(median(values))} (${low}–${high})`;
  };
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const table = (heads, rows) => [row(heads), row(heads.map((_, at) => (at ? "--:" : "---"))), ...rows.map(row)].join("\n");

  const parts = [
    "# What a first visit costs, beside the same pages built otherwise",
    `${about.date}, ${about.commit}. ${about.machine}; load before and after each run ${about.load.join(", ")}. Chromium ${about.chromium}, Node ${about.node}. ` +
      `${Object.entries(about.versions).map((it) => it.join(" ")).join(", ")}. Medians of ${about.runs} interleaved runs (least–most); ` +
      `the API thinks ${about.thinkTime} ms; the data is what ${about.person} of the demonstration sees.`,
  ];
  for (const rig of rigs) {
    for (const route of routes) {
      const rows = variants.map(({ name, title }) => [title, ...MEASURES.map(({ key, write }) => cell(valuesOf(measured, rig.name, route, name, key), write))]);
      parts.push(`## ${rig.title}: ${route}`, table(["", ...MEASURES.map(({ title }) => title)], rows));
    }
  }

  if (rigs.some(({ name }) => name === RIG)) {
    const shares = ["bytes", "lcp", "data", "interactive", "blocked", "memory", "again"];
    const share = (route, name, key) => {
      const [mine, theirs] = ["ours", name].map((name) => medianOf(measured, RIG, route, name, key));
      return mine === null || !theirs ? "–" : (mine / theirs).toFixed(2);
    };
    const rows = variants
      .filter(({ name }) => name !== "ours")
      .flatMap(({ name, title }) => routes.map((route) => [`${title}, ${route}`, ...shares.map((key) => share(route, name, key))]));
    const named = (key) => MEASURES.find((measure) => measure.key === key).title.split(",")[0];
    parts.push("## Ours as a multiple of each, Slow 4G with 4x CPU", table(["", ...shares.map(named)], rows));
    const judged = goals.map(({ goal, text, route, ours, peer, peerName, ratio, wanted, reached }) => [
      `${goal} ${text}`,
      wanted,
      route,
      ours,
      peer === null ? "–" : `${peer} (${peerName})`,
      ratio === null ? "–" : ratio.toFixed(2),
      reached ? "yes" : "no",
    ]);
    parts.push("## The goals, Slow 4G with 4x CPU", table(["", "goal", "worst page", "ours", "theirs", "ratio", "reached"], judged));
  }
  return `${parts.join("\n\n")}\n`;
}

// The measurements as Markdown: medians with their spread, and our share of each peer beside the goal.

const MS = (value) => value.toFixed(0);
const MEASURES = [
  { key: "bytes", title: "first visit, kB", write: (value) => (value / 1000).toFixed(1) },
  { key: "fcp", title: "FCP, ms", write: MS },
  { key: "lcp", title: "LCP, ms", write: MS },
  { key: "data", title: "data shown, ms", write: MS },
  { key: "interactive", title: "interactive, ms", write: MS },
  { key: "blocked", title: "blocked, ms", write: MS },
  { key: "cls", title: "CLS", write: (value) => value.toFixed(3) },
  { key: "memory", title: "memory, MB", write: (value) => (value / 1e6).toFixed(1) },
  { key: "again", title: "again: data shown, ms", write: MS },
  { key: "againBytes", title: "again: kB", write: (value) => (value / 1000).toFixed(1) },
];

const USUAL = ["plain", "react", "solid", "preact", "svelte"];
const PRERENDERED = USUAL.map((name) => `${name}-prerendered`);
/** What we want to be against whom, on Slow 4G with 4x CPU; of several peers the best counts. */
const GOALS = [
  { goal: "B1", key: "lcp", against: ["static"], most: 1.05 },
  { goal: "B1", key: "lcp", against: ["react"], most: 0.45 },
  { goal: "B2", key: "data", against: ["plain-prerendered"], most: 1.05 },
  { goal: "B2", key: "data", against: ["solid"], most: 0.75 },
  { goal: "B2", key: "data", against: ["react"], most: 0.5 },
  { goal: "B2", key: "interactive", against: ["react"], most: 0.72 },
  { goal: "B2", key: "interactive", against: ["svelte"], most: 1 },
  { goal: "B3", key: "bytes", against: ["react"], most: 0.8 },
  { goal: "B4", key: "again", against: [...USUAL, ...PRERENDERED], most: 1 },
  { goal: "B7", key: "blocked", against: [...USUAL, ...PRERENDERED], most: 0.5 },
];

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function markdown({ about, measured, variants, rigs, routes }) {
  const valuesOf = (rig, route, variant, key) =>
    measured
      .filter((it) => it.rig === rig && it.route === route && it.variant === variant)
      .map((it) => it[key])
      .filter((value) => value !== undefined && value !== null);
  const medianOf = (...of) => {
    const values = valuesOf(...of);
    return values.length > 0 ? median(values) : null;
  };
  const cell = (values, write) => {
    if (values.length === 0) return "–";
    const [low, high] = [Math.min(...values), Math.max(...values)].map(write);
    return low === high ? low : `${write(median(values))} (${low}–${high})`;
  };
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const table = (heads, rows) => [row(heads), row(heads.map((_, at) => (at ? "--:" : "---"))), ...rows.map(row)].join("\n");

  const titles = new Map(variants.map(({ name, title }) => [name, title]));
  const parts = [
    "# What a first visit costs, beside the same pages built otherwise",
    `${about.date}, ${about.commit}. ${about.machine}; load before and after each run ${about.load.join(", ")}. Chromium ${about.chromium}, Node ${about.node}. ` +
      `${Object.entries(about.versions).map((it) => it.join(" ")).join(", ")}. Medians of ${about.runs} interleaved runs (least–most); ` +
      `the API thinks ${about.thinkTime} ms; the data is what ${about.person} of the demonstration sees.`,
  ];
  for (const rig of rigs) {
    for (const route of routes) {
      const rows = variants.map(({ name, title }) => [title, ...MEASURES.map(({ key, write }) => cell(valuesOf(rig.name, route, name, key), write))]);
      parts.push(`## ${rig.title}: ${route}`, table(["", ...MEASURES.map(({ title }) => title)], rows));
    }
  }

  const rig = "slow";
  if (rigs.some(({ name }) => name === rig)) {
    const shares = ["bytes", "lcp", "data", "interactive", "blocked", "memory", "again"];
    const share = (route, name, key) => {
      const [mine, theirs] = [medianOf(rig, route, "ours", key), medianOf(rig, route, name, key)];
      return mine === null || !theirs ? "–" : (mine / theirs).toFixed(2);
    };
    const rows = variants
      .filter(({ name }) => name !== "ours")
      .flatMap(({ name, title }) => routes.map((route) => [`${title}, ${route}`, ...shares.map((key) => share(route, name, key))]));
    const named = (key) => MEASURES.find((measure) => measure.key === key).title.split(",")[0];
    parts.push("## Ours as a multiple of each, Slow 4G with 4x CPU", table(["", ...shares.map(named)], rows));
    parts.push("## The goals, Slow 4G with 4x CPU", table(["", "goal", "worst route", "ours", "theirs", "ratio", "reached"], goalRows()));
  }
  return `${parts.join("\n\n")}\n`;

  function goalRows() {
    const rows = [];
    for (const { goal, key, against, most } of GOALS) {
      const { title, write } = MEASURES.find((measure) => measure.key === key);
      const there = against.filter((name) => titles.has(name));
      const found = routes.flatMap((route) => {
        const mine = medianOf(rig, route, "ours", key);
        const best = there
          .map((name) => ({ name, value: medianOf(rig, route, name, key) }))
          .filter(({ value }) => value !== null)
          .toSorted((one, other) => one.value - other.value)[0];
        return mine === null || !best ? [] : [{ route, mine, best, ratio: ratioOf(mine, best.value) }];
      });
      const worst = found.toSorted((one, other) => other.ratio - one.ratio)[0];
      if (!worst) continue;
      rows.push([
        `${goal} ${title.split(",")[0]}`,
        `≤ ${most}x ${against.length > 1 ? `the best peer (${titles.get(worst.best.name)})` : titles.get(worst.best.name)}`,
        worst.route,
        write(worst.mine),
        write(worst.best.value),
        worst.ratio.toFixed(2),
        worst.ratio <= most ? "yes" : "no",
      ]);
    }
    const most = (key) => Math.max(...measured.filter((it) => it.rig === rig && it.variant === "ours").map((it) => it[key]));
    const cls = most("cls");
    rows.push(["B7 CLS", "0", "any", cls.toFixed(3), "–", "–", cls < 0.0005 ? "yes" : "no"]);
    const bytes = most("bytes");
    rows.push(["B3 first visit", "≤ 75 kB", "any", (bytes / 1000).toFixed(1), "–", "–", bytes <= 75_000 ? "yes" : "no"]);
    return rows;
  }
}

// Two that take no time are equal.
const ratioOf = (mine, theirs) => (theirs > 0 ? mine / theirs : mine > 0 ? Infinity : 1);

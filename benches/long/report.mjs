// The measurements as Markdown and as a plot, and the goals beside what was reached.

const median = (values) => {
  const sorted = values.filter((value) => value !== undefined).toSorted((one, other) => one - other);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const ms = (value) => (value === undefined ? "–" : value.toFixed(0));
const mb = (value) => (value === undefined ? "–" : (value / 1e6).toFixed(1));
const table = (heads, rows) => [heads, heads.map((_, at) => (at ? "--:" : "---")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Of each visit, what `of` takes from it; the median over the runs. */
const over = ({ measured }, size, variant, of) => median(measured.filter((it) => it.size === size && it.variant === variant).map(of));
/** Of the steps of that name in one visit, the worst. */
const worstOf = (key, name) => (visit) => {
  const values = visit.steps.filter((step) => name === undefined || step.name === name).map((step) => step[key]);
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

/** Steps whose time to the answer is the cost of filtering and sorting. */
const ASKS = ["type a word that many have", "type a word that one has", "choose a status", "choose the order", "choose a severity"];
const CHOICES = ASKS.filter((name) => name.startsWith("choose"));

/** The goals that this run says something about. */
export function goals(report) {
  const { measured, variants, sizes } = report;
  const size = sizes.at(-1);
  const has = (name) => measured.some(({ variant }) => variant === name);
  if (!has("ours")) return [];
  const found = [];
  for (const wantedSize of [200, 100_000]) {
    if (!sizes.includes(wantedSize)) continue;
    const ours = over(report, wantedSize, "ours", worstOf("worst"));
    const peer = best(report, wantedSize, worstOf("worst"));
    found.push({ goal: "B5", text: `worst interaction at 4x CPU, ${wantedSize.toLocaleString("en")} incidents, ms`, ours, ...peer, ratio: peer.peer && ours / peer.peer, wanted: "<= 100 ms", reached: ours <= 100 });
  }
  if (size === 100_000) {
    // On the question where we do worst.
    const asked = CHOICES.map((name) => {
      const ours = over(report, size, "ours", worstOf("answer", name));
      const peer = best(report, size, worstOf("answer", name));
      return { name, ours, ...peer, ratio: peer.peer && ours / peer.peer };
    }).filter(({ ratio }) => ratio > 0);
    const worst = asked.toSorted((one, other) => other.ratio - one.ratio)[0];
    if (worst) {
      const { name, ...figures } = worst;
      found.push({ goal: "B5", text: `filter and sort of 100,000, from the choice to the rows: ${name}, ms`, ...figures, wanted: "<= 0.2x", reached: figures.ratio <= 0.2 });
    }
    const ours = over(report, size, "ours", (it) => it.memoryMost) / 1e6;
    const peer = best(report, size, (it) => it.memoryMost / 1e6);
    if (peer.peer) found.push({ goal: "B6", text: "memory with 100,000 incidents, MB", ours, ...peer, ratio: ours / peer.peer, wanted: "<= 1.0x", reached: ours <= peer.peer });
  }
  return found;

  function best(report, size, of) {
    const peers = variants.filter(({ name }) => name !== "ours").map(({ name, title }) => ({ peer: over(report, size, name, of), peerName: title }));
    return peers.filter(({ peer }) => peer !== undefined).toSorted((one, other) => one.peer - other.peer)[0] ?? { peer: null, peerName: null };
  }
}

export function markdown(report, reached) {
  const { about, variants, sizes, measured } = report;
  const heads = variants.map(({ title }) => title);
  const counted = (size) => size.toLocaleString("en");
  const names = [...new Set(measured.flatMap(({ steps }) => steps.map(({ name }) => name)))];
  const lines = [
    "# What an account with very many incidents costs in the browser",
    "",
    `${about.date}, commit ${about.commit}. ${about.machine}; Chromium ${about.chromium}, Node ${about.node}; ${Object.entries(about.versions).map(([name, version]) => `${name} ${version}`).join(", ")}. ` +
      `${about.cpu}x CPU, network of this machine alone; medians of ${about.runs} visits each. Load before and after each: ${about.load.join(", ")}.`,
    "",
    table(["Incidents", ...heads.map((head) => `${head}: shown after, ms`), "all as JSON, MB (brotli)"], sizes.map((size) => [counted(size), ...variants.map(({ name }) => ms(over(report, size, name, (it) => it.shown))), `${mb(about.carried[size].raw)} (${mb(about.carried[size].compressed)})`])),
    "",
    "Worst interaction, from the key or the press to the next frame, ms (16 stands for anything up to it); in brackets the longest task after any of them.",
    "",
    table(["Incidents", ...heads], sizes.map((size) => [counted(size), ...variants.map(({ name }) => `${ms(over(report, size, name, worstOf("worst")))} (${ms(over(report, size, name, worstOf("task")))})`)])),
    "",
    "Memory, MB: when the rows are there; in brackets after everything, with up to 1,000 rows fetched.",
    "",
    table(["Incidents", ...heads], sizes.map((size) => [counted(size), ...variants.map(({ name }) => `${mb(over(report, size, name, (it) => it.memory))} (${mb(over(report, size, name, (it) => it.memoryMost))})`)])),
  ];
  for (const size of sizes) {
    lines.push("", `## ${counted(size)} incidents, step by step`, "", "Worst interaction / from the last key or press to the rows that answer it, ms.", "");
    lines.push(table(["Step", ...heads], names.map((name) => [name, ...variants.map((variant) => `${ms(over(report, size, variant.name, worstOf("worst", name)))} / ${ms(over(report, size, variant.name, worstOf("answer", name)))}`)])));
  }
  if (reached.length > 0) {
    lines.push("", "## Goals", "");
    lines.push(table(["Goal", "ours", "best peer", "which", "ratio", "wanted", "reached"], reached.map(({ goal, text, ours, peer, peerName, ratio, wanted, reached }) => [`${goal}: ${text}`, ours.toFixed(1), peer?.toFixed(1) ?? "–", peerName ?? "–", ratio?.toFixed(2) ?? "–", wanted, reached ? "yes" : "no"])));
  }
  return `${lines.join("\n")}\n`;
}

const COLOURS = ["#0b5cad", "#777777", "#2c8a4b", "#b4441c"];

/** What grows with the number of incidents: three small plots, both axes in powers of ten. */
export function plot(report) {
  const { variants, sizes } = report;
  const MEASURES = [
    { title: "rows on show after, ms", of: (it) => it.shown },
    { title: "worst choice to its rows, ms", of: (it) => Math.max(...it.steps.filter(({ name }) => CHOICES.includes(name)).map(({ answer }) => answer ?? 0)) },
    { title: "memory, MB", of: (it) => it.memoryMost / 1e6 },
  ];
  const [width, height, left, top] = [300, 200, 46, 34];
  const parts = [];
  MEASURES.forEach(({ title, of }, at) => {
    const curves = variants.map(({ name }) => sizes.map((size) => over(report, size, name, of)));
    const all = curves.flat().filter((value) => value > 0);
    if (all.length === 0) return;
    const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
    const span = Math.log10(sizes.at(-1) / sizes[0]) || 1;
    const x = (size) => at * (width + 70) + left + (Math.log10(size / sizes[0]) / span) * width;
    const y = (value) => top + height - ((Math.log10(value) - low) / (high - low || 1)) * height;
    parts.push(`<text x="${x(sizes[0])}" y="18" font-weight="bold">${title}</text>`);
    for (let power = low; power <= high; power += 1) {
      parts.push(`<path d="M${x(sizes[0])} ${y(10 ** power)}h${width}" stroke="#ccc"/><text x="${x(sizes[0]) - 6}" y="${y(10 ** power) + 4}" text-anchor="end">${(10 ** power).toLocaleString("en")}</text>`);
    }
    for (const size of sizes) parts.push(`<text x="${x(size)}" y="${top + height + 18}" text-anchor="middle">${size.toLocaleString("en")}</text>`);
    curves.forEach((curve, which) => {
      const points = curve.map((value, index) => value > 0 && `${x(sizes[index]).toFixed(1)},${y(value).toFixed(1)}`).filter(Boolean);
      parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${COLOURS[which]}" stroke-width="2"/>`);
    });
  });
  const legend = variants.map(({ title }, which) => `<rect x="${left + which * 230}" y="${top + height + 34}" width="14" height="4" fill="${COLOURS[which]}"/><text x="${left + which * 230 + 20}" y="${top + height + 41}">${title}</text>`);
  const [whole, tall] = [MEASURES.length * (width + 70) + left, top + height + 56];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${tall}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${parts.join("")}${legend.join("")}</svg>\n`;
}

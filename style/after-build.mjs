// Trunk runs this after each build, before it puts the build in place.
//
// It joins style/*.css into one partner-support.css, since Trunk copies style sheets one by one and a constructed style sheet knows no
// @import; and into two, for a release: what is shown before the program is there, and the rest. layers.css comes first: it states the
// order, so that the order of the others does not matter. Names of scale.css become their values. Lengths are written in rem, and become
// multiples of --ps-unit: a host's root font size, which a rem is, may be far from the reader's own; those that keep room around things,
// of --space, which follows the density. In the conditions of containers, where no property counts, they become multiples of the text's
// size. And it takes Trunk's own instruction out of the page, which Trunk leaves there when it injects no script.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!target) {
  console.error("style/after-build.mjs: name the folder of the build, or let Trunk run it");
  process.exit(1);
}

/** Sizes, weights and times by their names. */
const SCALE = new Map(Array.from(readFileSync(join(here, "scale.css"), "utf8").matchAll(/(--[\w-]+): ([^;]+);/g), ([, name, value]) => [name, value]));
/** The size of plain text in rem. */
const TEXT = parseFloat(SCALE.get("--text-plain"));
/** Room around things, and what takes it back; of what is to be pressed, what has room to spare. */
const ROOM = /^\s*(padding|margin|gap|inset-inline:|min-block-size: (2\.[5-9]|3)|max-inline-size: calc\(var\(--ps-width)/;
function inUnits(written) {
  const line = written.replaceAll(/var\((--(?:text|weight|motion)-[\w-]+)\)/g, (_, name) => {
    if (!SCALE.has(name)) throw new Error(`style/scale.css has no ${name}`);
    return SCALE.get(name);
  });
  if (line.includes("--ps-unit:")) return line;
  if (line.trimStart().startsWith("@")) return line.replace(/([\d.]+)rem\b/g, (_, length) => `${+(length / TEXT).toFixed(4)}em`);
  return line.replace(/(-?[\d.]+)rem\b/g, `calc($1 * var(${ROOM.test(line) ? "--space" : "--ps-unit"}))`);
}

/** What a page shows until its data is there. */
const FIRST_PAINT = ["layers", "tokens", "base", "frame", "button", "loading", "modes"].map((name) => `${name}.css`);
const others = readdirSync(here).filter((name) => name.endsWith(".css") && name !== "scale.css" && !FIRST_PAINT.includes(name));
const joined = (names) => names.map((name) => readFileSync(join(here, name), "utf8").split("\n").map(inUnits).join("\n")).join("\n");
const [first, later] = [FIRST_PAINT, others.sort()].map(joined);
for (const [name, styles] of Object.entries({ "partner-support.css": `${first}\n${later}`, "first-paint.css": first, "later.css": later })) {
  writeFileSync(join(target, name), styles);
}

const page = join(target, "index.html");
writeFileSync(page, readFileSync(page, "utf8").replace(/^\s*<link data-trunk [^>]*>\n/gm, ""));

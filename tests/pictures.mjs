// Pictures of specimens, made small enough to be kept and compared: what size each is, and what its parts look like on average.
import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

/** About so wide and high is what a picture is averaged over, in pixels. */
export const FINE = { width: 64, height: 32 };
export const COARSE = { width: 128, height: 64 };
/** Of each cell: how light it is, two parts of its colour, and how much in it has an edge. */
const MEASURES = 4;
/**
 * As far two pictures of the same may be apart in a cell, of 255. A border that is lost makes a difference of 5 where it was faint, an icon
 * far more; a letter that is smoothed in another way makes none.
 */
const SLACK = 2;
/** No picture that is taken at once is higher, unless one specimen is. */
const MOST = 4_000;

/** In the page: each specimen at whole pixels, so that what is before one does not change its picture. Where each begins and ends. */
function arrange() {
  const { shadowRoot: root } = document.querySelector("partner-support");
  const all = [...root.querySelectorAll("[data-part]")];
  const page = all[0].closest(".page");
  root.activeElement?.blur();
  // Where the page is served differs from run to run, and a message names it.
  const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(location.host, "site.example");
  // Nothing but the specimens.
  for (let around = page; around?.parentElement; around = around.parentElement) {
    for (const beside of around.parentElement.children) if (beside !== around && beside.localName !== "style") beside.style.display = "none";
  }
  for (const head of root.querySelectorAll(".section > h2, [data-part] > h3")) head.style.display = "none";
  for (const cards of root.querySelectorAll(".cards")) Object.assign(cards.style, { gridTemplateColumns: "548px 548px", gap: "24px" });
  const heights = all.map((specimen) => Math.ceil(specimen.getBoundingClientRect().height));
  all.forEach((specimen, place) => (specimen.style.height = `${heights[place]}px`));
  return all.map((specimen) => {
    const { top, bottom } = specimen.getBoundingClientRect();
    return { id: specimen.id, top, bottom };
  });
}

/** In the page: these specimens alone. Where they are. */
function show(ids) {
  const { shadowRoot: root } = document.querySelector("partner-support");
  const wanted = ids.map((id) => root.getElementById(id));
  for (const specimen of root.querySelectorAll("[data-part]")) specimen.style.display = wanted.includes(specimen) ? "grid" : "none";
  for (const group of root.querySelectorAll(".section[aria-labelledby]:has(> .cards)")) {
    group.style.display = wanted.some((specimen) => group.contains(specimen)) ? "grid" : "none";
  }
  scrollTo(0, 0);
  const page = wanted[0].closest(".page");
  page.style.translate = "";
  const { top, left } = wanted[0].getBoundingClientRect();
  page.style.translate = `${Math.ceil(left) - left}px ${Math.ceil(top) - top}px`;
  return wanted.map((specimen) => {
    const { x, y, width, height } = specimen.lastElementChild.getBoundingClientRect();
    return { id: specimen.id, x, y, width: Math.round(width), height: Math.round(height) };
  });
}

/** In an empty page: what is measured of each part of a picture. */
async function measure({ png, parts, cell }) {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const drawn = new OffscreenCanvas(picture.width, picture.height).getContext("2d", { willReadFrequently: true });
  drawn.drawImage(picture, 0, 0);
  return parts.map(({ x, y, width, height }) => {
    const { data } = drawn.getImageData(x, y, width, height);
    const across = Math.max(1, Math.round(width / cell.width));
    const down = Math.max(1, Math.round(height / cell.height));
    const sums = new Float64Array(across * down * 5);
    const light = new Float32Array(width * height);
    for (let at = 0; at < light.length; at += 1) light[at] = 0.299 * data[at * 4] + 0.587 * data[at * 4 + 1] + 0.114 * data[at * 4 + 2];
    const cellOf = Int32Array.from({ length: width }, (_, column) => 5 * Math.floor((column * across) / width));
    for (let row = 0, at = 0; row < height; row += 1) {
      const from = 5 * across * Math.floor((row * down) / height);
      const below = row + 1 < height ? width : 0;
      for (let column = 0; column < width; column += 1, at += 1) {
        const into = from + cellOf[column];
        const here = light[at];
        sums[into] += here;
        sums[into + 1] += data[at * 4] - here;
        sums[into + 2] += data[at * 4 + 2] - here;
        sums[into + 3] += Math.abs(light[at + (column + 1 < width ? 1 : 0)] - here) + Math.abs(light[at + below] - here);
        sums[into + 4] += 1;
      }
    }
    const byte = (value) => Math.max(0, Math.min(255, Math.round(value)));
    const cells = [];
    for (let into = 0; into < sums.length; into += 5) {
      const mean = (which) => sums[into + which] / sums[into + 4];
      cells.push(byte(mean(0)), byte(128 + mean(1)), byte(128 + mean(2)), byte(2 * mean(3)));
    }
    return cells;
  });
}

const shot = async (page, clip) => (await page.screenshot({ clip, animations: "disabled" })).toString("base64");

/** Takes pictures with a page that is open. */
export class Camera {
  #page;
  /** An empty page, in which they are measured. */
  #gauge;
  /** Which specimens are taken at once, by their ids, and how high they are together. */
  #shots = [];

  static async of(page) {
    const camera = new Camera();
    camera.#page = page;
    camera.#gauge = await page.context().newPage();
    // Nothing lies under the pointer, which would look pressed or not by chance.
    await page.mouse.move(0, 0);
    let top = -Infinity;
    for (const specimen of await page.evaluate(arrange)) {
      if (specimen.bottom - top > MOST) {
        camera.#shots.push([]);
        top = specimen.top;
      }
      camera.#shots.at(-1).push(specimen.id);
    }
    return camera;
  }

  /** What every specimen looks like, or those that `wanted` picks by their id: its size and its measures, by its id. */
  async pictures(media, { cell = FINE, wanted = () => true } = {}) {
    await this.#page.emulateMedia(media);
    const found = new Map();
    let measured = Promise.resolve();
    for (const ids of this.#shots.map((ids) => ids.filter(wanted)).filter((ids) => ids.length > 0)) {
      const parts = await this.#page.evaluate(show, ids);
      const crooked = parts.filter(({ x, y }) => Math.abs(x - Math.round(x)) + Math.abs(y - Math.round(y)) > 0.05);
      if (crooked.length > 0) throw new Error(`not at whole pixels: ${crooked.map(({ id, x, y }) => `${id} (${x}, ${y})`).join(", ")}`);
      for (const part of parts) Object.assign(part, { x: Math.round(part.x), y: Math.round(part.y) });
      const height = Math.max(...parts.map(({ y, height }) => y + height));
      const { width, height: now } = this.#page.viewportSize();
      if (now < height) await this.#page.setViewportSize({ width, height });
      const png = await shot(this.#page, { x: 0, y: 0, width, height });
      // Meanwhile the next is taken.
      await measured;
      measured = this.#gauge.evaluate(measure, { png, parts, cell }).then((cells) => {
        parts.forEach(({ id, width, height }, place) => found.set(id, { width, height, cells: cells[place] }));
      });
    }
    await measured;
    return found;
  }

  /** What these pictures depend on besides the app: the browser, and the letters that it draws. */
  async madeWith() {
    const family = await this.#page.evaluate(() => {
      const { shadowRoot: root } = document.querySelector("partner-support");
      return [root.querySelector(".app"), root.querySelector(".code")].map((element) => getComputedStyle(element).fontFamily);
    });
    const line = (size, weight, family) => `<p style='font: ${weight} ${size}px ${family.replaceAll("'", "&apos;")}'>Hamburgefonstiv 0123 ↗ ✓ •• دعم الشركاء</p>`;
    await this.#gauge.setContent(family.flatMap((family) => [13, 16].flatMap((size) => [400, 700].map((weight) => line(size, weight, family)))).join(""));
    const drawn = await shot(this.#gauge, { x: 0, y: 0, width: 600, height: 400 });
    return { chromium: this.#page.context().browser().version().split(".")[0], letters: createHash("sha256").update(drawn).digest("hex").slice(0, 16) };
  }
}

/** What sets two pictures of a specimen apart, in words; nothing where they are alike. */
export function difference(before, now) {
  if (!now) return "is not there any more";
  if (!before) return "is new";
  if (before.width !== now.width || before.height !== now.height) {
    return `is ${now.width} × ${now.height} pixels, and was ${before.width} × ${before.height}`;
  }
  const other = new Set();
  now.cells.forEach((value, at) => Math.abs(value - before.cells[at]) > SLACK && other.add(Math.floor(at / MEASURES)));
  return other.size > 0 ? `looks different in ${other.size} of its ${now.cells.length / MEASURES} places` : undefined;
}

/** Every specimen that does not look as before, with what sets it apart. */
export function differences(before, now) {
  const ids = [...new Set([...before.keys(), ...now.keys()])].toSorted();
  return ids.flatMap((id) => {
    const apart = difference(before.get(id), now.get(id));
    return apart ? [`${id} ${apart}`] : [];
  });
}

/** How many numbers a picture of this size has. */
const lengthOf = ({ width, height }, cell) => Math.max(1, Math.round(width / cell.width)) * Math.max(1, Math.round(height / cell.height)) * MEASURES;

/**
 * Pictures as a text: what they were made with, then a line for each specimen, with its size in each way and the numbers of all ways, packed.
 * `ways` has the pictures of each way and the cell that they were averaged over.
 */
export function written(madeWith, ways) {
  const all = Object.values(ways);
  const ids = [...all[0].pictures.keys()].toSorted();
  const line = (id) => {
    const pictures = all.map(({ pictures }) => pictures.get(id));
    const packed = brotliCompressSync(Uint8Array.from(pictures.flatMap(({ cells }) => cells)));
    return [id, ...pictures.map(({ width, height }) => `${width}x${height}`), packed.toString("base64url")].join(" ");
  };
  return [JSON.stringify(madeWith), ...ids.map(line), ""].join("\n");
}

/** The same, read again: the pictures of each way, and what they were made with. */
export function read(text, cells) {
  const [madeWith, ...lines] = text.trimEnd().split("\n");
  const ways = Object.fromEntries(Object.keys(cells).map((way) => [way, new Map()]));
  for (const line of lines) {
    const [id, ...sizes] = line.split(" ");
    const numbers = [...brotliDecompressSync(Buffer.from(sizes.pop(), "base64url"))];
    Object.entries(cells).forEach(([way, cell], place) => {
      const [width, height] = sizes[place].split("x").map(Number);
      ways[way].set(id, { width, height, cells: numbers.splice(0, lengthOf({ width, height }, cell)) });
    });
  }
  return { madeWith: JSON.parse(madeWith), ways };
}

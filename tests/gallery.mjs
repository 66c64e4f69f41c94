// The gallery of all parts, opened; and what the code has a name for, which is to be in it.
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const source = (path) => readFileSync(resolve(root, path), "utf8");

/** The gallery in a language, unfolded, with the errors of its forms on show. `specimen` is the one that the address leads to. */
export async function openGallery(app, t, language, { specimen = "", unfolded = true, ...options } = {}) {
  const page = await app.newPage(t, options);
  await page.goto(`${app.product.address}/?lang=${language}#/support/gallery${specimen && `/${specimen}`}`);
  await page.locator("[data-part=timeline] li").first().waitFor();
  // What unfolds by itself has done so.
  await page.locator("[data-part=AccountMenu] .account-panel.open").last().waitFor();
  if (unfolded) await unfold(page);
  return page;
}

async function unfold(page) {
  const forms = await page.locator('[data-state="After a press"]').all();
  for (const form of forms) {
    await form.locator("button[type=submit]").click();
    await form.locator(".error-summary").waitFor();
  }
  await page.evaluate(() => {
    const root = document.querySelector("partner-support").shadowRoot;
    const [, ...others] = root.querySelectorAll("[data-part=VerdictPanel]");
    // The rules that do not decide are the same fifty in every panel: once is enough.
    const folds = [...root.querySelectorAll("[data-part] details")].filter((fold) => !others.some((panel) => panel.contains(fold) && fold.querySelector(".rules")));
    folds.forEach((fold) => (fold.open = true));
  });
}

/** How much room the element leaves around things from now on. */
export async function setDensity(page, density) {
  await page.locator("partner-support").evaluate((element, density) => element.setAttribute("density", density), density);
}

/** The names of an enum's variants, as its source has them. */
export function variantsOf(path, name) {
  const [, body] = source(path).match(new RegExp(`enum ${name} \\{\\n(.*?)\\n\\}`, "s"));
  return [...body.matchAll(/^ {4}([A-Z]\w*)/gm)].map(([, variant]) => variant);
}

/** The parts that pages take from src/ui: its public components, and what else of it is seen. */
export function partsOfUi() {
  const taken = [...source("src/ui/mod.rs").matchAll(/^pub\(crate\) use (\w+)::(?:\{([^}]*)\}|(\w+));/gm)];
  return taken.flatMap(([, file, several, one]) => {
    const components = source(`src/ui/${file}.rs`).matchAll(/#\[component\]\npub\(crate\) fn (\w+)/g);
    const seen = ["save_file", ...[...components].map(([, name]) => name)];
    return (several ?? one).split(",").map((name) => name.trim()).filter((name) => seen.includes(name));
  });
}

/** Every component of the pages, as `page: Name`, with those of the same page that it is made of. */
export function partsOfPages() {
  const found = new Map();
  for (const entry of readdirSync(resolve(root, "src/pages"), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const bodies = new Map();
    const files = readdirSync(resolve(root, "src/pages", entry.name)).filter((file) => file !== "parts.rs");
    for (const file of files) {
      // What follows a component helps to draw it.
      const [, ...components] = source(`src/pages/${entry.name}/${file}`).split("#[component]\n");
      for (const body of components) bodies.set(body.match(/fn (\w+)/)[1], body);
    }
    for (const [name, body] of bodies) {
      const within = [...body.matchAll(/<([A-Z]\w+)/g)].map(([, other]) => other).filter((other) => other !== name && bodies.has(other));
      found.set(`${entry.name}: ${name}`, [...new Set(within)].map((other) => `${entry.name}: ${other}`));
    }
  }
  return found;
}

// The gallery of all parts, opened; and what the code has a name for, which is to be in it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const source = (path) => readFileSync(resolve(root, path), "utf8");

/** The gallery in a language, unfolded, with the errors of its form on show. `specimen` is the one that the address leads to. */
export async function openGallery(app, t, language, { specimen = "", unfolded = true, ...options } = {}) {
  const page = await app.newPage(t, options);
  await page.goto(`${app.product.address}/?lang=${language}#/support/gallery${specimen && `/${specimen}`}`);
  await page.locator("[data-part=timeline] li").first().waitFor();
  if (unfolded) await unfold(page);
  return page;
}

async function unfold(page) {
  await page.locator("[data-part=ErrorSummary] button[type=submit]").click();
  await page.locator(".error-summary").waitFor();
  await page.evaluate(() => {
    const root = document.querySelector("partner-support").shadowRoot;
    const [, ...others] = root.querySelectorAll("[data-part=VerdictPanel]");
    // The rules that do not decide are the same fifty in every panel: once is enough.
    const folds = [...root.querySelectorAll("[data-part] details")].filter((fold) => !others.some((panel) => panel.contains(fold) && fold.querySelector(".rules")));
    folds.forEach((fold) => (fold.open = true));
  });
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

// Pictures of every page, for people to look at: tests/output/look/<language>/<person>/<page>-<width>-<scheme>.png
//
//   node tests/look.mjs [--person NAME]… [--page benefits]… [--locale en] [--width 768] [--scheme dark]
//
// Without words: every page at every width, scheme and language, as the people below. The gallery of all parts is nobody's, and lies in
// another build: tests/output/look/<language>/gallery/<group>-<width>-<scheme>.png
import { join } from "node:path";
import { parseArgs } from "node:util";

import { openGallery } from "./gallery.mjs";
import { App, OUTPUT } from "./harness.mjs";
import { GALLERY_DIST } from "./product.mjs";
import { LANGUAGES } from "./words.mjs";

const GALLERY = "gallery";

const PAGES = {
  benefits: "/benefits",
  incidents: "/incidents",
  "new-incident": "/incidents/new",
  plans: "/plans",
  coverage: "/coverage",
  rules: "/rules/S22",
  usage: "/benefits/usage",
  operator: "/operator",
  "operator-incidents": "/operator/incidents",
  "operator-accounts": "/operator/accounts",
  "operator-account": "/operator/accounts/birch-systems",
  "operator-audit": "/operator/audit",
  "operator-import": "/operator/import",
};

const { values: chosen } = parseArgs({
  options: {
    person: { type: "string", multiple: true },
    page: { type: "string", multiple: true, default: [...Object.keys(PAGES), GALLERY] },
    locale: { type: "string", multiple: true, default: LANGUAGES },
    width: { type: "string", multiple: true, default: ["360", "768", "1440"] },
    scheme: { type: "string", multiple: true, default: ["light", "dark"] },
  },
});

let faults = 0;
const pages = chosen.page.filter((name) => name !== GALLERY);
if (pages.length > 0) await look(new App(), ofPeople);
if (chosen.page.includes(GALLERY)) await look(new App({ dist: GALLERY_DIST }), ofGallery);
process.exitCode = faults === 0 ? 0 : 1;

async function look(app, at) {
  await app.start();
  try {
    for (const locale of chosen.locale) await at(app, locale);
  } finally {
    await app.stop();
  }
}

async function ofPeople(app, locale) {
  for (const person of chosen.person ?? (await everyone(app))) {
    const page = await app.open(undefined, person, { locale });
    page.on("pageerror", (error) => (faults += 1, console.error(`${person}: ${error}`)));
    for (const name of pages) {
      await app.go(page, PAGES[name] ?? name);
      await inEveryWay(page, async (way, sideways) => {
        console.log(`${await app.picture(page, `look/${locale}/${person}/${name}-${way}`)}${sideways}`);
      });
    }
    await page.context().close();
  }
}

async function ofGallery(app, locale) {
  const page = await openGallery(app, undefined, locale);
  page.on("pageerror", (error) => (faults += 1, console.error(`${GALLERY}: ${error}`)));
  // Whole, it is too long to be looked at.
  const groups = await page.locator(".section[aria-labelledby]").all();
  await inEveryWay(page, async (way, sideways) => {
    for (const group of groups) {
      const file = join(OUTPUT, "look", locale, GALLERY, `${await group.getAttribute("aria-labelledby")}-${way}.png`);
      await group.screenshot({ path: file, animations: "disabled" });
      console.log(`${file}${sideways}`);
    }
  });
  await page.context().close();
}

/** Sets up every way to look at a page that was asked for, by its name, with a word where the page does not fit. */
async function inEveryWay(page, look) {
  for (const colorScheme of chosen.scheme) {
    await page.emulateMedia({ colorScheme });
    for (const width of chosen.width) {
      await page.setViewportSize({ width: Number(width), height: 900 });
      const sideways = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
      await look(`${width}-${colorScheme}`, sideways > 0 ? `  scrolls sideways by ${sideways} px` : "");
    }
  }
}

/** Every person that the demo issuer offers. */
async function everyone(app) {
  const page = await app.newPage(undefined);
  await page.goto(app.address(), { waitUntil: "commit" });
  await page.waitForURL((url) => url.href.startsWith(app.product.issuerAddress));
  const names = await page.getByRole("listitem").getByRole("button").allTextContents();
  await page.context().close();
  return names.map((name) => name.trim());
}

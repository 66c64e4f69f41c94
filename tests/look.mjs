// Pictures of every page, for people to look at: tests/output/look/<language>/<person>/<page>-<width>-<scheme>.png
//
//   node tests/look.mjs [--person NAME]… [--page benefits]… [--locale en] [--width 768] [--scheme dark]
//
// Without words: every page at every width, scheme and language, as the people below.
import { parseArgs } from "node:util";

import { App } from "./harness.mjs";
import { LANGUAGES } from "./words.mjs";

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
    page: { type: "string", multiple: true, default: Object.keys(PAGES) },
    locale: { type: "string", multiple: true, default: LANGUAGES },
    width: { type: "string", multiple: true, default: ["360", "768", "1440"] },
    scheme: { type: "string", multiple: true, default: ["light", "dark"] },
  },
});

const app = new App();
await app.start();
let faults = 0;
try {
  for (const locale of chosen.locale) {
    for (const person of chosen.person ?? (await everyone())) {
      const page = await app.open(undefined, person, { locale });
      page.on("pageerror", (error) => (faults += 1, console.error(`${person}: ${error}`)));
      for (const name of chosen.page) {
        await app.go(page, PAGES[name] ?? name);
        for (const colorScheme of chosen.scheme) {
          await page.emulateMedia({ colorScheme });
          for (const width of chosen.width) {
            await page.setViewportSize({ width: Number(width), height: 900 });
            const sideways = await page.evaluate(
              () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
            );
            const file = await app.picture(page, `look/${locale}/${person}/${name}-${width}-${colorScheme}`);
            console.log(`${file}${sideways > 0 ? `  scrolls sideways by ${sideways} px` : ""}`);
          }
        }
      }
      await page.context().close();
    }
  }
} finally {
  await app.stop();
}
process.exitCode = faults === 0 ? 0 : 1;

/** Every person that the demo issuer offers. */
async function everyone() {
  const page = await app.newPage(undefined);
  await page.goto(app.address(), { waitUntil: "commit" });
  await page.waitForURL((url) => url.href.startsWith(app.product.issuerAddress));
  const names = await page.getByRole("listitem").getByRole("button").allTextContents();
  await page.context().close();
  return names.map((name) => name.trim());
}

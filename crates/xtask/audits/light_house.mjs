// Lighthouse: accessibility and best practices, of the pages that anybody may see as it loads them itself, and of the others as
// they are after somebody has signed in.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AUDITS, CHROMIUM } = process.env;
const installed = createRequire(join(AUDITS, "package.json"));
const load = (name) => import(pathToFileURL(installed.resolve(name)));

const CATEGORIES = ["accessibility", "best-practices"];
const PATIENCE_MS = 60_000;
const PUBLIC = ["/plans", "/coverage", "/rules"];
const SIGNED_IN = ["/benefits", "/incidents", "/incidents/new", "/plans"];

/** Every page with its scores out of 100, and what kept it from them. */
export async function lighthouse(app, person, flags) {
  const [{ default: run, snapshot }, { default: puppeteer }] = await Promise.all([load("lighthouse"), load("puppeteer-core")]);
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, headless: true, args: [...flags, "--lang=en-GB"] });
  try {
    const pages = [];
    const options = { onlyCategories: CATEGORIES, output: "json", logLevel: "error" };
    for (const path of PUBLIC) {
      const page = await browser.newPage();
      pages.push(judged(path, await run(app.address(path), options, undefined, page)));
      await page.close();
    }
    const page = await browser.newPage();
    await page.goto(app.address("/plans"));
    for (const button of ["Sign in", person]) await page.locator(`::-p-aria([name="${button}"][role="button"])`).setTimeout(PATIENCE_MS).click();
    await page.waitForSelector(`>>> ::-p-aria([name="Account: ${person}"])`, { timeout: PATIENCE_MS });
    for (const path of SIGNED_IN) {
      await page.evaluate((fragment) => (location.hash = fragment), `#/support${path}`);
      await page.waitForNetworkIdle({ concurrency: 1 });
      pages.push(judged(`${path}, signed in`, await snapshot(page, { flags: options })));
    }
    return pages;
  } finally {
    await browser.close();
  }
}

function judged(name, { lhr }) {
  const scores = Object.values(lhr.categories).map(({ title, score }) => `${title} ${Math.round(score * 100)}`);
  const counted = new Set(Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id)));
  const findings = Object.values(lhr.audits)
    .filter(({ id, score }) => counted.has(id) && score !== null && score < 1)
    .map(({ id, title, details }) => ({
      rule: id,
      what: title,
      where: (details?.items ?? []).map((item) => item.node?.selector ?? item.description ?? item.url ?? "").join(", ").slice(0, 400),
    }));
  return { name, scores, findings };
}

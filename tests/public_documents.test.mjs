// What anybody may read is there as documents, whole without the program and without scripts; where scripts run, the element takes over
// and loses nothing.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";

import { documents } from "../crates/xtask/dist/documents.mjs";
import { prerendered } from "../crates/xtask/dist/prerendered.mjs";
import { release } from "../crates/xtask/dist/release.mjs";
import { startChromium } from "./harness.mjs";
import { useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const folder = mkdtempSync(join(tmpdir(), "documents-"));
after(() => rmSync(folder, { recursive: true }));
const programme = resolve(import.meta.dirname, "../programmes/mpn-2021.json");
const PAGES = { plans: "plans", coverage: "coverage", rules: "rule_book" };

const hosts = useHosts(async (build) => {
  const browser = await startChromium();
  const version = "0.1.0";
  const first = await prerendered(build, browser);
  release({ build, folder, version, first, documents: await documents({ build, browser, programme, version }) });
  await browser.close();
  return folder;
});

const heading = (page, language, name) => page.getByRole("heading", { level: 1, name: wordsOf(language)(`${name}.title`), exact: true });
const address = (path) => `${hosts.assets}/v0/${path}/`;

test("every page that anybody may read is whole without scripts, in every language, and leads to the others", async (t) => {
  for (const [language, prefix, dir] of [["en", "", "ltr"], ["fr", "fr/", "ltr"], ["ar", "ar/", "rtl"]]) {
    for (const [path, name] of Object.entries(PAGES)) {
      const page = await hosts.newPage(t, { javaScriptEnabled: false });
      await page.goto(address(prefix + path));
      await heading(page, language, name).waitFor();
      assert.equal(await page.locator(".loading").count(), 0);
      assert.ok((await page.locator(".app").innerText()).length > 2_000, `${prefix}${path}`);
      assert.equal(await page.locator(".app .button:visible, .app input:visible, .app select:visible").count(), 0, "nothing that would do nothing");
      assert.match(await page.title(), /Microsoft Partner Network/);
      assert.equal(await page.locator("html").getAttribute("dir"), dir);
      const other = page.locator(`.languages a[hreflang="${language === "en" ? "fr" : "en"}"]`);
      assert.equal(await other.count(), 1);
      await page.setViewportSize({ width: 360, height: 800 });
      const plans = page.getByRole("link", { name: wordsOf(language)("shell.nav_plans"), exact: true });
      assert.ok(await plans.isVisible());
      assert.equal(new URL(await plans.getAttribute("href"), page.url()).href, `${hosts.assets}/v0/${prefix}plans/`);
    }
  }
});

test("a document names the licences of the data that is in it", async (t) => {
  const page = await hosts.newPage(t, { javaScriptEnabled: false });
  await page.goto(address("fr/coverage"));
  const named = new URL(await page.locator('link[rel="license"]').getAttribute("href"), page.url()).href;
  assert.equal(named, `${hosts.assets}/v0/licences.txt`);
  const text = await (await fetch(named)).text();
  for (const licence of [/Microsoft Lifecycle data.+\n.+CC-BY-4\.0/, /endoflife\.date.+\n.+MIT/]) assert.match(text, licence);
});

test("the answers of the coverage stand in its document", async (t) => {
  const page = await hosts.newPage(t, { javaScriptEnabled: false });
  await page.goto(address("coverage"));
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Windows Server 2019" }) });
  assert.ok(await row.getByText(wordsOf("en")("coverage.yes"), { exact: true }).first().isVisible());
});

/** A document whose program waits for `come`. */
async function waiting(t, path, options = {}) {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  const page = await hosts.newPage(t, options);
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: "layout-shift", buffered: true });
    addEventListener("ready", () => (globalThis.isReady = true));
  });
  await page.route("**/*.wasm", (route) => held.then(() => route.continue()));
  await page.goto(address(path));
  return { page, come: () => (come(), page.waitForFunction(() => globalThis.isReady)) };
}

test("the program takes a document over without moving anything, and speaks its language", async (t) => {
  for (const [path, language, name] of [["plans", "en", "plans"], ["fr/rules", "fr", "rule_book"], ["coverage", "en", "coverage"]]) {
    const { page, come } = await waiting(t, path, { locale: "de" });
    await heading(page, language, name).waitFor();
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY === 300);
    await come();
    await heading(page, language, name).waitFor();
    assert.equal(await page.locator("[data-page]").count(), 0, "the program's page stands in its place");
    assert.equal(await page.evaluate(() => scrollY), 300);
    assert.equal(await page.evaluate(() => shifts.reduce((sum, shift) => sum + shift, 0)), 0, path);
    await hosts.axe(page);
  }
});

test("what is typed, ticked and focused in a document stays when the program takes over, and counts", async (t) => {
  const { page, come } = await waiting(t, "plans");
  const differences = page.getByRole("checkbox", { name: wordsOf("en")("plans.differences_only") });
  await differences.check();
  const quote = page.getByRole("textbox").first();
  await quote.fill("1200");
  await come();
  assert.equal(await differences.isChecked(), true);
  assert.equal(await quote.inputValue(), "1200");
  assert.ok((await quote.evaluate((box) => box.getRootNode().activeElement === box)) === true);
  await page.locator(".plans-status", { hasText: /\S/ }).waitFor();
});

test("a link of a document leads to another one before the program is there, and its page is shown by the program after", async (t) => {
  const { page, come } = await waiting(t, "plans");
  await page.getByRole("link", { name: wordsOf("en")("shell.nav_rules"), exact: true }).click();
  await page.waitForURL(address("rules"));
  await heading(page, "en", "rule_book").waitFor();
  await come();
  await page.getByRole("link", { name: wordsOf("en")("shell.nav_plans"), exact: true }).click();
  await page.waitForURL(`${address("rules")}#/support/plans`);
  await heading(page, "en", "plans").waitFor();
});

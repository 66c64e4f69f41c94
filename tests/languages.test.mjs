// Only the reader's language is loaded; the program speaks English by itself. The language decides the direction.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useHosts } from "./hosts.mjs";
import { LANGUAGES, wordsOf } from "./words.mjs";

const hosts = useHosts();
const SENTENCES = /\/words\.[\w-]+(\.\w+)?\.txt/;
const TITLE = "benefits.title";
const heading = (page, language) => page.getByRole("heading", { level: 1, name: wordsOf(language)(TITLE), exact: true });
const speak = (page, tag) => page.evaluate((tag) => document.getElementById("support").setAttribute("locale", tag), tag);

const directionOf = (part) => part.evaluate((node) => getComputedStyle(node).direction);
/** Shows another page of the element by its path. */
async function go(page, path) {
  await page.evaluate((path) => document.getElementById("support").navigate(path), path);
  await hosts.settled(page);
  // The page has its data.
  await page.locator(".loading").first().waitFor({ state: "detached" });
}
/** The path of some incident of a list. */
const anIncidentOf = (list) => async (page) => {
  await go(page, list);
  const href = await page.getByRole("rowheader").getByRole("link").first().getAttribute("href");
  return href.slice(href.indexOf(`${list}/`));
};
/** Every page, the person's that sees most of it. */
const PAGES = {
  bruno: ["/benefits", "/benefits/usage", "/incidents", anIncidentOf("/incidents"), "/incidents/new", "/plans", "/coverage", "/rules", "/rules/compare", "/nowhere"],
  olga: [
    "/operator",
    "/operator/incidents",
    anIncidentOf("/operator/incidents"),
    "/operator/accounts",
    "/operator/accounts/birch-systems",
    "/operator/audit",
    "/operator/import",
  ],
};
const pathOf = (page, path) => (typeof path === "string" ? path : path(page));

/** Every file of sentences that a page asks for; it gets none while `away` is true. */
function watched(away = false) {
  const watch = {
    asked: [],
    away,
    before: (page) =>
      page.route(SENTENCES, (route) => {
        watch.asked.push(route.request().url());
        return watch.away ? route.abort() : route.continue();
      }),
  };
  return watch;
}

test("an English reader loads no other language, and a French one loads French alone, once for all elements", async (t) => {
  const english = watched();
  await hosts.visit(t, { before: english.before });
  assert.deepEqual(english.asked, []);

  const french = watched();
  const twice = 'locale="fr-CH" routing="memory"';
  const page = await hosts.visit(t, { before: french.before, body: `${hosts.element(twice)}${hosts.element(twice)}` });
  await heading(page, "fr").nth(1).waitFor();
  assert.equal(french.asked.length, 1);
});

for (const language of LANGUAGES.filter((language) => language !== "en")) {
  test(`${language}: a language that does not come is said in that language, and trying again brings it`, async (t) => {
    const watch = watched(true);
    const page = await hosts.visit(t, { before: watch.before, attributes: `locale="${language}"`, ready: false });
    hosts.expectFault(page, /ERR_FAILED/);
    hosts.expectFault(page, /partner-support/);
    const again = page.getByRole("button", { name: wordsOf(language)("shell.retry"), exact: true });
    await again.waitFor();
    assert.equal(await directionOf(again), language === "ar" ? "rtl" : "ltr");
    watch.away = false;
    await again.click();
    await hosts.settled(page);
    await heading(page, language).waitFor();
  });
}

test("where another language is wished for later and does not come, the present one stays", async (t) => {
  const watch = watched(true);
  const page = await hosts.visit(t, { before: watch.before });
  hosts.expectFault(page, /ERR_FAILED/);
  hosts.expectFault(page, /partner-support/);
  const said = page.waitForEvent("console", { predicate: (message) => message.text().includes("partner-support") });
  await speak(page, "fr");
  await said;
  await heading(page, "en").waitFor();
  watch.away = false;
  await speak(page, "fr-CA");
  await heading(page, "fr").waitFor();
});

test("of languages that are wished for one after another, the last is spoken", async (t) => {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  const page = await hosts.visit(t, { before: (page) => page.route(SENTENCES, (route) => held.then(() => route.continue())) });
  const french = page.waitForRequest(SENTENCES);
  await speak(page, "fr");
  await french;
  await speak(page, "en-GB");
  come();
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => /\.txt$/.test(name)));
  await heading(page, "en").waitFor();
  assert.equal(await heading(page, "fr").count(), 0);
});

test("a language that is wished for while the program is on its way is the one that it begins with", async (t) => {
  let answered;
  const wished = new Promise((resolve) => (answered = resolve));
  const before = (page) =>
    page.route(SENTENCES, async (route) => {
      await speak(page, "en");
      await route.continue();
      answered();
    });
  const page = await hosts.visit(t, { ready: false, before, attributes: 'locale="fr"' });
  await wished;
  await hosts.settled(page);
  await heading(page, "en").waitFor();
});

test("every page in Arabic is written from right to left in a site that is not, has room at 320 px, and nothing bars anybody", async (t) => {
  for (const [person, paths] of Object.entries(PAGES)) {
    const page = await hosts.visit(t, { person, attributes: 'locale="ar"', width: 320 });
    for (const path of paths) {
      await go(page, await pathOf(page, path));
      assert.equal(await directionOf(page.getByRole("heading", { level: 1 })), "rtl", String(path));
      await barsNobody(page, path);
    }
  }
});

test("in a site that is written from right to left, a language that is not stays as it is", async (t) => {
  const page = await hosts.visit(t, { html: 'lang="ar" dir="rtl"', attributes: 'locale="de"' });
  assert.equal(await directionOf(heading(page, "de")), "ltr");
  assert.equal(await directionOf(page.locator("header")), "rtl");
  await page.evaluate(() => document.getElementById("support").removeAttribute("locale"));
  await heading(page, "ar").waitFor();
  assert.equal(await directionOf(heading(page, "ar")), "rtl");
});

test("in Arabic the slider's day goes on to the left", async (t) => {
  const page = await hosts.visit(t, { attributes: 'locale="ar"' });
  await go(page, "/coverage");
  const slider = page.getByRole("slider");
  const before = Number(await slider.inputValue());
  await slider.press("ArrowLeft");
  assert.equal(Number(await slider.inputValue()), before + 1);
});

test("digits are those of the reader's whole tag", async (t) => {
  const page = await hosts.visit(t, { attributes: 'locale="ar-MA"' });
  const left = page.locator(".meter-text").first();
  assert.match(await left.innerText(), /\d/);
  await speak(page, "ar-EG");
  await left.getByText(/[٠-٩]/).waitFor();
  assert.doesNotMatch(await left.innerText(), /\d/);
});

test("what stands on a page comes from the sentences, from the programme or from the account: the pseudo-locale, longer than any other, shows nothing else and has room at 320 px", async (t) => {
  for (const [person, paths] of Object.entries(PAGES)) {
    const data = new Set();
    const gather = (value) => {
      if (typeof value === "string") data.add(value);
      else if (value) for (const inner of Object.values(value)) gather(inner);
      // Regions are known by these keys alone.
      Object.keys(value?.contacts ?? {}).forEach((region) => data.add(region));
    };
    const before = (page) => page.on("response", async (answer) => {
      if (answer.url().includes("/api/")) gather(await answer.json().catch(() => null));
    });
    const page = await hosts.visit(t, { person, before, attributes: 'locale="en-XA"', width: 320 });
    await page.getByRole("heading", { level: 1, name: /^\[.+\]$/ }).waitFor();
    for (const path of paths) {
      await go(page, await pathOf(page, path));
      const found = await page.evaluate(texts);
      assert.ok(found.length > 5, String(path));
      const names = [...data].filter((name) => /\p{L}/u.test(name)).sort((one, other) => other.length - one.length);
      assert.deepEqual([...new Set(found)].filter((text) => /\p{L}/u.test(rest(text, names))), [], `${path} says what src/words does not`);
      await barsNobody(page, path);
    }
  }
});

/** The page fits its place, and axe finds nothing. */
async function barsNobody(page, path) {
  const sideways = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
  assert.equal(sideways, 0, `${path} scrolls sideways`);
  await hosts.axe(page);
}

/** What is left of a text without sentences, data, dates, the numbers of rules, what `Intl` puts between names, and formats of files. */
function rest(text, names) {
  let left = text;
  while (/\[[^[\]]*\]/.test(left)) left = left.replaceAll(/\[[^[\]]*\]/g, "");
  for (const name of names) left = left.replaceAll(name, "");
  return left.replaceAll(/\b(\w+ \d{1,2}, \d{4}|\d{1,2} \w+ \d{4}|[AP]M|[SE]\d+|and|or|CSV|JSON)\b/g, "");
}

/** In the page: every text that the element shows or tells. */
function texts() {
  const found = [];
  const told = ["aria-label", "title", "placeholder", "alt"];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return void (node.data.trim() && found.push(node.data.trim()));
    // An example of a file is as programs read it.
    if (node.nodeType !== Node.ELEMENT_NODE || node.ariaHidden === "true" || node.localName === "pre") return;
    found.push(...told.flatMap((name) => node.getAttribute(name) ?? []));
    node.childNodes.forEach(walk);
  };
  walk(document.getElementById("support").shadowRoot.querySelector(".app"));
  return found;
}

// Only the reader's language is loaded; the program speaks English by itself.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const SENTENCES = /\/words\.\w+(\.\w+)?\.txt/;
const TITLE = "benefits.title";
const heading = (page, language) => page.getByRole("heading", { level: 1, name: wordsOf(language)(TITLE), exact: true });
const speak = (page, tag) => page.evaluate((tag) => document.getElementById("support").setAttribute("locale", tag), tag);

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

test("a language that does not come is said in that language, and trying again brings it", async (t) => {
  const watch = watched(true);
  const page = await hosts.visit(t, { before: watch.before, attributes: 'locale="fr"', ready: false });
  hosts.expectFault(page, /ERR_FAILED/);
  hosts.expectFault(page, /partner-support/);
  const again = page.getByRole("button", { name: "Réessayer" });
  await again.waitFor();
  watch.away = false;
  await again.click();
  await hosts.settled(page);
  await heading(page, "fr").waitFor();
});

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

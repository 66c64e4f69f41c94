// What is covered, on any day, for anybody: the coverage page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { fits } from "../crates/xtask/audits/fits.mjs";
import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const SEED = "/coverage?on=2021-03-04";
const OFFERS = "Microsoft Product Support (Silver, Gold)";

const table = (page) => page.getByRole("table");
const answer = (page, say, key, codes, what) =>
  page.getByRole("button", { name: say("coverage.in_short", { answer: [say(`coverage.${key}`), codes].join(" ").trim(), product: what, way: OFFERS }), exact: true });

async function visit(t, path, options) {
  const page = await app.newPage(t, options);
  await page.goto(app.address(path));
  await app.settled(page);
  return page;
}

for (const language of ["en", "fr"]) {
  test(`${language}: who is not signed in sees what is covered on a day, and by which rules`, async (t) => {
    const say = wordsOf(language);
    const page = await visit(t, `${SEED}&search=windows%20server`, { locale: language });
    await page.getByText(say("coverage.sign_in_adds")).waitFor();
    await page.getByRole("button", { name: /^\S+ S25.*Windows Server 2012 R2, / }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(say("verdict.f25")).waitFor();
    await app.axe(page);
    await dialog.getByRole("link", { name: "S25", exact: true }).click();
    await page.getByRole("article", { name: say("verdict.s25") }).waitFor();
    await page.goBack();
    await table(page).waitFor();
    await app.audit(page, `coverage-${language}`, { within: table(page) });
  });
}

test("the day is chosen by slider, field and keyboard, and the next change is a press away", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, `${SEED}&search=sql%20server`);
  await answer(page, say, "yes", "", "SQL Server 2017").waitFor();
  await page.getByRole("button", { name: say("coverage.next_change"), exact: true }).click();
  await page.getByText(say("coverage.changed", { count: 2, day: "12 October 2022" })).waitFor();
  await answer(page, say, "no", "S25", "SQL Server 2017").waitFor();
  await page.waitForURL(/on=2022-10-12/);
  const slider = page.getByRole("slider", { name: say("coverage.day"), exact: true });
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await answer(page, say, "yes", "", "SQL Server 2017").waitFor();
  assert.equal(await slider.getAttribute("aria-valuetext"), "11 October 2022");
  assert.equal(await page.getByLabel(say("coverage.day_field"), { exact: true }).inputValue(), "2022-10-11");
  await page.getByLabel(say("coverage.day_field"), { exact: true }).fill("2016-03-04");
  await answer(page, say, "no", "S25", "SQL Server 2017").waitFor();
  await page.getByLabel(say("coverage.day_field"), { exact: true }).fill("2036-01-07");
  await page.getByRole("button", { name: say("coverage.next_change"), exact: true }).click();
  await page.getByText(say("coverage.no_later")).waitFor();
});

test("day and filters stand in the address, which shows somebody else the same", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, SEED);
  const entries = await page.evaluate(() => history.length);
  await page.getByLabel(say("coverage.family"), { exact: true }).selectOption("azure");
  await page.getByLabel(say("coverage.customer"), { exact: true }).check();
  await page.getByLabel(say("coverage.search"), { exact: true }).fill("virtual");
  await page.waitForURL(/#\/support\/coverage\?on=2021-03-04&search=virtual&family=azure&for=customer$/);
  assert.equal(await page.evaluate(() => history.length), entries, "the way back leads to the page before");
  const seen = await table(page).ariaSnapshot();
  await page.reload();
  await app.settled(page);
  assert.equal(await table(page).ariaSnapshot(), seen);
  assert.match(seen, /S32/);
});

test("only what differs between two days is left", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, "/coverage?on=2022-10-12&since=2021-03-04&search=sql%20server");
  assert.equal(await table(page).getByRole("row").count(), 2);
  await page.getByLabel(say("coverage.since"), { exact: true }).fill("2022-10-12");
  await page.getByText(say("coverage.no_difference")).waitFor();
  assert.equal(await table(page).count(), 0);
});

test("who is signed in sees what their account has, and on demand all that the programme offers", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Chen Wei", { path: "/coverage?family=azure" });
  await page.getByText(say("coverage.of_account")).waitFor();
  assert.equal(await page.getByLabel(say("coverage.day_field"), { exact: true }).inputValue(), "2021-03-04");
  await page.getByLabel(say("coverage.whole_programme"), { exact: true }).check();
  await page.getByText(say("coverage.of_programme")).waitFor();
  await page.waitForURL(/of=programme/);
  await app.axe(page);
});

test("an answer says what would change it, and a press makes that change in the form, with the product already chosen", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Bruno Keller", { path: `${SEED}&search=windows%20server` });
  await page.getByRole("button", { name: /^\S+ S25.*Windows Server 2012 R2, / }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: say("verdict.what_changes_it"), exact: true }).waitFor();
  await app.axe(page);
  await dialog.getByRole("button", { name: /2019$/ }).click();
  await page.getByRole("radio", { name: "2019", exact: true }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: say("new_incident.product"), exact: true }).inputValue(), "Windows Server");
  assert.ok(await page.getByRole("radio", { name: "2019", exact: true }).isChecked());
  assert.ok(await page.getByRole("radio", { name: say("new_incident.for_own"), exact: true }).isChecked());
});

test("whatever the answer is, a link leads who is signed in to the form with the product already chosen", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Bruno Keller", { path: `${SEED}&search=windows%20server` });
  const dialog = page.getByRole("dialog");
  const further = dialog.getByRole("link", { name: say("new_incident.with_this"), exact: true });
  await page.getByRole("button", { name: /^\S+ S25.*Windows Server 2012 R2, / }).first().click();
  await further.waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Yes.*Windows Server 2019, / }).first().click();
  await dialog.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  await app.axe(page);
  assert.deepEqual(await fits(page), []);
  await further.click();
  await page.getByRole("radio", { name: "2019", exact: true }).and(page.locator(":checked")).waitFor();
  assert.equal(await page.getByRole("combobox", { name: say("new_incident.product"), exact: true }).inputValue(), "Windows Server");
  assert.equal(await page.getByRole("radio", { name: say("incidents.kind_break_fix"), exact: true }).isChecked(), false, "what fails is asked");
});

test("an answer whose panel does not come says so, and comes when it is asked for again", async (t) => {
  const say = wordsOf("en");
  const page = await app.newPage(t);
  app.expectFault(page, /Failed to (fetch|load resource)/);
  await page.route(/\/new_incident\.[^/]*\.wasm$/, (route) => route.abort());
  await page.goto(app.address(`${SEED}&search=windows%20server`));
  await app.settled(page);
  await page.getByRole("button", { name: /^\S+ S25.*Windows Server 2012 R2, / }).first().click();
  const dialog = page.getByRole("dialog");
  const again = dialog.getByRole("button", { name: say("shell.retry"), exact: true });
  await again.waitFor();
  await page.unroute(/\/new_incident\.[^/]*\.wasm$/);
  await again.click();
  await dialog.getByText(say("verdict.f25")).waitFor();
});

test("in a narrow place nothing is cut off, and on paper the whole table stands with its day", async (t) => {
  const say = wordsOf("fr");
  const page = await visit(t, `${SEED}&family=azure`, { locale: "fr", width: 320 });
  const wide = await page.evaluate(() => {
    const element = document.querySelector("partner-support");
    const parts = element.shadowRoot.querySelectorAll(".coverage *:not(.visually-hidden, thead, thead *)");
    return [...parts].filter((part) => part.getBoundingClientRect().right > 320.5).length;
  });
  assert.equal(wide, 0);
  assert.ok((await page.getByRole("rowheader").first().boundingBox()).width > 200, "a product's name has the whole line");
  await app.axe(page);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.getByText(say("coverage.caption", { programme: "Microsoft Partner Network", day: "4 mars 2021" })).waitFor();
  assert.ok(await page.getByRole("columnheader", { name: "Support Premier pour les partenaires" }).isVisible());
  assert.ok(!(await page.getByRole("slider").isVisible()));
});

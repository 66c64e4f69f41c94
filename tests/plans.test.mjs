// The plans on the reader's own incidents, with the quotes that they got, and on paper.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const ADVANCED = { en: "Advanced Support for Partners", fr: "Support avancé pour les partenaires" };
const INCLUDED = { en: "Microsoft Product Support", fr: "Support produits Microsoft" };
const CLOUD = { en: "Signature Cloud Support", fr: "Signature Cloud Support" };

for (const language of ["en", "fr"]) {
  test(`${language}: each plan says how many of one's own incidents it would have covered, and which rule is against the others`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Bruno Keller", { path: "/plans", locale: language });
    await page.getByRole("status").filter({ hasText: say("plans.worth_counted", { count: 12 }) }).waitFor();
    const table = page.getByRole("table", { name: say("plans.worth_caption") });
    const row = (name) => table.getByRole("row", { name: new RegExp(`^${name}`) });
    await row(INCLUDED[language]).getByText(say("plans.worth_covered_of", { count: 12, all: 12 }), { exact: true }).waitFor();
    await row(CLOUD[language]).getByText(say("plans.worth_covered_of", { count: 0, all: 12 }), { exact: true }).waitFor();
    await row(CLOUD[language]).getByRole("link", { name: "S26" }).waitFor();
    await app.axe(page);
  });
}

test("a quote counts before the published fee, is found again in the same tab, and nobody else sees it", async (t) => {
  const say = wordsOf("en");
  // Chen's cloud incidents are what the plan covers.
  const page = await app.open(t, "Chen Wei", { path: "/plans" });
  const table = page.getByRole("table", { name: say("plans.worth_caption") });
  const row = table.getByRole("row", { name: new RegExp(`^${ADVANCED.en}`) });
  await row.getByText(say("plans.by_source")).waitFor();
  await row.getByText(say("plans.amount", { amount: 15_000, currency: "USD" }), { exact: true }).waitFor();
  const quote = page.getByRole("textbox", { name: say("plans.quote_for", { plan: ADVANCED.en }) });
  await quote.fill("1.000 €");
  await page.getByRole("combobox", { name: say("plans.quote_per", { plan: ADVANCED.en }) }).selectOption("month");
  await row.getByText(say("plans.by_quote")).waitFor();
  await row.getByText(say("plans.amount", { amount: 12_000, currency: "EUR" }), { exact: true }).waitFor();
  await row.getByText(say("plans.gap_no_incident_price")).waitFor();
  const incident = page.getByRole("textbox", { name: say("plans.incident_price") });
  await incident.fill("500 USD");
  await row.getByText(say("plans.gap_other_currency")).waitFor();
  await incident.fill("500 EUR");
  await row.getByText(say("plans.worth_even_count", { count: 24 })).waitFor();
  await app.reload(page);
  await row.getByText(say("plans.worth_even_count", { count: 24 })).waitFor();
  assert.equal(await quote.inputValue(), "1.000 €");
  await page.getByRole("button", { name: "Chen Wei" }).click();
  await page.getByRole("button", { name: say("shell.switch_account") }).click();
  await app.signInAs(page, "Bruno Keller");
  await app.go(page, "/plans");
  await row.waitFor();
  assert.equal(await quote.inputValue(), "");
});

test("who is not signed in sees no incidents, and those without any are told so", async (t) => {
  const say = wordsOf("en");
  const page = await app.newPage(t);
  await page.goto(app.address("/plans"), { waitUntil: "commit" });
  await app.settled(page);
  assert.equal(await page.getByRole("heading", { name: say("plans.worth") }).count(), 0);
  await app.signInAs(page, "Jonas Meyer");
  await page.getByText(say("plans.worth_none")).waitFor();
});

for (const language of ["en", "fr"]) {
  test(`${language}: all plans, their sources and the own incidents print on one page`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Bruno Keller", { path: "/plans", locale: language });
    await page.getByRole("table", { name: say("plans.worth_caption") }).waitFor();
    const side = "10mm";
    for (const format of ["A4", "Letter"]) {
      const paper = await page.pdf({ format, margin: { top: side, bottom: side, left: side, right: side } });
      assert.equal(paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1, format);
    }
  });
}

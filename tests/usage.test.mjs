// What was used of the benefits: by period, and line by line.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();

for (const language of ["en", "fr"]) {
  test(`${language}: what was used in the last quarter is said in a sentence, in a table and in a file for a spreadsheet`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Bruno Keller", { locale: language });
    await page.getByRole("link", { name: say("benefits.usage") }).click();
    await page.getByRole("heading", { level: 1, name: say("usage.title") }).waitFor();
    await app.settled(page);
    const used = say("usage.used", { count: 5 });
    await page.getByRole("status").filter({ hasText: used }).waitFor();
    const table = page.getByRole("table", { name: say("usage.periods_caption") });
    const quarter = table.getByRole("row", { name: new RegExp(`^${say("usage.quarter", { quarter: 4, year: "2020" })}`) });
    assert.match(await quarter.innerText(), /\b5\b/);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: say("usage.export") }).click();
    const file = await saved;
    assert.equal(file.suggestedFilename(), "use-2021-03-04.csv");
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    const separator = language === "fr" ? ";" : ",";
    assert.deepEqual(lines[0].replace("\ufeff", "").split(separator).length, 5);
    assert.ok(lines.some((line) => line.startsWith(["2020-10-01", "2020-12-31"].join(separator)) && line.endsWith(["5", "0"].join(separator))), lines.join("\n"));
    await page.getByRole("combobox", { name: say("usage.length") }).selectOption("year");
    await table.getByRole("row", { name: /^2020/ }).waitFor();
    await app.audit(page, `usage-${language}`);
  });
}

test("the history of a balance names the day, the incident, who opened it and what was left, as a drawing too", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Bruno Keller");
  await page.getByRole("link", { name: say("benefits.history") }).first().click();
  await page.getByRole("heading", { name: say("usage.history") }).waitFor();
  const table = page.getByRole("table", { name: new RegExp(say("usage.caption", { benefit: "Microsoft Product Support" })) });
  const rows = table.getByRole("row");
  await rows.nth(13).waitFor();
  assert.equal(await rows.count(), 14, "a head, twelve incidents, one grant");
  assert.match(await rows.nth(13).innerText(), new RegExp(`${say("usage.did_grant")}.*\\+15.*15.*${say("usage.the_programme")}`, "s"));
  assert.match(await rows.nth(1).innerText(), /−1.*3.*Bruno Keller/s);
  await page.getByRole("img", { name: say("usage.chart", { benefit: "Microsoft Product Support", first: 15, last: 3, most: 15 }) }).waitFor();
  await page.getByText(say("usage.chart_pace")).waitFor();
  const link = rows.nth(1).getByRole("link");
  const name = await link.innerText();
  await link.click();
  await page.getByRole("heading", { level: 1, name: new RegExp(name.match(/PS-\d+/)[0]) }).waitFor();
});

test("whoever has no contract yet is told what will be shown", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Hugo Brandt", { path: "/benefits/usage" });
  await page.getByRole("heading", { name: say("usage.none_title") }).waitFor();
  await app.axe(page);
});

test("without an answer the page says so and tries again", async (t) => {
  const say = wordsOf("en");
  const page = await app.newPage(t);
  await page.route(/\/ledger/, (route) => route.abort());
  await page.goto(app.address("/benefits/usage"), { waitUntil: "commit" });
  await app.signInAs(page, "Chen Wei");
  app.expectFault(page, /ERR_FAILED/);
  await page.getByText(say("shell.problem_load_title")).waitFor();
  await page.unroute(/\/ledger/);
  await page.getByRole("button", { name: say("shell.retry") }).first().click();
  await page.getByRole("table", { name: say("usage.periods_caption") }).waitFor();
});

test("a balance that does not come leaves the others, is named, and comes by a press", async (t) => {
  const say = wordsOf("en");
  const page = await app.newPage(t);
  const asked = new Set();
  let lost;
  await page.route(/\/ledger/, (route) => {
    const [, contract] = route.request().url().match(/contracts\/([^/]+)\/ledger/);
    asked.add(contract);
    // The first contract's answer is lost.
    lost ??= contract;
    return contract === lost ? route.abort() : route.continue();
  });
  await page.goto(app.address("/benefits/usage"), { waitUntil: "commit" });
  await app.signInAs(page, "Chen Wei");
  app.expectFault(page, /ERR_FAILED/);
  const alert = page.getByRole("alert").filter({ hasText: say("usage.missing_title") });
  await alert.waitFor();
  assert.ok(asked.size > 1, "there are several contracts");
  const table = page.getByRole("table", { name: say("usage.periods_caption") });
  const columns = await table.getByRole("columnheader").count();
  const [, missing] = (await alert.innerText()).match(/not counted here: (.*)\./);
  await app.axe(page);
  await page.unroute(/\/ledger/);
  await alert.getByRole("button", { name: say("shell.retry") }).click();
  await alert.waitFor({ state: "detached" });
  assert.ok((await table.getByRole("columnheader").count()) >= columns);
  await page.getByRole("combobox", { name: say("usage.contract") }).selectOption({ label: missing });
});

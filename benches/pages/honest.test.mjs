// A peer that shows less is no peer: on the same data everyone shows what our page shows, word for word, leads to the same places, and
// narrows, orders and exports the list alike. What of our pages no peer has, variants.mjs says in one place, and README.md to its readers.
// `PAGES` is the folder that build.mjs has written, `VARIANTS` names the variants in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { startChromium } from "./browser.mjs";
import { serve } from "./serve.mjs";
import { LANGUAGES, LEFT_OUT, PEOPLE, ROUTES, VARIANTS } from "./variants.mjs";

const named = (process.env.VARIANTS ?? "").split(" ").filter(Boolean);
const peers = VARIANTS.filter(({ name, kind }) => named.includes(name) && !["release", "static"].includes(kind));

/** A list has been asked for by then, and an API that thinks has begun to. */
const SETTLED_MS = 100;

let browser;
const servers = new Map();
before(async () => {
  browser = await startChromium();
  for (const { subject } of PEOPLE) servers.set(subject, await serve(process.env.PAGES, subject));
});
after(async () => {
  await browser?.close();
  for (const server of servers.values()) await server.stop();
});

/** A page with its data, and what it has complained about. */
async function opened(variant, subject, lang, route) {
  const context = await browser.newContext({
    locale: lang,
    timezoneId: "Europe/Paris",
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${servers.get(subject).address}/${variant}/${lang}/${route}`);
  // Ours is seen, and waits for presses, before its program has the page.
  if (variant === "ours") {
    await page.locator(".mount").first().waitFor({ state: "attached" });
    await page.locator(".foot").nth(1).waitFor({ state: "detached" });
  }
  // The line at the foot comes with the account, the page's own data may come later.
  await page.locator(".foot", { hasText: /\S/ }).waitFor();
  await page.locator(".loading").waitFor({ state: "detached" });
  return { page, faults, close: () => context.close() };
}

/** What a reader reads, line by line, with everything unfolded, and where its links lead; without what no peer has. */
async function read(page, variant) {
  await page.locator(".app").evaluate(
    (app, leftOut) => {
      for (const folded of app.querySelectorAll("details")) folded.open = true;
      for (const left of app.querySelectorAll(leftOut)) left.remove();
    },
    LEFT_OUT.map(({ selector }) => selector).join(),
  );
  const text = await page.locator(".app").innerText();
  const links = await page.locator(".app a").evaluateAll((links) => links.map(({ href }) => href));
  return [...text.split("\n"), ...links].map((line) => unnamed(line, variant).trim()).filter(Boolean);
}

/** The same for everybody: an address without the variant in it, encoded or not. */
const unnamed = (text, variant) => text.replaceAll(new RegExp(`(/|%2F)${variant}(/|%2F)`, "g"), "$1…$2");

const kept = new Map();
function once(key, make) {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key);
}

const readOf = async (variant, subject, lang, route) => {
  const { page, faults, close } = await opened(variant, subject, lang, route);
  const lines = await read(page, variant);
  await close();
  return { lines, faults };
};

/** Everything that the list's controls do, as it is seen. */
async function narrowedList(variant) {
  const { page, faults, close } = await opened(variant, PEOPLE[0].subject, "en", "incidents");
  const numbers = () => page.locator(".incident-table tbody .code").allTextContents();
  const seen = { all: await numbers() };
  const note = async (name, search) => {
    await page.waitForURL((url) => url.search === search);
    await sleep(SETTLED_MS);
    await page.locator(".incidents-shown:not([aria-busy])").waitFor({ state: "attached" });
    seen[name] = [await numbers(), await page.locator(".incidents-found").first().textContent()];
  };
  const saved = async (button) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
  };
  await page.getByLabel("Number, title or customer").fill("group");
  await note("text", "?text=group");
  await page.getByRole("button", { name: "Copy link to this view" }).click();
  await page.getByRole("button", { name: "link to this view copied" }).waitFor();
  seen.link = unnamed(await page.evaluate(() => navigator.clipboard.readText()), variant);
  await page.getByLabel("Order").selectOption({ label: "Oldest first" });
  await note("oldest", "?text=group&order=oldest");
  seen.csv = await saved("Export as CSV");
  seen.json = await saved("Export as JSON");
  await page.getByLabel("Status").first().selectOption({ label: "Closed" });
  await note("closed", "?text=group&status=closed&order=oldest");
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await note("cleared", "");
  await page.getByText("More filters").click();
  await page.getByLabel("Severity").first().selectOption({ label: "B: moderate" });
  await page.getByLabel("Opened from").fill("2020-09-15");
  await page.getByLabel("Opened until").fill("2020-12-18");
  await note("days", "?severity=b&from=2020-09-15&to=2020-12-18");
  await page.getByLabel("Paid by").first().selectOption("premier");
  await note("payer", "?severity=b&paid-by=premier&from=2020-09-15&to=2020-12-18");
  await page.getByLabel("Paid by").first().selectOption("product-support");
  await page.getByLabel("Product").first().selectOption({ label: "SQL Server" });
  await note("product", "?severity=b&product=sql-server&paid-by=product-support&from=2020-09-15&to=2020-12-18");
  await page.reload();
  await page.locator(".incident-table").waitFor();
  seen.reloaded = [await numbers(), await page.getByLabel("Opened from").inputValue()];
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await note("again", "");
  await page.locator(".incident-table tbody a").first().focus();
  const focused = async (key) => {
    await page.keyboard.press(key);
    return page.locator(".incident-table tbody a:focus").textContent();
  };
  seen.walked = [await focused("ArrowDown"), await focused("End"), await focused("ArrowUp"), await focused("Home")];
  await close();
  assert.deepEqual(faults, []);
  return seen;
}

test("what is left out is on our pages, and its readers are told", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8").replaceAll(/\s+/g, " ");
  for (const { route, selector, what } of LEFT_OUT) {
    assert.ok(readme.includes(what), `benches/README.md says nothing of ${what}`);
    const { page, close } = await opened("ours", PEOPLE[0].subject, "en", route);
    await page.locator(selector, { hasText: /\S/ }).waitFor();
    await close();
  }
});

for (const { name, title } of peers) {
  test(`${title} shows what our pages show, in every language`, async () => {
    for (const { subject } of PEOPLE) {
      for (const lang of LANGUAGES) {
        for (const route of ROUTES) {
          const { lines, faults } = await readOf(name, subject, lang, route);
          const ours = await once(`${subject} ${lang} ${route}`, () => readOf("ours", subject, lang, route));
          assert.deepEqual(lines, ours.lines, `${name} ${subject} ${lang} ${route}`);
          assert.deepEqual(faults, [], `${name} ${route} complains`);
        }
      }
    }
  });

  test(`${title} narrows, orders and exports the list as ours does`, async () => {
    const mine = await once("list", () => narrowedList("ours"));
    assert.ok(mine.text[0].length > 1 && mine.text[0].length < mine.all.length, "the filter leaves some");
    assert.deepEqual(mine.oldest[0], mine.text[0].toReversed());
    assert.deepEqual([mine.closed[0], mine.payer[0]], [[], []], "nothing of it is closed, or paid by a plan");
    assert.deepEqual([mine.cleared[0], mine.again[0]], [mine.all, mine.all]);
    assert.ok(mine.days[0].length > mine.product[0].length && mine.product[0].length > 0, "each filter leaves less");
    assert.deepEqual(await narrowedList(name), mine);
  });

  test(`${title} shows the IDs, compares plans and goes from page to page`, async () => {
    const { page, faults, close } = await opened(name, PEOPLE[0].subject, "en", "benefits");
    await page.getByRole("button", { name: /^Show IDs/ }).click();
    await page.getByText("CONTRACT-1").waitFor();
    await page.getByRole("button", { name: "Link contract" }).click();
    await page.getByText("Check the following").waitFor();
    await page.getByRole("link", { name: "Plans", exact: true }).click();
    await page.getByLabel("Show differences only").check();
    await page.locator(".plans-status", { hasText: /\S/ }).waitFor();
    await page.getByRole("button", { name: /^Source 1/ }).first().click();
    await page.getByRole("button", { name: "Back to the figure" }).click();
    await page.getByLabel("Your quote for Advanced Support for Partners", { exact: true }).fill("1200 EUR");
    await page.getByLabel("Your quote for Advanced Support for Partners is").selectOption({ label: "per month" });
    await page.goBack();
    await page.locator(".card.benefit").first().waitFor();
    await page.getByRole("button", { name: /^Account: Bruno Keller/ }).click();
    await page.getByText("Birch Systems", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Compare support plans" }).click();
    assert.equal(await page.getByLabel("Your quote for Advanced Support for Partners", { exact: true }).inputValue(), "1200 EUR");
    assert.equal(await page.getByLabel("Your quote for Advanced Support for Partners is").inputValue(), "month");
    await close();
    assert.deepEqual(faults, []);
  });
}

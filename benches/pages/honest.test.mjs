// A peer that shows less is no peer: on the same data everyone shows what our page shows, word for word, and narrows the list
// alike. `PAGES` is the folder that build.mjs has written, `VARIANTS` names the variants in it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startChromium } from "./browser.mjs";
import { serve } from "./serve.mjs";
import { LANGUAGES, PEOPLE, ROUTES, VARIANTS } from "./variants.mjs";

const named = (process.env.VARIANTS ?? "").split(" ").filter(Boolean);
const peers = VARIANTS.filter(({ name, kind }) => named.includes(name) && !["release", "static"].includes(kind));

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
  const context = await browser.newContext({ locale: lang, timezoneId: "Europe/Paris", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${servers.get(subject).address}/${variant}/${lang}/${route}`);
  // The line at the foot comes with the account, the page's own data may come later.
  await page.locator(".foot", { hasText: /\S/ }).waitFor();
  await page.locator(".loading").waitFor({ state: "detached" });
  return { page, faults, close: () => context.close() };
}

/** What a reader reads, line by line. */
const read = async (page) => (await page.locator(".app").innerText()).split("\n").map((line) => line.trim()).filter(Boolean);

const kept = new Map();
function ours(subject, lang, route) {
  const key = `${subject} ${lang} ${route}`;
  if (!kept.has(key)) {
    kept.set(
      key,
      (async () => {
        const { page, close } = await opened("ours", subject, lang, route);
        const lines = await read(page);
        await close();
        return lines;
      })(),
    );
  }
  return kept.get(key);
}

const numbers = (page) => page.locator(".incident-table tbody .code").allTextContents();
async function narrowedList(variant) {
  const { page, close } = await opened(variant, PEOPLE[0].subject, "en", "incidents");
  const all = await numbers(page);
  await page.getByLabel("Find in the list").fill("2019 server");
  const found = [await numbers(page), await page.locator(".incidents-found").textContent()];
  await page.getByLabel("Status").first().selectOption({ label: "Closed" });
  const closed = [await numbers(page), await page.locator(".incidents-found").textContent()];
  await close();
  return { all, found, closed };
}

for (const { name, title } of peers) {
  test(`${title} shows what our pages show, in every language`, async () => {
    for (const { subject } of PEOPLE) {
      for (const lang of LANGUAGES) {
        for (const route of ROUTES) {
          const { page, faults, close } = await opened(name, subject, lang, route);
          const lines = await read(page);
          await close();
          assert.deepEqual(lines, await ours(subject, lang, route), `${name} ${subject} ${lang} ${route}`);
          assert.deepEqual(faults, [], `${name} ${route} complains`);
        }
      }
    }
  });

  test(`${title} narrows the list as ours does`, async () => {
    const mine = await narrowedList("ours");
    assert.ok(mine.found[0].length > 1 && mine.found[0].length < mine.all.length, "the filter leaves some");
    assert.deepEqual(mine.closed[0], [], "nothing of it is closed");
    assert.deepEqual(await narrowedList(name), mine);
  });

  test(`${title} shows the IDs, compares plans and goes from page to page`, async () => {
    const { page, faults, close } = await opened(name, PEOPLE[0].subject, "en", "benefits");
    await page.getByRole("button", { name: /^Show IDs/ }).click();
    await page.getByText("CONTRACT-1").waitFor();
    await page.getByRole("button", { name: "Link contract" }).click();
    await page.getByText("Check the following").waitFor();
    await page.getByRole("link", { name: "Plans" }).click();
    await page.getByLabel("Show differences only").check();
    await page.locator(".plans-status", { hasText: /\S/ }).waitFor();
    await page.getByRole("button", { name: /^Source 1/ }).first().click();
    await page.getByRole("button", { name: "Back to the figure" }).click();
    await page.goBack();
    await page.locator(".card.benefit").first().waitFor();
    await page.getByRole("button", { name: /^Account: Bruno Keller/ }).click();
    await page.getByText("Birch Systems", { exact: true }).waitFor();
    await close();
    assert.deepEqual(faults, []);
  });
}

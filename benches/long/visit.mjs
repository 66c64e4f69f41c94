// One visit: everything that a reader does with a long list, step by step.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { COMMON, RARE } from "./account.mjs";

const probe = readFileSync(join(import.meta.dirname, "probe.js"), "utf8");
const PATIENCE_MS = 60_000;
/** The browser tells of an interaction only after its frame. */
const TOLD_MS = 150;
/** Between two keys: a hundred words a minute. */
const KEY_MS = 100;
const ARROWS = 12;
/** How far ours is made to go on here, how many rows come at a time, and how many it then has on show. */
const MOST = 1_000;
const PAGE = 25;
const ON_SHOW = 40;

/** What everybody does. A step has the filter that it leads to. */
const STEPS = [
  { name: "type a word that many have", press: type("text", COMMON), filter: { text: COMMON } },
  { name: "clear", press: clear, filter: {} },
  { name: "type a word that one has", press: type("text", RARE), filter: { text: RARE } },
  { name: "clear", press: clear, filter: {} },
  { name: "choose a status", press: choose("status", "End"), filter: { status: "cancelled" } },
  { name: "clear", press: clear, filter: {} },
  { name: "choose the order", press: choose("order", "ArrowDown"), filter: { order: "oldest" } },
  { name: "clear", press: clear, filter: {} },
  { name: "unfold", press: unfold },
  { name: "choose a severity", press: choose("severity", "ArrowDown"), filter: { severity: "a" } },
  { name: "clear", press: clear, filter: {} },
  { name: "arrow keys", press: arrows },
];
/** Every step, those that ours alone has among them. */
export const NAMES = [...new Set(STEPS.map(({ name }) => name)), "show more", "arrow keys, all on show", "choose a status, all on show", "open and go back"];

function type(part, word) {
  return async (view) => {
    await view.field(part).focus();
    for (const letter of word) {
      await view.page.keyboard.press(letter);
      await sleep(KEY_MS);
    }
  };
}
function choose(part, key) {
  return async (view) => {
    await view.field(part).focus();
    await view.page.keyboard.press(key);
  };
}
async function clear({ page }) {
  await page.getByRole("button", { name: "Clear the filters" }).click();
}
async function unfold({ page }) {
  await page.getByText("More filters", { exact: true }).click();
}
async function arrows({ page }) {
  await page.getByRole("rowheader").getByRole("link").first().focus();
  for (let press = 0; press < ARROWS; press += 1) {
    await page.keyboard.press("ArrowDown");
    await sleep(KEY_MS);
  }
}

/**
 * `{ shown, memory, memoryMost, steps }`: milliseconds and bytes. Each step with the worst interaction, the longest task, and the time
 * from the last key or press to the rows that answer it.
 */
export async function visit(browser, url, account, { ours, cpu }) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    const client = await context.newCDPSession(page);
    await client.send("HeapProfiler.enable");
    await page.addInitScript(probe);
    const LABELS = { text: "Number, title or customer", status: "Status", order: "Order", severity: "Severity" };
    const view = { page, field: (part) => page.getByRole("search").getByLabel(LABELS[part], { exact: true }) };
    const memory = async () => {
      await client.send("HeapProfiler.collectGarbage");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      return usedSize + (await page.evaluate(() => globalThis.wasmBytes()));
    };
    const answer = async (wanted, press) => {
      await page.evaluate((wanted) => globalThis.expect(wanted), wanted);
      await press();
      const handle = await page.waitForFunction(() => globalThis.answered, null, { polling: 20 }).catch((error) => {
        throw new Error(`${url} does not come to show ${JSON.stringify(wanted)}: ${error.message}`);
      });
      return handle.jsonValue();
    };
    const rowsOf = (found) => ({ first: found[0]?.number ?? null, ...(ours && { rows: Math.min(PAGE, found.length) }) });
    const steps = [];
    const step = async (name, press, wanted) => {
      await page.evaluate(() => globalThis.taken());
      // What is there already answers nothing.
      const isThere = wanted && (await page.evaluate((wanted) => globalThis.shows(wanted), wanted));
      const done = wanted && !isThere ? await answer(wanted, press) : await press();
      await sleep(TOLD_MS);
      const { interactions, tasks } = await page.evaluate(() => globalThis.taken());
      // What takes less than 16 ms is not told.
      steps.push({ name, worst: Math.max(16, ...interactions), task: Math.max(0, ...tasks), ...(wanted && !isThere && { answer: done.after }) });
    };

    await client.send("Emulation.setCPUThrottlingRate", { rate: cpu });
    await page.goto(`${url}/incidents`, { waitUntil: "commit" });
    const all = account.find({});
    const { at: shown } = await answer(rowsOf(all), async () => {});
    await sleep(1_000);
    const first = await memory();
    for (const { name, press, filter } of STEPS) await step(name, () => press(view), filter && rowsOf(account.find(filter)));
    let most = first;
    if (ours && all.length > PAGE) {
      const more = page.getByRole("button", { name: "Show more", exact: true });
      for (let rows = PAGE; rows < Math.min(MOST, all.length); ) {
        rows = Math.min(rows + PAGE, all.length);
        const first = Math.max(0, rows - ON_SHOW);
        await step("show more", () => more.click(), { first: all[first].number, rows: rows - first });
      }
      most = await memory();
      await step("arrow keys, all on show", () => arrows(view));
      await step("choose a status, all on show", () => choose("status", "End")(view), rowsOf(account.find({ status: "cancelled" })));
      await step("clear", () => clear(view), rowsOf(all));
    }
    if (ours) {
      await page.getByRole("rowheader").getByRole("link").first().focus();
      await step("open and go back", () => page.keyboard.press("Enter"), { heading: all[0].number });
      await step("open and go back", () => page.getByRole("link", { name: "All incidents" }).click(), rowsOf(all));
    }
    if (faults.length > 0) throw new Error(`${url} failed: ${faults.join("; ")}`);
    most = Math.max(most, await memory());
    return { shown, memory: first, memoryMost: most, steps };
  } finally {
    await context.close();
  }
}

// What others do appears on the pages of incidents by itself.
import assert from "node:assert/strict";
import { test } from "node:test";

import { anIncident, caller } from "./caller.mjs";
import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
const STREAM = /\/account\/changes$/;

/** Another person of the same company. */
const colleague = () => caller(app, "carla");

/** The page of an incident; what it asks the server for is noted. */
async function opened(t, { path = (incident) => `/incidents/${incident.id}`, prepare = async () => {} } = {}) {
  const call = await caller(app, "chen");
  const incident = await anIncident(call, { title: "Backup fails" });
  const page = await app.open(t, "Chen Wei");
  const asked = [];
  page.on("request", (request) => {
    const [, path] = request.url().match(/\/api\/v1(.*)/) ?? [];
    if (path) asked.push(path);
  });
  await prepare(page);
  await app.go(page, path(incident));
  return { incident, page, asked };
}

/** From now on no timer of the page rings by itself. */
async function standStill(page) {
  await page.clock.install();
  await page.clock.pauseAt(new Date(Date.now() + 1_000));
}

test("what a colleague writes is there and is said, without a timer or a press", async (t) => {
  const { incident, page } = await opened(t, { prepare: standStill });
  await page.locator('[aria-live="polite"]').evaluate((region) => {
    globalThis.heard = [];
    new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  const field = page.getByLabel(say("incidents.comment"), { exact: true });
  await field.fill("Half written");
  await (await colleague())("POST", `/incidents/${incident.id}/comments`, { text: "I restarted it." });
  await page.getByRole("listitem").filter({ hasText: "I restarted it." }).waitFor();
  await app.settled(page);
  const said = say("incidents.told", { who: "Carla Moretti", did: say("incidents.did_comment") });
  assert.deepEqual(await page.evaluate(() => globalThis.heard), [said], "said once");
  assert.equal(await field.inputValue(), "Half written");
});

test("what a colleague cancels changes in the list by itself", async (t) => {
  const { incident, page } = await opened(t, { path: () => "/incidents", prepare: standStill });
  const row = page.getByRole("row").filter({ hasText: incident.number });
  await row.getByText(say("incidents.status_open"), { exact: true }).waitFor();
  await (await colleague())("POST", `/incidents/${incident.id}/cancellation`);
  await row.getByText(say("incidents.status_cancelled"), { exact: true }).waitFor();
});

test("while the server tells of changes it is not asked for them", async (t) => {
  const { page, asked } = await opened(t, { prepare: standStill });
  // What happened before the server began to tell is asked for once.
  await page.clock.runFor(10_000);
  await app.settled(page);
  asked.length = 0;
  await page.clock.runFor(30_000);
  await app.settled(page);
  assert.deepEqual(asked, []);
});

test("the stream is there on the pages of incidents alone, and only while somebody looks", async (t) => {
  const { page, asked } = await opened(t);
  assert.equal(asked.filter((url) => STREAM.test(url)).length, 1);
  const look = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  const ends = () => page.waitForEvent("requestfailed", (request) => STREAM.test(request.url()));
  await Promise.all([ends(), look(true)]);
  await Promise.all([page.waitForRequest(STREAM), look(false)]);
  await app.settled(page);
  await Promise.all([ends(), app.go(page, "/plans")]);
  assert.equal(asked.filter((url) => STREAM.test(url)).length, 2);
});

test("without a stream, what a colleague does is there a little later", async (t) => {
  const { incident, page } = await opened(t, {
    prepare: async (page) => {
      app.expectFault(page, /503/);
      await page.route("**/account/changes", (route) => route.fulfill({ status: 503, body: "" }));
    },
  });
  await (await colleague())("POST", `/incidents/${incident.id}/comments`, { text: "Told by nobody." });
  await page.getByRole("listitem").filter({ hasText: "Told by nobody." }).waitFor({ timeout: 60_000 });
});

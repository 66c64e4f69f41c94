// One incident: what happened to it, and what can be done to it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { anIncident, caller } from "./caller.mjs";
import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
let call;

/** The page of a new incident. */
async function opened(t, options) {
  call ??= await caller(app, "emil");
  const incident = await anIncident(call);
  const page = await app.open(t, "Emil Haas", { path: `/incidents/${incident.id}`, ...options });
  const field = page.getByLabel(say("incidents.comment"), { exact: true });
  const send = page.getByRole("button", { name: say("incidents.comment_send"), exact: true });
  await field.waitFor();
  return { incident, page, field, send, read: async () => (await call("GET", `/incidents/${incident.id}`)).body };
}

const comments = ({ timeline = [] }) => timeline.filter(({ what }) => what.kind === "commented").map(({ what }) => what.text);
const button = (within, key) => within.getByRole("button", { name: say(key), exact: true });
const isUnavailable = async (it) => (await it.getAttribute("aria-disabled")) === "true";

/** What the page is told instead of the incident that the server has. */
async function toldAs(page, id, change) {
  const { body } = await call("GET", `/incidents/${id}`);
  await page.route(`**/api/v1/incidents/${id}`, (route) => route.fulfill({ json: { ...body, ...change } }));
}

/** It stands there since that day. */
const since = (day, status) => ({
  status,
  timeline: [{ id: "t-1", at: `${day}T09:00:00Z`, side: "vendor", what: { kind: "status-changed", status } }],
});

test("what both sides did is told in order, from the creation on", async (t) => {
  const { incident, page } = await opened(t);
  await toldAs(page, incident.id, {
    status: "waiting-for-partner",
    timeline: [
      { id: "t-1", at: "2021-03-04T10:00:00Z", side: "vendor", what: { kind: "status-changed", status: "in-progress" } },
      { id: "t-2", at: "2021-03-04T11:00:00Z", by: "Sven", side: "vendor", what: { kind: "commented", text: "Which build?" } },
      { id: "t-3", at: "2021-03-04T12:00:00Z", by: "Emil", side: "partner", what: { kind: "severity-changed", severity: "a" } },
      { id: "t-4", at: "2021-03-04T13:00:00Z", side: "vendor", what: { kind: "refunded", because: "product-bug", note: "Fixed in the next update." } },
    ],
  });
  await app.go(page, "/incidents");
  await app.go(page, `/incidents/${incident.id}`);
  const told = page.getByRole("region", { name: say("incidents.timeline") }).getByRole("listitem");
  await told.filter({ hasText: "Which build?" }).waitFor();
  const expected = [
    say("incidents.did_create"),
    say("incidents.did_start"),
    "Which build?",
    say("incidents.did_severity", { severity: say("incidents.severity_a") }),
    say("incidents.did_refund", { because: say("verdict.product_bug") }),
  ];
  const texts = await told.allInnerTexts();
  assert.equal(texts.length, expected.length);
  expected.forEach((text, position) => assert.ok(texts[position].includes(text), `${texts[position]} has ${text}`));
  assert.ok(texts[4].includes("Fixed in the next update."));
  await app.axe(page);
});

test("a comment that is sent by two clicks at once is written once", async (t) => {
  const { page, field, send, read } = await opened(t);
  await page.locator('[aria-live="polite"]').evaluate((region) => {
    globalThis.heard = [];
    new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await field.fill("The second controller is affected too.\nSince noon.");
  await send.dblclick();
  await page.getByRole("listitem").filter({ hasText: "Since noon." }).waitFor();
  await app.settled(page);
  assert.deepEqual(await page.evaluate(() => globalThis.heard), [say("incidents.comment_sent")], "said once");
  assert.deepEqual(comments(await read()), ["The second controller is affected too.\nSince noon."]);
  assert.equal(await field.inputValue(), "");
  await field.fill("The second controller is affected too.\nSince noon.");
  await send.click();
  await page.getByRole("listitem").filter({ hasText: "Since noon." }).nth(1).waitFor();
  assert.equal(comments(await read()).length, 2, "the same words again are another comment");
});

test("an empty comment is asked for, and nothing is sent", async (t) => {
  const { page, field, send, read } = await opened(t);
  await send.click();
  await page.getByText(say("incidents.comment_missing"), { exact: true }).waitFor();
  assert.ok(await field.evaluate((it) => it.getRootNode().activeElement === it), "the field has the focus");
  assert.deepEqual(comments(await read()), []);
});

test("a comment whose answer is lost stays in its field, and sending it again writes it once", async (t) => {
  const { page, field, send, read } = await opened(t);
  let lost = 0;
  await page.route("**/comments", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch({ maxRetries: 3 });
    return route.abort("connectionreset");
  });
  app.expectFault(page, /ERR_CONNECTION_RESET/);
  await field.fill("Lost on the way");
  await send.click();
  await page.getByRole("alert").filter({ hasText: say("incidents.safe_to_repeat") }).waitFor();
  assert.equal(await field.inputValue(), "Lost on the way");
  await app.axe(page);
  await send.click();
  await page.getByRole("listitem").filter({ hasText: "Lost on the way" }).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual(comments(await read()), ["Lost on the way"]);
});

for (const [status, code, key] of [
  [401, "not-signed-in", "incidents.still_here"],
  [429, "too-many-requests", "incidents.safe_to_repeat"],
  [503, "unavailable", "incidents.safe_to_repeat"],
]) {
  test(`after an answer of ${status} the comment is still there, and sending it again works`, async (t) => {
    const { page, field, send, read } = await opened(t);
    await page.route("**/comments", (route) =>
      route.fulfill({
        status,
        contentType: "application/problem+json",
        body: JSON.stringify({ type: `/problems/${code}`, code, status, title: "No" }),
      }),
    );
    app.expectFault(page, new RegExp(String(status)));
    await field.fill("Try me again");
    await send.click();
    await page.getByRole("alert").filter({ hasText: say(key) }).waitFor();
    assert.equal(await field.inputValue(), "Try me again");
    await page.unroute("**/comments");
    await send.click();
    await page.getByRole("listitem").filter({ hasText: "Try me again" }).waitFor();
    assert.deepEqual(comments(await read()), ["Try me again"]);
  });
}

test("a comment that is half written is there after a reload", async (t) => {
  const { page, field } = await opened(t);
  await field.fill("Half written");
  await app.reload(page);
  assert.equal(await page.getByLabel(say("incidents.comment"), { exact: true }).inputValue(), "Half written");
});

test("whoever was slower keeps what they wrote and sees how it stands now", async (t) => {
  const { incident, page, field, send } = await opened(t);
  await field.fill("Too late");
  assert.equal((await call("POST", `/incidents/${incident.id}/cancellation`)).status, 200);
  app.expectFault(page, /409/);
  await send.click();
  await page.getByText(say("shell.problem_state_changed"), { exact: true }).waitFor();
  await page.getByText(say("incidents.cancelled_final"), { exact: true }).first().waitFor();
  assert.equal(await field.inputValue(), "Too late");
  assert.ok(await isUnavailable(send));
});

test("a severity that the effect on the business does not justify is refused before it is sent, by its rule", async (t) => {
  const { page, read } = await opened(t);
  await button(page, "incidents.severity_change").click();
  const dialog = page.getByRole("dialog");
  const change = button(dialog, "incidents.severity_change");
  assert.ok(await isUnavailable(change));
  await dialog.getByRole("radio", { name: say("new_incident.impact_minimal"), exact: true }).check();
  await dialog.getByRole("radio", { name: say("incidents.severity_a"), exact: true }).check();
  await dialog.getByText(say("incidents.severity_unjustified"), { exact: true }).waitFor();
  await dialog.getByText(say("verdict.fe18"), { exact: true }).waitFor();
  assert.ok(await isUnavailable(change));
  await change.click({ force: true });
  assert.equal((await read()).severity, "b");
  await app.axe(page);
  await dialog.getByRole("radio", { name: say("new_incident.impact_critical"), exact: true }).check();
  await change.click();
  await dialog.waitFor({ state: "hidden" });
  const did = say("incidents.did_severity", { severity: say("incidents.severity_a") });
  await page.getByRole("listitem").filter({ hasText: did }).waitFor();
  assert.equal((await read()).severity, "a");
});

test("cancelling says before it is confirmed that nothing is given back, and by which rule", async (t) => {
  const { page, read } = await opened(t);
  await button(page, "incidents.cancel").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(say("incidents.cancel_kept", { count: 1 }), { exact: true }).waitFor();
  await dialog.getByText(say("verdict.fe9"), { exact: true }).waitFor();
  await app.axe(page);
  assert.equal((await read()).status, "open");
  await button(dialog, "incidents.cancel").dblclick();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("listitem").filter({ hasText: say("incidents.did_cancel") }).waitFor();
  await page.getByText(say("incidents.cancel_over"), { exact: true }).waitFor();
  assert.ok(await isUnavailable(button(page, "incidents.cancel")));
  assert.ok(await isUnavailable(button(page, "incidents.reopen")));
  const after = await read();
  assert.deepEqual([after.status, after.consumed, after.timeline.length], ["cancelled", 1, 1]);
});

test("an incident that is over can be reopened for a fortnight, which takes nothing", async (t) => {
  const { incident, page } = await opened(t);
  await toldAs(page, incident.id, since("2021-02-25", "resolved"));
  await app.go(page, "/incidents");
  await app.go(page, `/incidents/${incident.id}`);
  await button(page, "incidents.reopen").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(say("incidents.reopen_takes"), { exact: true }).waitFor();
  await dialog.getByText("11 March 2021").waitFor();
  await app.axe(page);
  // The server has it open all the while.
  app.expectFault(page, /409/);
  await button(dialog, "incidents.reopen").click();
  await dialog.getByText(say("shell.problem_state_changed"), { exact: true }).waitFor();
});

test("after a fortnight it cannot be reopened, and the page says until when it could", async (t) => {
  const { incident, page } = await opened(t);
  await toldAs(page, incident.id, since("2021-02-01", "closed"));
  await app.go(page, "/incidents");
  await app.go(page, `/incidents/${incident.id}`);
  await page.getByText(say("incidents.reopen_late", { day: "15 February 2021" }), { exact: true }).waitFor();
  assert.ok(await isUnavailable(button(page, "incidents.reopen")));
});

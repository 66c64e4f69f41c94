// The list of incidents: narrowed, ordered, shared, walked by keys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { anIncident, caller } from "./caller.mjs";
import { address, useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
const DISKS = 30;
/** More than are shown at a time. */
const LONG = 110;
let made;

/** Once for all tests: more incidents than a page has, of two products, one of them cancelled. */
async function someIncidents() {
  const call = await caller(app, "chen");
  const { contracts } = (await call("GET", "/account")).body;
  const of = (benefit) => ({ by: "contract", contract: contracts.find((held) => held.own && held.benefit.startsWith(benefit)).reference });
  const azure = { product: "azure-virtual-machines", version: undefined, funding: of("signature") };
  const first = await anIncident(call, { ...azure, title: "The very first one", severity: "c" });
  for (let disk = 1; disk <= DISKS; disk += 1) await anIncident(call, { ...azure, title: `Disk ${disk} is full`, severity: disk === 7 ? "a" : "b" });
  const cancelled = await anIncident(call, { ...azure, title: "Opened by mistake" });
  await call("POST", `/incidents/${cancelled.id}/cancellation`);
  const windows = await anIncident(call, { funding: of("product-support"), title: "Cannot log on" });
  return { first, cancelled, windows };
}

async function opened(t, path = "/incidents", options = {}) {
  made ??= await someIncidents();
  const page = await app.open(t, "Chen Wei", { path, ...options });
  await page.getByRole("table").or(page.getByText(say("incidents.found_none"))).first().waitFor();
  return page;
}

const titles = (page) => page.getByRole("rowheader").getByRole("link").allInnerTexts();
const field = (page, key) => page.getByRole("search").getByLabel(say(key), { exact: true });
const unfold = (page) => page.getByText(say("incidents.more_filters"), { exact: true }).click();
const asked = async (page) => new URL(await address(page)).hash.replace("#/support", "");

/** Resolves once the list says how many it shows. */
const found = (page, count) =>
  page.getByRole("status").filter({ hasText: count === 0 ? say("incidents.found_none") : say("incidents.found_all", { count }) }).first().waitFor();

test("the list is narrowed by where incidents stand; the address says so, and brings it back", async (t) => {
  const page = await opened(t);
  await field(page, "incidents.column_status").selectOption({ label: say("incidents.status_cancelled") });
  await found(page, 1);
  assert.deepEqual(await titles(page), ["Opened by mistake"]);
  assert.equal(await asked(page), "/incidents?status=cancelled");
  await app.axe(page);
  await app.reload(page);
  await found(page, 1);
  assert.deepEqual(await titles(page), ["Opened by mistake"]);
  assert.equal(await field(page, "incidents.column_status").inputValue(), "cancelled");
});

test("the rows stay where they are while a choice is answered, and when it is", async (t) => {
  const page = await opened(t);
  const top = async () => (await page.getByRole("table").boundingBox()).y;
  const before = await top();
  let letCome;
  const may = new Promise((resolve) => (letCome = resolve));
  await page.route("**/incidents?*", (route) => may.then(() => route.continue()));
  await field(page, "incidents.column_status").selectOption({ label: say("incidents.status_cancelled") });
  await page.locator("[aria-busy]").getByRole("table").waitFor();
  const during = await top();
  letCome();
  await found(page, 1);
  assert.deepEqual([during, await top()], [before, before]);
});

test("text is looked for among all incidents, not only those on show", async (t) => {
  const page = await opened(t);
  assert.ok(!(await titles(page)).includes("The very first one"), "it is not on the first page");
  await field(page, "incidents.find").pressSequentially("very first");
  await found(page, 1);
  assert.deepEqual(await titles(page), ["The very first one"]);
  assert.ok(await field(page, "incidents.find").evaluate((it) => it.getRootNode().activeElement === it), "the focus stays in the field");
});

test("severity, product and what paid narrow it together", async (t) => {
  const page = await opened(t, "/incidents?text=disk");
  await unfold(page);
  await field(page, "incidents.column_severity").selectOption({ label: say("incidents.severity_a") });
  await found(page, 1);
  assert.deepEqual(await titles(page), ["Disk 7 is full"]);
  await field(page, "incidents.column_product").selectOption({ label: "Windows Server" });
  await found(page, 0);
  await field(page, "incidents.column_severity").selectOption("");
  await field(page, "incidents.find").fill("");
  await field(page, "incidents.column_paid_by").selectOption({ label: "Microsoft Product Support" });
  await page.getByRole("link", { name: "Cannot log on" }).waitFor();
  assert.equal(await asked(page), "/incidents?product=windows-server&paid-by=product-support");
  await field(page, "incidents.column_paid_by").selectOption({ label: "Signature Cloud Support" });
  await found(page, 0);
  await page.getByRole("button", { name: say("incidents.clear"), exact: true }).click();
  await page.getByRole("link", { name: `Disk ${DISKS} is full` }).waitFor();
  assert.equal(await asked(page), "/incidents");
  assert.equal(await field(page, "incidents.column_product").inputValue(), "");
});

test("the days of opening are both included", async (t) => {
  const page = await opened(t, "/incidents?from=2021-03-04&to=2021-03-04&text=log%20on");
  await found(page, 1);
  await field(page, "incidents.opened_to").fill("2021-03-03");
  await found(page, 0);
  await field(page, "incidents.opened_from").fill("2021-03-05");
  await field(page, "incidents.opened_to").fill("");
  await page.waitForURL(/from=2021-03-05/);
  await found(page, 0);
});

test("a day is the reader's own, and the server looks for what was opened on it among all incidents at once", async (t) => {
  // Nine in the morning in Greenwich is the evening before in Hawaii.
  const page = await opened(t, "/incidents?from=2021-03-03&to=2021-03-03&text=log%20on", { timezoneId: "Pacific/Honolulu" });
  await found(page, 1);
  const [request] = await Promise.all([page.waitForRequest("**/incidents?*"), field(page, "incidents.opened_to").fill("2021-03-02")]);
  const { searchParams } = new URL(request.url());
  assert.equal(searchParams.get("created_from"), "2021-03-03T10:00:00.000Z");
  assert.equal(searchParams.get("created_until"), "2021-03-03T09:59:59.999Z");
  await found(page, 0);
});

test("the oldest come first when that is chosen", async (t) => {
  const page = await opened(t);
  await field(page, "incidents.order").selectOption({ label: say("incidents.oldest") });
  await page.waitForURL(/order=oldest/);
  await app.settled(page);
  await page.getByRole("link", { name: "Disk 1 is full" }).waitFor();
  const shown = await titles(page);
  assert.ok(shown.indexOf("The very first one") < shown.indexOf("Disk 1 is full"));
  await page.getByRole("button", { name: say("incidents.more"), exact: true }).click();
  await page.getByRole("link", { name: "Cannot log on" }).waitFor();
  assert.equal((await titles(page)).at(-1), "Cannot log on");
});

test("the way back leads past all narrowing at once, and the way to the list shows all of it", async (t) => {
  const page = await opened(t);
  await app.go(page, "/plans");
  await app.go(page, "/incidents");
  for (const status of ["open", "cancelled"]) {
    await field(page, "incidents.column_status").selectOption(status);
    await page.waitForURL(new RegExp(`status=${status}`));
  }
  await found(page, 1);
  await page.getByRole("navigation").getByRole("link", { name: say("shell.nav_incidents"), exact: true }).click();
  await page.getByRole("link", { name: "Cannot log on" }).waitFor();
  assert.equal(await field(page, "incidents.column_status").inputValue(), "");
  await page.goBack();
  await found(page, 1);
  assert.equal(await field(page, "incidents.column_status").inputValue(), "cancelled");
  await page.goBack();
  await page.getByRole("heading", { name: say("plans.title"), level: 1 }).waitFor();
});

test("an incident leads back to the list as it was narrowed when it was opened there, and from elsewhere to all of it", async (t) => {
  const page = await opened(t);
  await field(page, "incidents.column_status").selectOption("cancelled");
  await found(page, 1);
  await page.getByRole("link", { name: "Opened by mistake" }).click();
  await page.getByRole("link", { name: say("incidents.back_to_view"), exact: true }).click();
  await found(page, 1);
  assert.equal(await asked(page), "/incidents?status=cancelled");
  await app.go(page, "/plans");
  await app.go(page, `/incidents/${made.cancelled.id}`);
  await page.getByRole("link", { name: say("incidents.back"), exact: true }).click();
  await page.getByRole("link", { name: "Cannot log on" }).waitFor();
  assert.equal(await asked(page), "/incidents");
});

test("the arrow keys walk from row to row, and Enter opens the incident", async (t) => {
  const page = await opened(t, "/incidents?text=disk");
  await page.getByRole("link", { name: `Disk ${DISKS} is full` }).focus();
  const focused = () => page.evaluate(() => document.querySelector("partner-support").shadowRoot.activeElement.textContent);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), `Disk ${DISKS - 2} is full`);
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), `Disk ${DISKS - 1} is full`);
  await page.keyboard.press("End");
  assert.equal(await focused(), `Disk ${DISKS - 24} is full`);
  await page.keyboard.press("Home");
  assert.equal(await focused(), `Disk ${DISKS} is full`);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Disk ${DISKS} is full` }).waitFor();
});

test("a link to the view shows somebody else of the company the same", async (t) => {
  const page = await opened(t, "/incidents?status=cancelled");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: new RegExp(say("incidents.view_link")) }).click();
  const link = await page.waitForFunction(() => navigator.clipboard.readText());
  const address = await link.jsonValue();
  assert.equal(address, app.address("/incidents?status=cancelled"));
  const other = await app.newPage(t);
  await other.goto(address, { waitUntil: "commit" });
  await app.signInAs(other, "Carla Moretti");
  await found(other, 1);
  assert.deepEqual(await titles(other), ["Opened by mistake"]);
});

test("a list that cannot be narrowed says so and stays, and the same is asked for again by a press", async (t) => {
  const page = await opened(t);
  const shown = await titles(page);
  await page.route("**/incidents?*status=*", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"type":"/problems/unavailable","code":"unavailable","status":503,"title":"No"}' }),
  );
  app.expectFault(page, /503/);
  await field(page, "incidents.column_status").selectOption("cancelled");
  const alert = page.getByRole("alert").filter({ hasText: say("shell.problem_unavailable") });
  await alert.waitFor();
  assert.deepEqual(await titles(page), shown);
  await page.unroute("**/incidents?*status=*");
  await alert.getByRole("button", { name: say("shell.retry") }).click();
  await found(page, 1);
  assert.equal(await alert.count(), 0);
});

test("what an address asks for that no list has does no harm", async (t) => {
  const page = await opened(t, "/incidents?status=nowhere&severity=z&from=yesterday&order=sideways&text=log%20on");
  await found(page, 1);
});

/** The text of the file that a press saves. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

for (const [language, separator] of [
  ["en", ","],
  ["fr", ";"],
]) {
  test(`${language}: all that the view has is saved as a table for the reader's spreadsheet, and no cell is a formula`, async (t) => {
    const say = wordsOf(language);
    made ??= await someIncidents();
    made.formula ??= await anIncident(await caller(app, "chen"), { product: "azure-virtual-machines", version: undefined, funding: made.cancelled.funding, title: '=HYPERLINK("https://x.example";"disk"), 2' });
    const page = await opened(t, "/incidents?text=disk", { locale: language });
    const { name, text } = await saved(page, say("incidents.export_csv"));
    assert.equal(name, "incidents-2021-03-04.csv");
    assert.equal(text[0], "\ufeff");
    const lines = text.slice(1).split("\r\n");
    assert.equal(lines.at(-1), "");
    assert.equal(lines.length, DISKS + 3, "a head, every incident of the view, and an end");
    const heads = ["column_number", "column_title", "column_product", "column_severity", "column_status", "column_created", "column_created_by", "beneficiary", "column_paid_by", "consumption"];
    assert.equal(lines[0], heads.map((key) => say(`incidents.${key}`)).join(separator));
    const quoted = `"'=HYPERLINK(""https://x.example"";""disk""), 2"`;
    assert.ok(lines[1].includes(`${separator}${quoted}${separator}`), lines[1]);
    const severe = lines.find((line) => line.includes("Disk 7 is full")).split(separator);
    assert.deepEqual([severe[2], severe[3], severe[8], severe[9]], ["Azure Virtual Machines", say("incidents.severity_a"), "Signature Cloud Support", "0"]);
    assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-|DEMO-/, "no id");
    await app.axe(page);
  });
}

test("the same is saved for programs, with the codes of the API and no id of an incident or a contract", async (t) => {
  const page = await opened(t, "/incidents?status=cancelled");
  const { name, text } = await saved(page, say("incidents.export_json"));
  assert.equal(name, "incidents-2021-03-04.json");
  const [{ created_at, number, ...incident }, ...others] = JSON.parse(text);
  assert.equal(others.length, 0);
  assert.equal(number, made.cancelled.number);
  assert.equal(created_at, made.cancelled.created_at);
  assert.deepEqual(incident, {
    title: "Opened by mistake",
    product: "azure-virtual-machines",
    severity: "b",
    status: "cancelled",
    created_by: "Chen Wei",
    paid_by: "signature-cloud-support",
    consumed: 0,
  });
  assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-|DEMO-/);
});

test("an export says how far it is, is stopped by a press, and after a failure begins again by one", async (t) => {
  const page = await opened(t, "/incidents?text=disk");
  const csv = page.getByRole("button", { name: say("incidents.export_csv"), exact: true });
  let downloads = 0;
  page.on("download", () => (downloads += 1));
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/incidents?limit=100*", async (route) => {
    await held;
    return route.continue();
  });
  await csv.click();
  await page.getByText(say("incidents.export_read", { count: 0 }), { exact: true }).waitFor();
  assert.equal(await csv.getAttribute("aria-disabled"), "true");
  await page.getByRole("button", { name: say("incidents.export_stop"), exact: true }).click();
  await page.getByRole("status").filter({ hasText: say("incidents.export_stopped") }).waitFor();
  assert.ok(await csv.evaluate((it) => it.getRootNode().activeElement === it), "the focus is where it began");
  go();
  await app.settled(page);
  assert.equal(downloads, 0);
  await page.unroute("**/incidents?limit=100*");

  await page.route("**/incidents?limit=100*", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"type":"/problems/unavailable","code":"unavailable","status":503,"title":"No"}' }),
  );
  app.expectFault(page, /503/);
  await csv.click();
  const alert = page.getByRole("alert").filter({ hasText: say("incidents.export_failed") });
  await alert.waitFor();
  await page.unroute("**/incidents?limit=100*");
  await saved(page, say("incidents.export_csv"));
  await page.getByRole("status").filter({ hasText: /incidents exported/ }).waitFor();
  assert.equal(await alert.count(), 0);
});

test("of a long list forty rows are there at a time, and the others come back by keys and presses", async (t) => {
  const call = await caller(app, "chen");
  const { contracts } = (await call("GET", "/account")).body;
  const funding = { by: "contract", contract: contracts.find(({ own, benefit }) => own && benefit.startsWith("signature")).reference };
  const azure = { product: "azure-virtual-machines", version: undefined, funding };
  for (let made = 1; made <= LONG; made += 1) await anIncident(call, { ...azure, title: `Of many, ${made}` });
  const page = await app.open(t, "Chen Wei", { path: "/incidents?text=of%20many" });
  const rows = page.getByRole("rowheader");
  const more = page.getByRole("button", { name: say("incidents.more"), exact: true });
  const earlier = page.getByRole("button", { name: say("incidents.earlier"), exact: true });
  const top = (title) => page.getByRole("link", { name: title, exact: true }).evaluate((link) => link.getBoundingClientRect().top);
  const focused = () => page.evaluate(() => document.querySelector("partner-support").shadowRoot.activeElement.textContent);
  await rows.nth(24).waitFor();
  assert.equal(await earlier.count(), 0);
  assert.equal(await page.getByRole("table").getAttribute("aria-rowcount"), null);
  await more.click();
  await page.getByText(say("incidents.part_shown", { from: 11, to: 50, all: 50 })).waitFor();

  const last = `Of many, ${LONG - 49}`;
  await more.scrollIntoViewIfNeeded();
  const before = await top(last);
  await more.click();
  await page.getByText(say("incidents.part_shown", { from: 36, to: 75, all: 75 })).waitFor();
  assert.equal(await rows.count(), 40);
  assert.ok(Math.abs((await top(last)) - before) < 3, "what was read stays in its place");
  assert.equal(await rows.first().locator("xpath=..").getAttribute("aria-rowindex"), "37");
  assert.equal(await page.getByRole("table").getAttribute("aria-rowcount"), "76");

  await rows.first().getByRole("link").focus();
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), `Of many, ${LONG - 34}`);
  assert.equal(await rows.count(), 40);
  await page.keyboard.press("Home");
  assert.equal(await focused(), `Of many, ${LONG}`);
  assert.equal(await earlier.count(), 0);
  await page.keyboard.press("End");
  assert.equal(await focused(), `Of many, ${LONG - 74}`);
  await earlier.click();
  assert.equal(await focused(), `Of many, ${LONG - 10}`);
  assert.deepEqual(await app.violations(page), []);
});

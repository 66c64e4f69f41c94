// The operator's desk: what waits, the incidents of every partner, their accounts, who did what, and many accounts at once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { anIncident, caller } from "./caller.mjs";
import { address, useProduct } from "./harness.mjs";

const app = useProduct();
const OLGA = "Olga Ortiz";
/** Moments differ from run to run; the demonstration's days do not. */
const TIMES = [[/\b\d{1,2}:\d{2}(:\d{2})?\b/g, "<time>"]];

const rows = (page) => page.getByRole("row");
const section = (page, name) => page.getByRole("navigation", { name: /Sections of the desk|Rubriques du bureau/ }).getByRole("link", { name, exact: true });

test("whoever is no operator is told so in every section", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/operator/audit" });
  for (const path of ["/operator", "/operator/incidents", "/operator/accounts/birch-systems", "/operator/import", "/operator/audit"]) {
    await app.go(page, path);
    await page.getByRole("heading", { name: "This page is for the programme’s operators" }).waitFor();
    assert.equal(await page.getByRole("table").count(), 0);
  }
});

test("the queue says how long each request waits, the longest first, and in words which wait longer than usual", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator" });
  const [, first, second] = await rows(page).allInnerTexts();
  assert.match(first, /Kauri Retail[^]*9 days[^]*Longer than usual/);
  assert.match(second, /Birch Systems[^]*2 days/);
  assert.doesNotMatch(second, /Longer than usual/);
  await app.audit(page, "operator-queue-en");
});

test("what the server finds wrong with the two IDs is said at their field", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator" });
  const request = rows(page).filter({ hasText: "Birch Systems" });
  await request.getByRole("button", { name: /^Fulfil/ }).click();
  const form = page.getByRole("dialog");
  const [access, contract] = ["Access ID", "Contract ID"].map((name) => form.getByLabel(name, { exact: true }));
  await access.fill("SAME-1");
  await contract.fill("SAME-1");
  await form.getByRole("button", { name: "Save contract" }).click();
  await form.getByText("must not be the same as the Access ID").first().waitFor();
  // A pair that a contract of another partner has.
  await access.fill("DEMO-ACCESS-4453");
  await contract.fill("DEMO-CONTRACT-1189");
  app.expectFault(page, /422/);
  await form.getByRole("button", { name: "Save contract" }).click();
  await form.getByText("Another contract has this pair of IDs").first().waitFor();
  assert.equal(await access.getAttribute("aria-invalid"), "true");
  await form.getByRole("link", { name: /Another contract has this pair/ }).or(form.getByRole("button", { name: /Another contract has this pair/ })).first().click();
  assert.equal(await access.evaluate((field) => field.getRootNode().activeElement === field), true);
});

test("of two operators who answer the same request, the slower one sees that it was answered", async (t) => {
  const [fast, slow] = [await app.open(t, OLGA, { path: "/operator" }), await app.open(t, OLGA, { path: "/operator" })];
  const reject = async (page) => {
    await rows(page).filter({ hasText: "Kauri Retail" }).getByRole("button", { name: /^Reject/ }).click();
    await page.getByLabel("Details of the account are incomplete").check();
  };
  await reject(slow);
  await reject(fast);
  await fast.getByRole("dialog").getByRole("button", { name: "Reject request" }).click();
  await fast.getByRole("dialog").waitFor({ state: "hidden" });
  app.expectFault(slow, /409/);
  await slow.getByRole("dialog").getByRole("button", { name: "Reject request" }).click();
  await slow.getByRole("dialog").getByText("Somebody else was faster").waitFor();
  await slow.keyboard.press("Escape");
  await rows(slow).filter({ hasText: "Kauri Retail" }).waitFor({ state: "detached" });
});

test("the incidents of every partner are there, the most severe first, and their address keeps how they are narrowed", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/incidents" });
  const severities = await rows(page).locator("td:nth-of-type(3)").allInnerTexts();
  assert.deepEqual(severities, [...severities].sort());
  const partners = new Set(await rows(page).locator("td:nth-of-type(2)").allInnerTexts());
  assert.ok(partners.size > 1, `${[...partners]}`);
  await page.getByLabel("Severity", { exact: true }).selectOption("a");
  await page.getByLabel("Partner", { exact: true }).selectOption("Cedar Cloud");
  await page.waitForURL(/severity=a&partner=cedar-cloud/);
  await page.waitForFunction(() => {
    const found = [...document.querySelector("partner-support").shadowRoot.querySelectorAll("tbody tr")];
    return found.length > 0 && found.every((row) => /Cedar Cloud/.test(row.innerText) && /A: critical/.test(row.innerText));
  });
  await app.axe(page);
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await rows(page).filter({ hasText: "Birch Systems" }).first().waitFor();
});

test("an incident is moved on and written on, and of two operators the slower one sees where it stands", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/incidents?partner=elm-devops&order=oldest" });
  await rows(page).getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name: /^Incident PS-/ }).waitFor();
  const path = new URL(await address(page)).hash.replace("#/support", "");
  const other = await app.open(t, OLGA, { path });
  await page.getByLabel("In progress").check();
  await page.getByRole("button", { name: "Set status" }).click();
  await page.getByRole("status").filter({ hasText: "The status is now: In progress." }).waitFor();
  await other.getByLabel("Resolved").check();
  app.expectFault(other, /409/);
  await other.getByRole("button", { name: "Set status" }).click();
  await other.getByText("Somebody else was faster").waitFor();
  await other.getByText("In progress", { exact: true }).first().waitFor();
  await page.getByLabel("Write on this incident").fill("Please send the cluster log.");
  await page.getByRole("button", { name: /^Send/ }).click();
  await page.getByRole("listitem").filter({ hasText: "Please send the cluster log." }).waitFor();
  // Its partner reads it.
  const emil = await app.open(t, "Emil Haas", { path: `/incidents/${path.split("/").at(-1)}` });
  await emil.getByText("Please send the cluster log.").waitFor();
  await app.axe(page);
});

test("a partner's test is marked at the desk, in the list and on its page, with who may be reached", async (t) => {
  const call = await caller(app, "emil");
  const title = "Only a rehearsal";
  await anIncident(call, { title, test: true, contacts: [{ name: "Emil Haas", email: "emil@elm.example", phone: "+49 30 1234" }] });
  const page = await app.open(t, OLGA, { path: "/operator/incidents?partner=elm-devops" });
  const row = rows(page).filter({ hasText: title });
  await row.getByText("Test", { exact: true }).waitFor();
  await row.getByRole("link").click();
  await page.getByText("This is a test: nothing was used, and nobody has a problem.").waitFor();
  await page.getByRole("link", { name: "emil@elm.example" }).waitFor();
  await page.getByText("+49 30 1234").waitFor();
  await app.axe(page);
});

test("a refund says what the law says and what it does to the balance before it is pressed", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/incidents?partner=fir-consulting&order=oldest" });
  await rows(page).getByRole("link").first().click();
  await page.getByRole("button", { name: "Refund the incident" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Left now: 0 incidents. After the refund: 1 incident.").waitFor();
  await dialog.getByRole("button", { name: "Give it back" }).click();
  await dialog.getByText("Choose a reason.").first().waitFor();
  await dialog.getByRole("radio").nth(2).check();
  await dialog.getByText("gives nothing back for this reason").waitFor();
  await dialog.getByRole("radio").first().check();
  await dialog.getByLabel("Note (optional)").fill("The same as the one before.");
  await app.axe(page);
  await dialog.getByRole("button", { name: "Give it back" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("What it consumed was given back before.").waitFor();
  await page.getByRole("listitem").filter({ hasText: "The same as the one before." }).waitFor();
});

test("an account is found and shows its offers, contracts and people; its balance is corrected with a reason", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/accounts" });
  await page.getByLabel("Name or ID").fill("birch");
  await page.waitForURL(/text=birch/);
  await page.waitForFunction(() => document.querySelector("partner-support").shadowRoot.querySelectorAll("tbody tr").length === 1);
  await page.getByRole("link", { name: "Birch Systems" }).click();
  await page.getByRole("heading", { level: 1, name: "Birch Systems" }).waitFor();
  await page.getByText("Datacenter").waitFor();
  await page.getByText("3 incidents of 15 incidents").waitFor();
  await app.audit(page, "operator-account-en", { mask: [...TIMES, [/http:\/\/[^\s"]+/g, "<issuer>"]] });
  await page.getByRole("button", { name: /^Correct the balance/ }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Incidents more or fewer").fill("-4");
  await dialog.getByLabel("Reason").fill("Agreed by telephone");
  await dialog.getByRole("button", { name: "Save correction" }).click();
  await dialog.getByText("takes away no more than is left").first().waitFor();
  await dialog.getByLabel("Incidents more or fewer").fill("2");
  await dialog.getByText("Left after it: 5 incidents.").waitFor();
  await dialog.getByRole("button", { name: "Save correction" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("5 incidents of 17 incidents").waitFor();
  await page.getByText(/^History of the balance/).first().click();
  await page.getByRole("row").filter({ hasText: "Agreed by telephone" }).waitFor();
});

test("the desk says in which zone its times are", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/incidents?partner=elm-devops" });
  await page.getByRole("table", { name: "with times of Europe/Paris" }).waitFor();
  await rows(page).getByRole("link").first().click();
  await page.getByText("Times of Europe/Paris", { exact: true }).waitFor();
  await app.go(page, "/operator/audit");
  await page.getByRole("table", { name: "with times of Europe/Paris" }).waitFor();
  await app.go(page, "/operator/accounts/birch-systems");
  await page.getByText(/^History of the balance/).first().click();
  await page.getByRole("table", { name: /^History of the balance of .* with times of Europe\/Paris$/ }).waitFor();
});

test("the audit trail says who did what about one account, and is exported without formulas", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/accounts/cedar-cloud" });
  await page.getByRole("link", { name: "Its audit trail" }).click();
  await page.waitForURL(/operator\/audit\?partner=cedar-cloud/);
  await rows(page).filter({ hasText: "Chen Wei" }).filter({ hasText: "Opened an incident" }).first().waitFor();
  const accounts = new Set(await rows(page).locator("td:nth-of-type(3)").allInnerTexts());
  assert.deepEqual([...accounts], ["Cedar Cloud"]);
  await app.axe(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /CSV/ }).click();
  const lines = readFileSync(await (await download).path(), "utf8").trim().split("\r\n");
  assert.match(lines[0], /Who/);
  assert.ok(lines.length > 6);
  assert.ok(lines.every((line) => !/(^|,)"?[=+@-]/.test(line.replace("\ufeff", ""))));
  assert.doesNotMatch(lines.join(), /DEMO-(ACCESS|CONTRACT)/);
});

const FILE = `id,name,region,portal,offers
linden-soft,Linden Soft,emea,partner-center,gold:data-platform:2020-09-01:2021-08-31
oak-it,Oak IT,atlantis,none,
linden-soft,Linden again,emea,partner-center,
spruce-net,Spruce Net,americas,partner-center,silver::2020-09-01:2020-01-01`;

test("an import is checked first, every error with its row and field, and only then written; the same again changes nothing", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/import" });
  await page.getByText("Check the rows first.").waitFor();
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "accounts.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await page.getByRole("button", { name: "Check", exact: true }).click();
  const wrong = page.getByRole("table", { name: "3 rows have errors" });
  await wrong.waitFor();
  const told = (await wrong.getByRole("row").allInnerTexts()).slice(1);
  assert.match(told[0], /^3\s+oak-it[^]*portal: is none of the values[^]*region: the programme has no such region/);
  assert.match(told[1], /^4\s+linden-soft[^]*id: an earlier row is about the same account/);
  assert.match(told[2], /^5\s+spruce-net[^]*competency: this offer is earned with a competency[^]*anniversary: is before the first day/);
  await app.axe(page);
  // Nothing was written.
  const other = await app.open(t, OLGA, { path: "/operator/accounts?text=linden" });
  await other.getByRole("heading", { name: "No account matches" }).waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 account is entered or changed.").waitFor();
  await dialog.getByText("3 rows with errors are left out.").waitFor();
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("heading", { name: "Import", level: 2, exact: true }).waitFor();
  await page.getByRole("status").filter({ hasText: "1 account was entered or changed." }).waitFor();
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByText("No row would change anything.").waitFor();
});

test("of many errors the first are shown, it is said how many rows have some, and a file has them all, without formulas", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/import" });
  const accounts = Array.from({ length: 250 }, (_, at) => ({ id: `=wrong-${at}`, name: "", region: "atlantis", portal: "partner-center" }));
  await page.getByLabel("Rows").fill(JSON.stringify(accounts));
  await page.getByRole("button", { name: "Check", exact: true }).click();
  const wrong = page.getByRole("table", { name: "250 rows have errors" });
  await wrong.waitFor();
  await page.getByText("200 of 250 rows with errors are shown").waitFor();
  assert.equal(await wrong.getByRole("row").count(), 201);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save all errors as CSV" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "import-errors.csv");
  const [head, ...lines] = readFileSync(await file.path(), "utf8").replace("\ufeff", "").trim().split("\r\n");
  assert.equal(head, "Row,Account ID,What is wrong");
  assert.equal(new Set(lines.map((line) => line.split(",")[0])).size, 250);
  assert.ok(lines.every((line) => /^\d+,'=wrong-\d+,"?\w+: /.test(line)), lines[0]);
  await page.getByRole("status").filter({ hasText: `${lines.length} errors were saved as a file.` }).waitFor();
});

test("when an import breaks off it is said exactly how far it came, and the rest follows when it is repeated", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/import" });
  const accounts = Array.from({ length: 150 }, (_, at) => ({ id: `bulk-${at}`, name: `Bulk ${at}`, region: "emea", portal: "partner-center" }));
  await page.getByLabel("Rows").fill(JSON.stringify(accounts));
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByRole("heading", { name: "Checked, nothing is written" }).waitFor();
  // It can be pressed once all rows are checked: none of those calls counts below.
  await page.getByRole("button", { name: "Import", exact: true }).click();
  let calls = 0;
  await page.route("**/operator/partners", (route) => (++calls === 2 ? route.abort() : route.continue()));
  app.expectFault(page, /ERR_FAILED/);
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
  await page.getByText("100 accounts were entered or changed, by the first 100 of 150 rows.").waitFor();
  await page.getByText("The rows that came next may have been written too.").waitFor();
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByRole("heading", { name: "Checked, nothing is written" }).waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("dialog").getByText("50 accounts are entered or changed.").waitFor();
});

test("what is no file of accounts is told before anything is sent", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator/import" });
  for (const [text, said] of [
    ["[1, 2", "It begins like JSON"],
    ["name;region\nBirch;emea", "The first line must name the columns"],
    ['id,name\nbirch,"Birch', "A quotation mark does not end."],
  ]) {
    await page.getByLabel("Rows").fill(text);
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByText(said).waitFor();
  }
});

test("the desk works at 320 px, in French and in the dark, by keyboard alone", async (t) => {
  const page = await app.open(t, OLGA, { path: "/operator", locale: "fr", width: 320, colorScheme: "dark" });
  for (const [name, title] of [
    ["Incidents", "Incidents de tous les partenaires"],
    ["Comptes", "Comptes"],
    ["Journal d’audit", "Journal d’audit"],
    ["Importer des comptes", "Importer des comptes"],
  ]) {
    await section(page, name).focus();
    await page.keyboard.press("Enter");
    const heading = page.getByRole("heading", { level: 1, name: title });
    await heading.waitFor();
    await app.settled(page);
    assert.equal(await heading.evaluate((it) => it.getRootNode().activeElement === it), true);
    const sideways = await page.locator("partner-support").evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.equal(sideways, 0, name);
    await app.axe(page);
  }
  await app.audit(page, "operator-import-fr");
});

test("a list that does not come says so and is asked for again", async (t) => {
  const page = await app.newPage(t);
  await page.route("**/operator/incidents?*", (route) => route.abort(), { times: 1 });
  app.expectFault(page, /ERR_FAILED/);
  await page.goto(app.address("/operator/incidents"), { waitUntil: "commit" });
  await app.signInAs(page, OLGA);
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await rows(page).filter({ hasText: "Birch Systems" }).first().waitFor();
});

// The guided form of a new incident: whoever fills it in sees what is missing, what can pay, and what is known already.
import assert from "node:assert/strict";
import { test } from "node:test";

import { anIncident, caller } from "./caller.mjs";
import { address, useProduct } from "./harness.mjs";
import { created, describe, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
const WINDOWS = { product: "Windows Server", version: "2019" };

const field = (page, key) => page.getByLabel(say(`new_incident.${key}`), { exact: true });
const part = (page, key) => page.getByRole("region", { name: say(`new_incident.${key}`), exact: true });
const covered = (page) => page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** How many incidents are left of the partner's contracts, by what the benefits page says. */
async function balances(page) {
  await app.go(page, "/benefits");
  return page.getByRole("meter").evaluateAll((meters) => meters.map((meter) => meter.getAttribute("aria-valuenow")));
}

test("each part of the form says what is still missing in it and leads there", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents/new" });
  const progress = page.getByRole("group", { name: say("new_incident.progress") });
  await progress.getByText(/the product/).waitFor();
  await button(progress, say("new_incident.part_problem")).click();
  await page.keyboard.type("Setup stops");
  assert.equal(await field(page, "subject").inputValue(), "Setup stops");
  await describe(page, say, { ...WINDOWS, title: "Setup stops" });
  assert.equal(await progress.getByText(say("new_incident.complete"), { exact: true }).count(), 4);
  await app.axe(page);
});

test("the keys that follow a press go to what it leads to, before anything is drawn", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents/new" });
  const progress = page.getByRole("group", { name: say("new_incident.progress") });
  await progress.getByText(/the product/).waitFor();
  await page.evaluate(() => {
    globalThis.requestAnimationFrame = () => 0;
  });
  await button(progress, say("new_incident.part_problem")).press("Enter");
  await page.keyboard.type("Setup stops");
  assert.equal(await field(page, "subject").inputValue(), "Setup stops");
  await button(page, say("new_incident.contact_add")).press("Enter");
  await page.keyboard.type("Léa Roux");
  assert.equal(await page.getByLabel(say("new_incident.contact_name"), { exact: true }).inputValue(), "Léa Roux");
  await button(page, say("new_incident.contact_remove", { place: 1 })).press("Enter");
  await part(page, "part_contacts").getByRole("heading").and(page.locator(":focus")).waitFor();
});

test("every version says before it is chosen until when it is supported and whether it is recent enough, by which rule", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents/new?product=windows-server" });
  const described = (version) => page.getByRole("radio", { name: version, exact: true }).evaluate((radio) => {
    const hint = radio.getRootNode().getElementById(radio.getAttribute("aria-describedby"));
    return hint.textContent;
  });
  assert.match(await described("2019"), /Current version\. Mainstream support until 9 January 2024\. .*covered \(S25, E1\)/);
  assert.match(await described("2012 R2"), /2 versions behind.*Too old to be covered \(S25, E1\)/);
});

test("until when a product without versions is supported stands below it, and for every product whose dates these are", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new?product=skype-for-business-online" });
  await page.getByText("Supported until 31 July 2021.", { exact: true }).waitFor();
  await page.getByRole("link", { name: /^Dates of its support: .+, as of / }).waitFor();
  await app.go(page, "/incidents/new?product=windows-server");
  assert.match(await page.getByRole("link", { name: /^Dates of its support: / }).getAttribute("href"), /^https:/);
  await app.axe(page);
  await app.go(page, "/incidents/new?product=azure-virtual-machines");
  await page.getByText(say("new_incident.product_is", { placement: "Cloud" })).waitFor();
  assert.equal(await page.getByRole("link", { name: /^Dates of its support: / }).count(), 0, "nothing is known of it");
});

test("where a colleague can activate what would pay, their name leads to the message to them", async (t) => {
  const page = await app.open(t, "Julia Costa", { path: "/incidents/new?product=windows-server&version=2019&kind=break-fix" });
  await page.getByRole("link", { name: /Jonas Meyer/ }).first().click();
  await page.getByText(say("benefits.message")).first().waitFor();
});

test("every way to pay stands beside the others with its answer, and the one that is chosen answers", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new?product=windows-server&version=2019&kind=break-fix" });
  await covered(page);
  const ways = page.getByRole("group", { name: say("new_incident.funding"), exact: true });
  const suggested = ways.getByRole("radio", { name: /Microsoft Product Support/ }).first();
  assert.ok(await suggested.isChecked(), "the law's own suggestion");
  await ways.getByText(say("new_incident.funding_suggested"), { exact: true }).waitFor();
  assert.ok((await ways.getByText(/^Uses: /).count()) > 0);
  assert.ok((await ways.getByText(/^In force until /).count()) > 0);
  await ways.getByRole("radio", { name: /^Signature Cloud Support/ }).first().check();
  await page.getByRole("heading", { name: say("verdict.no_incident"), exact: true }).waitFor();
  await suggested.check();
  await covered(page);
  await app.axe(page);
});

test("an Admin agent sees the four steps of the resellers' way with their portals; without the role it is closed, and says by which rule", async (t) => {
  const agent = await app.open(t, "Dana Petrov", { path: "/incidents/new?product=azure-virtual-machines&for=customer" });
  const way = (page) => page.getByRole("region", { name: say("new_incident.way_title") });
  assert.deepEqual(
    (await way(agent).getByRole("listitem").allInnerTexts()).map((step) => step.replace(/\(opens.*/s, "").trim()),
    ["CSP", "Customers", "Service management", "New request"],
  );
  const links = await way(agent).getByRole("link").evaluateAll((links) => links.map((link) => new URL(link.href).host));
  assert.deepEqual(links, ["partner.microsoft.com", "portal.azure.com"]);
  await app.axe(agent);

  const closed = await app.open(t, "Bruno Keller", { path: "/incidents/new?product=azure-virtual-machines&for=customer" });
  await way(closed).getByText(say("new_incident.way_closed")).waitFor();
  await way(closed).getByText(say("verdict.f32")).waitFor();
  assert.equal(await way(closed).getByRole("link", { name: /Customers/ }).count(), 0);
  await closed.getByRole("radio", { name: say("new_incident.for_own"), exact: true }).check();
  await way(closed).waitFor({ state: "detached" });
});

test("a title that sounds like a question for advice is met with a hint that one press follows, and never with a block", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "How to move a domain controller" });
  await page.getByText(say("new_incident.advice_title")).first().waitFor();
  await (await review(page, say)).waitFor();
  await page.keyboard.press("Escape");
  await button(page, say("new_incident.advice_choose")).click();
  const advice = page.getByRole("radio", { name: say("verdict.advisory"), exact: true });
  assert.ok(await advice.isChecked());
  assert.ok(await advice.evaluate((radio) => radio.getRootNode().activeElement === radio), "it has the focus");
  await page.getByRole("link", { name: new RegExp(say("verdict.to_use_hours", { count: 20 })) }).waitFor();
});

test("an error message is asked for word for word, and all answers are sent as one text under their questions", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "Answers in parts" });
  await page.getByRole("radio", { name: say("new_incident.kind_error"), exact: true }).check();
  await button(page, say("new_incident.review")).click();
  await button(page.getByRole("alert"), say("new_incident.missing_error_text")).click();
  await page.keyboard.type("0x80070005 Access is denied");
  await field(page, "tried").fill("A restart.");
  await (await review(page, say)).click();
  await created(page);
  const told = await page.locator(".incident-description").innerText();
  assert.deepEqual(told.split("\n").filter(Boolean), [
    say("new_incident.description"),
    "Error 0x80070005",
    "since this morning.",
    say("new_incident.error_text"),
    "0x80070005 Access is denied",
    say("new_incident.tried"),
    "A restart.",
  ]);
});

test("the people who may be reached are asked for completely, sent, and shown with the incident, and no address of a page has them", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "Call us" });
  await button(page, say("new_incident.contact_add")).click();
  await page.keyboard.type("Léa Roux");
  const first = page.getByRole("group", { name: say("new_incident.contact", { place: 1 }), exact: true });
  assert.equal(await first.getByLabel(say("new_incident.contact_time_zone")).inputValue(), "Europe/Paris");
  await button(page, say("new_incident.review")).click();
  await button(page.getByRole("alert"), say("new_incident.missing_contact_reach", { place: 1 })).click();
  await page.keyboard.type("lea.roux@larch.example");
  await button(page, say("new_incident.contact_add")).click();
  const second = page.getByRole("group", { name: say("new_incident.contact", { place: 2 }), exact: true });
  await second.getByLabel(say("new_incident.contact_name"), { exact: true }).fill("Tom");
  await second.getByLabel(say("new_incident.contact_phone"), { exact: true }).fill("+44 20 7946 0000");
  await app.axe(page);
  const create = await review(page, say);
  await page.getByRole("dialog").getByText(/lea\.roux@larch\.example/).waitFor();
  await create.click();
  await created(page);
  assert.equal(await page.getByRole("link", { name: "lea.roux@larch.example" }).getAttribute("href"), "mailto:lea.roux@larch.example");
  await page.getByText("+44 20 7946 0000").waitFor();
  assert.doesNotMatch(await address(page), /lea|roux|7946/i);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.doesNotMatch(stored, /roux/i, "the draft is gone once it is sent");
});

test("a test incident uses nothing and is marked in the review, on its page and in the list", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  const before = await balances(page);
  await app.go(page, "/incidents/new");
  await describe(page, say, { ...WINDOWS, title: "Trying the way" });
  await page.getByRole("checkbox", { name: say("new_incident.test"), exact: true }).check();
  const create = await review(page, say);
  await page.getByRole("dialog").getByText(say("new_incident.test_review")).waitFor();
  await create.click();
  await created(page);
  await page.getByText(say("incidents.test_text")).waitFor();
  await app.axe(page);
  assert.deepEqual(await balances(page), before);
  await app.go(page, "/incidents");
  await page.getByRole("row", { name: /Trying the way/ }).getByText(say("incidents.test"), { exact: true }).waitFor();
});

test("open incidents that may be about the same are shown with a link before another is sent, and stand in nobody's way", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "Printer spooler crashes" });
  await (await review(page, say)).click();
  await created(page);
  await app.go(page, "/incidents/new");
  await describe(page, say, { ...WINDOWS, title: "The spooler stops again" });
  const before = part(page, "part_send");
  const link = before.getByRole("link", { name: /Printer spooler crashes/ });
  await link.waitFor();
  await before.getByText(say("incidents.times", { zone: "Europe/Paris" }), { exact: true }).waitFor();
  await app.axe(page);
  await (await review(page, say)).waitFor();
  await page.keyboard.press("Escape");
  await link.click();
  await created(page);
  await page.goBack();
  await page.getByText(say("new_incident.draft_title")).waitFor();
  assert.equal(await field(page, "subject").inputValue(), "The spooler stops again");
});

test("what has ended stands before no open incident that may be about the same, however much of it there is", async (t) => {
  const call = await caller(app, "chen");
  const { contracts } = (await call("GET", "/account")).body;
  const funding = { by: "contract", contract: contracts.find(({ own, benefit }) => own && benefit.startsWith("signature")).reference };
  const azure = { product: "azure-virtual-machines", version: undefined, funding };
  const open = await anIncident(call, { ...azure, title: "Certificate is refused" });
  for (let ended = 1; ended <= 100; ended += 1) {
    const { id } = await anIncident(call, { ...azure, title: `Certificate ${ended} was a mistake` });
    await call("POST", `/incidents/${id}/cancellation`);
  }
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { product: "Azure Virtual Machines", title: "The certificate is not trusted" });
  const before = part(page, "part_send");
  await before.getByRole("link", { name: `${open.number} Certificate is refused` }).waitFor();
  assert.equal(await before.getByRole("link", { name: /was a mistake/ }).count(), 0);
});

test("a link to the question prefills it for somebody else, who sees the answer for their own account, and says nothing of who shared it", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await describe(page, say, { ...WINDOWS, customer: "Contoso Secret", title: "Personal title" });
  await page.getByRole("button", { name: new RegExp(`${say("new_incident.share_link")}$`) }).click();
  await page.getByRole("button", { name: say("ui.copied_named", { what: say("new_incident.share_link") }) }).waitFor();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(
    link.hash,
    "#/support/incidents/new?product=windows-server&version=2019&kind=break-fix&for=customer&severity=b&asked-on=2021-03-04",
  );
  assert.doesNotMatch(decodeURIComponent(link.href), /contoso|secret|personal|chen|contract|access|title/i);

  const other = await app.open(t, "Hugo Brandt", { path: link.hash.replace("#/support", "") });
  await other.getByText(/^Somebody shared this question on 4 March 2021/).waitFor();
  assert.ok(await other.getByRole("radio", { name: "2019", exact: true }).isChecked());
  assert.ok(await other.getByRole("radio", { name: say("new_incident.for_customer"), exact: true }).isChecked());
  assert.equal(await field(other, "subject").inputValue(), "");
  await other.getByRole("heading", { name: say("verdict.ids_first") }).waitFor();
});

test("a link to another question leaves what was typed before", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "Typed before" });
  await app.go(page, "/plans");
  await app.go(page, "/incidents/new?product=azure-virtual-machines");
  await page.getByText(say("new_incident.draft_title")).waitFor();
  assert.equal(await field(page, "subject").inputValue(), "Typed before");
  assert.equal(await page.getByRole("combobox", { name: say("new_incident.product") }).inputValue(), "Azure Virtual Machines");
});

test("a draft with its contacts outlives a lost network and a tab that has forgotten who was signed in, and is nobody else's", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents/new" });
  await describe(page, say, { ...WINDOWS, title: "Outlives it all" });
  await button(page, say("new_incident.contact_add")).click();
  await page.keyboard.type("Léa Roux");
  await page.context().setOffline(true);
  await field(page, "tried").fill("Typed while offline.");
  await page.context().setOffline(false);
  // The tab forgets who was signed in.
  await app.reload(page);
  await page.getByText(say("new_incident.draft_title")).waitFor();
  assert.equal(await field(page, "tried").inputValue(), "Typed while offline.");
  assert.equal(await page.getByLabel(say("new_incident.contact_name"), { exact: true }).inputValue(), "Léa Roux");

  await page.reload({ waitUntil: "commit" });
  await page.getByRole("button", { name: say("shell.sign_in") }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.match(kept, /Outlives it all/, "it waits for its writer");
  assert.doesNotMatch(kept, /DEMO-|access_id|contract_id|eyJ/);
  // The issuer remembers who it was.
  await page.getByRole("button", { name: say("shell.sign_in") }).click();
  await page.getByText(say("new_incident.draft_title")).waitFor();
  await page.getByRole("button", { name: say("shell.account") }).click();
  await page.getByText(say("shell.switch_account")).click();
  await app.signInAs(page, "Chen Wei");
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...sessionStorage })), /Outlives it all|Roux/);
});

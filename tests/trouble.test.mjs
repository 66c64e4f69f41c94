// When things go wrong, around a new incident above all: nothing is lost, nothing is created twice, and the reason is said.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { created, describe, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");

/** Asks the API as the person who is signed in on the page. */
async function api(page, method, path, body) {
  const name = await page.locator(".account-name").innerText();
  // The demo people are known by their first names.
  const token = await app.product.token(name.split(" ")[0].toLowerCase());
  const answer = await fetch(`${app.product.address}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body ? { "content-type": "application/json", "idempotency-key": randomUUID() } : {}),
    },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

const incidents = async (page) => (await api(page, "GET", "/incidents?limit=100")).body.incidents;

/** How many incidents are left of the partner's own contract. */
async function left(page) {
  const { contracts } = (await api(page, "GET", "/account")).body;
  const { granted, consumed, refunded } = contracts.find((contract) => contract.own).balance;
  return granted - consumed + refunded;
}

test("two clicks at once create one incident", async (t) => {
  const page = await app.open(t, "Emil Haas", { path: "/incidents/new" });
  const before = (await incidents(page)).length;
  await describe(page, say, { product: "Windows Server", version: "2019", title: "Clicked twice" });
  const create = await review(page, say);
  await page.evaluate(() => {
    globalThis.heard = [];
    document.addEventListener("incident-created", ({ target, detail }) => heard.push([target.localName, detail]));
  });
  await create.dblclick();
  await created(page);
  await app.settled(page);
  const after = await incidents(page);
  assert.equal(after.length, before + 1);
  const heard = await page.evaluate(() => globalThis.heard);
  assert.deepEqual(heard, [["partner-support", { id: after[0].id }]], "the host hears of it once, by its id alone");
});

test("the last incident goes to one of two tabs, and the other says why it did not", async (t) => {
  const first = await app.open(t, "Bruno Keller", { path: "/incidents/new" });
  const contract = (await api(first, "GET", "/account")).body.contracts.find((held) => held.own).reference;
  for (let spare = (await left(first)) - 1; spare > 0; spare -= 1) {
    const { status } = await api(first, "POST", "/incidents", {
      beneficiary: "own-company",
      product: "windows-server",
      version: "2019",
      kind: "break-fix",
      severity: "c",
      funding: { by: "contract", contract },
      title: "Uses one up",
      description: "So that one is left.",
    });
    assert.equal(status, 201);
  }
  const tabs = [first, await app.open(t, "Bruno Keller", { path: "/incidents/new" })];
  await app.go(first, "/benefits");
  await app.reload(first);
  await app.go(first, "/incidents/new");
  const buttons = [];
  for (const tab of tabs) {
    await describe(tab, say, { product: "Windows Server", version: "2019", title: "The last one" });
    buttons.push(await review(tab, say));
  }
  await Promise.all(buttons.map((create) => create.click()));
  const ends = await Promise.all(
    tabs.map((tab) =>
      Promise.race([
        created(tab).then(() => "created"),
        tab
          .getByText(say("new_incident.refused"))
          .waitFor()
          .then(() => "refused"),
      ]),
    ),
  );
  assert.deepEqual(ends.toSorted(), ["created", "refused"]);
  const loser = tabs[ends.indexOf("refused")];
  app.expectFault(loser, /409/);
  await loser.getByText(say("verdict.f27")).first().waitFor();
  assert.equal(await loser.getByLabel(say("new_incident.subject"), { exact: true }).inputValue(), "The last one");
  assert.equal(await left(loser), 0);
  await app.axe(loser);
});

test("with the server away the form keeps what was typed, and a second try creates one incident", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  const before = (await incidents(page)).length;
  await describe(page, say, { product: "Azure Virtual Machines", title: "Server away" });
  const create = await review(page, say);
  // The server does its work, but the answer is lost on the way.
  let lost = 0;
  await page.route("**/api/v1/incidents", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch({ maxRetries: 3 });
    return route.abort("connectionreset");
  });
  app.expectFault(page, /ERR_CONNECTION_RESET/);
  await create.click();
  await page.getByText(say("new_incident.kept")).waitFor();
  await app.axe(page);
  const again = page.getByRole("dialog").getByRole("button", { name: say("new_incident.create") });
  if (await again.isVisible()) await again.click();
  else await (await review(page, say)).click();
  await created(page);
  await app.settled(page);
  assert.equal((await incidents(page)).length, before + 1, "the lost answer and the second try are one incident");
});

test("a reload in the middle of a try does not make a second incident of it", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  const before = (await incidents(page)).length;
  await describe(page, say, { product: "Azure Virtual Machines", title: "Reloaded" });
  const create = await review(page, say);
  await page.route("**/api/v1/incidents", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch({ maxRetries: 3 });
    return route.abort("connectionreset");
  });
  app.expectFault(page, /ERR_CONNECTION_RESET/);
  await create.click();
  await page.getByText(say("new_incident.kept")).waitFor();
  await page.unroute("**/api/v1/incidents");
  await app.reload(page);
  await page.getByText(say("new_incident.draft_title")).waitFor();
  await (await review(page, say)).click();
  await created(page);
  await app.settled(page);
  assert.equal((await incidents(page)).length, before + 1);
});

test("a draft is there after a reload and holds no ID", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { product: "Azure Virtual Machines", title: "Half written" });
  await page.waitForTimeout(800);
  await app.reload(page);
  await page.getByText(say("new_incident.draft_title")).waitFor();
  assert.equal(await page.getByLabel(say("new_incident.subject"), { exact: true }).inputValue(), "Half written");
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.doesNotMatch(kept, /DEMO-|access_id|contract_id|eyJ/);
});

test("an empty form says field by field what is missing", async (t) => {
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await page.getByRole("button", { name: say("new_incident.review") }).click();
  for (const missing of ["missing_product", "missing_kind", "missing_severity", "missing_title", "missing_description"]) {
    await page.getByText(say(`new_incident.${missing}`)).first().waitFor();
  }
  await app.axe(page);
  await page.getByRole("link", { name: say("new_incident.missing_title") }).or(page.getByRole("button", { name: say("new_incident.missing_title") })).click();
  await page.keyboard.type("Reached by the summary");
  assert.equal(
    await page.getByLabel(say("new_incident.subject"), { exact: true }).inputValue(),
    "Reached by the summary",
  );
});

/** Where it is said that there is no network. */
const offline = (page, say) => page.getByRole("status").filter({ hasText: say("shell.offline") });

for (const [language, width] of [["en", 1280], ["ar", 360]]) {
  test(`${language}: without a network that is said once beside what is there, and what failed comes by itself when it is back`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Bruno Keller", { locale: language, width });
    // The page's part of the program is there: what is lost is its data.
    await app.go(page, "/benefits/usage");
    await app.go(page, "/benefits");
    app.expectFault(page, /ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    await offline(page, say).waitFor();
    assert.equal(await page.getByText(say("shell.offline"), { exact: true }).count(), 1);
    await page.getByRole("article").first().waitFor();
    await app.axe(page);
    await app.go(page, "/benefits/usage");
    await page.getByRole("alert").filter({ hasText: say("shell.problem_load_title") }).waitFor();
    assert.equal(await offline(page, say).count(), 1);
    await page.context().setOffline(false);
    await page.getByRole("table", { name: say("usage.periods_caption") }).waitFor();
    await offline(page, say).waitFor({ state: "detached" });
    assert.equal(await page.getByText(say("shell.problem_load_title")).count(), 0);
  });
}

test("once the network is back, what is on show is asked for again, and the stream of changes is open again", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/incidents" });
  await page.context().setOffline(true);
  await offline(page, say).waitFor();
  await page.getByRole("table").waitFor();
  const asked = [/\/account$/, /\/account\/changes$/].map((path) =>
    page.waitForResponse((answer) => path.test(answer.url()) && answer.status() === 200),
  );
  await page.context().setOffline(false);
  await Promise.all(asked);
  await offline(page, say).waitFor({ state: "detached" });
});

test("an operator's list is asked for again too", async (t) => {
  const page = await app.open(t, "Olga Ortiz", { path: "/operator/incidents" });
  await page.context().setOffline(true);
  await offline(page, say).waitFor();
  const asked = page.waitForResponse((answer) => /\/operator\/incidents\?/.test(answer.url()) && answer.ok());
  await page.context().setOffline(false);
  await asked;
});

test("what was asked before the network went, and is answered after, does not hide that it has gone", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  let letCome;
  const may = new Promise((resolve) => (letCome = resolve));
  await page.route(/\/account$/, (route) => may.then(() => route.continue()));
  const asked = page.waitForRequest(/\/account$/);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  const answered = (await asked).response();
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  letCome();
  await (await answered).finished();
  await offline(page, say).waitFor();
});

test("a browser that thinks itself offline is not believed once an answer has come", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await offline(page, say).waitFor();
  await app.go(page, "/incidents");
  await offline(page, say).waitFor({ state: "detached" });
});

test("an element that is gone listens no more whether there is a network", async (t) => {
  const page = await app.newPage(t);
  await page.addInitScript(() => {
    globalThis.listening = 0;
    const { addEventListener, removeEventListener } = window;
    const counts = (by, then) => function (name, ...more) {
      if (name === "online" || name === "offline") globalThis.listening += by;
      return then.call(this, name, ...more);
    };
    window.addEventListener = counts(1, addEventListener);
    window.removeEventListener = counts(-1, removeEventListener);
  });
  await page.goto(app.address("/plans"));
  await app.settled(page);
  assert.equal(await page.evaluate(() => globalThis.listening), 2);
  await page.evaluate(() => document.querySelector("partner-support").remove());
  await page.waitForFunction(() => globalThis.listening === 0);
});

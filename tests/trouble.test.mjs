// When things go wrong around a new incident: nothing is lost, nothing is created twice, and the reason is said.
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
    await route.fetch();
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
    await route.fetch();
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

// Somebody whose sign-in ends in the middle of something: the way to sign in again stands beside what failed, what was typed is still
// there, and the next press does it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useHosts } from "./hosts.mjs";
import { describe } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");

/** The server refuses whatever token comes with a call to these paths, the renewed one too; resolves to a function that ends it. */
async function refuse(page, path) {
  const tokens = [];
  await page.route(path, (route) => {
    tokens.push(route.request().headers().authorization);
    return route.fulfill({
      status: 401,
      contentType: "application/problem+json",
      headers: { "access-control-allow-origin": hosts.site },
      body: '{"type":"/problems/not-signed-in","code":"not-signed-in","status":401,"title":"No"}',
    });
  });
  hosts.expectFault(page, /401/);
  return async () => {
    assert.equal(tokens.length, 2, "a fresh token was tried before anything was said");
    await page.unroute(path);
  };
}

/** Presses the way to sign in that stands in `within`, and signs in as a host page does. */
async function signIn(page, within) {
  const alert = within.getByRole("alert").filter({ hasText: say("shell.problem_signed_out") });
  await alert.waitFor();
  await hosts.axe(page);
  await alert.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
  const reasons = (await hosts.heard(page, "auth-required")).map(({ reason }) => reason);
  assert.deepEqual(reasons, ["expired", "asked"]);
  await page.evaluate(() => document.getElementById("support").refresh());
  await hosts.settled(page);
}

test("while a benefit is activated", async (t) => {
  const page = await hosts.visit(t, { person: "jonas" });
  const name = "Microsoft Product Support";
  const renewed = await refuse(page, /\/activation$/);
  await page.getByRole("button", { name: `${say("benefits.activate")} ${name}` }).click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: say("benefits.activate_confirm") });
  await confirm.click();
  await signIn(page, dialog);
  await renewed();
  await confirm.click();
  await page.getByRole("article", { name }).getByText(say("benefits.state_pending")).waitFor();
});

test("while the two IDs of a contract are entered", async (t) => {
  const page = await hosts.visit(t, { person: "hugo", path: "/#/support/incidents/new" });
  await describe(page, say, { product: "SQL Server", version: "2019", title: "Links first" });
  await page.getByRole("button", { name: say("verdict.to_link") }).first().click();
  const ids = page.getByRole("group", { name: say("new_incident.ids") });
  const fields = ["access_id", "contract_id"].map((key) => ids.getByLabel(say(`new_incident.${key}`), { exact: true }));
  const typed = ["DEMO-ACCESS-4711", "DEMO-CONTRACT-0815"];
  for (const [place, field] of fields.entries()) await field.fill(typed[place]);
  const renewed = await refuse(page, /\/contract-links$/);
  const link = ids.getByRole("button", { name: say("new_incident.link"), exact: true });
  await link.click();
  await signIn(page, ids);
  assert.deepEqual(await Promise.all(fields.map((field) => field.inputValue())), typed);
  await renewed();
  await link.click();
  await page.getByText(say("new_incident.linked_title")).waitFor();
});

test("while IDs are shown", async (t) => {
  const page = await hosts.visit(t);
  const card = page.getByRole("article", { name: "Microsoft Product Support" }).first();
  const show = card.getByRole("button", { name: new RegExp(`^${say("benefits.show_ids")}`) });
  const renewed = await refuse(page, /\/revealed-ids$/);
  await show.click();
  await signIn(page, card);
  await renewed();
  await show.click();
  await card.getByText(/^DEMO-ACCESS-\d+$/).waitFor();
});

test("while an operator answers a request", async (t) => {
  const page = await hosts.visit(t, { person: "olga", path: "/#/support/operator" });
  const request = page.getByRole("row").filter({ hasText: "Birch Systems" });
  await request.getByRole("button", { name: /^Fulfil/ }).click();
  const dialog = page.getByRole("dialog");
  const fields = ["Access ID", "Contract ID"].map((name) => dialog.getByLabel(name, { exact: true }));
  await fields[0].fill("TYPED-1");
  await fields[1].fill("TYPED-2");
  const renewed = await refuse(page, /\/fulfilment$/);
  const save = dialog.getByRole("button", { name: "Save contract" });
  await save.click();
  await signIn(page, dialog);
  assert.deepEqual(await Promise.all(fields.map((field) => field.inputValue())), ["TYPED-1", "TYPED-2"]);
  await renewed();
  await save.click();
  await dialog.waitFor({ state: "hidden" });
  await request.waitFor({ state: "detached" });
});

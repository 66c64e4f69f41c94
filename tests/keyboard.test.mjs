// The main job with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { created } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");

/** Presses Tab until what has the focus has this accessible name or label; `within` is text of the row or card that it is in. */
async function tabTo(page, name, within = "") {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    const [focused, around] = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const label = element?.labels?.[0]?.textContent ?? "";
      const named = `${element?.getAttribute("aria-label") ?? ""} ${label} ${element?.textContent ?? ""}`.trim();
      return [named, element?.closest("tr, article, li")?.textContent ?? ""];
    });
    if (focused.includes(name) && around.includes(within)) return;
  }
  assert.fail(`Tab does not reach ${name}`);
}

/** Goes to a button or a link and presses it. */
async function press(page, name, within) {
  await tabTo(page, name, within);
  await page.keyboard.press("Enter");
}

test("a benefit is activated, its request fulfilled, its two IDs linked and an incident created with the keyboard alone", async (t) => {
  const benefit = "Microsoft Product Support";
  const page = await app.open(t, "Jonas Meyer");
  await press(page, say("benefits.activate"), benefit);
  await page.getByRole("dialog").waitFor();
  await press(page, say("benefits.activate_confirm"));
  const card = page.getByRole("article", { name: benefit });
  await card.getByText(say("benefits.state_pending")).waitFor();

  const desk = await app.open(t, "Olga Ortiz", { path: "/operator" });
  await press(desk, say("operator.fulfil"), "Juniper Data");
  await desk.getByRole("dialog").waitFor();
  // The third of March, whether the browser takes the day or the month first.
  const answers = { access_id: "ACCESS-KEYS-1234", contract_id: "CONTRACT-KEYS-5678", start: "03032021", end: "03032022" };
  for (const [field, keys] of Object.entries(answers)) {
    await tabTo(desk, say(`operator.${field}`));
    await desk.keyboard.type(keys);
  }
  await press(desk, say("operator.fulfil_submit"));
  await desk.getByRole("dialog").waitFor({ state: "hidden" });

  await card.getByText(say("benefits.state_usable"), { exact: true }).waitFor({ timeout: 60_000 });
  await press(page, say("shell.nav_new_incident"));
  await page.getByRole("heading", { name: say("new_incident.title"), level: 1 }).waitFor();
  await tabTo(page, say("new_incident.product"));
  await page.keyboard.type("windows server");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await tabTo(page, "2019");
  await page.keyboard.press("Space");
  await tabTo(page, say("verdict.break_fix"));
  await page.keyboard.press("Space");
  await page.getByRole("heading", { name: say("verdict.ids_first") }).waitFor();
  await press(page, say("verdict.to_link"));
  // The press has put the focus into the first of the two.
  await page.keyboard.type(answers.access_id);
  await tabTo(page, say("new_incident.contract_id"));
  await page.keyboard.type(answers.contract_id);
  await press(page, say("new_incident.link"));
  await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  await tabTo(page, say("new_incident.severity_a"));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, say("new_incident.subject"));
  await page.keyboard.type("From the first key to the last");
  await tabTo(page, say("new_incident.description"));
  await page.keyboard.type("No mouse was used.");
  await press(page, say("new_incident.review"));
  await page.getByRole("dialog").waitFor();
  await press(page, say("new_incident.create"));
  await created(page);
  await press(page, say("incidents.back"));
  await page.getByRole("link", { name: "From the first key to the last" }).waitFor();
});

test("a dialog closes with Escape and gives the focus back to its button", async (t) => {
  const page = await app.open(t, "Nadia Lindqvist");
  await press(page, say("benefits.activate"));
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const opener = page.getByRole("button", { name: new RegExp(`^${say("benefits.activate")}`) }).first();
  assert.ok(await opener.evaluate((button) => button.getRootNode().activeElement === button), "the focus is back");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
});

// The main job with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { created } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");

/** Presses Tab until what has the focus has this accessible name or label. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const label = element?.labels?.[0]?.textContent ?? "";
      return `${element?.getAttribute("aria-label") ?? ""} ${label} ${element?.textContent ?? ""}`.trim();
    });
    if (focused.includes(name)) return;
  }
  assert.fail(`Tab does not reach ${name}`);
}

test("an incident is created with the keyboard alone", async (t) => {
  const page = await app.open(t, "Chen Wei");
  await tabTo(page, say("shell.nav_new_incident"));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: say("new_incident.title"), level: 1 }).waitFor();
  await tabTo(page, say("new_incident.product"));
  await page.keyboard.type("azure virtual");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await tabTo(page, say("verdict.break_fix"));
  await page.keyboard.press("Space");
  await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  await tabTo(page, say("new_incident.severity_a"));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, say("new_incident.subject"));
  await page.keyboard.type("By keyboard");
  await tabTo(page, say("new_incident.description"));
  await page.keyboard.type("No mouse was used.");
  await tabTo(page, say("new_incident.review"));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, say("new_incident.create"));
  await page.keyboard.press("Enter");
  await created(page);
  await page.getByText("By keyboard").first().waitFor();
});

test("a dialog closes with Escape and gives the focus back to its button", async (t) => {
  const page = await app.open(t, "Nadia Lindqvist");
  await tabTo(page, say("benefits.activate"));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const opener = page.getByRole("button", { name: new RegExp(`^${say("benefits.activate")}`) }).first();
  assert.ok(await opener.evaluate((button) => button.getRootNode().activeElement === button), "the focus is back");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
});

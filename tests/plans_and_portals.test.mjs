// What a bought plan, a membership in the legacy portal and the effect on the business change.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { created, describe, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();

test("a paid plan pays for a cloud incident when the benefits are used up, and takes nothing from them", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Farah Aziz", { path: "/incidents/new" });
  const plan = "Advanced Support for Partners";
  await describe(page, say, { product: "Windows Server", version: "2019", title: "Two nodes disagree" });
  await page.getByRole("heading", { name: say("verdict.no_incident"), exact: true }).waitFor();
  await page.getByText(say("new_incident.severity_target", { count: 4 })).waitFor();
  await describe(page, say, { product: "Azure Virtual Machines", title: "A machine does not start" });
  await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  await page.getByText(say("verdict.uses_no_benefit")).first().waitFor();
  assert.equal(
    await page.getByText(say("new_incident.severity_target", { count: 4 })).count(),
    0,
    "the reference targets are not those of the plan",
  );
  await app.axe(page);
  await (await review(page, say)).click();
  await created(page);
  await page.getByText(say("incidents.paid_by_plan", { plan })).waitFor();
  await page.getByText(say("incidents.consumed_none")).waitFor();
  await app.go(page, "/incidents");
  await page.getByRole("row", { name: new RegExp(`A machine does not start.*${plan}`) }).waitFor();
  await app.go(page, "/benefits");
  await page.getByText(say("benefits.remaining_of", { count: 0, granted: 15 })).waitFor();
});

for (const language of ["en", "fr"]) {
  test(`${language}: a partner of the legacy portal is told why it cannot activate here, and where it can`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Grace Okafor", { locale: language });
    const activate = page.getByRole("button", { name: new RegExp(`^${say("benefits.activate")}`) });
    assert.equal(await activate.getAttribute("aria-disabled"), "true");
    await page.getByText(say("verdict.f38")).waitFor();
    const portal = page.getByRole("link", { name: say("verdict.to_activate_in", { portal: "Partner Membership Center" }) });
    assert.match(await portal.getAttribute("href"), /^https:/);
    const contact = page.getByRole("link", { name: say("verdict.to_region") });
    assert.match(await contact.getAttribute("href"), /^https:/);
    await activate.click({ force: true });
    assert.equal(await page.getByRole("dialog").count(), 0, "a press does nothing");
    await app.audit(page, `benefits-legacy-${language}`);
  });
}

test("a severity that the effect does not justify is refused before sending, with the one that fits a click away", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await describe(page, say, { product: "Azure Virtual Machines", title: "Slow since noon" });
  await page.getByLabel(say("new_incident.impact")).selectOption("moderate");
  await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  await page.getByRole("radio", { name: say("new_incident.severity_a"), exact: true }).check();
  await page.getByRole("heading", { name: say("verdict.too_urgent"), exact: true }).waitFor();
  await page.getByText(say("verdict.extension", { number: "E18" }), { exact: true }).waitFor();
  await app.axe(page);
  await page.getByRole("button", { name: say("verdict.to_severity", { severity: "B" }) }).click();
  await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
  assert.ok(await page.getByRole("radio", { name: say("new_incident.severity_b"), exact: true }).isChecked());
  await review(page, say);
  await page.getByRole("dialog").getByText(say("new_incident.impact_moderate")).waitFor();
});

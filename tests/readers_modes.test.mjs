// How the reader has set up the browser counts: more contrast, forced colours, paper.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
/** What an element, and a part of it that is drawn, looks like. */
const looks = (locator, property, part) => locator.evaluate((element, [property, part]) => getComputedStyle(element, part)[property], [property, part]);

const PAGES = {
  "Bruno Keller": ["/benefits", "/benefits/usage", "/incidents", "/incidents/new", "/plans", "/coverage", "/rules/S22", "/rules/compare"],
  "Olga Ortiz": ["/operator", "/operator/incidents", "/operator/accounts", "/operator/accounts/birch-systems", "/operator/audit", "/operator/import"],
};

test("who asks for more contrast gets seven to one for every letter, light and dark", async (t) => {
  for (const [person, paths] of Object.entries(PAGES)) {
    const page = await app.open(t, person, { contrast: "more" });
    for (const path of paths) {
      await app.go(page, path);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const found = await app.violations(page, { type: "rule", values: ["color-contrast-enhanced"] });
        const ours = found.filter(({ where }) => where.startsWith("partner-support "));
        assert.deepEqual(ours, [], `${path}, ${colorScheme}`);
      }
    }
  }
});

test("in forced colours the current page, what is left and what cannot be pressed can be told by more than a colour of ours", async (t) => {
  const page = await app.open(t, "Bruno Keller", { forcedColors: "active" });
  const canvas = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("p"));
    probe.style.color = "Canvas";
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  const current = page.getByRole("link", { name: say("shell.nav_benefits"), exact: true });
  assert.notEqual(await looks(current, "backgroundColor", "::after"), canvas);
  assert.notEqual(await looks(page.locator(".meter-fill").first(), "backgroundColor"), canvas);
  const button = page.getByRole("button", { name: new RegExp(`^${say("benefits.show_ids")}`) }).first();
  assert.equal(await looks(button, "borderTopStyle"), "solid");
  assert.equal(await looks(page.locator(".badge").first(), "borderTopStyle"), "solid");
  await page.getByRole("heading", { level: 1 }).focus();
});

test("paper is light and holds what is read: no navigation, no buttons, whole tables", async (t) => {
  const page = await app.open(t, "Bruno Keller", { colorScheme: "dark", path: "/plans", width: 900 });
  await page.evaluate(() => document.querySelector("partner-support").setAttribute("theme", "dark"));
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  assert.equal(await page.getByRole("navigation").first().isVisible(), false);
  assert.equal(await page.getByRole("button", { name: /^Account/ }).isVisible(), false);
  assert.equal(await looks(page.locator(".mount"), "backgroundColor"), "rgb(244, 246, 248)");
  for (const table of await page.locator(".table-scroll").all()) assert.equal(await looks(table, "overflowX"), "visible");
});

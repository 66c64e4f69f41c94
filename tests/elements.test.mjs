// How many elements each page is made of: what a browser has to lay out, on every machine the same.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";

const app = useProduct();

/** The most that a page may have, with what the demonstration's people have of it: a tenth above what was counted when it was set. */
const MOST = {
  "Chen Wei": {
    "/benefits": 206,
    "/benefits/usage": 170,
    "/incidents": 396,
    "/incidents/new": 845,
    "/plans": 585,
    "/coverage": 2320,
    "/rules/S22": 855,
  },
  "Olga Ortiz": {
    "/operator": 130,
    "/operator/incidents": 720,
    "/operator/accounts": 196,
    "/operator/audit": 820,
    "/operator/import": 101,
  },
};

for (const [person, pages] of Object.entries(MOST)) {
  test(`no page of ${person}'s has more elements than it needs`, async (t) => {
    const page = await app.open(t, person);
    for (const [path, most] of Object.entries(pages)) {
      await app.go(page, path);
      const count = await page.evaluate(() => document.querySelector("partner-support").shadowRoot.querySelectorAll("*").length);
      t.diagnostic(`${path}: ${count} of ${most}`);
      assert.ok(count <= most, `${path} has ${count} elements, at most ${most} are expected`);
    }
  });
}

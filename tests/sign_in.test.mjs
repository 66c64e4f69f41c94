// Whoever signs in at the demo issuer is shown as that person, and can become somebody else.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address, useProduct } from "./harness.mjs";

const app = useProduct();

test("the person who signed in is named in the account menu", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  await page.getByRole("button", { name: "Bruno Keller" }).waitFor();
});

test("after a reload one press signs the same person in again, on the same page", async (t) => {
  const page = await app.open(t, "Bruno Keller", { path: "/plans" });
  await app.reload(page);
  await page.getByRole("button", { name: "Bruno Keller" }).waitFor();
  assert.equal(new URL(await address(page)).hash, "#/support/plans");
});

test("signing in with another account asks who, and shows that person", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  await page.getByRole("button", { name: "Bruno Keller" }).click();
  await page.getByText("Sign in with another account").click();
  await page.waitForURL((url) => url.href.startsWith(app.product.issuerAddress));
  await app.signInAs(page, "Beatriz Sousa");
  await page.getByRole("button", { name: "Beatriz Sousa" }).waitFor();
});

test("whoever signs out gives up the IDs on show, and the page asks to sign in", async (t) => {
  const page = await app.open(t, "Chen Wei");
  await page.getByRole("button", { name: /Show IDs/ }).first().click();
  await page.getByText(/^DEMO-ACCESS-\d+$/).waitFor();
  await page.getByRole("button", { name: "Chen Wei" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  assert.equal(await page.getByText(/DEMO-/).count(), 0);
});

test("neither a token nor an ID is kept in the browser's storage or shown in its address", async (t) => {
  const page = await app.open(t, "Bruno Keller");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  assert.doesNotMatch(kept, /eyJ|token|access_id|contract_id/i);
});

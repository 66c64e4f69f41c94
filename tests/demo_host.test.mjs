// The demo host: a partner site that signs its people in and has the element among its own pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { App, address, startChromium } from "./harness.mjs";
import { APP_DIST, freePorts, Product, Program } from "./product.mjs";
import { wordsOf } from "./words.mjs";

const say = wordsOf("en");
const app = new App();
let site;
let host;
before(async () => {
  const [port, assets] = await freePorts(2);
  site = `http://127.0.0.1:${port}`;
  app.product = await Product.start({ allowOrigin: site, redirect: `${site}/support/` });
  const { address: api, issuerAddress: issuer } = app.product;
  const options = { port, "assets-port": assets, api, issuer, dist: APP_DIST };
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  host = new Program("demo host", ["demo-host/main.mjs", ...named], process.execPath);
  [app.browser] = await Promise.all([startChromium(), host.answersAt(site)]);
});
after(async () => {
  await host?.stop();
  await app.stop();
});

test("from the site's own page a deep link leads through sign-in into the element, under the site's strict policy", async (t) => {
  const page = await app.newPage(t, { width: 1600 });
  await page.goto(site);
  await app.axe(page);
  await page.getByRole("link", { name: "See your incidents" }).click();
  await page.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
  await page.getByRole("button", { name: "Bruno Keller", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: say("incidents.title"), exact: true }).waitFor();
  assert.equal(await address(page), `${site}/support/incidents`);
  await app.axe(page);
  await page.getByRole("link", { name: say("shell.nav_plans"), exact: true }).click();
  await page.waitForURL(`${site}/support/plans`);
  await page.waitForFunction((title) => document.title.startsWith(title), `${say("plans.title")} – Halden`);
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: say("incidents.title"), exact: true }).waitFor();
  await page.getByRole("link", { name: "Home" }).click();
  await page.waitForURL(`${site}/`);
});

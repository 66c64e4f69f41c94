// Each page in a part of its own: what a first visit loads of a released program, when the rest comes, and what is said when it
// does not.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { prerendered } from "../crates/xtask/dist/prerendered.mjs";
import { release } from "../crates/xtask/dist/release.mjs";
import { startChromium } from "./harness.mjs";
import { STRICT, useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const folder = mkdtempSync(join(tmpdir(), "parts-"));
after(() => rmSync(folder, { recursive: true }));

/** The files of each page by its path. */
let parts;
const hosts = useHosts(async (build) => {
  const browser = await startChromium();
  const first = await prerendered(build, browser).finally(() => browser.close());
  ({ parts } = release({ build, folder, version: "0.1.0", first }));
  return join(folder, "0.1.0");
});
const say = wordsOf("en");

const PROGRAM = /\/partner-support\.\w+\.wasm$/;
const PART = /\/([\w-]+\.\w{12}\.wasm)$/;
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const link = (page, name) => page.getByRole("link", { name, exact: true });
const nothingAhead = (page) => page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));

/** The parts that a page asks for from now on. */
function partsOf(page) {
  const asked = [];
  page.on("request", (request) => {
    const [, name] = new URL(request.url()).pathname.match(PART) ?? [];
    if (name && !name.startsWith("partner-support.")) asked.push(name);
  });
  return asked;
}

test("a first visit asks for its page's part while the program is on its way, and for no other page's", async (t) => {
  const headers = { "content-security-policy": STRICT(hosts) };
  for (const [path, part, title, person] of [
    ["/benefits", "benefits", "benefits.title", "bruno"],
    ["/incidents", "incidents", "incidents.title", "bruno"],
    ["/incidents/new", "new_incident", "new_incident.title", "bruno"],
    ["/plans", "plans", "plans.title", "bruno"],
    ["/operator", "operator", "operator.title", "olga"],
  ]) {
    let come;
    const held = new Promise((resolve) => (come = resolve));
    let asked;
    const page = await hosts.visit(t, {
      path: `/#/support${path}`,
      person,
      headers,
      ready: false,
      async before(page) {
        await nothingAhead(page);
        await page.route(PROGRAM, (route) => held.then(() => route.continue()));
        asked = partsOf(page);
      },
    });
    await page.locator(".app").waitFor();
    const early = [...asked];
    assert.ok(early.some((name) => name.startsWith(`${part}.`)), `${path} asks for its own part at once`);
    assert.deepEqual(early.toSorted(), parts[path].toSorted(), `${path} asks for what it needs, and for no more`);
    assert.ok(early.length <= 4, `${path} asks for ${early.length} files at a time`);
    come();
    await hosts.settled(page);
    await heading(page, say(title)).waitFor();
    assert.deepEqual(asked, early, `${path} asks for nothing more, and for nothing twice`);
  }
});

test("the parts of other pages come while nobody waits, and only on demand where the reader saves data", async (t) => {
  for (const saves of [false, true]) {
    let asked;
    const page = await hosts.visit(t, {
      async before(page) {
        if (saves) await nothingAhead(page);
        await page.clock.install();
        asked = partsOf(page);
      },
    });
    await page.clock.runFor(60_000);
    const plans = () => asked.some((name) => name.startsWith("plans."));
    if (saves) assert.ok(!plans());
    else if (!plans()) await page.waitForRequest(/\/plans\.\w+\.wasm$/);
    await link(page, say("shell.nav_plans")).click();
    await heading(page, say("plans.title")).waitFor();
    assert.ok(plans());
  }
});

for (const [what, fails] of [
  ["does not come", (route) => route.abort()],
  ["was altered", async (route) => route.fulfill({ response: await route.fetch({ maxRetries: 3 }), body: "another" })],
]) {
  test(`a page whose part ${what} says so, the other pages stay, and it comes by trying again`, async (t) => {
    const page = await hosts.visit(t, { before: nothingAhead });
    const parts = /\/plans\.\w+\.wasm$/;
    await page.route(parts, fails);
    hosts.expectFault(page, what === "was altered" ? /integrity/ : /ERR_FAILED/);
    hosts.expectFault(page, /<partner-support>/);
    await link(page, say("shell.nav_plans")).click();
    await page.getByText(say("shell.problem_part_missing")).waitFor();
    await hosts.axe(page);
    await link(page, say("shell.nav_benefits")).click();
    await heading(page, say("benefits.title")).waitFor();
    await link(page, say("shell.nav_plans")).click();
    await page.getByText(say("shell.problem_part_missing")).waitFor();
    await page.unroute(parts);
    await page.getByRole("button", { name: say("shell.retry"), exact: true }).click();
    await heading(page, say("plans.title")).waitFor();
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.localName === "h1");
  });
}

test("a page whose part did not come comes by itself when the network is back", async (t) => {
  const page = await hosts.visit(t, { before: nothingAhead });
  const parts = /\/plans\.\w+\.wasm$/;
  await page.route(parts, (route) => route.abort("internetdisconnected"));
  hosts.expectFault(page, /<partner-support>/);
  await link(page, say("shell.nav_plans")).click();
  await page.getByText(say("shell.problem_part_missing")).waitFor();
  await page.unroute(parts);
  await page.evaluate(() => ["offline", "online"].forEach((name) => dispatchEvent(new Event(name))));
  await heading(page, say("plans.title")).waitFor();
});

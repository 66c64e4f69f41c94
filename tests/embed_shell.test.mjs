// Visible at once: what a released loader shows, takes and asks for before the program is there. The WebAssembly is held back in
// each test until it has looked.
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

const folder = mkdtempSync(join(tmpdir(), "shell-"));
after(() => rmSync(folder, { recursive: true }));

const hosts = useHosts(async (build) => {
  const browser = await startChromium();
  const first = await prerendered(build, browser).finally(() => browser.close());
  release({ build, folder, version: "0.1.0", first });
  return join(folder, "0.1.0");
});
const say = wordsOf("en");

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const link = (page, name) => page.getByRole("link", { name, exact: true });

/** A host page whose element waits for its program; `release` lets it come, and resolves when it has taken over. */
async function waiting(t, options = {}) {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  const asked = [];
  const page = await hosts.visit(t, {
    ready: false,
    ...options,
    async before(page) {
      await page.addInitScript(() => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: "layout-shift", buffered: true });
      });
      await page.route("**/*.wasm", async (route) => {
        await held;
        await route.continue();
      });
      page.on("request", (request) => {
        const { pathname, search } = new URL(request.url());
        if (pathname.startsWith("/api/") && request.method() === "GET") asked.push(pathname.slice("/api/v1".length) + search);
      });
      await options.before?.(page);
    },
  });
  await page.locator(".app").waitFor();
  const release = async () => {
    come();
    await page.waitForFunction(() => heardOf("ready").length > 0);
    await hosts.settled(page);
  };
  return { page, release, asked, shifts: () => page.evaluate(() => shifts.reduce((sum, shift) => sum + shift, 0)) };
}

test("the page's frame is there before the program, in the reader's language, and the program takes over without moving anything", async (t) => {
  const headers = { "content-security-policy": STRICT(hosts) };
  for (const [locale, width] of [["en", 1280], ["fr", 360], ["ar", 1280]]) {
    const { page, release, shifts } = await waiting(t, { headers, locale, width, html: `lang="${locale}"` });
    await heading(page, wordsOf(locale)("benefits.title")).waitFor();
    const places = () =>
      page.evaluate(() => {
        const parts = document.querySelector("partner-support").shadowRoot.querySelectorAll(".top, .product, .nav a, h1, .page-head .lead");
        return Array.from(parts, (part) => part.getBoundingClientRect()).map(({ left, top }) => [left, top]);
      });
    const before = await places();
    assert.equal(before.length, 10);
    await hosts.axe(page);
    assert.deepEqual(await hosts.heard(page, "ready"), [], "the program is not there yet");
    await release();
    assert.deepEqual(await places(), before);
    assert.equal(await shifts(), 0);
  }
});

test("no page moves while its data comes, nor what lies below the element where the host keeps room for it", async (t) => {
  const head = "<style>partner-support { display: block; min-block-size: 100vh }</style>";
  const body = `${hosts.element()}<footer>The partner site's own</footer>`;
  for (const path of ["/benefits", "/incidents", "/incidents/new", "/plans", "/coverage", "/rules"]) {
    for (const width of [1280, 360]) {
      const { release, shifts } = await waiting(t, { path: `/#/support${path}`, width, head, body });
      await release();
      assert.equal(await shifts(), 0, `${path} at ${width} px`);
    }
  }
});

test("the focus stays on the link where the reader has put it", async (t) => {
  const { page, release } = await waiting(t);
  await link(page, say("shell.nav_plans")).focus();
  await release();
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute("href")?.endsWith("/plans"));
});

test("a link that is followed before the program is there shows that page, and the way back leads to the first", async (t) => {
  const { page, release } = await waiting(t);
  await link(page, say("shell.nav_plans")).click();
  await heading(page, say("plans.title")).waitFor();
  await release();
  await heading(page, say("plans.title")).waitFor();
  assert.match(page.url(), /#\/support\/plans$/);
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.localName === "h1");
  await page.goBack();
  await heading(page, say("benefits.title")).waitFor();
});

test("a button that is pressed before the program is there does its work when it is", async (t) => {
  const { page, release } = await waiting(t, { width: 360 });
  const menu = page.getByRole("button", { name: say("shell.menu"), exact: true });
  await menu.click();
  await release();
  await page.locator('.menu-button[aria-expanded="true"]').waitFor();
});

test("what the page needs of the server is asked for while the program is on its way, and once", async (t) => {
  for (const [person, path, more] of [
    ["bruno", "/incidents", ["/incidents?limit=25"]],
    ["olga", "/operator", ["/operator/activations"]],
    ["bruno", "/plans", []],
    ["bruno", "/coverage?on=2022-01-01", []],
    ["bruno", "/rules/S12", []],
  ]) {
    const { page, release, asked } = await waiting(t, { path: `/#/support${path}`, person });
    const wanted = ["/account", "/programme", ...more].sort();
    for (let waits = 0; asked.length < wanted.length && waits < 10; waits += 1) {
      await page.waitForRequest(/\/api\/v1\//, { timeout: 1_000 }).catch(() => {});
    }
    assert.deepEqual([...asked].sort(), wanted);
    await release();
    await page.locator(".loading").first().waitFor({ state: "detached" });
    // The stream of changes is nothing that the page waits for.
    const all = asked.filter((path) => path !== "/account/changes");
    assert.deepEqual(all.sort(), wanted, "nothing was asked for twice");
  }
});

test("of a page that follows choices in its address nothing is asked for in vain", async (t) => {
  const { release, asked } = await waiting(t, { path: "/#/support/incidents?status=open" });
  await release();
  const lists = asked.filter((path) => path.startsWith("/incidents"));
  assert.equal(lists.length, 1);
  assert.match(lists[0], /status=open/);
});

test("what was asked for somebody who is not signed in any more is not shown to the next", async (t) => {
  const { page, release, asked } = await waiting(t);
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/account")));
  const other = await hosts.product.token("olga");
  await page.evaluate((other) => (document.querySelector("partner-support").getAccessToken = async () => other), other);
  await release();
  await page.locator(".account-name", { hasText: "Olga" }).waitFor();
  assert.equal(asked.filter((path) => path === "/account").length, 2);
});

test("a token that the server refuses is renewed as ever", async (t) => {
  const script = (token) => {
    const element = document.querySelector("partner-support");
    element.getAccessToken = async ({ forceRefresh }) => (forceRefresh ? token : "worn-out");
  };
  const { page, release } = await waiting(t);
  hosts.expectFault(page, /401/);
  await page.evaluate(script, await hosts.product.token("bruno"));
  await release();
  await page.getByRole("article").first().waitFor();
});

test("what the host wrote between the tags is shown until the program is there", async (t) => {
  const body = hosts.element().replace("></", "><p>One moment.</p></");
  const page = await hosts.visit(t, { body, ready: false, before: (page) => page.route("**/*.wasm", () => {}) });
  await page.getByText("One moment.").waitFor();
  assert.equal(await page.locator(".app").count(), 0);
});

test("a program that does not come is said in place of the shell", async (t) => {
  const page = await hosts.visit(t, { ready: false, before: (page) => page.route("**/*.wasm", (route) => route.abort()) });
  hosts.expectFault(page, /ERR_FAILED/);
  hosts.expectFault(page, /partner-support/);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  assert.equal(await page.locator(".app").count(), 0);
});

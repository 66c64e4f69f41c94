// What every browser test needs: the product, a real Chromium, people who sign in, and the audits that end a page.
//
//   const app = useProduct();
//   test("a promise to the user", async (t) => {
//     const page = await app.open(t, "Bruno Keller", { locale: "fr" });
//     …by role and label…
//     await app.audit(page, "benefits-gold-fr");
//   });
//
// A test fails on any console error, page error or violation of the Content-Security-Policy that it did not expect.
import assert from "node:assert/strict";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import axe from "axe-core";
import { chromium } from "playwright-core";

import { Product } from "./product.mjs";
import { escaped, LANGUAGES, PSEUDO, wordsOf } from "./words.mjs";

/** Where what was found before is kept. */
export const SNAPSHOTS = join(import.meta.dirname, "snapshots");
/** Where pictures go. */
export const OUTPUT = join(import.meta.dirname, "output");
/** What was found before is written anew. */
export const UPDATE = process.env.UPDATE_SNAPSHOTS === "1";
const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A page that asks for nothing for so long waits for nothing. */
const QUIET_MS = 500;
const LOOK_MS = 50;

/** What the button is called in every language. */
const SIGN_IN = new RegExp(`^(${[...LANGUAGES, PSEUDO].map((language) => escaped(wordsOf(language)("shell.sign_in"))).join("|")})$`, "i");

export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium: the one that `CHROMIUM` names, or the first on the PATH. */
export async function startChromium() {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: CHROMIUM_FLAGS });
}

function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next folder.
      }
    }
  }
  throw new Error("there is no Chromium on the PATH: cargo xtask tools installs it");
}

/** The address that the page itself has now. `page.url()` hears of a new one later. */
export const address = (page) => page.evaluate(() => location.href);

/** The product and a browser for all tests of a file, started before the first and stopped after the last. `made` as {@link Product.start}. */
export function useProduct(made) {
  const app = new App(made);
  before(() => app.start());
  after(() => app.stop());
  return app;
}

/** The running product, seen through a browser. */
export class App {
  #watched = new WeakMap();
  #made;

  constructor(made) {
    this.#made = made;
  }

  async start() {
    [this.product, this.browser] = await Promise.all([Product.start(this.#made), startChromium()]);
  }

  async stop() {
    await this.browser?.close();
    await this.product?.stop();
  }

  /** The address of a page of the app by its path, such as "/incidents". */
  address(path = "/") {
    return `${this.product.address}/#/support${path}`;
  }

  /**
   * A page in a browser profile of its own, watched for faults until the test ends.
   * `locale` is the browser's language; `width` in CSS pixels.
   */
  async newPage(t, { locale = "en", width = 1280, height = 900, colorScheme = "light", ...more } = {}) {
    const context = await this.browser.newContext({
      locale: { en: "en-GB", fr: "fr-FR" }[locale] ?? locale,
      timezoneId: "Europe/Paris",
      viewport: { width, height },
      colorScheme,
      reducedMotion: "reduce",
      ...more,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const watch = { faults: [], expected: [], asked: new Set() };
    this.#watched.set(page, watch);
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`Content-Security-Policy: ${event.effectiveDirective} refused ${event.blockedURI}`);
      });
    });
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      // Parts of the program that come while nobody waits may meet a network that a test has taken away.
      if (/ERR_INTERNET_DISCONNECTED/.test(message.text()) && /\.wasm$/.test(url)) return;
      watch.faults.push(`console: ${message.text()}${url ? ` (${url})` : ""}`);
    });
    page.on("pageerror", (error) => watch.faults.push(`page: ${error.stack ?? error}`));
    // The stream of changes is open as long as the page is.
    page.on("request", (request) => /\/account\/changes$/.test(request.url()) || watch.asked.add(request));
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => watch.asked.delete(request));
    page.on("crash", () => watch.faults.push("page: crashed"));
    t?.after(async () => {
      if (!page.isClosed() && t.passed === false) await this.picture(page, `failed-${t.name}`).catch(() => {});
      await context.close();
      this.assertNoFaults(page);
    });
    return page;
  }

  /**
   * Says that the page will log an error that matches, because the test provokes it: Chromium logs every answer
   * of 400 and above, also those that the app expects and explains.
   */
  expectFault(page, pattern) {
    this.#watched.get(page)?.expected.push(pattern);
  }

  /** Every test ends with this; only a test that ends a page early needs to call it. */
  assertNoFaults(page) {
    const { faults, expected } = this.#watched.get(page);
    const surprises = faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
    assert.deepEqual(surprises, [], "the page logged faults");
    for (const pattern of expected) {
      assert.ok(
        faults.some((fault) => pattern.test(fault)),
        `the page should have logged ${pattern}`,
      );
    }
  }

  /** Opens the app as one of the demo people, by the name on the issuer's page, and waits for the first page. */
  async open(t, person, { path = "/benefits", ...options } = {}) {
    const page = await this.newPage(t, options);
    await page.goto(this.address(path), { waitUntil: "commit" });
    await this.signInAs(page, person);
    return page;
  }

  /** Chooses a person on the demo issuer's page, going there first if the app has not, and comes back. */
  async signInAs(page, person) {
    const issuer = new RegExp(`^${this.product.issuerAddress}/`);
    if (!issuer.test(page.url())) await page.getByRole("button", { name: SIGN_IN }).click();
    await page.waitForURL(issuer);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const choice = page.getByRole("button", { name: person, exact: true });
    if ((await choice.count()) === 0) {
      const offered = await page.getByRole("listitem").getByRole("button").allTextContents();
      throw new Error(`the demo issuer offers no ${person}, but ${offered.join(", ")}`);
    }
    await choice.click();
    await page.waitForURL((url) => url.href.startsWith(`${this.product.address}/`));
    await this.settled(page);
  }

  /** Loads the document again. Whoever was signed in is so again by one press: the issuer remembers them. */
  async reload(page) {
    await page.reload({ waitUntil: "commit" });
    await page.getByRole("button", { name: SIGN_IN }).click();
    await page.locator(".foot", { hasText: /\S/ }).waitFor();
    await this.settled(page);
  }

  /** Resolves when the page has its heading and waits for nothing. */
  async settled(page) {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.waitForLoadState("load");
    const { asked } = this.#watched.get(page);
    const patience = AbortSignal.timeout(15_000);
    for (let quiet = 0; quiet < QUIET_MS; quiet = asked.size === 0 ? quiet + LOOK_MS : 0) {
      if (patience.aborted) throw new Error(`the page still waits for ${[...asked].map((request) => request.url()).join(", ")}`);
      await sleep(LOOK_MS);
    }
    await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  }

  /** Goes to another page of the app by its path, without loading the document again. */
  async go(page, path) {
    await page.evaluate(
      (fragment) =>
        new Promise((shown) => {
          if (location.hash === fragment) return shown();
          document.querySelector("partner-support").addEventListener("navigate", shown, { once: true });
          location.hash = fragment;
        }),
      `#/support${path}`,
    );
    await this.settled(page);
  }

  /** Ends a page: no accessibility fault, and the same reading as last time. */
  async audit(page, name, options) {
    await this.axe(page);
    await this.ariaSnapshot(page, name, options);
  }

  /** Asserts that axe finds nothing, shadow roots and frames included. */
  async axe(page) {
    const said = (await this.violations(page)).map(({ rule, what, where }) => `${rule}: ${what}\n  ${where}`);
    assert.equal(said.length, 0, `axe at ${page.url()}:\n${said.join("\n")}`);
  }

  /**
   * What axe finds, shadow roots and frames included: each rule that is broken, with each place. `runOnly` as axe takes it; rules that are
   * set `aside` are not asked; `within` is a part of the page.
   */
  async violations(page, runOnly = { type: "tag", values: AXE_RULES }, { aside = [], within = page.locator(":root") } = {}) {
    // Evaluated, not added as a script element: the page's policy would rightly refuse that.
    for (const frame of page.frames()) await frame.evaluate(`{ ${axe.source}; axe.configure({ allowedOrigins: ["<unsafe_all_origins>"] }) }`);
    const rules = Object.fromEntries(aside.map((rule) => [rule, { enabled: false }]));
    const { violations } = await within.evaluate(
      (within, options) => globalThis.axe.run(within === document.documentElement ? document : within, { ...options, resultTypes: ["violations"] }),
      { runOnly, rules },
    );
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => ({ rule: id, what: help, where: `${target.flat().join(" ")}\n    ${failureSummary.replaceAll("\n", "\n    ")}` })),
    );
  }

  /**
   * Compares what a screen reader is given with tests/snapshots/<name>.yml; `UPDATE_SNAPSHOTS=1` writes it.
   * `mask` is a list of [pattern, replacement] for what differs from run to run.
   */
  async ariaSnapshot(page, name, { within = page.locator("body"), mask = [], update = UPDATE } = {}) {
    const found = `${await within.ariaSnapshot()}\n`;
    const addresses = this.product
      ? [
          [this.product.address, "<app>"],
          [this.product.issuerAddress, "<issuer>"],
        ]
      : [];
    const passing = [
      // The server's own references are new in every run.
      [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>"],
      // What the live region says comes and goes with time.
      [/^(\s*- status)(: .*)$/gm, "$1"],
    ];
    this.snapshot(`${name}.yml`, found, { mask: [...addresses, ...passing, ...mask], update });
  }

  /** Compares what was found with tests/snapshots/<file>; `UPDATE_SNAPSHOTS=1` writes it. `mask` as above. */
  snapshot(file, found, { mask = [], update = UPDATE } = {}) {
    const masked = mask.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), found);
    const path = join(SNAPSHOTS, file);
    if (update) {
      mkdirSync(SNAPSHOTS, { recursive: true });
      writeFileSync(path, masked);
      return;
    }
    assert.ok(existsSync(path), `${path} does not exist: UPDATE_SNAPSHOTS=1 writes it`);
    assert.equal(masked, readFileSync(path, "utf8"), `reads differently from tests/snapshots/${file}`);
  }

  /** Saves a picture of the whole page in tests/output/. */
  async picture(page, name) {
    const file = join(OUTPUT, `${name.replaceAll(/[^\p{L}\p{N}/_-]+/gu, "-")}.png`);
    await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
    return file;
  }
}

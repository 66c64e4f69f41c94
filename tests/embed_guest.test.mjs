// A polite guest: what a host page is promised, whatever it is like. One host page and one promise a test.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address } from "./harness.mjs";
import { STRICT, programHeld, useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");
const BENEFITS = say("benefits.title");
const PLANS = say("plans.title");
const INCIDENTS = say("incidents.title");

const heading = (within, name) => within.getByRole("heading", { level: 1, name, exact: true });
const link = (within, name) => within.getByRole("link", { name, exact: true });

/** Shows plans by the element's own navigation. */
async function toPlans(within) {
  await link(within, say("shell.nav_plans")).click();
  await heading(within, PLANS).waitFor();
}

/** The first call of the account fails the test that hides it: the element has to go on working. */
async function works(page) {
  await toPlans(page);
  await link(page, say("shell.nav_benefits")).click();
  await heading(page, BENEFITS).waitFor();
  await page.getByRole("article").first().waitFor();
}

test("two lines in a host page are enough, with the element's files and the API on other origins", async (t) => {
  const page = await hosts.visit(t);
  await page.getByRole("article").first().waitFor();
  await works(page);
  await hosts.axe(page);
});

test("the strictest policy that the documentation names, with Trusted Types, refuses nothing that the element does", async (t) => {
  const page = await hosts.visit(t, { headers: { "content-security-policy": STRICT(hosts) }, attributes: 'theme="dark"' });
  await works(page);
  await link(page, say("shell.nav_new_incident")).click();
  await heading(page, say("new_incident.title")).waitFor();
  await page.getByRole("button", { name: say("new_incident.review") }).click();
  await page.getByText(say("new_incident.missing_title")).first().waitFor();
  await hosts.axe(page);
});

test("under that policy the incidents are saved as a file", async (t) => {
  const page = await hosts.visit(t, { headers: { "content-security-policy": STRICT(hosts) } });
  await link(page, say("shell.nav_incidents")).click();
  const button = page.getByRole("button", { name: say("incidents.export_csv"), exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  assert.equal(await download.failure(), null);
  assert.equal(download.suggestedFilename(), "incidents-2021-03-04.csv");
});

test("a host that isolates itself by Cross-Origin-Embedder-Policy shows the element", async (t) => {
  const page = await hosts.visit(t, {
    headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" },
  });
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  await works(page);
  await hosts.axe(page);
});

/** How the element looks: of each of its boxes the place, the size and the text's style. */
const looks = (page) =>
  page.evaluate(() => {
    const { left, top } = document.getElementById("support").getBoundingClientRect();
    return [...document.getElementById("support").shadowRoot.querySelectorAll(".app *")].map((element) => {
      const box = element.getBoundingClientRect();
      const { color, fontFamily, fontSize, fontWeight, lineHeight, letterSpacing, textTransform, textAlign, display } =
        getComputedStyle(element);
      return [
        element.localName,
        // What is folded away has no place.
        ...(box.width ? [box.left - left, box.top - top, box.width, box.height].map(Math.round) : []),
        ...[color, fontFamily, fontSize, fontWeight, lineHeight, letterSpacing, textTransform, textAlign, display],
      ].join(" ");
    });
  });

/** The same in a plain page, which is looked at once, and in one that is otherwise alike. */
let plainLooks;
async function looksAsInAPlainPage(t, host) {
  const body = `<main style="inline-size: 1000px">${hosts.element()}</main>`;
  const plans = async (more) => {
    const page = await hosts.visit(t, { body, ...more });
    await toPlans(page);
    await hosts.settled(page);
    return page;
  };
  plainLooks ??= await looks(await plans());
  const odd = await plans(host);
  assert.deepEqual(await looks(odd), plainLooks);
  await hosts.axe(odd);
  return odd;
}

test("a host whose style sheet unsets and shouts at everything changes nothing inside", async (t) => {
  const head = `<style>
    * { all: unset !important; font: 700 30px cursive !important; letter-spacing: 0.3em !important; color: red !important;
      text-transform: uppercase !important; text-indent: 4em !important; line-height: 3 !important; text-align: end !important;
      white-space: pre !important; word-spacing: 1em !important; cursor: none !important; box-sizing: content-box !important }
    html { font-size: 16px !important } head, script, style { display: none !important } html, body, main { display: block !important; inline-size: 1000px !important }
  </style>`;
  const page = await looksAsInAPlainPage(t, { head });
  await hosts.picture(page, "look/hosts/hostile");
});

test("a host without a doctype, in quirks mode, shows it as any other", async (t) => {
  const page = await looksAsInAPlainPage(t, { doctype: "" });
  assert.equal(await page.evaluate(() => document.compatMode), "BackCompat");
});

test("a host with a small root font size gets the usual sizes by one custom property", async (t) => {
  await looksAsInAPlainPage(t, { head: "<style>html { font-size: 62.5% } partner-support { --ps-unit: 1.6rem }</style>" });
});

test("a host that hides the element, or a part of the page that it is in, hides it", async (t) => {
  const page = await hosts.visit(t);
  for (const hide of ["element.hidden = true", "element.parentNode.style.visibility = 'hidden'"]) {
    await page.evaluate(`{ const element = document.getElementById("support"); ${hide} }`);
    await heading(page, BENEFITS).waitFor({ state: "hidden" });
    await page.evaluate(() => {
      document.getElementById("support").hidden = false;
      document.querySelector("main").removeAttribute("style");
    });
    await heading(page, BENEFITS).waitFor();
  }
});

test("in a column of 320 px on a wide page it is laid out for 320 px", async (t) => {
  const body = `<main style="display: grid; grid-template-columns: 1fr 320px"><p>The site</p><div>${hosts.element()}</div></main>`;
  const page = await hosts.visit(t, { body, width: 1440 });
  const menu = page.getByRole("button", { name: say("shell.menu"), exact: true });
  for (const name of ["nav_plans", "nav_new_incident", "nav_incidents", "nav_benefits"]) {
    await menu.click();
    await link(page, say(`shell.${name}`)).click();
    await hosts.settled(page);
    const [width, sideways] = await page.evaluate(() => {
      const element = document.getElementById("support");
      return [element.clientWidth, element.scrollWidth - element.clientWidth];
    });
    assert.equal(width, 320);
    assert.equal(sideways, 0, `${name} scrolls sideways`);
  }
  await hosts.axe(page);
  await hosts.picture(page, "look/hosts/column");
});

test("in a site that is written from right to left, English and French run from left to right", async (t) => {
  for (const locale of ["en", "fr"]) {
    const page = await hosts.visit(t, { html: 'lang="ar" dir="rtl"', attributes: `locale="${locale}"` });
    const app = page.locator("partner-support .app");
    assert.equal(await app.evaluate((app) => getComputedStyle(app).direction), "ltr");
    assert.equal(await app.getAttribute("lang"), locale);
    await hosts.axe(page);
    await hosts.picture(page, `look/hosts/rtl-${locale}`);
  }
});

test("a dark host has a dark element, and the host's choice of theme wins over the reader's", async (t) => {
  const background = (page) =>
    page.locator("partner-support .app .top").evaluate((top) => getComputedStyle(top).backgroundColor);
  const dark = await hosts.visit(t, { head: "<style>:root { color-scheme: dark }</style>" });
  const light = await hosts.visit(t, { attributes: 'theme="light"', colorScheme: "dark" });
  assert.notEqual(await background(dark), await background(light));
  assert.equal(await background(light), "rgb(255, 255, 255)");
  await hosts.axe(dark);
});

test("a host with <base href> on another site keeps its addresses, and deep links and the API are found", async (t) => {
  const page = await hosts.visit(t, {
    path: "/partners/desk?team=7",
    head: '<base href="http://elsewhere.example/other/">',
    body: `<main><partner-support id="support" class="partner-support"></partner-support></main>`,
    // Without an attribute the API is looked for on the page's own origin.
    before: (page) =>
      page.route(`${hosts.site}/api/v1/**`, async (route) =>
        route.fulfill({ response: await route.fetch({ url: route.request().url().replace(hosts.site, hosts.api) }) }),
      ),
  }).catch((fault) => fault);
  if (page instanceof Error) throw page;
  await toPlans(page);
  assert.equal(await address(page), `${hosts.site}/partners/desk?team=7#/support/plans`);
  const href = await link(page, say("shell.nav_incidents")).evaluate((link) => link.href);
  assert.equal(href, `${hosts.site}/partners/desk?team=7#/support/incidents`);
});

test("the host's own links, anchors and buttons are never taken", async (t) => {
  const body = `<nav><a id="anchor" href="#about">About</a> <a id="top" href="#">Top</a>
    <a id="docs" href="/support-docs/plans">Documents</a> <a id="slashed" href="#/supporters">Supporters</a></nav>
    <main>${hosts.element()}<section id="about" style="margin-block-start: 200vh">About</section></main>`;
  const page = await hosts.visit(t, { body });
  await toPlans(page);
  for (const [id, hash] of [["anchor", "#about"], ["top", ""], ["slashed", "#/supporters"]]) {
    await page.locator(`#${id}`).click();
    await page.waitForFunction((hash) => location.hash === hash, hash);
    await heading(page, PLANS).waitFor();
    assert.equal(await page.evaluate(() => scrollY > 500), id === "anchor", "an anchor scrolls to its place");
  }
  await page.locator("#docs").click();
  await page.waitForURL(`${hosts.site}/support-docs/plans`);
});

/** What a router of the host does: it sets the address, of which the browser fires neither `popstate` nor `hashchange`. */
const route = (page, how, to) => page.evaluate(([how, to]) => history[how]({ theirs: 7 }, "", to), [how, to]);

for (const [routing, { base, elsewhere }] of Object.entries({
  hash: { base: "/desk#/support", elsewhere: ["/elsewhere", "/elsewhere#about", "/elsewhere#/supporters"] },
  path: { base: "/support", elsewhere: ["/", "/support-docs/incidents"] },
})) {
  test(`a router of the host leads to a page, and elsewhere without changing it: routing ${routing}`, async (t) => {
    const page = await hosts.visit(t, { path: base.split("#")[0], attributes: `routing="${routing}" base="/support"` });
    await route(page, "pushState", `${base}/plans`);
    await heading(page, PLANS).waitFor();
    for (const address of elsewhere) {
      await route(page, "pushState", address);
      await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
      await heading(page, PLANS).waitFor();
    }
    await route(page, "replaceState", `${base}/incidents`);
    await heading(page, INCIDENTS).waitFor();
    assert.deepEqual(await page.evaluate(() => history.state), { theirs: 7 });
    await page.evaluate((back) => history.go(back), -elsewhere.length);
    await heading(page, PLANS).waitFor();
    await page.goBack();
    await heading(page, BENEFITS).waitFor();
    const told = (await hosts.heard(page, "navigate")).map(({ path }) => path);
    assert.deepEqual(told, ["/benefits", "/plans", "/incidents", "/plans", "/benefits"], "each page once");
    await toPlans(page);
    assert.equal((await hosts.heard(page, "navigate")).length, told.length + 1, "what the element sets itself is no news to it");
  });
}

test("a link of the host to a page is the host's: the browser follows it, or the host's router does and the page changes in place", async (t) => {
  const body = `<nav><a id="theirs" href="/support/plans">Plans of support</a></nav><main>${hosts.element('routing="path" base="/support"')}</main>`;
  const page = await hosts.visit(t, { path: "/support", body });
  const isSame = () => page.evaluate(() => globalThis.isSame === true);
  await page.evaluate(() => (globalThis.isSame = true));
  await page.locator("#theirs").click();
  await heading(page, PLANS).waitFor();
  assert.equal(await isSame(), false);
  await page.goBack();
  await heading(page, BENEFITS).waitFor();
  await page.evaluate(() => {
    globalThis.isSame = true;
    document.getElementById("theirs").addEventListener("click", (click) => {
      click.preventDefault();
      history.pushState(null, "", click.target.href);
    });
  });
  await page.locator("#theirs").click();
  await heading(page, PLANS).waitFor();
  assert.equal(await isSame(), true);
});

test("nothing of the host page changes: no element, no attribute, no global, no storage, and its clicks stay its own", async (t) => {
  const page = await hosts.visit(t, {
    before: (page) =>
      page.addInitScript(() => {
        globalThis.changes = [];
        globalThis.namesBefore = null;
        addEventListener("DOMContentLoaded", () => {
          globalThis.namesBefore = Object.getOwnPropertyNames(globalThis);
          new MutationObserver((records) => {
            for (const { type, target, attributeName } of records) changes.push(`${type} ${target.nodeName} ${attributeName ?? ""}`);
          }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        });
      }),
  });
  await works(page);
  const seen = await page.evaluate(() => ({
    changes,
    names: Object.getOwnPropertyNames(globalThis).filter((name) => !namesBefore.includes(name)),
    stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(Boolean),
    title: document.title,
  }));
  // The host's own script has put these there.
  seen.names = seen.names.filter((name) => !["heard", "heardOf", "token", "welcome"].includes(name));
  assert.deepEqual(seen, { changes: [], names: [], stored: [], title: "A partner site" });
});

test("in a host's form, Enter and buttons submit nothing of the host", async (t) => {
  const body = `<main><form action="/sent">${hosts.element('view="/incidents/new"')}<button>Save</button></form></main>`;
  const page = await hosts.visit(t, { body });
  await page.evaluate(() => {
    globalThis.submitted = 0;
    document.forms[0].addEventListener("submit", (event) => (event.preventDefault(), (globalThis.submitted += 1)));
  });
  await page.getByLabel(say("new_incident.subject"), { exact: true }).fill("Pressed Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: say("new_incident.review") }).click();
  await page.getByText(say("new_incident.missing_product")).first().waitFor();
  assert.equal(await page.evaluate(() => globalThis.submitted), 0);
  await hosts.axe(page);
});

test("several elements live side by side on one program, and one that goes leaves the others alone", async (t) => {
  const asked = [];
  const body = `<main><div id="one">${hosts.element('routing="memory" view="/plans"')}</div>
    <div id="two">${hosts.element('routing="memory" locale="fr"')}</div></main>`;
  const page = await hosts.visit(t, {
    body,
    before: async (page) => page.on("request", (request) => asked.push(new URL(request.url()).pathname)),
  });
  const [one, two] = [page.locator("#one"), page.locator("#two")];
  await heading(one, PLANS).waitFor();
  await heading(two, wordsOf("fr")("benefits.title")).waitFor();
  const programs = asked.filter((path) => path.endsWith(".wasm"));
  assert.equal(programs.filter((path) => path === "/partner-support_bg.wasm").length, 1);
  assert.deepEqual([...new Set(programs)], programs, "no part of it is loaded twice");
  await hosts.axe(page);
  await one.evaluate((one) => one.remove());
  await link(two, wordsOf("fr")("shell.nav_plans")).click();
  await heading(two, wordsOf("fr")("plans.title")).waitFor();
});

test("elements that keep their page in the host's address show the same page, and the focus stays where it is", async (t) => {
  const body = `<main><div id="one">${hosts.element()}</div><div id="two">${hosts.element()}</div></main>`;
  const page = await hosts.visit(t, { body });
  const [one, two] = [page.locator("#one"), page.locator("#two")];
  await link(one, say("shell.nav_plans")).click();
  await heading(two, PLANS).waitFor();
  assert.ok(await one.evaluate((one) => one.contains(document.activeElement)));
  await page.goBack();
  await heading(one, BENEFITS).waitFor();
  await heading(two, BENEFITS).waitFor();
});

test("moved to another place, the element keeps what was typed", async (t) => {
  const page = await hosts.visit(t, { attributes: 'view="/incidents/new"', body: `<main>${hosts.element('view="/incidents/new"')}<div id="place"></div></main>` });
  const subject = page.getByLabel(say("new_incident.subject"), { exact: true });
  await subject.fill("Half written");
  await page.evaluate(() => document.getElementById("place").append(document.getElementById("support")));
  assert.equal(await subject.inputValue(), "Half written");
  await works(page);
  assert.equal((await hosts.heard(page, "ready")).length, 1);
});

test("removed and put back, the element begins anew", async (t) => {
  const page = await hosts.visit(t, { attributes: 'routing="memory"' });
  await toPlans(page);
  await page.evaluate(async () => {
    globalThis.kept = document.getElementById("support");
    kept.remove();
    await new Promise((done) => setTimeout(done, 50));
  });
  assert.equal(await page.evaluate(() => kept.shadowRoot.childElementCount), 0);
  await page.evaluate(() => document.querySelector("main").append(kept));
  await heading(page, BENEFITS).waitFor();
  await works(page);
});

test("removed before it has loaded, the element neither appears nor complains", async (t) => {
  const { before, letCome } = programHeld();
  const page = await hosts.visit(t, { ready: false, before });
  await page.waitForFunction(() => document.getElementById("support").shadowRoot?.childElementCount > 0);
  await page.evaluate(async () => {
    globalThis.kept = document.getElementById("support");
    kept.remove();
  });
  letCome();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(await page.evaluate(() => [kept.shadowRoot.childElementCount, heard.length]), [0, 0]);
});

test("a tag that the host has defined stays the host's, and ours can be had under another name", async (t) => {
  const warnings = [];
  const page = await hosts.visit(t, {
    ready: false,
    body: `<main><partner-support id="theirs"></partner-support><acme-support class="partner-support" api-base="${hosts.api}/api/v1"></acme-support></main>`,
    before: async (page) => {
      page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
      await page.addInitScript(() =>
        customElements.define("partner-support", class extends HTMLElement {
          connectedCallback() {
            this.textContent = "The host's own";
          }
        }),
      );
    },
  });
  await page.waitForFunction(() => globalThis.welcome);
  await page.evaluate(async (loader) => {
    const { PartnerSupport } = await import(loader);
    customElements.define("acme-support", PartnerSupport);
    welcome(document.querySelector("acme-support"));
  }, `${hosts.assets}/embed.js`);
  await heading(page.locator("acme-support"), BENEFITS).waitFor();
  assert.equal(await page.locator("#theirs").textContent(), "The host's own");
  assert.ok(warnings.some((text) => text.includes("<partner-support> is defined by somebody else")), warnings.join("\n"));
});

test("loaded twice, even from two addresses, there is one element and no fault", async (t) => {
  const page = await hosts.visit(t, { head: `<script type="module" src="${hosts.assets}/embed.js?again"></script>${hosts.loader()}` });
  await works(page);
  assert.equal((await hosts.heard(page, "ready")).length, 1);
});

test("an older loader that meets a newer program says so in a sentence and calls nothing of it", async (t) => {
  const page = await hosts.visit(t, {
    ready: false,
    before: (page) =>
      page.route("**/partner-support.js", (route) =>
        route.fulfill({
          contentType: "text/javascript",
          headers: { "access-control-allow-origin": "*" },
          body: "export default async () => {}; export const loaderInterface = () => 1000; export const mount = () => { throw new Error('called') };",
        }),
      ),
  });
  await page.getByRole("heading", { name: "Support was renewed, and this page still has an earlier part of it." }).waitFor();
  await page.waitForFunction(() => heardOf("error").length > 0);
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "version" }]);
  await hosts.axe(page);
});

test("without its program the element says so, and a second try loads it", async (t) => {
  let refused = 0;
  const page = await hosts.visit(t, {
    ready: false,
    before: (page) =>
      page.route("**/partner-support_bg.wasm", async (route) => {
        refused += 1;
        if (refused > 1) return route.continue();
        // Once the host listens.
        await page.waitForFunction(() => globalThis.heardOf);
        return route.abort();
      }),
  });
  hosts.expectFault(page, /ERR_FAILED/);
  hosts.expectFault(page, /<partner-support>/);
  await page.getByRole("heading", { name: "Support could not be loaded." }).waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "load" }]);
  await hosts.axe(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await heading(page, BENEFITS).waitFor();
  await works(page);
});

/**
 * Two elements, of which the first has crashed on the way to another page: once, or at every try until `mend` of the page is called. No way
 * in leads to a crash that is known of: a browser that cannot make elements any more stands for one that is not.
 */
async function crashing(t, { once }) {
  const body = `<main><div id="one">${hosts.element('routing="memory"')}</div><div id="two">${hosts.element('routing="memory" locale="fr"')}</div></main>`;
  const page = await hosts.visit(t, { body });
  hosts.expectFault(page, /partner-support stopped|unreachable|RuntimeError/);
  await page.evaluate((once) => {
    const { createElement } = Document.prototype;
    globalThis.mend = () => (Document.prototype.createElement = createElement);
    Document.prototype.createElement = function (name) {
      if (name !== "article" && name !== "section") return createElement.call(this, name);
      if (once) globalThis.mend();
      throw new Error("no element can be made");
    };
  }, once);
  const [one, two] = [page.locator("#one"), page.locator("#two")];
  await link(one, say("shell.nav_plans")).click();
  return { page, one, two };
}

test("after a crash the element that the reader is in says so, one press brings it back, and the others live on", async (t) => {
  const { page, one, two } = await crashing(t, { once: true });
  await heading(one, "Support stopped because of a fault.").waitFor();
  await heading(two, wordsOf("fr")("benefits.title")).waitFor();
  await link(two, wordsOf("fr")("shell.nav_plans")).click();
  await heading(two, wordsOf("fr")("plans.title")).waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "crash" }]);
  await hosts.axe(page);
  await one.getByRole("button", { name: "Try again" }).click();
  await heading(one, BENEFITS).waitFor();
  await toPlans(one);
});

test("a program that crashes again at once is not begun anew without end: every element says so, and one press brings all back", async (t) => {
  const { page, one, two } = await crashing(t, { once: false });
  await heading(one, "Support stopped because of a fault.").waitFor();
  await heading(two, "Le support s’est arrêté à cause d’une anomalie.").waitFor();
  await page.evaluate(() => globalThis.mend());
  await one.getByRole("button", { name: "Try again" }).click();
  await heading(one, BENEFITS).waitFor();
  await heading(two, wordsOf("fr")("benefits.title")).waitFor();
});

test("what crashed is over: it neither follows the host's address nor asks the API again", async (t) => {
  const stopped = [];
  const page = await hosts.visit(t);
  hosts.expectFault(page, /partner-support stopped|unreachable|RuntimeError/);
  page.on("console", (message) => message.text().includes("partner-support stopped") && stopped.push(message.text()));
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/account") && request.method() === "GET"));
  await page.evaluate(() => {
    Document.prototype.createElement = new Proxy(Document.prototype.createElement, {
      apply(make, of, [name]) {
        if (name === "section") throw new Error("no element can be made");
        return Reflect.apply(make, of, [name]);
      },
    });
  });
  await link(page, say("shell.nav_plans")).click();
  await page.getByRole("heading", { name: "Support stopped because of a fault." }).waitFor();
  for (let again = 0; again < 3; again += 1) {
    await page.evaluate(() => (location.hash = "#/support/incidents"));
    await page.goBack();
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  }
  await page.waitForLoadState("networkidle");
  assert.deepEqual([stopped.length, asked], [1, 0]);
});

test("what the host is told never holds a token, an Access ID or a Contract ID", async (t) => {
  const page = await hosts.visit(t, { person: "mira" });
  const card = page.getByRole("article", { name: "Signature Cloud Support" });
  await card.getByRole("button", { name: new RegExp(say("benefits.show_ids")) }).click();
  const ids = await Promise.all([/^DEMO-ACCESS-\d+$/, /^DEMO-CONTRACT-\d+$/].map((id) => card.getByText(id).textContent()));
  await works(page);
  const told = await page.evaluate(() => JSON.stringify([heard, location.href, history.state, { ...sessionStorage }, { ...localStorage }]));
  assert.ok(ids.length === 2 && !ids.some((id) => told.includes(id)), told);
  assert.doesNotMatch(told, /eyJ/);
});

test("inside a component of the host, in a shadow root of its own, it works and its events come out", async (t) => {
  const page = await hosts.visit(t, { ready: false, body: `<main><div id="component"></div><div id="outside"></div></main>` });
  await page.waitForFunction(() => globalThis.welcome);
  await page.evaluate((api) => {
    const root = document.getElementById("component").attachShadow({ mode: "open" });
    const element = document.createElement("partner-support");
    element.setAttribute("api-base", api);
    welcome(element);
    root.append(element);
  }, `${hosts.api}/api/v1`);
  await heading(page, BENEFITS).waitFor();
  await works(page);
  assert.equal((await hosts.heard(page, "ready")).length, 1);
});

test("a host that has frozen the browser's prototypes and extended Array has a working element", async (t) => {
  const page = await hosts.visit(t, {
    before: (page) =>
      page.addInitScript(() => {
        Array.prototype.first = function () {
          return this[0];
        };
        Object.prototype.inherited = "everywhere";
        for (const kind of [Array, Object, Promise, Function, EventTarget, Node, Element, HTMLElement]) Object.freeze(kind.prototype);
      }),
  });
  await works(page);
});

test("200 times shown and removed, nothing is left behind", async (t) => {
  const page = await hosts.visit(t, { attributes: 'routing="memory"' });
  await page.evaluate(() => document.getElementById("support").remove());
  await page.evaluate(() => {
    const { setTimeout, clearTimeout } = globalThis;
    globalThis.timers = new Set();
    globalThis.setTimeout = (work, ...more) => {
      const timer = setTimeout((...given) => (timers.delete(timer), work(...given)), ...more);
      timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => (timers.delete(timer), clearTimeout(timer));
  });
  /** Shows an element until its first page is there, and removes it; so many times. */
  const rounds = (count) =>
    page.evaluate(
      async ([count, api]) => {
        for (let round = 0; round < count; round += 1) {
          const element = document.createElement("partner-support");
          element.setAttribute("routing", "memory");
          element.setAttribute("api-base", api);
          welcome(element);
          document.querySelector("main").append(element);
          while (!element.shadowRoot.querySelector("article")) await new Promise(requestAnimationFrame);
          element.remove();
          await Promise.resolve();
        }
        heard.length = 0;
      },
      [count, `${hosts.api}/api/v1`],
    );
  const devtools = await page.context().newCDPSession(page);
  const measured = async () => {
    await page.waitForLoadState("networkidle");
    for (let again = 0; again < 3; again += 1) await devtools.send("HeapProfiler.collectGarbage");
    const { documents, nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const wasm = await page.evaluate(
      async (program) => {
        const parts = Object.values(await (await import(program)).default());
        return parts.find((part) => part instanceof WebAssembly.Memory).buffer.byteLength;
      },
      `${hosts.assets}/partner-support.js`,
    );
    return { documents, nodes, jsEventListeners, heap: usedSize, wasm };
  };
  await rounds(20);
  const first = await measured();
  await rounds(200);
  assert.deepEqual(await page.evaluate(() => [...timers]), [], "a timer is left");
  const last = await measured();
  const grown = Object.fromEntries(Object.entries(last).map(([name, value]) => [name, value - first[name]]));
  t.diagnostic(`after 20 and after 220 rounds: ${JSON.stringify(first)} and ${JSON.stringify(last)}`);
  assert.equal(grown.documents, 0);
  assert.equal(grown.jsEventListeners, 0);
  assert.equal(grown.nodes, 0);
  assert.ok(grown.heap + grown.wasm < 1_000_000, `${grown.heap} B of heap and ${grown.wasm} B of wasm memory are left`);
});

// The contract of the element: every line of docs/embedding.md has its promise here, and document, manifest, types and
// code name the same.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import vm from "node:vm";

import { programHeld, useHosts } from "./hosts.mjs";
import { created, describe, review } from "./new_incident_form.mjs";
import { APP_DIST } from "./product.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");
const dit = wordsOf("fr");
const BENEFITS = say("benefits.title");
const PLANS = say("plans.title");

const root = resolve(import.meta.dirname, "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const document = read("docs/embedding.md");
const manifest = JSON.parse(read("package/custom-elements.json"));
const [declared] = manifest.modules[0].declarations;

/** The rows of the first table under a heading, each a list of cells. */
function table(heading) {
  const [, section] = document.split(`### ${heading}\n`);
  assert.ok(section, `there is no section ${heading}`);
  const lines = section.slice(section.indexOf("\n|") + 1).split("\n");
  const rows = lines.slice(0, lines.findIndex((line) => !line.startsWith("|"))).slice(2);
  return rows.map((row) => row.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, "").trim()));
}
/** The names in the first column. */
const names = (heading) => table(heading).map(([name]) => name.replaceAll("`", "").replace(/(?<=\w)\(.*\)/, ""));

const heading = (within, name) => within.getByRole("heading", { level: 1, name, exact: true });
const link = (within, name) => within.getByRole("link", { name, exact: true });
const fault = (page, key) =>
  page.getByRole("alert").filter({ hasText: "Support is not set up rightly on this site." }).getByText(key, { exact: true });
const set = (page, attribute, value) =>
  page.evaluate(([attribute, value]) => document.getElementById("support").setAttribute(attribute, value), [attribute, value]);
const give = (page, config) => page.evaluate((config) => (document.getElementById("support").config = config), config);
const call = (page, method, ...given) =>
  page.evaluate(([method, given]) => document.getElementById("support")[method](...given), [method, given]);
/** The same settings file for everybody who loads the element. */
const withFile = (body, status = 200) => ({
  before: (page) =>
    page.route(`${hosts.assets}/config.json`, (route) =>
      route.fulfill({ status, body, contentType: "application/json", headers: { "access-control-allow-origin": "*" } }),
    ),
});
async function toPlans(page) {
  await link(page, say("shell.nav_plans")).click();
  await heading(page, PLANS).waitFor();
}
const path = (page) => page.evaluate(() => location.pathname + location.search + location.hash);

const SETTINGS = {
  "api-base": async (t) => {
    const asked = [];
    const page = await hosts.visit(t, { before: async (page) => page.on("request", (request) => asked.push(request.url())) });
    assert.ok(asked.includes(`${hosts.api}/api/v1/account`));
    await page.route(`${hosts.site}/other/account`, (route) => route.fulfill({ status: 503, contentType: "text/html", body: "" }));
    hosts.expectFault(page, /503/);
    await set(page, "api-base", "/other");
    await page.getByText(say("shell.problem_load_title")).waitFor();
    await set(page, "api-base", `${hosts.api}/api/v1/`);
    await page.getByRole("article").first().waitFor();
  },
  locale: async (t) => {
    const page = await hosts.visit(t, { attributes: 'locale="fr-CA"' });
    await heading(page, dit("benefits.title")).waitFor();
    await set(page, "locale", "en");
    await heading(page, BENEFITS).waitFor();
    await page.evaluate(() => document.getElementById("support").removeAttribute("locale"));
    await heading(page, BENEFITS).waitFor();
    const french = await hosts.visit(t, { html: 'lang="fr"' });
    await heading(french, dit("benefits.title")).waitFor();
    const reader = await hosts.visit(t, { html: "", locale: "fr" });
    await heading(reader, dit("benefits.title")).waitFor();
  },
  theme: async (t) => {
    const page = await hosts.visit(t, { head: "<style>:root { color-scheme: light }</style>", colorScheme: "dark" });
    const header = () => page.locator("partner-support .top").evaluate((top) => getComputedStyle(top).backgroundColor);
    const [light, dark] = ["rgb(255, 255, 255)", "rgb(23, 29, 37)"];
    assert.equal(await header(), light, "without a theme the page's own scheme counts");
    for (const [theme, expected] of [["dark", dark], ["light", light], ["auto", dark]]) {
      await set(page, "theme", theme);
      assert.equal(await header(), expected, theme);
    }
  },
  density: async (t) => {
    const page = await hosts.visit(t);
    const button = page.locator("partner-support .button").last();
    const looks = () => button.evaluate((button) => [button.getBoundingClientRect().height, parseFloat(getComputedStyle(button).paddingLeft), getComputedStyle(button).fontSize]);
    const [height, padding, letters] = await looks();
    await set(page, "density", "compact");
    const [low, narrow, same] = await looks();
    assert.ok(low < height && low >= 24, `${low} of ${height} pixels`);
    assert.ok(narrow < padding);
    assert.equal(same, letters);
    await set(page, "density", "comfortable");
    assert.deepEqual(await looks(), [height, padding, letters]);
  },
  routing: async (t) => {
    const page = await hosts.visit(t);
    await toPlans(page);
    assert.equal(await path(page), "/#/support/plans");
    await set(page, "routing", "path");
    await page.waitForURL(`${hosts.site}/plans`);
    await heading(page, PLANS).waitFor();
    await link(page, say("shell.nav_incidents")).click();
    await page.waitForURL(`${hosts.site}/incidents`);
    await set(page, "routing", "memory");
    await toPlans(page);
    assert.equal(await path(page), "/incidents");
    await set(page, "routing", "hash");
    await page.waitForURL(`${hosts.site}/incidents#/support/plans`);
    await heading(page, PLANS).waitFor();
  },
  base: async (t) => {
    const page = await hosts.visit(t, { path: "/support/plans", attributes: 'routing="path" base="/support"' });
    await heading(page, PLANS).waitFor();
    await set(page, "base", "/help/");
    await page.waitForURL(`${hosts.site}/help/plans`);
    await link(page, say("shell.nav_incidents")).click();
    await page.waitForURL(`${hosts.site}/help/incidents`);
    const beside = await hosts.visit(t, { path: "/support-docs/plans", attributes: 'routing="path" base="/support"' });
    await heading(beside, BENEFITS).waitFor();
  },
  view: async (t) => {
    const page = await hosts.visit(t, { attributes: 'view="/incidents/new?product=windows-server"' });
    await heading(page, say("new_incident.title")).waitFor();
    assert.equal(await page.getByRole("combobox", { name: say("new_incident.product") }).inputValue(), "Windows Server");
    await set(page, "view", "/plans");
    await heading(page, say("new_incident.title")).waitFor();
    const deep = await hosts.visit(t, { path: "/#/support/plans", attributes: 'view="/incidents"' });
    await heading(deep, PLANS).waitFor();
    const memory = await hosts.visit(t, { path: "/#/support/plans", attributes: 'view="/incidents" routing="memory"' });
    await heading(memory, say("incidents.title")).waitFor();
  },
};

/** What the provider is asked when somebody presses Sign in, or the button with another name. */
async function askedOf(t, signIn, { path = "/support/?team=7#/support/plans", pressed = "sign_in" } = {}) {
  const settings = { issuer: hosts.product.issuerAddress, clientId: "partner-support-demo", ...signIn };
  const page = await hosts.visit(t, {
    path,
    ready: false,
    before: async (page) => {
      await withFile(JSON.stringify({ signIn: settings })).before(page);
      await page.route(`${settings.issuer}/authorize?**`, (route) => route.fulfill({ status: 204 }));
    },
    html: 'lang="en" data-hands-over="no"',
  });
  if (pressed === "switch_account") await page.getByRole("button", { name: say("shell.account") }).click();
  const asked = page.waitForRequest(`${settings.issuer}/authorize?**`);
  await page.getByRole("button", { name: say(`shell.${pressed}`), exact: true }).click();
  const { origin, pathname, searchParams } = new URL((await asked).url());
  return { at: origin + pathname, ...Object.fromEntries(searchParams) };
}

const SIGN_IN = {
  mode: async (t) => {
    const page = await hosts.visit(t, {
      path: "/support?team=7#/support/plans",
      ready: false,
      html: 'lang="en" data-hands-over="no"',
      body: "<main><partner-support></partner-support></main>",
      before: async (page) => {
        await withFile('{ "signIn": { "mode": "session", "clientId": "counts for nothing" } }').before(page);
        await page.route(`${hosts.site}/api/v1/account`, (route) => route.fulfill({ status: 401, body: "" }));
        await page.route(`${hosts.site}/api/v1/programme`, (route) => route.fulfill({ path: join(root, "programmes/mpn-2021.json") }));
        await page.route(`${hosts.site}/api/v1/session/start?**`, (route) => route.fulfill({ status: 204 }));
      },
    });
    hosts.expectFault(page, /401/);
    const asked = page.waitForRequest(`${hosts.site}/api/v1/account`);
    await page.getByRole("button", { name: say("shell.sign_in"), exact: true }).waitFor();
    await page.evaluate(() => document.querySelector("partner-support").refresh());
    const { authorization, "x-partner-support-session": mark } = (await asked).headers();
    assert.deepEqual([authorization, mark], [undefined, "1"]);
    const left = page.waitForRequest(`${hosts.site}/api/v1/session/start?**`);
    await page.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
    assert.deepEqual(Object.fromEntries(new URL((await left).url()).searchParams), {
      back: "/support?team=7#/support/plans",
      another: "false",
    });
  },
  issuer: async (t) => {
    assert.equal((await askedOf(t)).at, `${hosts.product.issuerAddress}/authorize`);
    const page = await hosts.visit(t);
    hosts.expectFault(page, /the setting config.signIn.issuer cannot be used/);
    await give(page, { signIn: { issuer: "no address", clientId: "site" } });
    await fault(page, "config.signIn.issuer").waitFor();
    await give(page, { signIn: { issuer: "left alone without a client" } });
    await heading(page, BENEFITS).waitFor();
  },
  clientId: async (t) => {
    const { client_id, response_type, code_challenge_method, prompt } = await askedOf(t);
    assert.deepEqual([client_id, response_type, code_challenge_method, prompt], ["partner-support-demo", "code", "S256", undefined]);
  },
  redirectUri: async (t) => {
    assert.equal((await askedOf(t)).redirect_uri, `${hosts.site}/support/`);
    assert.equal((await askedOf(t, { redirectUri: "/back" })).redirect_uri, `${hosts.site}/back`);
  },
  scope: async (t) => {
    assert.equal((await askedOf(t)).scope, "openid profile");
    assert.equal((await askedOf(t, { scope: "openid api" })).scope, "openid api");
  },
  audience: async (t) => {
    assert.equal((await askedOf(t)).audience, undefined);
    assert.equal((await askedOf(t, { audience: "desk" })).audience, "desk");
  },
  resource: async (t) => {
    assert.equal((await askedOf(t)).resource, undefined);
    assert.equal((await askedOf(t, { resource: "urn:desk" })).resource, "urn:desk");
  },
  switchPrompt: async (t) => {
    assert.equal((await askedOf(t, {}, { pressed: "switch_account" })).prompt, "select_account");
    assert.equal((await askedOf(t, { switchPrompt: "login" }, { pressed: "switch_account" })).prompt, "login");
  },
};

const ROUTINGS = {
  hash: async (t) => {
    const page = await hosts.visit(t, { path: "/partners?team=7" });
    await toPlans(page);
    assert.equal(await path(page), "/partners?team=7#/support/plans");
    assert.equal(await link(page, say("shell.nav_incidents")).getAttribute("href"), "#/support/incidents");
    await page.goBack();
    await heading(page, BENEFITS).waitFor();
    await page.goForward();
    await heading(page, PLANS).waitFor();
    await page.reload();
    await heading(page, PLANS).waitFor();
    await page.evaluate(() => (location.hash = "#/support/incidents"));
    await heading(page, say("incidents.title")).waitFor();
    await page.evaluate(() => (location.hash = "#/support/nowhere"));
    await heading(page, say("shell.not_found_title")).waitFor();
  },
  memory: async (t) => {
    const page = await hosts.visit(t, { path: "/partners#there", attributes: 'routing="memory"' });
    const entries = await page.evaluate(() => history.length);
    await toPlans(page);
    assert.equal(await path(page), "/partners#there");
    assert.equal(await page.evaluate(() => history.length), entries);
    assert.equal(await link(page, say("shell.nav_incidents")).evaluate((link) => link.href), `${hosts.site}/partners#there`);
    assert.equal((await hosts.heard(page, "navigate")).at(-1).path, "/plans");
  },
  path: async (t) => {
    const page = await hosts.visit(t, { path: "/support/plans?team=7", attributes: 'routing="path" base="/support"' });
    await heading(page, PLANS).waitFor();
    assert.equal(await link(page, say("shell.nav_incidents")).evaluate((link) => link.href), `${hosts.site}/support/incidents`);
    await link(page, say("shell.nav_incidents")).click();
    await page.waitForURL(`${hosts.site}/support/incidents`);
    await page.goBack();
    await heading(page, PLANS).waitFor();
    await page.goForward();
    await heading(page, say("incidents.title")).waitFor();
    await page.reload();
    await heading(page, say("incidents.title")).waitFor();
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      link(page, say("shell.nav_plans")).click({ modifiers: ["Control"] }),
    ]);
    await heading(tab, PLANS).waitFor();
    assert.equal(tab.url(), `${hosts.site}/support/plans`);
    await heading(page, say("incidents.title")).waitFor();
  },
};

const PROPERTIES = {
  getAccessToken: async (t) => {
    const page = await hosts.visit(t, { person: "bruno" });
    await page.getByRole("button", { name: "Bruno Keller" }).waitFor();
    const other = await hosts.product.token("mira");
    hosts.expectFault(page, /401/);
    await page.evaluate((other) => {
      globalThis.wishes = [];
      document.getElementById("support").getAccessToken = async (wish) => (wishes.push(wish), wish.forceRefresh ? other : "old");
    }, other);
    await page.getByRole("button", { name: "Mira Patel" }).waitFor();
    assert.deepEqual(await page.evaluate(() => wishes.slice(0, 2)), [{ forceRefresh: false }, { forceRefresh: true }]);
    await page.evaluate((other) => {
      globalThis.answer = async () => other;
      document.getElementById("support").getAccessToken = () => answer();
    }, other);
    await page.getByRole("button", { name: "Mira Patel" }).waitFor();
    // What was typed stays when the site's session ends by itself, and goes when the site has signed out whoever it was.
    await page.evaluate(() => {
      sessionStorage.setItem("partner-support.comment", "typed");
      globalThis.answer = () => Promise.reject(new Error("ended"));
      document.getElementById("support").refresh();
    });
    await page.getByText(say("shell.signed_out_again")).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.getItem("partner-support.comment")), "typed");
    await page.evaluate(() => (document.getElementById("support").getAccessToken = () => Promise.reject(new Error("nobody"))));
    await page.getByText(say("shell.signed_out_text")).waitFor();
    await page.waitForFunction(() => sessionStorage.getItem("partner-support.comment") === null);
  },
  config: async (t) => {
    const page = await hosts.visit(t, { attributes: 'locale="fr"' });
    await heading(page, dit("benefits.title")).waitFor();
    await give(page, { locale: "en" });
    await heading(page, BENEFITS).waitFor();
    assert.ok(await page.evaluate(() => Object.isFrozen(document.getElementById("support").config)));
    await give(page, null);
    await heading(page, dit("benefits.title")).waitFor();
    hosts.expectFault(page, /the setting config cannot be used/);
    await give(page, "locale=en");
    await page.getByRole("alert").getByText("config", { exact: true }).waitFor();
    const early = await hosts.visit(t, {
      body: `<main>${hosts.element()}</main><script>document.getElementById("support").config = { locale: "fr" }</script>`,
    });
    await heading(early, dit("benefits.title")).waitFor();
  },
};

const METHODS = {
  navigate: async (t) => {
    const page = await hosts.visit(t);
    await call(page, "navigate", "/plans");
    await heading(page, PLANS).waitFor();
    await page.waitForFunction(() => document.getElementById("support").shadowRoot.activeElement?.localName === "h1");
    await call(page, "navigate", "/nowhere");
    await heading(page, say("shell.not_found_title")).waitFor();
    await page.evaluate((api) => {
      const element = document.createElement("partner-support");
      element.setAttribute("api-base", api);
      element.id = "second";
      welcome(element);
      element.navigate("/plans");
      document.getElementById("support").replaceWith(element);
    }, `${hosts.api}/api/v1`);
    await heading(page, PLANS).waitFor();
  },
  refresh: async (t) => {
    const page = await hosts.visit(t);
    const asked = page.waitForRequest(`${hosts.api}/api/v1/account`, { timeout: 4_000 });
    await call(page, "refresh");
    await asked;
    await page.evaluate(() => {
      globalThis.signedIn = false;
      document.getElementById("support").getAccessToken = async () => (signedIn ? token : "");
    });
    await page.getByRole("heading", { name: say("shell.signed_out_title") }).waitFor();
    await page.evaluate(() => (globalThis.signedIn = true));
    await call(page, "refresh");
    await page.getByRole("article").first().waitFor();
  },
  focus: async (t) => {
    const page = await hosts.visit(t, { body: `<main>${hosts.element()}<button>Elsewhere</button></main>` });
    await page.getByRole("button", { name: "Elsewhere" }).focus();
    await call(page, "focus", { preventScroll: true });
    assert.equal(await page.evaluate(() => document.getElementById("support").shadowRoot.activeElement?.textContent), BENEFITS);
    await page.evaluate(() => {
      const element = document.getElementById("support");
      const next = element.cloneNode();
      welcome(next);
      element.replaceWith(next);
      next.focus();
    });
    await page.waitForFunction(() => document.getElementById("support").shadowRoot.activeElement?.localName === "h1");
  },
};

const EVENTS = {
  ready: async (t) => {
    const page = await hosts.visit(t);
    const kinds = await page.evaluate(() => heard.map(([name, detail, id]) => [name, detail, id]));
    assert.deepEqual(kinds[0], ["ready", null, "support"]);
    assert.equal(kinds.filter(([name]) => name === "ready").length, 1);
  },
  navigate: async (t) => {
    const page = await hosts.visit(t);
    await toPlans(page);
    assert.deepEqual(await hosts.heard(page, "navigate"), [
      { route: "benefits", path: "/benefits", title: BENEFITS },
      { route: "plans", path: "/plans", title: PLANS },
    ]);
  },
  "auth-required": async (t) => {
    const page = await hosts.visit(t);
    await page.getByRole("button", { name: "Bruno Keller" }).click();
    await page.getByText(say("shell.switch_account")).click();
    await page.evaluate(() => (document.getElementById("support").getAccessToken = async () => ""));
    await page.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
    hosts.expectFault(page, /401/);
    await page.evaluate(() => (document.getElementById("support").getAccessToken = async () => "refused"));
    await page.waitForFunction(() => heardOf("auth-required").length >= 4);
    assert.deepEqual(
      (await hosts.heard(page, "auth-required")).map(({ reason }) => reason),
      ["switch-account", "signed-out", "asked", "expired"],
    );
  },
  "benefit-activated": async (t) => {
    const page = await hosts.visit(t, { person: "jonas" });
    const name = "Microsoft Product Support";
    await page.getByRole("button", { name: `${say("benefits.activate")} ${name}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: say("benefits.activate_confirm") }).click();
    await page.getByRole("article", { name }).getByText(say("benefits.state_pending")).waitFor();
    assert.deepEqual(await hosts.heard(page, "benefit-activated"), [
      { benefit: "product-support.competency", state: "pending" },
    ]);
  },
  "incident-created": async (t) => {
    const page = await hosts.visit(t, { person: "chen", path: "/#/support/incidents/new" });
    await describe(page, say, { product: "Azure Virtual Machines", title: "From a host page" });
    await (await review(page, say)).click();
    await created(page);
    const id = (await path(page)).split("/").at(-1);
    assert.deepEqual(await hosts.heard(page, "incident-created"), [{ id }]);
  },
  error: async (t) => {
    const page = await hosts.visit(t, { ready: false, attributes: 'routing="clever"' });
    hosts.expectFault(page, /the setting routing cannot be used/);
    await fault(page, "routing").waitFor();
    assert.deepEqual(
      await page.evaluate(() => heard.filter(([name]) => name === "error")),
      [["error", { code: "settings", key: "routing" }, "support"]],
      "once, on the element, and not on the document",
    );
    await set(page, "routing", "hash");
    await heading(page, BENEFITS).waitFor();
  },
};

/** One page for all that is only looked at. */
let shown;
const look = async (t) => (shown ??= await hosts.visit(undefined));

const token = (name) => async (t) => {
  const page = await look(t);
  const rules = await page.evaluate((name) => {
    const element = document.getElementById("support");
    element.style.setProperty(name, "17px");
    const inside = getComputedStyle(element.shadowRoot.querySelector(".app")).getPropertyValue(name);
    element.style.removeProperty(name);
    const uses = (rule) => (rule.cssRules?.length ? [...rule.cssRules].some(uses) : rule.cssText.includes(`var(${name}`));
    return [inside, element.shadowRoot.adoptedStyleSheets.some((sheet) => [...sheet.cssRules].some(uses))];
  }, name);
  assert.deepEqual(rules, ["17px", true], "the host's value reaches inside, and something is drawn with it");
};

const part = (name) => async (t) => {
  const page = await look(t);
  const outlines = await page.evaluate((name) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`partner-support::part(${name}) { outline: 3px solid rgb(1, 2, 3) }`);
    document.adoptedStyleSheets = [sheet];
    const parts = [...document.getElementById("support").shadowRoot.querySelectorAll(`[part~="${name}"]`)];
    return parts.map((element) => getComputedStyle(element).outlineColor);
  }, name);
  assert.deepEqual(outlines, ["rgb(1, 2, 3)"], "there is one, and the host restyles it");
};

const SLOTS = {
  "(default)": async (t) => {
    const { before, letCome } = programHeld();
    const body = `<main><partner-support id="support" api-base="${hosts.api}/api/v1"><p>One moment…</p></partner-support></main>`;
    const page = await hosts.visit(t, { ready: false, body, before });
    await page.waitForFunction(() => document.getElementById("support").shadowRoot?.querySelector("slot"));
    await page.getByText("One moment…").waitFor();
    letCome();
    await heading(page, BENEFITS).waitFor();
    await page.getByText("One moment…").waitFor({ state: "hidden" });
  },
};

const each = (heading, promise) => Object.fromEntries(names(heading).map((name) => [name, promise(name)]));
const PROMISES = {
  Settings: SETTINGS,
  "Sign-in": SIGN_IN,
  Properties: PROPERTIES,
  Methods: METHODS,
  Events: EVENTS,
  "Custom properties": each("Custom properties", token),
  Parts: each("Parts", part),
  Slots: SLOTS,
};
for (const [section, promises] of Object.entries(PROMISES)) {
  for (const line of new Set([...names(section), ...Object.keys(promises)])) {
    test(`${section}: ${line} is as the document says`, async (t) => {
      assert.ok(names(section).includes(line), "the document has no such line");
      assert.ok(promises[line], "nothing proves this line");
      await promises[line](t);
    });
  }
}
for (const [routing, promise] of Object.entries(ROUTINGS)) {
  test(`routing: ${routing} keeps the page, follows back and forward, and makes the right links`, promise);
}

test("every table of the contract is one that is proved", () => {
  const [, contract] = document.split("## The contract");
  const sections = [...contract.split("\n## ")[0].matchAll(/^### (.+)$/gm)].map(([, name]) => name);
  assert.deepEqual(sections, Object.keys(PROMISES));
});

test("each setting that cannot be used is named, wherever it was found, and a good one brings the app back", async (t) => {
  const wrong = { apiBase: "ftp://files.example", locale: "no such tongue", theme: "blue", density: "airy", routing: "clever", base: "support", view: "plans" };
  assert.deepEqual(Object.keys(wrong), table("Settings").map(([, key]) => key.replaceAll("`", "")));
  const page = await hosts.visit(t, { attributes: 'routing="memory"' });
  hosts.expectFault(page, /cannot be used/);
  for (const [index, [key, value]] of Object.entries(wrong).entries()) {
    const attribute = names("Settings")[index];
    const before = await page.evaluate((attribute) => document.getElementById("support").getAttribute(attribute), attribute);
    await set(page, attribute, value);
    await fault(page, attribute).waitFor();
    await page.evaluate(
      ([attribute, before]) => {
        const element = document.getElementById("support");
        if (before === null) element.removeAttribute(attribute);
        else element.setAttribute(attribute, before);
      },
      [attribute, before],
    );
    await heading(page, BENEFITS).waitFor();
    await give(page, { [key]: value });
    await fault(page, `config.${key}`).waitFor();
    await give(page, { [key]: 7 });
    await fault(page, `config.${key}`).waitFor();
    await give(page, { [key]: "" });
    await heading(page, BENEFITS).waitFor();
  }
  await hosts.axe(page);
});

test("the property wins over the attribute, the attribute over config.json, and that over the default", async (t) => {
  const page = await hosts.visit(t, {
    body: `<main><partner-support id="support"></partner-support></main>`,
    ...withFile(JSON.stringify({ apiBase: `${hosts.api}/api/v1`, locale: "fr" })),
  });
  await heading(page, dit("benefits.title")).waitFor();
  await set(page, "locale", "en");
  await heading(page, BENEFITS).waitFor();
  await give(page, { locale: "fr" });
  await heading(page, dit("benefits.title")).waitFor();
});

test("a path in config.json counts from that file: with the API beside the element's files, one line is enough", async (t) => {
  const asked = [];
  const page = await hosts.visit(t, {
    body: `<main><partner-support id="support"></partner-support></main>`,
    ready: false,
    before: async (page) => {
      await withFile('{ "apiBase": "/api/v1" }').before(page);
      await page.route(`${hosts.assets}/api/**`, (route) => (asked.push(route.request().method()), route.abort()));
    },
  });
  hosts.expectFault(page, /ERR_FAILED/);
  await page.getByText(say("shell.problem_load_title")).waitFor();
  assert.ok(asked.length > 0);
});

test("config.json that is no object, or has a value that cannot be used, is named; once corrected, a second try takes it", async (t) => {
  let body = "{ theme: dark }";
  const page = await hosts.visit(t, {
    ready: false,
    before: (page) =>
      page.route(`${hosts.assets}/config.json`, (route) =>
        route.fulfill({ body, contentType: "application/json", headers: { "access-control-allow-origin": "*" } }),
      ),
  });
  hosts.expectFault(page, /config\.json/);
  await fault(page, "config.json").waitFor();
  body = '{ "theme": "blue" }';
  await page.getByRole("button", { name: "Try again" }).click();
  await fault(page, "config.json: theme").waitFor();
  body = '{ "theme": "dark" }';
  await page.getByRole("button", { name: "Try again" }).click();
  await heading(page, BENEFITS).waitFor();
});

test("a site without config.json has none, and an unknown key is a warning and no fault", async (t) => {
  const page = await hosts.visit(t, withFile("nothing here", 404));
  hosts.expectFault(page, /404/);
  const warned = page.waitForEvent("console", (message) => message.type() === "warning");
  await give(page, { colour: "blue" });
  assert.match((await warned).text(), /does not know the setting "colour" in config$/);
  await heading(page, BENEFITS).waitFor();
});

test("of signIn a key that is not known is a warning, and so is what is no object; every key of the contract is known", async (t) => {
  const known = Object.fromEntries(names("Sign-in").filter((key) => !["mode", "clientId"].includes(key)).map((key) => [key, "/"]));
  const warned = [];
  const page = await hosts.visit(t, withFile(JSON.stringify({ signIn: { ...known, clientID: "site" } })));
  page.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
  const warning = (text) => page.waitForEvent("console", (message) => message.text().includes(text));
  await page.reload();
  await heading(page, BENEFITS).waitFor();
  await Promise.all([warning('cannot use "session" as signIn'), give(page, { signIn: "session" })]);
  await Promise.all([warning('does not know the setting "redirectURI" in signIn'), give(page, { signIn: { redirectURI: "/" } })]);
  await set(page, "theme", "dark");
  await heading(page, BENEFITS).waitFor();
  assert.deepEqual(warned.map((text) => text.replace("<partner-support> ", "").split(",")[0]), [
    'does not know the setting "clientID" in signIn',
    'cannot use "session" as signIn',
    'does not know the setting "redirectURI" in signIn',
  ]);
});

test("document, manifest, types, loader and program name the same", async (t) => {
  const sorted = (list) => [...list].sort();
  const page = await look(t);
  const known = await page.evaluate(() => {
    const element = customElements.get("partner-support");
    return { contract: element.contract, attributes: element.observedAttributes, members: Object.getOwnPropertyNames(element.prototype) };
  });
  const callbacks = ["constructor", "connectedCallback", "disconnectedCallback", "attributeChangedCallback"];
  assert.equal(document.match(/^## The contract, version (\d+)$/m)[1], String(known.contract));
  assert.deepEqual(known.attributes, names("Settings"));
  assert.deepEqual(
    sorted(known.members.filter((name) => !callbacks.includes(name))),
    sorted([...names("Properties"), ...names("Methods")]),
  );

  assert.deepEqual(declared.attributes.map(({ name }) => name), names("Settings"));
  assert.deepEqual(
    declared.members.filter((member) => !member.static).map(({ name }) => name),
    [...names("Properties"), ...names("Methods")],
  );
  assert.deepEqual(declared.events.map(({ name }) => name), names("Events"));
  assert.deepEqual(declared.cssProperties.map(({ name }) => name), names("Custom properties"));
  assert.deepEqual(declared.cssParts.map(({ name }) => name), names("Parts"));
  assert.equal(declared.members.find(({ name }) => name === "contract").default, String(known.contract));
  for (const { name, default: value } of declared.attributes) {
    const [, , , said] = table("Settings").find(([attribute]) => attribute === `\`${name}\``);
    assert.equal(said, value ? `\`${value}\`` : said, name);
  }
  const plain = (text) => text.replaceAll("`", "").replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  for (const [heading, entries] of [
    ["Settings", declared.attributes],
    ["Properties", declared.members.filter(({ kind, static: ofAll }) => kind === "field" && !ofAll)],
    ["Methods", declared.members.filter(({ kind }) => kind === "method")],
    ["Events", declared.events],
  ]) {
    assert.deepEqual(entries.map(({ description }) => description), table(heading).map((row) => plain(row.at(-1))));
  }
  const types = read("package/partner-support.d.ts");
  for (const [name, detail] of table("Events")) {
    const [, typed] = types.match(new RegExp(`^  "?${plain(name)}"?: (CustomEvent<.+>);$`, "m"));
    assert.equal(declared.events.find((event) => event.name === plain(name)).type.text, typed);
    for (const [, word] of detail.matchAll(/`([\w-]+)`/g)) assert.match(typed, new RegExp(`\\b${word}\\b`), name);
  }

  // What is fired, drawn and marked in the code itself; the gallery is in no release.
  const sources = readdirSync(join(root, "src"), { recursive: true }).filter((name) => name.endsWith(".rs") && !name.startsWith("gallery"));
  const program = sources.map((name) => read(`src/${name}`)).join("\n");
  const loader = read("public/embed.js");
  const fired = [
    ...[...program.matchAll(/\.emit\(\s*"([a-z-]+)"/g)].map(([, name]) => name),
    ...[...loader.matchAll(/#emit\("([a-z-]+)"/g)].map(([, name]) => name),
  ];
  assert.deepEqual(sorted(new Set(fired)), sorted(names("Events")));
  const parts = [...program.matchAll(/\bpart="([a-z- ]+)"/g)].flatMap(([, list]) => list.split(" "));
  assert.deepEqual(sorted(new Set(parts)), sorted(names("Parts")));
  const tokens = Object.fromEntries([...read("style/tokens.css").matchAll(/^\s+(--ps-[\w-]+): (.+);$/gm)].map(([, name, value]) => [name, value]));
  assert.deepEqual(Object.fromEntries(declared.cssProperties.map(({ name, default: value }) => [name, value])), tokens);
});

test("the package holds what it names and all that its loader asks for, and its types and manifest are what their own tools take", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "partner-support-package-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const project = join(folder, "node_modules/partner-support");
  execFileSync("node", [join(root, "package/assemble.mjs"), APP_DIST, project]);
  const programs = readdirSync(APP_DIST).filter((name) => name.endsWith(".wasm"));
  const about = JSON.parse(read("package/package.json"));
  assert.equal(about.version, read("Cargo.toml").match(/^version = "(.+)"$/m)[1]);
  const files = about.files.flatMap((name) => (name === "*.wasm" ? programs : name));
  const packed = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: project }))[0];
  const held = packed.files.map(({ path }) => path);
  assert.deepEqual(held.toSorted(), [...files, "README.md", "package.json"].toSorted());
  // All that the loader asks for, in every language but the pseudo-locale, which is for development.
  const [, asked] = read("public/embed.js").match(/^const FILES = (\{\n[^]*?^\});$/m);
  const { words, ...others } = vm.runInNewContext(`(${asked})`);
  delete words["en-xa"];
  const named = [...Object.values(others), ...Object.values(words)].map(({ name }) => name);
  assert.deepEqual(named.filter((name) => !held.includes(name)), []);
  assert.deepEqual(
    held.filter((name) => /^words\./.test(name)).toSorted(),
    Object.values(words).map(({ name }) => name).toSorted(),
  );
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    assert.ok(held.includes(name), name);
    assert.equal(readFileSync(join(project, name), "utf8"), read(name));
  }

  cpSync(join(import.meta.dirname, "types"), join(folder, "src"), { recursive: true });
  // The manifest as a value of the type that its own schema's package gives it.
  writeFileSync(
    join(folder, "src/manifest.ts"),
    `import type { Package } from "custom-elements-manifest/schema";\nexport const manifest: Package = ${read("package/custom-elements.json")};\n`,
  );
  symlinkSync(join(import.meta.dirname, "node_modules/custom-elements-manifest"), join(folder, "node_modules/custom-elements-manifest"));
  const [, react] = document.split("```tsx\n");
  writeFileSync(join(folder, "src/support.tsx"), react.split("```")[0]);
  symlinkSync(join(import.meta.dirname, "node_modules/@types"), join(folder, "node_modules/@types"));
  const options = ["--noEmit", "--jsx", "react-jsx", "--strict", "--target", "es2022", "--module", "nodenext", "--types", ""];
  execFileSync(
    "node",
    [join(import.meta.dirname, "node_modules/typescript/bin/tsc"), ...options, "src/usage.ts", "src/support.tsx", "src/manifest.ts"],
    { cwd: folder, stdio: ["ignore", "inherit", "inherit"] },
  );
});

// The element signs people in by itself, at a certified OpenID Connect provider: authorization code with PKCE, tokens in memory
// alone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { App, address, startChromium } from "./harness.mjs";
import { APP_DIST, freePorts, Program } from "./product.mjs";
import { AUDIENCE, IdentityProvider, rsa } from "./provider.mjs";
import { wordsOf } from "./words.mjs";

const say = wordsOf("en");
const app = new App();
const provider = new IdentityProvider();
const keys = [rsa("rsa-1")];
const data = mkdtempSync(join(tmpdir(), "partner-support-"));
let site;
let server;

before(async () => {
  const [port] = await freePorts(1);
  site = `http://127.0.0.1:${port}`;
  await provider.start();
  useProvider();
  server = new Program("support-server", [
    "serve",
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", join(data, "desk.sqlite")],
    ...["--programme", "programmes/mpn-2021.json"],
    ...["--issuer", provider.address],
    ...["--audience", AUDIENCE],
    ...["--static", APP_DIST],
  ]);
  [app.browser] = await Promise.all([startChromium(), server.answersAt(`${site}/livez`)]);
});
after(async () => {
  await app.browser?.close();
  await server?.stop();
  await provider.stop();
  rmSync(data, { recursive: true, force: true });
});

/** A provider that knows nobody yet; `seconds` is how long its access tokens hold. */
function useProvider({ seconds = 3_600, refresh = true, ...more } = {}) {
  provider.useKeys(keys, {
    ...more,
    site: `${site}/`,
    ttl: { AccessToken: seconds },
    issueRefreshToken: () => refresh,
  });
}

const button = (page) => page.getByRole("button", { name: say("shell.sign_in"), exact: true });
const signOut = (page) => page.getByRole("button", { name: say("shell.sign_out"), exact: true });
const person = (page, name) => page.getByRole("button", { name: `${say("shell.account_of")} ${name}` });
const trouble = (page, key) => page.getByRole("alert").getByText(say(`shell.${key}`));

/** A page with the element, which was told how to sign in; `signIn` is put over that. */
async function opened(t, { signIn = {}, path = "/#/support/plans", before = async () => {} } = {}) {
  const page = await app.newPage(t);
  page.warned = [];
  page.on("console", (message) => message.type() === "warning" && page.warned.push(message.text()));
  const settings = { issuer: provider.address, clientId: "site", resource: "urn:desk", switchPrompt: "login", ...signIn };
  await page.route("**/config.json", (route) => route.fulfill({ json: { apiBase: "/api/v1", signIn: settings } }));
  await provider.withoutFonts(page);
  await page.addInitScript(() => {
    globalThis.heard = [];
    addEventListener("auth-required", ({ detail }) => heard.push(detail));
  });
  await before(page);
  await page.goto(`${site}${path}`);
  return page;
}

async function signedIn(t, name, options) {
  const page = await opened(t, options);
  await button(page).click();
  await provider.asPerson(page, name);
  await person(page, name).waitFor();
  return page;
}

const kept = (page) =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, heard]));

test("whoever presses Sign in comes back to the page they were on, and nothing of it stays in address, storage or events", async (t) => {
  const page = await opened(t, { path: "/?lang=en#/support/plans" });
  const asked = page.waitForRequest(`${provider.address}/auth?**`);
  await button(page).click();
  const query = new URL((await asked).url()).searchParams;
  assert.deepEqual(
    ["response_type", "code_challenge_method", "redirect_uri", "scope", "resource", "prompt"].map((name) => query.get(name)),
    ["code", "S256", `${site}/`, "openid profile", "urn:desk", null],
  );
  assert.ok(query.get("state").length > 20 && query.get("nonce").length > 20 && query.get("code_challenge").length > 40);
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
  assert.equal(await address(page), `${site}/?lang=en#/support/plans`);
  await page.getByRole("heading", { level: 1, name: say("plans.title"), exact: true }).waitFor();
  assert.equal(await kept(page), JSON.stringify([{}, {}, "", await address(page), null, []]));
  await app.axe(page);
});

test("whoever signs in where the page itself shows the plans comes back to them, from whatever address the provider sends people to", async (t) => {
  const before = (page) =>
    page.addInitScript(() => {
      if (location.pathname !== "/index.html") return;
      const show = () => document.querySelector("partner-support")?.setAttribute("view", "/plans");
      new MutationObserver(show).observe(document, { childList: true, subtree: true });
    });
  const page = await signedIn(t, "ada", { path: "/index.html", signIn: { redirectUri: "/" }, before });
  await page.getByRole("heading", { level: 1, name: say("plans.title"), exact: true }).waitFor();
  assert.equal(await address(page), `${site}/index.html#/support/plans`);
});

test("nobody is sent to the provider who has not asked, and a reload is signed in again by one press", async (t) => {
  const page = await signedIn(t, "ada");
  const left = [];
  page.on("framenavigated", (frame) => left.push(frame.url()));
  await page.reload();
  await button(page).waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual(left, [`${site}/#/support/plans`]);
  await button(page).click();
  await person(page, "ada").waitFor();
  assert.equal(await address(page), `${site}/#/support/plans`);
});

test("signing in with another account asks who, and shows that person", async (t) => {
  const page = await signedIn(t, "ada");
  await person(page, "ada").click();
  await page.getByText(say("shell.switch_account")).click();
  await provider.asPerson(page, "bruno");
  await person(page, "bruno").waitFor();
});

test("who says no at the provider is told so, and can sign in after all", async (t) => {
  const page = await opened(t);
  await button(page).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await trouble(page, "sign_in_refused").waitFor();
  assert.equal(await address(page), `${site}/#/support/plans`);
  assert.doesNotMatch(await kept(page), /state|error/);
  await app.axe(page);
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
  assert.equal(await trouble(page, "sign_in_refused").count(), 0);
});

for (const [what, name, value] of [
  ["another state", "state", "of-somebody-else"],
  ["another issuer", "iss", "https://elsewhere.example"],
  ["a code of somebody's own", "code", "made-up"],
]) {
  test(`an answer with ${what} signs nobody in and is taken out of the address`, async (t) => {
    const page = await opened(t);
    await page.addInitScript(([name, value]) => {
      const url = new URL(location);
      if (!url.searchParams.has("code")) return;
      url.searchParams.set(name, value);
      history.replaceState(null, "", url);
    }, [name, value]);
    await button(page).click();
    if (name === "code") app.expectFault(page, /400/);
    await provider.asPerson(page, "ada");
    await trouble(page, "sign_in_failed").waitFor();
    assert.equal(await address(page), `${site}/#/support/plans`);
    assert.equal(page.warned.filter((line) => line.includes("sign-in")).length, 1);
    assert.doesNotMatch(page.warned.join(), /code=|made-up/);
  });
}

test("an answer that this tab has not asked for is not looked at", async (t) => {
  const asked = [];
  const page = await opened(t, { path: "/?code=of-an-attacker&state=theirs" });
  page.on("request", (request) => request.url().startsWith(provider.address) && asked.push(request.url()));
  await button(page).waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(asked, []);
});

test("with the provider away nobody leaves the page, it is said, and a second try works when it is back", async (t) => {
  const page = await opened(t);
  await page.route(`${provider.address}/**`, (route) => route.abort("connectionrefused"));
  app.expectFault(page, /ERR_CONNECTION_REFUSED/);
  await button(page).click();
  await trouble(page, "sign_in_unreachable").waitFor();
  assert.equal(await address(page), `${site}/#/support/plans`);
  await app.axe(page);
  await page.unroute(`${provider.address}/**`);
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
});

test("a token that ends is renewed without a word; when the provider no longer does, one press signs in again", async (t) => {
  // Less than the half minute before its end in which a token is renewed: each call needs a new one.
  useProvider({ seconds: 20 });
  t.after(() => useProvider());
  const page = await signedIn(t, "ada");
  const renewed = [];
  page.on("request", (request) => request.postData()?.includes("grant_type=refresh_token") && renewed.push(request.postData()));
  await page.getByRole("link", { name: say("shell.nav_incidents"), exact: true }).click();
  await page.getByRole("heading", { level: 1, name: say("incidents.title"), exact: true }).waitFor();
  await page.waitForFunction(() => document.querySelector("partner-support").refresh() || true);
  await person(page, "ada").waitFor();
  assert.ok(renewed.length > 0);
  assert.equal(new Set(renewed).size, renewed.length, "a refresh token is used once");
  assert.equal(await page.evaluate(() => heard.length), 0);
  // A provider that has forgotten everybody.
  useProvider();
  app.expectFault(page, /400/);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await button(page).waitFor();
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
});

test("whoever signs out is signed out here and at the provider, and comes back to the page that they left", async (t) => {
  const page = await signedIn(t, "ada", { path: "/?lang=en#/support/incidents/new" });
  await page.getByLabel(say("new_incident.subject"), { exact: true }).fill("Half written");
  await page.waitForFunction(() => sessionStorage.length === 1);
  await person(page, "ada").click();
  await app.axe(page);
  const asked = page.waitForRequest(`${provider.address}/session/end?**`);
  await signOut(page).click();
  const query = new URL((await asked).url()).searchParams;
  assert.deepEqual([query.get("client_id"), query.get("post_logout_redirect_uri")], ["site", `${site}/`]);
  assert.equal(JSON.parse(atob(query.get("id_token_hint").split(".")[1])).sub, "ada");
  await provider.lets(page);
  await button(page).waitFor();
  assert.equal(await address(page), `${site}/?lang=en#/support/incidents/new`);
  assert.doesNotMatch(await kept(page), /state|Half written/);
  await button(page).click();
  await provider.asPerson(page, "bruno");
  await person(page, "bruno").waitFor();
});

test("where the provider signs nobody out, the tokens are forgotten and nobody leaves the page", async (t) => {
  useProvider({ features: { rpInitiatedLogout: { enabled: false } } });
  t.after(() => useProvider());
  const page = await signedIn(t, "ada");
  await person(page, "ada").click();
  await signOut(page).click();
  await button(page).waitFor();
  await page.getByText(say("shell.signed_out"), { exact: true }).waitFor();
  assert.equal(await address(page), `${site}/#/support/plans`);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await page.waitForTimeout(300);
  await button(page).waitFor();
});

test("without a refresh token an ended session asks to sign in, and keeps the page and what was typed", async (t) => {
  useProvider({ seconds: 31, refresh: false });
  t.after(() => useProvider());
  const page = await signedIn(t, "ada", { path: "/#/support/incidents/new" });
  const subject = page.getByLabel(say("new_incident.subject"), { exact: true });
  await subject.fill("Half written");
  await page.waitForTimeout(1_500);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await page.getByText(say("shell.signed_out_again")).waitFor();
  await button(page).click();
  await person(page, "ada").waitFor();
  assert.equal(await address(page), `${site}/#/support/incidents/new`);
  assert.equal(await subject.inputValue(), "Half written");
});

test("a host that hands over tokens loads nothing of the element's own sign-in", async (t) => {
  const token = await provider.signIn("ada", "urn:desk");
  const page = await app.newPage(t);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.route("**/config.json", (route) =>
    route.fulfill({ json: { apiBase: "/api/v1", signIn: { issuer: provider.address, clientId: "site" } } }),
  );
  await page.addInitScript((token) => {
    addEventListener("DOMContentLoaded", () => (document.querySelector("partner-support").getAccessToken = async () => token));
  }, token);
  await page.goto(`${site}/#/support/plans`);
  await person(page, "ada").click();
  await page.getByText(say("shell.switch_account")).waitFor();
  assert.equal(await signOut(page).count(), 0, "the site signs out whom it has signed in");
  assert.deepEqual(asked.filter((url) => url.includes("sign-in") || url.startsWith(provider.address)), []);
});

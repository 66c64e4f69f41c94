// The server signs people in at a certified OpenID Connect provider and keeps a session: the page has neither token nor secret.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { serveAssets } from "../demo-host/serve.mjs";
import { App, address, startChromium } from "./harness.mjs";
import { APP_DIST, freePorts, Program } from "./product.mjs";
import { AUDIENCE, IdentityProvider, rsa } from "./provider.mjs";
import { wordsOf } from "./words.mjs";

const say = wordsOf("en");
const app = new App();
const provider = new IdentityProvider();
const data = mkdtempSync(join(tmpdir(), "partner-support-"));
const keys = [rsa("rsa-1")];
const secret = "s3cret/ of the desk";
let site;
let server;
/** Another origin of the site, with the element's files alone. */
let elsewhere;
let files;

before(async () => {
  const [port, other] = await freePorts(2);
  site = `http://127.0.0.1:${port}`;
  elsewhere = `http://127.0.0.1:${other}`;
  files = await serveAssets(other, APP_DIST, { apiBase: `${site}/api/v1`, signIn: { mode: "session" } });
  await provider.start();
  useProvider();
  writeFileSync(join(data, "secret"), `${secret}\n`);
  server = serverAt(port);
  [app.browser] = await Promise.all([startChromium(), server.answersAt(`${site}/livez`)]);
});
after(async () => {
  await app.browser?.close();
  files?.close();
  await server?.stop();
  await provider.stop();
  rmSync(data, { recursive: true, force: true });
});

/** A server of its own data, which has still to learn what the provider offers. */
function serverAt(port) {
  const address = `http://127.0.0.1:${port}`;
  return new Program("support-server", [
    "serve",
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", join(data, `desk-${port}.sqlite`)],
    ...["--programme", "programmes/mpn-2021.json"],
    ...["--issuer", provider.address],
    ...["--audience", AUDIENCE],
    ...["--static", APP_DIST],
    ...["--sign-in-client-id", "desk"],
    ...["--sign-in-client-secret-file", join(data, "secret")],
    ...["--sign-in-site", address],
    ...["--sign-in-page", elsewhere],
    ...["--sign-in-resource", "urn:desk"],
    ...["--sign-in-switch-prompt", "login"],
  ]);
}

/** A server whose provider signs nobody out. */
async function serverAlone(t) {
  const [port] = await freePorts(1);
  const address = `http://127.0.0.1:${port}`;
  useProvider({ at: address, features: { rpInitiatedLogout: { enabled: false } } });
  const another = serverAt(port);
  t.after(() => another.stop());
  await another.answersAt(`${address}/livez`);
  return address;
}

/** A provider that knows nobody yet; `seconds` is how long its access tokens hold, `refresh` whether they can be renewed. */
function useProvider({ at = site, seconds = 3_600, refresh = false, ...more } = {}) {
  const back = [`${at}/api/v1/session/callback`];
  const desk = {
    client_id: "desk",
    client_secret: secret,
    redirect_uris: back,
    post_logout_redirect_uris: back,
    grant_types: ["authorization_code", "refresh_token"],
  };
  provider.useKeys(keys, {
    clients: [desk],
    ttl: { AccessToken: seconds },
    issueRefreshToken: () => refresh,
    ...more,
  });
}

const button = (page) => page.getByRole("button", { name: say("shell.sign_in"), exact: true });
const signOut = (page) => page.getByRole("button", { name: say("shell.sign_out"), exact: true });
const person = (page, name) => page.getByRole("button", { name: `${say("shell.account_of")} ${name}` });
const trouble = (page, key) => page.getByRole("alert").getByText(say(`shell.${key}`));

async function opened(t, path = "/?team=7#/support/plans", at = site) {
  const page = await app.newPage(t);
  await provider.withoutFonts(page);
  // Nobody is signed in yet, which Chromium notes.
  app.expectFault(page, /401/);
  await page.goto(`${at}${path}`);
  return page;
}

async function signedIn(t, name, at = site, path = undefined) {
  const page = await opened(t, path, at);
  await button(page).click();
  await provider.asPerson(page, name);
  await person(page, name).waitFor();
  return page;
}

/** The one cookie of ours that is left; the provider is on the same host. */
async function sessionOf(page) {
  const ours = (await page.context().cookies(site)).filter(({ name }) => name.startsWith("partner-support"));
  assert.equal(ours.length, 1);
  return ours[0];
}

/** What a page of the site calls, with what it says there. */
const call = (page, method, path, headers = { "x-partner-support-session": "1" }) =>
  page.evaluate(
    async ([method, path, headers]) => (await fetch(`/api/v1${path}`, { method, headers })).status,
    [method, path, headers],
  );

test("whoever signs in comes back to their page, stays signed in over a reload and in another tab, and no script sees by what", async (t) => {
  const page = await signedIn(t, "ada");
  assert.equal(await address(page), `${site}/?team=7#/support/plans`);
  await page.getByRole("heading", { level: 1, name: say("plans.title"), exact: true }).waitFor();
  await app.axe(page);
  await page.reload();
  await person(page, "ada").waitFor();
  const tab = await page.context().newPage();
  await tab.goto(`${site}/#/support/incidents`);
  await person(tab, "ada").waitFor();
  const seen = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  assert.equal(seen, JSON.stringify([{}, {}, "", await address(page)]));
  const { httpOnly, sameSite, path } = await sessionOf(page);
  assert.deepEqual([httpOnly, sameSite, path], [true, "Lax", "/"]);
});

test("requests of the page count with its header alone, and after its end the session is over", async (t) => {
  const page = await signedIn(t, "ada");
  assert.equal(await call(page, "GET", "/account"), 200);
  app.expectFault(page, /403/);
  assert.equal(await call(page, "GET", "/account", {}), 403);
  // The provider could sign her out too, and is not asked here.
  assert.equal(await call(page, "POST", "/session/end"), 200);
  assert.equal(await call(page, "GET", "/account"), 401);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await button(page).click();
  await person(page, "ada").waitFor();
});

test("a page of another site can do nothing with the session", async (t) => {
  const page = await signedIn(t, "ada");
  // Another port is another origin, and the same site: the browser would send the cookie.
  await page.goto(`${provider.address}/.well-known/openid-configuration`);
  app.expectFault(page, /CORS|ERR_FAILED|NotSameOrigin/);
  const answers = await page.evaluate(async (site) => {
    const tried = [];
    for (const [method, headers] of [["GET", {}], ["POST", {}], ["GET", { "x-partner-support-session": "1" }]]) {
      const path = method === "GET" ? "account" : "session/end";
      const answer = await fetch(`${site}/api/v1/${path}`, { method, headers, credentials: "include" }).catch(() => null);
      tried.push(answer?.status ?? "nothing");
    }
    // This one is sent without asking, with the cookie.
    await fetch(`${site}/api/v1/session/end`, { method: "POST", mode: "no-cors", credentials: "include" }).catch(() => {});
    return tried;
  }, site);
  assert.deepEqual(answers, ["nothing", "nothing", "nothing"]);
  await page.goto(`${site}/#/support/plans`);
  await person(page, "ada").waitFor();
});

test("a page at another origin of the site signs people in, has them back as it was, keeps them signed in and signs them out", async (t) => {
  const path = "/page.html?team=7#/support/plans";
  const page = await signedIn(t, "ada", elsewhere, path);
  assert.equal(await address(page), `${elsewhere}${path}`);
  await page.reload();
  await person(page, "ada").waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "");
  await person(page, "ada").click();
  await signOut(page).click();
  await provider.lets(page);
  await button(page).waitFor();
  assert.equal(await address(page), `${elsewhere}${path}`);
});

test("signing in with another account asks who, and the session before is over", async (t) => {
  const page = await signedIn(t, "ada");
  const before = await sessionOf(page);
  await person(page, "ada").click();
  await page.getByText(say("shell.switch_account")).click();
  await provider.asPerson(page, "bruno");
  await person(page, "bruno").waitFor();
  assert.notEqual((await sessionOf(page)).value, before.value);
  await page.context().addCookies([before]);
  assert.equal(await call(page, "GET", "/account"), 401);
});

test("who says no at the provider is told so on their page, and can sign in after all", async (t) => {
  const page = await opened(t);
  await button(page).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await trouble(page, "sign_in_refused").waitFor();
  assert.equal(await address(page), `${site}/?team=7#/support/plans`);
  await app.axe(page);
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
  assert.equal(await trouble(page, "sign_in_refused").count(), 0);
});

test("an answer that this browser has not asked for signs nobody in", async (t) => {
  const page = await opened(t, "/api/v1/session/callback?code=of-an-attacker&state=theirs");
  await trouble(page, "sign_in_failed").waitFor();
  assert.equal(await address(page), `${site}/`);
  await button(page).waitFor();
});

test("whoever signs out is signed out here and at the provider, comes back to the page, and other tabs learn it", async (t) => {
  const page = await signedIn(t, "ada");
  const tab = await page.context().newPage();
  await tab.goto(`${site}/#/support/incidents/new`);
  await person(tab, "ada").waitFor();
  await person(page, "ada").click();
  await app.axe(page);
  const ended = page.waitForResponse(`${site}/api/v1/session/end`);
  await signOut(page).click();
  assert.equal((await ended).status(), 200);
  assert.equal(await call(tab, "GET", "/account"), 401);
  await provider.lets(page);
  assert.equal(await address(page), `${site}/?team=7#/support/plans`);
  await button(page).waitFor();
  assert.deepEqual((await page.context().cookies(site)).filter(({ name }) => name.startsWith("partner-support")), []);
  // The tab asks by itself when somebody looks at it again.
  await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await tab.getByText(say("shell.signed_out_again")).waitFor();
  assert.equal(await person(tab, "ada").count(), 0);
  // Signing in begins anew: the provider does not know her any more.
  await button(tab).click();
  await provider.asPerson(tab, "ada");
  await person(tab, "ada").waitFor();
  assert.equal(tab.url(), `${site}/#/support/incidents/new`);
});

test("signing out takes along what was typed; where the provider has no part in it, nobody leaves the page", async (t) => {
  t.after(() => useProvider());
  const alone = await serverAlone(t);
  const page = await signedIn(t, "ada", alone);
  await page.goto(`${alone}/#/support/incidents/new`);
  await page.getByLabel(say("new_incident.subject"), { exact: true }).fill("Half written");
  await page.waitForFunction(() => sessionStorage.length === 1);
  await person(page, "ada").click();
  await signOut(page).click();
  await button(page).waitFor();
  await page.getByText(say("shell.signed_out"), { exact: true }).waitFor();
  assert.equal(await address(page), `${alone}/#/support/incidents/new`);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  const account = page.getByRole("button", { name: `${say("shell.account_of")} ${say("shell.account")}` });
  assert.ok(await account.evaluate((button) => button.getRootNode().activeElement === button));
  await account.click();
  assert.equal(await signOut(page).count(), 0);
});

test("who cannot be signed out is told that they still are signed in", async (t) => {
  const page = await signedIn(t, "ada");
  await page.route("**/session/end", (route) => route.abort("connectionrefused"));
  app.expectFault(page, /ERR_CONNECTION_REFUSED/);
  await person(page, "ada").click();
  await signOut(page).click();
  await page.getByRole("alert").getByText(say("shell.still_signed_in")).waitFor();
  await app.axe(page);
  await page.unroute("**/session/end");
  await signOut(page).click();
  await provider.lets(page);
  await button(page).waitFor();
});

test("a session in use is renewed with what the provider says now; when it says no, the person goes on where they were", async (t) => {
  let name = "ada";
  const extraTokenClaims = () => ({ account_kind: "work", name, roles: ["global-admin"], associations: ["mpn"] });
  useProvider({ seconds: 1, refresh: true, extraTokenClaims });
  t.after(() => useProvider());
  const page = await signedIn(t, "ada");
  await page.goto(`${site}/#/support/incidents/new`);
  name = "ada birch";
  await page.waitForTimeout(1_100);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await person(page, "ada birch").waitFor();
  const subject = page.getByLabel(say("new_incident.subject"), { exact: true });
  await subject.fill("Half written");
  await page.waitForFunction(() => sessionStorage.length === 1);
  // A provider that has forgotten everybody.
  useProvider({ extraTokenClaims });
  await page.waitForTimeout(1_100);
  await page.evaluate(() => document.querySelector("partner-support").refresh());
  await page.getByText(say("shell.signed_out_again")).waitFor();
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada birch").waitFor();
  assert.equal(await address(page), `${site}/#/support/incidents/new`);
  assert.equal(await subject.inputValue(), "Half written");
});

test("a released loader asks for what a session's page needs before the program is there, and once", async (t) => {
  const page = await signedIn(t, "ada");
  const asks = 'asks: { "/plans": ["/programme", "/account"] }, open: ["/programme"]';
  await page.route("**/embed.js", async (route) => {
    const response = await route.fetch({ maxRetries: 3 });
    await route.fulfill({ response, body: (await response.text()).replace(/^const FIRST = \{(.*)\};$/m, (_, rest) => `const FIRST = { ${asks}, ${rest} };`) });
  });
  const statuses = [];
  page.on("response", (response) => response.url() === `${site}/api/v1/account` && statuses.push(response.status()));
  const asked = page.waitForResponse(`${site}/api/v1/account`);
  await page.route("**/*_bg.wasm", async (route) => {
    await asked;
    await route.continue();
  });
  await page.reload();
  await person(page, "ada").waitFor();
  assert.deepEqual(statuses, [200]);
});

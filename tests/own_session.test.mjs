// The server signs people in at a certified OpenID Connect provider and keeps a session: the page has neither token nor secret.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { App, startChromium } from "./harness.mjs";
import { APP_DIST, freePorts, Program } from "./product.mjs";
import { AUDIENCE, IdentityProvider, rsa } from "./provider.mjs";
import { wordsOf } from "./words.mjs";

const say = wordsOf("en");
const app = new App();
const provider = new IdentityProvider();
const data = mkdtempSync(join(tmpdir(), "partner-support-"));
const secret = "s3cret/ of the desk";
let site;
let server;

before(async () => {
  const [port] = await freePorts(1);
  site = `http://127.0.0.1:${port}`;
  await provider.start();
  const desk = { client_id: "desk", client_secret: secret, redirect_uris: [`${site}/api/v1/session/callback`] };
  provider.useKeys([rsa("rsa-1")], { clients: [desk] });
  writeFileSync(join(data, "secret"), `${secret}\n`);
  server = new Program("support-server", [
    "serve",
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", join(data, "desk.sqlite")],
    ...["--programme", "programmes/mpn-2021.json"],
    ...["--issuer", provider.address],
    ...["--audience", AUDIENCE],
    ...["--static", APP_DIST],
    ...["--sign-in-client-id", "desk"],
    ...["--sign-in-client-secret-file", join(data, "secret")],
    ...["--sign-in-site", site],
    ...["--sign-in-resource", "urn:desk"],
    ...["--sign-in-switch-prompt", "login"],
  ]);
  [app.browser] = await Promise.all([startChromium(), server.answersAt(`${site}/livez`)]);
});
after(async () => {
  await app.browser?.close();
  await server?.stop();
  await provider.stop();
  rmSync(data, { recursive: true, force: true });
});

const button = (page) => page.getByRole("button", { name: say("shell.sign_in"), exact: true });
const person = (page, name) => page.getByRole("button", { name: `${say("shell.account_of")} ${name}` });
const trouble = (page, key) => page.getByRole("alert").getByText(say(`shell.${key}`));

async function opened(t, path = "/?team=7#/support/plans") {
  const page = await app.newPage(t);
  await provider.withoutFonts(page);
  // Nobody is signed in yet, which Chromium notes.
  app.expectFault(page, /401/);
  await page.goto(`${site}${path}`);
  return page;
}

async function signedIn(t, name) {
  const page = await opened(t);
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
  assert.equal(page.url(), `${site}/?team=7#/support/plans`);
  await page.getByRole("heading", { level: 1, name: say("plans.title"), exact: true }).waitFor();
  await app.axe(page);
  await page.reload();
  await person(page, "ada").waitFor();
  const tab = await page.context().newPage();
  await tab.goto(`${site}/#/support/incidents`);
  await person(tab, "ada").waitFor();
  const seen = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  assert.equal(seen, JSON.stringify([{}, {}, "", page.url()]));
  const { httpOnly, sameSite, path } = await sessionOf(page);
  assert.deepEqual([httpOnly, sameSite, path], [true, "Lax", "/"]);
});

test("requests of the page count with its header alone, and after its end the session is over", async (t) => {
  const page = await signedIn(t, "ada");
  assert.equal(await call(page, "GET", "/account"), 200);
  app.expectFault(page, /403/);
  assert.equal(await call(page, "GET", "/account", {}), 403);
  assert.equal(await call(page, "POST", "/session/end"), 204);
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
  assert.equal(page.url(), `${site}/?team=7#/support/plans`);
  await app.axe(page);
  await button(page).click();
  await provider.asPerson(page, "ada");
  await person(page, "ada").waitFor();
  assert.equal(await trouble(page, "sign_in_refused").count(), 0);
});

test("an answer that this browser has not asked for signs nobody in", async (t) => {
  const page = await opened(t, "/api/v1/session/callback?code=of-an-attacker&state=theirs");
  await trouble(page, "sign_in_failed").waitFor();
  assert.equal(page.url(), `${site}/`);
  await button(page).waitFor();
});

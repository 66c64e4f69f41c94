// Every page in every state that it can be in: on its way, failed, refused, without a network, after a sign-in that has ended, out of
// date, in part, and empty; and every form whose answer is none. Each cell of the matrix is a promise of its own; what is said is heard
// once.
//
// Held elsewhere, and not here again:
// - pages before the program is there: embed_shell, public_documents; what they weigh and when they are there: dist
// - a part of the program that does not come, a programme that does not come to somebody who is not signed in: dist, public_pages
// - the use of the benefits in part and with nothing yet: usage; incidents, accounts and plans with nothing: embed_shell, operator_desk, plans
// - a narrowed list that does not come: incidents; whoever is no operator at the operator's desk: operator_desk
// - a sign-in that ends while a benefit is activated, IDs are entered or shown, or a request is answered: signed_out; with a sign-in of
//   the element's own or the server's: own_sign_in, own_session
// - what two do to the same: trouble, incident, operator_desk
// - a new incident whose answer is lost, and its draft: trouble, new_incident; a comment whose answer is lost: incident
// - an import that breaks off halfway: operator_desk
import assert from "node:assert/strict";
import { test } from "node:test";

import { caller } from "./caller.mjs";
import { useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");

const ACCOUNT = /\/api\/v1\/account$/;
const PROGRAMME = /\/api\/v1\/programme$/;
const EXPIRED = "after a sign-in that has ended: the way to sign in again is there, and leads back to it";
const STALE = "out of date: what is there stays, that is said once, and a press asks again";

const table = (page) => page.getByRole("table").first();
const tableOf = (key) => (page) => page.getByRole("table", { name: say(key) });
const article = (page) => page.getByRole("article").first();
const heading = (name) => (page) => page.getByRole("heading", { name, exact: true }).first();
const button = (name) => (page) => page.getByRole("button", { name, exact: true }).first();
const pressRefresh = (page) => button(say("operator.refresh"))(page).click();

/**
 * The pages, by whom they are seen. `asks` is the call that a page's content comes with; what comes with the account or the programme
 * alone is `shared`. `there` is what shows that it has come, `empty` an answer without anything and what is said then; `again` asks
 * for it anew, where the host page's own way to do so does not; `adds` is what signing in adds to a page for anybody. States that a
 * page is `never` in: nobody has to be signed in, or it asks for nothing a second time.
 */
const PAGES = {
  bruno: {
    benefits: { path: "/benefits", shared: true, asks: ACCOUNT, there: article },
    "the use of the benefits": { path: "/benefits/usage", asks: /\/ledger/, there: table, again: change },
    incidents: { path: "/incidents", asks: /\/api\/v1\/incidents\?/, there: table, again: change, empty: [{ incidents: [] }, say("incidents.empty_title")] },
    "an incident": { path: anIncident, asks: /\/api\/v1\/incidents\/[^/]+$/, there: heading(say("incidents.timeline")), again: change },
    "the new incident": { path: "/incidents/new", shared: true, asks: ACCOUNT, there: button(say("new_incident.review")) },
    plans: { path: "/plans", shared: true, asks: PROGRAMME, there: table, adds: heading(say("plans.worth")) },
    coverage: { path: "/coverage", shared: true, asks: PROGRAMME, there: table, adds: table },
    "the rule book": { path: "/rules", shared: true, asks: PROGRAMME, there: article, never: [EXPIRED] },
    "the comparison of two programmes": {
      path: "/rules/compare",
      asks: /\/api\/v1\/programmes/,
      there: article,
      never: [EXPIRED, STALE],
      empty: [{ programmes: [] }, say("rule_book.compare_none_title")],
    },
  },
  olga: {
    "the operator's queue": {
      path: "/operator",
      asks: /\/operator\/activations/,
      there: table,
      again: pressRefresh,
      empty: [{ as_of: "2021-03-04", pending: [] }, say("operator.empty_title")],
    },
    "the operator's incidents": {
      path: "/operator/incidents",
      asks: /\/operator\/incidents\?/,
      there: table,
      again: pressRefresh,
      empty: [{ incidents: [] }, say("desk.board_none_title")],
    },
    "an incident at the operator's desk": {
      path: anOperatorsIncident,
      asks: /\/operator\/incidents\/[^/]+\/[^/]+$/,
      there: heading(say("incidents.timeline")),
      again: pressRefresh,
    },
    "the operator's accounts": {
      path: "/operator/accounts",
      asks: /\/operator\/partners\?/,
      there: table,
      again: (page) => page.getByLabel(say("desk.accounts_find")).fill("birch"),
      empty: [{ partners: [] }, say("desk.accounts_empty")],
    },
    "an account at the operator's desk": {
      path: "/operator/accounts/birch-systems",
      asks: /\/operator\/partners\/[^/]+\/account$/,
      there: heading(say("desk.contracts")),
      again: pressRefresh,
    },
    "the audit trail": {
      path: "/operator/audit",
      asks: /\/operator\/audit/,
      there: table,
      again: pressRefresh,
      empty: [{ entries: [] }, say("desk.audit_empty")],
    },
    "the import of accounts": { path: "/operator/import", shared: true, asks: ACCOUNT, there: button(say("desk.import_check")) },
  },
};

async function anIncident() {
  const call = await caller(hosts, "bruno");
  return `/incidents/${(await call("GET", "/incidents?limit=1")).body.incidents[0].id}`;
}

async function anOperatorsIncident() {
  const call = await caller(hosts, "olga");
  const [{ partner, incident }] = (await call("GET", "/operator/incidents?limit=1")).body.incidents;
  return `/operator/incidents/${partner}/${incident.id}`;
}

/** An answer of the server's to a call from the host's page. */
const answer = (route, status, body) =>
  route.fulfill({
    status,
    contentType: status < 400 ? "application/json" : "application/problem+json",
    headers: { "access-control-allow-origin": hosts.site },
    body: JSON.stringify(body),
  });
const problem = (status, code) => (route) => answer(route, status, { type: `/problems/${code}`, code, status, title: "No" });

/** The host's page is asked for something of the element. */
const navigate = (page, path) => page.evaluate((path) => document.getElementById("support").navigate(path), path);
const refresh = (page) => page.evaluate(() => document.getElementById("support").refresh());
/** Something has changed in the account. */
async function change(page) {
  await page.route(ACCOUNT, async (route) => {
    const came = await route.fetch({ maxRetries: 3 });
    const facts = await came.json();
    await route.fulfill({ response: came, json: { ...facts, revision: facts.revision + 1 } });
  });
  await refresh(page);
}

/**
 * From now on notes what a screen reader says by itself: alerts as they come, and what is put into a status that was there before.
 */
const listen = (page) =>
  page.evaluate(() => {
    const root = document.getElementById("support").shadowRoot;
    const before = new Map();
    globalThis.said = [];
    const look = () => {
      const here = new Set(root.querySelectorAll('[role="alert"], [role="status"]'));
      for (const region of before.keys()) if (!here.has(region)) before.delete(region);
      for (const region of here) {
        const text = region.textContent;
        const isNew = !before.has(region);
        if (before.get(region) === text) continue;
        before.set(region, text);
        if (text.trim() && (!isNew || region.role === "alert")) said.push(text);
      }
    };
    look();
    said.length = 0;
    globalThis.ear?.disconnect();
    globalThis.ear = new MutationObserver(look);
    ear.observe(root, { subtree: true, childList: true, characterData: true });
    globalThis.moved = 0;
    globalThis.eye ??= new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (moved += value)));
    eye.observe({ type: "layout-shift" });
  });

/** Asserts that a sentence was said once. */
async function saidOnce(page, sentence) {
  const said = await page.evaluate(() => globalThis.said);
  assert.equal(said.filter((text) => text.includes(sentence)).length, 1, `"${sentence}" is said once, not ${JSON.stringify(said)}`);
}

/** The page as if it were the first that is shown, with its calls answered by `by`. */
async function come(page, { path, shared, asks }, by) {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await navigate(page, "/nowhere");
  await page.getByRole("heading", { level: 1, name: say("shell.not_found_title") }).waitFor();
  await page.route(asks, by);
  await listen(page);
  await navigate(page, path);
  // What all pages share is forgotten when the host's page says that somebody else may be signed in.
  if (shared) await page.evaluate(() => (document.getElementById("support").getAccessToken = () => token));
}

const alert = (page) => page.getByRole("alert").filter({ hasText: say("shell.problem_load_title") });

const STATES = {
  async "on its way: its title is there at once, that it takes long is said once, and nothing moves when it comes"(page, made) {
    let letCome;
    const may = new Promise((resolve) => (letCome = resolve));
    await come(page, made, (route) => may.then(() => route.continue()));
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator(".bones").first().waitFor();
    await page.getByText(say("ui.loading_slowly"), { exact: true }).first().waitFor();
    await saidOnce(page, say("ui.loading_slowly"));
    await page.evaluate(() => (moved = 0));
    letCome();
    await made.there(page).waitFor();
    await hosts.settled(page);
    const moved = await page.evaluate(() => globalThis.moved);
    assert.ok(moved < 0.02, `moved by ${moved}`);
  },
  async "with a fault of the server: it is said once, and a press asks again"(page, made) {
    hosts.expectFault(page, /500/);
    // All that the page asks for fails, and it has asked for all of it.
    await come(page, { ...made, asks: /\/api\/v1\// }, problem(500, "internal"));
    await alert(page).getByText(say("shell.problem_unavailable")).waitFor();
    await page.waitForTimeout(300);
    await saidOnce(page, say("shell.problem_load_title"));
    await page.unrouteAll({ behavior: "wait" });
    await alert(page).getByRole("button", { name: say("shell.retry"), exact: true }).press("Enter");
    await made.there(page).waitFor();
    assert.equal(await alert(page).count(), 0);
    const focused = await page.evaluate(() => document.getElementById("support").shadowRoot.activeElement?.id ?? null);
    assert.equal(focused, "page-title", "the focus is at the page's title");
  },
  async "refused: it is said once, and why"(page, made) {
    hosts.expectFault(page, /403/);
    await come(page, made, problem(403, "forbidden"));
    await alert(page).getByText(say("shell.problem_forbidden")).waitFor();
    await page.waitForTimeout(100);
    await saidOnce(page, say("shell.problem_forbidden"));
  },
  async "without a network: that is said once, and it comes by itself when the network is back"(page, made) {
    // Its part of the program is there: what is lost is its data.
    await come(page, made, (route) => route.continue());
    await made.there(page).waitFor();
    await navigate(page, "/nowhere");
    hosts.expectFault(page, /ERR_INTERNET_DISCONNECTED/);
    await listen(page);
    await page.context().setOffline(true);
    try {
      await page.getByRole("status").filter({ hasText: say("shell.offline") }).waitFor();
      await navigate(page, made.path);
      if (!made.shared) await alert(page).waitFor();
      await page.waitForTimeout(100);
      await saidOnce(page, say("shell.offline"));
      if (!made.shared) await saidOnce(page, say("shell.problem_load_title"));
    } finally {
      await page.context().setOffline(false);
    }
    await made.there(page).waitFor();
    await alert(page).waitFor({ state: "detached" });
  },
  async [EXPIRED](page, { adds, ...made }) {
    hosts.expectFault(page, /401/);
    // What is for anybody is there; what signing in adds to it is not.
    if (adds) Object.assign(made, { asks: ACCOUNT, there: adds });
    await come(page, made, problem(401, "not-signed-in"));
    await page.evaluate(() => (heard.length = 0));
    const again = page.getByRole("button", { name: say("shell.sign_in"), exact: true });
    await again.waitFor();
    await again.click();
    const reasons = (await hosts.heard(page, "auth-required")).map(({ reason }) => reason);
    assert.deepEqual(reasons.at(-1), "asked");
    await page.unrouteAll({ behavior: "wait" });
    await refresh(page);
    await made.there(page).waitFor();
    assert.equal(await again.count(), 0);
  },
  async [STALE](page, made) {
    hosts.expectFault(page, /500/);
    await come(page, made, (route) => route.continue());
    await made.there(page).waitFor();
    await hosts.settled(page);
    await listen(page);
    await page.route(made.shared ? ACCOUNT : made.asks, problem(500, "internal"));
    await (made.again ?? refresh)(page);
    const notice = page.locator(".notice").filter({ hasText: say("shell.stale") });
    await notice.waitFor();
    await made.there(page).waitFor();
    await page.waitForTimeout(100);
    await saidOnce(page, say("shell.stale"));
    await page.unrouteAll({ behavior: "wait" });
    await notice.getByRole("button", { name: say("shell.retry"), exact: true }).click();
    await notice.waitFor({ state: "detached" });
  },
};

/** Pages of which one of several answers fails: which, what is there nevertheless, and what the failed part says and shows once it came. */
const PARTS = {
  bruno: {
    "plans without the own incidents": { path: "/plans", asks: /\/api\/v1\/incidents\?/, there: table, comes: tableOf("plans.worth_caption") },
    "plans without the account": { path: "/plans", shared: true, asks: ACCOUNT, there: table, comes: heading(say("plans.worth")) },
    "coverage without the account": { path: "/coverage", shared: true, asks: ACCOUNT, there: table, comes: table },
    "the programmes without the one to compare with": {
      path: "/rules/compare",
      asks: /\/programmes\/[^/]+$/,
      there: (page) => page.getByRole("link", { name: say("rule_book.compare_back") }),
      comes: article,
    },
  },
  olga: {
    "an account without its people": { path: "/operator/accounts/birch-systems", asks: /\/operator\/partners\/[^/]+\/people$/, there: heading(say("desk.contracts")), comes: tableOf("desk.people") },
  },
};

/** What somebody types and sends: the calls that are refused, how the form is opened and filled in, and what sends it; `once` where that
 * cannot be done again. */
const FORMS = {
  bruno: {
    "a comment": { path: anIncident, calls: /\/comments$/, fields: { [say("incidents.comment")]: "Half written" }, sends: say("incidents.comment_send") },
  },
  olga: {
    "an operator's comment": { path: anOperatorsIncident, calls: /\/comments$/, fields: { [say("incidents.comment")]: "Half written" }, sends: say("incidents.comment_send") },
    "a correction of a balance": {
      path: "/operator/accounts/birch-systems",
      opens: say("desk.correct"),
      calls: /\/correction$/,
      fields: { [say("desk.correct_by")]: "1", [say("operator.reason")]: "Agreed by telephone" },
      sends: say("desk.correct_submit"),
    },
    "a person of an account": {
      path: "/operator/accounts/birch-systems",
      opens: say("desk.add_person"),
      calls: /\/operator\/people$/,
      fields: { [say("desk.issuer")]: "https://issuer.example", [say("desk.subject")]: "somebody" },
      sends: say("desk.person_submit"),
    },
    "rows to import": {
      path: "/operator/import",
      calls: /\/operator\/partners$/,
      fields: { [say("desk.import_paste")]: '[{"id":"oak-it","name":"Oak IT","region":"emea","portal":"partner-center"}]' },
      sends: say("desk.import_check"),
    },
    "a contract for a request": {
      path: "/operator",
      opens: say("operator.fulfil"),
      calls: /\/fulfilment$/,
      fields: { [say("operator.access_id")]: "TYPED-1", [say("operator.contract_id")]: "TYPED-2" },
      sends: say("operator.fulfil_submit"),
      once: true,
    },
    "a refund": {
      path: anOperatorsIncident,
      opens: say("desk.refund"),
      calls: /\/refund$/,
      chooses: 0,
      fields: { [say("desk.refund_note")]: "A duplicate of PS-1" },
      sends: say("desk.refund_submit"),
      once: true,
    },
  },
  jonas: {
    "an activation": { path: "/benefits", opens: say("benefits.activate"), calls: /\/activation$/, sends: say("benefits.activate_confirm"), once: true },
  },
};

/** What somebody types that is kept in the tab. */
const DRAFTS = {
  bruno: {
    "a comment": FORMS.bruno["a comment"],
    "the title of a new incident": { path: "/incidents/new", fields: { [say("new_incident.subject")]: "Half written" } },
  },
  olga: { "an operator's comment": FORMS.olga["an operator's comment"] },
};

const REFUSALS = {
  "somebody whose sign-in ends": { status: 401, code: "not-signed-in", says: say("shell.problem_signed_out") },
  "somebody who was slower than another": { status: 409, code: "state-changed", says: say("shell.problem_state_changed") },
  "somebody with a server at fault": { status: 500, code: "internal", says: say("shell.problem_unavailable") },
};

/** What cannot be sent is still typed, why is said once, and the next press sends it. */
async function keepsWhatIsTyped(page, { path, opens, calls, chooses, fields = {}, sends, once }, { status, code, says }) {
  hosts.expectFault(page, new RegExp(status));
  await navigate(page, "/nowhere");
  await page.getByRole("heading", { level: 1, name: say("shell.not_found_title") }).waitFor();
  await navigate(page, path);
  if (opens) await page.getByRole("button", { name: new RegExp(`^${opens}`) }).first().click();
  const within = opens ? page.getByRole("dialog") : page.getByRole("main");
  for (const [name, text] of Object.entries(fields)) await within.getByLabel(name, { exact: true }).fill(text);
  if (chooses !== undefined) await within.getByRole("radio").nth(chooses).check();
  await page.route(calls, problem(status, code));
  await listen(page);
  const send = within.getByRole("button", { name: sends, exact: true });
  await send.click();
  const alert = within.getByRole("alert").filter({ hasText: says });
  await alert.waitFor();
  await page.waitForTimeout(100);
  await saidOnce(page, says);
  assert.equal((await page.evaluate(() => globalThis.said)).length, 1, "nothing else is said");
  await page.unrouteAll({ behavior: "wait" });
  if (status === 401) {
    await alert.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
    await refresh(page);
    await hosts.settled(page);
  }
  for (const [name, text] of Object.entries(fields)) assert.equal(await within.getByLabel(name, { exact: true }).inputValue(), text, name);
  if (once) return;
  const done = page.waitForResponse((answer) => calls.test(new URL(answer.url()).pathname) && answer.ok());
  await send.click();
  await done;
  await alert.waitFor({ state: "detached" });
}

/** What is typed is still there when the page went for want of somebody who is signed in, and came back. */
async function comesBack(page, { path, fields }) {
  hosts.expectFault(page, /401/);
  await navigate(page, "/nowhere");
  await page.getByRole("heading", { level: 1, name: say("shell.not_found_title") }).waitFor();
  await navigate(page, path);
  for (const [name, text] of Object.entries(fields)) await page.getByLabel(name, { exact: true }).fill(text);
  // A draft is kept once somebody has paused.
  await page.waitForTimeout(800);
  await page.route(ACCOUNT, problem(401, "not-signed-in"));
  await refresh(page);
  const again = page.getByRole("button", { name: say("shell.sign_in"), exact: true });
  await again.click();
  await page.unrouteAll({ behavior: "wait" });
  await refresh(page);
  for (const [name, text] of Object.entries(fields)) {
    const field = page.getByLabel(name, { exact: true });
    assert.equal(await field.inputValue(), text, name);
    await field.fill("");
  }
}

async function isThereInPart(page, made) {
  hosts.expectFault(page, /500/);
  await come(page, made, problem(500, "internal"));
  await made.there(page).waitFor();
  await alert(page).getByText(say("shell.problem_unavailable")).waitFor();
  await page.waitForTimeout(100);
  await saidOnce(page, say("shell.problem_load_title"));
  await page.unrouteAll({ behavior: "wait" });
  await alert(page).getByRole("button", { name: say("shell.retry"), exact: true }).click();
  await made.comes(page).waitFor();
  assert.equal(await alert(page).count(), 0);
}

for (const person of Object.keys(FORMS)) {
  test(`every page in every state, as ${person}`, async (t) => {
    const page = await hosts.visit(t, { person, path: "/#/support/nowhere" });
    for (const [name, made] of Object.entries(PAGES[person] ?? {})) {
      if (typeof made.path === "function") made.path = await made.path();
      for (const [state, holds] of Object.entries(STATES)) {
        if (made.never?.includes(state)) continue;
        await t.test(`${name}, ${state}`, () => holds(page, made));
      }
      if (!made.empty) continue;
      await t.test(`${name}, with nothing to show: that is said, and what can be done`, async () => {
        const [body, title] = made.empty;
        await come(page, made, (route) => answer(route, 200, body));
        await page.getByRole("heading", { name: title, exact: true }).waitFor();
      });
    }
    for (const [name, made] of Object.entries(PARTS[person] ?? {})) {
      await t.test(`${name}: the rest is there, what is missing is said once and comes by a press`, () => isThereInPart(page, made));
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
    for (const [name, made] of Object.entries(FORMS[person])) {
      if (typeof made.path === "function") made.path = await made.path();
      for (const [whom, refusal] of Object.entries(REFUSALS)) {
        await t.test(`${name} is kept for ${whom}`, () => keepsWhatIsTyped(page, made, refusal));
      }
    }
    for (const [name, made] of Object.entries(DRAFTS[person] ?? {})) {
      await t.test(`${name} is there again after a sign-in that had ended`, () => comesBack(page, made));
    }
  });
}

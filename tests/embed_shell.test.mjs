// Visible at once: what a released loader shows, takes and asks for before the program is there. The WebAssembly is held back in
// each test until it has looked.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { forms } from "../crates/xtask/dist/forms.mjs";
import { inLanguages, prerendered } from "../crates/xtask/dist/prerendered.mjs";
import { release } from "../crates/xtask/dist/release.mjs";
import { address, startChromium } from "./harness.mjs";
import { STRICT, useHosts } from "./hosts.mjs";
import { wordsOf } from "./words.mjs";

const folder = mkdtempSync(join(tmpdir(), "shell-"));
after(() => rmSync(folder, { recursive: true }));

const hosts = useHosts(async (build) => {
  const browser = await startChromium();
  try {
    const first = await prerendered(build, browser);
    release({ build, folder, version: "0.1.0", first, forms: await forms(build, browser) });
  } finally {
    await browser.close();
  }
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
  await page.locator(".app").first().waitFor();
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
  assert.match(await address(page), /#\/support\/plans$/);
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
  const id = await anIncident();
  for (const [person, path, more, later = []] of [
    ["bruno", "/incidents", ["/incidents?limit=25"]],
    ["bruno", `/incidents/${id}`, ["/benefits", `/incidents/${id}`]],
    ["olga", "/operator", ["/operator/activations"]],
    ["bruno", "/plans", [], ["/incidents?limit=100"]],
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
    assert.deepEqual(all.sort(), [...wanted, ...later].sort(), "nothing was asked for twice");
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

const LIST = { path: "/#/support/incidents" };
const rows = (page) => page.locator("tbody tr");

/** Waits until the server has answered so often, and what can be made of that has been made. */
async function answered(page, answers) {
  await page.waitForFunction((answers) => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/v1/")).length >= answers, answers);
  await page.waitForTimeout(200);
}

/** Has the server answer with what `change` makes of its list. */
const listed = (change) => (page) =>
  page.route(/\/incidents\?limit=25/, async (route) => {
    const response = await route.fetch({ maxRetries: 3 });
    await route.fulfill({ response, json: change(await response.json()) });
  });

/** The list with every value of each thing that a row says, and with more to come. */
function everyKind({ incidents: [first] }) {
  const kinds = {
    status: ["open", "in-progress", "waiting-for-partner", "resolved", "closed", "cancelled"],
    severity: ["a", "b", "c"],
    consumed: [0, 1],
    customer: [undefined, "Contoso & <b>Söhne</b>"],
    version: [undefined, first.version],
    benefit: [undefined, "product-support.competency"],
    funding: [
      first.funding,
      { by: "contract", contract: "one-that-is-not-seen-any-more" },
      { by: "benefit", benefit: "signature-cloud-support.competency" },
      { by: "held-ids" },
      { by: "paid-plan", plan: "premier" },
      { by: "reseller-plan", plan: "csp-plan" },
    ],
  };
  const incidents = Array.from({ length: 25 }, (_, at) => ({
    ...first,
    id: first.id.slice(0, -2) + String(at).padStart(2, "0"),
    number: `PS-${at}`,
    created_at: new Date(Date.UTC(2021, at % 12, 1 + at, at, 59)).toISOString(),
    ...Object.fromEntries(Object.entries(kinds).map(([name, values], step) => [name, values[(at + Math.floor(at / (step + 2))) % values.length]])),
  }));
  return { incidents, next: incidents.at(-1).id };
}

/** What is read, where links lead, what a screen reader is told besides, and how full meters are. */
const said = (page, which = "partner-support") =>
  page.evaluate((which) => {
    const app = document.querySelector(which).shadowRoot.querySelector(".app");
    const each = (selector, of) => Array.from(app.querySelectorAll(selector), of);
    const attributes = ["role", "aria-label", "aria-disabled", "aria-valuenow", "aria-valuemax", "aria-valuetext"];
    return [
      app.innerText,
      ...each(":not(details:not([open]) *) > a", ({ href }) => href),
      ...each("time", ({ dateTime }) => dateTime),
      ...each("*", (element) => attributes.map((name) => element.getAttribute(name) ?? "").join("|")).filter((told) => /[^|]/.test(told)),
      ...each(".badge, .notice, .meter, .meter-fill", ({ className, style }) => `${className} ${style.inlineSize}`),
    ];
  }, which);

test("the list is there before the program and says in every language what the program then says, and nothing moves", async (t) => {
  const headers = { "content-security-policy": STRICT(hosts) };
  for (const [locale, width] of [...inLanguages().map((locale) => [locale, 1280]), ["en", 360]]) {
    const { page, release, shifts, asked } = await waiting(t, { ...LIST, headers, locale, width, html: `lang="${locale}"`, before: listed(everyKind) });
    await rows(page).nth(24).waitFor();
    await hosts.axe(page);
    const row = rows(page).nth(9).getByRole("link");
    await row.focus();
    const [early, scrolled] = [await said(page), await page.evaluate(() => scrollY)];
    assert.ok(scrolled > 0);
    assert.deepEqual(await hosts.heard(page, "ready"), [], "the program is not there yet");
    await release();
    assert.deepEqual(await said(page), early);
    assert.equal(await shifts(), 0);
    assert.equal(await page.evaluate(() => scrollY), scrolled);
    assert.ok(await row.evaluate((link) => link.getRootNode().activeElement === link), "the focus is where it was");
    assert.equal(asked.filter((path) => path.startsWith("/incidents")).length, 1);
  }
});

test("each element's links lead where its page is kept, before the program too", async (t) => {
  const body = `${hosts.element('routing="path" base="/desk"').replace('id="support"', 'id="one"')}${hosts.element('routing="memory" view="/incidents"').replace('id="support"', 'id="two"')}`;
  const { page, release } = await waiting(t, { path: "/desk/incidents", body });
  const both = async () => [await said(page, "#one"), await said(page, "#two")];
  for (const name of ["#one", "#two"]) await page.locator(name).locator("tbody tr").first().waitFor();
  const early = await both();
  assert.ok(early[0].some((href) => /\/desk\/incidents\/[\w-]{36}$/.test(href)));
  await release();
  assert.deepEqual(await both(), early);
});

test("a row's link that is followed before the program is there shows that incident", async (t) => {
  const { page, release } = await waiting(t, LIST);
  const number = await rows(page).first().locator(".code").textContent();
  await rows(page).first().getByRole("link").click();
  await heading(page, say("incidents.incident_title", { number })).waitFor();
  assert.equal(await rows(page).count(), 0);
  await release();
  await heading(page, say("incidents.incident_title", { number })).waitFor();
  await page.goBack();
  await rows(page).first().waitFor();
});

test("what is typed and unfolded above the list before the program is there counts when it is", async (t) => {
  const { page, release } = await waiting(t, LIST);
  await page.getByLabel(say("incidents.find")).fill(await rows(page).nth(1).locator(".code").textContent());
  await page.getByText(say("incidents.more_filters")).click();
  await release();
  await page.getByText(say("incidents.found_all", { count: 1 })).waitFor();
  assert.equal(await rows(page).count(), 1);
  await page.getByLabel(say("incidents.column_product")).waitFor();
});

test("what the server did not say before is never guessed: the list waits for the program", async (t) => {
  const change = (more) => ({ incidents, ...rest }) => ({ ...rest, incidents: incidents.map((it, at) => (at === 1 ? { ...it, ...more } : it)) });
  const alone = (list) => list;
  for (const [path, answer, attributes] of [
    ["", change({ status: "frozen" })],
    ["", change({ product: "of-another-programme" })],
    ["", change({ funding: { by: "barter" } })],
    ["", change({ created_at: "soon" })],
    ["", change({ title: undefined })],
    ["", () => ({})],
    ["", () => ({ incidents: {} })],
    ["?status=open", alone],
    ["", alone, 'locale="en-u-nu-arab"'],
  ]) {
    const { page } = await waiting(t, { path: LIST.path + path, attributes, before: listed(answer) });
    const answers = path ? 2 : 3;
    await answered(page, answers);
    assert.equal(await page.locator(".loading").count(), 1, `${path}${answer}`);
    assert.equal(await rows(page).count(), 0, `${path}${answer}`);
  }
});

test("a list that came for one person is gone as soon as another one signs in", async (t) => {
  const { page, release } = await waiting(t, LIST);
  await page.locator(".account-name", { hasText: "Bruno Keller" }).waitFor();
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route(/\/api\/v1\//, async (route) => {
    await held;
    await route.continue();
  });
  const other = await hosts.product.token("julia");
  await page.evaluate((other) => (document.querySelector("partner-support").getAccessToken = async () => other), other);
  assert.equal(await rows(page).count(), 0);
  answer();
  await page.getByText(say("incidents.empty_title")).waitFor();
  await release();
  await page.locator(".account-name", { hasText: "Julia Costa" }).waitFor();
  await page.getByText(say("incidents.empty_title")).waitFor();
});

test("a list follows the language that is set before the program is there", async (t) => {
  const { page, release } = await waiting(t, LIST);
  await rows(page).first().waitFor();
  await page.evaluate(() => document.querySelector("partner-support").setAttribute("locale", "fr"));
  await heading(page, wordsOf("fr")("incidents.title")).waitFor();
  await rows(page).first().waitFor();
  const early = await said(page);
  await release();
  assert.deepEqual(await said(page), early);
});

/** The id of an incident of bruno's. */
async function anIncident() {
  const authorization = `Bearer ${await hosts.product.token("bruno")}`;
  const answer = await fetch(`${hosts.api}/api/v1/incidents?limit=1`, { headers: { authorization } });
  return (await answer.json()).incidents[0].id;
}

/** An incident's page whose incident is what `change` makes of it, and of the answers about benefits what `changeBenefits` does. */
async function incidentPage(t, { change, changeBenefits, ...options } = {}) {
  const id = await anIncident();
  const before = async (page) => {
    for (const [path, made] of [[`incidents/${id}`, change], ["benefits", changeBenefits]]) {
      if (!made) continue;
      await page.route(`**/api/v1/${path}`, async (route) => {
        const response = await route.fetch({ maxRetries: 3 });
        await route.fulfill({ response, json: made(await response.json()) });
      });
    }
  };
  return { id, ...(await waiting(t, { path: `/#/support/incidents/${id}`, headers: { "content-security-policy": STRICT(hosts) }, before, ...options })) };
}
const timeline = (page) => page.locator(".timeline");

async function sameIncident(t, options) {
  const { id, page, release, shifts, asked } = await incidentPage(t, options);
  await timeline(page).waitFor();
  await hosts.axe(page);
  await page.getByRole("textbox").focus();
  const early = await said(page);
  assert.deepEqual(await hosts.heard(page, "ready"), [], "the program is not there yet");
  await release();
  assert.deepEqual(await said(page), early);
  assert.equal(await shifts(), 0);
  assert.equal(await page.evaluate(() => document.querySelector("partner-support").shadowRoot.activeElement.localName), "textarea");
  assert.equal(asked.filter((path) => path === `/incidents/${id}`).length, 1);
  return early[0];
}

/** Everything that can be said of an incident at once, or one after another. */
const HAPPENINGS = [
  ...["in-progress", "waiting-for-partner", "resolved", "open", "closed"].map((status) => ({ kind: "status-changed", status })),
  { kind: "commented", text: "A < b & <i>c</i>\nsecond line" },
  ...["a", "b", "c"].map((severity) => ({ kind: "severity-changed", severity })),
  ...["duplicate", "product-bug", "withdrawn"].flatMap((because) => [{ kind: "refunded", because }, { kind: "refunded", because, note: "Sorry" }]),
];
const happened = (at, what, more = {}) => ({ id: `entry-${at}`, at, side: "vendor", by: "Vera", what, ...more });
const FULL = {
  test: true,
  portal: "support-for-business",
  description: "First.\nSecond.",
  failing_side: "cloud",
  severity: "c",
  beneficiary: "customer",
  customer: "Contoso & <b>Söhne</b>",
  contacts: [
    { name: "Ada" },
    { name: "Bo", email: "bo@example.org", phone: "+49 30 1234567", language: "Deutsch", time_zone: "Europe/Berlin" },
    { name: "Cy", language: "English" },
    { name: "Di", phone: "+1", time_zone: "UTC" },
  ],
  timeline: HAPPENINGS.flatMap((what, at) =>
    [{}, { by: undefined }, { side: "partner", by: "Bruno" }, { side: "partner", by: undefined }].map((more, way) => happened(`2021-02-${String(at + 1).padStart(2, "0")}T10:0${way}:00Z`, what, more)),
  ),
};
const stands = (status, day) => ({ status, timeline: [happened(`${day}T23:59:00Z`, { kind: "status-changed", status })] });

test("an incident is there before the program, with everything that can be said of it, in every language", async (t) => {
  for (const locale of inLanguages()) await sameIncident(t, { locale, html: `lang="${locale}"`, change: (incident) => ({ ...incident, ...FULL }) });
  await sameIncident(t, { width: 360 });
});

test("an incident says before the program what can be done, wherever it stands and whatever paid", async (t) => {
  for (const change of [
    stands("in-progress", "2021-03-01"),
    stands("waiting-for-partner", "2021-01-01"),
    stands("resolved", "2021-02-18"),
    stands("resolved", "2021-02-17"),
    { ...stands("closed", "2021-03-01"), portal: "support-for-business" },
    stands("closed", "2021-01-01"),
    { ...stands("cancelled", "2021-03-01"), portal: "support-for-business" },
    { timeline: undefined, customer: undefined, beneficiary: "customer", failing_side: "on-premises" },
    { consumed: 0, version: undefined, funding: { by: "paid-plan", plan: "premier" }, benefit: undefined },
    { funding: { by: "held-ids" }, benefit: undefined, kind: "advisory" },
    { funding: { by: "contract", contract: "one-that-is-not-seen-any-more" }, kind: "billing" },
    { timeline: Array.from({ length: 500 }, (_, at) => happened(new Date(Date.UTC(2021, 1, 1, 0, at)).toISOString(), { kind: "commented", text: `${at}` })) },
  ]) {
    await sameIncident(t, { locale: "fr", html: 'lang="fr"', change: (incident) => ({ ...incident, ...change }) });
  }
  const said = await sameIncident(t, { change: (incident) => ({ ...incident, ...stands("resolved", "2021-02-17") }) });
  assert.ok(said.includes(say("incidents.reopen_late", { day: "March 3, 2021" })), said);
});

test("what is left of the contract that paid is said before the program where the server says it, and else waits for the program", async (t) => {
  assert.ok((await sameIncident(t, {})).includes(say("incidents.left", { count: 3 })));
  const { page, release } = await incidentPage(t, { changeBenefits: (answer) => ({ ...answer, benefits: [] }) });
  await answered(page, 4);
  assert.equal(await timeline(page).count(), 0);
  await release();
  await timeline(page).waitFor();
});

test("an incident of which the server says what it did not before is never guessed", async (t) => {
  for (const change of [{ status: "lost" }, { kind: "wish" }, { timeline: [happened("2021-03-01T10:00:00Z", { kind: "painted" })] }, { contacts: [{}] }]) {
    const { page } = await incidentPage(t, { change: (incident) => ({ ...incident, ...change }) });
    await answered(page, 4);
    assert.equal(await timeline(page).count(), 0, JSON.stringify(change));
  }
});

test("an incident that is not there is said by the program alone", async (t) => {
  const { page, release } = await waiting(t, { path: "/#/support/incidents/01900000-0000-7000-8000-000000000000" });
  hosts.expectFault(page, /404/);
  // The answer that there is none is not among those that the browser tells of.
  await answered(page, 3);
  assert.equal(await page.locator(".empty, .timeline").count(), 0);
  await release();
  await page.getByText(say("incidents.absent_title")).waitFor();
});

test("what is written on an incident before the program is there counts when it is", async (t) => {
  const { page, release } = await incidentPage(t);
  await timeline(page).waitFor();
  await page.getByRole("textbox").fill("It is the second server, too.");
  await page.getByRole("button", { name: say("incidents.comment_send"), exact: true }).click();
  await release();
  await timeline(page).getByText("It is the second server, too.").waitFor();
  assert.equal(await page.getByRole("textbox").inputValue(), "");
});

const BENEFITS = { path: "/#/support/benefits" };
const cards = (page) => page.locator(".card.benefit");

/** What stands before the program on the page of benefits, held against what stands there after; `focused` is something that can have the focus. */
async function sameBenefits(t, { focused = (page) => cards(page).last().getByRole("heading"), ...options }) {
  const { page, release, shifts, asked } = await waiting(t, { ...BENEFITS, headers: { "content-security-policy": STRICT(hosts) }, ...options });
  await focused(page).waitFor();
  await hosts.axe(page);
  await focused(page).focus();
  const early = await said(page);
  assert.deepEqual(await hosts.heard(page, "ready"), [], "the program is not there yet");
  await release();
  assert.deepEqual(await said(page), early);
  assert.equal(await shifts(), 0);
  assert.ok(await focused(page).evaluate((it) => it.getRootNode().activeElement === it), "the focus is where it was");
  assert.equal(asked.filter((path) => path === "/benefits").length, 1);
  return early[0];
}

// Not activated, for want of a role too; pending, active with few left, active by two offers and without a limit, in its days of grace after
// the membership, used up, not carried.
for (const person of ["nadia", "tom", "bruno", "chen", "emil", "farah", "julia", "mira"]) {
  test(`${person}'s benefits are there before the program and say what the program then says, and nothing moves`, (t) => sameBenefits(t, { person }));
}

test("the benefits are there before the program in every language, and in a narrow column", async (t) => {
  for (const locale of inLanguages().filter((locale) => locale !== "en")) {
    for (const person of ["tom", "bruno", "chen", "emil"]) await sameBenefits(t, { person, locale, html: `lang="${locale}"` });
  }
  await sameBenefits(t, { width: 360 });
});

test("a reminder, an answer and what changes next are there before the program, too", async (t) => {
  const olga = { authorization: `Bearer ${await hosts.product.token("olga")}` };
  const desk = async (method, path, body) => {
    const headers = { ...olga, ...(body ? { "content-type": "application/json" } : {}), ...(method === "POST" ? { "idempotency-key": crypto.randomUUID() } : {}) };
    const answer = await fetch(`${hosts.api}/api/v1/operator${path}`, { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { data } = await desk("GET", "/partners/birch-systems");
  const has = (...offers) => desk("PUT", "/partners/birch-systems", { ...data, offers: [...offers, ...data.offers] });
  const pack = (anniversary) => ({ offer: "action-pack", start: "2020-02-01", anniversary, status: "active" });
  const say = wordsOf("fr");
  const inFrench = { locale: "fr", html: 'lang="fr"' };
  await has(pack("2021-03-10"));
  assert.ok((await sameBenefits(t, inFrench)).includes(say("benefits.reminder_near_text")));
  await has(pack("2021-02-06"));
  assert.ok((await sameBenefits(t, inFrench)).includes(say("benefits.reminder_passed_text")));
  await has();
  await desk("POST", "/activations/birch-systems/signature-cloud-support.competency/rejection", { reason: "membership-not-confirmed" });
  assert.ok((await sameBenefits(t, inFrench)).includes(say("benefits.rejected_not_confirmed")));
});

// The wrong account of a company, a reseller that is no member, a membership without offers, no membership.
for (const person of ["colin", "dana", "ida", "hugo"]) {
  test(`what ${person} sees in place of benefits is there before the program, in every language`, async (t) => {
    const focused = (page) => page.locator(".empty").getByRole("button");
    for (const locale of inLanguages()) await sameBenefits(t, { person, focused, locale, html: `lang="${locale}"` });
  });
}

test("what is linked from another company is there before the program, beside the own and without any", async (t) => {
  for (const person of ["hugo", "mira"]) {
    const authorization = `Bearer ${await hosts.product.token(person)}`;
    const headers = { authorization, "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
    const body = JSON.stringify({ access_id: "DEMO-ACCESS-4711", contract_id: "DEMO-CONTRACT-0815" });
    assert.equal((await fetch(`${hosts.api}/api/v1/contract-links`, { method: "POST", headers, body })).status, 201);
    for (const locale of inLanguages()) {
      const said = await sameBenefits(t, { person, locale, html: `lang="${locale}"` });
      assert.ok(said.includes(wordsOf(locale)("benefits.linked_heading")), said);
    }
  }
});

test("what is over, what a colleague may only read, and an offer earned with several competencies are there before the program, too", async (t) => {
  const answers = (changes) => async (page) => {
    for (const [name, change] of Object.entries(changes)) {
      await page.route(`**/api/v1/${name}`, async (route) => {
        const response = await route.fetch({ maxRetries: 3 });
        const json = await response.json();
        change(json);
        await route.fulfill({ response, json });
      });
    }
  };
  const end = "2021-01-20";
  const over = answers({
    account: ({ contracts: [contract] }) => Object.assign(contract, { end }),
    benefits(page) {
      const { contract } = Object.assign(page.benefits[0], { state: { is: "expired" } });
      Object.assign(contract, { end });
      contract.forecast.outlook = { outlook: "over" };
      page.coming = page.coming.map(({ on, events }) => ({ on, events: events.filter(({ event }) => !/contract|grace/.test(event)) })).filter(({ events }) => events.length > 0);
    },
  });
  const reads = answers({
    account: ({ viewer }) => Object.assign(viewer, { roles: [] }),
    benefits(page) {
      page.door.reads_only = true;
      for (const { contract } of page.benefits) if (contract) contract.may_reveal = false;
    },
  });
  const { competencies } = JSON.parse(readFileSync(new URL("../programmes/mpn-2021.json", import.meta.url), "utf8"));
  const [another] = competencies.filter(({ id }) => id === "datacenter");
  const several = answers({
    account: ({ partner: { offers } }) => offers.push({ ...offers.find(({ offer }) => offer === "gold"), competency: another.id }),
    benefits: ({ benefits }) => benefits.forEach(({ offers }) => offers.find(({ name }) => name === "Gold")?.competencies.push(another.name)),
  });
  for (const locale of inLanguages()) {
    const options = { locale, html: `lang="${locale}"` };
    const say = wordsOf(locale);
    const name = another.name[locale] ?? another.name;
    assert.ok((await sameBenefits(t, { ...options, person: "chen", before: several })).includes(name));
    assert.ok((await sameBenefits(t, { ...options, person: "emil", before: over })).includes(say("benefits.state_expired")));
    assert.ok((await sameBenefits(t, { ...options, person: "bruno", before: over })).includes(say("benefits.state_expired")));
    assert.ok((await sameBenefits(t, { ...options, person: "chen", before: reads })).includes(say("benefits.reader_note")));
  }
});

test("a benefit of which the server says what it did not before is never guessed: the page waits for the program", async (t) => {
  const change = (more) => ({ benefits: [first, ...others], ...rest }) => ({ ...rest, benefits: [{ ...first, ...more }, ...others] });
  for (const [place, answer] of [
    change({ state: { is: "frozen" } }),
    change({ scope: "on-the-moon" }),
    change({ name: {} }),
    change({ offers: [{ name: "One" }, { name: "Two" }, { name: "Three" }] }),
    change({ contract: undefined }),
    change({ name: ["One", "Two"] }),
    ({ portal, ...rest }) => ({ ...rest, portal: { ...portal, url: "javascript:alert(1)" } }),
    ({ linked, ...rest }) => ({ ...rest, linked: rest.benefits }),
    ({ door, ...rest }) => ({ ...rest, door: { is: "ajar" } }),
    ({ door, ...rest }) => ({ ...rest, door: { is: "no-role", roles: [] } }),
    () => ({}),
  ].entries()) {
    const before = (page) =>
      page.route("**/api/v1/benefits", async (route) => {
        const response = await route.fetch({ maxRetries: 3 });
        await route.fulfill({ response, json: answer(await response.json()) });
      });
    const { page, release } = await waiting(t, { ...BENEFITS, before });
    await answered(page, 3);
    assert.equal(await cards(page).count(), 0, `answer ${place}`);
    await release();
    await cards(page).nth(1).waitFor();
  }
});

test("the answers that make a page have the line before the parts of the program, which come with it at the latest", async (t) => {
  for (const answered of [true, false]) {
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    const parts = [];
    const before = async (page) => {
      page.on("request", (request) => /\/benefits\.\w+\.wasm$/.test(request.url()) && parts.push(request.url()));
      await page.route("**/api/v1/**", async (route) => {
        await held;
        await route.continue();
      });
    };
    const { page, release } = await waiting(t, { ...BENEFITS, before });
    await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".css")));
    assert.deepEqual(parts, []);
    const asked = page.waitForRequest(/\/benefits\.\w+\.wasm$/);
    if (answered) {
      answer();
      await asked;
      await release();
    } else {
      const there = release();
      await asked;
      answer();
      await there;
    }
    await cards(page).first().waitFor();
    assert.equal(parts.length, 1);
  }
});

test("what is pressed and typed among the benefits before the program is there counts when it is", async (t) => {
  const { page, release } = await waiting(t, { ...BENEFITS, person: "jonas" });
  await page.getByLabel(say("benefits.access_id")).fill("ACCESS-1");
  await page.getByLabel(say("benefits.access_id")).press("Enter");
  await cards(page).first().getByRole("button").first().click();
  await release();
  await page.getByRole("dialog").waitFor();
  assert.equal(await page.getByLabel(say("benefits.access_id")).inputValue(), "ACCESS-1");
  await page.getByText(say("benefits.link_contract_missing")).first().waitFor();
});

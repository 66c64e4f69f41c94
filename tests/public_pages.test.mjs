// What anybody may read: plans and rules, without signing in.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address, useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const signIn = (page, say) => page.getByRole("button", { name: say("shell.sign_in"), exact: true });

/** A visitor who is not signed in, on a page; `heard` on it is what the element has asked of its site. */
async function visit(t, path, options) {
  const page = await app.newPage(t, options);
  await page.addInitScript(() => {
    globalThis.heard = [];
    addEventListener("auth-required", ({ detail }) => heard.push(detail.reason));
  });
  await page.goto(app.address(path));
  await app.settled(page);
  return page;
}

for (const language of ["en", "fr"]) {
  test(`${language}: who is not signed in compares the plans, and is told what signing in adds`, async (t) => {
    const say = wordsOf(language);
    const page = await visit(t, "/plans", { locale: language });
    await page.getByRole("table", { name: say("plans.caption") }).waitFor();
    await page.getByText(say("plans.sign_in_adds")).waitFor();
    await signIn(page, say).waitFor();
    assert.equal(await page.getByRole("rowheader", { name: say("plans.your_account") }).count(), 0);
    assert.deepEqual(await page.evaluate(() => heard), [], "the site is not asked to sign anybody in");
    await app.audit(page, `plans-visitor-${language}`);
    await app.signInAs(page, "Chen Wei");
    await page.getByRole("rowheader", { name: say("plans.your_account") }).waitFor();
    assert.equal(await page.getByText(say("plans.sign_in_adds")).count(), 0);
  });
}

test("the site is asked to sign somebody in as soon as a page needs it", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, "/plans");
  await page.getByRole("link", { name: say("shell.nav_benefits"), exact: true }).click();
  await page.getByRole("heading", { name: say("shell.signed_out_title") }).waitFor();
  assert.deepEqual(await page.evaluate(() => heard), ["signed-out"]);
  await page.goBack();
  await page.getByRole("table", { name: say("plans.caption") }).waitFor();
});

test("a programme that does not come is asked for again by a press", async (t) => {
  const say = wordsOf("en");
  const page = await app.newPage(t);
  app.expectFault(page, /503/);
  await page.route("**/api/v1/programme", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto(app.address("/plans"));
  await page.getByRole("alert").getByText(say("shell.problem_unreachable")).waitFor();
  await page.unroute("**/api/v1/programme");
  await page.getByRole("button", { name: say("shell.retry") }).click();
  await page.getByRole("table", { name: say("plans.caption") }).waitFor();
});

for (const language of ["en", "fr"]) {
  test(`${language}: a link to a rule leads to it, with what the programme sets and where that is stated`, async (t) => {
    const say = wordsOf(language);
    const page = await visit(t, "/rules/S22", { locale: language });
    await heading(page, say("rule_book.title")).waitFor();
    const rule = page.getByRole("article", { name: say("verdict.s22") });
    await page.waitForFunction(() => scrollY > 0);
    await rule.getByText("Signature Cloud Support (Gold)").first().waitFor();
    await rule.getByText(say("verdict.unlimited"), { exact: true }).waitFor();
    await rule.getByText(say("verdict.line", { lines: "65" })).waitFor();
    await rule.getByRole("link", { name: "S22", exact: true, current: "page" }).waitFor();
    assert.equal(await page.getByRole("article").count(), 56);
    assert.deepEqual(await page.evaluate(() => heard), []);
    await app.audit(page, `rule-${language}`, { within: rule });
  });
}

test("the contents lead to each rule, again too, and the way back to the one before", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, "/rules");
  const contents = page.getByRole("navigation", { name: say("rule_book.contents") });
  const focused = (sentence) =>
    page.waitForFunction((text) => document.activeElement?.shadowRoot?.activeElement?.textContent.includes(text), sentence);
  await contents.getByRole("link", { name: "E7", exact: true }).click();
  await focused(say("verdict.e7"));
  assert.ok((await address(page)).endsWith("#/support/rules/E7"));
  await page.evaluate(() => scrollTo(0, 0));
  await contents.getByRole("link", { name: "E7", exact: true }).click();
  await page.waitForFunction(() => scrollY > 0);
  await contents.getByRole("link", { name: "S2", exact: true }).click();
  await focused(say("verdict.s2"));
  await page.goBack();
  await page.getByRole("article", { name: say("verdict.e7") }).getByRole("link", { current: "page" }).waitFor();
});

test("a verdict's rules lead to the rule book", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Chen Wei", { path: "/incidents/new" });
  await page.getByRole("link", { name: "S18", exact: true }).first().click();
  await heading(page, say("rule_book.title")).waitFor();
  await page.getByRole("article", { name: say("verdict.s18") }).getByRole("link", { current: "page" }).waitFor();
});

for (const language of ["en", "ar"]) {
  test(`${language}: what the programme of 2025 changed is read rule by rule, each programme under its own name`, async (t) => {
    const say = wordsOf(language);
    const page = await visit(t, "/rules", { locale: language });
    await page.getByRole("link", { name: say("rule_book.compare"), exact: true }).click();
    await heading(page, say("rule_book.compare_title")).waitFor();
    const cloud = page.getByRole("article", { name: say("verdict.s22") });
    await cloud.waitFor();
    const [was, now] = await cloud.getByRole("heading", { level: 4 }).all();
    assert.match(await was.innerText(), /Microsoft Partner Network/);
    assert.match(await now.innerText(), /Microsoft AI Cloud Partner Program/);
    await cloud.getByText(say("verdict.unlimited"), { exact: true }).waitFor();
    await cloud.getByText(new Intl.NumberFormat(language).format(50), { exact: true }).waitFor();
    await page.getByRole("article", { name: say("verdict.e16") }).getByText(say("rule_book.not_in_force"), { exact: true }).waitFor();
    assert.equal(await page.getByRole("article", { name: say("verdict.s1") }).count(), 0, "what is the same is not here");
    assert.deepEqual(await page.evaluate(() => heard), [], "nobody has to sign in");
    await app.audit(page, `rules-compared-${language}`);
  });
}

test("two programmes that cannot be laid side by side are asked for again by a press", async (t) => {
  const say = wordsOf("en");
  const page = await visit(t, "/rules");
  app.expectFault(page, /503/);
  await page.route(/\/programmes$/, (route) => route.fulfill({ status: 503 }), { times: 1 });
  await page.getByRole("link", { name: say("rule_book.compare"), exact: true }).click();
  await page.getByRole("button", { name: say("shell.retry") }).click();
  await page.getByRole("article", { name: say("verdict.s22") }).waitFor();
});

test("a rule that does not exist is a page that says so", async (t) => {
  const page = await visit(t, "/rules/S99");
  await heading(page, wordsOf("en")("shell.not_found_title")).waitFor();
});

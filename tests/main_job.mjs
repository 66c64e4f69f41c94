// The main job in one language: from the first look to the incident in the list, and the people to whom it is closed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { created, describe, link, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

// Numbers and times of incidents differ from run to run.
const MASK = [
  [/\b[A-Z]{1,4}-?\d[\d-]{3,}\b/g, "<number>"],
  [/\b\d{1,2}:\d{2}(:\d{2})?( [AP]M)?\b/g, "<time>"],
];

const PRODUCT_SUPPORT = (language) => (language === "fr" ? "Support produits Microsoft" : "Microsoft Product Support");
const SIGNATURE = "Signature Cloud Support";

/** Reviews and sends, and waits for the incident's own page. */
async function send(app, page, say, title) {
  const create = await review(page, say);
  await create.click();
  await created(page);
  await page.getByText(title).first().waitFor();
  await app.settled(page);
}

/** The covered answer is there. */
const covered = (page, say) =>
  page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();

/**
 * The main job itself to whoever speaks this language, from the first look to the incident in the list, on the running `app`. `audit`
 * looks at each page that is left.
 */
export function wholeJob(app, language, audit = (...page) => app.audit(...page)) {
  const say = wordsOf(language);
  const productSupport = PRODUCT_SUPPORT(language);

  test(`${language}: a Gold partner activates, receives the two IDs, links them once and creates an incident`, async (t) => {
    const granted = 20;
    const ids = [`ACCESS-${language}-1234`, `CONTRACT-${language}-5678`];

    const gold = await app.open(t, "Jonas Meyer", { locale: language });
    await audit(gold, `benefits-not-activated-${language}`);
    await gold.getByRole("button", { name: `${say("benefits.activate")} ${productSupport}` }).click();
    await gold.getByRole("dialog").getByRole("button", { name: say("benefits.activate_confirm") }).click();
    const card = gold.getByRole("article", { name: productSupport });
    await card.getByText(say("benefits.state_pending")).waitFor();
    await audit(gold, `benefits-pending-${language}`);

    const desk = await app.open(t, "Olga Ortiz", { locale: language, path: "/operator" });
    await app.axe(desk);
    const request = desk.getByRole("row", { name: new RegExp(`Juniper Data.*${productSupport}`) });
    await request.getByRole("button", { name: new RegExp(`^${say("operator.fulfil")}`) }).click();
    const form = desk.getByRole("dialog");
    await form.getByLabel(say("operator.access_id"), { exact: true }).fill(ids[0]);
    await form.getByLabel(say("operator.contract_id"), { exact: true }).fill(ids[1]);
    await form.getByLabel(say("operator.start"), { exact: true }).fill("2021-03-04");
    await form.getByLabel(say("operator.end"), { exact: true }).fill("2022-03-03");
    await app.axe(desk);
    await form.getByRole("button", { name: say("operator.fulfil_submit") }).click();
    await request.waitFor({ state: "detached" });

    // Whoever keeps looking need not reload; whoever does sees the same.
    if (language !== "en") await app.reload(gold);
    await card.getByText(say("benefits.state_usable"), { exact: true }).waitFor({ timeout: 60_000 });
    await app.settled(gold);
    await card.getByText(say("benefits.remaining_of", { count: granted, granted })).waitFor();
    await card.getByText("5678").waitFor();
    assert.equal(await card.getByText(ids[1]).count(), 0, "the IDs are masked until they are asked for");
    await card.getByRole("button", { name: new RegExp(say("benefits.show_ids")) }).click();
    await card.getByText(ids[0]).waitFor();
    await card.getByText(ids[1]).waitFor();
    await card.getByRole("button", { name: new RegExp(say("benefits.hide_ids")) }).click();
    await audit(gold, `benefits-active-${language}`);

    await app.go(gold, "/incidents/new");
    await describe(gold, say, { product: "Windows Server", version: "2019", title: `Cannot open the console (${language})` });
    await gold.getByRole("heading", { name: say("verdict.ids_first") }).waitFor();
    await audit(gold, `new-incident-ids-first-${language}`);
    await link(gold, say, ...ids);
    await covered(gold, say);
    await audit(gold, `new-incident-covered-${language}`);
    await send(app, gold, say, `Cannot open the console (${language})`);
    await audit(gold, `incident-${language}`, { mask: MASK });

    await app.go(gold, "/incidents");
    await gold.getByRole("link", { name: new RegExp(`\\(${language}\\)`) }).waitFor();
    await app.axe(gold);
    await app.go(gold, "/benefits");
    await card.getByText(say("benefits.remaining_of", { count: granted - 1, granted })).waitFor();
    await app.go(gold, "/plans");
    await gold.getByText(productSupport).first().waitFor();
    await audit(gold, `plans-${language}`);
    const kept = await gold.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
    assert.ok(!ids.some((id) => kept.includes(id)), "no ID stays in the browser's storage or address");
  });
}

/** The promises of the main job to whoever speaks this language, each kept on the running `app`. */
export function mainJob(app, language) {
  wholeJob(app, language);
  const say = wordsOf(language);

  test(`${language}: a Silver partner spends one of five cloud incidents`, async (t) => {
    const page = await app.open(t, "Mira Patel", { locale: language });
    const card = page.getByRole("article", { name: SIGNATURE });
    const left = 5;
    await card.getByText(say("benefits.remaining_of", { count: left, granted: 5 })).waitFor();
    await card.getByRole("button", { name: new RegExp(say("benefits.show_ids")) }).click();
    const ids = await Promise.all(
      [/^DEMO-ACCESS-\d+$/, /^DEMO-CONTRACT-\d+$/].map((id) => card.getByText(id).textContent()),
    );
    await app.go(page, "/incidents/new");
    await describe(page, say, { product: "Azure Virtual Machines", title: `A machine does not start (${language})` });
    await link(page, say, ...ids);
    await covered(page, say);
    await send(app, page, say, `A machine does not start (${language})`);
    await app.go(page, "/benefits");
    await card.getByText(say("benefits.remaining_of", { count: left - 1, granted: 5 })).waitFor();
    await app.axe(page);
  });

  test(`${language}: a consultant with a personal account and two IDs opens an on-premises incident`, async (t) => {
    const page = await app.open(t, "Hugo Brandt", { locale: language });
    await page.getByRole("heading", { name: say("benefits.not_member_title") }).waitFor();
    await app.audit(page, `benefits-consultant-${language}`);
    await app.go(page, "/incidents/new");
    await describe(page, say, { product: "SQL Server", version: "2019", title: `Backup fails (${language})` });
    await link(page, say, "DEMO-ACCESS-4711", "DEMO-CONTRACT-0815");
    await covered(page, say);
    await send(app, page, say, `Backup fails (${language})`);
    await app.go(page, "/incidents");
    await page.getByRole("link", { name: new RegExp(`\\(${language}\\)`) }).waitFor();
    await app.axe(page);
  });

  test(`${language}: a reseller who is no member is not authorized, yet opens a customer's Azure incident without a contract`, async (t) => {
    const page = await app.open(t, "Dana Petrov", { locale: language });
    await page.getByRole("heading", { name: say("benefits.not_authorized_title") }).waitFor();
    await app.audit(page, `benefits-reseller-${language}`);
    await app.go(page, "/incidents/new");
    await describe(page, say, { product: "Azure Virtual Machines", customer: "Contoso", title: `Disk is full (${language})` });
    await covered(page, say);
    await page.getByText(say("verdict.uses_nothing"), { exact: true }).first().waitFor();
    await app.axe(page);
    await send(app, page, say, `Disk is full (${language})`);
  });

  test(`${language}: a refused incident lists ways that work: following one makes it covered`, async (t) => {
    const page = await app.open(t, "Bruno Keller", { locale: language, path: "/incidents/new" });
    await describe(page, say, { product: "SQL Server", version: "2016", title: `Backup fails (${language})` });
    await page.getByRole("heading", { name: say("verdict.no_incident"), exact: true }).waitFor();
    await page.getByRole("heading", { name: say("verdict.what_changes_it"), exact: true }).waitFor();
    await app.audit(page, `new-incident-refused-${language}`);
    await page.getByRole("button", { name: say("verdict.do_choose_version", { versions: "2019" }), exact: true }).click();
    await covered(page, say);
    const chosen = page.getByRole("radio", { name: "2019", exact: true });
    assert.ok(await chosen.isChecked());
    assert.ok(await chosen.evaluate((radio) => radio.getRootNode().activeElement === radio), "it has the focus");
    await (await review(page, say)).waitFor();
  });

  test(`${language}: a member without offers sees that there are no benefits yet, and no error`, async (t) => {
    const page = await app.open(t, "Ida Sørensen", { locale: language });
    await page.getByRole("heading", { name: say("benefits.no_benefits_title") }).waitFor();
    await app.audit(page, `benefits-none-${language}`);
  });

  test(`${language}: somebody signed in with the wrong account is told so and offered another`, async (t) => {
    const page = await app.open(t, "Colin Byrne", { locale: language });
    await page.getByRole("heading", { name: say("benefits.wrong_account_title") }).waitFor();
    await page.getByRole("button", { name: say("benefits.switch_account") }).first().waitFor();
    await app.audit(page, `benefits-wrong-account-${language}`);
  });
}

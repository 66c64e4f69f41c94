// What a card of a benefit says of the days to come, and how colleagues are asked.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const PRODUCT_SUPPORT = "Microsoft Product Support";

test("a card says when the incidents run out at the present pace, what that is based on, and warns when it is too early", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Bruno Keller");
  const card = page.getByRole("article", { name: PRODUCT_SUPPORT });
  await card.getByText(say("benefits.pace_early")).waitFor();
  await card.getByText(say("benefits.pace_runs_out", { day: "5 May 2021" })).waitFor();
  await card.getByText(say("benefits.pace_basis", { count: 12, days: 245 })).waitFor();
});

test("a card says that the incidents last, that too few make a guess, and that without any there is no forecast", async (t) => {
  const say = wordsOf("en");
  const chen = await app.open(t, "Chen Wei");
  const card = chen.getByRole("article", { name: PRODUCT_SUPPORT });
  await card.getByText(say("benefits.pace_lasts")).waitFor();
  await card.getByText(say("benefits.pace_few")).waitFor();
  assert.equal(await chen.getByText(say("benefits.pace_early")).count(), 0);
  const keiko = await app.open(t, "Keiko Tanaka");
  await keiko.getByText(say("benefits.pace_unused")).waitFor();
});

for (const language of ["en", "fr"]) {
  test(`${language}: whoever may not activate has a message to those who may, ready to be copied or sent, with no ID in it`, async (t) => {
    const say = wordsOf(language);
    const page = await app.open(t, "Julia Costa", { locale: language });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const card = page.getByRole("article").first();
    const benefit = await card.getByRole("heading").innerText();
    await card.getByText(say("benefits.message")).first().click();
    const message = card.getByText(say("benefits.message_hello", { people: "Jonas Meyer" }));
    const text = await message.innerText();
    for (const part of [benefit, "Juniper Data", "Julia Costa", page.url()]) assert.ok(text.includes(part), `${part}: ${text}`);
    await card.getByRole("button", { name: say("benefits.message_name") }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, text);
    const mail = new URL(await card.getByRole("link", { name: say("benefits.message_mail") }).getAttribute("href"));
    assert.equal(mail.protocol, "mailto:");
    assert.equal(mail.searchParams.get("subject"), say("benefits.message_subject", { benefit }));
    assert.equal(mail.searchParams.get("body").replaceAll("\r\n", "\n"), text);
    await app.axe(page);
  });
}

test("the page names what changes next, day by day, and where benefits and offers are managed", async (t) => {
  const say = wordsOf("en");
  const page = await app.open(t, "Bruno Keller");
  const coming = page.getByRole("region", { name: say("benefits.coming") });
  const days = await coming.getByRole("term").allInnerTexts();
  assert.deepEqual(days, ["17 June 2021", "3 July 2021", "25 July 2021", "2 August 2021"]);
  await coming.getByText(say("benefits.coming_grace", { benefit: PRODUCT_SUPPORT, last: "1 August 2021" })).waitFor();
  await coming.getByText(say("benefits.coming_reminder", { offer: "Silver" })).first().waitFor();
  const manage = page.getByRole("link", { name: say("benefits.manage_in", { portal: "Partner Center: benefits" }) });
  assert.match(await manage.getAttribute("href"), /^https:/);
});

/** Opens the benefits on a later day; `at` goes to another one. */
async function openOn(t, person, day) {
  const page = await app.newPage(t);
  await page.route("**/api/v1/account", async (route) => {
    const answer = await route.fetch({ maxRetries: 3 });
    return route.fulfill({ response: answer, json: { ...(await answer.json()), as_of: day } });
  });
  await page.goto(app.address("/benefits"), { waitUntil: "commit" });
  await app.signInAs(page, person);
  const at = (later) => {
    day = later;
    return app.reload(page);
  };
  return { page, at };
}

test("whoever is asked to renew is led to where that is done: before the membership ends, in the days of grace and after", async (t) => {
  const say = wordsOf("en");
  const { page, at } = await openOn(t, "Bruno Keller", "2021-06-20");
  const renew = (within) => within.getByRole("link", { name: say("benefits.renew_in", { portal: "Partner Center: benefits" }) });
  await page.getByText(say("benefits.reminder_near_text")).waitFor();
  assert.equal(await renew(page).getAttribute("href"), "https://partner.microsoft.com/dashboard");
  assert.equal(await renew(page).getAttribute("rel"), "noopener noreferrer");
  await app.axe(page);
  const card = page.getByRole("article", { name: PRODUCT_SUPPORT });
  for (const [day, state] of [
    ["2021-07-10", "state_grace"],
    ["2021-09-15", "state_expired"],
  ]) {
    await at(day);
    await card.getByText(say(`benefits.${state}`)).waitFor();
    await renew(card).waitFor();
  }
});

test("a member of the legacy portal is led to that one to renew, and only when it is time", async (t) => {
  const say = wordsOf("en");
  const { page, at } = await openOn(t, "Grace Okafor", "2021-03-04");
  const renew = page.getByRole("link", { name: say("benefits.renew_in", { portal: "Partner Membership Center" }) });
  await page.getByRole("heading", { name: say("benefits.next_steps") }).waitFor();
  assert.equal(await renew.count(), 0);
  await at("2021-05-10");
  await page.getByText(say("benefits.reminder_near_text")).waitFor();
  await renew.waitFor();
});

// What a newcomer asks, answered from the start page in three steps at most. The README names the same steps.
import assert from "node:assert/strict";
import { test } from "node:test";

import { useProduct } from "./harness.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
const say = wordsOf("en");
const MOST_STEPS = 3;

const heading = (page, name) => page.getByRole("heading", { name, exact: true });
/** A press on a link or a button, wherever on the page it is. */
const press = (role, name) => (page) => page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
/** A link of the way to the pages. */
const goTo = (name) => (page) => page.getByRole("navigation", { name: say("shell.navigation") }).getByRole("link", { name, exact: true }).click();
const choose = (product) => async (page) => {
  await page.getByRole("combobox", { name: say("new_incident.product") }).fill(product);
  await page.getByRole("option", { name: new RegExp(product) }).first().click();
};
const check = (name) => (page) => page.getByRole("radio", { name, exact: true }).check();
const shown = (text) => (page) => page.getByText(text).first().waitFor();

/** The person who asks, the steps from the start page, and what then is the answer. */
const QUESTIONS = {
  "Is this covered, and why?": {
    who: "Chen Wei",
    steps: [goTo(say("shell.nav_new_incident")), choose("Azure Virtual"), check(say("verdict.break_fix"))],
    answer: async (page) => {
      await heading(page, say("verdict.yes_incident")).waitFor();
      await page.getByRole("link", { name: "S18", exact: true }).first().waitFor();
    },
  },
  "Who can activate it?": { who: "Julia Costa", steps: [], answer: shown(/Only a .*(Jonas Meyer).*\(S9\)/) },
  "How many are left?": { who: "Bruno Keller", steps: [], answer: shown(/\d+ of \d+ incidents left/) },
  "When does it end?": { who: "Bruno Keller", steps: [], answer: shown(/\d+ \w+ 20\d\d to \d+ \w+ 20\d\d/) },
  "What would make it yes?": {
    who: "Bruno Keller",
    steps: [goTo(say("shell.nav_new_incident")), choose("SQL Server"), check("2016")],
    answer: async (page) => {
      await heading(page, say("verdict.no_incident")).waitFor();
      await heading(page, say("verdict.what_changes_it")).waitFor();
    },
  },
  "Which plan would pay?": {
    who: "Bruno Keller",
    steps: [goTo(say("shell.nav_plans"))],
    answer: async (page) => {
      const table = page.getByRole("table", { name: say("plans.worth_caption") });
      await table.getByText(/^\d+ of \d+/).first().waitFor();
    },
  },
  "What did we use last quarter?": {
    who: "Bruno Keller",
    steps: [press("link", say("benefits.usage"))],
    answer: shown(/The last whole period, .*incidents? used/),
  },
  "Where is my incident?": {
    who: "Bruno Keller",
    steps: [goTo(say("shell.nav_incidents")), (page) => page.getByRole("row").getByRole("link").first().click()],
    answer: async (page) => {
      await heading(page, say("incidents.timeline")).waitFor();
      await page.getByText(say("incidents.column_status"), { exact: true }).waitFor();
    },
  },
  "How do I do it for a customer?": {
    who: "Chen Wei",
    steps: [goTo(say("shell.nav_new_incident")), check(say("new_incident.for_customer")), choose("Azure Virtual")],
    answer: async (page) => {
      await page.getByText(say("new_incident.way_title")).waitFor();
      await page.getByText(say("new_incident.way_open"), { exact: true }).waitFor();
    },
  },
  "What changed in 2025?": {
    who: "Bruno Keller",
    steps: [goTo(say("shell.nav_rules")), press("link", say("rule_book.compare"))],
    answer: async (page) => {
      const rule = page.getByRole("article", { name: say("verdict.s10") });
      await rule.getByRole("heading", { name: /^Microsoft AI Cloud Partner Program, .*2025/ }).waitFor();
    },
  },
};

for (const [question, { who, steps, answer }] of Object.entries(QUESTIONS)) {
  test(`${question} is answered in ${steps.length} steps from the start page`, async (t) => {
    assert.ok(steps.length <= MOST_STEPS);
    const page = await app.open(t, who);
    for (const step of steps) await step(page);
    await answer(page);
  });
}

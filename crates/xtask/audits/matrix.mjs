// What is judged: every page in the states that it can be in, at the widths and in the modes of readers.
import { describe, review } from "../../../tests/new_incident_form.mjs";
import { escaped } from "../../../tests/words.mjs";

export const WIDTHS = [320, 768, 1440];

/** How the reader has set up the browser; each names all of it, since what is set before stays. */
export const MODES = {
  light: { colorScheme: "light", forcedColors: "none", contrast: "no-preference" },
  dark: { colorScheme: "dark", forcedColors: "none", contrast: "no-preference" },
  "forced colours": { colorScheme: "light", forcedColors: "active", contrast: "more" },
};

/** Where the API answers. */
const API = /\/api\/v1\//;

/**
 * People see one page after the other; `path` leads there and `make` brings it into the state. What has a `before` is a document of its
 * own, after the others; `logged` is what it says on the console.
 */
export const STATES = [
  { person: null, name: "plans for anybody", path: "/plans" },
  { person: null, name: "coverage for anybody", path: "/coverage" },
  { person: null, name: "rules for anybody", path: "/rules" },
  { person: null, name: "two programmes compared", path: "/rules/compare" },
  {
    person: null,
    name: "plans that come slowly",
    path: "/plans",
    before: (page) => page.route(API, () => {}),
    make: (page, say) => page.getByText(say("ui.loading_slowly"), { exact: true }).waitFor(),
  },
  {
    person: null,
    name: "plans that do not come",
    path: "/plans",
    before: (page) => page.route(API, (route) => route.abort()),
    logged: /ERR_FAILED/,
    make: (page, say) => page.getByRole("button", { name: say("shell.retry") }).first().waitFor(),
  },
  { person: "Bruno Keller", name: "benefits", path: "/benefits" },
  {
    person: "Bruno Keller",
    name: "the menus unfolded",
    path: "/benefits",
    make: async (page, say) => {
      await page.getByRole("button", { name: startingWith(say("shell.account_of")) }).click();
      await page.getByRole("button", { name: say("shell.switch_account") }).waitFor();
      // Where there is no room for the way to the pages.
      await page.setViewportSize({ width: 320, height: 900 });
      await page.getByRole("button", { name: say("shell.menu"), exact: true }).click();
    },
  },
  { person: "Bruno Keller", name: "use of the benefits", path: "/benefits/usage" },
  { person: "Bruno Keller", name: "incidents", path: "/incidents" },
  { person: "Bruno Keller", name: "an incident", path: "/incidents", make: openTheFirst },
  { person: "Bruno Keller", name: "new incident", path: "/incidents/new" },
  {
    person: "Bruno Keller",
    name: "new incident refused",
    path: "/incidents/new?",
    make: async (page, say) => {
      await describe(page, say, { product: "SQL Server", version: "2016", title: "Backup fails" });
      await page.getByRole("heading", { name: say("verdict.no_incident"), exact: true }).waitFor();
      await page.getByRole("heading", { name: say("verdict.what_changes_it"), exact: true }).waitFor();
    },
  },
  { person: "Bruno Keller", name: "plans", path: "/plans" },
  { person: "Bruno Keller", name: "coverage", path: "/coverage" },
  {
    person: "Bruno Keller",
    name: "an answer of the coverage",
    path: "/coverage?on=2021-03-04&search=windows%20server",
    async make(page) {
      await page.getByRole("button", { name: /S25/ }).first().click();
      await page.getByRole("dialog").locator(".fixes").waitFor();
    },
  },
  { person: "Bruno Keller", name: "a rule", path: "/rules/S22" },
  { person: "Bruno Keller", name: "a page that is not there", path: "/nowhere" },
  {
    person: "Chen Wei",
    name: "new incident with mistakes",
    path: "/incidents/new",
    make: async (page, say) => {
      await page.getByRole("combobox", { name: say("new_incident.product") }).fill("azure virtual");
      await page.getByRole("option", { name: /Azure Virtual/ }).first().click();
      await page.getByRole("radio", { name: say("verdict.break_fix"), exact: true }).check();
      await page.getByRole("button", { name: say("new_incident.review") }).click();
      await page.locator(".error-summary").waitFor();
    },
  },
  {
    person: "Chen Wei",
    name: "new incident before it is sent",
    path: "/incidents/new?",
    make: async (page, say) => {
      await describe(page, say, { product: "Azure Virtual Machines", title: "A machine does not start" });
      await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
      await (await review(page, say)).waitFor();
    },
  },
  { person: "Nadia Lindqvist", name: "benefits with nothing activated", path: "/benefits" },
  {
    person: "Nadia Lindqvist",
    name: "benefits before one is activated",
    path: "/benefits",
    make: async (page, say) => {
      await page.getByRole("button", { name: startingWith(say("benefits.activate")) }).first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { person: "Farah Aziz", name: "benefits all used", path: "/benefits" },
  { person: "Dana Petrov", name: "benefits refused", path: "/benefits" },
  { person: "Ida Sørensen", name: "benefits with none yet", path: "/benefits" },
  { person: "Olga Ortiz", name: "the operator's desk", path: "/operator" },
  { person: "Olga Ortiz", name: "the operator's incidents", path: "/operator/incidents" },
  { person: "Olga Ortiz", name: "an incident at the operator's desk", path: "/operator/incidents", make: openTheFirst },
  { person: "Olga Ortiz", name: "the operator's accounts", path: "/operator/accounts" },
  { person: "Olga Ortiz", name: "an account at the operator's desk", path: "/operator/accounts/birch-systems" },
  { person: "Olga Ortiz", name: "the audit trail", path: "/operator/audit" },
  { person: "Olga Ortiz", name: "the import of accounts", path: "/operator/import" },
  {
    person: "Olga Ortiz",
    name: "an import with errors",
    path: "/operator/import",
    async make(page, say) {
      await page.getByRole("textbox").first().fill("id;name;region\nalder;;nowhere\n;Birch;americas\n");
      await page.getByRole("button", { name: say("desk.import_check"), exact: true }).click();
      await page.getByRole("table").first().waitFor();
    },
  },
];

async function openTheFirst(page) {
  const link = page.getByRole("main").getByRole("link").and(page.locator("[href*='/incidents/']")).filter({ hasNot: page.locator("[href$='/new']") });
  await link.and(page.locator("td a, th a, h2 a, h3 a")).first().click();
  await page.waitForURL(/\/incidents\/([^/]+\/)?[0-9a-f-]{36}/);
}

/** A name as Chromium gives it has no other blanks than plain ones. */
function startingWith(words) {
  return new RegExp(`^${escaped(words).replace(/\s/g, "\\s")}`);
}

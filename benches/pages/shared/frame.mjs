// What surrounds every page, as plain data.

export const ROUTES = ["benefits", "incidents", "plans"];

const NAV = [
  ["benefits", "shell.nav_benefits"],
  ["incidents", "shell.nav_incidents"],
  ["incidents/new", "shell.nav_new_incident"],
  ["plans", "shell.nav_plans"],
  ["coverage", "shell.nav_coverage"],
  ["rules", "shell.nav_rules"],
];

/** The links to the pages. */
export const navOf = (w) => NAV.map(([route, key]) => ({ route, text: w(key) }));

/** Title and lead of a page, and how it announces itself while it has no data. */
export const headOf = (w, route) =>
  route === "benefits"
    ? { title: w("benefits.title"), lead: w("benefits.lead") }
    : route === "incidents"
      ? { title: w("incidents.title"), lead: w("incidents.lead") }
      : route === "plans"
        ? { title: w("plans.title"), lead: w("plans.lead") }
        : { title: w("shell.not_found_title"), lead: w("shell.not_found_text") };

/** The button of the account menu: its name before and with the account. */
export const accountButton = (w, data) =>
  data
    ? { name: data.account.viewer.name, initial: [...data.account.viewer.name][0] }
    : { name: w("shell.account"), initial: "" };

/** The card in the account menu. */
export function accountCard(w, { account, programme }) {
  const { viewer, partner } = account;
  const named = (ids, entries) => ids.map((id) => w.named(entries.find((entry) => entry.id === id)?.name ?? id)).join(w("ui.comma"));
  return {
    who: viewer.name,
    kind: w(viewer.kind === "work" ? "shell.work_account" : "shell.personal_account"),
    facts: [
      { name: w("shell.partner"), value: partner?.name ?? w("shell.no_partner") },
      { name: w("shell.roles"), value: named(viewer.roles, programme.roles) || w("shell.no_roles") },
      { name: w("shell.associations"), value: named(viewer.associations, programme.associations) || w("shell.no_associations") },
    ],
  };
}

/** The line below the page. */
export const aboutOf = (w, { account, programme }) => w("shell.about", { programme: programme.name, day: account.as_of });

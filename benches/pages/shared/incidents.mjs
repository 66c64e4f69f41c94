// What the list of incidents shows, as plain data.
import { OLDEST, isPlain, isSame } from "./view.mjs";

const STATUS = {
  open: ["info", "incidents.status_open"],
  "in-progress": ["info", "incidents.status_in_progress"],
  "waiting-for-partner": ["warning", "incidents.status_waiting_for_partner"],
  resolved: ["neutral", "incidents.status_resolved"],
  closed: ["neutral", "incidents.status_closed"],
  cancelled: ["neutral", "incidents.status_cancelled"],
};
const SEVERITY = { a: "incidents.severity_a", b: "incidents.severity_b", c: "incidents.severity_c" };
const COLUMNS = ["number", "title", "product", "severity", "status", "created", "created_by", "paid_by"];
const COLUMN = {
  number: "incidents.column_number",
  title: "incidents.column_title",
  product: "incidents.column_product",
  severity: "incidents.column_severity",
  status: "incidents.column_status",
  created: "incidents.column_created",
  created_by: "incidents.column_created_by",
  paid_by: "incidents.column_paid_by",
};

/** The names of the columns. */
export const columnsOf = (w) => COLUMNS.map((column) => w(COLUMN[column]));

/** What the list can be narrowed by, as fields: the most usual in sight, the rest folded. */
export function filtersOf(w, { programme }) {
  const named = ({ id, name }) => ({ value: id, text: w.named(name) });
  const texts = (keys) => Object.entries(keys).map(([value, key]) => ({ value, text: w(key) }));
  const statuses = Object.fromEntries(Object.entries(STATUS).map(([value, [, key]]) => [value, key]));
  const products = programme.products.map(named).toSorted((one, other) => (one.text < other.text ? -1 : 1));
  // A benefit is among the plans that are compared, too.
  const payers = [...programme.benefits, ...programme.plans, programme.policy.reseller_plan].filter(
    ({ id }, at, all) => all.findIndex((it) => it.id === id) === at,
  );
  const select = (part, label, any, choices) => ({ part, label: w(label), choices: [{ value: "", text: w(any) }, ...choices] });
  return {
    inSight: [
      { part: "text", type: "text", label: w("incidents.find") },
      select("status", "incidents.column_status", "incidents.any_status", texts(statuses)),
      select("order", "incidents.order", "incidents.newest", texts({ [OLDEST]: "incidents.oldest" })),
    ],
    folded: [
      select("severity", "incidents.column_severity", "incidents.any_severity", texts(SEVERITY)),
      select("product", "incidents.column_product", "incidents.any_product", products),
      select("paid-by", "incidents.column_paid_by", "incidents.any_payer", payers.map(named)),
      { part: "from", type: "date", label: w("incidents.opened_from") },
      { part: "to", type: "date", label: w("incidents.opened_to") },
    ],
  };
}

export const captionOf = (w) => w("incidents.caption", { zone: w.zone() });

/** A row of the table. */
export function rowOf(w, incident, { account, programme }) {
  const product = programme.products.find(({ id }) => id === incident.product);
  const version = product?.versions?.find(({ id }) => id === incident.version);
  const productName = product ? w.named(product.name) : incident.product;
  const [tone, status] = STATUS[incident.status];
  return {
    id: incident.id,
    incident,
    number: incident.number,
    title: incident.title,
    test: incident.test ? w("incidents.test") : null,
    customer: incident.customer ? w("incidents.for_customer", { customer: incident.customer }) : null,
    product: incident.version ? `${productName} ${version ? w.named(version.name) : incident.version}` : productName,
    severity: w(SEVERITY[incident.severity]),
    status: incident.status,
    statusText: w(status),
    tone,
    createdAt: incident.created_at,
    created: w.moment(incident.created_at),
    createdBy: incident.created_by,
    payer: payerOf(w, incident, account, programme),
    consumed: incident.consumed ? w("incidents.consumed", { count: incident.consumed }) : w("incidents.consumed_none"),
  };
}

function payerOf(w, { funding, benefit }, account, programme) {
  const nameOf = (entries, id) => w.named(entries.find((entry) => entry.id === id)?.name ?? id);
  const named = (key) => nameOf(programme.benefits, key.split(".")[0]);
  switch (funding.by) {
    case "contract": {
      const held = account.contracts.find(({ reference }) => reference === funding.contract);
      if (held && !held.own) return w("incidents.paid_by_benefit_of", { benefit: named(held.benefit), company: held.holder });
      if (held || benefit) return named(held?.benefit ?? benefit);
      return w("incidents.paid_by_contract");
    }
    case "benefit":
      return named(funding.benefit);
    case "held-ids":
      return w("incidents.paid_by_ids");
    case "paid-plan":
      return w("incidents.paid_by_plan", { plan: nameOf(programme.plans, funding.plan) });
    default:
      return w("incidents.paid_by_plan", { plan: nameOf([programme.policy.reseller_plan], funding.plan) });
  }
}

/** How many were found, while something is looked for and the list is what was asked for. */
export function foundOf(w, asked, { view, incidents, next }) {
  if (isPlain(asked) || !isSame(asked, view)) return "";
  const count = incidents.length;
  if (next) return w("incidents.found_first", { count });
  return count === 0 ? w("incidents.found_none") : w("incidents.found_all", { count });
}

/** There is nothing, and nothing is looked for. */
export const isEmpty = ({ view, incidents, next }) => incidents.length === 0 && !next && isPlain(view);

/** The list with the page that began at `after`. One that does not follow the last page adds nothing. */
export function longer(list, after, page) {
  if (list.next !== after) return list;
  const here = new Set(list.incidents.map(({ id }) => id));
  return { ...list, incidents: [...list.incidents, ...page.incidents.filter(({ id }) => !here.has(id))], next: page.next };
}

const STEPS = {
  ArrowDown: (row) => row.nextElementSibling,
  ArrowUp: (row) => row.previousElementSibling,
  Home: (row) => row.parentElement.firstElementChild,
  End: (row) => row.parentElement.lastElementChild,
};

/** Moves the focus from row to row with the arrow keys, and to the ends of the list. */
export function walk(press) {
  const row = press.target.closest("tr");
  if (!row || press.ctrlKey || press.altKey || press.metaKey || press.shiftKey) return;
  const link = STEPS[press.key]?.(row)?.querySelector("a");
  if (!link) return;
  press.preventDefault();
  link.focus();
}

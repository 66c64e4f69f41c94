// What the list of incidents shows, as plain data.

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

/** What the list can be narrowed to. */
export const statusesOf = (w) => Object.entries(STATUS).map(([value, [, key]]) => ({ value, text: w(key) }));

export const captionOf = (w) => w("incidents.caption", { zone: w.zone() });

/** A row of the table. */
export function rowOf(w, incident, { account, programme }) {
  const product = programme.products.find(({ id }) => id === incident.product);
  const version = product?.versions?.find(({ id }) => id === incident.version);
  const productName = product ? w.named(product.name) : incident.product;
  const [tone, status] = STATUS[incident.status];
  const row = {
    id: incident.id,
    number: incident.number,
    title: incident.title,
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
  row.text = [row.number, row.title, row.product, row.createdBy, incident.customer ?? ""].join("\n").toLowerCase();
  return row;
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

/** The rows that stand as `status` says, if it says anything, and in which each word of `text` occurs. */
export function narrowed(rows, text, status) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => (!status || row.status === status) && wanted.every((word) => row.text.includes(word)));
}

/** How many were found, while something is looked for. */
export const foundOf = (w, rows, shown, text, status) =>
  text.trim() || status ? w("incidents.found", { count: shown.length, all: rows.length }) : "";

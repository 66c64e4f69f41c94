// All incidents of an account in memory: what is looked for among them, in which order, and what a row says. Everything that can be
// made once is made when they arrive; what a row says is made when it comes into sight.
import say from "../../../src/words/en/incidents.json";

export { say };

const STATUS = {
  open: ["info", say.status_open],
  "in-progress": ["info", say.status_in_progress],
  "waiting-for-partner": ["warning", say.status_waiting_for_partner],
  resolved: ["neutral", say.status_resolved],
  closed: ["neutral", say.status_closed],
  cancelled: ["neutral", say.status_cancelled],
};
const SEVERITY = { a: say.severity_a, b: say.severity_b, c: say.severity_c };
const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const number = new Intl.NumberFormat("en");

export const NOTHING = { text: "", status: "", order: "", severity: "", product: "", paidBy: "", from: "", to: "" };
export const isPlain = (filter) => Object.values(filter).every((part) => part === "");
export const COLUMNS = [say.column_number, say.column_title, say.column_product, say.column_severity, say.column_status, say.column_created, say.column_created_by, say.column_paid_by];
export const CAPTION = say.caption.replace("{zone}", moment.resolvedOptions().timeZone);
/** The address of an incident's own page, which nobody here has. */
export const addressOf = ({ id }) => `#/incidents/${id}`;

/** The data as it comes, and what a list makes of it. */
export async function load() {
  const get = async (path) => (await fetch(path)).json();
  const [account, programme, { incidents }] = await Promise.all([get("/data/account.json"), get("/data/programme.json"), get("/data/incidents.json")]);
  const named = (names) => (typeof names === "string" ? names : names.en);
  const productOf = new Map(programme.products.map((product) => [product.id, product]));
  const payers = [...programme.benefits, ...programme.plans, programme.policy.reseller_plan];
  const payerOf = new Map(payers.toReversed().map(({ id, name }) => [id, named(name)]));
  const contractOf = new Map(account.contracts.map((held) => [held.reference, held]));
  const paidBy = ({ funding, benefit }) => funding.plan ?? (funding.benefit ?? benefit ?? "").split(".")[0];
  const payer = (incident) => {
    const { by, contract } = incident.funding;
    const name = payerOf.get(paidBy(incident));
    if (by === "held-ids") return say.paid_by_ids;
    if (by === "paid-plan" || by === "reseller-plan") return say.paid_by_plan.replace("{plan}", name);
    const held = contractOf.get(contract);
    return held && !held.own ? say.paid_by_benefit_of.replace("{benefit}", name).replace("{company}", held.holder) : (name ?? say.paid_by_contract);
  };
  const entries = incidents.map((incident) => ({
    incident,
    sought: `${incident.number}\n${incident.title}\n${incident.customer ?? ""}`.toLowerCase(),
    at: Date.parse(incident.created_at),
    paidBy: paidBy(incident),
  }));

  /** Those that the filter asks for, in its order. */
  function find({ text, status, order, severity, product, paidBy, from, to }) {
    const wanted = text.trim().toLowerCase();
    const first = from ? new Date(`${from}T00:00:00`).getTime() : -Infinity;
    const last = to ? new Date(`${to}T23:59:59.999`).getTime() : Infinity;
    const found = entries.filter(
      ({ incident, sought, at, paidBy: payer }) =>
        (!status || incident.status === status) &&
        (!severity || incident.severity === severity) &&
        (!product || incident.product === product) &&
        (!paidBy || payer === paidBy) &&
        (!wanted || sought.includes(wanted)) &&
        at >= first &&
        at <= last,
    );
    // Ids are in the order of creation, and so are the incidents as they came.
    return order === "oldest" ? found.reverse() : found;
  }

  /** What a row says. */
  function rowOf({ incident, at }) {
    const product = productOf.get(incident.product);
    const version = product?.versions?.find(({ id }) => id === incident.version);
    const [tone, status] = STATUS[incident.status];
    const name = product ? named(product.name) : incident.product;
    return {
      id: incident.id,
      number: incident.number,
      title: incident.title,
      customer: incident.customer ? say.for_customer.replace("{customer}", incident.customer) : "",
      product: incident.version ? `${name} ${version ? named(version.name) : incident.version}` : name,
      severity: SEVERITY[incident.severity],
      tone,
      status,
      createdAt: incident.created_at,
      created: moment.format(at),
      createdBy: incident.created_by,
      payer: payer(incident),
      consumed: incident.consumed ? say.consumed.one.replace("{count}", number.format(incident.consumed)) : say.consumed_none,
    };
  }

  const options = (pairs) => pairs.map(([value, label]) => ({ value, label }));
  const products = options(programme.products.map(({ id, name }) => [id, named(name)])).toSorted((one, other) => one.label.localeCompare(other.label));
  return {
    all: entries.length,
    find,
    rowOf,
    /** The selects: the two in sight, then the folded ones. */
    selects: [
      { part: "status", label: say.column_status, any: say.any_status, options: options(Object.entries(STATUS).map(([id, [, text]]) => [id, text])) },
      { part: "order", label: say.order, any: say.newest, options: options([["oldest", say.oldest]]) },
    ],
    folded: [
      { part: "severity", label: say.column_severity, any: say.any_severity, options: options(Object.entries(SEVERITY)) },
      { part: "product", label: say.column_product, any: say.any_product, options: products },
      { part: "paidBy", label: say.column_paid_by, any: say.any_payer, options: options([...payerOf]) },
    ],
    days: [
      { part: "from", label: say.opened_from },
      { part: "to", label: say.opened_to },
    ],
  };
}

/** How many were found, while something is looked for. */
export function foundOf(filter, count) {
  if (isPlain(filter)) return "";
  if (count === 0) return say.found_none;
  return say.found_all[count === 1 ? "one" : "other"].replace("{count}", number.format(count));
}

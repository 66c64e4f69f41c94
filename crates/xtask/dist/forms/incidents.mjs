// The form of the list of incidents.
import { checked, choices, eachAlone, mark, markless, varied, within } from "./compared.mjs";
import { AS_OF, account, API, day, moment, ofAnybody, programme } from "./sample.mjs";

/** Incidents that the app asks for at a time, as PAGES says; and fewer, of which the sample has one for each thing that varies. */
const PAGE = 25;
const ROWS = 24;
const CREATED = "2032-11-28T19:06:05.000Z";

const BENEFIT = "product-support.competency";
const contract = (reference, own) => ({
  reference,
  benefit: BENEFIT,
  holder: mark("held.holder"),
  own,
  start: "2031-01-01",
  end: "2032-01-01",
  balance: { granted: 10, consumed: 0, refunded: 0, expired: 0 },
});

/** What the answers are made of. */
export function sample() {
  const law = programme();
  const [product] = law.products;
  product.name = mark("product.name");
  product.versions[0].name = mark("version.name");
  for (const benefit of law.benefits) benefit.name = mark("benefit.name");
  law.plans.at(-1).name = mark("plan.name");
  law.policy.reseller_plan.name = mark("reseller.name");
  const row = {
    id: mark("row.id"),
    number: mark("row.number"),
    status: "open",
    created_at: CREATED,
    created_by: mark("row.created_by"),
    beneficiary: "own-company",
    product: product.id,
    kind: "break-fix",
    severity: "a",
    title: mark("row.title"),
    funding: { by: "contract", contract: "own" },
    consumed: 0,
  };
  const holder = { ...account(), contracts: [contract("own", true), contract("other", false)] };
  return { answers: { account: holder, programme: law }, row, version: product.versions[0].id, plan: law.plans.at(-1).id, reseller: law.policy.reseller_plan.id };
}

/** What the loader finds for an incident: a name, a list, the key by which it is found and where its value stands. */
export const FINDS = [
  ["product", "programme.products", "id", "row.product"],
  ["version", "product.versions", "id", "row.version"],
  ["held", "account.contracts", "reference", "row.funding.contract"],
  ["benefit", "programme.benefits", "id", "held.benefit.~", "row.funding.benefit.~", "row.benefit.~"],
  ["plan", "programme.plans", "id", "row.funding.plan"],
  ["reseller", "programme.policy.reseller_plan", "id", "row.funding.plan"],
];

/** A case for each value of a field. */
export const each = (field, values) => values.map((value) => [`${value}`, { [field]: value }]);

export const OF_SEVERITY = { by: ["row.severity"], cases: each("severity", API.Severity.enum) };
export const OF_CONSUMED = { by: ["row.consumed"], cases: each("consumed", [0, 1]) };
export const ofVersion = ({ version }) => ({ by: ["row.version?"], cases: [["false", {}], ["true", { version }]] });

/** What paid, by `PAYER`. */
export const PAYER = ["row.funding.by", "held?", "held.own", "row.benefit?"];
export function payers({ plan, reseller }) {
  const fundings = [
    ["true,true", { by: "contract", contract: "own" }],
    ["true,false", { by: "contract", contract: "other" }],
    ["false,", { by: "contract", contract: "not seen any more" }],
    ["false,", { by: "benefit", benefit: BENEFIT }],
    ["false,", { by: "held-ids" }],
    ["false,", { by: "reseller-plan", plan: reseller }],
    ["false,", { by: "paid-plan", plan }],
  ];
  const known = new Set(fundings.map(([, { by }]) => by));
  for (const { properties } of API.Funding.oneOf) if (!known.has(properties.by.enum[0])) throw new Error(`no incident is paid by ${properties.by.enum}`);
  return [undefined, BENEFIT].flatMap((benefit) =>
    fundings.map(([held, funding]) => [`${funding.by},${held},${benefit !== undefined}`, { funding, benefit }]),
  );
}

const ofRow = (world) => [
  { by: ["row.customer?"], cases: [["false", {}], ["true", { customer: mark("row.customer") }]] },
  ofVersion(world),
  OF_SEVERITY,
  { by: ["row.status"], cases: each("status", API.IncidentStatus.enum) },
  OF_CONSUMED,
  { by: PAYER, cases: payers(world) },
];

function ofPage({ answers }) {
  return [
    { by: ["incidents.incidents.0?"], cases: [["true", {}], ["false", { count: 0 }]] },
    {
      // With fewer the app asks for what follows until it has a page's worth.
      by: [`incidents.incidents.${PAGE - 1}?`, "incidents.next?"],
      cases: [["false,false", {}], ["true,false", { count: PAGE }], ["true,true", { count: PAGE, next: "more" }]],
    },
    ...ofAnybody(answers.account),
  ];
}

export async function incidents({ language, zone, show }) {
  const world = sample();
  const { answers, row } = world;
  const texts = [...moment(language, zone, CREATED, "row.created_at"), ...day(language, AS_OF, "account.as_of")];
  const varies = ofRow(world);
  const changes = eachAlone(varies);
  const draw = async ({ count = ROWS, next, ...change }) => {
    // No two have the same id.
    const rows = Array.from({ length: count }, (_, at) => ({ ...row, id: mark(`row.id-${at}`), ...changes[at] }));
    const tree = await show({ ...answers, incidents: { incidents: rows, next }, ...change });
    const [marked] = markless([tree], [...texts, [zone, { text: "zone" }]]);
    const list = within(marked, (name) => name === "tbody");
    if (!list) return [marked];
    const entries = list.splice(2);
    if (entries.length !== rows.length) throw new Error(`the list shows ${entries.length} of ${rows.length} incidents`);
    if (rows.length < changes.length) throw new Error(`the list has no room for the ${changes.length} incidents that are to be compared`);
    const content = varied(...choices(varies, entries.slice(0, changes.length).map((entry) => [entry])));
    list.push({ each: "incidents.incidents", name: "row", finds: FINDS, content });
    return [marked];
  };
  const drawn = [];
  for (const change of eachAlone(ofPage(world))) drawn.push(await draw(change));
  const form = varied(...choices(ofPage(world), drawn));
  checked("/incidents", form, texts.map(([, slot]) => slot).filter(({ as }) => as));
  return form;
}

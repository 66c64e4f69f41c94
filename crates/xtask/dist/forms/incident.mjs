// The form of an incident's own page. What is left of the contract that paid stands among the benefits (GET /benefits).
import { checked, choices, eachAlone, mark, markless, varied } from "./compared.mjs";
import { each, FINDS, OF_CONSUMED, OF_SEVERITY, ofVersion, PAYER, payers, sample } from "./incidents.mjs";
import { AS_OF, API, counted, day, laterDay, moment, ofAnybody, words } from "./sample.mjs";

/** As many entries of its timeline as the server tells, as TIMELINE_LENGTH says. */
const TIMELINE = 500;
/** So many days an incident can be reopened that is over, as REOPENING_DAYS says. */
const REOPENING = 14;
const CREATED = "2032-11-28T19:06:05.000Z";
const HAPPENED = "2033-10-27T18:05:04.000Z";
/** A change of status after which an incident cannot be reopened any more on the sample's day, and the last day on which it could. */
const LONG_AGO = "2031-04-03T02:01:00.000Z";
const LAST_DAY = "2031-04-17";
const PORTAL = "https://portal.example/incidents";

/** What the loader finds besides for it; of several the last. */
const ALL_FINDS = [
  ...FINDS,
  ["since", "row.timeline", "what.status", "row.status"],
  ["portal", "programme.portals", "id", "row.portal"],
  ["standing", "benefits.benefits", "contract.reference", "row.funding.contract"],
  ["elsewhere", "benefits.linked", "contract.reference", "row.funding.contract"],
];
const LEFT = ["standing", "elsewhere"].map((name) => `${name}.contract.forecast.remaining`);

const changed = (status) => ({ kind: "status-changed", status });
const ENTRY = { id: "entry", at: HAPPENED, by: mark("entry.by"), side: "partner", what: changed("open") };

/** What an entry of the timeline says, whoever's it is. */
function ofEntry() {
  const refunded = API.RefundReason.enum.flatMap((because) => [{ because }, { because, note: mark("entry.what.note") }]);
  const whats = [
    ...API.IncidentStatus.enum.map(changed),
    { kind: "commented", text: mark("entry.what.text") },
    ...API.Severity.enum.map((severity) => ({ kind: "severity-changed", severity })),
    ...refunded.map((more) => ({ kind: "refunded", ...more })),
  ];
  const known = new Set(whats.map(({ kind }) => kind));
  for (const { properties } of API.Happening.oneOf) if (!known.has(properties.kind.enum[0])) throw new Error(`nothing is ${properties.kind.enum}`);
  const key = ({ kind, status = "", severity = "", because = "", note }) => [kind, status, severity, because, note !== undefined].join();
  return [
    { by: ["entry.by?"], cases: [["true", {}], ["false", { by: undefined }]] },
    { by: ["kind", "status", "severity", "because", "note?"].map((name) => `entry.what.${name}`), cases: whats.map((what) => [key(what), { what }]) },
  ];
}

/** How somebody may be reached. */
function ofContact() {
  const [email, ...others] = ["email", "phone", "language", "time_zone"];
  const having = (names) => Object.fromEntries(names.map((name) => [name, mark(`contact.${name}`)]));
  const some = others.reduce((sets, name) => sets.flatMap((set) => [set, [...set, name]]), [[]]);
  return [
    { by: [`contact.${email}?`], cases: [["false", {}], ["true", having([email])]] },
    { by: others.map((name) => `contact.${name}?`), cases: some.map((set) => [others.map((name) => set.includes(name)).join(), having(set)]) },
  ];
}

function ofPage(world) {
  const { answers } = world;
  const [portal] = answers.programme.portals;
  const statuses = API.IncidentStatus.enum;
  const goesOn = (status) => !["closed", "cancelled"].includes(status);
  // What can be reopened, can for some days.
  const late = (status) => (["resolved", "closed"].includes(status) ? { timeline: [{ ...ENTRY, at: LONG_AGO, what: changed(status) }], late: true } : {});
  return [
    { by: ["row.test"], cases: [["", {}], ["true", { test: true }]] },
    {
      by: ["portal?", "row.status"],
      fewer: true,
      cases: [false, true].flatMap((has) => statuses.map((status) => [`${has},${status}`, has && goesOn(status) ? { portal: portal.id } : {}])),
    },
    { by: ["row.description?"], cases: [["false", {}], ["true", { description: mark("row.description") }]] },
    {
      by: ["row.status", `account.as_of>since.at+${REOPENING}`],
      fewer: true,
      cases: statuses.flatMap((status) => [
        [`${status},`, { status }],
        [`${status},false`, { status }],
        [`${status},true`, { status, ...late(status) }],
      ]),
    },
    OF_SEVERITY,
    ofVersion(world),
    { by: ["row.failing_side"], cases: [["", {}], ...each("failing_side", API.FailingSide.enum)] },
    { by: ["row.kind"], cases: each("kind", API.IncidentKind.enum) },
    {
      by: ["row.beneficiary", "row.customer?"],
      cases: [
        ["own-company,false", {}],
        ["customer,true", { beneficiary: "customer", customer: mark("row.customer") }],
        ["customer,false", { beneficiary: "customer" }],
      ],
    },
    { by: PAYER, cases: payers(world) },
    OF_CONSUMED,
    { by: ["row.contacts?"], cases: [["false", {}], ["true", { contacts: [{ name: mark("contact.name") }] }]] },
    ...ofAnybody(answers.account),
  ];
}

const isOf = (wanted) => (name, attributes) => attributes.class?.split?.(" ").includes(wanted);
const isContact = isOf("contact-shown");

/** A tree with what `change` makes of the content of every element of which `is` says so of a child. */
function around(node, is, change) {
  if (!Array.isArray(node)) return node;
  const [name, attributes, ...content] = node;
  const has = content.some((child) => Array.isArray(child) && is(child[0], child[1]));
  return [name, attributes, ...(has ? change(content) : content.map((child) => around(child, is, change)))];
}

/** The fact in a tree that has this name. */
function fact(node, wanted) {
  if (!Array.isArray(node)) return undefined;
  return node[0] === "div" && node[2]?.[2] === wanted ? node : node.map((child) => fact(child, wanted)).find(Boolean);
}

export async function incident({ language, zone, show }) {
  const world = sample();
  const { answers, row } = world;
  Object.assign(answers.programme.portals[0], { name: mark("portal.name"), url: PORTAL });
  const texts = (late) => [
    ...moment(language, zone, CREATED, "row.created_at"),
    ...moment(language, zone, HAPPENED, "entry.at"),
    ...day(language, AS_OF, "account.as_of"),
    ...(late ? laterDay(language, LAST_DAY, "since.at", REOPENING) : []),
    [PORTAL, { text: "portal.url" }],
    [zone, { text: "zone" }],
  ];
  const shown = async ({ left = 10, account = answers.account, memory, ...change }) => {
    const balance = { granted: left, consumed: 0, refunded: 0, expired: 0 };
    const contracts = account.contracts.map((contract) => ({ ...contract, balance }));
    const incident = { ...row, created_at: CREATED, timeline: [ENTRY], ...change };
    return show({ ...answers, account: { ...account, contracts }, incidents: incident, memory });
  };
  const draw = async ({ late, ...change }) => markless([await shown(change)], texts(late))[0];

  // What is drawn for each of some entries of the incident.
  const listed = async (field, name, varies, usual, is) => {
    const all = eachAlone(varies).map((change, at) => ({ ...usual, id: `${name}-${at}`, ...change }));
    let entries = [];
    around(await draw({ [field]: all }), is, (content) => (entries = content.filter((child) => is(child[0], child[1]))));
    // The first thing that happens is the creation.
    entries = entries.slice(-all.length);
    if (entries.length !== all.length) throw new Error(`the page shows ${entries.length} of ${all.length} ${field}`);
    return varied(...choices(varies, entries.map((entry) => [entry])));
  };
  const sides = {};
  for (const side of API.Side.enum) sides[side] = await listed("timeline", "entry", ofEntry(), { ...ENTRY, side }, isOf("happening"));
  const entries = { each: "row.timeline", name: "entry", content: [{ by: ["entry.side"], of: sides }] };
  const contact = await listed("contacts", "contact", ofContact(), { name: mark("contact.name") }, isContact);
  const contacts = { each: "row.contacts", name: "contact", content: contact };

  const isCut = (name, attributes) => name === "li" && isOf("hint")(name, attributes);
  const cutAfter = async (count) => {
    let cut = [];
    around(await draw({ timeline: Array.from({ length: count }, (_, at) => ({ ...ENTRY, id: `entry-${at}` })) }), isCut, (content) => (cut = content.filter((child) => isCut(child[0], child[1]))));
    return cut;
  };
  const cut = await cutAfter(TIMELINE);
  if (cut.length !== 1 || (await cutAfter(TIMELINE - 1)).length !== 0) throw new Error(`a timeline is not cut after ${TIMELINE} entries`);
  const later = { by: ["row.timeline?"], of: { false: [], true: [{ by: [`row.timeline.${TIMELINE - 1}?`], of: { false: [], true: cut } }, entries] } };

  // What is left of a contract that the account has is told in one of two places. Where it is in none, the program says it.
  const { consumption } = words(language).incidents;
  const left = { by: ["held?", ...LEFT.map((path) => `${path}#`)], of: { "false,,": [] } };
  for (const [key, number] of [...counted(language, 10_500), ...[0, 1, 2].map((number) => [`${number}`, number]), ["unlimited", "unlimited"]]) {
    const [, , , [, , , said]] = fact(await shown({ left: number }), consumption);
    const written = number > 2 ? new Intl.NumberFormat(language).format(number) : undefined;
    const told = (path) => markless([said], written ? [[written, { text: path, as: "number" }]] : []);
    left.of[`true,${key},`] = told(LEFT[0]);
    left.of[`true,,${key}`] = told(LEFT[1]);
  }

  const varies = ofPage(world);
  const drawn = new Map();
  for (const change of eachAlone(varies)) {
    const key = JSON.stringify(change);
    if (drawn.has(key)) continue;
    const tree = around(around(await draw(change), isOf("happening"), ([first]) => [first, later]), isContact, () => [contacts]);
    const [, , , consumed] = fact(tree, consumption);
    consumed.splice(3, Infinity, left);
    drawn.set(key, [tree]);
  }
  const content = varied(...choices(varies, eachAlone(varies).map((change) => drawn.get(JSON.stringify(change)))));
  const form = [{ each: "incidents", name: "row", finds: ALL_FINDS, content }];
  checked("/incidents/*", form, texts(true).map(([, slot]) => slot).filter(({ as }) => as));
  return form;
}

// The form of the page of benefits. What its cards say follows from where each benefit stands, which the server tells (GET /benefits); the
// sample has an account that the law finds there.
import { checked, choices, eachAlone, mark, markless, varied, within } from "./compared.mjs";
import { AS_OF, account, API, counted, day, isFromRight, ofAnybody, programme, words } from "./sample.mjs";
import { named } from "../prerendered.mjs";

const PACKAGE = "competency";
const [HIGHEST, LOWER, OTHER] = ["gold", "silver", "action-pack"];
/** An anniversary, and a contract's end, of which nothing is said within a year. */
const FAR = "2037-01-01";
const START = "2031-02-20";
const LINKED = "2031-03-05";
const REQUESTED = "2031-09-16";
const ANSWERED = "2031-09-18";
/** With this part of the incidents left the meter says that they are few, as in src/ui/display.rs. */
const LOW = 0.2;
const PORTAL = "https://portal.example/benefits";
const DAYS = count(START, AS_OF) + 1;

function count(from, to) {
  return (new Date(to) - new Date(from)) / 86_400_000;
}
const later = (from, days) => new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
const LAST_DAY = "9999-12-31";

/** Numbers that have a sentence of their own in some language. */
const SMALL = [1, 2];

/** A benefit's card in the sample. */
const USABLE = { scope: "on-premises", amount: undefined, left: undefined, used: undefined, end: FAR, linked: LINKED, offers: "one", activation: "active" };

const OF_SCOPE = { by: ["card.scope"], cases: API.Placement.enum.map((scope) => [scope, { scope }]) };
const OF_OFFERS = {
  by: ["card.offers.length", "card.offers.0.competencies.0?"],
  cases: [["1,true", {}], ["1,false", { offers: "one that needs none" }], ["2,true", { offers: "two" }]],
};
function ofAmount(language) {
  const amounts = [...counted(language, 30_700), ...SMALL.map((number) => [`${number}`, number]), ["unlimited", "unlimited"]];
  return { by: ["card.allotment#"], cases: amounts.map(([key, amount]) => [key, { amount }]) };
}
const OF_LINK = { by: ["card.contract.linked_on?"], cases: [["true", {}], ["false", { linked: undefined }]] };
function ofLeft(language, small = SMALL) {
  const lefts = [...counted(language, 10_500), ...small.map((number) => [`${number}`, number])];
  return { by: ["card.contract.forecast.remaining#"], cases: lefts.map(([key, left]) => [key, { left }]) };
}
function ofUse(language) {
  const uses = [...counted(language, 20_600), ...[0, ...SMALL].map((number) => [`${number}`, number])];
  return { by: ["card.contract.forecast.used#"], cases: uses.map(([key, used]) => [key, { used }]) };
}
function ofPace(language) {
  const uses = [...counted(language, 20_600), ...SMALL.map((number) => [`${number}`, number])];
  const lasts = uses.map(([key, used]) => [`runs-out,false,${key}`, { used }]);
  const early = uses.map(([key, used]) => [`runs-out,true,${key}`, { used, early: true }]);
  const outlook = "card.contract.forecast.outlook";
  return { by: [`${outlook}.outlook`, `${outlook}.before_the_end`, "card.contract.forecast.used#"], cases: [...lasts, ...early, ["nothing-used,,0", { used: 0 }]] };
}
const OF_REFUSAL = {
  by: ["card.refusal.rule", "card.refusal.why.people?"],
  cases: [[",false", {}], ["S9,true", { viewer: "may not" }], ["S9,false", { viewer: "may not and knows nobody" }]],
};
const REVEALS = "card.contract.may_reveal";
const OF_IDS = { by: [REVEALS], cases: [["true", {}], ["false", { viewer: "reads" }]] };
/** Who only reads may not ask anew either. */
const OF_REFUSAL_AND_IDS = {
  by: [...OF_REFUSAL.by, REVEALS],
  cases: [
    ...OF_REFUSAL.cases.map(([key, change]) => [`${key},true`, change]),
    ["S9,true,false", { viewer: "reads" }],
    ["S9,false,false", { viewer: "reads and knows nobody" }],
  ],
};

/**
 * What varies on the cards of each state that the form is made for, by `STATE`: the state, whether its contract's incidents run out, and
 * whether an offer still grants it.
 */
const STATE = ["card.state.is", "card.contract.granted!", "card.offers.0?"];
function states(language) {
  const granted = [OF_SCOPE, OF_OFFERS, ofAmount(language)];
  const asked = { activation: { state: "pending", requested_on: REQUESTED, requested_by: mark("card.state.requested_by") } };
  const rejected = (reason) => ({ activation: { state: "failed", on: ANSWERED, reason } });
  const made = {
    "not-activated,,true": { sample: { activation: undefined }, varies: [...granted, OF_REFUSAL] },
    "pending,,true": {
      sample: asked,
      varies: [...granted, { by: ["programme.policy.activation_takes"], cases: API.ActivationEstimate.enum.map((takes) => [takes, { takes }]) }],
    },
    "rejected,,true": {
      sample: {},
      varies: [...granted, OF_REFUSAL, { by: ["card.state.reason"], cases: API.FailureReason.enum.map((reason) => [reason, rejected(reason)]) }],
    },
    "not-carried,,true": { sample: { activation: undefined, amount: "none" }, varies: [OF_SCOPE, OF_OFFERS] },
  };
  for (const [isGranted, offers, own] of [
    [true, "one", granted],
    [false, "none", [OF_SCOPE]],
  ]) {
    const varies = [...own, OF_LINK];
    for (const [key, { sample, varies: more }] of Object.entries(contracted(language))) {
      // What is over may be asked for anew.
      const who = key.startsWith("expired") && isGranted ? OF_REFUSAL_AND_IDS : OF_IDS;
      made[`${key},${isGranted}`] = { sample: { ...sample, offers }, varies: [...varies, who, ...more] };
    }
  }
  return made;
}

/** What varies by the contract alone in each state that one can have, by the first two of `STATE`. */
function contracted(language) {
  const [grace, over] = [-12, -40].map((days) => ({ end: later(AS_OF, days) }));
  const unlimited = { left: "unlimited" };
  return {
    "usable,number": { sample: {}, varies: [ofLeft(language), ofPace(language)] },
    "usable,unlimited": { sample: unlimited, varies: [ofUse(language)] },
    "grace,number": { sample: grace, varies: [ofLeft(language)] },
    "grace,unlimited": { sample: { ...grace, ...unlimited }, varies: [ofUse(language)] },
    "exhausted,number": { sample: { left: 0 }, varies: [] },
    "expired,number": { sample: over, varies: [ofLeft(language, [0, ...SMALL])] },
    "expired,unlimited": { sample: { ...over, ...unlimited }, varies: [ofUse(language)] },
  };
}

/** What varies on a card of a contract from elsewhere, of which nobody here sees the IDs; by the first two of `STATE`. */
function statesElsewhere(language) {
  const kinds = Object.entries(contracted(language));
  return Object.fromEntries(kinds.map(([key, { sample, varies }]) => [`${key},false`, { sample: { ...sample, elsewhere: true }, varies: [OF_SCOPE, ...varies] }]));
}

const member = () => {
  const { viewer, ...rest } = account();
  const partner = {
    id: "partner",
    name: mark("account.partner.name"),
    region: "emea",
    portal: "partner-center",
    offers: held("one"),
    activators: [mark("people")],
    activations: [],
  };
  return { ...rest, viewer: { ...viewer, associations: ["mpn"], roles: ["global-admin"] }, partner };
};

/** Offers that are held, earned with these. */
function held(which) {
  const offer = (offer, competency, status = "active") => ({ offer, competency, start: "2031-01-01", anniversary: FAR, status });
  return {
    none: [offer(HIGHEST, "first", "lapsed")],
    one: [offer(HIGHEST, "first")],
    "one that needs none": [offer(HIGHEST)],
    two: [offer(HIGHEST, "first"), offer(LOWER, "second")],
  }[which];
}

/** A programme that has these benefits, each `{ scope, amount }`. */
function having(benefits, { offers, takes }) {
  const law = programme();
  const [benefit] = law.benefits;
  const [competency] = law.competencies;
  law.competencies = ["first", "second"].map((id) => ({ ...competency, id, name: mark(id), is_cloud: false }));
  law.benefits = benefits.map(({ scope, amount }, at) => {
    // Of two offers the one that grants more comes first.
    const granted = { [HIGHEST]: amount, [LOWER]: amount, [OTHER]: "none" };
    const allotments = Object.entries(granted).map(([offer, amount]) => ({ ...benefit.allotments[0], offer, when: "always", amount }));
    return { ...benefit, id: `benefit-${at}`, name: mark("card.name"), scope, allotments };
  });
  for (const plan of law.plans) if (plan.benefit) plan.benefit = law.benefits[0].id;
  const names = { [HIGHEST]: "card.offers.0.name", [LOWER]: "card.offers.1.name", [OTHER]: "offer" };
  for (const offer of law.offers) {
    offer.name = mark(names[offer.id]);
    if (offer.id === HIGHEST) offer.needs_competency = offers !== "one that needs none";
  }
  for (const portal of law.portals) {
    if (portal.id === law.policy.benefits_portal) Object.assign(portal, { name: mark("benefits.portal.name"), url: PORTAL });
  }
  for (const association of law.associations) {
    const { policy } = law;
    if (association.id === policy.member_association) association.name = mark("benefits.door.needed");
    if (association.id === policy.reseller_association) association.name = mark("benefits.door.association");
  }
  const [role] = law.policy.activation_roles;
  law.policy.activation_roles = [role];
  law.roles.find(({ id }) => id === role).name = mark("roles");
  if (takes) law.policy.activation_takes = takes;
  return law;
}

/** What is said of a card that differs from others by its account alone. */
const worldOf = ({ offers, takes, viewer, elsewhere }) => ({ offers, takes, viewer, elsewhere });

/** The account and the programme of cards that have one world. */
function world(cards, { offers, takes, viewer }) {
  const reader = member();
  reader.partner.offers = held(offers);
  if (viewer) reader.viewer.roles = viewer.startsWith("reads") ? [] : ["admin-agent"];
  if (viewer?.endsWith("knows nobody")) reader.partner.activators = [];
  for (const [at, card] of cards.entries()) {
    const { activation, granted, used, expired = 0, end, linked, elsewhere } = card;
    if (activation === undefined) continue;
    const benefit = `benefit-${at}.${PACKAGE}`;
    const reference = `contract-${at}`;
    const asked = { benefit, activation: activation === "active" ? { state: "active", contract: reference } : activation };
    if (!elsewhere) reader.partner.activations.push(asked);
    if (activation !== "active") continue;
    reader.contracts.push({
      reference,
      benefit,
      holder: mark(elsewhere ? "card.holder" : "account.partner.name"),
      own: !elsewhere,
      access_id_masked: mark("card.contract.access_id_masked"),
      contract_id_masked: mark("card.contract.contract_id_masked"),
      start: START,
      end,
      balance: { granted, consumed: used, refunded: 0, expired },
      linked_on: linked,
    });
  }
  return { account: reader, programme: having(cards, { offers, takes }) };
}

/** A card with all that follows from what is said of it: what was granted, and when it runs out, which is not before its end or is `early`. */
function complete(card) {
  const { left, used, early } = card;
  if (typeof left !== "number") return { ...card, granted: left };
  // What was granted is another number than what is left, and than what was used.
  const expired = left === 0 || used === 0 ? 7 : 0;
  const granted = left + used + expired;
  const lasts = used > 0 && left > 0 ? Math.ceil((left * DAYS) / used) : Infinity;
  const on = lasts > count(AS_OF, LAST_DAY) ? LAST_DAY : later(AS_OF, lasts);
  if (early) return { ...card, granted, expired, on, end: later(on, 10) };
  return { ...card, granted, expired, end: on < card.end ? on : card.end };
}

const [ALL_OF, ANY_OF] = [{ type: "conjunction" }, { type: "disjunction" }];
/** How a list is written, as public/form.js takes it. */
const list = (language, as) => (isFromRight(language) ? { ...as, isolated: true } : as);
/** Names as one phrase, as src/words/mod.rs writes them. */
function joined(language, names) {
  const { isolated, ...as } = list(language, ALL_OF);
  const each = isolated ? names.map((name, place) => `${place ? "" : "\u200f"}\u2068${name}\u2069`) : names;
  return new Intl.ListFormat(language, as).format(each);
}

/** What stands in a card for what. */
function texts(language, { amount, left, used, granted, end, on, linked }, at) {
  const number = new Intl.NumberFormat(language);
  const slots = [];
  const add = (value, path) => {
    if (typeof value === "number" && value > SMALL.at(-1)) slots.push([number.format(value), { text: path, as: "number" }], [`${value}`, { text: path }]);
  };
  const outlook = "card.contract.forecast";
  add(amount, "card.allotment");
  add(left, `${outlook}.remaining`);
  add(used, `${outlook}.used`);
  add(granted, "card.contract.granted");
  add(DAYS, `${outlook}.days`);
  slots.push([`contract-${at}`, { text: "card.contract.reference" }]);
  for (const [value, path] of [
    [START, "card.contract.start"],
    [end, "card.contract.end"],
    [later(end, 30), "card.state.last_usable"],
    [linked, "card.contract.linked_on"],
    [on, `${outlook}.outlook.on`],
    [REQUESTED, "card.state.requested_on"],
    [ANSWERED, "card.state.on"],
  ]) {
    if (value) slots.push(...day(language, value, path));
  }
  const listed = list(language, { between: words(language).ui.comma });
  const anyOf = list(language, ANY_OF);
  slots.push(
    [mark("first"), { text: "card.offers.0.competencies", as: listed }],
    [mark("second"), { text: "card.offers.1.competencies", as: listed }],
    [mark("roles"), { text: "card.refusal.why.roles", as: anyOf }],
    [mark("people"), { text: "card.refusal.why.people", as: anyOf }],
    [PORTAL, { text: "benefits.portal.url" }],
  );
  // A longer one may have a shorter one in it.
  return slots.sort(([one], [other]) => other.length - one.length);
}

/** A card whose ids are its own, `of` its list, and whose meter is as full as the answers say. */
function ofItsOwn(card, of) {
  const ids = new Map();
  const collect = ([, { id }, ...content]) => {
    if (id) ids.set(id, [`${id.replace(/-\d+$/, "")}-${of}-`, { text: "place" }]);
    content.filter(Array.isArray).forEach(collect);
  };
  const [some, all] = ["card.contract.forecast.remaining", "card.contract.granted"];
  const changed = ([name, attributes, ...content]) => {
    const values = Object.entries(attributes).map(([key, value]) => [key, ids.get(value) ?? value]);
    const made = Object.fromEntries(values);
    const classes = attributes.class?.split?.(" ") ?? [];
    if (classes.includes("meter")) {
      const others = classes.filter((name) => !["meter", "low", "spent"].includes(name)).map((name) => ` ${name}`).join("");
      made.class = ["meter", { by: [`${some}/${all}/${LOW}`], of: { 0: [" spent"], true: [" low"], false: [] } }, others];
    }
    if (classes.includes("meter-fill")) made.style = ["inline-size: ", { share: [some, all] }, "%;"];
    return [name, made, ...content.map((child) => (Array.isArray(child) ? changed(child) : child))];
  };
  collect(card);
  return changed(card);
}

/** The lists of cards: where each is shown, what tells its ids from others, what it is made of, and what a card goes by in which states. */
const OWN = { section: "own-benefits", of: "of", each: "benefits.benefits", by: STATE, states };
const ELSEWHERE = { section: "linked-contracts", of: "of-linked", each: "benefits.linked", by: [...STATE.slice(0, 2), REVEALS], states: statesElsewhere };

/** What is shown for each entry of a list. */
async function cards({ language, show }, { section, of, each, by, states }) {
  const kinds = Object.entries(states(language)).map(([key, { sample, varies }]) => {
    const usual = { ...USABLE, left: counted(language, 10_500)[0][1], used: counted(language, 20_600)[0][1], amount: counted(language, 30_700)[0][1] };
    return { key, varies, samples: eachAlone(varies).map((change) => complete({ ...usual, ...sample, ...change })) };
  });
  const worlds = {};
  for (const sample of kinds.flatMap(({ samples }) => samples)) (worlds[JSON.stringify(worldOf(sample))] ??= []).push(sample);
  const drawn = new Map();
  for (const samples of Object.values(worlds)) {
    const list = cardsIn(await show(world(samples, samples[0])), section);
    const shown = list?.slice(2) ?? [];
    if (shown.length !== samples.length) throw new Error(`${shown.length} of ${samples.length} ${section} are shown`);
    shown.forEach((entry, at) => drawn.set(samples[at], markless([ofItsOwn(entry, of)], texts(language, samples[at], at))));
  }
  const made = kinds.map(({ key, varies, samples }) => [key, varied(...choices(varies, samples.map((sample) => drawn.get(sample))))]);
  return { each, name: "card", content: [{ by, of: Object.fromEntries(made) }] };
}

const isCards = (name, attributes) => name === "ul" && attributes.class.split(" ").includes("cards");
const isSection = (of) => (name, attributes) => name === "section" && attributes["aria-labelledby"] === of;
const cardsIn = (page, section) => within(within(page, isSection(section)), isCards);
const isComing = isSection("coming");
const isFacts = (name) => name === "dl";

/** The page's usual account; and one that has contracts from `elsewhere`, too. */
const usual = (card, elsewhere = []) => {
  const usable = { ...USABLE, amount: 10, left: 5, used: 5 };
  return world([{ ...usable, ...card }, ...elsewhere.map((card) => ({ ...usable, elsewhere: true, ...card }))].map(complete), { offers: "one" });
};

/** The section that names what changes next, from accounts for which something of each kind does. */
async function coming({ language, show }) {
  const [starts, ends, over] = ["2031-12-01", "2032-01-15", "2032-02-14"];
  const [anniversary, reminded] = ["2032-05-21", "2032-05-06"];
  const given = () => {
    const { account, programme } = usual({ end: ends });
    account.contracts[0].start = starts;
    account.partner.offers[0].anniversary = anniversary;
    return { account, programme };
  };
  // An offer that begins is named where something else changes with it.
  const joined = given();
  joined.account.partner.offers.push({ offer: OTHER, start: reminded, anniversary: FAR, status: "active" });
  const graceless = given();
  delete graceless.programme.policy.extensions.E7;
  const [whole, more, less] = [await show(given()), await show(joined), await show(graceless)];
  // What is said of a day in a page.
  const facts = (page) => within(within(page, isComing), isFacts);
  const said = (page, on) => {
    const [[date]] = day(language, on);
    const fact = facts(page).find((fact) => JSON.stringify(fact).includes(date));
    if (!fact) throw new Error(`nothing changes on ${on}: ${JSON.stringify(facts(page))}`);
    return markless([fact], [
      ...day(language, on, "day.on"),
      ...day(language, over, "event.last_usable"),
      [mark("offer"), { text: "event.offer" }],
      [mark("card.offers.0.name"), { text: "event.offer" }],
      [mark("card.name"), { text: "event.benefit" }],
    ])[0];
  };
  const kinds = [
    ["contract-starts,false", said(whole, starts)],
    ["contract-ends,true", said(whole, later(ends, 1))],
    ["contract-ends,false", said(less, later(ends, 1))],
    ["grace-ends,false", said(whole, later(over, 1))],
    ["reminder-due,false", said(whole, reminded)],
    ["offer-ends,false", said(whole, later(anniversary, 1))],
    ["offer-starts,false", said(more, reminded)],
  ];
  // A day and its sentences: all but those is the same.
  const [[, fact]] = kinds;
  const around = ([name, attributes, on, sentences]) => JSON.stringify([name, attributes, on, sentences.slice(0, 2)]);
  for (const [key, other] of kinds) if (around(other) !== around(fact)) throw new Error(`${key} is shown in a way of its own: ${JSON.stringify(other)}`);
  const of = Object.fromEntries(kinds.map(([key, [, , , said]]) => [key, said.slice(2)]));
  const [begins, withIt] = ["offer-starts,false", "reminder-due,false"];
  of[begins] = of[begins].filter((sentence) => JSON.stringify(sentence) !== JSON.stringify(of[withIt][0]));
  for (const [key, { length }] of Object.entries(of)) if (length !== 1) throw new Error(`${key} has ${length} sentences`);
  const events = { each: "day.events", name: "event", content: [{ by: ["event.event", "event.last_usable?"], of }] };
  const [name, attributes, on, [list, ofList]] = fact;
  facts(whole).splice(2, Infinity, { each: "benefits.coming", name: "day", content: [[name, attributes, on, [list, ofList, events]]] });
  return within(whole, isComing);
}

/** The doors, by what is changed of the usual answers; the open one changes nothing. */
function doors({ account, programme }) {
  const { viewer, partner } = account;
  const reader = (more) => ({ account: { ...account, viewer: { ...viewer, ...more } } });
  const empty = { ...account, contracts: [], partner: { ...partner, offers: [], activations: [] } };
  const strict = structuredClone(programme);
  delete strict.policy.extensions.E2;
  strict.policy.page_audience = strict.policy.activation_roles;
  return [
    ["open", {}],
    ["reseller-only", reader({ associations: [programme.policy.reseller_association] })],
    ["not-member", reader({ associations: [] })],
    ["wrong-account", { account: { ...empty, partner: { ...empty.partner, offers_hidden: true } } }],
    ["no-role", { ...reader({ roles: [] }), programme: strict }],
    ["no-benefits", { account: empty }],
  ];
}

function ofPage(answers) {
  const { account, programme } = answers;
  const { viewer, partner } = account;
  const reads = { account: { ...account, viewer: { ...viewer, roles: [] } } };
  const reminded = (anniversary) => {
    const offer = { offer: OTHER, start: "2030-01-01", anniversary, status: "active" };
    return { account: { ...account, partner: { ...partner, offers: [...partner.offers, offer] } }, reminded: anniversary };
  };
  const nowhere = structuredClone(programme);
  delete nowhere.policy.benefits_portal;
  return [
    { by: ["benefits.door.is"], cases: doors(answers) },
    { by: ["benefits.door.reads_only"], cases: [["false", {}], ["true", reads]] },
    { by: ["benefits.reminder.has_passed"], cases: [["", {}], ["false", reminded(later(AS_OF, 9))], ["true", reminded(later(AS_OF, -26))]] },
    { by: ["benefits.linked.0?"], cases: [["false", {}], ["true", usual({}, [{}])]] },
    { by: ["benefits.coming.0?"], cases: [["false", {}], ["true", { ...usual({ end: later(AS_OF, 100) }), comes: true }]] },
    { by: ["benefits.portal?"], cases: [["true", {}], ["false", { programme: nowhere }]] },
    ...ofAnybody(account),
  ];
}

export async function benefits(given) {
  const { language, zone, show } = given;
  const lists = [];
  for (const kind of [OWN, ELSEWHERE]) lists.push({ section: kind.section, list: await cards(given, kind) });
  const next = await coming(given);
  const answers = usual();
  const varies = ofPage(answers);
  const asOf = day(language, AS_OF, "account.as_of");
  const offers = answers.programme.offers.map(({ name }) => name);
  const ofDoor = [
    [joined(language, offers), { text: "benefits.door.offers", as: list(language, ALL_OF) }],
    [mark("roles"), { text: "benefits.door.roles", as: list(language, ANY_OF) }],
  ];
  const draw = async ({ reminded, comes, ...change }) => {
    const tree = await show({ ...answers, ...change });
    for (const { section } of lists) cardsIn(tree, section)?.splice(2);
    // Then the ids do not depend on how many benefits the sample has.
    const [marked] = markless([named(tree)], [
      ...ofDoor,
      ...asOf,
      ...(reminded ? day(language, reminded, "benefits.reminder.anniversary") : []),
      [mark("offer"), { text: "benefits.reminder.offer" }],
      [PORTAL, { text: "benefits.portal.url" }],
      [zone, { text: "zone" }],
    ]);
    for (const { section, list } of lists) cardsIn(marked, section)?.push(list);
    // What ends in a sample changes next, too.
    const put = (node) => node.flatMap((child) => (!Array.isArray(child) ? [child] : !isComing(...child) ? [put(child)] : comes ? [next] : []));
    return [put(marked)];
  };
  const drawn = [];
  for (const change of eachAlone(varies)) drawn.push(await draw(change));
  const form = varied(...choices(varies, drawn));
  checked("/benefits", form, [...ofDoor, ...asOf].map(([, slot]) => slot).filter(({ as }) => as));
  return form;
}

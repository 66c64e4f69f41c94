// Pages that answers of the server make without a verdict, as forms that the loader fills in before the program is there. They are
// taken from the app itself: it runs in Chromium, in every language, and its server answers with samples. A sample has marks for
// texts, and for each thing that a page can say one by one, all that it can be; what differs is found by comparison. What a form
// was not made for (a new value, a name that is not found) the loader does not show: the program does.
import { readFileSync } from "node:fs";

import { inLanguages, named, opened, shown } from "./prerendered.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
/** What the API can say. */
const API = read("docs/openapi.json").components.schemas;
/** Incidents that the app asks for at a time, as PAGES says; and fewer, of which the sample has one for each thing that varies. */
const PAGE = 25;
const ROWS = 24;
/** A zone whose name no sentence has. */
const ZONE = "Pacific/Chatham";
/** How src/words/intl.rs writes a point in time and a day. */
const MOMENT = { dateStyle: "medium", timeStyle: "short" };
const DAY = { dateStyle: "long", timeZone: "UTC" };

/** What stands in a sample for the text that the answers have under `path`; `as` says how it is shown, where not as it is. */
const mark = (path, as) => `~${path}${as ? `=${as}` : ""}~`;
const MARK = /~([\w.]+)(?:=(\w+))?(?:-\d+)?~/;

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
function sample() {
  const programme = read("programmes/mpn-2021.json");
  programme.name = mark("programme.name");
  const [product] = programme.products;
  product.name = mark("product.name");
  product.versions[0].name = mark("version.name");
  for (const benefit of programme.benefits) benefit.name = mark("benefit.name", "name");
  programme.plans.at(-1).name = mark("plan.name", "name");
  programme.policy.reseller_plan.name = mark("reseller.name", "name");
  const account = {
    revision: 1,
    as_of: "2031-10-27",
    viewer: { id: "viewer", name: mark("account.viewer.name"), kind: "work", associations: [], roles: [] },
    contracts: [contract("own", true), contract("other", false)],
  };
  const row = {
    id: mark("row.id"),
    number: mark("row.number"),
    status: "open",
    created_at: "2032-11-28T19:06:05.000Z",
    created_by: mark("row.created_by"),
    beneficiary: "own-company",
    product: product.id,
    kind: "break-fix",
    severity: "a",
    title: mark("row.title"),
    funding: { by: "contract", contract: "own" },
    consumed: 0,
  };
  const plan = programme.plans.at(-1).id;
  return { account, programme, row, version: product.versions[0].id, plan, reseller: programme.policy.reseller_plan.id };
}

/**
 * Each page with a form: `answers`, by the names that their paths begin with; what `varies` in them; a `list` in them, with what the
 * loader finds for each of its entries (a name, a list, the key by which it is found and where its value stands) and `within` which
 * element they are shown; and texts of the sample that are no marks.
 *
 * Of what varies each case changes one thing, the first nothing. It has the key that the answers give it by the paths in `by`; a path
 * with `?` says whether there is anything.
 */
function pages() {
  const { account, programme, row, version, plan, reseller } = sample();
  const each = (field, values) => Object.fromEntries(values.map((value) => [value, { [field]: value }]));
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
  const payers = [undefined, BENEFIT].flatMap((benefit) =>
    fundings.map(([held, funding]) => [`${funding.by},${held},${benefit !== undefined}`, { funding, benefit }]),
  );
  return {
    "/incidents": {
      answers: { account, programme },
      texts: [
        ["2032-11-28T19:06:05.000Z", { text: "row.created_at" }, MOMENT],
        ["2031-10-27", { text: "account.as_of" }, DAY],
      ],
      varies: [
        { by: ["incidents.incidents.0?"], cases: { true: {}, false: { count: 0 } } },
        {
          // With fewer the app asks for what follows until it has a page's worth.
          by: [`incidents.incidents.${PAGE - 1}?`, "incidents.next?"],
          cases: { "false,false": {}, "true,false": { count: PAGE }, "true,true": { count: PAGE, next: "more" } },
        },
        { by: ["account.viewer.operator"], cases: { "": {}, true: { account: { ...account, viewer: { ...account.viewer, operator: true } } } } },
        { by: ["memory"], cases: { false: {}, true: { memory: true } } },
      ],
      list: {
        within: "tbody",
        entry: row,
        each: "incidents.incidents",
        name: "row",
        finds: [
          ["product", "programme.products", "id", "row.product"],
          ["version", "product.versions", "id", "row.version"],
          ["held", "account.contracts", "reference", "row.funding.contract"],
          ["benefit", "programme.benefits", "id", "held.benefit.~", "row.funding.benefit.~", "row.benefit.~"],
          ["plan", "programme.plans", "id", "row.funding.plan"],
          ["reseller", "programme.policy.reseller_plan", "id", "row.funding.plan"],
        ],
        varies: [
          { by: ["row.customer?"], cases: { false: {}, true: { customer: mark("row.customer") } } },
          { by: ["row.version?"], cases: { false: {}, true: { version } } },
          { by: ["row.severity"], cases: each("severity", API.Severity.enum) },
          { by: ["row.status"], cases: each("status", API.IncidentStatus.enum) },
          { by: ["row.consumed"], cases: each("consumed", [0, 1]) },
          { by: ["row.funding.by", "held?", "held.own", "row.benefit?"], cases: Object.fromEntries(payers) },
        ],
      },
    },
  };
}

/** The forms of a build, by language and page, in a Chromium from playwright. */
export async function forms(build, browser) {
  let answers;
  const asked = (path) => {
    const answer = answers[/\w+/.exec(path)[0]];
    return answer && !path.endsWith("/changes") ? { json: answer } : { status: 404, json: { type: "about:blank", status: 404 } };
  };
  const { page, close } = await opened(build, browser, asked, { timezoneId: ZONE });
  const made = {};
  for (const language of inLanguages()) {
    made[language] = {};
    for (const [path, it] of Object.entries(pages())) {
      const texts = it.texts.flatMap(([text, slot, as]) => [
        [new Intl.DateTimeFormat(language, { timeZone: ZONE, ...as }).format(new Date(text)), { ...slot, as }],
        [text, slot],
      ]);
      const changes = eachAlone(it.list.varies);
      const draw = async ({ count = ROWS, next, ...change }) => {
        // No two have the same id.
        const rows = Array.from({ length: count }, (_, at) => ({ ...it.list.entry, id: mark(`row.id-${at}`), ...changes[at] }));
        answers = { ...it.answers, incidents: { incidents: rows, next }, ...change };
        const tree = await page.evaluate(shown, [language, path, true, answers.memory === true]);
        const [marked] = markless([named(tree)], [...texts, [ZONE, { text: "zone" }]]);
        const list = within(marked, it.list.within);
        if (!list) return [marked];
        const entries = list.splice(2);
        if (entries.length !== rows.length) throw new Error(`${path} shows ${entries.length} of ${rows.length} entries`);
        if (rows.length < changes.length) throw new Error(`${path}: ${changes.length} entries are to be compared`);
        const { each, name, finds } = it.list;
        list.push({ each, name, finds, content: varied(...choices(it.list.varies, entries.slice(0, changes.length).map((entry) => [entry]))) });
        return [marked];
      };
      const drawn = [];
      for (const change of eachAlone(it.varies)) drawn.push(await draw(change));
      made[language][path] = varied(...choices(it.varies, drawn));
      checked(path, made[language][path], texts.map(([, slot]) => slot).filter(({ as }) => as));
    }
  }
  await close();
  return made;
}

/** All first cases together, then each other case alone with the first ones of the others. */
function eachAlone(varies) {
  const firsts = Object.assign({}, ...varies.map(({ cases }) => Object.values(cases)[0]));
  const others = varies.flatMap(({ cases }) => Object.values(cases).slice(1));
  return [firsts, ...others.map((change) => ({ ...firsts, ...change }))];
}

/** What was drawn of `eachAlone`: the first, and for each thing that varies its cases. */
function choices(varies, [base, ...others]) {
  const each = varies.map(({ by, cases }) => {
    const [first, ...keys] = Object.keys(cases);
    return { by, first, others: keys.map((key) => [key, others.shift()]) };
  });
  return [base, each];
}

/** Where a link leads depends on where it stands. */
const written = (node) => JSON.stringify(node, (key, value) => (key === "href" ? undefined : value));
const same = (one, other) => written(one) === written(other);
const isElement = (node) => Array.isArray(node);
/** Whether two nodes are the same but for what they hold. */
const alike = (one, other) => isElement(one) && isElement(other) && same(one.slice(0, 2), other.slice(0, 2));

/**
 * The content `base` with a choice wherever something that varies makes another one. Where two of them change one place, the first
 * decides, and the others count in its first case.
 */
function varied(base, each) {
  const differing = each.filter(({ others }) => others.some(([, other]) => !same(base, other)));
  if (differing.length === 0) return base;
  const uneven = differing.find(({ others }) => others.some(([, other]) => other.length !== base.length));
  if (uneven) return around(base, uneven, differing.filter((it) => it !== uneven));
  return base.flatMap((node, place) => {
    const here = differing
      .map(({ others, ...it }) => ({ ...it, others: others.map(([key, other]) => [key, [other[place]]]) }))
      .filter(({ others }) => others.some(([, [other]]) => !same(node, other)));
    const unlike = here.find(({ others }) => others.some(([, [other]]) => !alike(node, other)));
    if (unlike) return around([node], unlike, here.filter((it) => it !== unlike));
    if (here.length === 0) return [node];
    const inner = here.map(({ others, ...it }) => ({ ...it, others: others.map(([key, [other]]) => [key, other.slice(2)]) }));
    return [[...node.slice(0, 2), ...varied(node.slice(2), inner)]];
  });
}

/** What all cases begin and end with, and between that the choice. */
function around(base, { by, first, others }, rest) {
  const all = [base, ...others.map(([, other]) => other)];
  const shortest = Math.min(...all.map(({ length }) => length));
  const alikeFrom = (place, least) => {
    let count = 0;
    while (count < least && all.every((content) => same(content.at(place(count)), base.at(place(count))))) count += 1;
    return count;
  };
  const before = alikeFrom((count) => count, shortest);
  const after = alikeFrom((count) => -1 - count, shortest - before);
  const part = (content, from, to) => {
    if (content.length !== base.length) throw new Error(`what varies by ${by} varies by more`);
    return content.slice(from, to);
  };
  const restOf = (from, to) =>
    varied(base.slice(from, to), rest.map(({ others, ...it }) => ({ ...it, others: others.map(([key, other]) => [key, part(other, from, to)]) })));
  const end = base.length - after;
  const between = others.map(([key, other]) => [key, other.slice(before, other.length - after)]);
  return [...restOf(0, before), { by, of: { [first]: restOf(before, end), ...Object.fromEntries(between) } }, ...restOf(end)];
}

/** The element of this name in a tree. */
function within(node, name) {
  if (!isElement(node)) return undefined;
  return node[0] === name ? node : node.slice(2).map((child) => within(child, name)).find(Boolean);
}

/** Content with what stands for each mark in its place. */
function markless(content, texts) {
  return content.flatMap((node) => {
    if (!isElement(node)) return slotted(node, texts);
    const [name, attributes, ...inner] = node;
    const values = Object.entries(attributes).map(([key, value]) => {
      const parts = slotted(value, texts);
      return [key, parts.every((part) => typeof part === "string") ? value : parts];
    });
    return [[name, Object.fromEntries(values), ...markless(inner, texts)]];
  });
}

function slotted(text, texts) {
  // The first letter of a mark alone.
  if (text === "~") return [{ text: "account.viewer.name", as: "initial" }];
  for (const [known, slot] of texts) {
    const [before, ...after] = text.split(known);
    if (after.length > 0) return [...slotted(before, texts), slot, ...slotted(after.join(known), texts)];
  }
  const found = MARK.exec(text);
  if (!found) return text === "" ? [] : [text];
  const [whole, path, as] = found;
  return [...slotted(text.slice(0, found.index), texts), as ? { text: path, as } : { text: path }, ...slotted(text.slice(found.index + whole.length), texts)];
}

/** @throws where a form has nothing that follows a text which the page shows. */
function checked(path, form, slots) {
  const all = JSON.stringify(form);
  for (const slot of slots) if (!all.includes(JSON.stringify(slot))) throw new Error(`the form of ${path} says ${JSON.stringify(slot)} nowhere`);
  if (all.includes("~") && MARK.test(all)) throw new Error(`the form of ${path} has a mark left`);
}

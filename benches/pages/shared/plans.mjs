// The plans side by side, as plain data. What our page asks the law (what the account has of each) stands in `verdicts`.

const CAUTION = { "third-party": "plans.unconfirmed", inferred: "plans.inferred" };
const STANDING = { vendor: "plans.source_vendor", "third-party": "plans.source_third_party", inferred: "plans.source_inferred" };
const PER = { month: "plans.per_month", year: "plans.per_year", incident: "plans.per_incident" };

/** The names of all plans, to choose from. */
export const planChoices = (w, { programme }) => programme.plans.map(({ id, name }) => ({ id, name: w.named(name) }));

/** The plans that are not in `hidden`: `{ plans, rows, sources }`. */
export function comparisonOf(w, { programme, verdicts }, hidden) {
  const plans = programme.plans.filter(({ id }) => !hidden.has(id));
  const used = new Map();
  const attributes = programme.plan_attributes.map((attribute) => {
    const figures = plans.map((plan) => plan.attributes[attribute.id]);
    const values = figures.map((figure) => JSON.stringify(figure ? figure.value : { kind: "not-published" }));
    return { attribute, figures, differs: values.some((value) => value !== values[0]) };
  });
  // What tells the plans apart is read first.
  const first = [...attributes.filter(({ differs }) => differs), ...attributes.filter(({ differs }) => !differs)];
  const rows = first.map(({ attribute, figures, differs }) => ({
    id: attribute.id,
    name: w.named(attribute.name),
    differs,
    cells: figures.map((figure) => ({
      text: figureText(w, figure?.value),
      note: noteOf(w, figure?.value),
      origin: originOf(w, programme, used, figure?.source),
    })),
  }));
  return {
    plans: plans.map((plan) => ({
      id: plan.id,
      name: w.named(plan.name),
      summary: w.named(plan.summary),
      url: plan.url,
      link: w("plans.vendor_page", { plan: w.named(plan.name) }),
      quoteFor: w("plans.quote_for", { plan: w.named(plan.name) }),
      quotePer: w("plans.quote_per", { plan: w.named(plan.name) }),
      quotable: !plan.benefit,
      ...verdicts.plans.find(({ plan: id }) => id === plan.id),
    })),
    rows,
    sources: [...used].map(([id, { number }]) => {
      const source = programme.sources.find((source) => source.id === id);
      return {
        number,
        title: source.title,
        url: source.url,
        about: `${w("plans.source_as_of", { day: source.as_of })} · ${w(STANDING[source.confidence])}`,
      };
    }),
  };
}

function figureText(w, value) {
  switch (value?.kind) {
    case "included":
      return w("plans.included");
    case "not-included":
      return w("plans.not_included");
    case "on-request":
      return w("plans.on_request");
    case "money":
      return w(PER[value.per], value);
    case "hours":
      return w("plans.hours", value);
    case "text":
      return w.named(value.words);
    default:
      return w("plans.not_published");
  }
}

function noteOf(w, value) {
  if (value?.kind === "hours") return w("plans.hours_note");
  return value?.note ? w.named(value.note) : null;
}

function originOf(w, programme, used, id) {
  const source = id && programme.sources.find((source) => source.id === id);
  if (!source) return null;
  if (!used.has(id)) used.set(id, { number: used.size + 1 });
  const { number } = used.get(id);
  const caution = CAUTION[source.confidence];
  return { number, text: w("plans.source", { number, day: source.as_of }), caution: caution ? w(caution) : null };
}

/** What the reader is told about the rows: `hidden` of them say the same in all plans. */
export function statusOf(w, { plans, rows }, differencesOnly) {
  if (plans.length === 0) return w("plans.none_chosen");
  if (!differencesOnly) return "";
  const hidden = rows.filter((row) => !row.differs).length;
  return hidden === 0 ? w("plans.all_differ") : w("plans.rows_hidden", { count: hidden });
}

/** What a quote can be charged by; the first is what a quote is taken to be. */
export const periodsOf = (w) => [
  { value: "year", text: w("plans.quote_year") },
  { value: "month", text: w("plans.quote_month") },
  { value: "incident", text: w("plans.quote_incident") },
];

const QUOTES = "partner-support.quotes";

/** The quotes that the viewer typed in this tab, by plan, and by plan and `/per` what they are charged by. */
export function keptQuotes({ account }) {
  try {
    const { viewer, quotes } = JSON.parse(sessionStorage.getItem(QUOTES));
    return viewer === account.viewer.id ? quotes : {};
  } catch {
    return {};
  }
}

export function keepQuotes({ account }, quotes) {
  try {
    sessionStorage.setItem(QUOTES, JSON.stringify({ viewer: account.viewer.id, quotes }));
  } catch {
    // A full storage costs the quotes, not the page.
  }
}

export const isSafe = (url) => /^(https:\/\/|mailto:)/.test(url ?? "");

// What the benefits page shows, as plain data. What our page asks the law stands in `verdicts`, in words.

const COVERS = { "on-premises": "benefits.covers_on_premises", cloud: "benefits.covers_cloud", hybrid: "benefits.covers_both" };

/** The cards of the company's benefits and of linked contracts, and what is said above them. */
export function benefitsOf(w, { account, programme, verdicts }) {
  const cards = verdicts.benefits.map((told) => cardOf(w, account, programme, told));
  return {
    heading: w("benefits.benefits_heading", { partner: account.partner?.name ?? "" }),
    note: verdicts.only_reads ? w("benefits.reader_note") : null,
    reminder: verdicts.reminder,
    own: cards.filter((card) => !card.holder),
    linked: cards.filter((card) => card.holder),
  };
}

function cardOf(w, account, programme, told) {
  const benefit = programme.benefits.find(({ id }) => id === told.benefit.split(".")[0]);
  const contract = account.contracts.find(({ reference }) => reference === told.contract);
  const name = w.named(benefit.name);
  const facts = [
    ...(told.source ? [[w("benefits.source"), told.source]] : []),
    [w("benefits.covers"), w(COVERS[benefit.scope])],
    ...(told.includes ? [[w("benefits.allotment"), told.includes]] : []),
    ...(contract
      ? [
          [w("benefits.valid"), w("benefits.valid_from_to", contract)],
          [w("benefits.linked"), contract.linked_on ? w("benefits.linked_since", { day: contract.linked_on }) : w("benefits.linked_not_yet")],
        ]
      : []),
  ];
  return {
    key: told.benefit,
    reference: contract?.reference,
    name,
    of: w("benefits.ids_of", { benefit: name }),
    holder: contract && !contract.own ? w("benefits.held_by", { company: contract.holder }) : null,
    tone: told.tone,
    state: told.state,
    text: told.text,
    meter: contract ? meterOf(w, contract.balance) : null,
    facts: facts.map(([name, value]) => ({ name, value })),
    ids: contract
      ? [
          { field: "access_id", label: w("benefits.access_id"), masked: contract.access_id_masked ?? w("benefits.ids_later") },
          { field: "contract_id", label: w("benefits.contract_id"), masked: contract.contract_id_masked ?? w("benefits.ids_later") },
        ]
      : null,
    mayReveal: told.may_reveal,
    usable: told.usable,
    activation: told.activation
      ? {
          text: w(told.activation.again ? "benefits.activate_again" : "benefits.activate"),
          whyNot: told.activation.why_not,
          title: w("benefits.activate_title", { benefit: name }),
          explain: w("benefits.activate_text", { partner: account.partner.name }),
          done: w("benefits.activate_done", { benefit: name }),
        }
      : null,
  };
}

function meterOf(w, { granted, consumed, refunded, expired }) {
  const used = consumed - refunded;
  if (granted === "unlimited") return { text: w("benefits.unlimited_used", { count: used }) };
  const left = Math.max(0, granted - used - expired);
  const share = Math.min(left, granted) / Math.max(1, granted);
  return {
    label: w("benefits.remaining"),
    text: w("benefits.remaining_of", { count: left, granted }),
    value: left,
    max: granted,
    class: left === 0 ? "meter empty" : share <= 0.2 ? "meter low" : "meter",
    fill: `${(share * 100).toFixed(1)}%`,
  };
}

/** So long the IDs stay on show, in milliseconds. */
export const SHOWN_FOR = 60_000;

/** What is wrong with the two IDs as they were typed: `[{ field, text }]`. */
export const linkErrors = (w, accessId, contractId) => [
  ...(accessId.trim() ? [] : [{ field: "access-id", text: w("benefits.link_access_missing") }]),
  ...(contractId.trim() ? [] : [{ field: "contract-id", text: w("benefits.link_contract_missing") }]),
];

/** What linking has failed with: an error of a field, or a sentence. */
export const linkFailure = (w, problem, sentence) =>
  problem.code === "unknown-ids"
    ? { errors: [{ field: "access-id", text: w("benefits.link_unknown") }] }
    : { errors: [], problem: sentence };

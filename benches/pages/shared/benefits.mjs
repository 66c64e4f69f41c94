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
    coming: verdicts.coming,
    manage: manageOf(w, account, programme),
  };
}

/** Where benefits and offers are managed. */
function manageOf(w, { partner }, { policy, portals }) {
  const id = partner?.portal === "partner-center" ? policy.benefits_portal : policy.legacy_portal;
  const portal = partner && portals.find((portal) => portal.id === id);
  return portal ? { url: portal.url, text: w("benefits.manage_in", { portal: w.named(portal.name) }) } : null;
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
    pace: told.pace,
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
          message: told.activation.message ? messageOf(w, account, programme, name) : null,
        }
      : null,
  };
}

/** A message to those who may activate the benefit, ready to be sent. */
function messageOf(w, { viewer, partner }, { policy, roles }, benefit) {
  const names = policy.activation_roles.map((id) => w.named(roles.find((role) => role.id === id).name));
  const people = partner.activators;
  const subject = w("benefits.message_subject", { benefit });
  const text = [
    people.length > 0 ? w("benefits.message_hello", { people: w.allOf(people) }) : w("benefits.message_hello_anybody"),
    w("benefits.message_ask", { benefit, partner: partner.name, roles: w.anyOf(names), button: w("benefits.activate") }),
    w("benefits.message_where", { address: location.href }),
    `${w("benefits.message_thanks")}\n${viewer.name}`,
  ].join("\n\n");
  const body = text.replaceAll("\n", "\r\n");
  return { text, mail: `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}` };
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

/** What linking has done to the account; doing it twice is harmless. */
export const linkDone = (w, before, after) => w(before.revision === after.revision ? "benefits.link_already" : "benefits.link_done");

/** What linking has failed with: an error of a field, or a sentence. */
export const linkFailure = (w, problem, sentence) =>
  problem.code === "unknown-ids"
    ? { errors: [{ field: "access-id", text: w("benefits.link_unknown") }] }
    : { errors: [], problem: sentence };

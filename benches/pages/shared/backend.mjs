// The calls. What a prerendered page has asked for already is waited for, not asked again.
const BASE = "/api/v1";
const BEARER = { authorization: "Bearer a-fixed-token" };
/** Incidents that one call asks for. */
const PAGE = 25;

const NEEDS = {
  benefits: ["/programme"],
  incidents: ["/programme", `/incidents?limit=${PAGE}`],
  plans: ["/programme"],
};

/** The paths that a page needs answers from; a page that does not exist needs the account alone. */
export const pathsOf = (route, lang) => ["/account", `/account/verdicts?lang=${lang}`, ...(NEEDS[route] ?? ["/programme"])];

/** The script that a prerendered page begins with: asks for its data before anything else is there. */
export const earlyScript = (route, lang) =>
  `early={};for(const path of ${JSON.stringify(pathsOf(route, lang))})early[path]=fetch("${BASE}"+path,{headers:${JSON.stringify(BEARER)}})`;

const kept = new Map();

async function get(path) {
  const early = globalThis.early?.[path];
  if (early) delete globalThis.early[path];
  return read(await (early ?? fetch(BASE + path, { headers: BEARER })));
}

async function read(answer) {
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), await answer.json().catch(() => ({})));
  return answer.json();
}

/** The account, its verdicts and the programme are asked for once; incidents whenever their page is opened. */
function once(path) {
  if (!kept.has(path)) {
    const answer = get(path);
    kept.set(path, answer);
    answer.catch(() => kept.delete(path));
  }
  return kept.get(path);
}

/** What a page shows: `{ account, verdicts, programme, incidents? }`. */
export async function load(route, lang) {
  const [account, verdicts, programme, incidents] = await Promise.all(
    pathsOf(route, lang).map((path) => (path.startsWith("/incidents") ? get(path) : once(path))),
  );
  return { account, verdicts, programme, incidents };
}

/** The page of incidents after this one. */
export const moreIncidents = (after) => get(`/incidents?limit=${PAGE}&after=${encodeURIComponent(after)}`);

const post = async (path, body = {}) =>
  read(
    await fetch(BASE + path, {
      method: "POST",
      headers: { ...BEARER, "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(body),
    }),
  );

/** The account has changed: it and what the law says of it are asked for again. */
function forget() {
  for (const path of kept.keys()) if (path.startsWith("/account")) kept.delete(path);
}

export async function activate(benefit) {
  await post(`/benefits/${benefit}/activation`);
  forget();
}

export const revealIds = (contract) => post(`/contracts/${contract}/revealed-ids`);

export async function linkContract(accessId, contractId) {
  await post("/contract-links", { access_id: accessId, contract_id: contractId });
  forget();
}

/** A failure in a sentence. */
export const problemSentence = (w, { code }) => (code ? w("shell.problem_refused", { code }) : w("shell.problem_unreachable"));

// The same transaction as the server's "create incident", on the same tables with the same durability and the same sharing
// of commits, and the same reading of an account, as one would write it with Fastify and better-sqlite3. To compare with.
//
// node server.mjs DATA-FILE ISSUER AUDIENCE

import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import Database from "better-sqlite3";
import Fastify from "fastify";

const [file, issuer, audience] = process.argv.slice(2);
const BATCH = 256;

const { jwks_uri } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const { keys } = await (await fetch(jwks_uri)).json();
const keysById = new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));

const db = new Database(file);
for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -65536"]) {
  db.pragma(pragma);
}
db.pragma("foreign_keys = ON");
const sql = (text) => db.prepare(text);
const begin = sql("BEGIN IMMEDIATE");
const commit = sql("COMMIT");
const rollback = sql("ROLLBACK");
const savepoint = sql("SAVEPOINT request");
const undo = sql("ROLLBACK TO request");
const release = sql("RELEASE request");
const readViewer = sql("SELECT partner_id, revision FROM viewer WHERE issuer = ? AND subject = ?");
const readPartner = sql("SELECT * FROM partner WHERE id = ?");
const readRevision = sql("SELECT revision FROM partner WHERE id = ?");
const readContracts = sql('SELECT reference, benefit, start, "end" FROM contract WHERE partner_id = ?');
const readActivations = sql("SELECT benefit, state FROM activation WHERE partner_id = ?");
const readLinks = sql("SELECT partner_id, reference FROM contract_link WHERE issuer = ? AND subject = ?");
const readBalance = sql(
  `SELECT granted, consumed, refunded, expired FROM ledger WHERE partner_id = ? AND contract = ? ORDER BY line DESC LIMIT 1`,
);
const readLast = sql("SELECT line, hash FROM ledger WHERE partner_id = ? ORDER BY line DESC LIMIT 1");
const readKey = sql(
  `SELECT fingerprint, status, location, body FROM idempotency
   WHERE partner_id = ? AND issuer = ? AND subject = ? AND key = ?`,
);
const nextNumber = sql("UPDATE incident_number SET value = value + 1 RETURNING value");
const touch = sql("UPDATE partner SET revision = revision + 1 WHERE id = ?");
const addIncident = sql(
  `INSERT INTO incident (partner_id, id, number, status, status_since, created_at, creator_issuer, creator_subject, creator_name, request,
     product, severity, sought, contract, benefit, consumed, portal, description)
   VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, NULL, ?)`,
);
const addLine = sql(
  `INSERT INTO ledger (partner_id, line, contract, kind, amount, incident, reason, at, by_subject, granted, consumed,
     refunded, expired, previous, hash)
   VALUES (?, ?, ?, 'consume', 1, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const addEvent = sql(
  `INSERT INTO outbox (partner_id, id, kind, concerns, payload, at, due_at) VALUES (?, ?, 'incident.created', ?, ?, ?, ?)`,
);
const addKey = sql(
  `INSERT INTO idempotency (partner_id, issuer, subject, key, fingerprint, status, location, body, at)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function uuid7(now) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Who asks; undefined when the token does not count. */
function signedIn(authorization = "") {
  const [head, claims, signature] = authorization.replace(/^Bearer /, "").split(".");
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url"));
  const key = keysById.get(kid);
  if (alg !== "ES256" || !key) return undefined;
  const given = { key, dsaEncoding: "ieee-p1363" };
  if (!verify("sha256", Buffer.from(`${head}.${claims}`), given, Buffer.from(signature, "base64url"))) return undefined;
  const read = JSON.parse(Buffer.from(claims, "base64url"));
  const now = Date.now() / 1000;
  if (read.iss !== issuer || read.aud !== audience || read.exp < now || read.nbf > now + 60) return undefined;
  return read;
}

function account(person) {
  const viewer = readViewer.get(issuer, person.sub);
  const partner = readPartner.get(viewer?.partner_id);
  if (!partner) return undefined;
  const links = readLinks.all(issuer, person.sub);
  const contracts = readContracts.all(partner.id).map((contract) => ({
    ...contract,
    linked: links.some((link) => link.reference === contract.reference),
    balance: readBalance.get(partner.id, contract.reference),
  }));
  const activations = readActivations.all(partner.id).map((it) => ({ ...it, state: JSON.parse(it.state) }));
  return {
    as_of: new Date().toISOString().slice(0, 10),
    revision: partner.revision + viewer.revision,
    viewer: { name: person.name, roles: person.roles, associations: person.associations },
    partner: {
      id: partner.id,
      name: partner.name,
      offers: JSON.parse(partner.offers),
      plans: JSON.parse(partner.plans),
      activators: JSON.parse(partner.activators),
      activations,
    },
    contracts,
  };
}

const refused = (status, code) => ({ status, body: JSON.stringify({ code, status }) });

/** Inside the transaction. */
function create(person, key, text, request) {
  const facts = account(person);
  if (!facts) return refused(404, "not-found");
  const partner = facts.partner.id;
  const fingerprint = sha256("POST /incidents", text);
  const before = readKey.get(partner, issuer, person.sub, key);
  if (before) {
    return before.fingerprint.equals(fingerprint) ? before : refused(422, "idempotency-key-reused");
  }
  const contract = facts.contracts.find((it) => it.reference === request.funding.contract);
  const balance = contract?.balance;
  const today = facts.as_of;
  const remains = balance && (balance.granted ?? Infinity) - balance.consumed + balance.refunded - balance.expired;
  if (!contract?.linked || contract.start > today || contract.end < today || !(remains > 0)) {
    return refused(409, "refused");
  }
  const now = Date.now();
  const id = uuid7(now);
  const { value: number } = nextNumber.get();
  const incident = { id, number: `I-${number}`, status: "open", created_at: new Date(now).toISOString(), ...request };
  const sought = `${incident.number}\n${request.title}\n`.toLowerCase();
  const { description, ...short } = request;
  addIncident.run(partner, id, number, now, now, issuer, person.sub, person.name, JSON.stringify(short), request.product,
    request.severity, sought, contract.reference, contract.benefit, description);
  const last = readLast.get(partner);
  const line = last.line + 1;
  balance.consumed += 1;
  const written = [partner, line, contract.reference, "consume", 1, id, now, person.sub, balance];
  addLine.run(partner, line, contract.reference, id, now, person.sub, balance.granted, balance.consumed, balance.refunded,
    balance.expired, last.hash, sha256(last.hash, JSON.stringify(written)));
  touch.run(partner);
  const payload = JSON.stringify({ partner: { id: partner, name: facts.partner.name }, incident });
  addEvent.run(partner, uuid7(now), id, payload, now, now);
  facts.revision += 1;
  const body = JSON.stringify({ incident, account: facts });
  const location = `/api/v1/incidents/${id}`;
  addKey.run(partner, issuer, person.sub, key, fingerprint, 201, location, Buffer.from(body), now);
  return { status: 201, location, body };
}

/** Requests that wait for the next commit. */
let waiting = [];

function writeAll() {
  const batch = waiting.splice(0, BATCH);
  if (waiting.length > 0) setImmediate(writeAll);
  let answers;
  try {
    begin.run();
    answers = batch.map(({ work }) => {
      savepoint.run();
      let answer;
      try {
        answer = work();
      } catch (error) {
        answer = refused(500, String(error));
      }
      if (answer.status !== 201) undo.run();
      release.run();
      return answer;
    });
    commit.run();
  } catch {
    if (db.inTransaction) rollback.run();
    answers = batch.map(() => refused(503, "unavailable"));
  }
  batch.forEach(({ tell }, number) => tell(answers[number]));
}

function inNextCommit(work) {
  return new Promise((tell) => {
    if (waiting.push({ work, tell }) === 1) setImmediate(writeAll);
  });
}

const app = Fastify({ bodyLimit: 65_536 });
app.addContentTypeParser("application/json", { parseAs: "string" }, (_, text, done) => done(null, text));
app.addHook("onRequest", async (request, reply) => {
  request.person = signedIn(request.headers.authorization);
  if (!request.person) return reply.code(401).send({ code: "unauthenticated", status: 401 });
});
app.post("/api/v1/incidents", async (request, reply) => {
  const [key, text] = [request.headers["idempotency-key"], request.body];
  const asked = JSON.parse(text);
  const answer = await inNextCommit(() => create(request.person, key, text, asked));
  reply.code(answer.status).type("application/json");
  if (answer.location) reply.header("location", answer.location);
  return reply.send(answer.body);
});
app.get("/api/v1/account", async (request, reply) => {
  const { sub, name, roles, associations } = request.person;
  const bound = readViewer.get(issuer, sub);
  const partner = bound && readRevision.get(bound.partner_id);
  if (!partner) return reply.code(404).send({ code: "not-found", status: 404 });
  const of = sha256(JSON.stringify({ name, roles, associations })).toString("hex").slice(0, 16);
  const etag = `"${partner.revision + bound.revision}-${new Date().toISOString().slice(0, 10)}-${of}"`;
  reply.header("etag", etag).header("cache-control", "private, no-cache");
  // Like the program, it reads the facts only for a copy that is not current.
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.send(account(request.person));
});
await app.listen({ host: "127.0.0.1", port: 0 });
console.log(`serving ${app.server.address().port}`);

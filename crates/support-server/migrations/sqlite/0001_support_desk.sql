-- The support desk of one programme. A company's id is in every key, and comes first in most of them, so that a company's
-- rows lie together; where an id comes first that sorts by time, new entries go to the end, wherever their company is.
-- Tables of short rows lie in the order of their keys (WITHOUT ROWID), and incidents, which are read by the page; other
-- tables whose rows carry whole messages do not.
-- Dates are YYYY-MM-DD; moments are milliseconds since 1970-01-01 UTC on the domain's clock unless said otherwise.
-- The same tables as in ../postgres, statement by statement.

-- Facts about this store: what its clock is ahead by, which key its IDs are sealed with.
CREATE TABLE about (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The numbers of incidents, to say on the phone.
CREATE TABLE incident_number (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT INTO incident_number (only, value) VALUES (1, 100000);

CREATE TABLE partner (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  region     TEXT NOT NULL,
  portal     TEXT NOT NULL CHECK (portal IN ('partner-center', 'partner-membership-center')),
  reseller   TEXT,                        -- what kind; NULL when it is none, or when that is not known
  plans      TEXT NOT NULL,               -- JSON list of ids of paid plans
  offers     TEXT NOT NULL,               -- JSON list of membership offers, as the law writes them
  activators TEXT NOT NULL,               -- JSON list of names
  revision   INTEGER NOT NULL             -- counts the changes of this company's rows
) STRICT, WITHOUT ROWID;

-- Which partner account a person belongs to. The server's own knowledge, never the token's.
CREATE TABLE viewer (
  issuer      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  partner_id  TEXT,
  sees_offers INTEGER NOT NULL CHECK (sees_offers IN (0, 1)),
  is_bound    INTEGER NOT NULL CHECK (is_bound IN (0, 1)),  -- else their directory's binding counts
  revision    INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- The same for everybody of a directory tenant who has no binding of their own.
CREATE TABLE tenant (
  issuer     TEXT NOT NULL,
  tenant     TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (issuer, tenant)
) STRICT, WITHOUT ROWID;

CREATE TABLE contract (
  partner_id TEXT NOT NULL REFERENCES partner (id),
  reference  TEXT NOT NULL,
  benefit    TEXT NOT NULL,
  sealed_ids BLOB NOT NULL,               -- both IDs, encrypted
  start      TEXT NOT NULL,
  "end"      TEXT NOT NULL,
  PRIMARY KEY (partner_id, reference),
  CHECK ("end" >= start)
) STRICT;

CREATE INDEX contract_by_end ON contract ("end");

-- From the keyed hash of both IDs to their contract.
CREATE TABLE contract_mark (
  mark       BLOB PRIMARY KEY,
  partner_id TEXT NOT NULL,
  reference  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE activation (
  partner_id   TEXT NOT NULL REFERENCES partner (id),
  benefit      TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  state        TEXT NOT NULL,             -- JSON, as the law writes it
  is_pending   INTEGER NOT NULL CHECK (is_pending IN (0, 1)),
  PRIMARY KEY (partner_id, benefit)
) STRICT, WITHOUT ROWID;
CREATE INDEX activation_waiting ON activation (requested_at, partner_id, benefit) WHERE is_pending = 1;

CREATE TABLE contract_link (
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  reference  TEXT NOT NULL,
  linked_on  TEXT NOT NULL,
  PRIMARY KEY (issuer, subject, partner_id, reference)
) STRICT, WITHOUT ROWID;

-- Tries with IDs that no contract has. Real time.
CREATE TABLE failed_link (
  issuer  TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_link_by_person ON failed_link (issuer, subject, at);
CREATE INDEX failed_link_by_age ON failed_link (at);

CREATE TABLE incident (
  partner_id      TEXT NOT NULL REFERENCES partner (id),  -- whose contract or membership pays
  id              TEXT NOT NULL,                          -- UUIDv7
  number          INTEGER NOT NULL,
  status          TEXT NOT NULL,
  status_since    INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  creator_issuer  TEXT NOT NULL,
  creator_subject TEXT NOT NULL,
  creator_name    TEXT NOT NULL,
  request         TEXT NOT NULL,                          -- JSON, as it was sent but for the description; severity and impact of today
  product         TEXT NOT NULL,
  severity        TEXT NOT NULL,
  sought          TEXT NOT NULL,                          -- what a search looks at, in lower case
  contract        TEXT,
  benefit         TEXT,
  consumed        INTEGER NOT NULL CHECK (consumed IN (0, 1)),
  portal          TEXT,
  description     TEXT NOT NULL,                          -- last: a list passes it over, however long it is
  PRIMARY KEY (partner_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_by_creator ON incident (creator_issuer, creator_subject, id);
CREATE UNIQUE INDEX incident_by_id ON incident (id);

-- What happened to an incident after it was created.
CREATE TABLE incident_event (
  partner_id TEXT NOT NULL,
  incident   TEXT NOT NULL,
  id         TEXT NOT NULL,                -- UUIDv7
  at         INTEGER NOT NULL,
  by_name    TEXT,                         -- absent: the vendor's system did not say
  side       TEXT NOT NULL CHECK (side IN ('partner', 'vendor')),
  what       TEXT NOT NULL,                -- JSON, as it is told
  PRIMARY KEY (partner_id, incident, id),
  FOREIGN KEY (partner_id, incident) REFERENCES incident (partner_id, id)
) STRICT;

-- Calls of the vendor's system that were acted on. Real time.
CREATE TABLE desk_call (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_call_by_age ON desk_call (at);

-- Who is signed in by a cookie: its SHA-256 alone, so that nobody can pose as them who reads this. Real time.
CREATE TABLE session (
  id      BLOB PRIMARY KEY,
  person  TEXT NOT NULL,                   -- JSON
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_end ON session (ends_at);

-- Append-only. Every line of a company carries the hash of its line before, so that a change from outside shows, and
-- what its contract's lines so far sum up to, so that reading a balance is reading a line.
CREATE TABLE ledger (
  partner_id TEXT NOT NULL,
  line       INTEGER NOT NULL,
  contract   TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('grant', 'consume', 'refund', 'expire', 'correct')),
  amount     INTEGER CHECK (amount >= 0 OR kind = 'correct'),  -- absent: an unlimited grant
  incident   TEXT,
  reason     TEXT,
  at         INTEGER NOT NULL,
  by_subject TEXT NOT NULL,
  granted    INTEGER CHECK (granted >= 0),                     -- absent: unlimited
  consumed   INTEGER NOT NULL,
  refunded   INTEGER NOT NULL,
  expired    INTEGER NOT NULL,
  previous   BLOB NOT NULL,
  hash       BLOB NOT NULL,
  PRIMARY KEY (partner_id, line),
  FOREIGN KEY (partner_id, contract) REFERENCES contract (partner_id, reference),
  FOREIGN KEY (partner_id, incident) REFERENCES incident (partner_id, id),
  CHECK (amount IS NOT NULL OR kind = 'grant'),
  CHECK (refunded <= consumed AND (granted IS NULL OR consumed - refunded + expired <= granted))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_by_contract ON ledger (partner_id, contract, line);
CREATE UNIQUE INDEX ledger_once_per_incident ON ledger (incident, partner_id, kind) WHERE incident IS NOT NULL;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Who looked at the two IDs of which contract, and when. Never the IDs.
CREATE TABLE id_reveal (
  partner_id TEXT NOT NULL,
  id         TEXT NOT NULL,                -- UUIDv7
  reference  TEXT NOT NULL,
  at         INTEGER NOT NULL,
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  name       TEXT NOT NULL,
  PRIMARY KEY (partner_id, id)
) STRICT;

-- The first answer of every change, for whoever asks again with the same key. Real time.
CREATE TABLE idempotency (
  partner_id  TEXT NOT NULL,               -- the sender's own; empty when there is none
  issuer      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  status      INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
  location    TEXT,
  body        BLOB NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (partner_id, issuer, subject, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (at);

-- What happened, for other systems; written with the change itself. Moments of delivery are real time.
CREATE TABLE outbox (
  partner_id   TEXT NOT NULL,
  id           TEXT NOT NULL,              -- UUIDv7
  kind         TEXT NOT NULL,
  concerns     TEXT NOT NULL,              -- the incident, the contract or the benefit that it is about
  payload      TEXT NOT NULL,              -- JSON
  at           INTEGER NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,
  due_at       INTEGER,                    -- absent: delivered, or given up
  leased_until INTEGER,
  delivered_at INTEGER,
  dead_at      INTEGER,
  last_error   TEXT,
  receipt      TEXT,
  PRIMARY KEY (id, partner_id)
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, partner_id, id) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (partner_id, id) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

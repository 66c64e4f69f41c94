-- The support desk of one programme. A company's id comes first in every key, so that a company's rows lie together.
-- Tables of short rows lie in the order of their keys (WITHOUT ROWID); those whose rows carry whole messages do not.
-- Dates are YYYY-MM-DD; moments are milliseconds since 1970-01-01 UTC on the domain's clock unless said otherwise.

-- Facts about this file: what its clock is ahead by, which key its IDs are sealed with.
CREATE TABLE about (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that only grow: the revision of every change, the phone numbers of incidents.
CREATE TABLE sequence (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sequence (name, value) VALUES ('revision', 0), ('incident', 100000);

CREATE TABLE partner (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  region     TEXT NOT NULL,
  portal     TEXT NOT NULL CHECK (portal IN ('partner-center', 'partner-membership-center')),
  plans      TEXT NOT NULL,               -- JSON list of ids of paid plans
  activators TEXT NOT NULL,               -- JSON list of names
  revision   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE membership_offer (
  partner_id  TEXT NOT NULL REFERENCES partner (id),
  position    INTEGER NOT NULL,
  offer       TEXT NOT NULL,
  competency  TEXT,
  start       TEXT NOT NULL,
  anniversary TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('active', 'lapsed')),
  PRIMARY KEY (partner_id, position)
) STRICT, WITHOUT ROWID;

-- Which partner account a person belongs to. The server's own knowledge, never the token's.
CREATE TABLE viewer (
  issuer      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  partner_id  TEXT REFERENCES partner (id),
  sees_offers INTEGER NOT NULL CHECK (sees_offers IN (0, 1)),
  revision    INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE contract (
  partner_id TEXT NOT NULL REFERENCES partner (id),
  reference  TEXT NOT NULL,
  benefit    TEXT NOT NULL,
  sealed_ids BLOB NOT NULL,               -- both IDs, encrypted
  pair_mark  BLOB NOT NULL UNIQUE,        -- keyed hash of both IDs, to find the contract by them
  start      TEXT NOT NULL,
  "end"      TEXT NOT NULL,
  PRIMARY KEY (partner_id, reference),
  CHECK ("end" >= start)
) STRICT;

CREATE TABLE activation (
  partner_id   TEXT NOT NULL REFERENCES partner (id),
  benefit      TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  state        TEXT NOT NULL,             -- JSON, as the law writes it
  is_pending   INTEGER NOT NULL CHECK (is_pending IN (0, 1)),
  PRIMARY KEY (partner_id, benefit)
) STRICT, WITHOUT ROWID;
CREATE INDEX activation_waiting ON activation (requested_at) WHERE is_pending = 1;

CREATE TABLE contract_link (
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  reference  TEXT NOT NULL,
  linked_on  TEXT NOT NULL,
  PRIMARY KEY (issuer, subject, partner_id, reference),
  FOREIGN KEY (partner_id, reference) REFERENCES contract (partner_id, reference)
) STRICT, WITHOUT ROWID;

-- Tries with IDs that no contract has. Real time.
CREATE TABLE failed_link (
  issuer  TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_link_by_person ON failed_link (issuer, subject, at);

CREATE TABLE incident (
  partner_id      TEXT NOT NULL REFERENCES partner (id),  -- whose contract or membership pays
  id              TEXT NOT NULL,                          -- UUIDv7
  number          INTEGER NOT NULL UNIQUE,
  status          TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  created_at      INTEGER NOT NULL,
  creator_issuer  TEXT NOT NULL,
  creator_subject TEXT NOT NULL,
  creator_name    TEXT NOT NULL,
  request         TEXT NOT NULL,                          -- JSON, as it was sent
  benefit         TEXT,
  consumed        INTEGER NOT NULL CHECK (consumed IN (0, 1)),
  portal          TEXT,
  PRIMARY KEY (partner_id, id)
) STRICT;
CREATE UNIQUE INDEX incident_by_creator ON incident (creator_issuer, creator_subject, id);

-- Append-only. Every line carries the hash of the line before it, so that a change from outside shows.
CREATE TABLE ledger (
  partner_id TEXT NOT NULL,
  contract   TEXT NOT NULL,
  line       INTEGER NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('grant', 'consume', 'refund', 'expire')),
  amount     INTEGER CHECK (amount >= 0),  -- absent: an unlimited grant
  incident   TEXT,
  at         INTEGER NOT NULL,
  by_subject TEXT NOT NULL,
  previous   BLOB NOT NULL,
  hash       BLOB NOT NULL,
  PRIMARY KEY (partner_id, contract, line),
  FOREIGN KEY (partner_id, contract) REFERENCES contract (partner_id, reference),
  FOREIGN KEY (partner_id, incident) REFERENCES incident (partner_id, id),
  CHECK (amount IS NOT NULL OR kind = 'grant')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_once_per_incident ON ledger (partner_id, incident, kind) WHERE incident IS NOT NULL;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Who looked at the two IDs of which contract, and when. Never the IDs.
CREATE TABLE id_reveal (
  partner_id TEXT NOT NULL,
  reference  TEXT NOT NULL,
  at         INTEGER NOT NULL,
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  name       TEXT NOT NULL
) STRICT;
CREATE INDEX id_reveal_by_contract ON id_reveal (partner_id, reference, at);

-- The first answer of every change, for whoever asks again with the same key. Real time.
CREATE TABLE idempotency (
  issuer      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  status      INTEGER NOT NULL CHECK (status BETWEEN 200 AND 499),
  location    TEXT,
  body        BLOB NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject, key)
) STRICT;

-- What happened, for other systems; written with the change itself.
CREATE TABLE outbox (
  partner_id   TEXT NOT NULL,
  id           TEXT NOT NULL,              -- UUIDv7
  kind         TEXT NOT NULL,
  payload      TEXT NOT NULL,              -- JSON
  at           INTEGER NOT NULL,
  delivered_at INTEGER,
  PRIMARY KEY (partner_id, id)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;

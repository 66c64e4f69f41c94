-- What the operator's desk reads: who did what and when, and the incidents of every company that are not over.

-- Who did what, and when. Append-only. Never the IDs.
CREATE TABLE audit (
  id         TEXT PRIMARY KEY,             -- UUIDv7
  partner_id TEXT NOT NULL,                -- about which company; empty: about none
  at         INTEGER NOT NULL,
  issuer     TEXT NOT NULL,                -- empty: the program itself, or the vendor's system
  subject    TEXT NOT NULL,
  name       TEXT NOT NULL,
  deed       TEXT NOT NULL,
  concerns   TEXT NOT NULL,                -- the number of an incident, a benefit, a person; empty: the account
  detail     TEXT                          -- a code, or the operator's own words
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_partner ON audit (partner_id, id);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Those that are not over, the worst first and of these the oldest.
CREATE INDEX incident_unfinished ON incident (severity, id)
  WHERE status IN ('open', 'in-progress', 'waiting-for-partner');
CREATE INDEX viewer_by_partner ON viewer (partner_id);
CREATE INDEX tenant_by_partner ON tenant (partner_id);

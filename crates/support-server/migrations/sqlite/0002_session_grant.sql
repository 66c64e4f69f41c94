-- What the provider gave for a session, sealed: by what it is renewed there, and ended. Real time. A row outlives its session by a
-- minute when somebody signs out: they are on their way to the provider.
CREATE TABLE session_grant (
  id            BLOB PRIMARY KEY,          -- the session's
  sealed        BLOB NOT NULL,
  due_at        INTEGER,                   -- when it is renewed; absent: never
  claimed_until INTEGER NOT NULL,          -- until when a server is renewing it
  last_at       INTEGER NOT NULL           -- beyond this it is not renewed
) STRICT;
CREATE INDEX session_grant_by_end ON session_grant (last_at);

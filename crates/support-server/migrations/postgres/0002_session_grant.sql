-- What the provider gave for a session, sealed: by what it is renewed there, and ended. Real time. A row outlives its session by a
-- minute when somebody signs out: they are on their way to the provider.
CREATE TABLE session_grant (
  id            BYTEA PRIMARY KEY,          -- the session's
  sealed        BYTEA NOT NULL,
  due_at        BIGINT,                   -- when it is renewed; absent: never
  claimed_until BIGINT NOT NULL,          -- until when a server is renewing it
  last_at       BIGINT NOT NULL           -- beyond this it is not renewed
);
CREATE INDEX session_grant_by_end ON session_grant (last_at);

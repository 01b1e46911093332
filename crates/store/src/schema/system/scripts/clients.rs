//! Clients that sign people in here: what they may have, what was agreed to, and what they were given.

pub(in crate::schema::system) const SQLITE: &str = "
ALTER TABLE _sessions ADD COLUMN client_id TEXT;
ALTER TABLE _sessions ADD COLUMN client_scopes TEXT;
ALTER TABLE _sessions ADD COLUMN authenticated_at INTEGER;
ALTER TABLE _sessions ADD COLUMN within BLOB REFERENCES _sessions (id) ON DELETE CASCADE;
CREATE INDEX _sessions_client ON _sessions (client_id, user_id) WHERE client_id IS NOT NULL;
CREATE INDEX _sessions_within ON _sessions (within) WHERE within IS NOT NULL;
CREATE TABLE _clients (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  own INTEGER NOT NULL,
  redirects TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_hash BLOB,
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL
) STRICT;
CREATE TABLE _consents (
  user_id BLOB NOT NULL,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, client_id)
) STRICT;
CREATE INDEX _consents_client ON _consents (client_id);
CREATE TABLE _client_codes (
  hash BLOB PRIMARY KEY NOT NULL,
  client_id TEXT NOT NULL,
  user_id BLOB NOT NULL,
  within BLOB REFERENCES _sessions (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  scopes TEXT NOT NULL,
  nonce TEXT,
  authenticated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  session_id BLOB REFERENCES _sessions (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX _client_codes_within ON _client_codes (within) WHERE within IS NOT NULL;
CREATE INDEX _client_codes_session ON _client_codes (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX _client_codes_age ON _client_codes (expires_at) WHERE session_id IS NULL;
CREATE TABLE _client_tokens (
  hash BLOB PRIMARY KEY NOT NULL,
  session_id BLOB NOT NULL REFERENCES _sessions (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX _client_tokens_session ON _client_tokens (session_id);
CREATE INDEX _client_tokens_age ON _client_tokens (expires_at);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
ALTER TABLE _sessions ADD COLUMN client_id text COLLATE "C";
ALTER TABLE _sessions ADD COLUMN client_scopes text COLLATE "C";
ALTER TABLE _sessions ADD COLUMN authenticated_at bigint;
ALTER TABLE _sessions ADD COLUMN within uuid REFERENCES _sessions (id) ON DELETE CASCADE;
CREATE INDEX _sessions_client ON _sessions (client_id, user_id) WHERE client_id IS NOT NULL;
CREATE INDEX _sessions_within ON _sessions (within) WHERE within IS NOT NULL;
CREATE TABLE _clients (
  id text COLLATE "C" PRIMARY KEY NOT NULL,
  name text COLLATE "C" NOT NULL,
  own bigint NOT NULL,
  redirects text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  secret_hash bytea,
  created_at bigint NOT NULL,
  created_by uuid NOT NULL
);
CREATE TABLE _consents (
  user_id uuid NOT NULL,
  client_id text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  given_at bigint NOT NULL,
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX _consents_client ON _consents (client_id);
CREATE TABLE _client_codes (
  hash bytea PRIMARY KEY NOT NULL,
  client_id text COLLATE "C" NOT NULL,
  user_id uuid NOT NULL,
  within uuid REFERENCES _sessions (id) ON DELETE CASCADE,
  redirect_uri text COLLATE "C" NOT NULL,
  challenge text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  nonce text COLLATE "C",
  authenticated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  session_id uuid REFERENCES _sessions (id) ON DELETE CASCADE
);
CREATE INDEX _client_codes_within ON _client_codes (within) WHERE within IS NOT NULL;
CREATE INDEX _client_codes_session ON _client_codes (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX _client_codes_age ON _client_codes (expires_at) WHERE session_id IS NULL;
CREATE TABLE _client_tokens (
  hash bytea PRIMARY KEY NOT NULL,
  session_id uuid NOT NULL REFERENCES _sessions (id) ON DELETE CASCADE,
  scopes text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX _client_tokens_session ON _client_tokens (session_id);
CREATE INDEX _client_tokens_age ON _client_tokens (expires_at);
"#;

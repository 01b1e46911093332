//! Keys and service accounts, attempts to guess a secret, and what all processes have used of the limits of requests.

/// A file has one process, which counts requests in memory.
pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _api_keys (
  id BLOB PRIMARY KEY NOT NULL,
  hash BLOB NOT NULL,
  name TEXT NOT NULL,
  user_id BLOB NOT NULL,
  scopes TEXT NOT NULL,
  networks TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL,
  expires_at INTEGER,
  replaced_by BLOB,
  last_used_at INTEGER,
  addresses TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX _api_keys_hash ON _api_keys (hash);
CREATE INDEX _api_keys_owner ON _api_keys (user_id, id);
CREATE INDEX _api_keys_expired ON _api_keys (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE _service_accounts (
  user_id BLOB PRIMARY KEY NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB
) STRICT;
CREATE TABLE _attempts (
  name TEXT NOT NULL,
  subject BLOB NOT NULL,
  failures INTEGER NOT NULL,
  open_at INTEGER NOT NULL,
  over_at INTEGER NOT NULL,
  PRIMARY KEY (name, subject)
) STRICT;
CREATE INDEX _attempts_over ON _attempts (over_at);
";

/// What requests are counted is gone after a crash of the server, and costs no write to its log.
pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _api_keys (
  id uuid PRIMARY KEY,
  hash bytea NOT NULL,
  name text COLLATE "C" NOT NULL,
  user_id uuid NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  networks text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid NOT NULL,
  expires_at bigint,
  replaced_by uuid,
  last_used_at bigint,
  addresses text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX _api_keys_hash ON _api_keys (hash);
CREATE INDEX _api_keys_owner ON _api_keys (user_id, id);
CREATE INDEX _api_keys_expired ON _api_keys (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE _service_accounts (
  user_id uuid PRIMARY KEY,
  created_at bigint NOT NULL,
  created_by uuid
);
CREATE TABLE _attempts (
  name text COLLATE "C" NOT NULL,
  subject bytea NOT NULL,
  failures bigint NOT NULL,
  open_at bigint NOT NULL,
  over_at bigint NOT NULL,
  PRIMARY KEY (name, subject)
);
CREATE INDEX _attempts_over ON _attempts (over_at);
CREATE UNLOGGED TABLE _rates (
  cell text COLLATE "C" PRIMARY KEY,
  done_at bigint NOT NULL
);
"#;

//! What is encrypted with the keys of the key file, and keys of other services that users keep here.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _secrets (
  name TEXT PRIMARY KEY NOT NULL,
  key_id TEXT NOT NULL,
  secret BLOB NOT NULL
) STRICT;
CREATE INDEX _secrets_key ON _secrets (key_id, name);
CREATE TABLE _external_keys (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL,
  service TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  replaced_by BLOB
) STRICT;
CREATE INDEX _external_keys_user ON _external_keys (user_id, id);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _secrets (
  name text COLLATE "C" PRIMARY KEY NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  secret bytea NOT NULL
);
CREATE INDEX _secrets_key ON _secrets (key_id, name);
CREATE TABLE _external_keys (
  id uuid PRIMARY KEY NOT NULL,
  user_id uuid NOT NULL,
  service text COLLATE "C" NOT NULL,
  hint text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  replaced_by uuid
);
CREATE INDEX _external_keys_user ON _external_keys (user_id, id);
"#;

//! Passkeys, and challenges that wait for one.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _passkeys (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL,
  credential BLOB NOT NULL,
  public_key BLOB NOT NULL,
  sign_count INTEGER NOT NULL,
  backup_eligible INTEGER NOT NULL,
  backed_up INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX _passkeys_credential ON _passkeys (credential);
CREATE INDEX _passkeys_user ON _passkeys (user_id);
CREATE TABLE _passkey_challenges (
  hash BLOB PRIMARY KEY NOT NULL,
  user_id BLOB,
  session_id BLOB,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX _passkey_challenges_age ON _passkey_challenges (expires_at);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _passkeys (
  id uuid PRIMARY KEY NOT NULL,
  user_id uuid NOT NULL,
  credential bytea NOT NULL,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  backup_eligible bigint NOT NULL,
  backed_up bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint
);
CREATE UNIQUE INDEX _passkeys_credential ON _passkeys (credential);
CREATE INDEX _passkeys_user ON _passkeys (user_id);
CREATE TABLE _passkey_challenges (
  hash bytea PRIMARY KEY NOT NULL,
  user_id uuid,
  session_id uuid,
  expires_at bigint NOT NULL
);
CREATE INDEX _passkey_challenges_age ON _passkey_challenges (expires_at);
"#;

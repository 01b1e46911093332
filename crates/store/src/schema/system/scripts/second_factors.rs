//! Second factors: authenticators, codes for their loss, and sign-ins that wait for one.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _totp (
  user_id BLOB PRIMARY KEY NOT NULL,
  key_id TEXT NOT NULL,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  last_step INTEGER NOT NULL
) STRICT;
CREATE INDEX _totp_key ON _totp (key_id);
CREATE TABLE _recovery_codes (
  user_id BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (user_id, hash)
) STRICT;
CREATE TABLE _challenges (
  hash BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT;
CREATE INDEX _challenges_user ON _challenges (user_id);
CREATE INDEX _challenges_age ON _challenges (expires_at);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _totp (
  user_id uuid PRIMARY KEY NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  secret bytea NOT NULL,
  created_at bigint NOT NULL,
  confirmed_at bigint,
  last_step bigint NOT NULL
);
CREATE INDEX _totp_key ON _totp (key_id);
CREATE TABLE _recovery_codes (
  user_id uuid NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (user_id, hash)
);
CREATE TABLE _challenges (
  hash bytea PRIMARY KEY NOT NULL,
  user_id uuid NOT NULL,
  expires_at bigint NOT NULL,
  tries bigint NOT NULL
);
CREATE INDEX _challenges_user ON _challenges (user_id);
CREATE INDEX _challenges_age ON _challenges (expires_at);
"#;

//! Who people are at providers, and sign-ins that are on their way there and back.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id BLOB NOT NULL,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX _identities_user ON _identities (user_id);
CREATE TABLE _provider_attempts (
  hash BLOB PRIMARY KEY NOT NULL,
  provider TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  return_to TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX _provider_attempts_age ON _provider_attempts (expires_at);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _identities (
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  user_id uuid NOT NULL,
  linked_at bigint NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX _identities_user ON _identities (user_id);
CREATE TABLE _provider_attempts (
  hash bytea PRIMARY KEY NOT NULL,
  provider text COLLATE "C" NOT NULL,
  redirect_uri text COLLATE "C" NOT NULL,
  return_to text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX _provider_attempts_age ON _provider_attempts (expires_at);
"#;

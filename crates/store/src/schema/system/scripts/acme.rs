//! What is kept between a server and the authority that gives it certificates.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _acme_secrets (
  name TEXT PRIMARY KEY NOT NULL,
  key_id TEXT NOT NULL,
  secret BLOB NOT NULL
) STRICT;
CREATE TABLE _acme_challenges (
  domain TEXT PRIMARY KEY NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE TABLE _acme_failures (
  id INTEGER PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  failed_at INTEGER NOT NULL
) STRICT;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _acme_secrets (
  name text COLLATE "C" PRIMARY KEY NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  secret bytea NOT NULL
);
CREATE TABLE _acme_challenges (
  domain text COLLATE "C" PRIMARY KEY NOT NULL,
  digest bytea NOT NULL
);
CREATE TABLE _acme_failures (
  id bigint PRIMARY KEY NOT NULL,
  count bigint NOT NULL,
  failed_at bigint NOT NULL
);
"#;

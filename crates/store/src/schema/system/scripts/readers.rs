//! How far each reader of the journal has come, and the seals over its entries.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _readers (
  name TEXT PRIMARY KEY NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
CREATE TABLE _seals (
  number INTEGER PRIMARY KEY NOT NULL,
  last_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  digests BLOB NOT NULL,
  head BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _readers (
  name text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL
);
CREATE TABLE _seals (
  number bigint PRIMARY KEY,
  last_seq bigint NOT NULL,
  at bigint NOT NULL,
  digests bytea NOT NULL,
  head bytea NOT NULL,
  signature bytea NOT NULL
);
"#;

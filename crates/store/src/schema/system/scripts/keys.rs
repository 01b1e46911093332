//! Which keys of the key file were in use with the database.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _known_keys (
  id TEXT PRIMARY KEY NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _known_keys (
  id text COLLATE "C" PRIMARY KEY NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  changed_at bigint NOT NULL
);
"#;

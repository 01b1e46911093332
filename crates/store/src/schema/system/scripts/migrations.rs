//! Migrations: what the database serves, what was applied, what is under way, and who may go on with it.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _state (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  state TEXT NOT NULL,
  development INTEGER NOT NULL CHECK (development IN (0, 1))
) STRICT;
CREATE TABLE _migrations (
  number INTEGER PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  text TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _progress (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  progress TEXT NOT NULL
) STRICT;
CREATE TABLE _leases (
  name TEXT PRIMARY KEY NOT NULL,
  holder BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _state (
  id bigint PRIMARY KEY CHECK (id = 1),
  state text COLLATE "C" NOT NULL,
  development bigint NOT NULL CHECK (development IN (0, 1))
);
CREATE TABLE _migrations (
  number bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  text text COLLATE "C" NOT NULL,
  applied_at bigint NOT NULL
);
CREATE TABLE _progress (
  id bigint PRIMARY KEY CHECK (id = 1),
  progress text COLLATE "C" NOT NULL
);
CREATE TABLE _leases (
  name text COLLATE "C" PRIMARY KEY,
  holder uuid NOT NULL,
  expires_at bigint NOT NULL
);
"#;

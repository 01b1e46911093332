//! What was deleted and may still come back, and the named versions of trees of records.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _trash (
  record_id BLOB NOT NULL,
  collection TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BLOB,
  took TEXT NOT NULL,
  purging INTEGER NOT NULL CHECK (purging IN (0, 1)),
  waits_for TEXT,
  PRIMARY KEY (record_id, collection)
) STRICT;
CREATE INDEX _trash_age ON _trash (deleted_at, record_id);
CREATE TABLE _versions (
  id BLOB PRIMARY KEY NOT NULL,
  collection TEXT NOT NULL,
  record_id BLOB NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BLOB,
  release INTEGER NOT NULL
) STRICT;
CREATE INDEX _versions_record ON _versions (record_id, id);
CREATE TABLE _version_records (
  version_id BLOB NOT NULL REFERENCES _versions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  collection TEXT NOT NULL,
  record_id BLOB NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (version_id, number)
) STRICT;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _trash (
  record_id uuid NOT NULL,
  collection text COLLATE "C" NOT NULL,
  deleted_at bigint NOT NULL,
  actor_kind text COLLATE "C" NOT NULL,
  actor_id uuid,
  took text COLLATE "C" NOT NULL,
  purging bigint NOT NULL CHECK (purging IN (0, 1)),
  waits_for text COLLATE "C",
  PRIMARY KEY (record_id, collection)
);
CREATE INDEX _trash_age ON _trash (deleted_at, record_id);
CREATE TABLE _versions (
  id uuid PRIMARY KEY,
  collection text COLLATE "C" NOT NULL,
  record_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  actor_kind text COLLATE "C" NOT NULL,
  actor_id uuid,
  release bigint NOT NULL
);
CREATE INDEX _versions_record ON _versions (record_id, id);
CREATE TABLE _version_records (
  version_id uuid NOT NULL REFERENCES _versions (id) ON DELETE CASCADE,
  number bigint NOT NULL,
  collection text COLLATE "C" NOT NULL,
  record_id uuid NOT NULL,
  data text COLLATE "C" NOT NULL,
  PRIMARY KEY (version_id, number)
);
"#;

//! What the links of shares are opened with. The share itself is a record of the collection that `share = true` makes.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _share_links (
  share_id BLOB PRIMARY KEY NOT NULL,
  collection TEXT NOT NULL,
  hash BLOB NOT NULL,
  password TEXT,
  uses INTEGER NOT NULL,
  uses_max INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX _share_links_hash ON _share_links (hash);
CREATE INDEX _share_links_collection ON _share_links (collection);
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _share_links (
  share_id uuid PRIMARY KEY NOT NULL,
  collection text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  password text COLLATE "C",
  uses bigint NOT NULL,
  uses_max bigint,
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX _share_links_hash ON _share_links (hash);
CREATE INDEX _share_links_collection ON _share_links (collection);
"#;

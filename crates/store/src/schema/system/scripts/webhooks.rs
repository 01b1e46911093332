//! Who is told of entries of the journal, and what is on its way to them.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _webhooks (
  id BLOB PRIMARY KEY NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  kinds TEXT NOT NULL,
  collections TEXT NOT NULL,
  filter TEXT,
  enabled INTEGER NOT NULL,
  disabled_reason TEXT,
  from_seq INTEGER NOT NULL,
  failing_since INTEGER,
  secret BLOB NOT NULL,
  previous_secret BLOB,
  previous_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _webhook_deliveries (
  id BLOB PRIMARY KEY NOT NULL,
  webhook_id BLOB NOT NULL,
  seq INTEGER,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  made INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  attempts TEXT NOT NULL
) STRICT;
CREATE INDEX _webhook_deliveries_pending ON _webhook_deliveries (webhook_id, due_at, id) WHERE state = 'pending';
CREATE INDEX _webhook_deliveries_listed ON _webhook_deliveries (webhook_id, id);
CREATE INDEX _webhook_deliveries_by_state ON _webhook_deliveries (webhook_id, state, id);
CREATE INDEX _webhook_deliveries_finished ON _webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _webhooks (
  id uuid PRIMARY KEY,
  url text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  kinds text COLLATE "C" NOT NULL,
  collections text COLLATE "C" NOT NULL,
  filter text COLLATE "C",
  enabled bigint NOT NULL,
  disabled_reason text COLLATE "C",
  from_seq bigint NOT NULL,
  failing_since bigint,
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_until bigint,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE TABLE _webhook_deliveries (
  id uuid PRIMARY KEY,
  webhook_id uuid NOT NULL,
  seq bigint,
  kind text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  made bigint NOT NULL,
  tries bigint NOT NULL,
  due_at bigint NOT NULL,
  created_at bigint NOT NULL,
  finished_at bigint,
  attempts text COLLATE "C" NOT NULL
);
CREATE INDEX _webhook_deliveries_pending ON _webhook_deliveries (webhook_id, due_at, id) WHERE state = 'pending';
CREATE INDEX _webhook_deliveries_listed ON _webhook_deliveries (webhook_id, id);
CREATE INDEX _webhook_deliveries_by_state ON _webhook_deliveries (webhook_id, state, id);
CREATE INDEX _webhook_deliveries_finished ON _webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
"#;

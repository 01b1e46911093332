//! Comments on records, who follows which record, and what people are told of it.
//!
//! `collection` is the first name of the record's collection, which no rename changes. `thread_id` is the comment that a
//! reply answers, and for that comment itself its own id: a thread is what shares it.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _comments (
  id BLOB PRIMARY KEY NOT NULL,
  collection TEXT NOT NULL,
  record_id BLOB NOT NULL,
  thread_id BLOB NOT NULL,
  field TEXT,
  author_id BLOB NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  edited_at INTEGER,
  resolved_at INTEGER,
  resolved_by BLOB,
  deleted_at INTEGER
) STRICT;
CREATE INDEX _comments_record ON _comments (record_id, thread_id, id);
CREATE TABLE _comment_mentions (
  comment_id BLOB NOT NULL REFERENCES _comments (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL,
  PRIMARY KEY (comment_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE _comment_reactions (
  comment_id BLOB NOT NULL REFERENCES _comments (id) ON DELETE CASCADE,
  emoji TEXT NOT NULL,
  user_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (comment_id, emoji, user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE _follows (
  record_id BLOB NOT NULL,
  collection TEXT NOT NULL,
  user_id BLOB NOT NULL,
  following INTEGER NOT NULL CHECK (following IN (0, 1)),
  at INTEGER NOT NULL,
  PRIMARY KEY (record_id, collection, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX _follows_user ON _follows (user_id);
CREATE TABLE _notifications (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  seq INTEGER NOT NULL,
  collection TEXT NOT NULL,
  record_id BLOB NOT NULL,
  comment_id BLOB,
  actor_id BLOB,
  label TEXT,
  changes INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE INDEX _notifications_user ON _notifications (user_id, id);
CREATE INDEX _notifications_unread ON _notifications (user_id, id) WHERE read_at IS NULL;
CREATE INDEX _notifications_record ON _notifications (record_id, user_id);
CREATE INDEX _notifications_read_at ON _notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX _notifications_unread_at ON _notifications (at) WHERE read_at IS NULL;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _comments (
  id uuid PRIMARY KEY,
  collection text COLLATE "C" NOT NULL,
  record_id uuid NOT NULL,
  thread_id uuid NOT NULL,
  field text COLLATE "C",
  author_id uuid NOT NULL,
  body text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  edited_at bigint,
  resolved_at bigint,
  resolved_by uuid,
  deleted_at bigint
);
CREATE INDEX _comments_record ON _comments (record_id, thread_id, id);
CREATE TABLE _comment_mentions (
  comment_id uuid NOT NULL REFERENCES _comments (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  PRIMARY KEY (comment_id, user_id)
);
CREATE TABLE _comment_reactions (
  comment_id uuid NOT NULL REFERENCES _comments (id) ON DELETE CASCADE,
  emoji text COLLATE "C" NOT NULL,
  user_id uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (comment_id, emoji, user_id)
);
CREATE TABLE _follows (
  record_id uuid NOT NULL,
  collection text COLLATE "C" NOT NULL,
  user_id uuid NOT NULL,
  following bigint NOT NULL CHECK (following IN (0, 1)),
  at bigint NOT NULL,
  PRIMARY KEY (record_id, collection, user_id)
);
CREATE INDEX _follows_user ON _follows (user_id);
CREATE TABLE _notifications (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  at bigint NOT NULL,
  reason text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  collection text COLLATE "C" NOT NULL,
  record_id uuid NOT NULL,
  comment_id uuid,
  actor_id uuid,
  label text COLLATE "C",
  changes bigint NOT NULL,
  read_at bigint
);
CREATE INDEX _notifications_user ON _notifications (user_id, id);
CREATE INDEX _notifications_unread ON _notifications (user_id, id) WHERE read_at IS NULL;
CREATE INDEX _notifications_record ON _notifications (record_id, user_id);
CREATE INDEX _notifications_read_at ON _notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX _notifications_unread_at ON _notifications (at) WHERE read_at IS NULL;
"#;

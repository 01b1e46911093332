//! What a session was begun with, its cookie, and the family of its refresh tokens, of which one works at a time.

pub(in crate::schema::system) const SQLITE: &str = "
ALTER TABLE _sessions ADD COLUMN device TEXT;
ALTER TABLE _sessions ADD COLUMN address TEXT;
ALTER TABLE _sessions ADD COLUMN cookie_hash BLOB;
CREATE UNIQUE INDEX _sessions_cookie ON _sessions (cookie_hash) WHERE cookie_hash IS NOT NULL;
ALTER TABLE _refresh_tokens ADD COLUMN parent BLOB;
ALTER TABLE _refresh_tokens ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX _refresh_tokens_working ON _refresh_tokens (session_id) WHERE used_at IS NULL;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
ALTER TABLE _sessions ADD COLUMN device text COLLATE "C";
ALTER TABLE _sessions ADD COLUMN address text COLLATE "C";
ALTER TABLE _sessions ADD COLUMN cookie_hash bytea;
CREATE UNIQUE INDEX _sessions_cookie ON _sessions (cookie_hash) WHERE cookie_hash IS NOT NULL;
ALTER TABLE _refresh_tokens ADD COLUMN parent bytea;
ALTER TABLE _refresh_tokens ADD COLUMN repeats bigint NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX _refresh_tokens_working ON _refresh_tokens (session_id) WHERE used_at IS NULL;
"#;

//! Narrower spans in the index of the journal by actor: `docs/decisions/0024-audit-and-activity.md` says why.

pub(in crate::schema::system) const SQLITE: &str = "
DROP INDEX _journal_actor;
CREATE INDEX _journal_actor ON _journal (seq >> 8, actor_id) WHERE actor_id IS NOT NULL;
";

pub(in crate::schema::system) const POSTGRES: &str = "
DROP INDEX _journal_actor;
CREATE INDEX _journal_actor ON _journal ((seq >> 8), actor_id, seq) WHERE actor_id IS NOT NULL;
";

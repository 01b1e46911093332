//! What finds the entries of the journal that somebody asks for. `docs/decisions/0024-audit-and-activity.md` says what
//! they cost a write.

/// A number goes with each key by itself. Actors stand in spans of 4,096 numbers: an index with a page of its own for each
/// actor would have as many pages written with each group as it has actors.
pub(in crate::schema::system) const SQLITE: &str = "
CREATE INDEX _journal_actor ON _journal (seq >> 12, actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX _journal_request ON _journal (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX _journal_group ON _journal (collection, kind);
CREATE INDEX _journal_at ON _journal (at);
";

pub(in crate::schema::system) const POSTGRES: &str = "
CREATE INDEX _journal_actor ON _journal ((seq >> 12), actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX _journal_request ON _journal (request_id, seq) WHERE request_id IS NOT NULL;
CREATE INDEX _journal_group ON _journal (collection, kind, seq);
CREATE INDEX _journal_at ON _journal (at, seq);
";

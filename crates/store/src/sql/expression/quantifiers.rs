//! Sets of records: `exists`, `all`, `exists_one`, `in` and counts.

use mainstay_core::definition::SystemField;
use mainstay_core::rules::{Expr, Node, Quantifier, RecordPath, Records, Root, Variable, Via};

use super::Compiler;
use crate::sql::names::{column, join_table, table};
use crate::sql::statement::Slot;

/// A set of records as SQL: what goes after FROM and WHERE.
struct Source {
    from: String,
    condition: String,
}

impl Compiler<'_> {
    pub(super) fn record_quantifier(
        &mut self,
        quantifier: Quantifier,
        records: &Records,
        variable: Variable,
        body: &Expr,
        wanted: bool,
    ) -> String {
        let alias = self.next_alias();
        let source = self.source(records, &alias);
        self.variables.push((variable, alias));
        let text = self.quantified(quantifier, &source, body, wanted);
        self.variables.pop();
        if records.from.root == Root::Auth {
            // Nobody's sets are unknown, not empty.
            let user = self.auth_id();
            return format!("({text} AND {user} IS NOT NULL)");
        }
        text
    }

    pub(super) fn text_quantifier(
        &mut self,
        quantifier: Quantifier,
        texts: &Expr,
        variable: Variable,
        body: &Expr,
        wanted: bool,
    ) -> String {
        let alias = self.next_alias();
        let array = self.value(texts);
        let source = Source {
            from: format!("{} AS {alias}", self.dialect.json_texts(&array)),
            condition: "TRUE".to_owned(),
        };
        self.variables.push((variable, alias));
        let text = self.quantified(quantifier, &source, body, wanted);
        self.variables.pop();
        if texts.nullable {
            format!("({text} AND {array} IS NOT NULL)")
        } else {
            text
        }
    }

    /// Kleene's quantifiers: `unknown` for one record is no proof for either answer.
    fn quantified(&mut self, quantifier: Quantifier, source: &Source, body: &Expr, wanted: bool) -> String {
        let Source { from, condition } = source;
        let (some_value, none_value) = match (quantifier, wanted) {
            (Quantifier::Exists, true) => (Some(true), None),
            (Quantifier::Exists, false) => (None, Some(false)),
            (Quantifier::All, true) => (None, Some(true)),
            (Quantifier::All, false) => (Some(false), None),
            (Quantifier::ExistsOne, _) => return self.exactly_one(source, body, wanted),
        };
        if let Some(value) = some_value {
            let test = self.truth(body, value);
            return format!("EXISTS (SELECT 1 FROM {from} WHERE {condition} AND {test})");
        }
        let test = self.truth(body, none_value.unwrap_or(true));
        format!("NOT EXISTS (SELECT 1 FROM {from} WHERE {condition} AND ({test}) IS NOT TRUE)")
    }

    fn exactly_one(&mut self, source: &Source, body: &Expr, wanted: bool) -> String {
        let Source { from, condition } = source;
        let (yes, no) = (self.truth(body, true), self.truth(body, false));
        let sign = if wanted { "=" } else { "<>" };
        let count = format!("(SELECT count(*) FROM {from} WHERE {condition} AND {yes}) {sign} 1");
        if !body.nullable {
            return format!("({count})");
        }
        format!(
            "({count} AND NOT EXISTS (SELECT 1 FROM {from} WHERE {condition} \
             AND ({yes}) IS NOT TRUE AND ({no}) IS NOT TRUE))"
        )
    }

    pub(super) fn in_texts(&mut self, item: &Expr, texts: &Expr, wanted: bool) -> String {
        let (item_sql, array) = (self.value(item), self.value(texts));
        let alias = self.next_alias();
        let from = self.dialect.json_texts(&array);
        let mut text = format!("EXISTS (SELECT 1 FROM {from} AS {alias} WHERE {alias}.value = {item_sql})");
        if !wanted {
            text = format!(
                "(NOT {text}{}{})",
                not_null(item, &item_sql),
                not_null(texts, &array)
            );
        }
        text
    }

    pub(super) fn in_records(&mut self, item: &Expr, records: &Records, wanted: bool) -> String {
        let item_sql = self.value(item);
        let alias = self.next_alias();
        let Source { from, condition } = self.source(records, &alias);
        let text = format!("EXISTS (SELECT 1 FROM {from} WHERE {condition} AND {alias}.\"id\" = {item_sql})");
        if wanted {
            return text;
        }
        let mut known = not_null(item, &item_sql);
        if records.from.root == Root::Auth {
            let user = self.auth_id();
            known.push_str(&format!(" AND {user} IS NOT NULL"));
        }
        format!("(NOT {text}{known})")
    }

    pub(super) fn count(&mut self, records: &Records) -> String {
        let alias = self.next_alias();
        let Source { from, condition } = self.source(records, &alias);
        let count = format!("(SELECT count(*) FROM {from} WHERE {condition})");
        if records.from.root == Root::Auth {
            let user = self.auth_id();
            return format!("(CASE WHEN {user} IS NOT NULL THEN {count} END)");
        }
        count
    }

    /// The rows of a set under `alias`; never deleted ones.
    fn source(&mut self, records: &Records, alias: &str) -> Source {
        let definition = self.definition;
        let members = table(definition.collection(records.collection));
        let visible = self.visible(records.collection, alias);
        match records.via {
            Via::Back(at) => {
                let owner = definition.collection(at.collection);
                let field = owner.field(at.field);
                let id = self.living_id(&records.from);
                let visible = visible + &self.followed(field, alias);
                if field.is_column() {
                    let condition = format!("{alias}.{} = {id}{visible}", column(field));
                    return Source {
                        from: format!("{members} AS {alias}"),
                        condition,
                    };
                }
                let join = self.next_alias();
                let from = format!(
                    "{} AS {join} JOIN {members} AS {alias} ON {alias}.\"id\" = {join}.\"owner\"",
                    join_table(owner, field)
                );
                Source {
                    from,
                    condition: format!("{join}.\"target\" = {id}{visible}"),
                }
            }
            Via::Many(field_id) => {
                let owner = definition.collection(records.from.collection);
                let field = owner.field(field_id);
                let is_input = match records.from.root {
                    Root::Input => true,
                    Root::Record => self.record_is_input,
                    Root::Auth | Root::Variable(_) => false,
                };
                let reads_input = is_input && records.from.steps.is_empty();
                if reads_input {
                    let array = self.slot(Slot::InputIds(field_id));
                    let visible = visible + &self.followed_from(&records.from, field, "");
                    let condition = format!(
                        "{alias}.\"id\" IN {}{visible}",
                        self.dialect.ids_from_json(&array)
                    );
                    return Source {
                        from: format!("{members} AS {alias}"),
                        condition,
                    };
                }
                let id = self.living_id(&records.from);
                let visible = visible + &self.followed_from(&records.from, field, &id);
                let join = self.next_alias();
                let from = format!(
                    "{} AS {join} JOIN {members} AS {alias} ON {alias}.\"id\" = {join}.\"target\"",
                    join_table(owner, field)
                );
                Source {
                    from,
                    condition: format!("{join}.\"owner\" = {id}{visible}"),
                }
            }
        }
    }

    /// The id of the record at the end of a path; null when it is out of sight, so that its sets are empty.
    fn living_id(&mut self, path: &RecordPath) -> String {
        let Some((last, before)) = path.steps.split_last() else {
            return self.field(path, SystemField::Id.id());
        };
        if self.guarded || self.definition.collection(path.collection).soft_delete {
            return self.field(path, SystemField::Id.id());
        }
        let reached = RecordPath {
            root: path.root,
            steps: before.to_vec(),
            collection: last.collection,
        };
        self.field(&reached, last.field)
    }
}

/// ` AND x IS NOT NULL` where the value can be missing: then the answer is unknown.
fn not_null(expr: &Expr, sql: &str) -> String {
    let may_be_missing = expr.nullable || matches!(expr.node, Node::AuthId);
    if may_be_missing {
        format!(" AND {sql} IS NOT NULL")
    } else {
        String::new()
    }
}

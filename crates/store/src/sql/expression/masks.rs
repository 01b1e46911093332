//! Fields with a `read` rule: what of them the caller sees.

use mainstay_core::definition::Field;
use mainstay_core::rules::{Expr, RecordPath, Root};

use super::Compiler;
use crate::sql::names::table;

impl Compiler<'_> {
    /// A rule of the application about the record of `alias`. It sees everything, whoever wrote the expression around it.
    pub(super) fn rule_about(&mut self, rule: &Expr, alias: &str) -> String {
        let outer = std::mem::replace(&mut self.record, alias.to_owned());
        let outer_is_input = std::mem::take(&mut self.record_is_input);
        let text = self.own_rule(rule);
        self.record = outer;
        self.record_is_input = outer_is_input;
        text
    }

    /// The same about the record that the statement is about.
    fn own_rule(&mut self, rule: &Expr) -> String {
        let (guarded, masks) = (self.guarded, self.masks);
        (self.guarded, self.masks) = (false, false);
        let text = self.truth(rule, true);
        (self.guarded, self.masks) = (guarded, masks);
        text
    }

    /// 1 where the caller may read the field of the record that the statement is about, 0 where not.
    pub(in crate::sql) fn permission(&mut self, rule: &Expr) -> String {
        let may = self.own_rule(rule);
        format!("(CASE WHEN {may} THEN 1 ELSE 0 END)")
    }

    /// A value of the record that the statement is about, null where the caller may not read it.
    pub(in crate::sql) fn masked_value(&mut self, field: &Field, value: String) -> String {
        let masks = std::mem::replace(&mut self.masks, true);
        let text = self.masked(field, None, value);
        self.masks = masks;
        text
    }

    /// A value of the record of `alias`, or of the one that the statement is about, as the expression's author sees it.
    pub(super) fn masked(&mut self, field: &Field, alias: Option<&str>, value: String) -> String {
        let Some(rule) = field.read.as_ref().filter(|_| self.masks) else {
            return value;
        };
        let may = match alias {
            Some(alias) => self.rule_about(rule, alias),
            None => self.own_rule(rule),
        };
        format!("(CASE WHEN {may} THEN {value} END)")
    }

    /// What keeps a relation out of sight that the expression's author may not read, to follow a condition: it leads
    /// nowhere, and nobody looks back along it. `alias` is the record that has the field.
    pub(super) fn followed(&mut self, field: &Field, alias: &str) -> String {
        match field.read.as_ref().filter(|_| self.masks) {
            Some(rule) => format!(" AND {}", self.rule_about(rule, alias)),
            None => String::new(),
        }
    }

    /// The same of a relation to many at the end of a path to the record that has it, whose id is `id`.
    pub(super) fn followed_from(&mut self, path: &RecordPath, field: &Field, id: &str) -> String {
        let Some(rule) = field.read.as_ref().filter(|_| self.masks) else {
            return String::new();
        };
        if path.steps.is_empty() && matches!(path.root, Root::Record | Root::Input) {
            return format!(" AND {}", self.own_rule(rule));
        }
        let alias = self.next_alias();
        let may = self.rule_about(rule, &alias);
        let owner = table(self.definition.collection(path.collection));
        format!(" AND EXISTS (SELECT 1 FROM {owner} AS {alias} WHERE {alias}.\"id\" = {id} AND {may})")
    }
}

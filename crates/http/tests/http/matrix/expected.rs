//! What the rules say, by the slow evaluator.

use mainstay_core::definition::{Collection, SystemField};
use mainstay_core::rules::Expr;
use mainstay_testkit::evaluator::{Context, Row, truth};
use serde_json::{Map, Value as Json};

use super::scene::{Cast, Person};

/// One question to the rules.
pub(super) struct Asked<'a> {
    pub(super) cast: &'a Cast,
    pub(super) person: &'a Person,
    pub(super) collection: &'a Collection,
    pub(super) method: &'static str,
}

impl Asked<'_> {
    /// Does the rule let the person? A missing one lets nobody whom rules bind.
    pub(super) fn passes(&self, rule: Option<&Expr>, record: Option<&Row>, input: Option<&Row>) -> bool {
        if !self.person.actor.is_bound_by_rules() {
            return true;
        }
        let context = Context {
            definition: &self.cast.definition,
            world: &self.cast.world,
            readable: None,
            record,
            input,
            user: self.person.actor.id,
            now: self.cast.now,
            method: self.method,
        };
        rule.is_some_and(|rule| truth(rule, &context) == Some(true))
    }

    pub(super) fn is_deleted(&self, row: &Row) -> bool {
        self.collection.soft_delete && !row[&SystemField::DeletedAt.id()].is_null()
    }

    pub(super) fn may_list(&self, row: &Row) -> bool {
        !self.is_deleted(row) && self.passes(self.collection.rules.list.as_ref(), Some(row), None)
    }

    pub(super) fn may_read(&self, row: &Row) -> bool {
        !self.is_deleted(row) && self.passes(self.collection.rules.read.as_ref(), Some(row), None)
    }

    pub(super) fn may_restore(&self, row: &Row) -> bool {
        self.is_deleted(row) && self.passes(self.collection.rules.delete.as_ref(), Some(row), None)
    }

    /// What the person sees of a record, of all that an administrator does.
    pub(super) fn shown(&self, row: &Row, whole: &Json) -> Json {
        let mut shown: Map<String, Json> = whole.as_object().expect("a record is an object").clone();
        for (field, rule) in self.collection.guarded_fields() {
            if !self.passes(Some(rule), Some(row), None) {
                shown.remove(field.name.as_str());
            }
        }
        Json::Object(shown)
    }
}

//! What the rules say, by the slow evaluator, and of that what scopes leave and shares add.
//!
//! Scopes are taken from docs/api-keys.md and shares from docs/sharing.md, and not from the rules that the product puts
//! together of them: a rule is asked in a world without shares, and the shares are looked through beside it.

use mainstay_core::definition::{Collection, Field, SystemField};
use mainstay_core::rules::Expr;
use mainstay_testkit::evaluator::{Context, Row, World, truth};
use serde_json::{Map, Value as Json};

use super::scene::{Cast, Person, id_of};
use super::shares::LEVELS;

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
        self.passes_in(&self.cast.world, rule, record, input)
    }

    /// The same with no share of this collection.
    fn passes_unshared(&self, rule: Option<&Expr>, record: Option<&Row>, input: Option<&Row>) -> bool {
        let world = self.cast.unshared.get(&self.collection.id);
        self.passes_in(world.unwrap_or(&self.cast.world), rule, record, input)
    }

    fn passes_in(
        &self,
        world: &World,
        rule: Option<&Expr>,
        record: Option<&Row>,
        input: Option<&Row>,
    ) -> bool {
        if self.person.is_free() {
            return true;
        }
        let context = Context {
            definition: &self.cast.definition,
            world,
            readable: None,
            record,
            input,
            user: self.person.actor.id,
            share: self.person.share(),
            now: self.cast.now,
            method: self.method,
        };
        rule.is_some_and(|rule| truth(rule, &context) == Some(true))
    }

    pub(super) fn has_scope(&self, action: &str) -> bool {
        self.person.has_scope(self.collection.name.as_str(), action)
    }

    /// Is the living record shared with the person to this level: as the user, or by the link that they opened?
    fn is_shared(&self, row: &Row, level: &str) -> bool {
        let needed = LEVELS.iter().position(|known| *known == level);
        let mut shares = self.cast.shares(self.collection).iter();
        shares.any(|share| {
            share.target == id_of(row) && share.is_of(self.person) && Some(share.level) >= needed
        })
    }

    pub(super) fn is_deleted(&self, row: &Row) -> bool {
        self.collection.soft_delete && !row[&SystemField::DeletedAt.id()].is_null()
    }

    /// May the person ask for a list at all?
    pub(super) fn has_list(&self) -> bool {
        self.has_scope("read") && (self.person.is_free() || self.collection.rules.list.is_some())
    }

    pub(super) fn may_list(&self, row: &Row) -> bool {
        let list = self.collection.rules.list.as_ref();
        let shown = self.passes_unshared(list, Some(row), None) || self.is_shared(row, "read");
        !self.is_deleted(row) && self.has_scope("read") && shown
    }

    /// Is a deleted record in the list of deleted ones? Its shares have ended.
    pub(super) fn may_list_deleted(&self, row: &Row) -> bool {
        let list = self.collection.rules.list.as_ref();
        self.has_scope("read") && self.passes_unshared(list, Some(row), None) && self.may_restore(row)
    }

    /// By the rule alone.
    fn is_reader(&self, row: &Row) -> bool {
        self.passes_unshared(self.collection.rules.read.as_ref(), Some(row), None)
    }

    pub(super) fn may_read(&self, row: &Row) -> bool {
        let shown = self.is_reader(row) || self.is_shared(row, "read");
        !self.is_deleted(row) && self.has_scope("read") && shown
    }

    pub(super) fn may_create(&self, input: &Row) -> bool {
        self.has_scope("create") && self.passes(self.collection.rules.create.as_ref(), None, Some(input))
    }

    /// May one field be changed? Where records are shared the rule is for readers by the rules, and whoever edits by a
    /// share leaves alone what rules look at.
    pub(super) fn may_update(&self, row: &Row, input: &Row, field: &Field) -> bool {
        let rule = self.collection.rules.update.as_ref();
        let by_rule = self.passes_unshared(rule, Some(row), Some(input))
            && (self.collection.sharing.is_none() || self.is_reader(row));
        let keeps = row[&field.id] == input[&field.id] && self.may_see(field, row);
        let by_share = self.is_shared(row, "edit") && (keeps || !self.cast.is_in_rules(field));
        self.has_scope("update") && (by_rule || by_share)
    }

    pub(super) fn may_delete(&self, row: &Row) -> bool {
        let rule = self.collection.rules.delete.as_ref();
        let by_rule = self.passes(rule, Some(row), None);
        let is_reader = self.collection.sharing.is_none() || self.is_reader(row);
        self.has_scope("delete") && by_rule && is_reader
    }

    pub(super) fn may_restore(&self, row: &Row) -> bool {
        let rule = self.collection.rules.delete.as_ref();
        self.is_deleted(row) && self.has_scope("delete") && self.passes(rule, Some(row), None)
    }

    pub(super) fn may_see(&self, field: &Field, row: &Row) -> bool {
        field
            .read
            .as_ref()
            .is_none_or(|rule| self.passes(Some(rule), Some(row), None))
    }

    pub(super) fn may_set(&self, field: &Field, record: &Row, input: &Row) -> bool {
        field
            .write
            .as_ref()
            .is_none_or(|rule| self.passes(Some(rule), Some(record), Some(input)))
    }

    /// What the person sees of a record, of all that an administrator does.
    pub(super) fn shown(&self, row: &Row, whole: &Json) -> Json {
        let mut shown: Map<String, Json> = whole.as_object().expect("a record is an object").clone();
        for (field, _) in self.collection.guarded_fields() {
            if !self.may_see(field, row) {
                shown.remove(field.name.as_str());
            }
        }
        Json::Object(shown)
    }
}

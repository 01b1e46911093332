//! Operations on records.

mod batch;
mod cascade;
mod create;
mod cursor;
mod delete;
mod draft;
mod expand;
mod fields;
mod history;
mod idempotency;
mod list;
mod list_plan;
mod members;
mod outcome;
mod read;
mod restore;
mod rights;
mod trash;
mod update;
mod versions;
mod views;
mod write;

pub use batch::{BatchMode, BatchOperation, batch_records};
pub use create::create_record;
pub(crate) use create::{create_in, create_self_in, insert_unasked};
pub use delete::delete_record;
pub(crate) use delete::{delete_in, delete_unasked};
pub use draft::Draft;
pub(crate) use draft::said;
pub(crate) use draft::{draft_for_create, draft_for_update, draft_from_values};
pub(crate) use fields::{withheld_fields, without};
pub use history::{compare_versions, put_back_version, read_version, record_history};
pub use idempotency::IdempotencyKey;
pub(crate) use idempotency::once;
pub use list::{ListQuery, list_records};
pub(crate) use list_plan::{ListPlans, parse_fields, parse_filter};
pub use outcome::{Outcome, OutcomeKind};
pub use read::{ReadQuery, read_record};
pub use restore::restore_record;
pub(crate) use rights::{
    as_reader, label, may_comment, may_delete, may_read, may_share, may_update, read_label,
};
pub(crate) use trash::purge_due;
pub use trash::{TrashQuery, list_trash, purge_record};
pub use update::update_record;
pub(crate) use update::{overwrite_in, propose, read_for_write, update_in};
pub use versions::{
    CompareQuery, With, compare_tree, list_versions, read_tree_version, remove_version, restore_version,
    save_version,
};
pub(crate) use write::{holds, payload, some_values_json, values_json};

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{ActorKind, Code, Problem, RecordId};
use mainstay_store::records::{CollectionPlan, RulePlans};
use mainstay_store::sql::Arguments;
use mainstay_store::tx::Bind;

use crate::context::Context;
use crate::failure::Failure;

impl Context {
    pub(crate) fn of(&self, id: CollectionId) -> &Collection {
        self.release.definition.collection(id)
    }

    pub(crate) fn plan(&self, id: CollectionId) -> &CollectionPlan {
        self.release.plans.of(id)
    }

    /// The statements with or without the rules, as the actor is bound by them.
    pub(crate) fn rules(&self, id: CollectionId) -> &RulePlans {
        let plan = self.plan(id);
        if self.actor.is_bound_by_rules() {
            &plan.bound
        } else {
            &plan.free
        }
    }

    /// Who acts, for statements without input.
    pub(crate) fn arguments<'a>(&'a self, arguments: &'a [Bind<'a>]) -> Arguments<'a> {
        Arguments {
            auth_id: self.actor.id.as_ref(),
            auth_share: self.share.as_ref().map(|share| &share.id),
            now_micros: self.now.as_micros(),
            method: self.method,
            input: &[],
            input_ids: &[],
            arguments,
        }
    }

    /// Refuses everybody whom rules bind.
    pub fn require_administrator(&self) -> Result<(), Failure> {
        if self.actor.is_bound_by_rules() {
            return Err(self.refused("only administrators may do this"));
        }
        Ok(())
    }

    /// The refusal of an act that the rules do not allow: signing in may help, or it cannot.
    pub(crate) fn refused(&self, what: &'static str) -> Failure {
        if self.actor.kind == ActorKind::Anonymous {
            Problem::new(
                Code::Unauthenticated,
                "sign in first: the rules allow this to nobody who is not signed in",
            )
            .into()
        } else {
            Problem::new(Code::Forbidden, what).into()
        }
    }
}

/// An id as a client wrote it; one that cannot be is one that is not there.
pub fn parse_id(text: &str) -> Result<RecordId, Failure> {
    text.parse().map_err(|_| Problem::not_found().into())
}

//! How records are called, those of users above all, as long as one page is made.

use std::collections::HashMap;

use mainstay_core::definition::{Collection, CollectionId, LabelPart};
use mainstay_core::{RecordId, Value};
use mainstay_store::Tx;
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use serde_json::{Map, Value as Json};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::holds;

/// What has been looked up for a page already.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    labels: HashMap<(CollectionId, RecordId), Option<String>>,
    readable: HashMap<(CollectionId, RecordId), bool>,
}

impl Labels {
    /// The label of a record, deleted or not; `None` when it is gone for good. Whether the caller may see it is asked
    /// apart.
    pub(crate) fn of(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        collection: CollectionId,
        id: RecordId,
    ) -> Result<Option<String>, Failure> {
        if let Some(known) = self.labels.get(&(collection, id)) {
            return Ok(known.clone());
        }
        let (of, plan) = (ctx.of(collection), ctx.plan(collection));
        let target = [Bind::from(&id)];
        let statement = &plan.select_all_either;
        let values = tx.query_first(
            &statement.text,
            &statement.binds(&ctx.arguments(&target)),
            |row| read_values(of, &plan.all, row).map_err(Failure::from),
        )?;
        let label = values.map(|values| label_of_values(of, &values));
        self.labels.insert((collection, id), label.clone());
        Ok(label)
    }

    /// May the caller read the record now, or restore it when it is deleted?
    pub(crate) fn is_readable(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        collection: CollectionId,
        id: RecordId,
    ) -> Result<bool, Failure> {
        if let Some(known) = self.readable.get(&(collection, id)) {
            return Ok(*known);
        }
        let target = [Bind::from(&id)];
        let arguments = ctx.arguments(&target);
        let rules = ctx.rules(collection);
        let mut readable = false;
        for statement in [&rules.read, &rules.may_restore].into_iter().flatten() {
            readable = readable || holds(tx, statement, &arguments)?;
        }
        self.readable.insert((collection, id), readable);
        Ok(readable)
    }

    /// The label of whoever acted, for those whom no rule binds.
    pub(crate) fn of_user(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        user: Option<RecordId>,
    ) -> Result<Option<String>, Failure> {
        match user {
            Some(user) => self.of(tx, ctx, ctx.release.definition.users, user),
            None => Ok(None),
        }
    }
}

fn label_of_values(collection: &Collection, values: &[Value]) -> String {
    collection
        .label
        .render(collection, |field| &values[usize::from(field.0)])
}

/// The label from values as the journal has them; `None` when one of its fields is not among them.
pub(crate) fn label_of_json(collection: &Collection, values: &Map<String, Json>) -> Option<String> {
    let mut label = String::new();
    for part in &collection.label.parts {
        match part {
            LabelPart::Text(text) => label.push_str(text),
            LabelPart::Field(field) => match values.get(collection.field(*field).name.as_str())? {
                Json::Null => {}
                Json::String(text) => label.push_str(text),
                other => label.push_str(&other.to_string()),
            },
        }
    }
    Some(label)
}

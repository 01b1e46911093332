//! Who is on which plan.

use mainstay_core::definition::PlanId;
use mainstay_core::{Definition, RecordId};
use mainstay_store::sql::select_text_by_id;
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};

/// The plan that a user is on, where the definition has plans and theirs is one of them.
pub(crate) fn plan_of(
    tx: &mut Tx<'_>,
    definition: &Definition,
    user: &RecordId,
) -> Result<Option<PlanId>, StoreError> {
    let Some(plans) = &definition.limits.plans else {
        return Ok(None);
    };
    let users = definition.collection(definition.users);
    let sql = select_text_by_id(users, users.field(plans.field));
    let name = tx.query_first(&sql, &[Bind::from(user)], |row| {
        Ok::<_, StoreError>(row.optional_text(0)?.map(str::to_owned))
    })?;
    Ok(name.flatten().and_then(|name| plans.find(&name)))
}

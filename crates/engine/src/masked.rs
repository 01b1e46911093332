//! Releases with other rules: with less in them what API keys run on, and one with a rule that is tried out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mainstay_core::definition::{Definition, Mask};
use mainstay_core::limits::MASKS_KEPT_MAX;
use mainstay_store::Dialect;
use mainstay_store::records::Plans;
use mainstay_store::sql::Target;

use crate::environment::Release;
use crate::failure::Failure;
use crate::records::ListPlans;

/// Those that were built for a release. Keys with the same scopes share one.
#[derive(Debug, Default)]
pub(crate) struct MaskedReleases(Mutex<HashMap<Mask, Arc<Release>>>);

impl Release {
    /// This release for somebody of whose rights only these are left.
    pub(crate) fn masked(&self, mask: &Mask, dialect: Dialect) -> Result<Arc<Self>, Failure> {
        let kept = || self.masked.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(mask) {
            return Ok(Arc::clone(known));
        }
        let built = self.with(self.definition.masked(mask), dialect)?;
        let mut kept = kept();
        // So many different sets of scopes are seldom in use at a time; what is asked for again is built again.
        if kept.len() >= MASKS_KEPT_MAX {
            kept.clear();
        }
        kept.insert(mask.clone(), Arc::clone(&built));
        Ok(built)
    }

    /// This release with other rules in its definition.
    pub(crate) fn with(&self, definition: Definition, dialect: Dialect) -> Result<Arc<Self>, Failure> {
        let plans = Plans::build(Target {
            definition: &definition,
            dialect,
        })?;
        Ok(Arc::new(Self {
            plans,
            lists: ListPlans::default(),
            row: self.row,
            definition: Arc::new(definition),
            masked: MaskedReleases::default(),
        }))
    }
}

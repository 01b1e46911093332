//! How often anybody may ask: `[limits]`.

use super::FieldId;
use crate::rates::{Rate, RateClass};

/// The rates of every class of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// Are requests counted at all?
    pub enabled: bool,
    /// In the order of [`RateClass::ALL`].
    pub classes: [ClassRates; 6],
    /// Other rates for some users and their keys.
    pub plans: Option<Plans>,
}

/// Who is on which plan, and what it lets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    /// The field of users whose value is the name of their plan.
    pub field: FieldId,
    /// Whoever is on none of these has the rates of everybody.
    pub of: Vec<Plan>,
}

/// Position of a plan among the plans of its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanId(pub u16);

/// A plan by its name, with the rates of everybody where it has none of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub name: String,
    /// In the order of [`RateClass::ALL`]. Those of addresses are not asked: whose plan it is is known after them.
    pub classes: [ClassRates; 6],
}

/// The rates of one class; `None` counts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassRates {
    pub per_address: Option<Rate>,
    pub per_user: Option<Rate>,
    pub per_key: Option<Rate>,
}

impl LimitSettings {
    pub fn of(&self, class: RateClass) -> ClassRates {
        self.classes[class as usize]
    }

    /// The plan at this position; none where the plans are those of another definition.
    pub fn plan(&self, id: PlanId) -> Option<&Plan> {
        self.plans.as_ref()?.of.get(usize::from(id.0))
    }
}

impl Plans {
    /// The plan of this name.
    pub fn find(&self, name: &str) -> Option<PlanId> {
        let position = self.of.iter().position(|plan| plan.name == name)?;
        u16::try_from(position).ok().map(PlanId)
    }
}

impl Plan {
    pub fn of(&self, class: RateClass) -> ClassRates {
        self.classes[class as usize]
    }
}

impl Default for LimitSettings {
    /// As `keys/application.rs` says it.
    fn default() -> Self {
        let rates = |address, one| ClassRates {
            per_address: Some(Rate::per_minute(address)),
            per_user: Some(Rate::per_minute(one)),
            per_key: Some(Rate::per_minute(one)),
        };
        Self {
            enabled: true,
            classes: [
                rates(12_000, 12_000),
                rates(12_000, 6_000),
                rates(1_200, 600),
                rates(600, 600),
                rates(120, 60),
                rates(1_200, 600),
            ],
            plans: None,
        }
    }
}

//! How often anybody may ask: `[limits]`.

use crate::rates::{Rate, RateClass};

/// The rates of every class of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// Are requests counted at all?
    pub enabled: bool,
    /// In the order of [`RateClass::ALL`].
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
        }
    }
}

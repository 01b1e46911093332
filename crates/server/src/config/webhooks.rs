//! `[webhooks]`: where requests to other servers may go.

use mainstay_engine::PrivateAddresses;

use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "webhooks";

pub(super) const SETTINGS: &[Setting] = &[Setting {
    section: SECTION,
    key: "allow_private_addresses",
    kind: Kind::Boolean,
    default: "false",
    secret: false,
    doc: "Lets webhooks lead to addresses of the own network and the machine itself, and without encryption: whoever manages \
          them can then send requests to everything that the server reaches.",
}];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebhooksConfig {
    pub(crate) private_addresses: PrivateAddresses,
}

impl WebhooksConfig {
    pub(super) fn read(values: &Values) -> Self {
        let allowed = values.boolean(SECTION, "allow_private_addresses");
        Self {
            private_addresses: if allowed {
                PrivateAddresses::Allowed
            } else {
                PrivateAddresses::Refused
            },
        }
    }
}

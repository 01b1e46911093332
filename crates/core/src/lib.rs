#![doc = include_str!("../README.md")]

pub mod actor;
pub mod client_scopes;
pub mod decimal;
pub mod definition;
pub mod error;
pub mod ids;
pub mod limits;
pub mod mail;
pub mod migrations;
pub mod network;
pub mod outside;
pub mod rates;
pub mod redirects;
pub mod rules;
pub mod scopes;
pub mod time;
pub mod values;

pub use actor::{Actor, ActorKind};
pub use client_scopes::{ClientScope, ClientScopes};
pub use definition::{Collection, CollectionId, Definition, Field, FieldId, FieldKind};
pub use error::{Code, FieldError, Problem};
pub use ids::{IdSource, Name, RecordId};
pub use network::Network;
pub use outside::{Clock, RandomSource};
pub use rates::{Rate, RateClass};
pub use scopes::{Action, Scopes};
pub use time::{Date, Timestamp};
pub use values::Value;

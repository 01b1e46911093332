//! What an application declares, after reading and checking: the model that every other floor works from.
//!
//! `read` turns a folder's files into a [`Definition`] or into every [`Diagnostic`] at once. Nothing below the model
//! ever sees TOML again. `keys` says which keys there are; the reader and the JSON Schema for editors follow it.

mod application;
mod clients;
mod collections;
mod defaults;
mod diagnostic;
mod expressions;
mod faults;
mod field_rules;
mod fields;
mod indexes;
mod json_schema;
mod key_lookup;
mod keys;
mod kinds;
mod labels;
mod limit_settings;
mod mail;
mod mask;
mod members;
mod model;
mod names;
mod plans;
mod providers;
mod read;
mod relations;
mod settings;
mod shape_words;
mod shapes;
mod shares;
mod toml_reader;
mod toml_text;
mod trial;
mod views;
mod written;

pub use clients::DeclaredClient;
pub use diagnostic::{Diagnostic, SourceFile};
pub use json_schema::{DefinitionFile, json_schema};
pub use limit_settings::{ClassRates, LimitSettings, Plan, PlanId, Plans};
pub use mask::{Allowed, Mask};
pub use model::*;
pub use names::{kept_by_databases, reserved};
pub use providers::{Provider, ProviderKind};
pub use settings::{AuthSettings, MailSettings, SecondFactorFor, SignInMethod};
pub(crate) use shares::ends_shares;
pub use trial::{RuleName, RulePlace};
pub use written::{MadeBy, Sources, Written, WrittenCollection};

//! What administrators ask for: the definition, rules, settings, migrations, and what runs beside requests.

mod definition;
mod operation;
mod rules;

use serde_json::Value as Json;

use super::records::schema_ref;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminBody {
    RuleTest,
    RuleCheck,
    DefinitionChange,
}

impl AdminBody {
    pub(super) fn schema_name(self) -> &'static str {
        match self {
            Self::RuleTest => "NewRuleTest",
            Self::RuleCheck => "NewRuleCheck",
            Self::DefinitionChange => "NewDefinitionChange",
        }
    }

    pub(super) fn example(self) -> Json {
        match self {
            Self::RuleTest => rules::new_test_example(),
            Self::RuleCheck => rules::new_check_example(),
            Self::DefinitionChange => definition::new_change_example(),
        }
    }
}

/// What a successful answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminAnswer {
    Definition,
    DefinitionChange,
    RuleTest,
    RuleCheck,
    Settings,
    Migrations,
    Jobs,
}

impl AdminAnswer {
    pub(super) fn schema(self) -> Json {
        schema_ref(match self {
            Self::Definition => "ApplicationDefinition",
            Self::DefinitionChange => "DefinitionChange",
            Self::RuleTest => "RuleTest",
            Self::RuleCheck => "RuleCheck",
            Self::Settings => "SettingList",
            Self::Migrations => "MigrationStatus",
            Self::Jobs => "JobList",
        })
    }

    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Definition => "The definition.",
            Self::DefinitionChange => "What became of the change.",
            Self::RuleTest => "What the rules say.",
            Self::RuleCheck => "What is wrong with the text.",
            Self::Settings => "The settings.",
            Self::Migrations => "The state of the migrations.",
            Self::Jobs => "What runs.",
        }
    }
}

/// The names of the schemas.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    schemas().into_iter().map(|(name, _)| name)
}

/// Every schema with its name; those that others refer to stand in front of them.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let rules = rules::schemas().into_iter().chain(operation::schemas());
    definition::schemas().into_iter().chain(rules).collect()
}

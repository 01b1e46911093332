//! A definition on its way from the shape of a database to files.

/// What a field holds, as far as a database can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text { max: u32, multiline: bool },
    Integer,
    Number,
    Decimal { precision: u8, scale: u8 },
    Boolean,
    DateTime,
    Date,
    Select(Vec<String>),
    Json,
    Email,
    Relation { to: String, on_delete: &'static str },
}

impl Kind {
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Decimal { .. } => "decimal",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Date => "date",
            Self::Select(_) => "select",
            Self::Json => "json",
            Self::Email => "email",
            Self::Relation { .. } => "relation",
        }
    }
}

#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one key of the definition, and they combine freely"
)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) unique: bool,
    pub(super) index: bool,
    pub(super) read_only: bool,
    /// As TOML.
    pub(super) default: Option<String>,
    /// Every record and every user has it: it is not written.
    pub(super) built_in: bool,
}

impl Field {
    pub(super) fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            unique: false,
            index: false,
            read_only: false,
            default: None,
            built_in: false,
        }
    }

    pub(super) fn built_in(name: &str, kind: Kind) -> Self {
        Self {
            built_in: true,
            ..Self::new(name, kind)
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) expression: String,
    /// What the database says.
    pub(super) condition: String,
}

/// A collection and the table that it comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Collection {
    pub(super) name: String,
    pub(super) table: String,
    /// The columns with a value in the collection, in their order, and their fields.
    pub(super) fields: Vec<(String, Field)>,
    /// Fields and whether they are unique together.
    pub(super) indexes: Vec<(Vec<String>, bool)>,
    pub(super) checks: Vec<Check>,
    /// The columns that name a row; none where the rows cannot be told apart.
    pub(super) key: Vec<String>,
    /// The column with the hashes of passwords.
    pub(super) password: Option<String>,
}

impl Collection {
    pub(super) fn field(&self, column: &str) -> Option<&Field> {
        let found = self.fields.iter().find(|(of, _)| of == column);
        found.map(|(_, field)| field)
    }

    pub(super) fn field_mut(&mut self, column: &str) -> Option<&mut Field> {
        let found = self.fields.iter_mut().find(|(of, _)| of == column);
        found.map(|(_, field)| field)
    }

    pub(super) fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|(_, field)| field.name == name)
    }
}

/// Something that people should know: what could not be expressed, and what was decided for them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A table, perhaps with a column behind a point; empty for the database.
    pub place: String,
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.place, self.message)
        }
    }
}

/// Everything that is found, in the order of the finding.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding {
            place: place.into(),
            message: message.into(),
        });
    }
}

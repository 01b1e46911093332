//! The keys of a definition, once: what each is called, what it takes, what it means.
//!
//! The reader refuses everything that is not in these tables, and the JSON Schema for editors is generated from them.

mod application;
mod client;
mod collection;
mod field;
mod provider;

pub(super) use application::{APPLICATION, MAIL_TEMPLATE, METHODS, PLAN};
pub(super) use client::CLIENT;
pub(super) use collection::COLLECTION;
pub(super) use field::FIELD;
pub(super) use provider::PROVIDER;

/// One TOML table.
#[derive(Debug)]
pub(super) struct TableKeys {
    /// How a message calls such a table: "a collection".
    pub(super) noun: &'static str,
    pub(super) doc: &'static str,
    pub(super) keys: &'static [Key],
}

/// The table that a misplaced key belongs to; TOML makes it easy to write a key below the wrong header.
pub(super) fn owner_of(key: &str) -> Option<&'static TableKeys> {
    let tables = [
        &COLLECTION,
        &collection::RULES,
        &FIELD,
        &collection::CHECK,
        &collection::INDEX,
        &collection::MEMBERS,
    ];
    tables
        .into_iter()
        .find(|table| table.keys.iter().any(|known| known.name == key))
}

/// One key of a table. A field's table may have a key several times, for different types.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) doc: &'static str,
    /// The default, as TOML and JSON write it.
    pub(super) default: Option<&'static str>,
    pub(super) required: bool,
    /// The field types that the key applies to; all of them outside a field's table.
    pub(super) types: Types,
}

impl Key {
    const fn new(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self {
            name,
            shape,
            doc,
            default: None,
            required: false,
            types: Types::ALL,
        }
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn only(mut self, types: &[FieldType]) -> Self {
        self.types = Types::of(types);
        self
    }

    const fn except(mut self, types: &[FieldType]) -> Self {
        self.types = Types(Types::ALL.0 & !Types::of(types).0);
        self
    }
}

/// What a key's value looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Boolean,
    Integer {
        min: i64,
        max: i64,
    },
    /// A finite number, with or without a point.
    Number,
    Text {
        characters_max: usize,
    },
    /// `[a-z][a-z0-9-]*`: the application's own name.
    ApplicationName,
    /// A name as collections and fields have it.
    Name,
    /// A field's name, with `-` in front for descending.
    Order,
    Choice(&'static [Choice]),
    /// A list of different such texts.
    Choices(&'static [Choice]),
    /// A CEL expression.
    Expression,
    /// A list of different, non-empty texts.
    Texts {
        items_max: usize,
        characters_max: usize,
    },
    /// A list of different names.
    Names {
        items_max: usize,
    },
    /// A value of the field's own type.
    Literal,
    /// A bound of a decimal: digits in a string.
    Decimal,
    /// How often somebody may ask: `600/1m`, or `off`.
    Rate,
    /// A table that is a JSON Schema.
    JsonSchema,
    /// `[x]`
    Table(&'static TableKeys),
    /// `[[x]]`
    Tables {
        keys: &'static TableKeys,
        items_max: usize,
    },
    /// `[x.<name>]`
    NamedTables(&'static TableKeys),
}

/// One of the texts that a key takes.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) text: &'static str,
    pub(super) doc: &'static str,
    /// What other systems call it, for hints.
    pub(super) elsewhere: &'static [&'static str],
}

const fn choice(text: &'static str, doc: &'static str, elsewhere: &'static [&'static str]) -> Choice {
    Choice { text, doc, elsewhere }
}

/// A field's declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldType {
    Text,
    Integer,
    Number,
    Decimal,
    Boolean,
    DateTime,
    Date,
    Select,
    MultiSelect,
    Json,
    Email,
    Url,
    Relation,
}

impl FieldType {
    pub(super) const ALL: [Self; 13] = [
        Self::Text,
        Self::Integer,
        Self::Number,
        Self::Decimal,
        Self::Boolean,
        Self::DateTime,
        Self::Date,
        Self::Select,
        Self::MultiSelect,
        Self::Json,
        Self::Email,
        Self::Url,
        Self::Relation,
    ];

    pub(super) fn name(self) -> &'static str {
        field::TYPES[self as usize].text
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.name() == name)
    }
}

/// A set of field types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u16);

impl Types {
    pub(super) const ALL: Self = Self((1 << FieldType::ALL.len()) - 1);

    const fn of(types: &[FieldType]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < types.len() {
            set |= 1 << types[index] as u16;
            index += 1;
        }
        Self(set)
    }

    pub(super) fn contains(self, ty: FieldType) -> bool {
        self.0 & (1 << ty as u16) != 0
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        FieldType::ALL
            .into_iter()
            .filter(move |ty| self.contains(*ty))
            .map(FieldType::name)
    }
}

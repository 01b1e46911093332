//! What the migrations so far say: the shapes that releases may use, and the one that a database has to serve them all.

mod place;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::apply::Unfit;
use super::fills::fills;
use super::layout::{Layout, TableLayout};
use super::merge::merge;
use super::operation::{Class, Operation};
use super::shape::Shape;
use crate::definition::{Definition, Diagnostic};
use crate::limits::SHAPES_SERVED_MAX;
use crate::rules::{self, Purpose, Scope};

/// The shapes that are served, the oldest first, and what keeps them in step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(super) served: Vec<Served>,
    pub(super) fills: Vec<Fill>,
    /// Former names of the collections, the oldest first.
    pub(super) former: BTreeMap<String, Vec<String>>,
    /// Former names of the fields of each collection, the oldest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) former_fields: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// A shape that releases may use, and where its parts stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// The migration that made it; 0 without migrations.
    pub number: u32,
    pub shape: Shape,
    pub layout: Layout,
}

/// A column whose values follow from others, for as long as a release does not write it. All names are the database's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    pub table: String,
    pub column: String,
    pub expression: String,
    /// The columns whose change changes it: those that only the other releases know.
    pub watches: Vec<String>,
    /// Does a new record without a value come from a release that does not know the column?
    pub on_insert: bool,
    /// Does a value that does not convert make the record unfit? So it is where nobody has said how to convert.
    pub strict: bool,
}

/// What a database has to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Physical {
    /// In the names of the database.
    pub shape: Shape,
    pub fills: Vec<Fill>,
}

/// Why a migration does not follow from what was before.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StateError {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the shape that it makes is not valid: {}", messages(.0))]
    Invalid(Vec<Diagnostic>),
    #[error(
        "the database cannot serve the releases before it as well: {}; write a contract first, with `mainstay migrate new --contract`",
        messages(.0)
    )]
    TooMuch(Vec<Diagnostic>),
    #[error(
        "a migration before it still keeps fields in two shapes: write its contract first, with `mainstay migrate new --contract`"
    )]
    Pending,
    #[error("the expression `{expression}` for {field} is not valid: {}", .sentences.join("; "))]
    Expression {
        field: String,
        expression: String,
        sentences: Vec<String>,
    },
    #[error("{0} takes something away: it belongs into a migration with `contract = true`")]
    Unmarked(String),
    #[error("a contract has only steps that follow from the migrations before it: {0}")]
    OtherContract(String),
}

fn messages(faults: &[Diagnostic]) -> String {
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    messages.join("; ")
}

impl State {
    /// The state of a database that serves one shape, every part under its own name.
    pub fn plain(number: u32, shape: Shape) -> Self {
        let layout = Layout::plain(&shape);
        Self {
            served: vec![Served {
                number,
                shape,
                layout,
            }],
            fills: Vec::new(),
            former: BTreeMap::new(),
            former_fields: BTreeMap::new(),
        }
    }

    /// How many shapes releases may use.
    pub fn shapes_served(&self) -> usize {
        self.served.len()
    }

    pub fn newest(&self) -> Option<&Served> {
        self.served.last()
    }

    /// The shape of the newest release; nothing before the first migration.
    pub fn shape(&self) -> Shape {
        self.newest()
            .map(|served| served.shape.clone())
            .unwrap_or_default()
    }

    /// The newest served shape that is this one.
    pub fn serving(&self, shape: &Shape) -> Option<&Served> {
        self.served.iter().rev().find(|served| served.shape == *shape)
    }

    /// The names that a collection had before.
    pub fn former_names(&self, collection: &str) -> &[String] {
        self.former.get(collection).map_or(&[], Vec::as_slice)
    }

    /// The names that a field had before.
    pub fn former_field_names(&self, collection: &str, field: &str) -> &[String] {
        let fields = self.former_fields.get(collection);
        let names = fields.and_then(|fields| fields.get(field));
        names.map_or(&[], Vec::as_slice)
    }

    /// What a database has to be for every served shape.
    pub fn physical(&self) -> Physical {
        let shapes: Vec<Shape> = self
            .served
            .iter()
            .map(|served| served.layout.physical(&served.shape))
            .collect();
        let filled: BTreeSet<(&str, &str)> = self
            .fills
            .iter()
            .map(|fill| (fill.table.as_str(), fill.column.as_str()))
            .collect();
        let mut shape = merge(&shapes, &filled);
        if !shapes.is_empty() {
            shape.collections.entry("users".to_owned()).or_default();
        }
        Physical {
            shape,
            fills: self.fills.clone(),
        }
    }

    /// The newest shape alone, in the names of the database: what its release demands of every record.
    pub fn demanded(&self) -> Shape {
        self.newest()
            .map(|served| served.layout.physical(&served.shape))
            .unwrap_or_default()
    }

    /// Puts a definition of a served shape onto the tables and columns of the database.
    pub fn lay_out(&self, served: &Served, definition: &mut Definition) {
        served.layout.lay_out(definition, &self.physical().shape);
        for collection in &mut definition.collections {
            let former = self.former_names(collection.name.as_str());
            collection.former_names = former.to_vec();
            for field in collection.fields.iter_mut().filter(|field| !field.system) {
                let former = self.former_field_names(collection.name.as_str(), field.name.as_str());
                field.former_names = former.to_vec();
            }
        }
    }

    /// Follows a migration that adds and changes: the shapes before it stay served. What is refused changes nothing.
    pub fn expand(&mut self, number: u32, operations: &[Operation]) -> Result<(), StateError> {
        let mut state = self.clone();
        state.follow(number, operations)?;
        *self = state;
        Ok(())
    }

    fn follow(&mut self, number: u32, operations: &[Operation]) -> Result<(), StateError> {
        let mut steps = operations.iter();
        if let Some(marked) = steps.find(|operation| operation.class() == Class::Contract) {
            return Err(StateError::Unmarked(marked.sentence()));
        }
        let before = self.newest().cloned().unwrap_or_else(|| Served {
            number: 0,
            shape: Shape::default(),
            layout: Layout::default(),
        });
        let mut next = Served {
            number,
            ..before.clone()
        };
        let mut conversions = Vec::new();
        for operation in operations {
            next.shape.apply(operation)?;
            self.place(operation, &mut next.layout, &mut conversions);
        }
        next.shape.collections.entry("users".to_owned()).or_default();
        next.layout
            .tables
            .entry("users".to_owned())
            .or_insert_with(|| TableLayout {
                table: "users".to_owned(),
                columns: BTreeMap::new(),
            });
        next.shape.definition().map_err(StateError::Invalid)?;
        let fills = fills(&conversions, &before.layout, &next.layout);
        if !fills.is_empty() && !self.fills.is_empty() {
            return Err(StateError::Pending);
        }
        let new = self.fills.len()..self.fills.len() + fills.len();
        self.fills.extend(fills);
        self.served.push(next);
        let tables = self.physical().shape.definition().map_err(StateError::TooMuch)?;
        self.refuse_bad_expressions(new, &tables)?;
        self.forget_oldest();
        Ok(())
    }

    /// Types the expressions of new fills against the tables that there will be.
    fn refuse_bad_expressions(
        &self,
        new: std::ops::Range<usize>,
        tables: &Definition,
    ) -> Result<(), StateError> {
        for fill in &self.fills[new] {
            let collection = tables.find_collection(&fill.table);
            let found =
                collection.and_then(|collection| Some((collection, collection.find_field(&fill.column)?)));
            let Some((collection, field)) = found else {
                continue;
            };
            let scope = Scope {
                collection: collection.id,
                purpose: Purpose::Convert,
            };
            rules::parse_value(tables, scope, &fill.expression, field).map_err(|errors| {
                StateError::Expression {
                    field: format!("{}.{}", fill.table, fill.column),
                    expression: fill.expression.clone(),
                    sentences: errors
                        .iter()
                        .map(|error| match &error.hint {
                            Some(hint) => format!("{}; {hint}", error.message),
                            None => error.message.clone(),
                        })
                        .collect(),
                }
            })?;
        }
        Ok(())
    }

    /// Shapes that cost nothing to serve go when there are many.
    fn forget_oldest(&mut self) {
        while self.served.len() > SHAPES_SERVED_MAX {
            let mut without = self.clone();
            without.served.remove(0);
            if without.physical() != self.physical() {
                return;
            }
            *self = without;
        }
    }

    /// Serves the newest shape alone from here on. Its parts stay where they are: whoever serves it notices nothing.
    #[must_use]
    pub fn contracted(&self, number: u32) -> Self {
        let mut state = self.clone();
        state.served.clear();
        state.fills.clear();
        if let Some(newest) = self.newest() {
            state.served.push(Served {
                number: newest.number.max(number),
                ..newest.clone()
            });
        }
        state
    }

    /// As `contracted`, with every part under its own name: for a database that nobody serves meanwhile.
    #[must_use]
    pub fn tidied(&self, number: u32) -> Self {
        let mut state = self.contracted(number);
        for served in &mut state.served {
            served.layout = Layout::plain(&served.shape);
        }
        state
    }
}

//! The options of an import against the collection and the header of the file, with everything that does not fit.

use std::collections::HashSet;

use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::{FieldId, Value, values};
use mainstay_store::sql::select_ids_by_fields;

use super::options::{ImportOptions, ImportTarget};
use super::plan::{Column, Lookup};
use crate::context::Context;

/// What the options say, once it fits.
pub(super) struct Mapping {
    pub(super) columns: Vec<Column>,
    pub(super) constants: Vec<(FieldId, Value)>,
    pub(super) lookups: Vec<Lookup>,
    /// The fields that get a value.
    pub(super) given: HashSet<FieldId>,
}

/// Reads the options, or tells a sentence for each thing that is wrong with them.
pub(super) fn read_mapping(
    ctx: &Context,
    collection: &Collection,
    header: &[String],
    options: &ImportOptions,
) -> Result<Mapping, Vec<String>> {
    let mut reader = Reader {
        ctx,
        collection,
        header,
        given: HashSet::new(),
        faults: Vec::new(),
    };
    let constants = reader.constants(options);
    let (mut columns, mut lookups) = (Vec::new(), Vec::new());
    for (column, target) in &options.mapping {
        columns.extend(reader.column(column, target, options, &mut lookups));
    }
    reader.require_fields();
    let Reader { given, faults, .. } = reader;
    if faults.is_empty() {
        Ok(Mapping {
            columns,
            constants,
            lookups,
            given,
        })
    } else {
        Err(faults)
    }
}

struct Reader<'a> {
    ctx: &'a Context,
    collection: &'a Collection,
    header: &'a [String],
    given: HashSet<FieldId>,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    fn constants(&mut self, options: &ImportOptions) -> Vec<(FieldId, Value)> {
        let mut constants = Vec::new();
        for (name, text) in &options.constants {
            let Some(field) = self.settable(name) else {
                continue;
            };
            match values::accept_text(field, text) {
                Ok(value) => constants.push((field.id, value)),
                Err(refusal) => self.faults.push(format!("{name}: {refusal}")),
            }
        }
        constants
    }

    fn column(
        &mut self,
        name: &str,
        target: &ImportTarget,
        options: &ImportOptions,
        lookups: &mut Vec<Lookup>,
    ) -> Option<Column> {
        let cell = self.cell(name);
        let (field, lookup) = match target {
            ImportTarget::Field(field) => (self.settable(field)?, None),
            ImportTarget::Relation { field, by } => {
                let field = self.settable(field)?;
                lookups.push(self.lookup(field, by, options)?);
                (field, Some(lookups.len() - 1))
            }
        };
        Some(Column {
            cell: cell?,
            name: name.to_owned(),
            field: field.id,
            lookup,
        })
    }

    fn cell(&mut self, name: &str) -> Option<usize> {
        let mut places = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, column)| *column == name);
        match (places.next(), places.next()) {
            (Some((cell, _)), None) => return Some(cell),
            (Some(_), Some(_)) => self.faults.push(format!("the file has several columns `{name}`")),
            (None, _) => {
                let columns = self.header.join(", ");
                self.faults.push(format!(
                    "the file has no column `{name}`; its columns are {columns}"
                ));
            }
        }
        None
    }

    /// A field that an import may set, and has not set yet.
    fn settable(&mut self, name: &str) -> Option<&'a Field> {
        let fault = match self.collection.find_field(name) {
            None => format!("{} has no field `{name}`", self.collection.name),
            Some(field) if field.system && !matches!(field.kind, FieldKind::Id) => {
                format!("`{name}` is set by Mainstay")
            }
            Some(field) if self.given.insert(field.id) => return Some(field),
            Some(_) => format!("`{name}` gets a value twice"),
        };
        self.faults.push(fault);
        None
    }

    fn lookup(&mut self, field: &Field, by: &str, options: &ImportOptions) -> Option<Lookup> {
        let name = &field.name;
        let Some(relation) = field.relation().filter(|relation| !relation.many) else {
            self.faults
                .push(format!("`{name}.{by}`: `{name}` is not a relation to one record"));
            return None;
        };
        let target = self.ctx.of(relation.to);
        let Some(by) = target.find_field(by).filter(|by| by.is_column()) else {
            self.faults.push(format!(
                "`{name}.{by}`: {} has no such field to find a record by",
                target.name
            ));
            return None;
        };
        let (mut fields, mut shared) = (vec![by.id], Vec::new());
        for (name, text) in &options.constants {
            let (own, targets) = (self.collection.find_field(name), target.find_field(name));
            let Some((own, targets)) = own.zip(targets) else {
                continue;
            };
            if same_kind(&own.kind, &targets.kind)
                && targets.id != by.id
                && targets.is_column()
                && let Ok(value) = values::accept_text(targets, text)
                && !value.is_null()
            {
                fields.push(targets.id);
                shared.push(value);
            }
        }
        let statement = select_ids_by_fields(target, &fields);
        Some(Lookup {
            to: target.id,
            by: by.id,
            shared,
            statement,
            own_column: None,
        })
    }

    fn require_fields(&mut self) {
        for field in self
            .collection
            .fields
            .iter()
            .filter(|field| !field.system && field.required)
        {
            if field.default.is_none() && !self.given.contains(&field.id) {
                self.faults.push(format!(
                    "{} needs `{}`: map a column to it or set it for all rows",
                    self.collection.name, field.name
                ));
            }
        }
    }
}

/// Do values of the two fields mean the same?
fn same_kind(a: &FieldKind, b: &FieldKind) -> bool {
    match (a, b) {
        (FieldKind::Relation(a), FieldKind::Relation(b)) => a.to == b.to,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

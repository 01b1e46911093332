//! From the cells of a row to values, references and faults.

use csv::StringRecord;
use mainstay_core::definition::{CollectionId, Field};
use mainstay_core::{FieldId, Value, values};

use super::super::address::as_stored;
use super::super::guard::without_guard;
use super::plan::{Column, Plan};
use super::report::RowFault;
use super::source::RawRow;
use crate::context::Context;

/// A row on its way to becoming a record.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) line: u64,
    pub(super) values: Vec<(FieldId, Value)>,
    pub(super) references: Vec<Reference>,
    pub(super) faults: Vec<RowFault>,
}

/// A relation whose target is found by a value.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) field: FieldId,
    /// Position in the plan's lookups.
    pub(super) lookup: usize,
    pub(super) value: Value,
    pub(super) target: Target,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// A record that is there before the import.
    Database,
    /// The row of this number, with its line.
    Row(usize, u64),
}

impl Row {
    pub(super) fn read(ctx: &Context, plan: &Plan, raw: RawRow) -> Self {
        let RawRow { number, line, cells } = raw;
        let mut row = Self {
            number,
            line,
            values: plan.constants.clone(),
            references: Vec::new(),
            faults: Vec::new(),
        };
        match cells {
            Ok(cells) => row.read_cells(ctx, plan, &cells),
            Err(message) => row.faults.push(RowFault {
                line,
                column: None,
                message,
            }),
        }
        row
    }

    fn read_cells(&mut self, ctx: &Context, plan: &Plan, cells: &StringRecord) {
        for column in &plan.columns {
            let read = self.read_cell(ctx, plan, column, &cells[column.cell]);
            if let Err(message) = read {
                self.faults.push(RowFault {
                    line: self.line,
                    column: Some(column.name.clone()),
                    message,
                });
            }
        }
    }

    fn read_cell(&mut self, ctx: &Context, plan: &Plan, column: &Column, cell: &str) -> Result<(), String> {
        let field = ctx.of(plan.collection).field(column.field);
        if cell.is_empty() && field.required && field.default.is_some() {
            return Ok(());
        }
        let Some(position) = column.lookup.filter(|_| !cell.is_empty()) else {
            self.values
                .push((field.id, read_value(ctx, plan.collection, field, cell)?));
            return Ok(());
        };
        let lookup = &plan.lookups[position];
        let by = ctx.of(lookup.to).field(lookup.by);
        let value = read_value(ctx, lookup.to, by, cell)?;
        let target = match plan.row_with(ctx, lookup, &value) {
            None => Target::Database,
            Some(row) => match row.twin_line {
                None => Target::Row(row.number, row.line),
                Some(twin) => return Err(format!("{cell} stands in line {} and in line {twin}", row.line)),
            },
        };
        self.references.push(Reference {
            field: field.id,
            lookup: position,
            value,
            target,
        });
        Ok(())
    }
}

fn read_value(ctx: &Context, collection: CollectionId, field: &Field, cell: &str) -> Result<Value, String> {
    let value = values::accept_text(field, without_guard(&field.kind, cell));
    value
        .map(|value| as_stored(ctx, collection, field, value))
        .map_err(|refusal| refusal.to_string())
}

//! The rows of a file in an order in which a row comes after the rows it refers to.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{Read, Seek};

use super::plan::Plan;
use super::report::{ImportError, ImportReport, RowFault};
use super::row::{Row, Target};
use super::source::Source;
use crate::context::Context;

/// Reads rows, and holds back those that refer to a later one until that has come.
pub(super) struct Sequence<'s, R> {
    source: &'s mut Source<R>,
    given: HashSet<usize>,
    ready: VecDeque<Row>,
    /// By the row they wait for.
    waiting: HashMap<usize, Vec<Row>>,
}

impl<'s, R: Read + Seek> Sequence<'s, R> {
    pub(super) fn start(source: &'s mut Source<R>) -> Result<Self, ImportError> {
        source.rewind()?;
        Ok(Self {
            source,
            given: HashSet::new(),
            ready: VecDeque::new(),
            waiting: HashMap::new(),
        })
    }

    pub(super) fn next(&mut self, ctx: &Context, plan: &Plan) -> Result<Option<Row>, ImportError> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                if plan.has_own_lookups() {
                    self.given.insert(row.number);
                }
                for waiter in self.waiting.remove(&row.number).unwrap_or_default() {
                    self.sort_in(waiter);
                }
                return Ok(Some(row));
            }
            let Some(raw) = self.source.next()? else {
                return Ok(None);
            };
            self.sort_in(Row::read(ctx, plan, raw));
        }
    }

    /// The next rows, at most `max`; none at the end.
    pub(super) fn take(&mut self, ctx: &Context, plan: &Plan, max: usize) -> Result<Vec<Row>, ImportError> {
        let mut rows = Vec::new();
        while rows.len() < max
            && let Some(row) = self.next(ctx, plan)?
        {
            rows.push(row);
        }
        Ok(rows)
    }

    /// After the last row: refuses the rows that still wait, and completes the report.
    pub(super) fn finish(&mut self, plan: &Plan, report: &mut ImportReport) {
        let mut left: Vec<Row> = self.waiting.drain().flat_map(|(_, rows)| rows).collect();
        left.sort_unstable_by_key(|row| row.number);
        for row in left {
            let column = row
                .references
                .iter()
                .find(|reference| matches!(reference.target, Target::Row(..)));
            let column = column.and_then(|reference| {
                plan.columns
                    .iter()
                    .find(|column| column.field == reference.field)
                    .map(|column| column.name.clone())
            });
            let message = "the references from here lead in a circle".to_owned();
            report.refuse(vec![RowFault {
                line: row.line,
                column,
                message,
            }]);
        }
        report.finish();
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    fn sort_in(&mut self, row: Row) {
        let missing = row
            .references
            .iter()
            .find_map(|reference| match reference.target {
                Target::Row(number, _) if !self.given.contains(&number) => Some(number),
                _ => None,
            });
        match missing {
            Some(number) => self.waiting.entry(number).or_default().push(row),
            None => self.ready.push_back(row),
        }
    }
}

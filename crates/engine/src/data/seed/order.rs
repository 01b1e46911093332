//! The order in which the records of a seed can be written: the target of a relation before whoever points to it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use mainstay_core::FieldId;

use super::SeedFault;
use super::lines::SeedRecord;
use crate::context::Context;

/// One record to write; relations to records that come only later wait until all are there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) record: usize,
    pub(super) deferred: Vec<FieldId>,
}

/// Arranges the records, in the order of files and lines as far as relations allow (Kahn's algorithm). Where records
/// point to each other in a circle, an optional relation waits; a circle of required ones is a fault.
pub(super) fn arrange(ctx: &Context, records: &[SeedRecord], faults: &mut Vec<SeedFault>) -> Vec<Step> {
    let mut queue = Queue::new(records);
    let mut steps = Vec::with_capacity(records.len());
    let mut first_left = 0;
    loop {
        while let Some(record) = queue.next_ready() {
            steps.push(Step {
                record,
                deferred: queue.place(record),
            });
        }
        while first_left < records.len() && queue.placed[first_left] {
            first_left += 1;
        }
        if first_left == records.len() {
            return steps;
        }
        let left = (first_left..records.len()).filter(|record| !queue.placed[*record]);
        let breakable = left.clone().find(|record| queue.can_wait(ctx, &records[*record]));
        let Some(record) = breakable else {
            for record in left {
                let message = "its required relations lead in a circle: no record of it can be the first";
                faults.push(records[record].fault(ctx, None, message.to_owned()));
            }
            return steps;
        };
        queue.defer(record, &records[record]);
    }
}

struct Queue {
    /// Links of each record to records that are not placed yet.
    missing: Vec<usize>,
    /// Who points to each record.
    waiting: Vec<Vec<usize>>,
    ready: BinaryHeap<Reverse<usize>>,
    deferred: Vec<Vec<FieldId>>,
    placed: Vec<bool>,
}

impl Queue {
    fn new(records: &[SeedRecord]) -> Self {
        let mut waiting = vec![Vec::new(); records.len()];
        for (position, record) in records.iter().enumerate() {
            for (_, target) in &record.links {
                waiting[*target].push(position);
            }
        }
        let missing: Vec<usize> = records.iter().map(|record| record.links.len()).collect();
        let free = missing.iter().enumerate().filter(|(_, missing)| **missing == 0);
        let ready = free.map(|(position, _)| Reverse(position)).collect();
        Self {
            missing,
            waiting,
            ready,
            deferred: vec![Vec::new(); records.len()],
            placed: vec![false; records.len()],
        }
    }

    fn next_ready(&mut self) -> Option<usize> {
        loop {
            let Reverse(record) = self.ready.pop()?;
            if !self.placed[record] {
                return Some(record);
            }
        }
    }

    /// Gives the relations of the record that must wait.
    fn place(&mut self, record: usize) -> Vec<FieldId> {
        self.placed[record] = true;
        for waiter in std::mem::take(&mut self.waiting[record]) {
            self.missing[waiter] -= 1;
            if self.missing[waiter] == 0 {
                self.ready.push(Reverse(waiter));
            }
        }
        std::mem::take(&mut self.deferred[record])
    }

    /// Are all relations to records that are not placed yet optional?
    fn can_wait(&self, ctx: &Context, record: &SeedRecord) -> bool {
        let collection = ctx.of(record.collection);
        let mut unmet = record.links.iter().filter(|(_, target)| !self.placed[*target]);
        unmet.all(|(field, _)| !collection.field(*field).required)
    }

    fn defer(&mut self, position: usize, record: &SeedRecord) {
        let unmet = record
            .links
            .iter()
            .filter(|(_, target)| !self.placed[*target])
            .map(|(field, _)| *field);
        let mut fields: Vec<FieldId> = unmet.collect();
        fields.sort_unstable();
        fields.dedup();
        self.deferred[position] = fields;
        self.ready.push(Reverse(position));
    }
}

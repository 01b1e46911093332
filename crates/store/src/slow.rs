//! Statements that took long: logged one by one, and counted for whoever wants to mend them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mainstay_core::Actor;

use crate::tx::Purpose;

/// Different statements that are remembered; of more, those that took the least time in all are forgotten.
const STATEMENTS_MAX: usize = 100;

/// What took long since the start.
#[derive(Debug)]
pub struct SlowStatements {
    after: Duration,
    seen: Mutex<HashMap<String, SlowStatement>>,
}

/// One statement that took long, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowStatement {
    pub statement: String,
    pub collection: String,
    /// The operation that ran it last, and for whom.
    pub operation: &'static str,
    pub actor: Option<Actor>,
    /// How often it took long.
    pub count: u64,
    pub total: Duration,
    pub longest: Duration,
    /// What the database did the last time that it could be asked, a line a step.
    pub plan: String,
}

impl SlowStatements {
    /// Notes what takes longer than this.
    pub fn after(after: Duration) -> Self {
        Self {
            after,
            seen: Mutex::default(),
        }
    }

    pub(crate) fn is_slow(&self, took: Duration) -> bool {
        took >= self.after
    }

    pub(crate) fn note(&self, statement: &str, purpose: Purpose, took: Duration, plan: String) {
        let collection = table_of(statement);
        tracing::warn!(
            target: "slow_statement",
            operation = purpose.operation,
            request_id = purpose.request_id.map(tracing::field::display),
            user = purpose.actor.and_then(|actor| actor.id).map(tracing::field::display),
            collection,
            took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            statement,
            plan,
            "a statement took {} ms", took.as_millis(),
        );
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= STATEMENTS_MAX && !seen.contains_key(statement) {
            let least = seen.values().min_by_key(|known| known.total);
            let least = least.map(|known| known.statement.clone());
            seen.remove(&least.unwrap_or_default());
        }
        let known = seen.entry(statement.to_owned()).or_insert_with(|| SlowStatement {
            statement: statement.to_owned(),
            collection: collection.to_owned(),
            operation: purpose.operation,
            actor: purpose.actor,
            count: 0,
            total: Duration::ZERO,
            longest: Duration::ZERO,
            plan: String::new(),
        });
        known.operation = purpose.operation;
        known.actor = purpose.actor;
        known.count += 1;
        known.total += took;
        known.longest = known.longest.max(took);
        if !plan.is_empty() {
            known.plan = plan;
        }
    }

    /// Those that took the most time in all, first.
    pub fn worst(&self, count: usize) -> Vec<SlowStatement> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut worst: Vec<SlowStatement> = seen.values().cloned().collect();
        worst.sort_by_key(|known| std::cmp::Reverse(known.total));
        worst.truncate(count);
        worst
    }
}

/// The first table that a statement names.
fn table_of(sql: &str) -> &str {
    let places = [" FROM ", "INTO ", "UPDATE "];
    let first = places
        .iter()
        .filter_map(|place| sql.find(place).map(|at| at + place.len()))
        .min();
    let name = first.map_or("", |at| &sql[at..]).trim_start_matches('"');
    let end = name.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    &name[..end.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(slow: &SlowStatements, sql: &str, millis: u64) {
        slow.note(
            sql,
            Purpose::default(),
            Duration::from_millis(millis),
            String::new(),
        );
    }

    #[test]
    fn tables_are_named() {
        assert_eq!(table_of("SELECT r.\"id\" FROM \"todos\" AS r"), "todos");
        assert_eq!(table_of("INSERT INTO \"notes\" (\"id\") SELECT ?1"), "notes");
        assert_eq!(table_of("UPDATE _sessions SET last_used_at = ?2"), "_sessions");
        assert_eq!(table_of("SAVEPOINT part"), "");
    }

    #[test]
    fn the_worst_come_first_and_the_least_is_forgotten() {
        let slow = SlowStatements::after(Duration::from_millis(10));
        assert!(!slow.is_slow(Duration::from_millis(9)));
        assert!(slow.is_slow(Duration::from_millis(10)));
        for number in 0..STATEMENTS_MAX {
            note(&slow, &format!("SELECT {number}"), 20);
        }
        note(&slow, "SELECT 7", 30);
        note(&slow, "the least", 11);
        note(&slow, "one more", 12);
        let worst = slow.worst(1_000);
        assert_eq!(worst.len(), STATEMENTS_MAX);
        let first = &worst[0];
        assert_eq!((first.statement.as_str(), first.count), ("SELECT 7", 2));
        assert_eq!(first.total, Duration::from_millis(50));
        assert_eq!(first.longest, Duration::from_millis(30));
        assert!(!worst.iter().any(|known| known.statement == "the least"));
    }
}

//! Plans of PostgreSQL.
//!
//! It chooses by statistics, and tables without rows are best read from end to end. So it is asked for a plan that serves
//! all values, with that forbidden: what is left of it in the plan has no index to replace it.

use mainstay_store::{Db, Priority, StoreError, WriteTx};

const FORBIDDEN: [&str; 3] = ["enable_seqscan", "enable_sort", "enable_bitmapscan"];

/// Carries the plan out of a transaction that is to leave nothing behind.
enum Explained {
    Plan(Vec<String>),
    Failed(StoreError),
}

impl From<StoreError> for Explained {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

pub(super) async fn explain(db: &Db, sql: &str) -> Result<Vec<String>, StoreError> {
    let prepare = format!("PREPARE explained AS {sql}");
    let placeholders = (1..=sql.matches('?').count())
        .filter(|number| sql.contains(&format!("?{number}")))
        .count();
    let execute = match placeholders {
        0 => "EXPLAIN (COSTS OFF) EXECUTE explained".to_owned(),
        count => format!(
            "EXPLAIN (COSTS OFF) EXECUTE explained ({})",
            vec!["NULL"; count].join(", ")
        ),
    };
    let explain = move |tx: &mut WriteTx<'_>| {
        for setting in FORBIDDEN {
            tx.execute(&format!("SET LOCAL {setting} = off"), &[])?;
        }
        tx.execute("SET LOCAL plan_cache_mode = force_generic_plan", &[])?;
        tx.execute(&prepare, &[])?;
        let mut lines = Vec::new();
        tx.query(&execute, &[], |row| {
            lines.push(row.texts()?.concat());
            Ok::<(), StoreError>(())
        })?;
        tx.execute("DEALLOCATE explained", &[])?;
        Err::<(), Explained>(Explained::Plan(lines))
    };
    match db.write(Priority::Interactive, explain).await {
        Err(Explained::Plan(lines)) => Ok(lines),
        Err(Explained::Failed(error)) => Err(error),
        Ok(()) => unreachable!("the closure always fails"),
    }
}

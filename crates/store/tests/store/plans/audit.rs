//! Every way through the journal follows an index, newest first, and sorts nothing.

use mainstay_store::Dialect;
use mainstay_store::journal::search;
use mainstay_testkit::TestDatabase;

use super::explained::{APPLICATIONS, Explained};

/// A statement, and the index that it follows: that of the table's key where there is none.
const WAYS: [(&str, &str); 9] = [
    (search::OF_RECORD, "_journal_record"),
    (search::OF_REQUEST, "_journal_request"),
    (search::ALL, ""),
    (search::IN_TIME, "_journal_at"),
    (search::IN_GROUP, "_journal_group"),
    (search::IN_NO_COLLECTION, "_journal_group"),
    (search::NEXT_COLLECTION, "_journal_group"),
    (search::NEXT_KIND, "_journal_group"),
    (search::NEXT_KIND_IN_NONE, "_journal_group"),
];

#[tokio::test]
async fn every_filter_of_the_audit_follows_an_index() {
    let app = Explained::open(APPLICATIONS[0]);
    for (sql, index) in WAYS {
        let plan = app.explain(sql).await;
        let text = plan.join("\n");
        let follows = match (TestDatabase::dialect(), index) {
            (Dialect::Sqlite, "") => text.contains("SEARCH _journal USING INTEGER PRIMARY KEY (rowid<?)"),
            (Dialect::Sqlite, index) => ["INDEX", "COVERING INDEX"]
                .iter()
                .any(|kind| text.contains(&format!("SEARCH _journal USING {kind} {index} ("))),
            (Dialect::Postgres, "") => text.contains("Index Scan Backward using _journal_pkey"),
            (Dialect::Postgres, index) => text.contains(&format!(" using {index} on _journal")),
        };
        assert!(follows, "{sql}\n{text}");
        for slow in ["TEMP B-TREE", "Sort", "Seq Scan", "SCAN _journal\n"] {
            assert!(!text.contains(slow), "{sql}\n{text}");
        }
    }
}

#[tokio::test]
async fn acts_are_found_by_actor_within_spans() {
    let app = Explained::open(APPLICATIONS[0]);
    let (sql, follows) = match TestDatabase::dialect() {
        Dialect::Sqlite => (
            search::OF_ACTOR_SQLITE,
            "SEARCH _journal USING COVERING INDEX _journal_actor (<expr>=? AND actor_id=? AND rowid<?)",
        ),
        Dialect::Postgres => (search::OF_ACTOR_POSTGRES, "using _journal_actor on _journal"),
    };
    let plan = app.explain(sql).await.join("\n");
    assert!(plan.contains(follows), "{sql}\n{plan}");
    assert!(
        !plan.contains("Seq Scan") && !plan.contains("SCAN _journal\n"),
        "{sql}\n{plan}"
    );
}

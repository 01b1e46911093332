//! What was erased on purpose is accepted, and nothing else.

use mainstay_engine::audit::{EraseError, Erased, Fault, Subject, Trust, erase, verify};
use mainstay_testkit::TestApp;
use serde_json::json;

use super::{fault, run, seal_everything};

/// Two notes, the first of which was changed; all of it sealed.
async fn notes() -> (TestApp, String) {
    let app = TestApp::start(&[
        ("mainstay.toml", "name = \"notes\"\n"),
        (
            "collections/notes.toml",
            "label = \"{title}\"\n[fields.title]\ntype = \"text\"\n",
        ),
    ]);
    let administrator = app.administrator().await;
    let first = administrator
        .create("notes", json!({"title": "secret one"}))
        .await;
    administrator.create("notes", json!({"title": "another"})).await;
    let id = first["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/records/notes/{id}");
    administrator.patch(&path, json!({"title": "secret two"})).await;
    seal_everything(&app).await;
    (app, id)
}

fn subject(id: &str) -> Subject {
    Subject::Record("notes".to_owned(), id.parse().unwrap())
}

#[tokio::test]
async fn an_erasure_is_told_and_accepted() {
    let (app, id) = notes().await;
    let erased = erase(&app.environment, &subject(&id), "asked for").await.unwrap();
    assert_eq!(erased, Erased { entries: 2 });
    let told = app
        .sql("SELECT payload FROM _journal WHERE kind = 'audit.erased'")
        .await;
    assert_eq!(told.len(), 1);
    let told: serde_json::Value = serde_json::from_str(&told[0][0]).unwrap();
    let numbers = app
        .sql("SELECT seq FROM _journal WHERE payload = '{\"erased\":true}' ORDER BY seq")
        .await;
    let numbers: Vec<[i64; 2]> = numbers.iter().map(|row| [row[0].parse().unwrap(); 2]).collect();
    assert_eq!(
        told,
        json!({"collection": "notes", "record_id": id, "entries": numbers, "count": 2, "reason": "asked for"})
    );
    // Before the erasure is sealed, and after.
    for _ in 0..2 {
        let verified = verify(&app.environment, Trust::default()).await.unwrap();
        assert_eq!(verified.erased, 2);
        seal_everything(&app).await;
    }
    // A second time there is nothing to do, and nothing to tell.
    let again = erase(&app.environment, &subject(&id), "again").await.unwrap();
    assert_eq!(again, Erased { entries: 0 });
    assert_eq!(
        app.sql("SELECT count(*) FROM _journal WHERE kind = 'audit.erased'")
            .await,
        [["1"]]
    );
    for reason in ["", "  ", &"x".repeat(501)] {
        let refused = erase(&app.environment, &subject(&id), reason).await;
        assert!(matches!(refused, Err(EraseError::Reason)), "{refused:?}");
    }
    // The other note still says what it said.
    assert_eq!(
        app.sql("SELECT count(*) FROM _journal WHERE payload LIKE '%another%'")
            .await,
        [["1"]]
    );
}

#[tokio::test]
async fn an_erasure_that_no_entry_tells_is_found() {
    let (app, id) = notes().await;
    erase(&app.environment, &subject(&id), "asked for").await.unwrap();
    seal_everything(&app).await;
    let other = app
        .sql("SELECT seq FROM _journal WHERE payload LIKE '%another%'")
        .await[0][0]
        .clone();
    run(
        &app,
        &format!("UPDATE _journal SET payload = '{{\"erased\":true}}' WHERE seq = {other}"),
    )
    .await;
    let untold = Fault::ErasedUntold {
        seq: other.parse().unwrap(),
    };
    assert_eq!(fault(&app, Trust::default()).await, untold);
}

#[tokio::test]
async fn history_audit_and_activity_show_what_was_erased() {
    let (app, id) = notes().await;
    erase(&app.environment, &subject(&id), "asked for").await.unwrap();
    let administrator = app
        .user_with("boss@example.org", json!({"administrator": true}))
        .await;
    let path = format!("/api/v1/records/notes/{id}");
    for way in [
        format!("{path}/history"),
        format!("{path}/activity"),
        format!("/api/v1/audit?record={id}"),
    ] {
        let page = administrator.get(&way).await;
        assert_eq!(page.column("erased"), ["true", "true"], "{way}");
        assert!(!page.text().contains("secret one"), "{way}");
    }
}

//! Entries that become visible after later ones.

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use mainstay_core::{Actor, RecordId};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, StoreError, WriteTx};
use mainstay_testkit::TestApp;
use serde_json::json;
use tokio::task::JoinHandle;

use super::{Feed, items, note, notes, told};

/// A transaction that has written an entry, and is committed once it is dropped and waited for.
struct Open {
    held: Sender<()>,
    written: JoinHandle<Result<(), StoreError>>,
}

impl Open {
    /// Says of a note that it was changed, so that it is told again.
    fn begin(app: &TestApp, id: &str) -> Self {
        let id: RecordId = id.parse().expect("it is an id");
        let process = app.beside();
        let ctx = process.environment.system_context();
        let (hold, held) = channel::<()>();
        let (tell, begun) = channel();
        let held = Mutex::new(held);
        let write = move |tx: &mut WriteTx<'_>| {
            append(
                tx,
                &Entry {
                    at: ctx.now,
                    kind: Kind::RecordUpdated,
                    actor: Actor::SYSTEM,
                    origin: &ctx.origin,
                    collection: Some("notes"),
                    record_id: Some(id),
                    version: Some(1),
                    payload: r#"{"old":{"text":"a"},"new":{"text":"b"}}"#,
                },
            )?;
            tell.send(()).expect("the test waits for it");
            // Ends with an error once nobody holds it any more.
            let _over = held.lock().expect("nobody panics at it").recv();
            Ok(())
        };
        let written =
            tokio::spawn(async move { process.environment.db.write(Priority::Interactive, write).await });
        tokio::task::block_in_place(|| begun.recv().expect("it writes its entry"));
        Self { held: hold, written }
    }

    async fn commit(self) {
        drop(self.held);
        let written = self.written.await.expect("it does not panic");
        written.expect("it is committed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_committed_late_is_not_skipped() {
    let app = notes();
    let owner = app.user("o@example.org").await;
    let first = note(&owner, json!({"text": "a"})).await;
    let mut before = Feed::begin(&app.environment, &owner, "notes").await;
    let open = Open::begin(&app, &first);
    let second = note(&owner, json!({})).await;
    // Whoever comes now gets a position in front of what may still come.
    let mut amid = Feed::begin_amid(&app.environment, &owner, "notes").await;
    let answer = before.ask_once(500).await;
    assert_eq!((told(&answer), &answer["more"]), (items(&[]), &json!(false)));
    let mut heard = told(&amid.ask_once(500).await).0;
    open.commit().await;
    assert_eq!(
        told(&before.ask().await),
        items(&[format!("{first}@1"), format!("{second}@1")])
    );
    while !amid.is_at_the_end().await {
        heard.extend(told(&amid.ask_once(500).await).0);
    }
    assert!(heard.contains(&format!("{first}@1")), "{heard:?}");
    assert!(heard.contains(&format!("{second}@1")), "{heard:?}");
    assert_eq!(told(&amid.ask().await), items(&[]));
}

/// A number of a transaction that is undone is missing for ever.
#[tokio::test]
async fn what_never_comes_is_not_waited_for() {
    let app = notes();
    let owner = app.user("o@example.org").await;
    let mut feed = Feed::begin(&app.environment, &owner, "notes").await;
    let ctx = app.environment.system_context();
    let undone = app.environment.db.write(Priority::Interactive, move |tx| {
        append(
            tx,
            &Entry {
                at: ctx.now,
                kind: Kind::SignedIn,
                actor: Actor::SYSTEM,
                origin: &ctx.origin,
                collection: None,
                record_id: None,
                version: None,
                payload: "{}",
            },
        )?;
        Err::<(), StoreError>(StoreError::TooLarge)
    });
    undone.await.expect_err("it is undone");
    let id = note(&owner, json!({})).await;
    assert_eq!(told(&feed.ask().await), items(&[format!("{id}@1")]));
}

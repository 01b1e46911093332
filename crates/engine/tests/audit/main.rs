//! The seals over the journal: what they cover, and every way to tamper that they show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod erased;
mod noticed;

use std::time::{Duration, Instant};

use mainstay_engine::audit::{
    Fault, Trust, Verified, VerifyError, newest_checkpoint, public_key, sealer, verify,
};
use mainstay_engine::readers::{Pace, Reader, ReaderTimes, RunningReaders};
use mainstay_testkit::TestApp;

const PATIENCE: Duration = Duration::from_secs(20);

/// Entries 10, 20, and so on up to 50; the first four are under two seals, and the fifth under a third one.
async fn sealed() -> TestApp {
    let app = app_with(&[10, 20, 30, 40]).await;
    seal_up_to(&app, 40).await;
    add(&app, 50).await;
    seal_up_to(&app, 50).await;
    app
}

async fn app_with(entries: &[i64]) -> TestApp {
    let app = TestApp::start(&[("mainstay.toml", "name = \"sealed\"")]);
    for seq in entries {
        add(&app, *seq).await;
    }
    app
}

/// Adds an entry as the journal does, with a number of the test's choice.
async fn add(app: &TestApp, seq: i64) {
    let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let hash = if app.environment.db.path().is_some() {
        format!("x'{hash}'")
    } else {
        format!("'\\x{hash}'")
    };
    let insert = format!(
        "INSERT INTO _journal (seq, at, kind, actor_kind, address, release, payload, payload_hash)
         VALUES ({seq}, 1767225600000000, 'auth.signed_in', 'user', '192.0.2.7', 1, '{{}}', {hash})"
    );
    run(app, &insert).await;
}

async fn run(app: &TestApp, sql: &str) {
    assert!(app.sql_write(sql).await.unwrap() > 0, "{sql} changes something");
}

async fn seal_up_to(app: &TestApp, seq: i64) {
    let two_at_once = Reader {
        pace: Pace {
            entries_max: 2,
            ..Pace::SOON
        },
        ..sealer(&app.environment)
    };
    let readers = RunningReaders::start(&app.environment, vec![two_at_once], ReaderTimes::default());
    let began = Instant::now();
    while app.sql("SELECT max(last_seq) FROM _seals").await[0][0] != seq.to_string() {
        assert!(began.elapsed() < PATIENCE, "entry {seq} is never sealed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    readers.stop().await;
}

/// With a seal over all that there is.
async fn seal_everything(app: &TestApp) {
    let newest = app.sql("SELECT max(seq) FROM _journal").await[0][0].clone();
    let at_once = Reader {
        pace: Pace::SOON,
        ..sealer(&app.environment)
    };
    let readers = RunningReaders::start(&app.environment, vec![at_once], ReaderTimes::default());
    let began = Instant::now();
    while app.sql("SELECT max(last_seq) FROM _seals").await[0][0] != newest {
        assert!(began.elapsed() < PATIENCE, "entry {newest} is never sealed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    readers.stop().await;
}

async fn fault(app: &TestApp, trust: Trust) -> Fault {
    match verify(&app.environment, trust).await {
        Err(VerifyError::Fault(fault)) => fault,
        other => panic!("nothing was found: {other:?}"),
    }
}

#[tokio::test]
async fn a_journal_that_nobody_touched_is_as_it_was_sealed() {
    let app = sealed().await;
    add(&app, 60).await;
    let trust = Trust {
        key: Some(public_key(&app.environment).await.unwrap()),
        checkpoint: newest_checkpoint(&app.environment).await.unwrap(),
    };
    let verified = verify(&app.environment, trust).await.unwrap();
    assert_eq!(
        verified,
        Verified {
            seals: 3,
            entries: 5,
            erased: 0,
            unsealed: 1
        }
    );
}

/// Each way to tamper with the journal of `sealed`, and what is to be found.
fn tamperings() -> Vec<(String, Fault)> {
    let change = |column: &str| format!("UPDATE _journal SET {column} WHERE seq >= 20 AND seq <= 40");
    let changed = Fault::EntryChanged { seq: 20 };
    vec![
        (change("kind = 'auth.signed_out'"), changed.clone()),
        (change("actor_kind = 'administrator'"), changed.clone()),
        (change("address = '192.0.2.8'"), changed.clone()),
        (change("address = NULL"), changed.clone()),
        (change("at = at + 1"), changed.clone()),
        (change("release = 2"), changed.clone()),
        (change("collection = ''"), changed.clone()),
        (change("version = 0"), changed.clone()),
        (change("payload_hash = substr(payload_hash, 2)"), changed.clone()),
        (
            change("payload = '{\"new\":{}}'"),
            Fault::PayloadChanged { seq: 20 },
        ),
        (
            "DELETE FROM _journal WHERE seq = 20".to_owned(),
            Fault::EntryRemoved { seq: 20 },
        ),
        (
            "DELETE FROM _journal WHERE seq = 10".to_owned(),
            Fault::EntryRemoved { seq: 10 },
        ),
        (
            "DELETE FROM _journal WHERE seq >= 40".to_owned(),
            Fault::EntryRemoved { seq: 40 },
        ),
        (
            "UPDATE _journal SET seq = 35 WHERE seq = 20".to_owned(),
            Fault::EntryRemoved { seq: 20 },
        ),
        (
            "UPDATE _journal SET seq = 15 WHERE seq = 40".to_owned(),
            Fault::EntryAdded { seq: 15 },
        ),
        (
            "DELETE FROM _seals WHERE number = 2".to_owned(),
            Fault::SealRemoved { number: 2, after: 20 },
        ),
        (
            "DELETE FROM _seals WHERE number = 3".to_owned(),
            Fault::EndCut {
                found: 40,
                wanted: 50,
            },
        ),
        (
            "UPDATE _seals SET at = at + 1 WHERE number = 2".to_owned(),
            Fault::SealChanged { number: 2, after: 20 },
        ),
        (
            "UPDATE _seals SET digests = (SELECT digests FROM _seals WHERE number = 1) WHERE number = 2"
                .to_owned(),
            Fault::SealChanged { number: 2, after: 20 },
        ),
    ]
}

#[tokio::test]
async fn the_first_entry_that_was_tampered_with_is_named() {
    let app = sealed().await;
    for table in ["_journal", "_seals"] {
        let keep = format!("CREATE TABLE kept{table} AS SELECT * FROM {table}");
        app.sql_write(&keep).await.unwrap();
    }
    for (tampering, wanted) in tamperings() {
        run(&app, &tampering).await;
        assert_eq!(fault(&app, Trust::default()).await, wanted, "{tampering}");
        for table in ["_journal", "_seals"] {
            run(&app, &format!("DELETE FROM {table}")).await;
            run(&app, &format!("INSERT INTO {table} SELECT * FROM kept{table}")).await;
        }
    }
    assert_eq!(
        verify(&app.environment, Trust::default()).await.unwrap().entries,
        5
    );
}

#[tokio::test]
async fn an_entry_that_is_put_among_sealed_ones_is_named() {
    let app = sealed().await;
    add(&app, 25).await;
    assert_eq!(fault(&app, Trust::default()).await, Fault::EntryAdded { seq: 25 });
}

/// The first of two entries that changed places is the first that is wrong.
#[tokio::test]
async fn entries_that_changed_places_are_found() {
    let app = app_with(&[10, 20]).await;
    run(
        &app,
        "UPDATE _journal SET kind = 'auth.signed_out' WHERE seq = 20",
    )
    .await;
    seal_up_to(&app, 20).await;
    for (from, to) in [(10, 99), (20, 10), (99, 20)] {
        run(
            &app,
            &format!("UPDATE _journal SET seq = {to} WHERE seq = {from}"),
        )
        .await;
    }
    assert_eq!(
        fault(&app, Trust::default()).await,
        Fault::EntryChanged { seq: 10 }
    );
}

/// With the whole database in their hands, somebody can remove every trace from it; not from what was kept elsewhere.
#[tokio::test]
async fn what_was_kept_elsewhere_shows_what_the_database_cannot() {
    let app = sealed().await;
    let key = public_key(&app.environment).await.unwrap();
    let checkpoint = newest_checkpoint(&app.environment).await.unwrap();
    run(&app, "DELETE FROM _journal WHERE seq = 50").await;
    run(&app, "DELETE FROM _seals WHERE number = 3").await;
    run(&app, "UPDATE _readers SET seq = 40").await;
    assert_eq!(verify(&app.environment, Trust::default()).await.unwrap().seals, 2);
    let with_checkpoint = Trust {
        checkpoint,
        ..Trust::default()
    };
    let cut = Fault::EndCut {
        found: 40,
        wanted: 50,
    };
    assert_eq!(fault(&app, with_checkpoint.clone()).await, cut);

    add(&app, 50).await;
    run(
        &app,
        "UPDATE _journal SET kind = 'auth.signed_out' WHERE seq = 50",
    )
    .await;
    seal_up_to(&app, 50).await;
    assert_eq!(verify(&app.environment, Trust::default()).await.unwrap().seals, 3);
    assert_eq!(
        fault(&app, with_checkpoint).await,
        Fault::NotThatOfCheckpoint { number: 3 }
    );

    for sql in [
        "DELETE FROM _seals",
        "DELETE FROM _readers",
        "DELETE FROM _keys WHERE name = 'audit_public'",
        "DELETE FROM _secrets WHERE name = 'audit'",
    ] {
        run(&app, sql).await;
    }
    seal_up_to(&app, 50).await;
    assert_eq!(
        verify(&app.environment, Trust::default()).await.unwrap().entries,
        5
    );
    let with_key = Trust {
        key: Some(key),
        ..Trust::default()
    };
    assert_eq!(
        fault(&app, with_key).await,
        Fault::SealChanged { number: 1, after: 0 }
    );
}

#[tokio::test]
async fn a_key_or_a_checkpoint_that_is_none_is_refused() {
    let app = sealed().await;
    for key in ["", "abc", "zz", &"é".repeat(32), &"0".repeat(62)] {
        let key = Some(key.to_owned());
        let refused = verify(
            &app.environment,
            Trust {
                key,
                checkpoint: None,
            },
        )
        .await;
        assert!(matches!(refused, Err(VerifyError::Key)), "{refused:?}");
    }
    for line in ["", "1 2", "a b c d e", "1 2 3 4 5 6"] {
        let checkpoint = Some(line.to_owned());
        let refused = verify(
            &app.environment,
            Trust {
                key: None,
                checkpoint,
            },
        )
        .await;
        assert!(matches!(refused, Err(VerifyError::Checkpoint)), "{refused:?}");
    }
}

/// The sealer lingers for half a minute; what waits then is sealed when the server stops.
#[tokio::test]
async fn what_lingers_is_sealed_at_the_stop() {
    let app = app_with(&[10]).await;
    let readers = RunningReaders::start(
        &app.environment,
        vec![sealer(&app.environment)],
        ReaderTimes::default(),
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.sql("SELECT count(*) FROM _seals").await, [["0"]]);
    readers.stop().await;
    assert_eq!(
        verify(&app.environment, Trust::default()).await.unwrap().entries,
        1
    );
}

//! A way that is stopped anywhere is gone on with, or back.

use mainstay_core::migrations::State;
use mainstay_store::Dialect;
use mainstay_testkit::TestDatabase;

use super::changes::{NEW, OLD, fill};
use super::fixture::{Online, Stop};

/// The tables whose records are compared.
const EXPANDED: [&str; 3] = ["rooms", "notes", "notes__tags"];
const CONTRACTED: [&str; 3] = ["places", "memos", "memos__tags"];

async fn filled() -> Online {
    let online = Online::of(OLD).await;
    fill(&online).await;
    online
}

/// Goes on after a kill of the process, behind every transaction.
async fn go_in_pieces(mut online: Online, forgetful: bool) -> Online {
    let mut forget = forgetful;
    loop {
        let stop = Stop {
            after: 1,
            forgetful: forget,
        };
        if online
            .run_to(stop)
            .await
            .unwrap_or_else(|error| panic!("{error}: {error:?}"))
        {
            return online;
        }
        online = online.reopen();
        // Who always forgets what was done never comes to an end.
        forget = forgetful && !forget;
    }
}

#[tokio::test]
async fn a_process_that_is_killed_goes_on_behind_every_step() {
    let straight = filled().await;
    straight.go(straight.expanded(NEW).await).await;
    let expanded = straight.dump(&EXPANDED).await;
    straight.go(straight.contracted().await).await;
    let contracted = straight.dump(&CONTRACTED).await;

    for forgetful in [false, true] {
        let online = filled().await;
        let (from, to) = (online.state().await, online.expanded(NEW).await);
        online.start(Some(from), to).await.expect("the steps can be told");
        let online = go_in_pieces(online, forgetful).await;
        assert_eq!(online.dump(&EXPANDED).await, expanded);

        let (from, to) = (online.state().await, online.contracted().await);
        online.start(Some(from), to).await.expect("the steps can be told");
        let online = go_in_pieces(online, forgetful).await;
        assert_eq!(online.dump(&CONTRACTED).await, contracted);
    }
}

/// Stops behind every transaction before the turning point, and goes back from there. Gives the number of stops.
async fn undo_everywhere(online: &Online, to: &State, tables: &[&str]) -> usize {
    let before = online.dump(tables).await;
    for after in 0.. {
        // In SQLite what was done and its being written down are one; elsewhere some points will do.
        let is_postgres = TestDatabase::dialect() == Dialect::Postgres;
        let ways: &[bool] = if is_postgres && after % 3 == 0 {
            &[false, true]
        } else {
            &[false]
        };
        for &forgetful in ways {
            let from = online.state().await;
            online
                .start(Some(from), to.clone())
                .await
                .expect("the steps can be told");
            let stopped = online.run_to(Stop { after, forgetful }).await;
            stopped.unwrap_or_else(|error| panic!("{error}: {error:?}"));
            if online.has_turned().await {
                return after;
            }
            online
                .undo()
                .await
                .unwrap_or_else(|error| panic!("{error}: {error:?}"));
            assert_eq!(online.dump(tables).await, before, "undone after {after}");
        }
    }
    unreachable!("there is a turning point")
}

#[tokio::test]
async fn an_expansion_is_undone_from_every_point() {
    let online = filled().await;
    assert!(undo_everywhere(&online, &online.expanded(NEW).await, &EXPANDED).await > 5);
    online.run().await.expect("what has turned is finished");
    assert!(online.is_current(NEW).await);
    assert!(online.is_current(OLD).await);
}

#[tokio::test]
async fn a_contract_is_undone_from_every_point() {
    let online = filled().await;
    online.go(online.expanded(NEW).await).await;
    assert!(undo_everywhere(&online, &online.contracted().await, &EXPANDED).await > 5);
    online.run().await.expect("what has turned is finished");
    assert!(online.is_current(NEW).await);
    assert!(!online.is_current(OLD).await);
}

#[tokio::test]
async fn the_way_back_of_a_contract_is_undone_from_every_point() {
    let online = filled().await;
    let expanded = online.expanded(NEW).await;
    online.go(expanded.clone()).await;
    online.go(online.contracted().await).await;
    assert!(undo_everywhere(&online, &expanded, &CONTRACTED).await > 5);
    online.run().await.expect("what has turned is finished");
    assert!(online.is_current(NEW).await);
    assert!(online.is_current(OLD).await);
}

/// An undoing that is stopped is gone on with, too.
#[tokio::test]
async fn undoing_can_be_stopped_and_begun_again() {
    let mut online = filled().await;
    let before = online.dump(&EXPANDED).await;
    let (from, to) = (online.state().await, online.expanded(NEW).await);
    online.start(Some(from), to).await.expect("the steps can be told");
    let stop = Stop {
        after: 6,
        forgetful: false,
    };
    online.run_to(stop).await.expect("nothing is in the way");
    assert!(!online.has_turned().await);
    assert_ne!(online.dump(&EXPANDED).await, before);
    for _ in 0..3 {
        online.begin_undo().await.expect("the steps can be told");
        online
            .run_to(Stop { after: 1, ..stop })
            .await
            .expect("nothing is in the way");
        online = online.reopen();
    }
    let online = go_in_pieces(online, false).await;
    assert_eq!(online.dump(&EXPANDED).await, before);
}

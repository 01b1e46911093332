//! The authorisation matrix of every application in `apps/`, and of one with rules of fields, members and shares: each
//! person of its seed, and nobody, a stranger, an administrator and somebody whose token has expired; API keys and clients
//! with all scopes, with some, and with those of another collection; holders of a share as users and by a link. With each
//! operation, each collection and each field, over REST, batches, history, exports, the changes feed and live updates.
//!
//! What must come out follows from the rules by the slow evaluator (`testkit::evaluator`). `authorisation.rs` has the routes
//! that are not about records, and fails for one that has no row.

mod callers;
mod expected;
mod live;
mod reads;
mod scene;
mod shares;
mod tester;
mod writes;

use std::io::Write;
use std::path::{Path, PathBuf};

use scene::Scene;

use crate::live::Live;

/// Every folder in `apps/`, and the one beside this file.
fn applications() -> Vec<PathBuf> {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps");
    let folders = std::fs::read_dir(apps).expect("there are applications");
    let mut found: Vec<PathBuf> = folders
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.join("mainstay.toml").exists())
        .collect();
    found.sort();
    assert!(found.len() >= 2);
    found.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/matrix/school"));
    found
}

#[tokio::test]
async fn every_read_is_as_the_rules_say() {
    for folder in applications() {
        let scene = Scene::of_folder(&folder).await;
        let cells = reads::compare(&scene).await;
        say(&folder, "reads", cells);
    }
}

#[tokio::test]
async fn every_write_is_as_the_rules_say() {
    for folder in applications() {
        let scene = Scene::of_folder(&folder).await;
        let cells = writes::compare(&scene).await;
        say(&folder, "writes", cells);
    }
}

#[tokio::test]
async fn whatever_goes_out_by_itself_is_as_the_rules_say() {
    for folder in applications() {
        let scene = Scene::of_folder(&folder).await;
        let (app, scene) = scene.split();
        let served = Live::start(app).await;
        let cells = live::compare(&served, &scene).await;
        served.stop().await;
        say(&folder, "live", cells);
    }
}

#[tokio::test]
async fn the_test_of_rules_says_what_requests_are_answered() {
    for folder in applications() {
        let scene = Scene::of_folder(&folder).await;
        let cells = tester::compare(&scene).await;
        say(&folder, "tests of rules", cells);
    }
}

#[tokio::test]
async fn a_role_counts_in_its_own_project_alone() {
    let folders = applications();
    let scene = Scene::of_folder(folders.last().expect("the one beside this file")).await;
    let client = |name: &str| {
        let email = format!("{name}@example.com");
        let mut people = scene.people.iter();
        people
            .find(|person| person.name == email)
            .expect("the seed has them")
            .client
            .clone()
    };
    // One question, and for each the exams of the courses that they are in.
    for (name, titles) in [
        ("eve", vec!["Blue", "Red", "Roots", "Signs", "Sums"]),
        ("ida", vec!["Verbs"]),
        ("mia", vec!["Blue", "Red"]),
    ] {
        let mut found = client(name).list("exams", &[]).await.column("title");
        found.sort();
        assert_eq!(found, titles, "{name}");
    }
    // Eve owns one course, helps in another one, and is not in the third.
    let (eve, admin) = (client("eve"), &scene.administrator().client);
    for (title, status) in [("Sums", 403), ("Blue", 204), ("Verbs", 404)] {
        let filter = format!("title == '{title}'");
        let exam = admin.list("exams", &[("filter", &filter)]).await.column("id");
        let path = format!("/api/v1/records/exams/{}", exam[0]);
        assert_eq!(eve.delete(&path).await.status, status, "{title}");
    }
}

#[expect(
    clippy::print_stderr,
    reason = "how much was compared is for whoever runs it to see"
)]
fn say(folder: &Path, what: &str, cells: usize) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    assert!(
        cells > 100,
        "{name}: {cells} cells of {what} are too few to say anything"
    );
    eprintln!("authorisation matrix: {name}, {what}: {cells} cells");
    std::io::stderr().flush().ok();
}

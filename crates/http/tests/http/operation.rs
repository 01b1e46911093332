//! `GET /api/v1/settings`, `/migrations` and `/jobs`: what administrators see of the process that serves them.

use std::time::Duration;

use mainstay_engine::jobs::Loops;
use mainstay_engine::mail::start_sender;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::sending::SenderTimes;
use mainstay_engine::{audit, webhooks};
use mainstay_http::{Administration, AppOptions, SettingInForce, SettingSource};
use mainstay_testkit::{Client, TestApp, files};
use serde_json::{Value as Json, json};

use crate::documented::assert_documented;
use crate::rooms::ROOMS;

async fn get(client: &Client, path: &str) -> Json {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn with(administration: Administration) -> TestApp {
    let options = AppOptions {
        administration,
        ..AppOptions::default()
    };
    TestApp::start_with(files(ROOMS), options)
}

#[tokio::test]
async fn settings_say_where_they_come_from() {
    let setting = SettingInForce {
        section: "server",
        key: "listen",
        value: json!("0.0.0.0:80"),
        default: json!("127.0.0.1:8080"),
        secret: false,
        source: SettingSource::Environment,
        from: Some("MAINSTAY_SERVER__LISTEN".to_owned()),
        variable: "MAINSTAY_SERVER__LISTEN".to_owned(),
        takes: "An address".to_owned(),
        description: "Where it listens.",
    };
    let app = with(Administration {
        settings: vec![setting],
        ..Administration::default()
    });
    let administrator = app.administrator().await;
    let settings = get(&administrator, "/api/v1/settings").await;
    assert_documented(&app, "SettingList", &settings).await;
    assert_eq!(
        settings["items"],
        json!([{
            "name": "server.listen", "section": "server", "value": "0.0.0.0:80", "default": "127.0.0.1:8080",
            "secret": false, "source": "environment", "from": "MAINSTAY_SERVER__LISTEN",
            "variable": "MAINSTAY_SERVER__LISTEN", "takes": "An address", "description": "Where it listens.",
        }])
    );
}

#[tokio::test]
async fn migrations_that_wait_are_told() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = with(Administration {
        folder: Some(folder.path().to_owned()),
        ..Administration::default()
    });
    let administrator = app.administrator().await;
    let path = "/api/v1/migrations";
    let none = get(&administrator, path).await;
    assert_documented(&app, "MigrationStatus", &none).await;
    assert_eq!(
        (&none["applied"], &none["pending"], &none["fault"], &none["drift"]),
        (&json!([]), &json!([]), &Json::Null, &json!([]))
    );
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).expect("the test has it");
    std::fs::write(migrations.join("0001_start.toml"), "nonsense").expect("the test has it");
    let faulty = get(&administrator, path).await;
    assert!(
        faulty["fault"]
            .as_str()
            .expect("the test has it")
            .contains("1 fault"),
        "{faulty}"
    );
}

#[tokio::test]
async fn jobs_are_readers_loops_and_what_waits() {
    let app = with(Administration::default());
    let administrator = app.administrator().await;
    let followers = vec![
        audit::sealer(&app.environment),
        webhooks::reader(&app.environment),
    ];
    let readers = RunningReaders::start(&app.environment, followers, ReaderTimes::default());
    let hour = Duration::from_hours(1);
    let turn = async { Err::<(), _>("the disk is full") };
    let failed = Loops::turn(&app.environment, ("housekeeping", hour), turn).await;
    assert!(failed.is_err());
    let jobs = get(&administrator, "/api/v1/jobs").await;
    readers.stop().await;
    assert_documented(&app, "JobList", &jobs).await;
    let names: Vec<&Json> = jobs["readers"]
        .as_array()
        .expect("the test has it")
        .iter()
        .map(|reader| &reader["name"])
        .collect();
    assert_eq!(names, ["audit", "webhooks"]);
    let turn = &jobs["loops"][0];
    assert_eq!(
        (&turn["name"], &turn["every_us"], &turn["last_error"]),
        (
            &json!("housekeeping"),
            &json!(3_600_000_000_u64),
            &json!("the disk is full")
        )
    );
    assert!(turn["last_run"].is_string() && turn["next_run"].is_string());
    assert_eq!(
        jobs["mails"],
        json!({ "waiting": 0, "failed": 0, "oldest_waiting": null })
    );
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_again() {
    // Nothing listens there.
    let app = TestApp::start_mailing_over("smtp://127.0.0.1:1", ROOMS);
    let administrator = app.administrator().await;
    let body = json!({ "email": "new@example.org" });
    assert_eq!(administrator.post("/api/v1/invitations", body).await.status, 201);
    let jobs = get(&administrator, "/api/v1/jobs").await;
    assert_eq!(
        (&jobs["mails"]["waiting"], &jobs["mails"]["failed"]),
        (&json!(1), &json!(0))
    );
    assert!(jobs["mails"]["oldest_waiting"].is_string());
    let mail = get(&administrator, "/api/v1/mails").await["items"][0].clone();
    let retry = format!(
        "/api/v1/mails/{}/retry",
        mail["id"].as_str().expect("the test has it")
    );
    let early = administrator.send("POST", &retry, None).await.problem();
    assert_eq!(early, (409, "conflict".to_owned()));
    app.sql_write("UPDATE _mail_outbox SET state = 'failed', finished_at = 1, tries = 9")
        .await
        .expect("the test has it");
    assert_eq!(get(&administrator, "/api/v1/jobs").await["mails"]["failed"], 1);
    let again = administrator.send("POST", &retry, None).await;
    assert_eq!(again.status, 202, "{}", again.text());
    let again = again.json();
    assert_documented(&app, "Mail", &again).await;
    assert_eq!(
        (&again["state"], &again["tries"], &again["finished_at"]),
        (&json!("pending"), &json!(0), &Json::Null)
    );
    // It is tried, and not dropped as one that came too late.
    let times = SenderTimes {
        lease: Duration::from_secs(1),
        look_after: Duration::from_millis(20),
    };
    let sender = start_sender(&app.environment, times).expect("the test has it");
    let tried = async {
        while app.sql("SELECT state, tries FROM _mail_outbox").await != [["pending", "1"]] {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let tried = tokio::time::timeout(Duration::from_secs(20), tried).await;
    tried.expect("it is tried in time");
    sender.stop().await;
    let unknown = "/api/v1/mails/00000000-0000-7000-8000-000000000000/retry";
    assert_eq!(administrator.send("POST", unknown, None).await.status, 404);
}

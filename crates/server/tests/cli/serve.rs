use serde_json::Value as Json;

use crate::support::{Folder, address_in, get};

#[test]
fn serve_answers_and_stops_when_told() {
    let folder = Folder::with_template("blank");
    let mut server = folder.start(&["serve", "--app", "app", "--data", "data"]);
    let line = server.wait_for_err("serving");
    let entry: Json = serde_json::from_str(&line).unwrap();
    let address = entry["address"].as_str().unwrap().to_owned();
    assert_eq!(entry["application"], "app");
    let setup = server.wait_for_out("There is no administrator yet.");
    assert_eq!(address_in(&setup), address);
    assert!(get(&address, "/livez").starts_with("HTTP/1.1 200 "));
    assert!(get(&address, "/api/v1/records/notes").starts_with("HTTP/1.1 200 "));
    assert_eq!(server.stop(), 0);
}

#[test]
fn serve_with_an_administrator_shows_no_code() {
    let folder = Folder::with_template("blank");
    let args = [
        "user",
        "create",
        "--app",
        "app",
        "--data",
        "data",
        "--email",
        "a@example.com",
        "--administrator",
    ];
    let args: Vec<&str> = args.into_iter().chain(["--password-stdin"]).collect();
    folder
        .run_with(&args, &[], "a long enough password\n")
        .assert_done();
    let mut server = folder.start(&["serve", "--app", "app", "--data", "data"]);
    let address = server.wait_for_err("serving");
    // Whatever is printed at the start has been printed when the server answers.
    get(address_in(&address), "/livez");
    let (status, out) = server.stop_and_read();
    assert_eq!((status, out.as_str()), (0, ""));
}

#[test]
fn serve_refuses_to_lose_data() {
    let folder = Folder::with_template("annotation");
    folder
        .run(&["seed", "--app", "app", "--data", "data"])
        .assert_done();
    let items = folder.read("app/collections/items.toml");
    let (before, rest) = items.split_once("[fields.metadata]").unwrap();
    let (_, after) = rest.split_once("[rules]").unwrap();
    folder.write("app/collections/items.toml", format!("{before}[rules]{after}"));
    folder
        .run(&["serve", "--app", "app", "--data", "data"])
        .assert_failed()
        .assert_err(
            "error: the application cannot be opened with the data in data
  because: the database cannot take the shape of the definition
  because: these changes would lose data: items.metadata of 2 records
  put them back, or drop the data with `mainstay dev --allow-loss`
",
        );
    folder.write("app/collections/items.toml", items);
    let answer = folder.run(&[
        "export", "items", "--format", "jsonl", "--app", "app", "--data", "data",
    ]);
    assert_eq!(answer.assert_done().out.matches("\"metadata\":{").count(), 2);
}

#[test]
fn serve_on_an_address_that_is_taken() {
    let folder = Folder::with_template("blank");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let answer = folder.run(&["serve", "--app", "app", "--data", "data", "--listen", &address]);
    assert!(
        answer
            .assert_failed()
            .err
            .contains(&format!("error: {address} cannot be listened on;"))
    );
}

/// A folder in memory is there on every Linux machine.
#[test]
fn serve_refuses_a_folder_that_does_not_last() {
    let folder = Folder::with_template("blank").in_files();
    let memory = tempfile::tempdir_in("/dev/shm").expect("there is a file system in memory");
    let data = memory.path().to_str().expect("its name is plain");
    let args = ["serve", "--app", "app", "--data", data, "--listen", "127.0.0.1:0"];
    let refuse = [("MAINSTAY_DATABASE__EPHEMERAL", "refuse")];
    let answer = folder.run_with(&args, &refuse, "");
    assert_eq!(answer.status, 1);
    assert!(answer.err.contains("in memory (tmpfs)"), "{}", answer.err);
    assert!(answer.err.contains("mount a volume there"), "{}", answer.err);
    let left = std::fs::read_dir(memory.path())
        .expect("the folder is there")
        .count();
    assert_eq!(left, 0, "nothing was made in it");
}

#[test]
fn serve_names_every_connection_that_proves_nothing() {
    let folder = Folder::with_template("blank");
    let variables = [
        (
            "MAINSTAY_DATABASE__URL",
            "postgres://a:secret@db.example.org/notes?sslmode=require",
        ),
        (
            "MAINSTAY_DATABASE__REPLICAS",
            "postgres://a:secret@replica.example.org/notes?sslmode=disable",
        ),
        ("MAINSTAY_LIMITS__REDIS", "redis://:secret@cache.example.org"),
        ("MAINSTAY_MAIL__SMTP_URL", "smtp://mail.example.org"),
        ("MAINSTAY_MAIL__FROM", "no-reply@example.org"),
        ("MAINSTAY_SERVER__PUBLIC_URL", "https://app.example.org"),
    ];
    let answer = folder.run_with(&["serve", "--app", "app", "--data", "data"], &variables, "");
    let err = &answer.assert_failed().err;
    for part in [
        "server.unverified_connections = \"warn\" permits them",
        "database.url: the server need not prove who it is",
        "database.replicas: the server need not prove who it is",
        "limits.redis: nothing is encrypted",
        "mail.smtp_url: mails are sent without encryption",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert!(!err.contains("secret"), "{err}");
}

use mainstay_testkit::postgres_client;

use crate::support::Folder;

const PLACE: [&str; 4] = ["--app", "app", "--data", "data"];

fn audit(folder: &Folder, args: &[&str]) -> crate::support::Answer {
    let args: Vec<&str> = ["audit"].iter().chain(args).chain(&PLACE).copied().collect();
    folder.run(&args)
}

/// As somebody with the database could.
fn tamper(folder: &Folder, sql: &str) {
    if let Some(url) = folder.url_of("data") {
        postgres_client(&url).batch_execute(sql).unwrap();
        return;
    }
    let path = folder.path("data/mainstay.db");
    let done = std::process::Command::new("sqlite3").arg(path).arg(sql).status();
    assert!(done.unwrap().success());
}

fn create_user(folder: &Folder, email: &str) {
    let create = ["user", "create", "--password-stdin", "--email", email];
    let args: Vec<&str> = create.iter().chain(&PLACE).copied().collect();
    folder
        .run_with(&args, &[], "a long enough password\n")
        .assert_done();
}

/// Two users are in the journal, and a server has sealed them.
fn sealed() -> Folder {
    let folder = Folder::with_template("blank");
    for email in ["ada@example.org", "ben@example.org"] {
        create_user(&folder, email);
    }
    let args: Vec<&str> = ["serve"].iter().chain(&PLACE).copied().collect();
    let mut server = folder.start(&args);
    server.wait_for_err("serving");
    assert_eq!(server.stop(), 0);
    folder
}

#[test]
fn audit_verify_tells_that_all_is_well() {
    let folder = sealed();
    let key = audit(&folder, &["key"]).assert_done().out.clone();
    let checkpoint = audit(&folder, &["checkpoint"]).assert_done().out.clone();
    assert_eq!(key.trim_end().len(), 64, "{key}");
    assert_eq!(checkpoint.split(' ').count(), 5, "{checkpoint}");
    folder.write("kept.txt", &checkpoint);
    audit(
        &folder,
        &["verify", "--key", key.trim_end(), "--checkpoint", "kept.txt"],
    )
    .assert_done()
    .assert_out("2 entries in 1 seals are as they were sealed; 0 are not sealed yet\n");
}

#[test]
fn audit_verify_names_the_first_bad_entry_and_exits_with_1() {
    let folder = sealed();
    tamper(&folder, "UPDATE _journal SET actor_kind = 'user' WHERE seq = 2");
    audit(&folder, &["verify"])
        .assert_failed()
        .assert_err("error: entry 2 is not as it was sealed\n");
    tamper(&folder, "DELETE FROM _journal WHERE seq = 1");
    audit(&folder, &["verify"])
        .assert_failed()
        .assert_err("error: entry 1 was sealed and is gone\n");
}

fn export(folder: &Folder, args: &[&str]) -> Vec<serde_json::Value> {
    let mut all = vec!["export", "--format", "jsonl"];
    all.extend(args);
    let answer = audit(folder, &all);
    let lines = answer.assert_done().out.lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn audit_export_writes_entries_and_is_one() {
    let folder = sealed();
    let entries = export(&folder, &["--kind", "record.created"]);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["payload"]["new"]["email"], "ben@example.org");
    let exported = export(&folder, &["--kind", "audit.*"]);
    assert_eq!(exported[1]["payload"]["filter"]["kind"], "record.created");
    audit(&folder, &["export", "--format", "csv", "--out", "audit.csv"])
        .assert_done()
        .assert_err("5 entries exported\n");
    assert_eq!(folder.read("audit.csv").lines().count(), 6);
    audit(
        &folder,
        &["export", "--format", "csv", "--from", "now", "--out", "other.csv"],
    )
    .assert_failed();
    assert!(!folder.path("other.csv").exists());
}

#[test]
fn audit_erase_takes_what_entries_say_and_verify_accepts_it() {
    let folder = sealed();
    let ada = export(&folder, &["--kind", "record.created"])[1]["record_id"].clone();
    let ada = ada.as_str().unwrap();
    audit(&folder, &["erase", "--user", ada, "--reason", " "]).assert_failed();
    audit(&folder, &["erase", "--user", ada, "--reason", "asked for"])
        .assert_done()
        .assert_out("1 entries were erased\n");
    let entries = export(&folder, &["--record", ada]);
    assert_eq!(
        (&entries[0]["erased"], &entries[0]["payload"]),
        (&true.into(), &serde_json::json!({}))
    );
    audit(&folder, &["verify"]).assert_done().assert_out(
        "2 entries in 1 seals are as they were sealed; 3 are not sealed yet\n1 of them were erased, and other entries \
         say why\n",
    );
    tamper(
        &folder,
        "UPDATE _journal SET payload = '{\"erased\":true}' WHERE seq = 2",
    );
    audit(&folder, &["verify"])
        .assert_failed()
        .assert_err("error: what entry 2 said was erased, and no entry says why\n");
    for wrong in [&["--record", "users", "--reason", "x"][..], &["--reason", "x"]] {
        let args = [&["erase"], wrong].concat();
        assert_eq!(audit(&folder, &args).status, 2);
    }
}

#[test]
fn seeds_and_imports_are_entries_when_they_bring_something() {
    let folder = Folder::with_template("todo");
    let seed = ["seed", "--app", "app", "--data", "data"];
    folder.run(&seed).assert_done();
    folder.run(&seed).assert_done();
    let csv = "name,slug\nChoir,choir\n";
    folder.write("workspaces.csv", csv);
    let import = [
        "import",
        "workspaces",
        "workspaces.csv",
        "--map",
        "name=name",
        "--map",
        "slug=slug",
        "--app",
        "app",
        "--data",
        "data",
    ];
    folder.run(&import).assert_done();
    folder.run(&import).assert_done();
    let entries = export(&folder, &["--kind", "data.*"]);
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), &entry["payload"]["created"]))
        .collect();
    assert_eq!(told[0], ("data.imported", &1.into()));
    assert_eq!(
        (told[1].0, &told[1].1["todos"], told.len()),
        ("data.seeded", &59.into(), 2)
    );
}

#[test]
fn audit_refusals_say_what_to_do() {
    let folder = Folder::with_template("blank");
    create_user(&folder, "ada@example.org");
    audit(&folder, &["checkpoint"])
        .assert_failed()
        .assert_err("error: nothing is sealed yet: `mainstay serve` does it while it runs\n");
    audit(&folder, &["verify", "--key", "abc"])
        .assert_failed()
        .assert_err(
            "error: the public key has to be 64 hexadecimal digits, as `mainstay audit key` prints it\n",
        );
    audit(&folder, &["verify", "--checkpoint", "missing.txt"]).assert_failed();
}

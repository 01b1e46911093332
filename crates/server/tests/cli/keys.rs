//! `mainstay keys`, and starts without good ones.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value as Json, json};

use crate::moving::{send, send_with};
use crate::support::{Folder, Server, address_in};

const PLACE: [&str; 4] = ["--app", "app", "--data", "data"];
const PASSWORD: &str = "a long enough password";

/// An application with a user, and so with a database and keys.
fn begun() -> Folder {
    let folder = Folder::with_template("blank");
    let create = [
        &["user", "create"],
        PLACE.as_slice(),
        &["--email", "ada@example.com", "--password-stdin"],
    ]
    .concat();
    folder
        .run_with(&create, &[], &format!("{PASSWORD}\n"))
        .assert_done();
    folder
}

fn run(folder: &Folder, words: &[&str]) -> String {
    let args = [words, PLACE.as_slice()].concat();
    folder.run(&args).assert_done().out.clone()
}

fn start(folder: &Folder) -> (Server, String) {
    let mut server = folder.start(&[&["serve"], PLACE.as_slice()].concat());
    let address = address_in(&server.wait_for_err("serving")).to_owned();
    (server, address)
}

/// Id, purpose and state of each key.
fn listed(out: &str) -> Vec<(String, String, String)> {
    out.lines()
        .map(|line| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            (words[0].clone(), words[1].clone(), words[2].clone())
        })
        .collect()
}

fn secrets(file: &str) -> Vec<&str> {
    let secrets = file.lines().filter_map(|line| line.strip_prefix("secret = "));
    secrets.map(|secret| secret.trim_matches('"')).collect()
}

fn sign_in(address: &str) -> String {
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let (status, session) = send_with(address, "POST", "/auth/sign-in", "", &body);
    assert_eq!(status, 200, "{session}");
    session["access_token"].as_str().unwrap().to_owned()
}

fn read_me(address: &str, token: &str) -> u16 {
    send(address, "GET", "/auth/me", token, &Json::Null).0
}

#[test]
fn keys_are_made_with_the_database_and_no_two_installations_share_one() {
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let folder = begun();
        let mode = std::fs::metadata(folder.path("data/keys.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let out = run(&folder, &["keys", "list"]);
        let states: Vec<String> = listed(&out)
            .into_iter()
            .map(|(_, purpose, state)| format!("{purpose} {state}"))
            .collect();
        let wanted = [
            "signing active",
            "signing next",
            "encryption active",
            "encryption next",
        ];
        assert_eq!(states, wanted);
        let file = folder.read("data/keys.toml");
        for secret in secrets(&file) {
            assert!(!out.contains(secret));
            assert!(seen.insert(secret.to_owned()), "{secret}");
        }
        assert!(!folder.path("data/keys.toml.new").exists());
    }
    assert_eq!(seen.len(), 8);
}

#[test]
fn serve_without_good_keys_names_the_setting() {
    let folder = begun();
    let good = folder.read("data/keys.toml");
    let secret = secrets(&good)[0].to_owned();
    let foreign = {
        let other = begun();
        other.read("data/keys.toml")
    };
    let example = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
    let serve = || {
        folder
            .run(&[&["serve"], PLACE.as_slice()].concat())
            .assert_failed()
            .err
            .clone()
    };
    for (what, text, told) in [
        (
            "short",
            good.replace(&secret, "c2hvcnQ"),
            "has 5 bytes and needs 32",
        ),
        (
            "an example",
            good.replace(&secret, example),
            "is an example or was typed",
        ),
        (
            "zeros",
            good.replace(&secret, &"A".repeat(43)),
            "is an example or was typed",
        ),
        ("empty", good.replace(&secret, ""), "has 0 bytes and needs 32"),
        (
            "of another installation",
            foreign,
            "it belongs to another installation",
        ),
        (
            "nothing",
            String::new(),
            "is not TOML as `mainstay keys create` writes it",
        ),
    ] {
        std::fs::write(folder.path("data/keys.toml"), text).unwrap();
        let err = serve();
        assert!(
            err.contains("keys.file, data/keys.toml: ") && err.contains(told),
            "{what}: {err}"
        );
        assert!(!err.contains(&secret), "{what}: {err}");
    }
}

#[test]
fn serve_without_its_keys_makes_no_others() {
    let folder = begun();
    let good = folder.read("data/keys.toml");
    let secret = secrets(&good)[0].to_owned();
    let serve = || {
        folder
            .run(&[&["serve"], PLACE.as_slice()].concat())
            .assert_failed()
            .err
            .clone()
    };
    std::fs::remove_file(folder.path("data/keys.toml")).unwrap();
    let err = serve();
    assert!(
        err.contains("keys.file, data/keys.toml: there is no such file"),
        "{err}"
    );
    assert!(!folder.path("data/keys.toml").exists(), "none is made");
    // What needs no keys goes on.
    assert!(run(&folder, &["user", "list"]).contains("ada@example.com"));
    folder.write("data/keys.toml", &good);
    let err = serve();
    assert!(err.contains("everybody on this machine can read"), "{err}");
    let of_variable = [("MAINSTAY_KEYS__SECRETS", good.as_str())];
    let answer = folder.run_with(&["config"], &of_variable, "");
    assert!(
        answer.assert_done().out.contains("keys.secrets = \"********\""),
        "{}",
        answer.out
    );
    let short = good.replace(&secret, "c2hvcnQ");
    let answer = folder.run_with(
        &[&["serve"], PLACE.as_slice()].concat(),
        &[("MAINSTAY_KEYS__SECRETS", &short)],
        "",
    );
    assert!(
        answer
            .assert_failed()
            .err
            .contains("keys.secrets: the secret of the signing key"),
        "{}",
        answer.err
    );
}

#[test]
fn a_running_server_takes_up_rotated_keys() {
    let folder = begun();
    let (mut server, address) = start(&folder);
    let before = sign_in(&address);
    let first = listed(&run(&folder, &["keys", "list"]));
    let rotated = listed(&run(&folder, &["keys", "rotate", "signing"]));
    assert_eq!(rotated.len(), 5);
    assert_eq!((&rotated[0].0, rotated[0].2.as_str()), (&first[0].0, "retired"));
    assert_eq!((&rotated[1].0, rotated[1].2.as_str()), (&first[1].0, "active"));
    server.wait_for_err("taken up anew");
    let after = sign_in(&address);
    assert_ne!(
        before.split('.').next(),
        after.split('.').next(),
        "another key signs"
    );
    for token in [&before, &after] {
        assert_eq!(read_me(&address, token), 200);
    }
    let early = [&["keys", "remove", rotated[0].0.as_str()], PLACE.as_slice()].concat();
    let err = folder.run(&early).assert_failed().err.clone();
    assert!(err.contains("may be good until"), "{err}");
    let active = [&["keys", "remove", rotated[1].0.as_str()], PLACE.as_slice()].concat();
    let err = folder.run(&active).assert_failed().err.clone();
    assert!(err.contains("is active; rotate first"), "{err}");
    let unknown = [&["keys", "remove", "-Gxyz"], PLACE.as_slice()].concat();
    let err = folder.run(&unknown).assert_failed().err.clone();
    assert!(err.contains("there is no key \"-Gxyz\""), "{err}");
    // A file that is not good is told, and changes nothing.
    let good = folder.read("data/keys.toml");
    std::fs::write(folder.path("data/keys.toml"), "nonsense").unwrap();
    server.wait_for_err("not taken up");
    assert_eq!(read_me(&address, &before), 200);
    std::fs::write(folder.path("data/keys.toml"), good).unwrap();
    assert_eq!(server.stop(), 0);
    let (server, address) = start(&folder);
    assert_eq!(read_me(&address, &before), 200, "after a restart, too");
    assert_eq!(server.stop(), 0);
}

#[test]
fn keys_are_made_before_the_first_start_where_they_are_wanted() {
    let folder = Folder::with_template("blank");
    let variables = [("MAINSTAY_KEYS__FILE", "elsewhere/keys.toml")];
    let create = [&["keys", "create"], PLACE.as_slice()].concat();
    let made = folder.run_with(&create, &variables, "");
    assert!(
        made.assert_done()
            .out
            .starts_with("Made keys.file, elsewhere/keys.toml\n"),
        "{}",
        made.out
    );
    let again = folder.run_with(&create, &variables, "");
    assert!(
        again.assert_failed().err.contains("has keys already"),
        "{}",
        again.err
    );
    let before = folder.read("elsewhere/keys.toml");
    let list = [
        &["user", "create"],
        PLACE.as_slice(),
        &["--email", "ada@example.com", "--password-stdin"],
    ]
    .concat();
    folder
        .run_with(&list, &variables, &format!("{PASSWORD}\n"))
        .assert_done();
    assert_eq!(folder.read("elsewhere/keys.toml"), before);
    assert!(!folder.path("data/keys.toml").exists());
    folder.write("elsewhere/keys.toml.new", "");
    let rotate = [&["keys", "rotate", "all"], PLACE.as_slice()].concat();
    let busy = folder.run_with(&rotate, &variables, "");
    assert!(
        busy.assert_failed()
            .err
            .contains("another command changes the keys"),
        "{}",
        busy.err
    );
    let both = [variables[0], ("MAINSTAY_KEYS__SECRETS", before.as_str())];
    let err = folder
        .run_with(&["config"], &both, "")
        .assert_failed()
        .err
        .clone();
    assert!(err.contains("keys.file and keys.secrets are both set"), "{err}");
}

#[test]
fn a_certificate_that_is_none_is_told_at_the_start() {
    let folder = begun();
    let serve = [&["serve"], PLACE.as_slice()].concat();
    let half = folder.run_with(&serve, &[("MAINSTAY_TLS__KEY", "key.pem")], "");
    assert!(
        half.assert_failed()
            .err
            .contains("tls.certificate and tls.key go together"),
        "{}",
        half.err
    );
    folder.write("certificate.pem", "nonsense");
    folder.write("key.pem", "nonsense");
    let both = [
        ("MAINSTAY_TLS__KEY", "key.pem"),
        ("MAINSTAY_TLS__CERTIFICATE", "certificate.pem"),
    ];
    let err = folder.run_with(&serve, &both, "").assert_failed().err.clone();
    assert!(
        err.contains("certificate.pem: there is no certificate in this file"),
        "{err}"
    );
}

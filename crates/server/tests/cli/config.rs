use serde_json::{Value as Json, json};

use crate::support::{Folder, repository_file};

#[test]
fn config_layers_stand_on_each_other() {
    let folder = Folder::new();
    folder.write(
        "data/config.toml",
        "[server]\nlisten = \"127.0.0.1:1\"\nbody_bytes_max = 2_000\ndrain_timeout_ms = 3\n\n[log]\naccess = false\n",
    );
    let variables = [
        ("MAINSTAY_SERVER__LISTEN", "127.0.0.1:2"),
        ("MAINSTAY_SERVER__BODY_BYTES_MAX", "4000"),
        (
            "MAINSTAY_SERVER__CORS_ORIGINS",
            "https://a.example, https://b.example",
        ),
        // Belongs to a script.
        ("MAINSTAY_DEMO_LISTEN", "nonsense"),
    ];
    let args = ["config", "--json", "--data", "data", "--listen", "127.0.0.1:3"];
    let answer = folder.run_with(&args, &variables, "");
    let settings: Json = serde_json::from_str(&answer.assert_done().out).unwrap();
    for (setting, value, from) in [
        ("server.listen", json!("127.0.0.1:3"), "--listen"),
        (
            "server.body_bytes_max",
            json!(4_000),
            "MAINSTAY_SERVER__BODY_BYTES_MAX",
        ),
        ("server.drain_timeout_ms", json!(3), "data/config.toml:4"),
        (
            "server.cors_origins",
            json!(["https://a.example", "https://b.example"]),
            "MAINSTAY_SERVER__CORS_ORIGINS",
        ),
        ("log.access", json!(false), "data/config.toml:7"),
        ("log.level", json!("info"), "default"),
    ] {
        assert_eq!(
            settings[setting],
            json!({ "value": value, "from": from }),
            "{setting}"
        );
    }
}

#[test]
fn config_lists_values_with_their_origin() {
    let folder = Folder::new();
    let answer = folder.run_with(&["config"], &[("MAINSTAY_DATABASE__DURABILITY", "normal")], "");
    let line = |setting: &str| answer.out.lines().find(|line| line.starts_with(setting)).unwrap();
    let words = |setting| line(setting).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(answer.assert_done().out.lines().count(), 34);
    assert_eq!(
        words("database.durability"),
        "database.durability = \"normal\" # MAINSTAY_DATABASE__DURABILITY"
    );
    assert_eq!(
        words("server.listen"),
        "server.listen = \"127.0.0.1:8090\" # default"
    );
}

#[test]
fn config_tells_every_fault_at_once() {
    let folder = Folder::new();
    folder.write(
        "bad.toml",
        "color = 1\n[server]\nlistn = \"127.0.0.1:1\"\nbody_bytes_max = \"many\"\nrequest_timeout_ms = 200\n\
         trusted_proxies = [\"0.0.0.0/0\"]\n[web]\nroot = \"/srv\"\n[database]\ndurability = \"none\"\n",
    );
    let variables = [("MAINSTAY_LOG__LEVEL", "loud"), ("MAINSTAY_LOG__FROMAT", "json")];
    let answer = folder.run_with(
        &["config", "--config", "bad.toml", "--listen", "here"],
        &variables,
        "",
    );
    answer.assert_failed().assert_err(
        "error: the configuration has faults
  bad.toml:1: color stands outside a section such as [server]
  bad.toml:3: there is no setting `server.listn`; did you mean `server.listen`?
  bad.toml:4: server.body_bytes_max must be an integer from 1024 to 268435456
  bad.toml:8: there is no setting `web.root`; `mainstay config --reference` lists them
  bad.toml:10: database.durability must be one of full, normal
  MAINSTAY_LOG__FROMAT: there is no setting `log.fromat`; did you mean `log.format`?
  MAINSTAY_LOG__LEVEL: log.level must be one of error, warn, info, debug, trace
  --listen: server.listen must be an IP address with a port, such as 127.0.0.1:8090
  bad.toml:6: server.trusted_proxies: 0.0.0.0/0 would let every client claim any address; name your proxies
  bad.toml:5: database.statement_timeout_ms, 10000, must not be more than server.request_timeout_ms, 200
",
    );
}

#[test]
fn config_file_that_is_named_must_be_there() {
    let folder = Folder::new();
    let answer = folder.run(&["config", "--config", "none.toml"]);
    assert!(
        answer
            .assert_failed()
            .err
            .starts_with("error: the configuration file none.toml cannot be read\n")
    );
}

#[test]
fn config_pages_are_those_of_the_documentation() {
    let folder = Folder::new();
    let page = repository_file("docs/configuration.md");
    folder
        .run(&["config", "--reference"])
        .assert_done()
        .assert_out(&page);
    let example = folder.run(&["config", "--example"]);
    assert!(page.contains(&format!("```toml\n{}```\n", example.assert_done().out)));
}

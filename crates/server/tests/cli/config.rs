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
    assert_eq!(answer.assert_done().out.lines().count(), 49);
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
         trusted_proxies = [\"0.0.0.0/0\"]\n[web]\ntheme = \"dark\"\n[database]\ndurability = \"none\"\n",
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
  bad.toml:8: there is no setting `web.theme`; `mainstay config --reference` lists them
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

#[test]
fn config_of_certificates_fits_together() {
    let folder = Folder::new();
    folder.write(
        "bad.toml",
        "[acme]\ndomains = [\"app.example.org\"]\ndirectory = \"http://acme.example.org\"\ncontact = \"mailto:a@b.c\"\n\
         external_account = \"kid\"\n[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\nredirect_from = \"80\"\n",
    );
    let answer = folder.run(&["config", "--config", "bad.toml"]);
    answer.assert_failed().assert_err(
        "error: the configuration has faults
  bad.toml:5: acme.external_account and acme.external_key go together: set both or none
  bad.toml:3: acme.directory: must begin with https://
  bad.toml:2: acme.terms_agreed must be true, because acme.domains has an authority asked: read its terms of service first
  bad.toml:4: acme.contact: is no address such as admin@example.org
  bad.toml:7: tls.certificate and acme.domains are both set: a certificate comes from files or from an authority
  bad.toml:9: tls.redirect_from: is no IP address with a port, such as 0.0.0.0:80
",
    );
    folder.write(
        "half.toml",
        "[acme]\nterms_agreed = true\n[tls]\nredirect_from = \"0.0.0.0:80\"\n",
    );
    let answer = folder.run(&["config", "--config", "half.toml"]);
    answer.assert_failed().assert_err(
        "error: the configuration has faults
  half.toml:2: acme.domains must name at least one domain, because acme.terms_agreed is set
  half.toml:4: tls.redirect_from needs tls.certificate or acme.domains, which browsers are led to
  half.toml:4: tls.redirect_from needs a server.public_url that begins with https://, which browsers are led to
",
    );
    let wildcard = [("MAINSTAY_ACME__DOMAINS", "*.example.org")];
    let answer = folder.run_with(&["config"], &wildcard, "");
    answer.assert_failed().assert_err(
        "error: the configuration has faults
  MAINSTAY_ACME__DOMAINS: acme.domains \"*.example.org\": must be a list of names such as app.example.org, without wildcards
",
    );
}

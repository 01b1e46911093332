//! Encrypted connections, and whom they trust. The modes are those of libpq (PostgreSQL, 34.19.1).

use std::process::Stdio;

use mainstay_testkit::Cluster;

use super::ask;
use crate::process::{Installation, NOTES};

/// The name in the server's certificate. Nobody looks it up: addresses say the number beside it.
const NAME: &str = "db.example.org";
const OTHER_NAME: &str = "other.example.org";

/// A server that takes encrypted connections only, but for its socket.
struct Encrypted {
    cluster: Cluster,
    port: u16,
}

impl Encrypted {
    fn start() -> Self {
        let mut cluster = Cluster::create();
        make_authority(&cluster, "ca");
        make_authority(&cluster, "unknown");
        make_certificate(&cluster);
        let access = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";
        std::fs::write(cluster.data().join("pg_hba.conf"), access).expect("the file can be written");
        for (name, file) in [("ssl_cert_file", "server.crt"), ("ssl_key_file", "server.key")] {
            cluster.set(name, &cluster.folder().join(file).display().to_string());
        }
        cluster.set("ssl", "on");
        let port = cluster.restart_on_port();
        cluster.create_database("notes");
        Self { cluster, port }
    }

    fn installation(&self, name: &str, parameters: &str) -> Installation {
        let root = self.cluster.folder().display().to_string().replace('/', "%2F");
        let parameters = parameters.replace("FOLDER", &root);
        let port = self.port;
        let url = format!(
            "postgres:///notes?user=tests&host={name}&hostaddr=127.0.0.1&port={port}&connect_timeout=5{parameters}"
        );
        Installation::on(NOTES, url)
    }

    /// Serves, and every connection is encrypted.
    fn assert_served(&self, name: &str, parameters: &str) {
        let installation = self.installation(name, parameters);
        let server = installation.start(&[]);
        assert_eq!(
            ask(server.address, "GET", "/readyz", "", "").0,
            200,
            "{parameters}"
        );
        let sql = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'mainstay'";
        let rows = self.cluster.client("postgres").query(sql, &[]);
        let rows = rows.expect("the query is one");
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row.get(0)),
            "{parameters}"
        );
    }

    fn assert_refused(&self, name: &str, parameters: &str, why: &str) {
        let installation = self.installation(name, parameters);
        let output = installation
            .command(&["export", "notes", "--format", "jsonl"])
            .stdin(Stdio::null())
            .output()
            .expect("the binary can be started");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{parameters}: {error}");
        assert!(error.contains(why), "{parameters}: {error}");
    }
}

/// Makes the certificate of somebody who signs others.
fn make_authority(cluster: &Cluster, name: &str) {
    let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
    let subject = format!("/CN={name}");
    let words = ["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"];
    let files = ["-keyout", &key, "-out", &certificate, "-subj", &subject];
    openssl(cluster, &[&words[..], &files[..]].concat());
}

/// Makes the server's certificate, signed by `ca`.
fn make_certificate(cluster: &Cluster) {
    let extensions = format!("subjectAltName=DNS:{NAME}\nbasicConstraints=CA:FALSE\n");
    std::fs::write(cluster.folder().join("extensions"), extensions).expect("the file can be written");
    let request = "req -nodes -newkey rsa:2048 -keyout server.key -out server.csr -subj /CN=server";
    let sign = "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.crt";
    for words in [request, sign] {
        openssl(cluster, &words.split(' ').collect::<Vec<_>>());
    }
}

fn openssl(cluster: &Cluster, words: &[&str]) {
    let output = cluster
        .command("openssl")
        .args(words)
        .stderr(Stdio::piped())
        .output();
    let output = output.expect("openssl is installed: run scripts/setup");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {words:?}: {error}");
}

#[test]
fn sslmode_says_what_a_certificate_must_prove() {
    let server = Encrypted::start();
    let (root, unknown) = (
        "&sslrootcert=FOLDER%2Fca.crt",
        "&sslrootcert=FOLDER%2Funknown.crt",
    );
    let with = |mode: &str, root: &str| format!("&sslmode={mode}{root}");

    server.assert_served(NAME, &with("verify-full", root));
    server.assert_refused(OTHER_NAME, &with("verify-full", root), "not valid for name");
    server.assert_refused(NAME, &with("verify-full", unknown), "UnknownIssuer");
    // The authorities of the operating system do not know it either, and they are asked unless the address says otherwise.
    server.assert_refused(NAME, &with("verify-full", ""), "UnknownIssuer");
    server.assert_refused(NAME, "", "UnknownIssuer");

    server.assert_served(OTHER_NAME, &with("verify-ca", root));
    server.assert_refused(NAME, &with("verify-ca", unknown), "UnknownIssuer");

    server.assert_served(OTHER_NAME, &with("require", ""));
    server.assert_refused(NAME, &with("require", unknown), "UnknownIssuer");

    server.assert_served(OTHER_NAME, &with("prefer", ""));
    server.assert_refused(NAME, &with("disable", ""), "no encryption");
}

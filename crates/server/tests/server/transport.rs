//! What goes over a network without encryption, and what is done about it.

use crate::process::{Installation, NOTES, connect};

/// An authority that is not there: the server encrypts, and has no certificate.
const ENCRYPTED: [(&str, &str); 4] = [
    ("MAINSTAY_ACME__DOMAINS", "localhost"),
    ("MAINSTAY_ACME__TERMS_AGREED", "true"),
    ("MAINSTAY_ACME__DIRECTORY", "https://127.0.0.1:1/dir"),
    ("MAINSTAY_SERVER__PUBLIC_URL", "https://app.example.org/notes"),
];

#[test]
fn browsers_are_led_to_https_and_programs_are_refused() {
    let installation = Installation::new(NOTES);
    let redirect = ("MAINSTAY_TLS__REDIRECT_FROM", "127.0.0.1:0");
    let mut server = installation.launch(&[&ENCRYPTED[..], &[redirect]].concat());
    let line = server.wait_for_line(|line| line["message"] == "leading browsers to HTTPS");
    server.wait_until_serving();
    let address = line["address"].as_str().expect("the log tells the address");
    let address = address.parse().expect("the address is one");
    let ask = |method, path, head| {
        let answer = connect(address).send(method, path, head, "");
        answer.expect("it is answered")
    };
    let led = ask("GET", "/docs?page=2", "x-forwarded-host: evil.example\r\n");
    assert_eq!(led.status, 308);
    assert!(
        led.head
            .contains("location: https://app.example.org/docs?page=2\r\n"),
        "{}",
        led.head
    );
    assert!(led.head.contains("connection: close"), "{}", led.head);
    for (method, path, head) in [
        ("GET", "/api/v1/records/notes", ""),
        ("POST", "/", ""),
        ("GET", "/docs", "authorization: Bearer secret\r\n"),
    ] {
        let told = ask(method, path, head);
        assert_eq!(told.status, 400, "{method} {path}");
        assert!(
            String::from_utf8_lossy(&told.body).contains("HTTPS alone"),
            "{path}"
        );
    }
    server.terminate();
    let status = server.process.wait().expect("the process ends");
    assert!(status.success(), "{status}: {}", server.log_so_far());
}

#[test]
fn connections_that_prove_nothing_are_refused_unless_somebody_permits_them() {
    let installation = Installation::new(NOTES);
    let lax = [("MAINSTAY_LIMITS__REDIS", "redis://cache.invalid:6379")];
    let mut refused = installation.launch(&lax);
    let status = refused.process.wait().expect("the process ends");
    assert_eq!(status.code(), Some(1));
    let permitted = [lax[0], ("MAINSTAY_SERVER__UNVERIFIED_CONNECTIONS", "warn")];
    let mut server = installation.launch(&permitted);
    server.wait_for_line(|line| {
        let message = line["message"].as_str().unwrap_or_default();
        line["level"] == "WARN" && message.starts_with("limits.redis: nothing is encrypted")
    });
    server.wait_until_serving();
}

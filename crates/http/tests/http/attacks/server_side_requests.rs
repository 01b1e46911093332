//! Requests that the server is led to send to where the attacker cannot reach (API7:2023; ASVS 1.3.6, 15.3.2). Plain
//! addresses, redirects and names of this machine have theirs in `webhooks/endpoints.rs` and `webhooks/failures.rs`.

use std::time::{Duration, Instant};

use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::sending::SenderTimes;
use mainstay_engine::webhooks;
use mainstay_testkit::{Receiver, Reply, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{ROOMS, room};

const WEBHOOKS: &str = "/api/v1/webhooks";
const TIMES: SenderTimes = SenderTimes {
    lease: Duration::from_mins(10),
    look_after: Duration::from_millis(20),
};

fn endpoint(url: &str) -> Json {
    json!({"url": url, "kinds": ["record.*"], "collections": ["rooms"]})
}

#[tokio::test]
async fn no_url_is_taken_that_names_a_place_inside() {
    let app = TestApp::start(ROOMS);
    let admin = app.administrator().await;
    for url in [
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:a9fe:a9fe]/latest/meta-data",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[::]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1%25eth0]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://100.100.100.200/",
        "https://168.63.129.16/",
        "https://192.168.0.1/",
        "https://172.16.0.1/",
        "https://127.0.0.1:8443/",
        // Another scheme, another port, and what readers of URLs disagree about.
        "http://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.org/",
        "javascript:alert(1)",
        "data:text/plain,a",
        "//example.org/",
        "https:example.org",
        "https:///etc/passwd",
        "https://example.org:22/",
        "https://example.org:6379:443/",
        "https://example.org:/",
        "https://example.org:99999/",
        "https://example.org@127.0.0.1/",
        "https://127.0.0.1@example.org/",
        "https://user:password@example.org/",
        "https://example.org#@127.0.0.1/",
        "https://127.0.0.1\\@example.org/",
        "https://example.org\\.evil.example/",
        "https://example.org/\r\nX-Injected: yes",
        "https://example.org/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "https://exam\tple.org/",
        " https://example.org/",
        "https://\u{ff11}27.0.0.1/",
        "https://\u{2460}\u{2461}\u{2466}.0.0.1/",
        "https://127\u{3002}0.0.1/",
        "https://[::1",
        "https://[v1.a]/",
        "",
    ] {
        let made = admin.post(WEBHOOKS, endpoint(url)).await;
        assert_eq!(made.problem(), (422, "validation_failed".to_owned()), "{url}");
    }
    let made = admin.post(WEBHOOKS, endpoint("https://example.org/")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = format!("{WEBHOOKS}/{}", made.json()["id"].as_str().expect("it has an id"));
    // Changing one is no way around.
    for url in [
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://example.org/",
    ] {
        assert_eq!(
            admin.patch(&path, json!({"url": url})).await.problem().0,
            422,
            "{url}"
        );
    }
    assert_eq!(admin.get(&path).await.json()["url"], "https://example.org/");
}

/// Spellings of addresses that are names until somebody looks them up.
#[tokio::test]
async fn a_name_is_judged_by_where_it_leads() {
    let app = TestApp::start(ROOMS);
    let inside = Receiver::start().await;
    let admin = app.administrator().await;
    let port = inside.port();
    let mut made = Vec::new();
    for host in [
        "localhost",
        "LOCALHOST",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "0x7f.1",
    ] {
        let url = format!("https://{host}:{port}/hooks");
        let answer = admin.post(WEBHOOKS, endpoint(&url)).await;
        match answer.status.as_u16() {
            201 => made.push((url, answer.json()["id"].as_str().expect("it has one").to_owned())),
            status => assert_eq!(status, 422, "{url}: {}", answer.text()),
        }
    }
    assert!(
        !made.is_empty(),
        "a name is not looked up before something is sent"
    );
    let times = ReaderTimes::default();
    let readers = RunningReaders::start(&app.environment, vec![webhooks::reader(&app.environment)], times);
    let sender = webhooks::start_sender(&app.environment, TIMES);
    room(&admin, "Kitchen").await;
    for (url, id) in &made {
        let began = Instant::now();
        let error = loop {
            let page = admin.get(&format!("{WEBHOOKS}/{id}/deliveries")).await.json();
            let attempt = &page["items"][0]["attempts"][0];
            if let Some(error) = attempt["error"].as_str() {
                assert_eq!(attempt["status"], Json::Null, "{url}");
                break error.to_owned();
            }
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{url} is tried in time"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let known = error.contains("not on the public internet") || error.contains("has no address");
        assert!(known, "{url}: {error}");
    }
    assert!(inside.is_empty(), "something was sent");
    sender.stop().await;
    readers.stop().await;
}

fn staff(issuer: &str) -> String {
    format!(
        "name = \"staff\"\n[auth]\nsign_up = true\n[auth.providers.work]\nissuer = \"{issuer}\"\nclient_id = \"todo\"\n\
         redirects = [\"http://127.0.0.1:8400/back\"]\n"
    )
}

async fn begin(app: &TestApp) -> mainstay_testkit::TestResponse {
    let body = json!({"redirect_uri": "http://127.0.0.1:8400/back"});
    app.anonymous()
        .post("/api/v1/auth/providers/work/begin", body)
        .await
}

#[tokio::test]
async fn a_provider_inside_is_not_asked_unless_a_setting_permits_it() {
    let inside = Receiver::start().await;
    for issuer in [
        format!("https://localhost:{}", inside.port()),
        format!("https://127.0.0.1:{}", inside.port()),
        format!("http://127.0.0.1:{}", inside.port()),
        "https://169.254.169.254".to_owned(),
        format!("https://2130706433:{}", inside.port()),
    ] {
        let text = staff(&issuer);
        let app = TestApp::start(&[("mainstay.toml", text.as_str())]);
        let answer = begin(&app).await;
        assert_eq!(answer.problem(), (503, "unavailable".to_owned()), "{issuer}");
        assert!(!answer.text().contains("169.254"), "{}", answer.text());
    }
    assert!(inside.is_empty(), "it was asked");
}

/// What a provider says of itself leads no further than its own word.
#[tokio::test]
async fn what_a_provider_says_of_itself_is_checked() {
    let (provider, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let issuer = format!("http://127.0.0.1:{}", provider.port());
    let text = staff(&issuer);
    let app = TestApp::start_reaching_private(&[("mainstay.toml", text.as_str())]);
    // A redirect is not followed, and another issuer is not believed.
    provider.reply(Reply::With(302, "location", elsewhere.url()));
    assert_eq!(begin(&app).await.problem().0, 503);
    for wrong in ["https://evil.example", &format!("{issuer}/"), ""] {
        let metadata = json!({"issuer": wrong, "authorization_endpoint": elsewhere.url(),
            "token_endpoint": elsewhere.url(), "jwks_uri": elsewhere.url()});
        provider.reply(Reply::Text(200, metadata.to_string()));
        assert_eq!(begin(&app).await.problem().0, 503, "{wrong}");
    }
    provider.reply(Reply::Text(200, "x".repeat(1_000_000)));
    assert_eq!(begin(&app).await.problem().0, 503, "too much");
    for endpoint in [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/",
        "http://127.0.0.1:22/",
        "http://a:b@127.0.0.1/",
    ] {
        app.clock.advance_seconds(3_601);
        let metadata = json!({"issuer": issuer, "authorization_endpoint": "https://login.example.org/",
            "token_endpoint": endpoint, "jwks_uri": endpoint});
        provider.reply(Reply::Text(200, metadata.to_string()));
        let begun = begin(&app).await.json();
        let url = begun["url"].as_str().expect("there is an address");
        let state = form_urlencoded::parse(url.as_bytes()).find(|(name, _)| name == "state");
        let state = state.expect("the address has it").1.into_owned();
        let body = json!({"secret": begun["secret"], "state": state, "code": "c"});
        let answer = app
            .anonymous()
            .post("/api/v1/auth/providers/work/complete", body)
            .await;
        assert_eq!(
            answer.problem(),
            (503, "unavailable".to_owned()),
            "{endpoint}: {}",
            answer.text()
        );
        assert!(!answer.text().contains(endpoint), "{}", answer.text());
    }
    assert!(elsewhere.is_empty(), "somebody else was asked");
}

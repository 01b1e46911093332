//! Making, reading, changing and removing endpoints.

use mainstay_testkit::TestApp;
use serde_json::json;

use super::{NOTES, path, text};

const URL: &str = "https://example.org/hooks/a-path-nobody-may-know";

#[tokio::test]
async fn a_secret_is_shown_once() {
    let app = TestApp::start(NOTES);
    let admin = app.administrator().await;
    let body = json!({"url": URL, "kinds": ["record.*", "record.*", "auth.signed_in"], "collections": ["notes"],
        "filter": "size > 3", "description": "a search engine"});
    let made = admin.post("/api/v1/webhooks", body).await;
    assert_eq!(made.status, 201);
    let mut webhook = made.json();
    assert_eq!(made.header("location"), path(&webhook, ""));
    let secret = text(&webhook, "secret").to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let expected = json!({
        "id": webhook["id"], "url": URL, "description": "a search engine",
        "kinds": ["record.*", "auth.signed_in"], "collections": ["notes"], "filter": "size > 3",
        "enabled": true, "disabled_reason": null, "failing_since": null, "pending": 0,
        "created_at": "2026-01-01T00:00:00.000000Z", "updated_at": "2026-01-01T00:00:00.000000Z",
    });
    webhook.as_object_mut().unwrap().remove("secret");
    assert_eq!(webhook, expected);
    assert_eq!(admin.get(&path(&webhook, "")).await.json(), expected);
    assert_eq!(
        admin.get("/api/v1/webhooks").await.json(),
        json!({"items": [expected]})
    );
    let journal = app
        .sql("SELECT payload FROM _journal WHERE kind LIKE 'webhook.%'")
        .await;
    assert_eq!(journal.len(), 1);
    assert!(journal[0][0].contains("example.org") && !journal[0][0].contains("nobody-may-know"));
    assert!(!app.is_stored(&secret).await);
}

#[tokio::test]
async fn every_fault_of_an_endpoint_is_told() {
    let app = TestApp::start(NOTES);
    let admin = app.administrator().await;
    let refused = async |body| {
        let answer = admin.post("/api/v1/webhooks", body).await;
        assert_eq!(answer.problem(), (422, "validation_failed".to_owned()));
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let words = errors
            .iter()
            .map(|error| format!("{}: {}", text(error, "field"), text(error, "message")));
        words.collect::<Vec<_>>().join("\n")
    };
    let all = refused(
        json!({"url": "http://example.org", "kinds": ["record.*", "records.*", "record.made"],
        "collections": ["nothing"], "filter": "size > 3", "enabled": 1, "secret": "mine"}),
    )
    .await;
    for part in [
        "url: must begin with https://",
        "kinds: there is no kind `records.*`",
        "kinds: there is no kind `record.made`",
        "collections: there is no collection `nothing`",
        "enabled: must be true or false",
        "secret: is not known here",
    ] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
    let empty = refused(json!({})).await;
    assert!(empty.contains("url: is not a URL") && empty.contains("kinds: must name at least one kind"));
    for (filter, part) in [
        ("weight > 3", "weight"),
        ("size", "filter"),
        ("private == 'x'", "private"),
        ("created_by.email == 'x'", "the record's own fields"),
        ("others.exists(o, o.size > 1)", "the record's own fields"),
        ("created_by == auth.id", "the record's own fields"),
    ] {
        let body = json!({"url": URL, "kinds": ["record.*"], "collections": ["notes"], "filter": filter});
        let told = refused(body).await;
        assert!(
            told.starts_with("filter: ") && told.contains(part),
            "{filter}: {told}"
        );
    }
    for collections in [json!([]), json!(["notes", "others"])] {
        let body =
            json!({"url": URL, "kinds": ["record.*"], "collections": collections, "filter": "size > 3"});
        assert!(refused(body).await.contains("needs exactly one collection"));
    }
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
    ] {
        let told = refused(json!({"url": url, "kinds": ["record.*"]})).await;
        assert!(told.contains("not on the public internet"), "{url}: {told}");
    }
    assert_eq!(admin.get("/api/v1/webhooks").await.json(), json!({"items": []}));
    let journal = app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'webhook.%'")
        .await;
    assert!(journal.is_empty());
}

#[tokio::test]
async fn endpoints_are_changed_and_removed() {
    let app = TestApp::start(NOTES);
    let admin = app.administrator().await;
    let made = admin
        .post("/api/v1/webhooks", json!({"url": URL, "kinds": ["record.*"]}))
        .await
        .json();
    app.clock.advance_seconds(60);
    let changes = json!({"enabled": false, "collections": ["notes"], "filter": "size > 3"});
    let changed = admin.patch(&path(&made, ""), changes).await.json();
    assert_eq!(
        (&changed["enabled"], &changed["filter"]),
        (&json!(false), &json!("size > 3"))
    );
    assert_eq!(changed["updated_at"], "2026-01-01T00:01:00.000000Z");
    assert!(changed.get("secret").is_none());
    let refused = admin.patch(&path(&made, ""), json!({"collections": []})).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(admin.get(&path(&made, "")).await.json(), changed);
    for action in ["/test", "/deliveries/0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c/resend"] {
        let status = admin
            .send("POST", &path(&made, action), None)
            .await
            .status
            .as_u16();
        assert!([404, 409].contains(&status), "{action}: {status}");
    }
    assert_eq!(admin.delete(&path(&made, "")).await.status, 204);
    assert_eq!(
        admin.get(&path(&made, "")).await.problem(),
        (404, "not_found".to_owned())
    );
    assert_eq!(admin.delete(&path(&made, "")).await.status, 404);
    assert_eq!(admin.get(&path(&made, "/deliveries")).await.status, 404);
    let journal = app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'webhook.%' ORDER BY seq")
        .await;
    assert_eq!(
        journal,
        [["webhook.created"], ["webhook.updated"], ["webhook.deleted"]]
    );
}

#[tokio::test]
async fn there_are_at_most_so_many() {
    let app = TestApp::start(NOTES);
    let admin = app.administrator().await;
    let body = json!({"url": URL, "kinds": ["record.*"]});
    for _ in 0..mainstay_core::limits::WEBHOOKS_MAX {
        assert_eq!(admin.post("/api/v1/webhooks", body.clone()).await.status, 201);
    }
    assert_eq!(
        admin.post("/api/v1/webhooks", body).await.problem(),
        (409, "conflict".to_owned())
    );
}

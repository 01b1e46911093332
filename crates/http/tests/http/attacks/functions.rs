//! Operations of administrators, by other spellings of their address and their method (API5:2023; ASVS 4.1.4, 8.2.1). Who
//! may do what by the right spelling is in `authorisation.rs`.

use mainstay_http::OPERATIONS;
use serde_json::json;

use super::{ADA, ME, ROOMS_PATH};
use crate::rooms::{app, room};

const ADMINISTRATION: [&str; 11] = [
    "/api/v1/audit",
    "/api/v1/audit/export?format=csv",
    "/api/v1/audit/status",
    "/api/v1/health",
    "/api/v1/webhooks",
    "/api/v1/service-accounts",
    "/api/v1/mails",
    "/api/v1/definition",
    "/api/v1/settings",
    "/api/v1/migrations",
    "/api/v1/jobs",
];

#[tokio::test]
async fn no_spelling_of_an_address_leads_past_its_check() {
    let app = app();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    for path in ADMINISTRATION {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let rest = bare.strip_prefix("/api/v1").expect("it is a route of the API");
        for spelling in [
            bare.to_owned(),
            format!("{bare}/"),
            format!("{bare}//"),
            format!("{bare}/."),
            format!("{bare}%2f"),
            format!("{bare}%00"),
            format!("{bare}%20"),
            format!("{bare};a=b"),
            format!("{bare}.json"),
            format!("/{bare}"),
            format!("/api/v1/{rest}"),
            format!("/api/v1/.{rest}"),
            format!("/api/v1/auth/..{rest}"),
            format!("/api/v1/auth/%2e%2e{rest}"),
            format!("/livez/../api/v1{rest}"),
            format!("/API/V1{rest}"),
            format!("/api/v1{}", rest.to_uppercase()),
            format!("/%61pi/v1{rest}"),
            format!("/api/v2{rest}"),
            format!("/api{rest}"),
        ] {
            for query in [query, "admin=true", "debug=1"] {
                let answer = ada.get(&format!("{spelling}?{query}")).await;
                assert!(
                    matches!(answer.status.as_u16(), 400 | 403 | 404),
                    "{spelling}?{query}: {}",
                    answer.text()
                );
            }
            let head = ada.send("HEAD", &spelling, None).await;
            assert!(head.status.is_client_error(), "HEAD {spelling}: {}", head.status);
        }
    }
}

#[tokio::test]
async fn no_header_says_who_somebody_is_or_what_they_ask() {
    let app = app();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    for (name, value) in [
        ("x-original-url", "/api/v1/audit".to_owned()),
        ("x-rewrite-url", "/api/v1/audit".to_owned()),
        ("x-forwarded-user", admin.id()),
        ("x-user-id", admin.id()),
        ("x-remote-user", "admin@example.org".to_owned()),
        ("remote-user", "admin@example.org".to_owned()),
        ("x-admin", "true".to_owned()),
        ("x-role", "administrator".to_owned()),
        ("x-http-method-override", "GET".to_owned()),
    ] {
        let forging = ada.with_header(name, &value);
        for path in ADMINISTRATION {
            assert_eq!(forging.get(path).await.problem().0, 403, "{name} {path}");
        }
        assert_eq!(forging.get(ME).await.json()["email"], ADA, "{name}");
        let anonymous = app.anonymous().with_header(name, &value);
        assert_eq!(anonymous.get(ME).await.problem().0, 401, "{name}");
        assert_eq!(forging.get("/livez").await.text(), ada.get("/livez").await.text());
    }
}

#[tokio::test]
async fn a_method_is_what_the_request_line_says() {
    let app = app();
    let ada = app.user(ADA).await;
    let kitchen = room(&ada, "Kitchen").await;
    let path = format!("{ROOMS_PATH}/{kitchen}");
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let overriding = ada.with_header(name, "DELETE");
        assert_eq!(overriding.get(&path).await.status, 200);
        assert_eq!(overriding.post(&path, json!({})).await.problem().0, 405);
    }
    for query in ["_method=DELETE", "method=DELETE", "__method=delete"] {
        assert_eq!(
            ada.get(&format!("{path}?{query}")).await.problem().0,
            400,
            "{query}"
        );
        assert_eq!(
            ada.post(&format!("{path}?{query}"), json!({})).await.problem().0,
            405
        );
    }
    for method in [
        "TRACE", "TRACK", "DEBUG", "PROPFIND", "delete", "Delete", "PURGE", "PUT",
    ] {
        assert_eq!(ada.send(method, &path, None).await.problem().0, 405, "{method}");
    }
    assert_eq!(ada.get(&path).await.status, 200, "it is still there");
}

/// Whoever has no right to an operation learns nothing of its body: who may is asked first.
#[tokio::test]
async fn no_operation_of_administrators_looks_at_bodies_of_others() {
    let app = app();
    let ada = app.user(ADA).await;
    let id = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    for operation in OPERATIONS {
        let about_administration = [
            "/api/v1/webhooks",
            "/api/v1/audit",
            "/api/v1/service-accounts",
            "/api/v1/mails",
            "/api/v1/definition",
            "/api/v1/rules",
            "/api/v1/settings",
            "/api/v1/migrations",
            "/api/v1/jobs",
        ];
        if !about_administration
            .iter()
            .any(|path| operation.path.starts_with(path))
        {
            continue;
        }
        let path = operation.path.replace("{id}", id).replace("{delivery_id}", id);
        let path = path.replace("/export", "/export?format=csv");
        for body in ["{}", r#"{"url": "https://example.org", "kinds": ["record.*"]}"#] {
            let body = operation.body.is_some().then(|| body.as_bytes().to_vec());
            let answer = ada.send(operation.method.as_str(), &path, body).await;
            assert_eq!(
                answer.problem(),
                (403, "forbidden".to_owned()),
                "{}",
                operation.id
            );
        }
    }
}

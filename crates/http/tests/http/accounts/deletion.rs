//! The end of an account.

use mainstay_engine::auth::account_eraser;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use serde_json::json;

use super::reset::wait_until;
use super::{ADA, ask, choir, sign_in};

#[tokio::test]
async fn the_person_goes_and_what_they_wrote_keeps_its_author() {
    let (app, post) = choir();
    app.administrator().await;
    let ada = app.user_with(ADA, json!({"name": "Ada Lovelace"})).await;
    let ben = app.user("ben@example.org").await;
    let song = ada
        .create("songs", json!({"title": "Canon", "singer": ada.id()}))
        .await;
    ask(&app.anonymous(), "request-link", json!({"email": ADA})).await;
    let link = post.last_of(ADA, 1).await.secret();
    let readers = vec![account_eraser(&app.environment)];
    let readers = RunningReaders::start(&app.environment, readers, ReaderTimes::default());
    // The reader begins with what is done once it runs.
    wait_until(
        &app,
        "SELECT count(*) FROM _readers WHERE name = 'deleted_accounts'",
        "1",
    )
    .await;

    let wrong = json!({"password": "wrong horse"});
    let refused = ada.post("/api/v1/auth/delete-account", wrong).await;
    assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    let body = json!({"password": app.password()});
    assert_eq!(ada.post("/api/v1/auth/delete-account", body).await.status, 204);
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
    assert_eq!(sign_in(&app, ADA, app.password()).await, 401);
    let late = app
        .anonymous()
        .post("/api/v1/auth/sign-in-with-link", json!({"token": link}))
        .await;
    assert_eq!(late.problem(), (400, "invalid_secret".to_owned()));

    let path = format!("/api/v1/records/songs/{}", song["id"].as_str().unwrap());
    let stands = ben.get(&path).await.json();
    assert_eq!(
        (&stands["created_by"], &stands["singer"]),
        (&json!(ada.id()), &json!(ada.id()))
    );
    let rest = ben
        .get(&format!("/api/v1/records/users/{}", ada.id()))
        .await
        .json();
    assert_eq!(rest["email"], format!("{}@deleted.invalid", ada.id()));
    assert_eq!((&rest["name"], &rest["active"]), (&json!(null), &json!(false)));

    wait_until(
        &app,
        "SELECT count(*) FROM _journal WHERE kind = 'audit.erased'",
        "1",
    )
    .await;
    let told = app
        .sql("SELECT count(*) FROM _journal WHERE payload LIKE '%ada@example.org%' OR payload LIKE '%Lovelace%'")
        .await;
    assert_eq!(told, [["0"]]);
    let kept = app
        .sql(
            "SELECT (SELECT count(*) FROM _credentials), (SELECT count(*) FROM _account_tokens), \
              (SELECT count(*) FROM _verified_addresses)",
        )
        .await;
    assert_eq!(kept, [["2", "0", "0"]]);
    assert_eq!(
        post.mails_to(ADA).len(),
        1,
        "nobody is told at an address that is gone"
    );
    // Somebody else may come with the address.
    app.user(ADA).await;
    readers.stop().await;
}

#[tokio::test]
async fn administrators_delete_accounts_but_not_the_last_of_their_own() {
    let (app, _post) = choir();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    let ben = app.user("ben@example.org").await;
    let path = format!("/api/v1/users/{}/account", ada.id());
    assert_eq!(ben.delete(&path).await.problem(), (403, "forbidden".to_owned()));
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 401);
    let own = admin
        .delete(&format!("/api/v1/users/{}/account", admin.id()))
        .await;
    assert_eq!(own.problem(), (409, "conflict".to_owned()));
    let nobody = admin
        .delete("/api/v1/users/0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c/account")
        .await;
    assert_eq!(nobody.problem(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn what_must_not_be_empty_is_filled_with_nothing_of_the_person() {
    let app = mainstay_testkit::TestApp::start(&[
        ("mainstay.toml", "name = \"x\""),
        (
            "collections/users.toml",
            "[fields.name]\ntype = \"text\"\nrequired = true\n[fields.handle]\ntype = \"text\"\nrequired = true\nunique = true\n\
             write_once = true\nmax = 50\n[fields.site]\ntype = \"url\"\nrequired = true\n[fields.born]\ntype = \"date\"\n\
             [fields.friends]\ntype = \"relation\"\nto = \"users\"\nmany = true\n",
        ),
    ]);
    let admin = app
        .administrator_with(json!({"name": "A", "handle": "a", "site": "https://a.example"}))
        .await;
    let fields = json!({"name": "Ada", "handle": "ada", "site": "https://ada.example", "born": "1815-12-10",
        "friends": [admin.id()]});
    let ada = app.user_with(ADA, fields).await;
    let deleted = admin.delete(&format!("/api/v1/users/{}/account", ada.id())).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    let rest = admin
        .get(&format!("/api/v1/records/users/{}", ada.id()))
        .await
        .json();
    assert_eq!(rest["name"], "deleted");
    assert!(rest["handle"].as_str().unwrap().starts_with("deleted-"), "{rest}");
    assert!(
        rest["site"]
            .as_str()
            .unwrap()
            .starts_with("https://deleted.invalid/"),
        "{rest}"
    );
    assert_eq!((&rest["born"], &rest["friends"]), (&json!(null), &json!([])));
}

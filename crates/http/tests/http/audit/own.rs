//! What users see of the audit: their own acts.

use serde_json::json;

use super::{kinds, scene};

#[tokio::test]
async fn own_activity_is_what_one_did_and_what_concerns_the_account() {
    let (app, administrator, ada, room) = scene().await;
    let wrong = json!({"email": "ada@example.org", "password": "wrong horse"});
    app.anonymous().post("/api/v1/auth/sign-in", wrong).await;
    mainstay_engine::audit::write_noticed(&app.environment).await;
    administrator
        .patch(
            &format!("/api/v1/records/users/{}", ada.id()),
            json!({"active": true, "administrator": true}),
        )
        .await;
    let page = ada.get("/api/v1/auth/activity").await.json();
    assert_eq!(
        kinds(&page),
        [
            "auth.role_changed",
            "auth.sign_in_refused",
            "record.created",
            "record.created",
            "auth.signed_in"
        ]
    );
    let refused = &page["items"][1];
    assert_eq!(
        (&refused["by_oneself"], &refused["address"]),
        (&json!(false), &json!("127.0.0.1"))
    );
    assert_eq!(page["items"][3]["record_id"], json!(room));
    assert_eq!(page["items"][3]["by_oneself"], json!(true));
    let signed_in = ada
        .get("/api/v1/auth/activity?kind=auth.signed_in&limit=1")
        .await
        .json();
    assert_eq!(kinds(&signed_in), ["auth.signed_in"]);
    // Nobody sees another one's.
    let ben = app.user("ben@example.org").await;
    assert_eq!(
        kinds(&ben.get("/api/v1/auth/activity").await.json()),
        ["auth.signed_in"]
    );
    assert_eq!(
        app.anonymous().get("/api/v1/auth/activity").await.problem().0,
        401
    );
}

//! What is stored of authenticators.

use super::*;

#[tokio::test]
async fn secrets_follow_a_rotation_of_their_key() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    let sealed = "SELECT key_id FROM _totp";
    let before = app.sql(sealed).await;
    crate::keys::rotate(&app, mainstay_engine::keys::Purpose::Encryption);
    crate::keys::take_up(&app).await;
    assert_eq!(app.sql(sealed).await, before);
    assert_eq!(reseal(&app.environment).await.expect("as the test made it"), 1);
    assert_eq!(
        reseal(&app.environment).await.expect("as the test made it"),
        0,
        "nothing is left"
    );
    assert_ne!(app.sql(sealed).await, before);
    // The key of before can go.
    crate::keys::remove(&app, &before[0][0]);
    crate::keys::take_up(&app).await;
    app.clock.advance_seconds(30);
    let waiting = challenge(&app).await;
    assert_eq!(
        complete(&app, &waiting, &authenticator.code(&app, 0))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_secret_that_was_moved_to_another_user_is_none() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    let bob = app.user("bob@example.org").await;
    assert_eq!(bob.post(TOTP, json!({})).await.status, 201);
    let swap = "UPDATE _totp SET secret = (SELECT secret FROM _totp WHERE confirmed_at IS NOT NULL) \
                WHERE confirmed_at IS NULL";
    assert_eq!(app.sql_write(swap).await, Ok(1));
    app.clock.advance_seconds(30);
    let response = bob
        .post(CONFIRM, json!({"code": authenticator.code(&app, 0)}))
        .await;
    assert_eq!(response.problem(), (503, "unavailable".to_owned()));
}

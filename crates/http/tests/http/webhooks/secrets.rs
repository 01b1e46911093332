//! Signatures, and the secrets that they are made with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_testkit::{Dialect, Received, TestDatabase};
use ring::hmac;
use serde_json::json;

use super::{Stage, path, text};

/// The signatures that fit a secret, in the words of the specification.
fn fitting(received: &Received, secret: &str) -> Vec<bool> {
    let key = decoded(secret, "whsec_");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let (id, at) = (
        received.header("webhook-id"),
        received.header("webhook-timestamp"),
    );
    let signed = format!("{id}.{at}.{}", received.body);
    let fits = |signature: &str| {
        let signature = decoded(signature, "v1,");
        hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
    };
    received
        .header("webhook-signature")
        .split(' ')
        .map(fits)
        .collect()
}

fn decoded(text: &str, prefix: &str) -> Vec<u8> {
    let bytes = text.strip_prefix(prefix).expect("it begins as it must");
    STANDARD.decode(bytes).expect("it is base64")
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    let first = text(&webhook, "secret");
    stage.note("one").await;
    let received = stage.receiver.next().await;
    assert_eq!(received.header("webhook-timestamp"), "1767225600");
    assert_eq!(fitting(&received, first), [true]);

    let rotate = path(&webhook, "/rotate-secret");
    let rotated = stage.admin.post(&rotate, json!({"overlap_seconds": 60})).await;
    assert_eq!(rotated.status, 200);
    let rotated = rotated.json();
    let second = text(&rotated, "secret");
    assert_eq!(rotated["previous_until"], "2026-01-01T00:01:00.000000Z");
    assert_ne!(first, second);
    stage.note("two").await;
    let received = stage.receiver.next().await;
    assert_eq!(fitting(&received, second), [true, false]);
    assert_eq!(fitting(&received, first), [false, true]);

    stage.wait_until_all(&webhook, "delivered", 2).await;
    stage.wait_seconds(60).await;
    stage.note("three").await;
    let received = stage.receiver.next().await;
    assert_eq!(fitting(&received, second), [true]);
    assert_eq!(fitting(&received, first), [false]);
    for (body, code) in [
        (json!({"overlap_seconds": -1}), "validation_failed"),
        (json!({"overlap_seconds": 700_000}), "validation_failed"),
        (json!({"secret": "mine"}), "unknown_field"),
    ] {
        let refused = stage.admin.post(&rotate, body).await;
        assert_eq!(refused.problem(), (422, code.to_owned()));
    }
    let journal = stage
        .app
        .sql("SELECT payload FROM _journal WHERE kind = 'webhook.secret_rotated'")
        .await;
    assert_eq!(journal.len(), 1);
    assert!(!journal[0][0].contains("whsec_"));
    stage.wait_until_all(&webhook, "delivered", 3).await;
    stage.stop().await;
}

#[tokio::test]
async fn a_secret_that_an_earlier_version_kept_plain_is_encrypted_and_signs_on() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    let secret = text(&webhook, "secret");
    let plain = "SELECT count(*) FROM _webhooks WHERE length(secret) > 0";
    let kept = "SELECT count(*) FROM _secrets WHERE name LIKE 'webhook/%'";
    assert_eq!(stage.app.sql(plain).await, [["0"]]);
    assert_eq!(stage.app.sql(kept).await, [["1"]]);
    let hex = crate::keys::hex_of(&decoded(secret, "whsec_"));
    let literal = match TestDatabase::dialect() {
        Dialect::Sqlite => format!("X'{hex}'"),
        Dialect::Postgres => format!("'\\x{hex}'::bytea"),
    };
    for before in [
        format!("UPDATE _webhooks SET secret = {literal}"),
        "DELETE FROM _secrets WHERE name LIKE 'webhook/%'".to_owned(),
    ] {
        assert_eq!(stage.app.sql_write(&before).await, Ok(1));
    }
    let _started_again = stage.app.beside();
    assert_eq!(stage.app.sql(plain).await, [["0"]]);
    assert_eq!(stage.app.sql(kept).await, [["1"]]);
    stage.note("one").await;
    let received = stage.receiver.next().await;
    assert_eq!(fitting(&received, secret), [true]);
    stage.wait_until_all(&webhook, "delivered", 1).await;
    let removed = stage.admin.delete(&path(&webhook, "")).await;
    assert_eq!(removed.status, 204);
    assert_eq!(stage.app.sql(kept).await, [["0"]]);
    stage.stop().await;
}

//! What clients find out by themselves, and ID tokens that anybody can check with it.

use ring::signature::{ED25519, UnparsedPublicKey};

use super::*;

#[tokio::test]
async fn the_metadata_name_what_there_is() {
    let app = app();
    let visitor = app.anonymous();
    let metadata = visitor.get("/.well-known/openid-configuration").await.json();
    assert_eq!(
        metadata,
        visitor
            .get("/.well-known/oauth-authorization-server")
            .await
            .json()
    );
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["response_types_supported"], json!(["code"]));
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(
        metadata["grant_types_supported"],
        json!(["authorization_code", "refresh_token"])
    );
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let endpoints = metadata.as_object().unwrap().iter();
    let endpoints = endpoints.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    let mut found = 0;
    for (name, address) in endpoints {
        let path = address.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let answer = visitor.send("OPTIONS", path, None).await;
        assert_eq!(answer.status, 405, "{name}: there is such a route");
        found += 1;
    }
    assert_eq!(found, 6);
}

#[tokio::test]
async fn an_id_token_can_be_checked_with_the_public_keys() {
    let scene = scene().await;
    scene.app.clock.advance_seconds(100);
    let tokens = scene.tokens("openid offline_access").await;
    let keys = scene.app.anonymous().get("/oauth/keys").await.json();
    let keys = keys["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 2, "the next one is known before it is used");
    let check = |token: &str| {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let json =
            |part: &str| -> Json { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
        let header = json(header);
        assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("JWT")));
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
        );
        assert_eq!(key.as_object().unwrap().len(), 6, "nothing of the secret: {key}");
        let public = URL_SAFE_NO_PAD.decode(text(key, "x")).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ED25519, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        json(claims)
    };
    let claims = check(&text(&tokens, "id_token"));
    assert_eq!(
        (&claims["iss"], &claims["aud"], &claims["sub"], &claims["nonce"]),
        (
            &json!(ISSUER),
            &json!(scene.id),
            &json!(scene.user.id()),
            &json!("a nonce")
        )
    );
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 600);
    assert_eq!(seconds("iat") - seconds("auth_time"), 100);
    scene.app.clock.advance_seconds(50);
    let next = scene.refresh(&text(&tokens, "refresh_token"), &[]).await.json();
    let later = check(&text(&next, "id_token"));
    assert_eq!(
        (&later["auth_time"], &later["nonce"]),
        (&claims["auth_time"], &Json::Null)
    );
    assert_eq!(later["iat"].as_i64().unwrap(), seconds("iat") + 50);
}

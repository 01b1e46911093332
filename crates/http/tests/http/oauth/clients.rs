//! `/api/v1/clients`: administrators register clients.

use super::*;

const PATH: &str = "/api/v1/clients";

#[tokio::test]
async fn administrators_register_change_and_remove_clients() {
    let scene = scene().await;
    let one = format!("{PATH}/{}", scene.id);
    assert_eq!(scene.secret.len(), 46, "256 bits");
    assert!(!scene.app.is_stored(&scene.secret).await);
    let listed = scene.administrator.get(PATH).await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (
            &items[0]["id"],
            &items[0]["declared"],
            &items[0]["own"],
            &items[0]["confidential"]
        ),
        (&json!("mobile"), &json!(true), &json!(true), &json!(false))
    );
    assert_eq!(
        (
            &items[1]["id"],
            &items[1]["declared"],
            &items[1]["own"],
            &items[1]["confidential"]
        ),
        (&json!(scene.id), &json!(false), &json!(false), &json!(true))
    );
    assert!(items.iter().all(|item| item.get("secret").is_none()));

    let changed = scene
        .administrator
        .patch(&one, json!({"name": "Times"}))
        .await
        .json();
    assert_eq!(
        (&changed["name"], &changed["redirects"]),
        (&json!("Times"), &json!([BACK]))
    );
    assert_eq!(changed.get("secret"), None);
    let rotated = scene
        .administrator
        .send("POST", &format!("{one}/rotate-secret"), None)
        .await;
    let secret = text(&rotated.json(), "secret");
    let code = scene.code("openid").await;
    let old = scene.exchange(&[("code", &code)]).await;
    assert_eq!(refusal(&old), refused(400, "invalid_client"));
    let new = scene
        .exchange(&[("code", &code), ("client_secret", &secret)])
        .await;
    assert_eq!(new.status, 200, "{}", new.text());
    assert_eq!(scene.entries("auth.client_created").await, 1);
    assert_eq!(scene.entries("auth.client_changed").await, 2);
}

#[tokio::test]
async fn the_definition_has_its_own_clients_and_none_of_them_a_secret() {
    let scene = scene().await;
    for (method, path) in [
        ("PATCH", format!("{PATH}/mobile")),
        ("DELETE", format!("{PATH}/mobile")),
    ] {
        let body = (method == "PATCH").then(|| b"{}".to_vec());
        let response = scene.administrator.send(method, &path, body).await;
        assert_eq!(
            response.problem(),
            (409, "conflict".to_owned()),
            "the definition has it"
        );
    }
    let public = json!({"scopes": ["openid"], "confidential": false});
    let public = register(&scene.administrator, public).await;
    assert_eq!(
        (public.get("secret"), &public["confidential"]),
        (None, &json!(false))
    );
    let rotate = format!("{PATH}/{}/rotate-secret", text(&public, "id"));
    assert_eq!(
        scene.administrator.send("POST", &rotate, None).await.problem().0,
        409
    );
}

#[tokio::test]
async fn what_no_client_can_have_is_refused_by_its_field() {
    let app = app();
    let administrator = app.administrator().await;
    for (wrong, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"own": "yes"}), "own"),
        (json!({"confidential": 1}), "confidential"),
        (json!({"redirects": []}), "redirects"),
        (
            json!({"redirects": ["http://time.example.org/back"]}),
            "redirects",
        ),
        (json!({"redirects": ["https://time.example.org/#a"]}), "redirects"),
        (json!({"redirects": ["https://*.example.org/"]}), "redirects"),
        (json!({"redirects": ["javascript:alert(1)"]}), "redirects"),
        (json!({"scopes": []}), "scopes"),
        (json!({"scopes": ["openid", "phone"]}), "scopes"),
        (json!({"scopes": ["nothing:read"]}), "scopes"),
        (json!({"scopes": ["admin"]}), "scopes"),
        (json!({"secret": "mine"}), "secret"),
    ] {
        let mut body = json!({"name": "C", "redirects": [BACK], "scopes": ["openid"]});
        body.as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        let response = administrator.post(PATH, body).await;
        assert_eq!(response.status, 422, "{wrong}: {}", response.text());
        assert_eq!(response.json()["errors"][0]["field"], field, "{wrong}");
    }
    // Nor does a third party get there step by step.
    let made = register(&administrator, json!({"scopes": ["admin"], "own": true})).await;
    let one = format!("{PATH}/{}", text(&made, "id"));
    assert_eq!(
        administrator.patch(&one, json!({"own": false})).await.problem().0,
        422
    );
    assert_eq!(
        administrator
            .patch(&one, json!({"confidential": false}))
            .await
            .problem()
            .0,
        422
    );
}

//! `/livez`, `/readyz`, `/api/v1/health`

use serde_json::json;

use crate::rooms::app;

#[tokio::test]
async fn livez_and_readyz() {
    let app = app();
    assert_eq!(
        app.anonymous().get("/livez").await.json(),
        json!({"status": "ok"})
    );
    let ready = app.anonymous().get("/readyz").await;
    let checks = json!({"database": "ok", "migrations": "ok", "disk": "ok"});
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (200, json!({"status": "ready", "checks": checks}))
    );
}

#[tokio::test]
async fn readyz_says_which_part_is_not_usable() {
    let app = app();
    app.sql_write("DELETE FROM _schema WHERE kind = 'index'")
        .await
        .unwrap();
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(
        ready.json()["checks"],
        json!({"database": "ok", "migrations": "failing", "disk": "ok"})
    );
    app.sql_write("DROP TABLE _schema").await.unwrap();
    assert_eq!(
        app.anonymous().get("/readyz").await.json()["checks"]["database"],
        "failing"
    );
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
}

#[tokio::test]
async fn health_is_for_administrators() {
    let app = app();
    assert_eq!(
        app.anonymous().get("/api/v1/health").await.problem(),
        (401, "unauthenticated".to_owned())
    );
    assert_eq!(
        app.user("ada@example.org")
            .await
            .get("/api/v1/health")
            .await
            .problem()
            .0,
        403
    );
    let health = app.administrator().await.get("/api/v1/health").await.json();
    assert_eq!(health["status"], "ready");
    let names: Vec<_> = health["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["name"].clone())
        .collect();
    assert_eq!(names, ["database", "migrations", "disk"]);
    assert!(health["checks"][0]["took_us"].is_u64());
    let writes = &health["writes"];
    assert_eq!((&writes["waiting"], &writes["reruns"]), (&json!(0), &json!(0)));
    for of in ["writes", "reads"] {
        let waits = &health[of]["waits"];
        let micros = |name: &str| waits[name].as_u64().unwrap();
        assert!(micros("total_us") >= micros("longest_us"), "{of}: {waits}");
    }
    assert_eq!(health["readers"], json!([]), "who serves starts them");
    // The account of the administrator was written.
    assert!(writes["waits"]["count"].as_u64() > Some(0));
}

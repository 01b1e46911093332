//! `GET /api/v1/records/{collection}/{id}/comments`

use mainstay_core::Definition;
use mainstay_engine::ShapeFrom;
use mainstay_testkit::{TestApp, files};
use serde_json::json;

use super::{Cast, bodies, path};

#[tokio::test]
async fn list_comments() {
    let cast = Cast::assemble().await;
    assert_eq!(
        cast.threads("").await,
        json!({"items": [], "next_cursor": null, "totals": {"threads": 0, "open": 0, "comments": 0}})
    );
    let first = cast.say(&cast.owner, "One").await;
    cast.post(&cast.member, json!({"body": "Two", "field": "name"}))
        .await;
    let third = cast.say(&cast.owner, "Three").await;
    cast.reply(&cast.member, &first, "One, answered").await;
    cast.member
        .send("PUT", &format!("{}/reactions/ok", path(&third)), None)
        .await;
    cast.owner
        .send("POST", &format!("{}/resolve", path(&first)), None)
        .await;

    let all = cast.threads("").await;
    assert_eq!(bodies(&all), ["One [One, answered]", "Two []", "Three []"]);
    assert_eq!(all["totals"], json!({"threads": 3, "open": 2, "comments": 4}));
    assert_eq!(
        all["items"][2]["reactions"],
        json!([{"emoji": "ok", "users": [cast.member.id()]}])
    );
    for (parameters, wanted) in [
        ("?resolved=true", vec!["One [One, answered]"]),
        ("?resolved=false", vec!["Two []", "Three []"]),
        ("?field=name", vec!["Two []"]),
        ("?field=name&resolved=true", vec![]),
    ] {
        let page = cast.threads(parameters).await;
        assert_eq!(bodies(&page), wanted, "{parameters}");
        assert_eq!(page["totals"], all["totals"], "{parameters}");
    }

    let page = cast.threads("?limit=2").await;
    assert_eq!(bodies(&page), ["One [One, answered]", "Two []"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = cast.threads(&format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(
        (bodies(&page), &page["next_cursor"]),
        (vec!["Three []".to_owned()], &json!(null))
    );
}

#[tokio::test]
async fn list_comments_refuses() {
    let cast = Cast::assemble().await;
    cast.say(&cast.owner, "One").await;
    for (parameters, problem) in [
        ("?cursor=x", "invalid_cursor"),
        ("?resolved=maybe", "invalid_parameter"),
        ("?limit=0", "invalid_parameter"),
        ("?field=", "invalid_parameter"),
        ("?sort=body", "unknown_parameter"),
    ] {
        let response = cast.owner.get(&format!("{}{parameters}", cast.comments())).await;
        assert_eq!(response.problem(), (400, problem.to_owned()), "{parameters}");
    }
    let response = cast.stranger.get(&cast.comments()).await;
    assert_eq!(response.problem(), (404, "not_found".to_owned()));
}

/// A page ends with the thread that makes it large, but has one.
#[tokio::test]
async fn large_pages_end_early() {
    let cast = Cast::assemble().await;
    for name in ["One", "Two", "Three"] {
        let thread = cast.say(&cast.owner, name).await;
        for number in 0..3 {
            cast.reply(&cast.owner, &thread, &number.to_string()).await;
        }
    }
    let long = if cast.app.environment.db.path().is_some() {
        "UPDATE _comments SET body = printf('%.*c', 5000000, 'x') WHERE body = '1'"
    } else {
        "UPDATE _comments SET body = repeat('x', 5000000) WHERE body = '1'"
    };
    assert_eq!(cast.app.sql_write(long).await.unwrap(), 3);
    let page = cast.threads("").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = cast.threads(&format!("?cursor={cursor}")).await;
    assert_eq!(page["items"][0]["body"], "Three");
    assert_eq!(page["items"][0]["replies"].as_array().unwrap().len(), 3);
    assert_eq!(page["next_cursor"], json!(null));
}

#[tokio::test]
async fn comments_go_and_come_back_with_their_record() {
    let cast = Cast::assemble().await;
    let comment = cast.say(&cast.member, "One").await;
    let record = format!("/api/v1/records/rooms/{}", cast.room);
    cast.owner.delete(&record).await;
    for client in [&cast.owner, &cast.member, &cast.app.administrator().await] {
        assert_eq!(client.get(&cast.comments()).await.status, 404);
        let edit = client.patch(&path(&comment), json!({"body": "Two"})).await;
        assert_eq!(edit.status, 404);
    }
    let restored = cast.owner.post(&format!("{record}/restore"), json!({})).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    assert_eq!(bodies(&cast.threads("").await), ["One []"]);
}

#[tokio::test]
async fn comments_go_for_good_with_their_record() {
    let pages = "
        comments = true
        [rules]
        read = \"true\"
        create = \"auth.id != null\"
        delete = \"auth.id != null\"
    ";
    let app = TestApp::start(&[
        ("mainstay.toml", "name = \"pages\""),
        ("collections/pages.toml", pages),
    ]);
    let ada = app.user("a@example.org").await;
    let mut paths = Vec::new();
    for body in ["kept", "gone"] {
        let page = ada.create("pages", json!({})).await;
        let record = format!("/api/v1/records/pages/{}", page["id"].as_str().unwrap());
        let said = ada
            .post(&format!("{record}/comments"), json!({"body": body}))
            .await;
        assert_eq!(said.status, 201);
        ada.send("PUT", &format!("{}/reactions/ok", path(&said.json())), None)
            .await;
        paths.push(record);
    }
    assert_eq!(ada.delete(&paths[1]).await.status, 204);
    assert_eq!(app.sql("SELECT body FROM _comments").await, [["kept"]]);
    assert_eq!(app.sql("SELECT count(*) FROM _comment_reactions").await, [["1"]]);
    assert_eq!(app.sql("SELECT count(*) FROM _follows").await, [["1"]]);
}

#[tokio::test]
async fn comments_stay_with_a_collection_that_is_renamed() {
    let pages = "comments = true\n[rules]\nread = \"true\"\ncreate = \"auth.id != null\"\n";
    let application = ("mainstay.toml", "name = \"pages\"");
    let app = TestApp::start(&[application, ("collections/pages.toml", pages)]);
    let ada = app.user("a@example.org").await;
    let page = ada.create("pages", json!({})).await;
    let id = page["id"].as_str().unwrap();
    let said = ada
        .post(
            &format!("/api/v1/records/pages/{id}/comments"),
            json!({"body": "Kept"}),
        )
        .await
        .json();
    // There, on, and back again.
    for (name, was) in [("leaves", "pages"), ("sheets", "leaves"), ("pages", "sheets")] {
        let renamed = format!("was = \"{was}\"\n{pages}");
        let path = format!("collections/{name}.toml");
        let definition = Definition::read(files(&[application, (&path, &renamed)])).unwrap();
        app.environment
            .reload(definition, ShapeFrom::Production)
            .await
            .unwrap();
        let comments = ada.get(&format!("/api/v1/records/{name}/{id}/comments")).await;
        assert_eq!(bodies(&comments.json()), ["Kept []"], "{name}");
        let edited = ada
            .patch(&super::path(&said), json!({"body": "Kept"}))
            .await
            .json();
        assert_eq!(edited["collection"], name);
    }
}

//! Restoring a version.

use mainstay_testkit::{Client, TestApp};
use serde_json::json;

use super::{ITEMS, Tree, at, files, id, seen, tree};

/// Changed, added, moved below what was added, deleted, and deleted for good; gives what was added.
async fn upset(client: &Client, tree: &Tree) -> String {
    client
        .patch(&at("lists", &tree.list), json!({"name": "Bread and rolls"}))
        .await;
    client
        .patch(
            &at("items", &tree.flour),
            json!({"name": "Rye", "secret": "other"}),
        )
        .await;
    let yeast = id(&client
        .create("items", json!({"list": tree.list, "name": "Flour"}))
        .await);
    client
        .patch(&at("parts", &tree.part), json!({"item": yeast, "amount": "2.00"}))
        .await;
    assert_eq!(client.delete(&at("items", &tree.salt)).await.status, 204);
    assert_eq!(
        client
            .delete(&format!("/api/v1/trash/items/{}", tree.salt))
            .await
            .status,
        204
    );
    yeast
}

#[tokio::test]
async fn restore_version_makes_the_tree_what_it_was() {
    let app = TestApp::start(&files());
    let ada = app.user("ada@example.org").await;
    let admin = app.administrator().await;
    let tree = tree(&ada).await;
    let before = seen(&ada).await;
    let version = tree.save(&ada, "First").await;
    app.clock.advance_seconds(60);
    let yeast = upset(&ada, &tree).await;
    let after = seen(&ada).await;

    let restored = tree.restore(&ada, &version).await;
    assert_eq!(
        restored.status,
        409,
        "another item is called so: {}",
        restored.text()
    );
    let problem = restored.json();
    assert!(
        problem["detail"].as_str().unwrap().contains(&tree.flour),
        "{problem}"
    );
    assert_eq!(
        problem["errors"][0]["field"],
        format!("items.{}.name", tree.flour)
    );
    assert_eq!(seen(&ada).await, after);
    assert_eq!(app.sql("SELECT count(*) FROM _versions").await, [["1"]]);

    ada.patch(&at("items", &yeast), json!({"name": "Yeast"})).await;
    let after = seen(&ada).await;
    let restored = tree.restore(&ada, &version).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    let done = restored.json();
    assert_eq!(
        (
            &done["created"],
            &done["restored"],
            &done["changed"],
            &done["deleted"]
        ),
        (&json!(1), &json!(0), &json!(3), &json!(1)),
        "{done}"
    );
    assert_eq!(seen(&ada).await, before);
    assert_eq!(
        app.sql("SELECT secret FROM items WHERE name = 'Flour'").await,
        [["sesame"]]
    );
    // Nothing was erased: the one that came back goes on after its purge, and the present of before is a version.
    let history = admin.get(&format!("{}/history", at("items", &tree.salt))).await;
    assert_eq!(history.column("version"), ["4", "3", "2", "1"]);
    assert_eq!(done["saved"]["name"], "Before First");
    let kept = id(&done["saved"]);
    let undone = tree.restore(&ada, &kept).await;
    assert_eq!(undone.status, 200, "{}", undone.text());
    assert_eq!(seen(&ada).await, after);
    let kinds = app
        .sql("SELECT kind, count(*) FROM _journal WHERE kind LIKE 'version.%' GROUP BY 1 ORDER BY 1")
        .await;
    assert_eq!(kinds, [["version.restored", "2"], ["version.saved", "3"]]);
}

#[tokio::test]
async fn restore_version_of_a_deleted_tree() {
    let app = TestApp::start(&files());
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let tree = tree(&ada).await;
    let before = seen(&ada).await;
    let version = tree.save(&ada, "First").await;
    let late = id(&ada
        .create("items", json!({"list": tree.list, "name": "Late"}))
        .await);
    assert_eq!(ada.delete(&at("lists", &tree.list)).await.status, 204);
    assert_eq!(tree.restore(&eve, &version).await.problem().0, 404);
    let restored = tree.restore(&ada, &version).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    assert_eq!(restored.json()["saved"], json!(null));
    assert_eq!(seen(&ada).await, before);
    // What went along and is not in the version is a deletion of its own.
    assert_eq!(
        ada.get("/api/v1/trash").await.column("id"),
        std::slice::from_ref(&late)
    );
    let back = ada
        .post(&format!("{}/restore", at("items", &late)), json!({}))
        .await;
    assert_eq!(back.status, 200, "{}", back.text());

    // Gone for good: it comes back under its ids, for whoever rules do not bind.
    let admin = app.administrator().await;
    assert_eq!(ada.delete(&at("lists", &tree.list)).await.status, 204);
    assert_eq!(
        ada.delete(&format!("/api/v1/trash/lists/{}", tree.list))
            .await
            .status,
        204
    );
    assert_eq!(tree.restore(&ada, &version).await.problem().0, 404);
    let again = tree.restore(&admin, &version).await;
    assert_eq!(again.status, 200, "{}", again.text());
    assert_eq!(again.json()["created"], 4);
    assert_eq!(seen(&ada).await, before);
}

/// A definition changes between saving and restoring: a field is renamed, one comes, one goes.
#[tokio::test]
async fn versions_hold_after_a_change_of_the_definition() {
    let app = TestApp::start(&files());
    let ada = app.user("ada@example.org").await;
    let tree = tree(&ada).await;
    let version = tree.save(&ada, "First").await;
    let items = ITEMS
        .replace("[fields.name]\ntype", "[fields.title]\nwas = \"name\"\ntype")
        .replace("label = \"{name}\"", "label = \"{title}\"")
        .replace(
            "[fields.secret]\ntype = \"text\"\nhidden = true\n",
            "[fields.colour]\ntype = \"text\"\n",
        )
        .replace("[fields.secret]", "[fields.colour]");
    let mut changed = files();
    changed[2] = ("collections/items.toml", &items);
    app.redefine(&changed).await;
    ada.patch(
        &at("items", &tree.flour),
        json!({"title": "Rye", "colour": "brown"}),
    )
    .await;
    assert_eq!(ada.delete(&at("items", &tree.salt)).await.status, 204);
    let compared = ada
        .get(&format!("{}/{version}/compare", tree.path()))
        .await
        .json();
    assert_eq!(
        compared["items"][0]["fields"],
        json!([{"field": "title", "old": "Flour", "new": "Rye"}]),
        "{compared}"
    );
    let restored = tree.restore(&ada, &version).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    let flour = ada.get(&at("items", &tree.flour)).await.json();
    // What the version does not know stays as it is.
    assert_eq!(
        (&flour["title"], &flour["colour"]),
        (&json!("Flour"), &json!("brown"))
    );
    let salt = ada.get(&at("items", &tree.salt)).await.json();
    assert_eq!(
        (&salt["title"], &salt["after"]),
        (&json!("Salt"), &json!(tree.flour))
    );
}

/// A version that does not fit any more is refused as a whole, with the record and the field.
#[tokio::test]
async fn a_version_that_no_longer_fits_names_record_and_field() {
    let app = TestApp::start(&files());
    let ada = app.user("ada@example.org").await;
    let tree = tree(&ada).await;
    let version = tree.save(&ada, "First").await;
    let items = ITEMS.replace(
        "required = true\nunique = true\n",
        "required = true\nunique = true\nmax = 4\n",
    );
    let mut changed = files();
    changed[2] = ("collections/items.toml", &items);
    for (id, name) in [(&tree.flour, "Rye"), (&tree.salt, "Sea")] {
        ada.patch(&at("items", id), json!({"name": name})).await;
    }
    app.redefine(&changed).await;
    let refused = tree.restore(&ada, &version).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(
        refused.json()["errors"][0]["field"],
        format!("items.{}.name", tree.flour)
    );
    assert_eq!(ada.get(&at("items", &tree.salt)).await.json()["name"], "Sea");
}

//! What differs between versions, and what of it somebody sees.

use mainstay_testkit::{TestApp, TestResponse};
use serde_json::json;

use super::{at, files, id, tree};

/// A version holds the whole tree; what of it somebody sees, and may write, is asked for each record.
#[tokio::test]
async fn versions_show_and_write_what_the_rules_let() {
    let app = TestApp::start(&files());
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let tree = tree(&ada).await;
    let note = id(&eve
        .create("notes", json!({"item": tree.flour, "text": "whisper"}))
        .await);
    let version = tree.save(&ada, "First").await;
    let restored = tree.restore(&ada, &version).await;
    assert_eq!(
        restored.status,
        200,
        "a note that is as it was is left alone: {}",
        restored.text()
    );
    eve.patch(&at("notes", &note), json!({"text": "murmur"})).await;
    ada.patch(
        &at("items", &tree.salt),
        json!({"name": "Sea salt", "secret": "hush"}),
    )
    .await;
    let compare = format!("{}/{version}/compare", tree.path());
    let compared = ada.get(&compare).await;
    assert_eq!(
        compared.json(),
        json!({"items": [{"collection": "items", "id": tree.salt, "label": "Sea salt", "change": "changed",
            "fields": [{"field": "name", "old": "Salt", "new": "Sea salt"}]}], "next_cursor": null})
    );
    assert_eq!(eve.get(&compare).await.column("collection"), ["items", "notes"]);
    let refused = tree.restore(&ada, &version).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    assert!(
        !refused.text().contains(&note) && !refused.text().contains("notes"),
        "{}",
        refused.text()
    );
    assert_eq!(ada.get(&at("items", &tree.salt)).await.json()["name"], "Sea salt");
}

#[tokio::test]
async fn compare_tree_tells_what_came_went_and_changed_in_pages() {
    let app = TestApp::start(&files());
    let ada = app.user("ada@example.org").await;
    let tree = tree(&ada).await;
    let first = tree.save(&ada, "First").await;
    ada.patch(&at("items", &tree.flour), json!({"name": "Rye"})).await;
    let late = id(&ada
        .create("items", json!({"list": tree.list, "name": "Late"}))
        .await);
    assert_eq!(ada.delete(&at("items", &tree.salt)).await.status, 204);
    let second = tree.save(&ada, "Second").await;
    ada.patch(&at("lists", &tree.list), json!({"name": "Rolls"}))
        .await;
    let path = format!("{}/{first}/compare", tree.path());
    let changes = |answer: &TestResponse| {
        let items = answer.json()["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| (id(item), item["change"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let with = ada.get(&format!("{path}?with={second}")).await;
    let expected = [
        (tree.flour.clone(), "changed".to_owned()),
        (tree.salt.clone(), "removed".to_owned()),
        (late, "added".to_owned()),
    ];
    assert_eq!(changes(&with), expected);
    let now = ada.get(&format!("{path}?with=now&limit=3")).await;
    assert_eq!(changes(&now), expected);
    let cursor = now.json()["next_cursor"].as_str().unwrap().to_owned();
    let rest = ada.get(&format!("{path}?limit=3&cursor={cursor}")).await;
    assert_eq!(changes(&rest), [(tree.list.clone(), "changed".to_owned())]);
    assert_eq!(rest.json()["next_cursor"], json!(null));
    assert!(!now.text().contains("secret") && !now.text().contains("sesame"));
    assert_eq!(
        ada.get(&format!("{path}?with=x")).await.problem(),
        (400, "invalid_parameter".to_owned())
    );
    assert_eq!(
        ada.get(&format!("{path}?cursor=x")).await.problem(),
        (400, "invalid_cursor".to_owned())
    );
    assert_eq!(
        ada.get(&format!("{path}?with={}", tree.list)).await.problem().0,
        404
    );
}

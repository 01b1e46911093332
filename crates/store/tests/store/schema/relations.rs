//! Tables that point to one another, and to themselves, are built anew without losing a reference.

use mainstay_store::schema::{Loss, SchemaError};
use mainstay_store::{Dialect, StoreError, Violation};
use mainstay_testkit::TestDatabase;

use super::fixture::{Shaped, id};

const TREE: &str = "fields.parent = { type = \"relation\", to = \"nodes\", on_delete = \"cascade\" }\n\
                    fields.links = { type = \"relation\", to = \"nodes\", many = true }\n";

/// An id as SQL.
fn literal(number: u8) -> String {
    match TestDatabase::dialect() {
        Dialect::Sqlite => format!("x'{}'", format!("{number:02x}").repeat(16)),
        Dialect::Postgres => format!("'{}'::uuid", id(number)),
    }
}

fn is_broken_reference(answer: &Result<(), StoreError>) -> bool {
    matches!(answer, Err(StoreError::Violation(Violation::ForeignKey)))
}

#[tokio::test]
async fn a_collection_that_points_to_itself_keeps_its_references() {
    let shaped = Shaped::of(&[("nodes", TREE)]).await;
    shaped.insert("nodes", 1, &[]).await.expect("it fits");
    shaped
        .insert("nodes", 2, &[("parent", &literal(1))])
        .await
        .expect("it fits");
    shaped
        .insert("nodes", 3, &[("parent", &literal(2))])
        .await
        .expect("it fits");
    shaped
        .execute(
            "INSERT INTO nodes__links (owner, target, position) SELECT a.id, b.id, 0 FROM nodes a, nodes b",
        )
        .await
        .expect("each points to each");
    let new = format!("{TREE}fields.name = {{ type = \"text\", required = true, default = \"none\" }}");
    shaped
        .apply(&[("nodes", &new)], Loss::Refuse)
        .await
        .expect("it has a default");
    let rows = shaped
        .rows("SELECT id, parent, name FROM nodes ORDER BY id")
        .await;
    let long = |digits: &str| digits.repeat(16);
    assert_eq!(
        rows,
        [
            [long("01"), "null".to_owned(), "none".to_owned()],
            [long("02"), long("01"), "none".to_owned()],
            [long("03"), long("02"), "none".to_owned()],
        ]
    );
    assert_eq!(shaped.rows("SELECT 1 FROM nodes__links").await.len(), 9);
    let nowhere = shaped
        .insert("nodes", 4, &[("parent", &literal(9)), ("name", "''")])
        .await;
    assert!(is_broken_reference(&nowhere), "{nowhere:?}");
    // Links restrict; without them the cascade still runs from the first to the last.
    assert!(
        shaped
            .execute("DELETE FROM nodes WHERE parent IS NULL")
            .await
            .is_err()
    );
    shaped
        .execute("DELETE FROM nodes__links")
        .await
        .expect("nothing points to links");
    shaped
        .execute("DELETE FROM nodes WHERE parent IS NULL")
        .await
        .expect("nothing restricts it");
    assert_eq!(shaped.rows("SELECT 1 FROM nodes").await, [[""; 0]; 0]);
}

const EGGS: &str = "fields.layer = { type = \"relation\", to = \"hens\" }\n";
const HENS: &str = "fields.egg = { type = \"relation\", to = \"eggs\", on_delete = \"set_null\" }\n";

#[tokio::test]
async fn two_collections_that_point_to_each_other_keep_their_references() {
    let shaped = Shaped::of(&[("eggs", EGGS), ("hens", HENS)]).await;
    // Only a deferred check lets the first of them point to the second.
    shaped.insert("eggs", 1, &[]).await.expect("it fits");
    shaped
        .insert("hens", 2, &[("egg", &literal(1))])
        .await
        .expect("the egg is there");
    shaped
        .execute("UPDATE eggs SET layer = (SELECT id FROM hens)")
        .await
        .expect("the hen is there");
    let (eggs, hens) = (
        format!("{EGGS}fields.size = {{ type = \"integer\" }}"),
        format!("{HENS}fields.name = {{ type = \"text\" }}"),
    );
    for collections in [
        [("eggs", eggs.as_str()), ("hens", HENS)],
        [("eggs", EGGS), ("hens", hens.as_str())],
        [("eggs", eggs.as_str()), ("hens", hens.as_str())],
    ] {
        shaped
            .apply(&collections, Loss::Refuse)
            .await
            .expect("new fields may be null");
        let pairs = "SELECT 1 FROM eggs AS e JOIN hens AS h ON h.id = e.layer AND e.id = h.egg";
        assert_eq!(shaped.rows(pairs).await.len(), 1);
    }
    assert!(
        shaped.execute("DELETE FROM hens").await.is_err(),
        "its egg restricts it"
    );
    shaped
        .execute("DELETE FROM eggs")
        .await
        .expect("a hen does without");
    assert_eq!(shaped.rows("SELECT egg FROM hens").await, [["null"]]);
    let nowhere = shaped.insert("hens", 3, &[("egg", &literal(9))]).await;
    assert!(is_broken_reference(&nowhere), "{nowhere:?}");
}

#[tokio::test]
async fn a_relation_to_another_collection_is_refused_while_it_has_values() {
    let shaped = Shaped::of(&[("eggs", EGGS), ("hens", HENS)]).await;
    shaped.insert("hens", 2, &[]).await.expect("it fits");
    shaped
        .insert("eggs", 1, &[("layer", &literal(2))])
        .await
        .expect("the hen is there");
    let strange = "fields.layer = { type = \"relation\", to = \"users\" }";
    let refused = shaped
        .refuse(&[("eggs", strange), ("hens", HENS)], &["eggs", "hens"])
        .await;
    assert!(
        matches!(&refused, SchemaError::Refused(sentences) if sentences[0].starts_with("eggs.layer cannot lead elsewhere")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn links_are_data_too() {
    let shaped = Shaped::of(&[("nodes", TREE)]).await;
    shaped.insert("nodes", 1, &[]).await.expect("it fits");
    shaped
        .execute("INSERT INTO nodes__links (owner, target, position) SELECT id, id, 0 FROM nodes")
        .await
        .expect("it points to itself");
    let parent_alone = TREE.lines().next().expect("the first line is the parent");
    let refused = shaped
        .refuse(&[("nodes", parent_alone)], &["nodes", "nodes__links"])
        .await;
    assert_eq!(
        refused.to_string(),
        "these changes would lose data: nodes.links of 1 records"
    );
    let changes = shaped
        .apply(&[("nodes", parent_alone)], Loss::Allow)
        .await
        .expect("the loss is allowed");
    assert_eq!(
        changes,
        ["removed nodes__links", "removed index nodes__links.target"]
    );
}

//! The test of rules says what requests are answered, for the same people, records and acts.

use mainstay_core::definition::Collection;
use serde_json::{Value as Json, json};

use super::reads::listed;
use super::scene::{Person, Scene, Way, id_of};
use super::writes::{Fate, fate_of};

/// Compares every cell, and gives their number.
pub(super) async fn compare(scene: &Scene) -> usize {
    let mut cells = 0;
    for collection in &scene.definition.collections {
        for person in asking(scene) {
            let shown = listed(&person.client, collection, false)
                .await
                .unwrap_or_default();
            for row in scene.sample(collection, person).into_iter().take(2) {
                let id = id_of(row).to_string();
                let path = format!("/api/v1/records/{}/{id}", collection.name);
                let is_read = person.client.get(&path).await.status == 200;
                let asked = [
                    ("list", json!({}), shown.contains_key(&id)),
                    ("read", json!({}), is_read),
                    (
                        "delete",
                        json!({}),
                        does(person, &json!({"op": "delete"}), collection, &id).await,
                    ),
                ];
                for (action, more, allowed) in asked {
                    agrees(scene, (person, collection, &id), action, &more, allowed).await;
                    cells += 1;
                }
                cells += updates(scene, person, collection, &id).await;
            }
        }
    }
    cells
}

/// Some of the people, and nobody: each test of a rule asks the database for every part of it.
fn asking(scene: &Scene) -> impl Iterator<Item = &Person> {
    let people = scene
        .people
        .iter()
        .filter(|person| matches!(person.way, Way::Session));
    people.take(5).chain([scene.administrator()])
}

/// The first choices of a select, given to the record.
async fn updates(scene: &Scene, person: &Person, collection: &Collection, id: &str) -> usize {
    let mut cells = 0;
    let settable = collection
        .fields
        .iter()
        .filter(|field| !field.read_only && !field.system);
    for field in settable {
        let mainstay_core::definition::FieldKind::Select { options } = &field.kind else {
            continue;
        };
        for option in options.iter().take(2) {
            let data = json!({ field.name.as_str(): option });
            let operation = json!({"op": "update", "data": data});
            let allowed = does(person, &operation, collection, id).await;
            agrees(
                scene,
                (person, collection, id),
                "update",
                &json!({"input": data}),
                allowed,
            )
            .await;
            cells += 1;
        }
    }
    cells
}

/// Do the rules let a request do it? It is taken back.
async fn does(person: &Person, operation: &Json, collection: &Collection, id: &str) -> bool {
    let mut operation = operation.clone();
    operation["collection"] = json!(collection.name.as_str());
    operation["id"] = json!(id);
    fate_of(&person.client, &operation).await == Fate::Allowed
}

async fn agrees(
    scene: &Scene,
    (person, collection, id): (&Person, &Collection, &str),
    action: &str,
    more: &Json,
    allowed: bool,
) {
    let mut body = json!({
        "user": person.actor.id.map(|id| id.to_string()),
        "collection": collection.name.as_str(),
        "action": action,
        "record": id,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let answer = scene
        .administrator()
        .client
        .post("/api/v1/rules/test", body.clone())
        .await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.text());
    let test = answer.json();
    assert_eq!(
        test["allowed"],
        json!(allowed),
        "{} {body}: {test:#}",
        person.name
    );
    // And the parts come to what the whole is.
    let steps = test["steps"].as_array().expect("there are steps");
    for step in steps.iter().filter(|step| step["tree"].is_object()) {
        let is_true = step["tree"]["truth"] == "true";
        assert_eq!(step["passes"], json!(is_true), "{} {body}: {step:#}", person.name);
    }
}

//! Live updates and the changes feed: an administrator touches every record, and everybody hears of what they may list.

use std::collections::BTreeMap;

use mainstay_core::FieldId;
use mainstay_core::Value;
use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_testkit::evaluator::Row;
use serde_json::{Value as Json, json};

use super::expected::Asked;
use super::reads::Records;
use super::scene::{Cast, Person, Way, id_of};
use crate::live::{Live, Socket, told};

/// Compares every cell, and gives their number.
pub(super) async fn compare(live: &Live, cast: &Cast) -> usize {
    let people = cast.people.iter().filter(|person| !person.is_expired());
    let people: Vec<&Person> = people.collect();
    let mut cells = 0;
    for collection in &cast.definition.collections {
        let Some(field) = touched_field(collection) else {
            continue;
        };
        let mut followers = Vec::new();
        for person in &people {
            let asked = Asked {
                cast,
                person,
                collection,
                method: "GET",
            };
            let mut socket = connect(live, person).await;
            if asked.has_list() {
                socket.follow("x", collection.name.as_str()).await;
                let feed = position(person, collection).await;
                followers.push((asked, socket, feed));
            } else {
                expect_refusal(&asked, &mut socket).await;
                cells += 2;
            }
        }
        let after = touch(cast, collection, field).await;
        told(live).await;
        for (asked, mut socket, feed) in followers {
            let wanted = expected(&asked, field.id, &after);
            let place = (&asked.person.name, &collection.name);
            assert_eq!(heard(&mut socket, wanted.len()).await, wanted, "live: {place:?}");
            socket.expect_silence().await;
            assert_eq!(fed(&asked, feed).await, wanted, "changes: {place:?}");
            cells += 2 * after.len();
        }
    }
    cells
}

/// A connection as the person, or with the link that they have opened.
async fn connect(live: &Live, person: &Person) -> Socket {
    let user = person.actor.id;
    let token = user.map(|_| person.client.token());
    let first = match (&person.way, user) {
        (Way::Link { grant, .. }, Some(_)) => json!({"type": "authenticate", "share": grant, "token": token}),
        (Way::Link { grant, .. }, None) => json!({"type": "authenticate", "share": grant}),
        (_, Some(_)) => return live.connect_as(&person.client, user).await,
        // Whoever does not say who they are is nobody.
        (_, None) => json!({"type": "presence", "id": "nowhere", "state": null}),
    };
    let mut socket = live.connect_with(live.request()).await;
    let is_answered = first["type"] == "presence";
    socket.send(first).await;
    let user = user.map(|user| user.to_string());
    assert_eq!(socket.next().await, json!({"type": "ready", "user": user}));
    if is_answered {
        assert_eq!(socket.next().await["type"], "problem");
    }
    socket
}

/// Whoever has no list follows nothing and is fed nothing.
async fn expect_refusal(asked: &Asked<'_>, socket: &mut Socket) {
    let (person, name) = (asked.person, asked.collection.name.as_str());
    let (status, code) = match person.actor.id {
        Some(_) => (403, "forbidden"),
        None => (401, "unauthenticated"),
    };
    socket
        .send(json!({"type": "subscribe", "id": "x", "to": "records", "collection": name}))
        .await;
    let answer = socket.next().await;
    let told = (&answer["type"], &answer["code"]);
    assert_eq!(
        told,
        (&json!("ended"), &json!(code)),
        "live: {} {name}",
        person.name
    );
    let fed = person
        .client
        .get(&format!("/api/v1/changes?collections={name}"))
        .await;
    assert_eq!(fed.status, status, "changes: {} {name}", person.name);
}

/// A text that may be anything, and that no rule reads.
fn touched_field(collection: &Collection) -> Option<&Field> {
    collection.fields.iter().find(|field| match &field.kind {
        FieldKind::Text(options) => {
            let is_free = !field.unique && !field.read_only && !field.write_once && !field.hidden;
            is_free && options.pattern.is_none() && options.max >= 100
        }
        _ => false,
    })
}

/// Changes every living record; gives them as they are then.
async fn touch(cast: &Cast, collection: &Collection, field: &Field) -> Records {
    let administrator = &cast.administrator().client;
    let mut after = BTreeMap::new();
    for (number, row) in cast.world.records[&collection.id].iter().enumerate() {
        let id = id_of(row).to_string();
        let path = format!("/api/v1/records/{}/{id}", collection.name);
        let answer = administrator
            .patch(&path, json!({field.name.as_str(): format!("Touched {number}")}))
            .await;
        if answer.status == 200 {
            after.insert(id, answer.json());
        }
    }
    assert!(!after.is_empty() || cast.world.records[&collection.id].is_empty());
    after
}

/// What the person must hear of.
fn expected(asked: &Asked<'_>, field: FieldId, after: &Records) -> Records {
    let rows = asked.cast.world.records[&asked.collection.id].iter();
    let heard = rows.filter_map(|row| {
        let id = id_of(row).to_string();
        let now = after.get(&id)?;
        let mut row: Row = row.clone();
        let text = now[asked.collection.field(field).name.as_str()].as_str()?;
        row.insert(field, Value::Text(text.to_owned()));
        asked.may_list(&row).then(|| (id, asked.shown(&row, now)))
    });
    heard.collect()
}

async fn heard(socket: &mut Socket, count: usize) -> Records {
    let mut heard = Records::new();
    while heard.len() < count {
        let (name, id, event) = socket.event().await;
        assert_eq!(name, "updated");
        heard.insert(id, event["record"].clone());
    }
    heard
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

async fn position(person: &Person, collection: &Collection) -> String {
    let path = format!("/api/v1/changes?collections={}", collection.name);
    text(&person.client.get(&path).await.json()["next"])
}

async fn fed(asked: &Asked<'_>, mut since: String) -> Records {
    let mut found = Records::new();
    loop {
        let path = format!(
            "/api/v1/changes?collections={}&limit=500&since={since}",
            asked.collection.name
        );
        let answer = asked.person.client.get(&path).await.json();
        assert_eq!(
            answer["reload"],
            json!([]),
            "{} {}",
            asked.person.name,
            asked.collection.name
        );
        for item in answer["items"].as_array().expect("there are items") {
            found.insert(text(&item["record_id"]), item["record"].clone());
        }
        since = text(&answer["next"]);
        if answer["more"] != json!(true) {
            return found;
        }
    }
}

//! Callers without a session of their own: API keys, the access tokens of clients, and holders of shares.

use mainstay_core::definition::{Collection, Definition, SystemField};
use mainstay_core::{Actor, ActorKind, RecordId};
use mainstay_testkit::evaluator::World;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::scene::{Person, Way, id_of, person, text};
use crate::oauth::{browser_with, program};

/// What a caller is made from.
pub(super) struct Makers<'a> {
    pub(super) app: &'a TestApp,
    pub(super) administrator: &'a Client,
    /// Two people of the seed who are signed in, with the password of both.
    pub(super) people: [&'a Person; 2],
    pub(super) password: &'a str,
}

/// Keys and clients, each with a part of its owner's rights: all of them, some actions, or one collection.
pub(super) async fn programs(makers: &Makers<'_>, busiest: &Collection) -> Vec<Person> {
    let [first, second] = makers.people;
    let of_one = format!("{}:*", busiest.name);
    let reads_one = format!("{}:read", busiest.name);
    let administrator = person(
        "the administrator",
        makers.administrator.clone(),
        ActorKind::Administrator,
    );
    let service = service_account(makers).await;
    let mut made = Vec::new();
    for (owner, scopes) in [
        (first, vec!["*:*"]),
        (first, vec!["*:read"]),
        (first, vec!["*:create", "*:update", "*:delete"]),
        (first, vec![of_one.as_str()]),
        (&service, vec!["*:*"]),
        (&administrator, vec!["*:read", of_one.as_str()]),
    ] {
        made.push(key(makers, owner, &scopes).await);
    }
    let browser = browser_with(makers.app, &second.name, makers.password).await;
    for scopes in [vec!["*:*"], vec![reads_one.as_str(), "*:comment"]] {
        made.push(Person {
            name: format!("a client of {} with {}", second.name, scopes.join(" ")),
            client: program(makers.app, makers.administrator, &browser, &scopes).await,
            actor: second.actor,
            way: Way::Scopes(owned(&scopes)),
        });
    }
    made
}

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

/// A key of somebody. Those of a service account an administrator makes.
async fn key(makers: &Makers<'_>, owner: &Person, scopes: &[&str]) -> Person {
    let mut body = json!({"name": "Matrix", "scopes": scopes});
    let maker = match &owner.way {
        Way::Nowhere => {
            body["owner"] = json!(owner.actor.id.map(|id| id.to_string()));
            makers.administrator
        }
        _ => &owner.client,
    };
    let made = maker.post("/api/v1/api-keys", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    Person {
        name: format!("a key of {} with {}", owner.name, scopes.join(" ")),
        client: makers.app.anonymous().with_token(&text(&made.json()["key"])),
        actor: owner.actor,
        way: Way::Scopes(owned(scopes)),
    }
}

async fn service_account(makers: &Makers<'_>) -> Person {
    let body = json!({"email": "service@example.org"});
    let made = makers.administrator.post("/api/v1/service-accounts", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    Person {
        name: "a service account".to_owned(),
        client: makers.app.anonymous(),
        actor: Actor {
            kind: ActorKind::User,
            id: text(&made.json()["id"]).parse().ok(),
        },
        way: Way::Nowhere,
    }
}

/// Of each collection whose records can be shared, a record is shared to each level: with users to read and to edit, and by
/// links to comment, which somebody opens, and to edit, which nobody does. And a key of somebody who has a share.
pub(super) async fn holders(makers: &Makers<'_>, definition: &Definition, world: &World) -> Vec<Person> {
    let mut made = Vec::new();
    for collection in definition.collections.iter().filter(|of| of.sharing.is_some()) {
        let is_living = |row: &&_| !collection.soft_delete || row_is_living(row);
        let rows = world.records[&collection.id].iter().filter(is_living);
        for (level, row) in ["read", "comment", "edit"].into_iter().zip(rows) {
            let of = format!("/api/v1/records/{}/{}/shares", collection.name, id_of(row));
            let email = format!("{level}.{}@example.org", collection.name);
            let guest = person(&email, makers.app.user(&email).await, ActorKind::User);
            if level == "comment" {
                let link = share(makers, &of, json!({"level": level})).await;
                made.push(open(guest, &link).await);
                continue;
            }
            share(makers, &of, json!({"user": guest.client.id(), "level": level})).await;
            if level == "edit" {
                let link = share(makers, &of, json!({"level": level})).await;
                made.push(open(nobody(makers), &link).await);
                let scopes = format!("{}:read", collection.name);
                made.push(key(makers, &guest, &[&scopes]).await);
            }
            made.push(guest);
        }
    }
    made
}

fn nobody(makers: &Makers<'_>) -> Person {
    Person {
        name: "nobody".to_owned(),
        client: makers.app.anonymous(),
        actor: Actor::ANONYMOUS,
        way: Way::Session,
    }
}

fn row_is_living(row: &mainstay_testkit::evaluator::Row) -> bool {
    row[&SystemField::DeletedAt.id()].is_null()
}

async fn share(makers: &Makers<'_>, path: &str, body: Json) -> Json {
    let shared = makers.administrator.post(path, body).await;
    assert_eq!(shared.status, 201, "{}", shared.text());
    shared.json()
}

async fn open(who: Person, link: &Json) -> Person {
    let body = json!({"token": link["token"]});
    let opened = who.client.post("/api/v1/shares/open", body).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    let grant = text(&opened.json()["grant"]);
    let share: RecordId = text(&link["id"]).parse().expect("a share has an id");
    Person {
        name: format!("{} with a link to {}", who.name, text(&link["level"])),
        client: who.client.with_header("mainstay-share", &grant),
        way: Way::Link { share, grant },
        ..who
    }
}

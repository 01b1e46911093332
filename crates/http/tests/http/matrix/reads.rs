//! Records, lists, deleted ones, history, activity, comments, follows, exports.

use std::collections::BTreeMap;

use mainstay_core::definition::Collection;
use mainstay_engine::data::{ExportError, ExportFormat, export_records};
use mainstay_testkit::evaluator::Row;
use serde_json::Value as Json;

use super::expected::Asked;
use super::scene::{Person, Scene, Way, id_of};

/// Records by their ids, as JSON.
pub(super) type Records = BTreeMap<String, Json>;

/// Compares every cell, and gives their number.
pub(super) async fn compare(scene: &Scene) -> usize {
    let mut cells = 0;
    for collection in &scene.definition.collections {
        let living = listed(&scene.administrator().client, collection, false).await;
        let mut whole = living.expect("nothing is refused to an administrator");
        if collection.soft_delete {
            let deleted = listed(&scene.administrator().client, collection, true).await;
            whole.extend(deleted.expect("nothing is refused to an administrator"));
        }
        for person in &scene.people {
            let asked = Asked {
                cast: scene,
                person,
                collection,
                method: "GET",
            };
            cells += lists(scene, &asked, &whole).await;
            cells += export(scene, &asked, &whole).await;
            for row in scene.sample(collection, person) {
                cells += one(&asked, row, &whole).await;
            }
        }
    }
    cells
}

/// Every record of a list, page by page, or the status of a refusal.
pub(super) async fn listed(
    client: &mainstay_testkit::Client,
    collection: &Collection,
    deleted: bool,
) -> Result<Records, u16> {
    let mut found = Records::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut parameters = vec![
            ("limit", "500"),
            ("deleted", if deleted { "true" } else { "false" }),
        ];
        if let Some(cursor) = &cursor {
            parameters.push(("cursor", cursor));
        }
        let page = client.list(collection.name.as_str(), &parameters).await;
        if page.status != 200 {
            return Err(page.status.as_u16());
        }
        let page = page.json();
        let items = page["items"].as_array().expect("a page has items").clone();
        for item in items {
            found.insert(item["id"].as_str().expect("a record has an id").to_owned(), item);
        }
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// What a list must hold, or how it must be refused.
fn expected(scene: &Scene, asked: &Asked<'_>, deleted: bool, whole: &Records) -> Result<Records, u16> {
    let has_trash =
        asked.has_scope("delete") && (asked.person.is_free() || asked.collection.rules.delete.is_some());
    if asked.person.is_expired() {
        return Err(401);
    }
    if !asked.has_list() || (deleted && !has_trash) {
        return Err(if asked.person.actor.id.is_none() { 401 } else { 403 });
    }
    let rows = scene.world.records[&asked.collection.id].iter();
    let listed = rows.filter(|row| {
        if deleted {
            asked.is_deleted(row) && asked.may_list_deleted(row)
        } else {
            asked.may_list(row)
        }
    });
    Ok(listed
        .map(|row| {
            let id = id_of(row).to_string();
            let shown = asked.shown(row, &whole[&id]);
            (id, shown)
        })
        .collect())
}

async fn lists(scene: &Scene, asked: &Asked<'_>, whole: &Records) -> usize {
    let mut cells = 0;
    for deleted in [false, true] {
        if deleted && !asked.collection.soft_delete {
            continue;
        }
        let found = listed(&asked.person.client, asked.collection, deleted).await;
        let wanted = expected(scene, asked, deleted, whole);
        let place = (&asked.person.name, &asked.collection.name, deleted);
        assert_eq!(found, wanted, "list (deleted or not): {place:?}");
        cells += scene.world.records[&asked.collection.id].len();
    }
    cells
}

async fn export(scene: &Scene, asked: &Asked<'_>, whole: &Records) -> usize {
    // Exports are made on the command line, as a user or as nobody: no token leads there, and no link.
    if !matches!(asked.person.way, Way::Session) {
        return 0;
    }
    let ctx = scene
        .app()
        .environment
        .system_context()
        .acting_as(asked.person.actor);
    let mut out = Vec::new();
    let exported = export_records(
        &ctx,
        asked.collection.name.as_str(),
        ExportFormat::JsonLines,
        &mut out,
    )
    .await;
    let found = match exported {
        Ok(_) => Ok(String::from_utf8_lossy(&out)
            .lines()
            .map(|line| {
                let record: Json = serde_json::from_str(line).expect("a line is JSON");
                (
                    record["id"].as_str().expect("a record has an id").to_owned(),
                    record,
                )
            })
            .collect::<Records>()),
        Err(ExportError::Failure(failure)) => Err(if failure.problem().code.as_str() == "forbidden" {
            403
        } else {
            401
        }),
        Err(other) => panic!("{other}"),
    };
    let place = (&asked.person.name, &asked.collection.name);
    assert_eq!(found, expected(scene, asked, false, whole), "export: {place:?}");
    scene.world.records[&asked.collection.id].len()
}

/// Everything that is read of one record.
async fn one(asked: &Asked<'_>, row: &Row, whole: &Records) -> usize {
    let id = id_of(row).to_string();
    let of = format!("/api/v1/records/{}/{id}", asked.collection.name);
    let (readable, known) = (asked.may_read(row), asked.may_read(row) || asked.may_restore(row));
    let person: &Person = asked.person;
    let is_somebody = person.actor.id.is_some();
    let has_scope = asked.has_scope("read");
    let seen = |allowed: bool| match allowed {
        _ if person.is_expired() => 401,
        _ if !has_scope => 403,
        true => 200,
        false => 404,
    };
    let comments = asked.collection.comments;
    // Only somebody follows a record, no program does, and nobody hears that there is one.
    let follows = match person.way {
        Way::Scopes(_) => 403,
        _ if readable && !is_somebody => 401,
        _ => seen(readable),
    };
    let mut cells = 0;
    for (path, wanted) in [
        (of.clone(), seen(readable)),
        (format!("{of}/history"), seen(known)),
        (format!("{of}/history/1"), seen(known)),
        (format!("{of}/activity"), seen(known)),
        (format!("{of}/versions"), seen(known)),
        (format!("{of}/comments"), seen(readable && comments)),
        (format!("{of}/follow"), follows),
    ] {
        let answer = person.client.get(&path).await;
        assert_eq!(
            answer.status,
            wanted,
            "{} reads {path}: {}",
            person.name,
            answer.text()
        );
        cells += 1;
        if answer.status == 200 && path == of {
            assert_eq!(
                answer.json(),
                asked.shown(row, &whole[&id]),
                "{} reads {path}",
                person.name
            );
            cells += asked.collection.guarded_fields().count();
        }
        if answer.status == 200 && path.contains("/history") {
            cells += hides(asked, row, &answer.text());
        }
    }
    cells
}

/// Of the past only fields are named that the person may read.
fn hides(asked: &Asked<'_>, row: &Row, answer: &str) -> usize {
    let mut cells = 0;
    for (field, _) in asked.collection.guarded_fields() {
        let is_named = answer.contains(&format!("\"{}\":", field.name));
        assert!(
            !is_named || asked.may_see(field, row),
            "{} hears of {}: {answer}",
            asked.person.name,
            field.name
        );
        cells += 1;
    }
    cells
}

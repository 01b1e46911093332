//! `POST /api/v1/rules/test`

use mainstay_engine::audit::write_noticed;
use mainstay_testkit::Client;
use serde_json::{Value as Json, json};

use crate::documented::assert_documented;
use crate::rooms::{app, room};

const PATH: &str = "/api/v1/rules/test";

async fn ask(administrator: &Client, body: Json) -> Json {
    let answer = administrator.post(PATH, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The part with this text.
fn part<'a>(step: &'a Json, wanted: &str) -> &'a Json {
    fn find<'a>(part: &'a Json, text: &str, wanted: &str) -> Option<&'a Json> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let place = |name: &str| {
            part[name]
                .as_u64()
                .map(|at| usize::try_from(at).expect("the test has it"))
        };
        let written = place("start").zip(place("end"));
        let written =
            written.map(|(start, end)| String::from_utf16(&units[start..end]).expect("the test has it"));
        if written.as_deref() == Some(wanted) {
            return Some(part);
        }
        let mut parts = part["parts"].as_array().expect("the test has it").iter();
        parts.find_map(|part| find(part, text, wanted))
    }
    find(
        &step["tree"],
        step["text"].as_str().expect("the test has it"),
        wanted,
    )
    .unwrap_or_else(|| panic!("there is a part {wanted} in {step:#}"))
}

#[tokio::test]
async fn it_tells_which_part_decided() {
    let app = app();
    let (owner, member) = (app.user("o@example.org").await, app.user("m@example.org").await);
    let administrator = app.administrator().await;
    let id = room(&owner, "Kitchen").await;
    owner
        .create("memberships", json!({ "room": id, "user": member.id() }))
        .await;
    let body = json!({ "user": member.id(), "collection": "rooms", "action": "delete", "record": id });
    let test = ask(&administrator, body).await;
    assert_documented(&app, "RuleTest", &test).await;
    assert_eq!(
        (&test["allowed"], &test["code"], &test["bound"]),
        (&json!(false), &json!("forbidden"), &json!(true))
    );
    let (read, delete) = (&test["steps"][0], &test["steps"][1]);
    assert_eq!(
        (&read["rule"], &read["passes"], &read["decides"]),
        (&json!("read"), &json!(true), &json!(false))
    );
    assert_eq!(
        (&delete["rule"], &delete["passes"], &delete["decides"]),
        (&json!("delete"), &json!(false), &json!(true))
    );
    // Each half of the condition is true for somebody, and the whole for nobody: the member is no owner.
    let exists = part(
        delete,
        "record.members.exists(m, m.user == auth.id && m.role == 'owner')",
    );
    assert_eq!(
        (&exists["kind"], &exists["truth"], &exists["decides"]),
        (&json!("exists"), &json!("false"), &json!(true))
    );
    assert_eq!(exists["records"], 2);
    for half in ["m.user == auth.id", "m.role == 'owner'"] {
        let half = part(delete, half);
        assert_eq!((&half["truth"], &half["some"]), (&json!("true"), &json!(true)));
    }
    assert_eq!(
        part(delete, "m.user == auth.id && m.role == 'owner'")["truth"],
        "false"
    );
    let created = part(delete, "record.created_by == auth.id");
    assert_eq!(
        (&created["truth"], &created["decides"]),
        (&json!("false"), &json!(true))
    );
    assert_eq!(part(delete, "record.created_by")["value"], json!(owner.id()));
    assert_eq!(part(delete, "auth.id")["value"], json!(member.id()));
    // Nothing was deleted.
    assert_eq!(
        owner.get(&format!("/api/v1/records/rooms/{id}")).await.status,
        200
    );
}

#[tokio::test]
async fn nobody_is_unknown_to_rules_about_somebody() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let administrator = app.administrator().await;
    let id = room(&owner, "Kitchen").await;
    let body =
        json!({ "collection": "rooms", "action": "update", "record": id, "input": { "name": "Hall" } });
    let test = ask(&administrator, body).await;
    assert_eq!(
        (&test["allowed"], &test["code"]),
        (&json!(false), &json!("not_found"))
    );
    let who = part(&test["steps"][0], "auth.id");
    assert_eq!((&who["value"], &who["known"]), (&Json::Null, &json!(false)));
    assert_eq!(part(&test["steps"][0], "m.user == auth.id")["truth"], "unknown");
    let body = json!({ "collection": "rooms", "action": "create", "input": { "name": "Hall" } });
    let test = ask(&administrator, body).await;
    assert_eq!(
        (&test["allowed"], &test["code"]),
        (&json!(false), &json!("unauthenticated"))
    );
    // Whom rules do not bind.
    let body = json!({
        "user": administrator.id(), "collection": "rooms", "action": "delete", "record": id,
    });
    let test = ask(&administrator, body).await;
    assert_eq!((&test["allowed"], &test["bound"]), (&json!(true), &json!(false)));
    assert_eq!(test["steps"][0]["passes"], false);
}

#[tokio::test]
async fn a_rule_can_be_tried_before_it_is_written() {
    let app = app();
    let (owner, stranger) = (app.user("o@example.org").await, app.user("s@example.org").await);
    let administrator = app.administrator().await;
    let id = room(&owner, "Kitchen").await;
    let body = |expression: Json| {
        json!({
            "user": stranger.id(), "collection": "rooms", "action": "read", "record": id, "expression": expression,
        })
    };
    let tried = json!({ "rule": "read", "text": "record.name == 'Küche' || record.kind == 'open'" });
    let test = ask(&administrator, body(tried)).await;
    assert_eq!(test["allowed"], true);
    let step = &test["steps"][0];
    assert_eq!((&step["draft"], &step["decides"]), (&json!(true), &json!(true)));
    // Places count as JavaScript does, behind a letter of two bytes too.
    let open = part(step, "record.kind == 'open'");
    assert_eq!((&open["truth"], &open["decides"]), (&json!("true"), &json!(true)));
    let name = part(step, "record.name == 'Küche'");
    assert_eq!(
        (&name["truth"], &name["decides"]),
        (&json!("false"), &json!(false))
    );
    // The rule of a field, which hides a value from whoever may read the record.
    let tried = json!({ "rule": "read", "field": "kind", "text": "record.created_by == auth.id" });
    let mut of_field = body(tried);
    of_field["user"] = json!(owner.id());
    let test = ask(&administrator, of_field).await;
    assert_eq!(
        (&test["steps"][1]["field"], &test["steps"][1]["passes"]),
        (&json!("kind"), &json!(true))
    );
    // It is in force for nobody.
    let path = format!("/api/v1/records/rooms/{id}");
    assert_eq!(stranger.get(&path).await.status, 404);

    for (expression, field, says) in [
        (
            json!({ "rule": "read", "text": "record.nam" }),
            "expression.text",
            "did you mean `name`",
        ),
        (
            json!({ "rule": "read", "text": "record.secret == 'a'" }),
            "expression.text",
            "hidden",
        ),
        (
            json!({ "rule": "write", "text": "true" }),
            "expression.rule",
            "must be one of",
        ),
        (
            json!({ "rule": "read", "field": "nam", "text": "true" }),
            "expression.field",
            "no field",
        ),
    ] {
        let refused = administrator.post(PATH, body(expression)).await;
        assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
        let error = refused.json()["errors"][0].clone();
        assert_eq!(error["field"], field);
        assert!(
            error["message"].as_str().expect("the test has it").contains(says),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_at_its_field() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let administrator = app.administrator().await;
    let id = room(&owner, "Kitchen").await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (body, field) in [
        (json!({ "collection": "rooms", "action": "read" }), "record"),
        (
            json!({ "collection": "rooms", "action": "look", "record": id }),
            "action",
        ),
        (
            json!({ "collection": "flats", "action": "read", "record": id }),
            "collection",
        ),
        (
            json!({ "collection": "rooms", "action": "create", "record": id }),
            "record",
        ),
        (
            json!({ "collection": "rooms", "action": "read", "record": id, "input": {} }),
            "input",
        ),
        (
            json!({ "collection": "rooms", "action": "share", "record": id }),
            "action",
        ),
        (
            json!({ "collection": "users", "action": "restore", "record": id }),
            "action",
        ),
        (
            json!({ "collection": "rooms", "action": "read", "record": nobody }),
            "record",
        ),
        (
            json!({ "collection": "rooms", "action": "read", "record": id, "user": nobody }),
            "user",
        ),
        (
            json!({ "collection": "rooms", "action": "create", "input": { "name": 5 } }),
            "input.name",
        ),
        (
            json!({ "collection": "rooms", "action": "read", "record": id, "who": 1 }),
            "who",
        ),
    ] {
        let refused = administrator.post(PATH, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text());
        assert_eq!(refused.json()["errors"][0]["field"], field, "{body}");
    }
    assert_eq!(
        owner.delete(&format!("/api/v1/records/rooms/{id}")).await.status,
        204
    );
    let body = json!({ "user": owner.id(), "collection": "rooms", "action": "read", "record": id });
    let gone = ask(&administrator, body).await;
    assert_eq!((&gone["code"], &gone["steps"]), (&json!("not_found"), &json!([])));
    let body = json!({ "user": owner.id(), "collection": "rooms", "action": "restore", "record": id });
    assert_eq!(ask(&administrator, body).await["allowed"], true);
}

#[tokio::test]
async fn the_journal_tells_who_asked() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let administrator = app.administrator().await;
    let id = room(&owner, "Kitchen").await;
    let body = json!({ "user": owner.id(), "collection": "rooms", "action": "read", "record": id });
    let refused = owner.post(PATH, body.clone()).await.problem();
    assert_eq!(refused, (403, "forbidden".to_owned()));
    ask(&administrator, body.clone()).await;
    ask(&administrator, body).await;
    write_noticed(&app.environment).await;
    let entries = administrator
        .get("/api/v1/audit?kind=access.rule_tested")
        .await
        .json();
    let entries = entries["items"].as_array().expect("the test has it");
    assert_eq!(entries.len(), 1, "the same again within a minute is counted");
    assert_eq!(entries[0]["actor"]["id"], json!(administrator.id()));
    assert_eq!(
        (&entries[0]["collection"], &entries[0]["record_id"]),
        (&json!("rooms"), &json!(id))
    );
}

mod checked {
    use serde_json::{Value as Json, json};

    use crate::documented::assert_documented;
    use crate::rooms::app;

    const PATH: &str = "/api/v1/rules/check";

    #[tokio::test]
    async fn faults_have_their_places_and_a_way_out() {
        let app = app();
        let administrator = app.administrator().await;
        let ask = async |body: Json| {
            let answer = administrator.post(PATH, body).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.json()
        };
        let text = "record.name == 'Küche' && record.kin == 'open'";
        let check = ask(json!({ "collection": "rooms", "rule": "read", "text": text })).await;
        assert_documented(&app, "RuleCheck", &check).await;
        let error = &check["errors"][0];
        assert_eq!((&error["start"], &error["end"]), (&json!(33), &json!(36)));
        assert_eq!(error["hint"], "did you mean `kind`?");
        assert_eq!(check["completions"], Json::Null);
        let good = ask(json!({ "collection": "rooms", "rule": "filter", "text": "name == 'a'" })).await;
        assert_eq!(good["errors"], json!([]));
        // A name of create rules alone, and the rule of a field.
        let body = json!({ "collection": "rooms", "rule": "write", "field": "kind", "text": "input.kind == 'open'" });
        assert_eq!(ask(body).await["errors"], json!([]));
    }

    #[tokio::test]
    async fn what_could_be_written_is_offered_at_a_place() {
        let app = app();
        let administrator = app.administrator().await;
        let text = "'ü' == '' || record.kind == 'o";
        let body = json!({ "collection": "rooms", "rule": "read", "text": text, "at": 30 });
        let check = administrator.post(PATH, body).await.json();
        assert_eq!(
            check["completions"],
            json!({ "start": 29, "end": 30, "items": [{ "text": "open", "kind": "option", "detail": "kind" }] })
        );
        for (body, field) in [
            (
                json!({ "collection": "rooms", "rule": "look", "text": "" }),
                "rule",
            ),
            (
                json!({ "collection": "flats", "rule": "read", "text": "" }),
                "collection",
            ),
            (json!({ "collection": "rooms", "rule": "read" }), "text"),
            (
                json!({ "collection": "rooms", "rule": "read", "text": "a".repeat(5_000) }),
                "text",
            ),
            (
                json!({ "collection": "rooms", "rule": "read", "text": "", "at": -1 }),
                "at",
            ),
        ] {
            let refused = administrator.post(PATH, body).await;
            assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
            assert_eq!(refused.json()["errors"][0]["field"], field);
        }
    }
}

//! The application that most tests use: rooms with members and messages.

use mainstay_testkit::{Client, TestApp};
use serde_json::json;

pub(crate) const ROOMS: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"rooms\"\n[auth]\nsign_up = true\n"),
    (
        "collections/rooms.toml",
        r#"
            label = "{name}"
            soft_delete = true
            comments = true
            order = "name"
            [fields.name]
            type = "text"
            required = true
            min = 1
            max = 40
            unique = true
            [fields.secret]
            type = "text"
            hidden = true
            [fields.kind]
            type = "select"
            options = ["open", "closed"]
            default = "open"
            required = true
            [fields.friends]
            type = "relation"
            to = "rooms"
            many = true
            on_delete = "cascade"
            [rules]
            list = "record.members.exists(m, m.user == auth.id)"
            read = "record.members.exists(m, m.user == auth.id)"
            create = "auth.id != null"
            update = "record.members.exists(m, m.user == auth.id && m.role == 'owner')"
            delete = "record.members.exists(m, m.user == auth.id && m.role == 'owner') || record.created_by == auth.id"
        "#,
    ),
    (
        "collections/memberships.toml",
        r#"
            soft_delete = true
            [fields.room]
            type = "relation"
            to = "rooms"
            required = true
            write_once = true
            on_delete = "cascade"
            back = "members"
            [fields.user]
            type = "relation"
            to = "users"
            required = true
            write_once = true
            on_delete = "cascade"
            back = "memberships"
            [fields.role]
            type = "select"
            options = ["owner", "member"]
            required = true
            default = "member"
            [[indexes]]
            fields = ["room", "user"]
            unique = true
            [rules]
            list = "record.room.members.exists(m, m.user == auth.id)"
            read = "record.room.members.exists(m, m.user == auth.id)"
            create = "input.room.created_by == auth.id || input.room.members.exists(m, m.user == auth.id && m.role == 'owner')"
            delete = "record.deleted_at == null && record.room.members.exists(m, m.user == auth.id && m.role == 'owner')"
        "#,
    ),
    (
        "collections/messages.toml",
        r#"
            label = "{text}"
            soft_delete = true
            comments = true
            [fields.room]
            type = "relation"
            to = "rooms"
            required = true
            write_once = true
            on_delete = "cascade"
            back = "messages"
            [fields.text]
            type = "text"
            required = true
            min = 1
            max = 200
            multiline = true
            [fields.reply_to]
            type = "relation"
            to = "messages"
            on_delete = "set_null"
            acyclic = true
            back = "replies"
            [fields.stars]
            type = "integer"
            min = 0
            max = 5
            [fields.price]
            type = "decimal"
            precision = 8
            scale = 2
            [fields.due]
            type = "datetime"
            [fields.tags]
            type = "multi_select"
            options = ["red", "green", "blue"]
            [[checks]]
            name = "stars_need_price"
            expression = "record.stars == null || record.price != null"
            message = "a message with stars needs a price"
            [[checks]]
            name = "reply_in_room"
            expression = "record.reply_to == null || record.reply_to.room == record.room"
            message = "a reply stays in its room"
            [[indexes]]
            fields = ["room", "created_at"]
            [rules]
            list = "record.room.members.exists(m, m.user == auth.id)"
            read = "record.room.members.exists(m, m.user == auth.id)"
            create = "input.room.members.exists(m, m.user == auth.id)"
            update = "record.created_by == auth.id"
            delete = "record.created_by == auth.id"
        "#,
    ),
    (
        "collections/users.toml",
        r#"
            label = "{name}"
            [fields.name]
            type = "text"
            [rules]
            list = "record.id == auth.id"
            read = "record.id == auth.id || record.memberships.exists(m, m.room.members.exists(n, n.user == auth.id))"
        "#,
    ),
];

/// A room with its owner as member.
pub(crate) async fn room(owner: &Client, name: &str) -> String {
    let room = owner.create("rooms", json!({"name": name})).await;
    let id = room["id"].as_str().expect("a record has an id").to_owned();
    owner
        .create(
            "memberships",
            json!({"room": id, "user": owner.id(), "role": "owner"}),
        )
        .await;
    id
}

pub(crate) fn app() -> TestApp {
    TestApp::start(ROOMS)
}

/// `field code` of each error of a problem.
pub(crate) fn field_errors(response: &mainstay_testkit::TestResponse) -> Vec<String> {
    let json = response.json();
    let errors = json["errors"].as_array().expect("a problem has errors");
    errors
        .iter()
        .map(|error| {
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|message| !message.is_empty())
            );
            format!(
                "{} {}",
                error["field"].as_str().unwrap_or(""),
                error["code"].as_str().unwrap_or("")
            )
        })
        .collect()
}

//! Sharing single records: with users and by links, and what each level lets its holder do.

mod channels;
mod groups;
mod levels;
mod links;
mod live;
mod manage;
mod processes;
mod renames;
pub(crate) mod rows;
mod told;

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

/// Notes of one owner. Parts go with a note that is shared, pages do not.
const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n[auth]\nsign_up = true\n"),
    (
        "collections/users.toml",
        r#"
            label = "{email}"
            [fields.open]
            type = "boolean"
            [rules]
            list = "record.open == true"
            read = "record.open == true"
        "#,
    ),
    (
        "collections/notes.toml",
        r#"
            label = "{title}"
            soft_delete = true
            comments = true
            share = true
            [fields.owner]
            type = "relation"
            to = "users"
            required = true
            default = "auth.id"
            [fields.title]
            type = "text"
            required = true
            [fields.price]
            type = "integer"
            read = "record.owner == auth.id"
            [rules]
            list = "record.owner == auth.id"
            read = "record.owner == auth.id"
            create = "auth.id != null"
            update = "auth.id != null"
            delete = "auth.id != null"
            comment = "auth.id != null"
        "#,
    ),
    (
        "collections/parts.toml",
        r#"
            label = "{text}"
            soft_delete = true
            [fields.note]
            type = "relation"
            to = "notes"
            required = true
            on_delete = "cascade"
            back = "parts"
            [fields.text]
            type = "text"
            [rules]
            list = "record.note.owner == auth.id || record.note.shared()"
            read = "record.note.owner == auth.id || record.note.shared()"
            create = "input.note.owner == auth.id || input.note.shared('edit')"
        "#,
    ),
    (
        "collections/pages.toml",
        r#"
            soft_delete = true
            [fields.note]
            type = "relation"
            to = "notes"
            required = true
            on_delete = "cascade"
            back = "pages"
            [rules]
            list = "record.note.owner == auth.id"
            read = "record.note.owner == auth.id"
            create = "input.note.owner == auth.id"
        "#,
    ),
];

/// An owner with a note, which has a part and a page; somebody whom others see, and somebody whom nobody does.
struct Scene {
    app: TestApp,
    owner: Client,
    guest: Client,
    hidden: Client,
    note: String,
    part: String,
    page: String,
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

async fn scene() -> Scene {
    scene_in(TestApp::start(NOTES)).await
}

async fn scene_in(app: TestApp) -> Scene {
    let owner = app.user_with("o@example.org", json!({"open": true})).await;
    let guest = app.user_with("g@example.org", json!({"open": true})).await;
    let hidden = app.user("h@example.org").await;
    let note = text(&owner.create("notes", json!({"title": "Bread", "price": 5})).await["id"]);
    let part = text(
        &owner
            .create("parts", json!({"note": note, "text": "Flour"}))
            .await["id"],
    );
    let page = text(&owner.create("pages", json!({"note": note})).await["id"]);
    Scene {
        app,
        owner,
        guest,
        hidden,
        note,
        part,
        page,
    }
}

impl Scene {
    fn note_path(&self) -> String {
        format!("/api/v1/records/notes/{}", self.note)
    }

    fn shares_path(&self) -> String {
        format!("{}/shares", self.note_path())
    }

    fn share_path(&self, share: &Json) -> String {
        format!("{}/{}", self.shares_path(), text(&share["id"]))
    }

    async fn share(&self, body: Json) -> Json {
        let shared = self.owner.post(&self.shares_path(), body).await;
        assert_eq!(shared.status, 201, "{}", shared.text());
        shared.json()
    }

    async fn share_with_guest(&self, level: &str) -> Json {
        self.share(json!({"user": self.guest.id(), "level": level})).await
    }

    /// Somebody who opened a link to the note.
    async fn holder(&self, who: &Client, level: &str) -> (Json, Client) {
        let share = self.share(json!({"level": level})).await;
        let opened = open(who, &share, None).await;
        (share, with_grant(who, &opened))
    }
}

async fn open(who: &Client, share: &Json, password: Option<&str>) -> Json {
    let body = json!({"token": share["token"], "password": password});
    let opened = who.post("/api/v1/shares/open", body).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    opened.json()
}

fn with_grant(who: &Client, opened: &Json) -> Client {
    who.with_header("mainstay-share", opened["grant"].as_str().expect("a grant"))
}

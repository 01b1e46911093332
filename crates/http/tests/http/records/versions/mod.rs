//! `/api/v1/records/{collection}/{id}/versions` and what is below it

mod comparing;
mod restoring;
mod saving;

use mainstay_testkit::{Client, TestResponse};
use serde_json::{Value as Json, json};

/// Lists with items, items with parts, three levels; a note belongs to an item and to whoever wrote it.
const LISTS: &str = "soft_delete = true\nlabel = \"{name}\"\n[fields.name]\ntype = \"text\"\nrequired = true\nunique = true\n\
    [rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"auth.id != null\"\nupdate = \"record.created_by == auth.id\"\n\
    delete = \"record.created_by == auth.id\"\n";
const ITEMS: &str = "soft_delete = true\nlabel = \"{name}\"\n[fields.list]\ntype = \"relation\"\nto = \"lists\"\nrequired = true\n\
    on_delete = \"cascade\"\n[fields.name]\ntype = \"text\"\nrequired = true\nunique = true\n[fields.secret]\ntype = \"text\"\n\
    hidden = true\n[fields.after]\ntype = \"relation\"\nto = \"items\"\non_delete = \"set_null\"\n[rules]\nlist = \"true\"\n\
    read = \"true\"\ncreate = \"auth.id != null\"\nupdate = \"auth.id != null\"\ndelete = \"auth.id != null\"\n";
const PARTS: &str = "soft_delete = true\n[fields.item]\ntype = \"relation\"\nto = \"items\"\nrequired = true\n\
    on_delete = \"cascade\"\n[fields.amount]\ntype = \"decimal\"\nprecision = 8\nscale = 2\n[rules]\nlist = \"true\"\n\
    read = \"true\"\ncreate = \"auth.id != null\"\nupdate = \"auth.id != null\"\ndelete = \"auth.id != null\"\n";
const NOTES: &str = "soft_delete = true\n[fields.item]\ntype = \"relation\"\nto = \"items\"\nrequired = true\n\
    on_delete = \"cascade\"\n[fields.text]\ntype = \"text\"\n[rules]\nlist = \"record.created_by == auth.id\"\n\
    read = \"record.created_by == auth.id\"\ncreate = \"auth.id != null\"\nupdate = \"record.created_by == auth.id\"\n\
    delete = \"record.created_by == auth.id\"\n";

fn files() -> [(&'static str, &'static str); 5] {
    [
        ("mainstay.toml", "name = \"lists\""),
        ("collections/lists.toml", LISTS),
        ("collections/items.toml", ITEMS),
        ("collections/parts.toml", PARTS),
        ("collections/notes.toml", NOTES),
    ]
}

fn id(record: &Json) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

/// A list with two items, and a part of the first.
struct Tree {
    list: String,
    flour: String,
    salt: String,
    part: String,
}

async fn tree(client: &Client) -> Tree {
    let list = id(&client.create("lists", json!({"name": "Bread"})).await);
    let flour = client
        .create(
            "items",
            json!({"list": list, "name": "Flour", "secret": "sesame"}),
        )
        .await;
    let flour = id(&flour);
    let salt = client
        .create("items", json!({"list": list, "name": "Salt", "after": flour}))
        .await;
    let part = client
        .create("parts", json!({"item": flour, "amount": "1.50"}))
        .await;
    Tree {
        list,
        flour,
        salt: id(&salt),
        part: id(&part),
    }
}

impl Tree {
    fn path(&self) -> String {
        format!("/api/v1/records/lists/{}/versions", self.list)
    }

    async fn save(&self, client: &Client, name: &str) -> String {
        let saved = client.post(&self.path(), json!({"name": name})).await;
        assert_eq!(saved.status, 201, "{}", saved.text());
        id(&saved.json())
    }

    async fn restore(&self, client: &Client, version: &str) -> TestResponse {
        client
            .send("POST", &format!("{}/{version}/restore", self.path()), None)
            .await
    }
}

fn at(collection: &str, id: &str) -> String {
    format!("/api/v1/records/{collection}/{id}")
}

/// What everybody sees of the records, without what every write changes.
async fn seen(client: &Client) -> Vec<Json> {
    let mut all = Vec::new();
    for collection in ["lists", "items", "parts"] {
        let listed = client.list(collection, &[("sort", "id")]).await.json();
        for item in listed["items"].as_array().expect("a list has items") {
            let mut item = item.clone();
            for key in ["version", "updated_at"] {
                item.as_object_mut().expect("a record is an object").remove(key);
            }
            all.push(item);
        }
    }
    all
}

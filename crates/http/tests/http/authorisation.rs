//! The authorisation matrix: every operation as every role. A route without a row fails.

mod clients;
mod operations;
mod passkeys;

use std::collections::BTreeSet;

use mainstay_http::OPERATIONS;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{ROOMS, room};
use crate::shares::rows::ROWS;

/// Roles, in the order of the matrix's columns. `member` and `owner` are in the room; `stranger` is in another.
const ROLES: [&str; 5] = ["anonymous", "stranger", "member", "owner", "administrator"];

/// Operation, collection, and the status that each role gets.
type Row = (&'static str, &'static str, [u16; 5]);

/// Those of this file, and of the files beside it.
fn rows() -> impl Iterator<Item = &'static Row> {
    operations::ROWS
        .iter()
        .chain(clients::ROWS)
        .chain(passkeys::ROWS)
        .chain(ROWS)
}

#[test]
fn every_operation_stands_in_the_matrix() {
    let known: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    let stand: BTreeSet<&str> = rows().map(|(operation, _, _)| *operation).collect();
    assert_eq!(known, stand);
    for operation in OPERATIONS.iter().filter(|operation| operation.is_of_collection()) {
        let collections: BTreeSet<&str> = rows()
            .filter(|row| row.0 == operation.id)
            .map(|row| row.1)
            .collect();
        assert_eq!(
            collections,
            BTreeSet::from(["rooms", "messages", "memberships", "users"]),
            "{}",
            operation.id
        );
    }
}

#[tokio::test]
async fn every_operation_answers_each_role_as_the_matrix_says() {
    let cast = Cast::assemble().await;
    for (row, (operation, collection, statuses)) in rows().enumerate() {
        for (column, wanted) in statuses.iter().enumerate() {
            // Records of their own, so that no cell depends on what another did.
            let scene = cast.set_scene(row * ROLES.len() + column).await;
            let status = cast.act(&scene, operation, collection, column).await;
            assert_eq!(
                status, *wanted,
                "{operation} on {collection} as {}",
                ROLES[column]
            );
        }
    }
}

/// One application with somebody in each role.
struct Cast {
    app: TestApp,
    clients: [Client; 5],
}

/// A room with its owner, a member, another user who is a member too, a message, and a comment of the member on it.
struct Scene {
    number: usize,
    room: String,
    message: String,
    comment: String,
    membership: String,
    user: String,
    newcomer: String,
}

impl Cast {
    async fn assemble() -> Self {
        let app = TestApp::start_mailing(ROOMS);
        let (stranger, member, owner) = (
            app.user("s@example.org").await,
            app.user("m@example.org").await,
            app.user("o@example.org").await,
        );
        room(&stranger, "Elsewhere").await;
        let clients = [
            app.anonymous(),
            stranger,
            member,
            owner,
            app.administrator().await,
        ];
        Self { app, clients }
    }

    async fn set_scene(&self, number: usize) -> Scene {
        let [_, _, member, owner, administrator] = &self.clients;
        let text = |json: &Json| json["id"].as_str().expect("a record has an id").to_owned();
        let user = administrator
            .create("users", json!({"email": format!("a{number}@example.org")}))
            .await;
        let newcomer = administrator
            .create("users", json!({"email": format!("b{number}@example.org")}))
            .await;
        let room = room(owner, &format!("Room {number}")).await;
        let membership = owner
            .create("memberships", json!({"room": room, "user": member.id()}))
            .await;
        owner
            .create("memberships", json!({"room": room, "user": user["id"]}))
            .await;
        let message = owner
            .create("messages", json!({"room": room, "text": "hello"}))
            .await;
        let comments = format!("/api/v1/records/messages/{}/comments", text(&message));
        let comment = member.post(&comments, json!({"body": "Hello too"})).await;
        Scene {
            number,
            room,
            message: text(&message),
            comment: text(&comment.json()),
            membership: text(&membership),
            user: text(&user),
            newcomer: text(&newcomer),
        }
    }

    async fn act(&self, scene: &Scene, operation: &str, collection: &str, role: usize) -> u16 {
        let described = OPERATIONS
            .iter()
            .find(|known| known.id == operation)
            .expect("the operation is known");
        let id = match collection {
            "rooms" => &scene.room,
            "messages" => &scene.message,
            "memberships" => &scene.membership,
            "" if matches!(
                operation,
                "end_user_sessions" | "delete_account" | "reset_second_factor"
            ) =>
            {
                &scene.user
            }
            "" => &scene.comment,
            _ => &scene.user,
        };
        let (webhook, delivery) = if described.path.contains("/webhooks/{id}") {
            self.make_webhook().await
        } else if operation == "revoke_invitation" {
            (self.invite(scene).await, String::new())
        } else {
            (id.clone(), String::new())
        };
        let mut path = described
            .path
            .replace("{collection}", collection)
            .replace("{id}", &webhook)
            .replace("{delivery_id}", &delivery)
            .replace("{emoji}", "ok")
            .replace("{share_id}", id)
            .replace("{version}", "1");
        if path.contains("{version_id}") {
            path = path.replace("{version_id}", &self.version_of(collection, id).await);
        }
        if operation == "compare_versions" {
            path.push_str("?from=1");
        }
        if matches!(operation, "restore_record" | "purge_record") && collection != "users" {
            let deleted = self.clients[4]
                .delete(&format!("/api/v1/records/{collection}/{id}"))
                .await;
            assert_eq!(deleted.status, 204);
        }
        let path = match operation {
            "export_audit" => format!("{path}?format=jsonl"),
            "user_activity" => format!("{path}?user=me"),
            _ => path,
        };
        // Signing out ends the session that every other cell needs.
        let client = if operation == "sign_out" {
            self.sign_in_again(role).await
        } else {
            self.clients[role].clone()
        };
        let body = described
            .body
            .is_some()
            .then(|| self.body(scene, operation, collection).to_string().into_bytes());
        client
            .send(described.method.as_str(), &path, body)
            .await
            .status
            .as_u16()
    }

    /// A webhook with a message.
    async fn make_webhook(&self) -> (String, String) {
        let administrator = &self.clients[4];
        let webhook = json!({"url": "https://example.org/", "kinds": ["record.*"]});
        let webhook = administrator.post("/api/v1/webhooks", webhook).await.json();
        let id = webhook["id"].as_str().expect("a webhook has an id").to_owned();
        let test = format!("/api/v1/webhooks/{id}/test");
        let delivery = administrator.send("POST", &test, None).await.json();
        (
            id,
            delivery["id"].as_str().expect("a message has an id").to_owned(),
        )
    }

    /// An open invitation.
    async fn invite(&self, scene: &Scene) -> String {
        let body = self.body(scene, "create_invitation", "");
        let invited = self.clients[4].post("/api/v1/invitations", body).await;
        assert_eq!(invited.status, 201, "{}", invited.text());
        let id = invited.json()["id"].clone();
        id.as_str().expect("an invitation has an id").to_owned()
    }

    /// A named version, saved by the administrator; of users there is none.
    async fn version_of(&self, collection: &str, id: &str) -> String {
        if collection == "users" {
            return id.to_owned();
        }
        let path = format!("/api/v1/records/{collection}/{id}/versions");
        let saved = self.clients[4].post(&path, json!({"name": "Then"})).await;
        assert_eq!(saved.status, 201, "{}", saved.text());
        saved.json()["id"]
            .as_str()
            .expect("a version has an id")
            .to_owned()
    }

    async fn sign_in_again(&self, role: usize) -> Client {
        let emails = [
            "",
            "s@example.org",
            "m@example.org",
            "o@example.org",
            "admin@example.org",
        ];
        if role == 0 {
            return self.clients[0].clone();
        }
        let body = json!({"email": emails[role], "password": self.app.password()});
        let session = self.clients[0].post("/api/v1/auth/sign-in", body).await.json();
        self.clients[0].with_token(session["access_token"].as_str().expect("a session has a token"))
    }

    fn body(&self, scene: &Scene, operation: &str, collection: &str) -> Json {
        let number = scene.number;
        if let Some(body) = passkeys::body(operation, self.app.password()) {
            return body;
        }
        match (operation, collection) {
            ("create_record", "rooms") => json!({"name": format!("New {number}")}),
            ("create_record", "messages") => json!({"room": scene.room, "text": "new"}),
            ("create_record", "memberships") => json!({"room": scene.room, "user": scene.newcomer}),
            ("create_record", _) => json!({"email": format!("c{number}@example.org")}),
            ("update_record", "rooms") => json!({"name": format!("Changed {number}")}),
            ("update_record", "messages") => json!({"text": "changed"}),
            ("update_record", "memberships") => json!({"role": "owner"}),
            ("update_record", _) => json!({"name": "Changed"}),
            ("create_comment" | "edit_comment", _) => json!({"body": "Well"}),
            ("batch_records", _) => json!({"mode": "per_record", "operations": [
                {"op": "create", "collection": "rooms", "data": {"name": format!("New {number}")}}]}),
            ("create_webhook", _) => json!({"url": "https://example.org/", "kinds": ["auth.*"]}),
            ("update_webhook", _) => json!({"description": "changed"}),
            ("sign_up", _) => json!({"email": format!("d{number}@example.org"), "password": "correct horse"}),
            ("sign_in", _) => json!({"email": "o@example.org", "password": self.app.password()}),
            ("change_password", _) => {
                json!({"current_password": self.app.password(), "password": self.app.password()})
            }
            ("reset_password" | "accept_invitation", _) => {
                json!({"token": "made up", "password": "correct horse"})
            }
            ("verify_address" | "confirm_address_change" | "sign_in_with_link", _) => {
                json!({"token": "made up"})
            }
            ("sign_in_with_code", _) => json!({"challenge": "made up", "code": "12345678"}),
            ("request_password_reset" | "request_sign_in_code" | "request_sign_in_link", _) => {
                json!({"email": "o@example.org"})
            }
            ("request_address_change", _) => {
                json!({"password": self.app.password(), "email": format!("e{number}@example.org")})
            }
            ("change_definition", _) => json!({"text": ""}),
            ("check_rule", _) => json!({"collection": "rooms", "rule": "read", "text": "true"}),
            ("test_rule", _) => json!({"collection": "rooms", "action": "read", "record": scene.room}),
            ("create_invitation", _) => json!({"email": format!("f{number}@example.org")}),
            ("delete_own_account", _) => json!({"password": "wrong horse"}),
            ("complete_sign_in", _) => json!({"challenge": "made up", "code": "000000"}),
            ("begin_totp" | "remove_totp" | "make_recovery_codes", _) => {
                json!({"current_password": self.app.password()})
            }
            ("begin_at_provider", _) => json!({"redirect_uri": "http://127.0.0.1:1/"}),
            ("complete_at_provider", _) => json!({"secret": "a", "state": "b", "code": "c"}),
            ("confirm_totp", _) => json!({"code": "000000"}),
            ("refresh_session", _) => json!({"refresh_token": "made up"}),
            ("create_api_key", _) => json!({"name": "Export", "scopes": ["*:read"]}),
            ("add_external_key", _) => json!({"service": format!("s{number}"), "key": "a-key-of-somebody"}),
            ("rotate_external_key", _) => json!({"key": "another-key-of-somebody"}),
            ("create_client", _) => {
                json!({"name": "C", "redirects": ["https://c.example/"], "scopes": ["openid"]})
            }
            ("create_service_account", _) => json!({"email": format!("service{number}@example.org")}),
            ("create_share" | "change_share", _) => json!({"level": "read"}),
            ("open_share", _) => json!({"token": "made up"}),
            ("save_version", _) => json!({"name": "Then"}),
            ("restore_trash", _) => json!({"items": [{"collection": "rooms", "id": scene.room}]}),
            ("set_up", _) => json!({"code": "c", "email": "r@example.org", "password": "correct horse"}),
            _ => json!({}),
        }
    }
}

//! The authorisation matrix: every operation as every role. A route without a row fails.

use std::collections::BTreeSet;

use mainstay_http::OPERATIONS;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{ROOMS, room};

/// Roles, in the order of the matrix's columns. `member` and `owner` are in the room; `stranger` is in another.
const ROLES: [&str; 5] = ["anonymous", "stranger", "member", "owner", "administrator"];

/// Operation, collection, and the status that each role gets.
const MATRIX: &[(&str, &str, [u16; 5])] = &[
    ("list_records", "rooms", [200, 200, 200, 200, 200]),
    ("list_records", "messages", [200, 200, 200, 200, 200]),
    ("list_records", "memberships", [200, 200, 200, 200, 200]),
    ("list_records", "users", [200, 200, 200, 200, 200]),
    ("create_record", "rooms", [401, 201, 201, 201, 201]),
    ("create_record", "messages", [401, 403, 201, 201, 201]),
    ("create_record", "memberships", [401, 403, 403, 201, 201]),
    ("create_record", "users", [401, 403, 403, 403, 201]),
    ("read_record", "rooms", [404, 404, 200, 200, 200]),
    ("read_record", "messages", [404, 404, 200, 200, 200]),
    ("read_record", "memberships", [404, 404, 200, 200, 200]),
    ("read_record", "users", [404, 404, 200, 200, 200]),
    ("update_record", "rooms", [404, 404, 403, 200, 200]),
    ("update_record", "messages", [404, 404, 403, 200, 200]),
    ("update_record", "memberships", [404, 404, 403, 403, 200]),
    ("update_record", "users", [404, 404, 403, 403, 200]),
    ("record_history", "rooms", [404, 404, 200, 200, 200]),
    ("record_history", "messages", [404, 404, 200, 200, 200]),
    ("record_history", "memberships", [404, 404, 200, 200, 200]),
    ("record_history", "users", [404, 404, 200, 200, 200]),
    ("record_activity", "rooms", [404, 404, 200, 200, 200]),
    ("record_activity", "messages", [404, 404, 200, 200, 200]),
    ("record_activity", "memberships", [404, 404, 200, 200, 200]),
    ("record_activity", "users", [404, 404, 200, 200, 200]),
    ("delete_record", "rooms", [404, 404, 403, 204, 204]),
    ("delete_record", "messages", [404, 404, 403, 204, 204]),
    ("delete_record", "memberships", [404, 404, 403, 204, 204]),
    ("delete_record", "users", [404, 404, 403, 403, 204]),
    ("restore_record", "rooms", [404, 404, 404, 200, 200]),
    ("restore_record", "messages", [404, 404, 404, 200, 200]),
    ("restore_record", "memberships", [404, 404, 404, 404, 200]),
    ("restore_record", "users", [409, 409, 409, 409, 409]),
    ("list_comments", "rooms", [404, 404, 200, 200, 200]),
    ("list_comments", "messages", [404, 404, 200, 200, 200]),
    ("list_comments", "memberships", [404, 404, 404, 404, 404]),
    ("list_comments", "users", [404, 404, 404, 404, 404]),
    ("create_comment", "rooms", [404, 404, 201, 201, 201]),
    ("create_comment", "messages", [404, 404, 201, 201, 201]),
    ("create_comment", "memberships", [404, 404, 404, 404, 404]),
    ("create_comment", "users", [404, 404, 404, 404, 404]),
    ("edit_comment", "", [404, 404, 200, 403, 403]),
    ("delete_comment", "", [404, 404, 204, 204, 204]),
    ("resolve_comment", "", [404, 404, 200, 200, 200]),
    ("reopen_comment", "", [404, 404, 200, 200, 200]),
    ("add_reaction", "", [404, 404, 200, 200, 200]),
    ("remove_reaction", "", [404, 404, 200, 200, 200]),
    ("read_follow", "rooms", [404, 404, 200, 200, 200]),
    ("read_follow", "messages", [404, 404, 200, 200, 200]),
    ("read_follow", "memberships", [404, 404, 200, 200, 200]),
    ("read_follow", "users", [404, 404, 200, 200, 200]),
    ("follow_record", "rooms", [404, 404, 200, 200, 200]),
    ("follow_record", "messages", [404, 404, 200, 200, 200]),
    ("follow_record", "memberships", [404, 404, 200, 200, 200]),
    ("follow_record", "users", [404, 404, 200, 200, 200]),
    ("unfollow_record", "rooms", [404, 404, 200, 200, 200]),
    ("unfollow_record", "messages", [404, 404, 200, 200, 200]),
    ("unfollow_record", "memberships", [404, 404, 200, 200, 200]),
    ("unfollow_record", "users", [404, 404, 200, 200, 200]),
    ("list_notifications", "", [401, 200, 200, 200, 200]),
    ("mark_notifications_read", "", [401, 200, 200, 200, 200]),
    ("count_notifications", "", [401, 200, 200, 200, 200]),
    ("read_version", "rooms", [404, 404, 200, 200, 200]),
    ("read_version", "messages", [404, 404, 200, 200, 200]),
    ("read_version", "memberships", [404, 404, 200, 200, 200]),
    ("read_version", "users", [404, 404, 200, 200, 200]),
    ("compare_versions", "rooms", [404, 404, 200, 200, 200]),
    ("compare_versions", "messages", [404, 404, 200, 200, 200]),
    ("compare_versions", "memberships", [404, 404, 200, 200, 200]),
    ("compare_versions", "users", [404, 404, 200, 200, 200]),
    ("put_back_version", "rooms", [404, 404, 403, 200, 200]),
    ("put_back_version", "messages", [404, 404, 403, 200, 200]),
    ("put_back_version", "memberships", [404, 404, 403, 403, 200]),
    ("put_back_version", "users", [404, 404, 403, 403, 200]),
    ("list_versions", "rooms", [404, 404, 200, 200, 200]),
    ("list_versions", "messages", [404, 404, 200, 200, 200]),
    ("list_versions", "memberships", [404, 404, 200, 200, 200]),
    ("list_versions", "users", [404, 404, 200, 200, 200]),
    ("save_version", "rooms", [404, 404, 403, 201, 201]),
    ("save_version", "messages", [404, 404, 403, 201, 201]),
    ("save_version", "memberships", [404, 404, 403, 403, 201]),
    // Users are never part of a version, so theirs are not found.
    ("save_version", "users", [404, 404, 403, 403, 409]),
    ("read_tree_version", "rooms", [404, 404, 200, 200, 200]),
    ("read_tree_version", "messages", [404, 404, 200, 200, 200]),
    ("read_tree_version", "memberships", [404, 404, 200, 200, 200]),
    ("read_tree_version", "users", [404, 404, 404, 404, 404]),
    ("compare_tree", "rooms", [404, 404, 200, 200, 200]),
    ("compare_tree", "messages", [404, 404, 200, 200, 200]),
    ("compare_tree", "memberships", [404, 404, 200, 200, 200]),
    ("compare_tree", "users", [404, 404, 404, 404, 404]),
    ("restore_version", "rooms", [404, 404, 403, 200, 200]),
    ("restore_version", "messages", [404, 404, 403, 200, 200]),
    ("restore_version", "memberships", [404, 404, 403, 403, 200]),
    ("restore_version", "users", [404, 404, 404, 404, 404]),
    ("remove_version", "rooms", [404, 404, 403, 204, 204]),
    ("remove_version", "messages", [404, 404, 403, 204, 204]),
    ("remove_version", "memberships", [404, 404, 403, 204, 204]),
    ("remove_version", "users", [404, 404, 403, 403, 404]),
    ("purge_record", "rooms", [404, 404, 404, 204, 204]),
    ("purge_record", "messages", [404, 404, 404, 204, 204]),
    ("purge_record", "memberships", [404, 404, 404, 404, 204]),
    ("purge_record", "users", [404, 404, 404, 404, 404]),
    ("list_trash", "", [200, 200, 200, 200, 200]),
    ("restore_trash", "", [200, 200, 200, 200, 200]),
    ("batch_records", "", [200, 200, 200, 200, 200]),
    // Without a collection everybody hears of what their lists show.
    ("list_changes", "", [200, 200, 200, 200, 200]),
    // Without what makes them live: who hears what is shown where they are tested.
    ("follow_live", "", [400, 400, 400, 400, 400]),
    ("stream_live", "", [400, 400, 400, 400, 400]),
    ("sign_up", "", [201, 201, 201, 201, 201]),
    ("sign_in", "", [200, 200, 200, 200, 200]),
    ("refresh_session", "", [401, 401, 401, 401, 401]),
    ("sign_out", "", [401, 204, 204, 204, 204]),
    ("read_me", "", [401, 200, 200, 200, 200]),
    ("change_password", "", [401, 204, 204, 204, 204]),
    ("list_sessions", "", [401, 200, 200, 200, 200]),
    ("end_other_sessions", "", [401, 204, 204, 204, 204]),
    // The id is that of no session of theirs.
    ("end_session", "", [401, 404, 404, 404, 404]),
    ("end_user_sessions", "", [401, 403, 403, 403, 204]),
    ("set_up", "", [409, 409, 409, 409, 409]),
    ("list_api_keys", "", [401, 200, 200, 200, 200]),
    ("create_api_key", "", [401, 201, 201, 201, 201]),
    // The id is that of no key of theirs.
    ("rotate_api_key", "", [401, 404, 404, 404, 404]),
    ("revoke_api_key", "", [401, 404, 404, 404, 404]),
    ("list_service_accounts", "", [401, 403, 403, 403, 200]),
    ("create_service_account", "", [401, 403, 403, 403, 201]),
    ("read_account", "", [401, 200, 200, 200, 200]),
    ("request_password_reset", "", [202, 202, 202, 202, 202]),
    // With a secret that is made up, here and below.
    ("reset_password", "", [400, 400, 400, 400, 400]),
    ("request_verification", "", [401, 202, 202, 202, 202]),
    ("verify_address", "", [400, 400, 400, 400, 400]),
    ("request_address_change", "", [401, 202, 202, 202, 202]),
    ("confirm_address_change", "", [400, 400, 400, 400, 400]),
    // Nobody signs in to rooms by mail.
    ("request_sign_in_code", "", [403, 403, 403, 403, 403]),
    ("sign_in_with_code", "", [403, 403, 403, 403, 403]),
    ("request_sign_in_link", "", [403, 403, 403, 403, 403]),
    ("sign_in_with_link", "", [403, 403, 403, 403, 403]),
    ("list_invitations", "", [401, 403, 403, 403, 200]),
    ("create_invitation", "", [401, 403, 403, 403, 201]),
    ("revoke_invitation", "", [401, 403, 403, 403, 204]),
    ("accept_invitation", "", [400, 400, 400, 400, 400]),
    // With a wrong password: everybody is needed for the next cell.
    ("delete_own_account", "", [401, 401, 401, 401, 401]),
    ("delete_account", "", [401, 403, 403, 403, 204]),
    ("list_mails", "", [401, 403, 403, 403, 200]),
    ("list_webhooks", "", [401, 403, 403, 403, 200]),
    ("create_webhook", "", [401, 403, 403, 403, 201]),
    ("read_webhook", "", [401, 403, 403, 403, 200]),
    ("update_webhook", "", [401, 403, 403, 403, 200]),
    ("delete_webhook", "", [401, 403, 403, 403, 204]),
    ("rotate_webhook_secret", "", [401, 403, 403, 403, 200]),
    ("test_webhook", "", [401, 403, 403, 403, 202]),
    ("list_webhook_deliveries", "", [401, 403, 403, 403, 200]),
    ("resend_webhook_delivery", "", [401, 403, 403, 403, 202]),
    ("list_audit_entries", "", [401, 403, 403, 403, 200]),
    ("export_audit", "", [401, 403, 403, 403, 200]),
    ("read_audit_status", "", [401, 403, 403, 403, 200]),
    ("list_own_activity", "", [401, 200, 200, 200, 200]),
    ("user_activity", "", [401, 200, 200, 200, 200]),
    ("read_health", "", [401, 403, 403, 403, 200]),
    ("livez", "", [200, 200, 200, 200, 200]),
    ("readyz", "", [200, 200, 200, 200, 200]),
    ("read_openapi", "", [200, 200, 200, 200, 200]),
];

#[test]
fn every_operation_stands_in_the_matrix() {
    let known: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    let rows: BTreeSet<&str> = MATRIX.iter().map(|(operation, _, _)| *operation).collect();
    assert_eq!(known, rows);
    for operation in OPERATIONS.iter().filter(|operation| operation.is_of_collection()) {
        let collections: BTreeSet<&str> = MATRIX
            .iter()
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
    for (row, (operation, collection, statuses)) in MATRIX.iter().enumerate() {
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
            "" if matches!(operation, "end_user_sessions" | "delete_account") => &scene.user,
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
            ("create_invitation", _) => json!({"email": format!("f{number}@example.org")}),
            ("delete_own_account", _) => json!({"password": "wrong horse"}),
            ("refresh_session", _) => json!({"refresh_token": "made up"}),
            ("create_api_key", _) => json!({"name": "Export", "scopes": ["*:read"]}),
            ("create_service_account", _) => json!({"email": format!("service{number}@example.org")}),
            ("save_version", _) => json!({"name": "Then"}),
            ("restore_trash", _) => json!({"items": [{"collection": "rooms", "id": scene.room}]}),
            ("set_up", _) => json!({"code": "c", "email": "r@example.org", "password": "correct horse"}),
            _ => json!({}),
        }
    }
}

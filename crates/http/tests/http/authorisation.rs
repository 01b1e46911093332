//! The authorisation matrix: every operation as every role. A route without a row fails.

use std::collections::BTreeSet;

use mainstay_http::OPERATIONS;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{app, room};

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
    ("delete_record", "rooms", [404, 404, 403, 204, 204]),
    ("delete_record", "messages", [404, 404, 403, 204, 204]),
    ("delete_record", "memberships", [404, 404, 403, 204, 204]),
    ("delete_record", "users", [404, 404, 403, 403, 204]),
    ("restore_record", "rooms", [404, 404, 404, 200, 200]),
    ("restore_record", "messages", [404, 404, 404, 200, 200]),
    ("restore_record", "memberships", [404, 404, 404, 404, 200]),
    ("restore_record", "users", [409, 409, 409, 409, 409]),
    ("batch_records", "", [200, 200, 200, 200, 200]),
    ("sign_up", "", [201, 201, 201, 201, 201]),
    ("sign_in", "", [200, 200, 200, 200, 200]),
    ("refresh_session", "", [401, 401, 401, 401, 401]),
    ("sign_out", "", [401, 204, 204, 204, 204]),
    ("read_me", "", [401, 200, 200, 200, 200]),
    ("set_up", "", [409, 409, 409, 409, 409]),
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

/// A room with its owner, a member, another user who is a member too, and a message.
struct Scene {
    number: usize,
    room: String,
    message: String,
    membership: String,
    user: String,
    newcomer: String,
}

impl Cast {
    async fn assemble() -> Self {
        let app = app();
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
        Scene {
            number,
            room,
            message: text(&message),
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
            _ => &scene.user,
        };
        let path = described
            .path
            .replace("{collection}", collection)
            .replace("{id}", id);
        if operation == "restore_record" && collection != "users" {
            let deleted = self.clients[4]
                .delete(&format!("/api/v1/records/{collection}/{id}"))
                .await;
            assert_eq!(deleted.status, 204);
        }
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
            ("batch_records", _) => json!({"mode": "per_record", "operations": [
                {"op": "create", "collection": "rooms", "data": {"name": format!("New {number}")}}]}),
            ("sign_up", _) => json!({"email": format!("d{number}@example.org"), "password": "correct horse"}),
            ("sign_in", _) => json!({"email": "o@example.org", "password": self.app.password()}),
            ("refresh_session", _) => json!({"refresh_token": "made up"}),
            ("set_up", _) => json!({"code": "c", "email": "r@example.org", "password": "correct horse"}),
            _ => json!({}),
        }
    }
}

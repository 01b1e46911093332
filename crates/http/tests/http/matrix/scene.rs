//! An application with its seed, its people, and all its records in memory.

use std::path::Path;
use std::sync::Arc;

use mainstay_core::definition::{CollectionId, SystemField};
use mainstay_core::{Actor, ActorKind, Definition, RecordId, Value};
use mainstay_engine::data::seed;
use mainstay_http::AppOptions;
use mainstay_store::records::read_values;
use mainstay_store::sql::{Alive, Arguments, ListShape, Target, list_statement, output_columns, sort_terms};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};
use mainstay_testkit::evaluator::{Row, World};
use mainstay_testkit::{Client, TestApp, read_folder};
use serde_json::{Value as Json, json};

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) actor: Actor,
    /// Is everything refused that needs a token?
    pub(super) is_expired: bool,
}

pub(super) struct Scene {
    pub(super) cast: Cast,
    app: TestApp,
}

/// What stays the same while the application is served.
pub(super) struct Cast {
    pub(super) definition: Arc<Definition>,
    pub(super) people: Vec<Person>,
    pub(super) world: World,
    pub(super) now: mainstay_core::Timestamp,
}

impl std::ops::Deref for Scene {
    type Target = Cast;

    fn deref(&self) -> &Cast {
        &self.cast
    }
}

impl Scene {
    pub(super) async fn of_folder(folder: &Path) -> Self {
        let mut files = read_folder(folder);
        let application = files.iter_mut().find(|file| file.path == "mainstay.toml");
        // One address asks for everybody, all at one moment.
        application.expect("it is an application").text += "\n[limits]\nenabled = false\n";
        let app = TestApp::start_with(files, AppOptions::default());
        let ctx = app.environment.system_context();
        let seeded = seed(&ctx, seed_files(folder)).await.expect("the seed fits");
        let (password, emails) = seeded.password.expect("the people of the seed are new");
        let mut people = vec![Person {
            name: "nobody".to_owned(),
            client: app.anonymous(),
            actor: Actor::ANONYMOUS,
            is_expired: false,
        }];
        let expired = sign_in(&app, &emails[0], password.expose()).await;
        // A token lives ten minutes.
        app.clock.advance_seconds(3_600);
        people.push(Person {
            name: "expired".to_owned(),
            is_expired: true,
            ..expired
        });
        for email in &emails {
            people.push(sign_in(&app, email, password.expose()).await);
        }
        let stranger = app.user("stranger@example.org").await;
        people.push(person("stranger", stranger, ActorKind::User));
        let administrator = app.administrator().await;
        people.push(person("administrator", administrator, ActorKind::Administrator));
        let definition = Arc::new(Definition::clone(&app.environment.release().definition));
        delete_some(&app, &people, &definition).await;
        let cast = Cast {
            world: load(&app, &definition).await,
            definition,
            people,
            now: mainstay_core::Clock::now(app.clock.as_ref()),
        };
        Self { cast, app }
    }

    pub(super) fn app(&self) -> &TestApp {
        &self.app
    }

    pub(super) fn split(self) -> (TestApp, Cast) {
        (self.app, self.cast)
    }
}

impl Cast {
    pub(super) fn administrator(&self) -> &Person {
        self.people.last().expect("the administrator comes last")
    }

    /// Some records of a collection, from all of it.
    pub(super) fn sample(&self, collection: CollectionId) -> Vec<&Row> {
        const SAMPLE: usize = 12;
        let rows = &self.world.records[&collection];
        rows.iter().step_by(rows.len().div_ceil(SAMPLE).max(1)).collect()
    }
}

pub(super) fn id_of(row: &Row) -> RecordId {
    match row[&SystemField::Id.id()] {
        Value::Id(id) => id,
        _ => panic!("a record has an id"),
    }
}

fn person(name: &str, client: Client, kind: ActorKind) -> Person {
    let id = client.id().parse().ok();
    Person {
        name: name.to_owned(),
        client,
        actor: Actor { kind, id },
        is_expired: false,
    }
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Person {
    let body = json!({"email": email, "password": password});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await;
    let json = session.json();
    let text = |json: &Json| json.as_str().expect("a text").to_owned();
    let id = text(&json["user"]["id"]);
    Person {
        name: email.to_owned(),
        client: app.anonymous().with_token(&text(&json["access_token"])),
        actor: Actor {
            kind: ActorKind::User,
            id: id.parse().ok(),
        },
        is_expired: false,
    }
}

fn seed_files(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder.join("seed")).expect("an application has a seed");
    files
        .map(|entry| entry.expect("the folder can be listed").path())
        .map(|path| {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read_to_string(path).expect("a seed can be read"))
        })
        .collect()
}

/// Of each collection that keeps deleted records, and to which nothing points, the last one is deleted; of members one who
/// is no owner, since an owner may have to stay.
async fn delete_some(app: &TestApp, people: &[Person], definition: &Definition) {
    let world = load(app, definition).await;
    let administrator = &people.last().expect("the administrator comes last").client;
    let leaves = definition
        .collections
        .iter()
        .filter(|of| of.soft_delete && of.referenced_by.is_empty());
    for collection in leaves {
        let may_go = |row: &&Row| match &collection.members {
            Some(made) => row[&made.role] != Value::Text(made.owner.clone()),
            None => true,
        };
        if let Some(row) = world.records[&collection.id].iter().rfind(may_go) {
            let path = format!("/api/v1/records/{}/{}", collection.name, id_of(row));
            assert_eq!(administrator.delete(&path).await.status, 204, "{path}");
        }
    }
}

/// Every record, deleted ones too, as the database has it.
async fn load(app: &TestApp, definition: &Definition) -> World {
    let definition = definition.clone();
    let read = move |tx: &mut Tx<'_>| {
        let mut world = World::default();
        for collection in &definition.collections {
            let columns = output_columns(collection, |_| true);
            let sort = sort_terms(collection, []);
            let shape = ListShape {
                columns: &columns,
                filter: None,
                guarded: false,
                rules: &[],
                sort: &sort,
                after: None,
                alive: Alive::Either,
            };
            let target = Target {
                definition: &definition,
                dialect: tx.dialect(),
            };
            let statement = list_statement(target, collection, &shape).expect("it has no expression");
            let limit = [Bind::Int(i64::MAX)];
            let arguments = Arguments {
                auth_id: None,
                now_micros: 0,
                method: "GET",
                input: &[],
                input_ids: &[],
                arguments: &limit,
            };
            let mut rows = Vec::new();
            tx.query::<StoreError>(&statement.text, &statement.binds(&arguments), |row| {
                let values = read_values(collection, &columns, row)?;
                rows.push(
                    collection
                        .fields
                        .iter()
                        .map(|field| field.id)
                        .zip(values)
                        .collect::<Row>(),
                );
                Ok(())
            })?;
            world.records.insert(collection.id, rows);
        }
        Ok::<_, StoreError>(world)
    };
    app.environment
        .db
        .read(read)
        .await
        .expect("everything can be read")
}

//! An application with its seed, its people, and all its records in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use mainstay_core::definition::{Collection, CollectionId, Field, SystemField};
use mainstay_core::{Actor, ActorKind, Definition, RecordId, Value};
use mainstay_engine::data::seed;
use mainstay_http::AppOptions;
use mainstay_store::records::read_values;
use mainstay_store::sql::{Alive, Arguments, ListShape, Target, list_statement, output_columns, sort_terms};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};
use mainstay_testkit::evaluator::{Row, World};
use mainstay_testkit::{Client, TestApp, read_folder};
use regex::Regex;
use serde_json::{Value as Json, json};

use super::callers::{Makers, holders, programs};
use super::shares::{Share, shares, without_shares};

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) client: Client,
    /// Whose rights they have, or a part of whose.
    pub(super) actor: Actor,
    pub(super) way: Way,
}

/// How somebody comes in.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Signed in, or as nobody.
    Session,
    /// With a token that has run out: everything is refused that needs one.
    Expired,
    /// With a key or the token of a client, for which these scopes were written down.
    Scopes(Vec<String>),
    /// With a link that they have opened.
    Link { share: RecordId, grant: String },
    /// Not at all: a service account, but for its keys.
    Nowhere,
}

impl Person {
    pub(super) fn is_expired(&self) -> bool {
        matches!(self.way, Way::Expired)
    }

    /// May whoever owns the rights do everything?
    pub(super) fn is_free(&self) -> bool {
        !self.actor.is_bound_by_rules()
    }

    /// What docs/api-keys.md says of scopes, word for word: `<collection>:<action>`, with `*` for all of either, and
    /// `admin` for everything.
    pub(super) fn has_scope(&self, collection: &str, action: &str) -> bool {
        let Way::Scopes(scopes) = &self.way else {
            return true;
        };
        let fits = |said: &str, asked: &str| said == "*" || said == asked;
        scopes.iter().any(|scope| match scope.split_once(':') {
            Some((of, to)) => fits(of, collection) && fits(to, action),
            None => scope == "admin",
        })
    }

    pub(super) fn share(&self) -> Option<RecordId> {
        match self.way {
            Way::Link { share, .. } => Some(share),
            _ => None,
        }
    }
}

/// A rule of a collection or of a field, in whatever quotes it stands.
static RULE: LazyLock<Regex> = LazyLock::new(|| {
    let rule = r#"(?ms)^(list|read|write|create|update|delete|comment|share) = ('''.*?'''|""".*?"""|"[^\n]*"|'[^\n]*')$"#;
    Regex::new(rule).expect("it is one")
});

pub(super) struct Scene {
    pub(super) cast: Cast,
    app: TestApp,
}

/// What stays the same while the application is served.
pub(super) struct Cast {
    pub(super) definition: Arc<Definition>,
    /// The administrator is the last one.
    pub(super) people: Vec<Person>,
    pub(super) world: World,
    /// For each collection whose records can be shared: everything but its shares.
    pub(super) unshared: HashMap<CollectionId, World>,
    shares: HashMap<CollectionId, Vec<Share>>,
    pub(super) now: mainstay_core::Timestamp,
    /// The rules as they are written, one after the other.
    rules: String,
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
        let collections = files.iter().filter(|file| file.path != "mainstay.toml");
        let rules = collections.flat_map(|file| RULE.find_iter(&file.text));
        let rules: Vec<&str> = rules.map(|found| found.as_str()).collect();
        let rules = rules.join("\n");
        let options = AppOptions {
            public_url: Some("https://matrix.example.org".to_owned()),
            ..AppOptions::default()
        };
        let app = TestApp::start_with(files, options);
        let ctx = app.environment.system_context();
        let seeded = seed(&ctx, seed_files(folder)).await.expect("the seed fits");
        let (password, emails) = seeded.password.expect("the people of the seed are new");
        let mut people = vec![Person {
            name: "nobody".to_owned(),
            client: app.anonymous(),
            actor: Actor::ANONYMOUS,
            way: Way::Session,
        }];
        let expired = sign_in(&app, &emails[0], password.expose()).await;
        // A token lives ten minutes.
        app.clock.advance_seconds(3_600);
        people.push(Person {
            name: "expired".to_owned(),
            way: Way::Expired,
            ..expired
        });
        for email in &emails {
            people.push(sign_in(&app, email, password.expose()).await);
        }
        let stranger = app.user("stranger@example.org").await;
        people.push(person("stranger", stranger, ActorKind::User));
        let administrator = app.administrator().await;
        let definition = Arc::new(Definition::clone(&app.environment.release().definition));
        delete_some(&app, &administrator, &definition).await;
        let before = load(&app, &definition).await;
        let makers = Makers {
            app: &app,
            administrator: &administrator,
            people: [&people[2], &people[3]],
            password: password.expose(),
        };
        let records = |of: &&Collection| before.records[&of.id].len();
        let busiest = definition.collections.iter().max_by_key(records);
        let mut more = programs(&makers, busiest.expect("there are collections")).await;
        more.extend(holders(&makers, &definition, &before).await);
        people.extend(more);
        people.push(person("administrator", administrator, ActorKind::Administrator));
        let world = load(&app, &definition).await;
        let cast = Cast {
            unshared: without_shares(&world, &definition),
            shares: shares(&world, &definition),
            world,
            definition,
            people,
            now: mainstay_core::Clock::now(app.clock.as_ref()),
            rules,
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

    /// Some records of a collection, from all of it: fewer for whoever has a part of what somebody else has, and every
    /// one that is shared with the person.
    pub(super) fn sample(&self, collection: &Collection, person: &Person) -> Vec<&Row> {
        let rows = &self.world.records[&collection.id];
        let size = match person.way {
            Way::Scopes(_) | Way::Link { .. } => 2,
            _ => 8,
        };
        let step = rows.len().div_ceil(size).max(1);
        let shares = self.shares(collection).iter();
        let shared: Vec<RecordId> = shares
            .filter(|share| share.is_of(person))
            .map(|share| share.target)
            .collect();
        let numbered = rows.iter().enumerate();
        numbered
            .filter(|(number, row)| number % step == 0 || shared.contains(&id_of(row)))
            .map(|(_, row)| row)
            .collect()
    }

    /// Does a rule of the application look at a field of this name?
    pub(super) fn is_in_rules(&self, field: &Field) -> bool {
        let said = format!(".{}", field.name);
        let mut rest = self.rules.split(said.as_str()).skip(1);
        rest.any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    }

    /// What the records of a collection are shared with.
    pub(super) fn shares(&self, collection: &Collection) -> &[Share] {
        self.shares.get(&collection.id).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

pub(super) fn id_of(row: &Row) -> RecordId {
    match row[&SystemField::Id.id()] {
        Value::Id(id) => id,
        _ => panic!("a record has an id"),
    }
}

pub(super) fn person(name: &str, client: Client, kind: ActorKind) -> Person {
    let id = client.id().parse().ok();
    Person {
        name: name.to_owned(),
        client,
        actor: Actor { kind, id },
        way: Way::Session,
    }
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Person {
    let body = json!({"email": email, "password": password});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await;
    let json = session.json();
    let id = text(&json["user"]["id"]);
    Person {
        name: email.to_owned(),
        client: app.anonymous().with_token(&text(&json["access_token"])),
        actor: Actor {
            kind: ActorKind::User,
            id: id.parse().ok(),
        },
        way: Way::Session,
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
async fn delete_some(app: &TestApp, administrator: &Client, definition: &Definition) {
    let world = load(app, definition).await;
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
                auth_share: None,
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

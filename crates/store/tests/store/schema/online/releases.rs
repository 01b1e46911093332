//! A release: it writes and reads in the words of its own definition, wherever those stand in the database.

use std::sync::{Arc, Mutex};

use mainstay_core::{Definition, RecordId};
use mainstay_store::schema::{self, SchemaError};
use mainstay_store::tx::Bind;
use mainstay_store::{Db, Priority, StoreError, Tx, WriteTx};

use super::fixture::{Collections, Online};
use crate::schema::fixture::definition;

pub(super) struct Release {
    collections: Collections<'static>,
    definition: Mutex<Arc<Definition>>,
}

/// How often a release looks where its tables are now before it gives up.
const LOOKS_MAX: usize = 5;

/// The id of a record by its number.
pub(super) fn id(number: u32) -> RecordId {
    let mut bytes = [7; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    RecordId::from_bytes(bytes)
}

impl Release {
    pub(super) async fn of(online: &Online, collections: Collections<'static>) -> Self {
        let definition = laid_out(&online.db, collections).await;
        Self {
            collections,
            definition: Mutex::new(Arc::new(definition)),
        }
    }

    fn definition(&self) -> Arc<Definition> {
        let definition = self.definition.lock().expect("nobody panics while they hold it");
        Arc::clone(&definition)
    }

    async fn look_again(&self, db: &Db) {
        let definition = Arc::new(laid_out(db, self.collections).await);
        *self.definition.lock().expect("nobody panics while they hold it") = definition;
    }

    /// Runs a statement that is made anew when the tables have changed under it.
    async fn write(
        &self,
        db: &Db,
        number: u32,
        statement: impl Fn(&Definition) -> String,
    ) -> Result<(), StoreError> {
        for _ in 0..LOOKS_MAX {
            let sql = statement(&self.definition());
            let write = move |tx: &mut WriteTx<'_>| tx.execute_one(&sql, &[Bind::from(&id(number))]);
            match db.write(Priority::Interactive, write).await {
                Err(StoreError::Outdated) => self.look_again(db).await,
                other => return other,
            }
        }
        Err(StoreError::Outdated)
    }

    /// Values are SQL.
    pub(super) async fn insert(
        &self,
        db: &Db,
        collection: &str,
        number: u32,
        values: &[(&str, &str)],
    ) -> Result<(), StoreError> {
        let statement = |definition: &Definition| {
            let (mut columns, mut given) = (String::new(), String::new());
            for (field, value) in values {
                columns = format!("{columns}, {}", column(definition, collection, field));
                given = format!("{given}, {value}");
            }
            format!(
                "INSERT INTO {} (\"id\", \"version\", \"created_at\", \"updated_at\"{columns}) VALUES (?1, 1, 0, 0{given})",
                table(definition, collection)
            )
        };
        self.write(db, number, statement).await
    }

    pub(super) async fn update(
        &self,
        db: &Db,
        collection: &str,
        number: u32,
        values: &[(&str, &str)],
    ) -> Result<(), StoreError> {
        let statement = |definition: &Definition| {
            let set: Vec<String> = values
                .iter()
                .map(|(field, value)| format!("{} = {value}", column(definition, collection, field)))
                .collect();
            format!(
                "UPDATE {} SET {}, \"version\" = \"version\" + 1 WHERE \"id\" = ?1",
                table(definition, collection),
                set.join(", ")
            )
        };
        self.write(db, number, statement).await
    }

    pub(super) async fn delete(&self, db: &Db, collection: &str, number: u32) -> Result<(), StoreError> {
        let statement = |definition: &Definition| {
            format!("DELETE FROM {} WHERE \"id\" = ?1", table(definition, collection))
        };
        self.write(db, number, statement).await
    }

    /// The values of a record, as text.
    pub(super) async fn read(
        &self,
        db: &Db,
        collection: &str,
        number: u32,
        fields: &[&str],
    ) -> Result<Vec<String>, StoreError> {
        for _ in 0..LOOKS_MAX {
            let definition = self.definition();
            let columns: Vec<String> = fields
                .iter()
                .map(|field| column(&definition, collection, field))
                .collect();
            let sql = format!(
                "SELECT {} FROM {} WHERE \"id\" = ?1",
                columns.join(", "),
                table(&definition, collection)
            );
            let read = move |tx: &mut Tx<'_>| {
                let mut found = Vec::new();
                tx.query(&sql, &[Bind::from(&id(number))], |row| {
                    found = row.texts()?;
                    Ok::<(), StoreError>(())
                })?;
                Ok::<_, StoreError>(found)
            };
            match db.read(read).await {
                Err(StoreError::Outdated) => self.look_again(db).await,
                other => return other,
            }
        }
        Err(StoreError::Outdated)
    }
}

/// A definition on the tables of the database.
async fn laid_out(db: &Db, collections: Collections<'_>) -> Definition {
    let mut definition = definition(collections);
    let read = move |tx: &mut Tx<'_>| {
        schema::lay_out(tx, &mut definition)?;
        Ok::<_, SchemaError>(definition.clone())
    };
    db.read(read).await.expect("it can be read")
}

fn table(definition: &Definition, collection: &str) -> String {
    let known = definition.find_collection(collection);
    format!("\"{}\"", known.expect("the release knows it").table)
}

fn column(definition: &Definition, collection: &str, field: &str) -> String {
    let known = definition.find_collection(collection);
    let field = known.and_then(|collection| collection.find_field(field));
    format!("\"{}\"", field.expect("the release knows it").column)
}

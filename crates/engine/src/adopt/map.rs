//! `adopt.toml`: which table becomes which collection, and which column which field. People may change it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::outline::Collection;
use super::types::{quoted, quoted_key};

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptMap {
    /// The schema of a PostgreSQL database.
    pub schema: Option<String>,
    pub tables: BTreeMap<String, TableMap>,
}

/// Where the rows of one table go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMap {
    pub collection: String,
    /// The columns that name a row.
    pub key: Vec<String>,
    /// The column with the hashes of passwords.
    pub password: Option<String>,
    /// Columns and their fields; other columns are left out.
    pub columns: BTreeMap<String, String>,
}

/// The file is no map.
#[derive(Debug, Clone, thiserror::Error)]
#[error("adopt.toml cannot be read: {0}")]
pub struct InvalidMap(String);

impl AdoptMap {
    pub fn read(text: &str) -> Result<Self, InvalidMap> {
        toml::from_str(text).map_err(|error| InvalidMap(error.to_string().trim_end().to_owned()))
    }
}

/// The file for these collections.
pub(super) fn write(collections: &[Collection], schema: Option<&str>) -> String {
    let mut text = String::from(
        "# Where `mainstay adopt` takes the rows of each table, and where each column goes. A column that is not named\n\
         # is left out. Read again by every rehearsal and import: change it as the definition changes.\n",
    );
    if let Some(schema) = schema {
        text += &format!("schema = {}\n", quoted(schema));
    }
    if collections.iter().all(|collection| collection.key.is_empty()) {
        text += "\n[tables]\n";
    }
    for collection in collections.iter().filter(|collection| !collection.key.is_empty()) {
        let table = quoted_key(&collection.table);
        let key: Vec<String> = collection.key.iter().map(|column| quoted(column)).collect();
        let name = quoted(&collection.name);
        write!(
            text,
            "\n[tables.{table}]\ncollection = {name}\nkey = [{}]\n",
            key.join(", ")
        )
        .expect("texts can be written to");
        if let Some(password) = &collection.password {
            text += &format!("password = {}\n", quoted(password));
        }
        text += &format!("\n[tables.{table}.columns]\n");
        for (column, field) in &collection.fields {
            text += &format!("{} = {}\n", quoted_key(column), quoted(&field.name));
        }
    }
    text
}

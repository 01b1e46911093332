//! A migration as a file: what it does, what it follows, and the digest by which it is known.

use toml::{Table, Value};

use super::operation::{Class, Operation};
use super::shape::write_times_as_texts;

/// One file of the folder `migrations`.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The number that the file's name begins with.
    pub number: u32,
    /// The file's name without its ending: `0007_add_due_date`.
    pub name: String,
    pub title: String,
    /// The digest of the migration before it; `None` for the first.
    pub parent: Option<String>,
    /// Does it take away what releases before the newest need?
    pub contract: bool,
    pub operations: Vec<Operation>,
    /// The file, as it is or will be written.
    pub text: String,
}

/// Why a file is no migration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidMigration {
    pub message: String,
}

const KEYS: [&str; 4] = ["title", "parent", "contract", "operations"];

impl Migration {
    /// Makes the file that follows `parent`.
    pub fn write(
        number: u32,
        title: &str,
        parent: Option<&Self>,
        contract: bool,
        operations: Vec<Operation>,
    ) -> Self {
        let mut migration = Self {
            number,
            name: format!("{number:04}_{}", slug(title)),
            title: title.to_owned(),
            parent: parent.map(Self::digest),
            contract,
            operations,
            text: String::new(),
        };
        migration.text = migration.to_text();
        migration
    }

    /// Reads a file; `name` is its name without the ending.
    pub fn read(name: &str, text: &str) -> Result<Self, InvalidMigration> {
        let fault = |message: String| InvalidMigration { message };
        let number = number_of(name).ok_or_else(|| {
            fault(
                "its name is not a number of four digits and words of the letters a to z, such as 0007_add_due_date"
                    .to_owned(),
            )
        })?;
        let table: Table = text
            .replace("\r\n", "\n")
            .parse()
            .map_err(|error: toml::de::Error| {
                fault(format!("the TOML is not valid: {}", error.to_string().trim_end()))
            })?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(fault(format!(
                "`{key}` is not a key of a migration; there are {}",
                KEYS.join(", ")
            )));
        }
        let title = match table.get("title") {
            Some(title) => title.as_str().ok_or("`title` is a text"),
            None => Err("it has no title"),
        };
        let parent = table.get("parent").map(|parent| {
            let parent = parent.as_str();
            parent.ok_or("`parent` is the digest of the migration before it")
        });
        let contract = table.get("contract").map_or(Some(false), Value::as_bool);
        let no_operations = Vec::new();
        let operations = table
            .get("operations")
            .map_or(Some(&no_operations), Value::as_array);
        let operations = operations.ok_or("`operations` is a list: each begins with [[operations]]");
        let said = |message: &str| fault(message.to_owned());
        let read = |(position, operation)| {
            read_operation(operation).map_err(|error| fault(format!("operation {}: {error}", position + 1)))
        };
        Ok(Self {
            number,
            name: name.to_owned(),
            title: title.map_err(said)?.to_owned(),
            parent: parent.transpose().map_err(said)?.map(str::to_owned),
            contract: contract.ok_or_else(|| said("`contract` is true or false"))?,
            operations: operations
                .map_err(said)?
                .iter()
                .enumerate()
                .map(read)
                .collect::<Result<_, _>>()?,
            text: text.to_owned(),
        })
    }

    /// 64 hexadecimal digits of the file; line ends do not count, which version control may change.
    pub fn digest(&self) -> String {
        digest(&self.text.replace("\r\n", "\n"))
    }

    /// The path of the file within its application.
    pub fn path(&self) -> String {
        format!("migrations/{}.toml", self.name)
    }

    /// The steps that are written by hand.
    pub fn sql_steps(&self) -> impl Iterator<Item = SqlStep<'_>> {
        self.operations.iter().filter_map(|operation| match operation {
            Operation::Sql {
                about,
                sqlite,
                postgres,
                back_sqlite,
                back_postgres,
                ..
            } => Some(SqlStep {
                about,
                sqlite: sqlite.as_deref(),
                postgres: postgres.as_deref(),
                back_sqlite: back_sqlite.as_deref(),
                back_postgres: back_postgres.as_deref(),
            }),
            _ => None,
        })
    }

    fn to_text(&self) -> String {
        let mut text =
            "# Made by `mainstay migrate new`. Once it is released it is never edited: write another one.\n"
                .to_owned();
        let mut key = |key: &str, value: Value| text.push_str(&format!("{key} = {value}\n"));
        key("title", self.title.as_str().into());
        if let Some(parent) = &self.parent {
            key("parent", parent.as_str().into());
        }
        if self.contract {
            key("contract", Value::Boolean(true));
        }
        for operation in &self.operations {
            text.push_str(&operation_text(operation));
        }
        text
    }
}

/// One step written by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlStep<'m> {
    pub about: &'m str,
    pub sqlite: Option<&'m str>,
    pub postgres: Option<&'m str>,
    pub back_sqlite: Option<&'m str>,
    pub back_postgres: Option<&'m str>,
}

/// An operation with its class and its way back, which are told to people and checked when they are read.
fn operation_text(operation: &Operation) -> String {
    let mut table = Table::try_from(operation).expect("an operation is a table");
    // A comment ends with its line, and a declaration may have several.
    let sentence = operation.sentence();
    let sentence: Vec<&str> = sentence
        .split(char::is_control)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let mut text = format!("\n# {}\n[[operations]]\n", sentence.join(" "));
    let mut push = |key: &str, value: &Value| text.push_str(&format!("{key} = {value}\n"));
    if let Some(name) = table.remove("do") {
        push("do", &name);
    }
    table.remove("class");
    push("class", &operation.class().as_str().into());
    // Whoever fills in a step writes its way back as statements.
    if !matches!(operation, Operation::Sql { .. }) {
        let back = operation.back().unwrap_or_else(|| NO_WAY_BACK.to_owned());
        push("back", &back.into());
    }
    let declaration = match operation {
        Operation::AddCollection { .. } | Operation::RemoveCollection { .. } => table.remove("declaration"),
        _ => None,
    };
    let mut keys: Vec<&String> = table.keys().collect();
    keys.sort_by_key(|key| {
        let place = WHERE.iter().position(|known| known == key);
        place.unwrap_or(WHERE.len())
    });
    for key in keys {
        push(key, &table[key]);
    }
    if let Some(Value::Table(declaration)) = declaration {
        text.push_str(&declaration_text(declaration));
    }
    text
}

/// What a step is about comes before what it does there.
const WHERE: [&str; 7] = [
    "collection",
    "table",
    "field",
    "column",
    "from",
    "to",
    "declaration",
];

const NO_WAY_BACK: &str = "none";

/// A collection over several lines.
fn declaration_text(mut declaration: Table) -> String {
    let fields = declaration.remove("fields");
    let mut text = "[operations.declaration]\n".to_owned();
    for (key, value) in &declaration {
        text.push_str(&format!("{key} = {value}\n"));
    }
    for (field, value) in fields.iter().filter_map(Value::as_table).flatten() {
        text.push_str(&format!("fields.{field} = {value}\n"));
    }
    text
}

fn read_operation(value: &Value) -> Result<Operation, String> {
    let mut value = value.clone();
    write_times_as_texts(&mut value);
    let Value::Table(mut table) = value else {
        return Err("it is not a table".to_owned());
    };
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let is_sql = table.get("do").and_then(Value::as_str) == Some("sql");
    let class = if is_sql {
        text(table.get("class").cloned())
    } else {
        text(table.remove("class"))
    };
    let back = text(table.remove("back"));
    let operation: Operation = table
        .try_into()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    if class.as_deref() != Some(operation.class().as_str()) {
        return Err(format!(
            "its class is \"{}\", not \"{}\"",
            operation.class().as_str(),
            class.unwrap_or_default()
        ));
    }
    let known = operation.back();
    let known = known.as_deref().unwrap_or(NO_WAY_BACK);
    match back.as_deref() {
        Some(back) if back == known => Ok(operation),
        None if is_sql => Ok(operation),
        _ => Err(format!("its way back is \"{known}\"")),
    }
}

/// The number that a file's name begins with; `None` when it is no name of a migration.
fn number_of(name: &str) -> Option<u32> {
    let (digits, words) = name.split_once('_')?;
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if words.is_empty() || !words.bytes().all(is_word) {
        return None;
    }
    // A sign is not a digit, though it is part of a number.
    let is_number = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|number| *number > 0);
    number.filter(|_| is_number)
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// SHA-256 as 64 hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let digits = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// A title as part of a file's name.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in title
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
    {
        if word.is_empty() || slug.len() + word.len() > 60 {
            continue;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word);
    }
    if slug.is_empty() {
        "change".to_owned()
    } else {
        slug
    }
}

//! From the shape of a database to collections.

use std::collections::HashMap;

use mainstay_core::limits::INDEX_FIELDS_MAX;
use mainstay_store::Dialect;
use mainstay_store::adopt::{Brackets, SourceColumn, SourceSchema, SourceTable};

use super::accounts::{self, Accounts, AccountsError};
use super::cel;
use super::columns::Columns;
use super::conditions::{Condition, parse};
use super::names::{check_name, collection_name};
use super::outline::{Check, Collection, Field, Findings, Kind};

/// A schema and what was decided about it as a whole.
pub(super) struct Source<'s> {
    pub(super) schema: &'s SourceSchema,
    pub(super) accounts: Option<Accounts>,
    /// The collection of each table.
    pub(super) names: HashMap<String, String>,
    pub(super) brackets: Brackets,
}

impl Source<'_> {
    /// Is this the table of the accounts?
    pub(super) fn accounts_of(&self, table: &SourceTable) -> Option<&Accounts> {
        self.accounts
            .as_ref()
            .filter(|accounts| accounts.table == table.name)
    }
}

pub(super) fn collections(
    schema: &SourceSchema,
    users: Option<&str>,
    findings: &mut Findings,
) -> Result<Vec<Collection>, AccountsError> {
    let accounts = accounts::find(schema, users, findings)?;
    let mut source = Source {
        schema,
        names: HashMap::new(),
        brackets: match schema.dialect {
            Dialect::Sqlite => Brackets::Quotes,
            Dialect::Postgres => Brackets::Symbols,
        },
        accounts,
    };
    for table in &schema.tables {
        let taken = |name: &str| source.names.values().any(|known| known == name);
        let name = match source.accounts_of(table) {
            Some(_) => "users".to_owned(),
            None => collection_name(&table.name, taken),
        };
        if name != table.name {
            findings.add(&table.name, format!("becomes the collection {name}"));
        }
        source.names.insert(table.name.clone(), name);
    }
    for other in &schema.others {
        findings.add("", format!("the {} {} is left out", other.kind, other.name));
    }
    let tables = schema.tables.iter();
    Ok(tables.map(|table| collection(&source, table, findings)).collect())
}

fn collection(source: &Source<'_>, table: &SourceTable, findings: &mut Findings) -> Collection {
    let checks: Vec<(usize, Option<Condition>)> = table
        .checks
        .iter()
        .enumerate()
        .map(|(place, check)| (place, parse(&check.condition, source.brackets)))
        .collect();
    let mut collection = Collection {
        name: source.names[&table.name].clone(),
        table: table.name.clone(),
        key: key_of(table),
        password: source
            .accounts_of(table)
            .and_then(|accounts| accounts.password.clone()),
        ..Collection::default()
    };
    if collection.key.is_empty() {
        findings.add(
            &table.name,
            "has no primary key: its rows cannot be told apart, and are not imported until it has one",
        );
    }
    let conditions: Vec<&Condition> = checks.iter().filter_map(|(_, found)| found.as_ref()).collect();
    let mut columns = Columns {
        source,
        table,
        conditions: &conditions,
        findings,
    };
    for column in &table.columns {
        columns.add(column, &mut collection);
    }
    add_uniques(table, &mut collection, findings);
    add_indexes(table, &mut collection, findings);
    for (place, condition) in &checks {
        add_check(table, *place, condition.as_ref(), &mut collection, findings);
    }
    collection
}

/// The primary key, else the first unique constraint whose columns are never null.
fn key_of(table: &SourceTable) -> Vec<String> {
    if !table.primary_key.is_empty() {
        return table.primary_key.clone();
    }
    let required = |name: &String| table.column(name).is_some_and(|column| column.required);
    let unique = table
        .uniques
        .iter()
        .find(|unique| unique.columns.iter().all(required));
    unique.map(|unique| unique.columns.clone()).unwrap_or_default()
}

fn add_uniques(table: &SourceTable, collection: &mut Collection, findings: &mut Findings) {
    let keys = std::iter::once(&table.primary_key).filter(|key| key.len() > 1);
    let constraints = table.uniques.iter().map(|unique| &unique.columns);
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.special.is_none());
    let all = keys.chain(constraints).chain(indexes.map(|index| &index.columns));
    for columns in all {
        add_index(table, columns, true, collection, findings);
    }
}

fn add_indexes(table: &SourceTable, collection: &mut Collection, findings: &mut Findings) {
    for index in &table.indexes {
        match &index.special {
            Some(sql) => {
                let kind = if index.unique { "unique index" } else { "index" };
                findings.add(
                    &table.name,
                    format!("the {kind} {} is left out: {sql}", index.name),
                );
            }
            None if index.unique => {}
            None => add_index(table, &index.columns, false, collection, findings),
        }
    }
}

fn add_index(
    table: &SourceTable,
    columns: &[String],
    unique: bool,
    collection: &mut Collection,
    findings: &mut Findings,
) {
    let noun = if unique { "unique constraint" } else { "index" };
    if let [only] = columns
        && let Some(field) = collection.field_mut(only)
        && field.kind != Kind::Json
    {
        // The address of a user is unique by itself; so is what stands for the key.
        let has_index = field.built_in || matches!(field.kind, Kind::Relation { .. });
        field.unique |= unique && !field.built_in;
        field.index |= !unique && !has_index && !field.unique;
        return;
    }
    let fields: Option<Vec<String>> = columns
        .iter()
        .map(|column| {
            let field = collection.field(column)?;
            let usable = field.kind != Kind::Json && !field.built_in;
            usable.then(|| field.name.clone())
        })
        .collect();
    match fields.filter(|fields| fields.len() <= INDEX_FIELDS_MAX) {
        Some(fields)
            if collection
                .indexes
                .iter()
                .any(|(known, of)| *known == fields && *of >= unique) => {}
        Some(fields) => collection.indexes.push((fields, unique)),
        None => {
            let columns = columns.join(", ");
            findings.add(
                &table.name,
                format!("the {noun} over {columns} cannot be expressed"),
            );
        }
    }
}

fn add_check(
    table: &SourceTable,
    place: usize,
    condition: Option<&Condition>,
    collection: &mut Collection,
    findings: &mut Findings,
) {
    let check = &table.checks[place];
    if condition.is_some_and(|condition| is_said_by_a_type(condition, collection)) {
        return;
    }
    let find = |column: &str| {
        let known = collection.fields.iter();
        let mut known = known.filter(|(of, field)| of.eq_ignore_ascii_case(column) && !field.built_in);
        known.next().map(|(_, field)| field)
    };
    let expression = condition.and_then(|condition| cel::translate(condition, &find));
    let Some(expression) = expression else {
        let told = format!("the check {} cannot be expressed", check.condition);
        findings.add(&table.name, told);
        return;
    };
    let wanted = check.name.clone().unwrap_or_else(|| "check".to_owned());
    let name = check_name(&wanted, |name| {
        collection.has_field(name) || collection.checks.iter().any(|known| known.name == name)
    });
    collection.checks.push(Check {
        name,
        expression,
        condition: check.condition.clone(),
    });
}

/// The options of a select, the two values of a boolean and the shape of JSON need no check.
fn is_said_by_a_type(condition: &Condition, collection: &Collection) -> bool {
    let kind = |column: &str| {
        let known = collection.fields.iter();
        let mut known = known.filter(|(of, _)| of.eq_ignore_ascii_case(column));
        known.next().map(|(_, field)| &field.kind)
    };
    if let Some(column) = condition.json_column() {
        return kind(column) == Some(&Kind::Json);
    }
    let Some((column, items)) = condition.choice() else {
        return false;
    };
    match kind(column) {
        Some(Kind::Select(options)) => options.len() == items.len(),
        Some(Kind::Boolean) => true,
        _ => false,
    }
}

/// The values that a check allows a column, where it allows only some texts.
pub(super) fn chosen(column: &SourceColumn, conditions: &[&Condition]) -> Option<Vec<String>> {
    let text = |item: &Condition| match item {
        Condition::Text(text) => Some(text.clone()),
        _ => None,
    };
    let choices = conditions.iter().filter_map(|condition| condition.choice());
    let mut own = choices.filter(|(name, _)| name.eq_ignore_ascii_case(&column.name));
    own.find_map(|(_, items)| items.iter().map(text).collect())
}

/// Does a check allow the column 0 and 1 alone?
pub(super) fn is_flag(column: &SourceColumn, conditions: &[&Condition]) -> bool {
    let choices = conditions.iter().filter_map(|condition| condition.choice());
    let mut own = choices.filter(|(name, _)| name.eq_ignore_ascii_case(&column.name));
    own.any(|(_, items)| {
        let bit =
            |item: &Condition| matches!(item, Condition::Number(number) if number == "0" || number == "1");
        items.len() == 2 && items.iter().all(bit)
    })
}

/// A field for the key of a table, so that people find what they knew by its number.
pub(super) fn legacy(name: &str, kind: Kind) -> Field {
    Field {
        unique: true,
        read_only: true,
        ..Field::new(name, kind)
    }
}

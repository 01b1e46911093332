//! What an operation makes of a shape.

use toml::{Table, Value};

use super::expression_names::renamed_fields;
use super::operation::{Operation, differences};
use super::shape::{Shape, fields_mut, list_mut, normalise};

/// Why an operation does not fit the shape that it is applied to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("there is no collection `{0}` here")]
    NoCollection(String),
    #[error("there is a collection `{0}` already")]
    CollectionThere(String),
    #[error("`{collection}` has no field `{field}` here")]
    NoField { collection: String, field: String },
    #[error("`{collection}` has a field `{field}` already")]
    FieldThere { collection: String, field: String },
    #[error("`{collection}` is declared in another way here: {what}")]
    Other { collection: String, what: String },
}

impl Shape {
    fn collection_mut(&mut self, name: &str) -> Result<&mut Table, Unfit> {
        let found = self.collections.get_mut(name);
        found.ok_or_else(|| Unfit::NoCollection(name.to_owned()))
    }

    /// Changes the shape; refuses what does not follow from it.
    pub(super) fn apply(&mut self, operation: &Operation) -> Result<(), Unfit> {
        match operation {
            Operation::RemoveCollection {
                collection: users, ..
            }
            | Operation::RenameCollection { from: users, .. }
                if users == "users" =>
            {
                return Err(other(users, "every application has users"));
            }
            Operation::AddCollection {
                collection,
                declaration,
            } => {
                let mut declaration = declaration.clone();
                normalise(&mut declaration);
                if self.collections.contains_key(collection) {
                    return Err(Unfit::CollectionThere(collection.clone()));
                }
                self.collections.insert(collection.clone(), declaration);
            }
            Operation::RemoveCollection {
                collection,
                declaration,
            } => {
                let mut declaration = declaration.clone();
                normalise(&mut declaration);
                let known = self.collection_mut(collection)?;
                if *known != declaration {
                    return Err(other(collection, &differences(&declaration, known)));
                }
                self.collections.remove(collection);
            }
            Operation::RenameCollection { from, to } => self.rename_collection(from, to)?,
            Operation::ChangeCollection { collection, from, to } => {
                let known = self.collection_mut(collection)?;
                for key in ["soft_delete", "order"] {
                    if known.get(key) != from.get(key) {
                        return Err(other(collection, key));
                    }
                    known.remove(key);
                    if let Some(value) = to.get(key) {
                        known.insert(key.to_owned(), value.clone());
                    }
                }
            }
            Operation::AddIndex { collection, index } => self.add_item(collection, "indexes", index)?,
            Operation::RemoveIndex { collection, index } => self.remove_item(collection, "indexes", index)?,
            Operation::AddCheck { collection, check } => self.add_item(collection, "checks", check)?,
            Operation::RemoveCheck { collection, check } => self.remove_item(collection, "checks", check)?,
            Operation::AddField { .. }
            | Operation::RemoveField { .. }
            | Operation::RenameField { .. }
            | Operation::ChangeField { .. } => self.apply_to_field(operation)?,
            _ => {}
        }
        self.collections.values_mut().for_each(normalise);
        Ok(())
    }

    fn apply_to_field(&mut self, operation: &Operation) -> Result<(), Unfit> {
        match operation {
            Operation::AddField {
                collection,
                field,
                declaration,
                ..
            } => {
                let fields = fields_mut(self.collection_mut(collection)?);
                if fields.contains_key(field) {
                    return Err(field_there(collection, field));
                }
                fields.insert(field.clone(), Value::Table(declaration.clone()));
            }
            Operation::RemoveField {
                collection,
                field,
                declaration,
                ..
            } => {
                self.expect_field(collection, field, declaration)?;
                fields_mut(self.collection_mut(collection)?).remove(field);
            }
            Operation::ChangeField {
                collection,
                field,
                from,
                to,
                ..
            } => {
                self.expect_field(collection, field, from)?;
                let fields = fields_mut(self.collection_mut(collection)?);
                fields.insert(field.clone(), Value::Table(to.clone()));
            }
            Operation::RenameField { collection, from, to } => self.rename_field(collection, from, to)?,
            _ => {}
        }
        Ok(())
    }

    fn expect_field(&self, collection: &str, field: &str, declaration: &Table) -> Result<(), Unfit> {
        if !self.collections.contains_key(collection) {
            return Err(Unfit::NoCollection(collection.to_owned()));
        }
        let known = self.field(collection, field);
        let known = known.ok_or_else(|| no_field(collection, field))?;
        if known != declaration {
            return Err(other(
                collection,
                &format!("{field}: {}", differences(declaration, known)),
            ));
        }
        Ok(())
    }

    fn rename_collection(&mut self, from: &str, to: &str) -> Result<(), Unfit> {
        if self.collections.contains_key(to) {
            return Err(Unfit::CollectionThere(to.to_owned()));
        }
        let declaration = self.collections.remove(from);
        let declaration = declaration.ok_or_else(|| Unfit::NoCollection(from.to_owned()))?;
        self.collections.insert(to.to_owned(), declaration);
        for collection in self.collections.values_mut() {
            for (_, field) in fields_mut(collection).iter_mut() {
                if let Some(Value::String(target)) = field.get_mut("to")
                    && target == from
                {
                    to.clone_into(target);
                }
            }
        }
        Ok(())
    }

    fn rename_field(&mut self, collection: &str, from: &str, to: &str) -> Result<(), Unfit> {
        let table = self.collection_mut(collection)?;
        let fields = fields_mut(table);
        if fields.contains_key(to) {
            return Err(field_there(collection, to));
        }
        let declaration = fields.remove(from).ok_or_else(|| no_field(collection, from))?;
        fields.insert(to.to_owned(), declaration);
        let renamed = |field: &str| {
            if field == from {
                to.to_owned()
            } else {
                field.to_owned()
            }
        };
        for (_, field) in fields.iter_mut() {
            if let Some(Value::String(check)) = field.get_mut("check") {
                *check = renamed_fields(check, &renamed);
            }
        }
        for check in list_mut(table, "checks") {
            if let Some(Value::String(expression)) = check.get_mut("expression") {
                *expression = renamed_fields(expression, &renamed);
            }
        }
        for index in list_mut(table, "indexes") {
            let fields = index.get_mut("fields").and_then(Value::as_array_mut);
            for field in fields.into_iter().flatten() {
                if field.as_str() == Some(from) {
                    *field = to.into();
                }
            }
        }
        if table.get("order").and_then(Value::as_str) == Some(from) {
            table.insert("order".to_owned(), to.into());
        }
        Ok(())
    }

    fn add_item(&mut self, collection: &str, key: &str, item: &Table) -> Result<(), Unfit> {
        let items = list_mut(self.collection_mut(collection)?, key);
        if items.iter().any(|known| known.as_table() == Some(item)) {
            return Err(other(collection, &format!("{key} has it already")));
        }
        items.push(Value::Table(item.clone()));
        Ok(())
    }

    fn remove_item(&mut self, collection: &str, key: &str, item: &Table) -> Result<(), Unfit> {
        let items = list_mut(self.collection_mut(collection)?, key);
        let before = items.len();
        items.retain(|known| known.as_table() != Some(item));
        if items.len() == before {
            return Err(other(collection, &format!("{key} does not have it")));
        }
        Ok(())
    }
}

fn other(collection: &str, what: &str) -> Unfit {
    Unfit::Other {
        collection: collection.to_owned(),
        what: what.to_owned(),
    }
}

fn no_field(collection: &str, field: &str) -> Unfit {
    Unfit::NoField {
        collection: collection.to_owned(),
        field: field.to_owned(),
    }
}

fn field_there(collection: &str, field: &str) -> Unfit {
    Unfit::FieldThere {
        collection: collection.to_owned(),
        field: field.to_owned(),
    }
}

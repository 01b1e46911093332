//! From columns to fields.

use mainstay_store::adopt::{DeleteAction, SourceColumn, SourceForeignKey, SourceTable};

use super::build::{Source, chosen, is_flag, legacy};
use super::conditions::Condition;
use super::names::field_name;
use super::outline::{Collection, Field, Findings, Kind};
use super::types::{default_of, kind_of, options};

pub(super) struct Columns<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) table: &'a SourceTable,
    pub(super) conditions: &'a [&'a Condition],
    pub(super) findings: &'a mut Findings,
}

impl Columns<'_> {
    pub(super) fn add(&mut self, column: &SourceColumn, collection: &mut Collection) {
        if collection.password.as_deref() == Some(&column.name) {
            self.tell(column, "its hashes become credentials, which no field shows");
            return;
        }
        if column.generated {
            self.tell(column, "is worked out from other columns and left out");
            return;
        }
        let Some(kind) = self.kind(column) else {
            return;
        };
        let field = match self.built_in(column, &kind) {
            Some(field) => field,
            None => self.declared(column, kind, collection),
        };
        collection.fields.push((column.name.clone(), field));
    }

    fn tell(&mut self, column: &SourceColumn, message: impl Into<String>) {
        let place = format!("{}.{}", self.table.name, column.name);
        self.findings.add(place, message);
    }

    fn kind(&mut self, column: &SourceColumn) -> Option<Kind> {
        if let Some(domain) = &column.domain {
            self.tell(
                column,
                format!("of the domain {domain} only the type {} is taken over", column.ty),
            );
        }
        if let Some(kind) = self.relation(column) {
            return Some(kind);
        }
        let (kind, told) = match kind_of(column) {
            (Some(Kind::Integer), _) if is_flag(column, self.conditions) => (Some(Kind::Boolean), None),
            (Some(text @ Kind::Text { .. }), told) => match chosen(column, self.conditions) {
                Some(labels) => options(&labels),
                None if self.is_json(column) => (Some(Kind::Json), None),
                None => (Some(text), told),
            },
            other => other,
        };
        if let Some(told) = told {
            self.tell(column, told);
        }
        kind
    }

    fn is_json(&self, column: &SourceColumn) -> bool {
        let mut columns = self
            .conditions
            .iter()
            .filter_map(|condition| condition.json_column());
        columns.any(|name| name.eq_ignore_ascii_case(&column.name))
    }

    /// The first foreign key of this column alone that leads to the key of a table here.
    fn relation(&mut self, column: &SourceColumn) -> Option<Kind> {
        let table = self.table;
        let mut found = None;
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| key.columns.contains(&column.name))
        {
            match self.target(key) {
                Some(to) if found.is_none() => found = Some((to, key.on_delete)),
                Some(_) => self.tell(
                    column,
                    format!("leads to {}, too: one relation is made", key.to_table),
                ),
                None => self.tell_unusable(column, key),
            }
        }
        let (to, action) = found?;
        let on_delete = match action {
            DeleteAction::Cascade => "cascade",
            DeleteAction::SetNull if !column.required => "set_null",
            DeleteAction::Restrict => "restrict",
            DeleteAction::SetNull | DeleteAction::SetDefault => {
                self.tell(
                    column,
                    "what its database does on a deletion cannot be expressed: it restricts",
                );
                "restrict"
            }
        };
        Some(Kind::Relation { to, on_delete })
    }

    fn target(&self, key: &SourceForeignKey) -> Option<String> {
        let target = self.source.schema.table(&key.to_table)?;
        let simple = key.columns.len() == 1 && key.to_columns == target.primary_key;
        simple.then(|| self.source.names[&target.name].clone())
    }

    fn tell_unusable(&mut self, column: &SourceColumn, key: &SourceForeignKey) {
        let columns = key.to_columns.join(", ");
        let why = if key.columns.len() > 1 {
            "has several columns"
        } else if self.source.schema.table(&key.to_table).is_none() {
            "leads out of the schema"
        } else {
            "does not lead to a primary key"
        };
        let told = format!(
            "its foreign key to {} ({columns}) {why}: the values stay, without a relation",
            key.to_table
        );
        self.tell(column, told);
    }

    /// A field that every record or every user has by itself.
    fn built_in(&mut self, column: &SourceColumn, kind: &Kind) -> Option<Field> {
        let name = column.name.to_ascii_lowercase();
        if let Some(accounts) = self.source.accounts_of(self.table) {
            if accounts.email == column.name {
                let required = Field {
                    required: true,
                    ..Field::built_in("email", Kind::Email)
                };
                return Some(required);
            }
            if accounts.active.as_deref() == Some(&column.name) {
                let required = Field {
                    required: true,
                    ..Field::built_in("active", Kind::Boolean)
                };
                return Some(required);
            }
        }
        let is_key = self.table.primary_key == [column.name.as_str()];
        if is_key && column.ty.eq_ignore_ascii_case("uuid") && name == "id" {
            return Some(Field::built_in("id", kind.clone()));
        }
        let times = ["created_at", "updated_at"];
        if *kind == Kind::DateTime && times.contains(&name.as_str()) {
            return Some(Field::built_in(&name, Kind::DateTime));
        }
        let by_user = matches!(kind, Kind::Relation { to, .. } if to == "users");
        if by_user && ["created_by", "created_by_id"].contains(&name.as_str()) {
            self.tell(
                column,
                "becomes the created_by of every record, which may be null and stays when the user is deleted",
            );
            return Some(Field::built_in("created_by", kind.clone()));
        }
        None
    }

    fn declared(&mut self, column: &SourceColumn, kind: Kind, collection: &Collection) -> Field {
        let taken = |name: &str| {
            let of_users = collection.name == "users" && ["email", "administrator", "active"].contains(&name);
            of_users || collection.has_field(name)
        };
        let is_key = self.table.primary_key == [column.name.as_str()];
        if is_key && column.name.eq_ignore_ascii_case("id") && !matches!(kind, Kind::Relation { .. }) {
            let name = field_name("legacy_id", taken);
            self.tell(column, format!("is kept as {name}; records get new ids"));
            return legacy(&name, kind);
        }
        let plain = match &kind {
            Kind::Relation { .. } => relation_name(&column.name),
            _ => column.name.clone(),
        };
        let name = field_name(&plain, taken);
        if name != column.name && name != plain {
            self.tell(column, format!("becomes the field {name}"));
        }
        if is_key && column.numbered {
            self.tell(column, "gets no numbers for new records");
            return legacy(&name, kind);
        }
        let default = self.default(column, &kind);
        Field {
            required: column.required,
            unique: is_key,
            default,
            ..Field::new(&name, kind)
        }
    }

    fn default(&mut self, column: &SourceColumn, kind: &Kind) -> Option<String> {
        let text = column.default.as_deref()?;
        default_of(text, kind, self.source.brackets).unwrap_or_else(|()| {
            self.tell(column, format!("the default {text} cannot be expressed"));
            None
        })
    }
}

/// `project_id` leads to a project.
fn relation_name(column: &str) -> String {
    let without = column.strip_suffix("_id").or_else(|| column.strip_suffix("Id"));
    without
        .filter(|name| !name.is_empty())
        .unwrap_or(column)
        .to_owned()
}

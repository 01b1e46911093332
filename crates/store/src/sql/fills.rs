//! Columns that follow from others while releases of two shapes write: their values, and the triggers that keep them.

use mainstay_core::definition::{Collection, Definition, Field, FieldKind};
use mainstay_core::migrations::Fill;
use mainstay_core::rules::{self, ExpressionError, Purpose, Scope};

use super::ddl::field_bounds;
use super::dialect::{Dialect, Target};
use super::expression::{TooComplex, value_sql};
use super::names::{constraint_name, quote};
use super::parts::renamed_identifiers;
use super::rebuild::differ;

/// Why the value of a column cannot be worked out.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    #[error("the expression for {table}.{column} is not valid: {}", .errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))]
    Expression {
        table: String,
        column: String,
        errors: Vec<ExpressionError>,
    },
    #[error("the expression for {table}.{column} is too complex")]
    TooComplex { table: String, column: String },
    #[error("there is no {table}.{column} to work out a value for")]
    Unknown { table: String, column: String },
}

/// The value of `field` for a row known by an alias, null where it would not fit the field.
///
/// `source` is the definition whose table the expression reads.
pub(crate) fn fill_value(
    source: Target<'_>,
    table: &str,
    expression: &str,
    (wanted, field): (&Definition, &Field),
    alias: &str,
) -> Result<String, FillError> {
    let field = &seen_from(source.definition, wanted, field);
    let column = field.column.to_string();
    let unknown = || FillError::Unknown {
        table: table.to_owned(),
        column: column.clone(),
    };
    let collection = source.definition.find_collection(table).ok_or_else(unknown)?;
    let scope = Scope {
        collection: collection.id,
        purpose: Purpose::Convert,
    };
    let parsed = rules::parse_value(source.definition, scope, expression, field);
    let parsed = parsed.map_err(|errors| FillError::Expression {
        table: table.to_owned(),
        column: column.clone(),
        errors,
    })?;
    let value = value_sql(source, alias, &parsed).map_err(|TooComplex| FillError::TooComplex {
        table: table.to_owned(),
        column: column.clone(),
    })?;
    let bounds = match field.kind {
        FieldKind::Json { .. } | FieldKind::MultiSelect { .. } => Vec::new(),
        _ => field_bounds(source.dialect, field, &value),
    };
    if bounds.is_empty() {
        return Ok(value);
    }
    let bounds: Vec<String> = bounds
        .into_iter()
        .map(|(_, condition)| format!("({condition})"))
        .collect();
    Ok(format!("(CASE WHEN {} THEN {value} END)", bounds.join(" AND ")))
}

/// The field of one definition, with its relation as another definition counts the collections.
fn seen_from(definition: &Definition, wanted: &Definition, field: &Field) -> Field {
    let mut seen = field.clone();
    if let FieldKind::Relation(relation) = &mut seen.kind {
        let target = wanted.collection(relation.to).name.as_str();
        if let Some(known) = definition.find_collection(target) {
            relation.to = known.id;
        }
    }
    seen
}

/// A trigger by its name and table, and what makes and removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TriggerSql {
    pub(crate) name: String,
    pub(crate) create: String,
}

/// The triggers for the fills of a database with these tables.
pub(crate) fn keepers(target: Target<'_>, fills: &[Fill]) -> Result<Vec<TriggerSql>, FillError> {
    let mut tables: Vec<&str> = fills.iter().map(|fill| fill.table.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut triggers = Vec::new();
    for table in tables {
        let kept: Vec<Kept<'_>> = fills
            .iter()
            .filter(|fill| fill.table == table && (fill.on_insert || !fill.watches.is_empty()))
            .map(|fill| Kept::of(target, fill))
            .collect::<Result<_, _>>()?;
        match target.dialect {
            Dialect::Sqlite => triggers.extend(kept.iter().flat_map(|fill| fill.sqlite(&kept))),
            Dialect::Postgres if !kept.is_empty() => triggers.push(postgres(table, &kept)),
            Dialect::Postgres => {}
        }
    }
    Ok(triggers)
}

/// A fill with its value over `NEW`.
struct Kept<'f> {
    fill: &'f Fill,
    value: String,
}

impl<'f> Kept<'f> {
    fn of(target: Target<'_>, fill: &'f Fill) -> Result<Self, FillError> {
        let field = find_field(target.definition, &fill.table, &fill.column);
        let (_, field) = field.ok_or_else(|| FillError::Unknown {
            table: fill.table.clone(),
            column: fill.column.clone(),
        })?;
        Ok(Self {
            fill,
            value: fill_value(
                target,
                &fill.table,
                &fill.expression,
                (target.definition, field),
                "NEW",
            )?,
        })
    }

    /// Does a new record come from a release that does not write the column?
    fn is_missing(&self) -> String {
        let watched: Vec<String> = self
            .fill
            .watches
            .iter()
            .map(|column| format!("NEW.{} IS NOT NULL", quote(column)))
            .collect();
        let missing = format!("NEW.{} IS NULL", quote(&self.fill.column));
        if watched.is_empty() {
            missing
        } else {
            format!("{missing} AND ({})", watched.join(" OR "))
        }
    }

    /// Did a release change what the column follows from? A column that is what follows from others is in step with them:
    /// its change ends here, be it the work of a trigger or of filling the column.
    fn changed(&self, dialect: Dialect, all: &[Self]) -> String {
        let watches = self.fill.watches.iter();
        let changed: Vec<String> = watches
            .map(|watched| {
                let (new, old) = (
                    format!("NEW.{}", quote(watched)),
                    format!("OLD.{}", quote(watched)),
                );
                let changed = differ(dialect, &new, &old);
                match all.iter().find(|other| other.fill.column == *watched) {
                    Some(other) => format!("({changed} AND {})", differ(dialect, &new, &other.value)),
                    None => format!("({changed})"),
                }
            })
            .collect();
        changed.join(" OR ")
    }

    /// SQLite cannot change a row before it is written, so a trigger changes it again, which other triggers see.
    fn sqlite(&self, all: &[Self]) -> Vec<TriggerSql> {
        let (table, column) = (&self.fill.table, &self.fill.column);
        let update = format!(
            "UPDATE {} SET {} = {} WHERE \"id\" = NEW.\"id\";",
            quote(table),
            quote(column),
            self.value
        );
        let trigger = |event: &str, of: &str, when: &str| {
            let name = constraint_name(&format!("{table}~{column}~{event}"));
            TriggerSql {
                create: format!(
                    "CREATE TRIGGER {} AFTER {event}{of} ON {} WHEN {when} BEGIN {update} END",
                    quote(&name),
                    quote(table)
                ),
                name,
            }
        };
        let mut triggers = Vec::new();
        if self.fill.on_insert {
            triggers.push(trigger("INSERT", "", &self.is_missing()));
        }
        if self.fill.watches.is_empty() {
            return triggers;
        }
        let changed = self.changed(Dialect::Sqlite, all);
        let columns: Vec<String> = self.fill.watches.iter().map(|column| quote(column)).collect();
        triggers.push(trigger(
            "UPDATE",
            &format!(" OF {}", columns.join(", ")),
            &changed,
        ));
        triggers
    }
}

const KEEP: &str = "~keep";

fn postgres(table: &str, kept: &[Kept<'_>]) -> TriggerSql {
    let name = keeper_name(table);
    let (mut flags, mut inserted, mut updated, mut set) =
        (String::new(), String::new(), String::new(), String::new());
    for (position, one) in kept.iter().enumerate() {
        flags.push_str(&format!("  c{position} boolean := false;\n"));
        // All are asked before any is set: what is set here is no change of a release.
        if one.fill.on_insert {
            inserted.push_str(&format!("    c{position} := {};\n", one.is_missing()));
        }
        if !one.fill.watches.is_empty() {
            let changed = one.changed(Dialect::Postgres, kept);
            updated.push_str(&format!("    c{position} := {changed};\n"));
        }
        let column = quote(&one.fill.column);
        set.push_str(&format!(
            "  IF c{position} THEN NEW.{column} := {}; END IF;\n",
            one.value
        ));
    }
    let body = format!(
        "DECLARE\n{flags}BEGIN\n  IF TG_OP = 'INSERT' THEN\n{inserted}  ELSE\n{updated}  END IF;\n{set}  RETURN NEW;\nEND"
    );
    TriggerSql {
        create: keeper_sql(table, &body),
        name,
    }
}

/// What surrounds the body of a function.
const BODY_MARK: &str = " $keep$";

fn keeper_sql(table: &str, body: &str) -> String {
    let (name, on) = (quote(&keeper_name(table)), quote(table));
    format!(
        "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS{BODY_MARK}\n{body}{BODY_MARK};\n\
         CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {name}();"
    )
}

/// The same trigger for a table as it is before it and its columns are given other names.
pub(crate) fn keeper_before(create: &str, table: &str, column: &dyn Fn(&str) -> Option<String>) -> String {
    let (_, rest) = create.split_once(BODY_MARK).unwrap_or(("", create));
    let (body, _) = rest.rsplit_once(BODY_MARK).unwrap_or((rest, ""));
    keeper_sql(table, &renamed_identifiers(body.trim_start(), column))
}

/// The name of the trigger that keeps the columns of a table in PostgreSQL, and of its function.
pub(crate) fn keeper_name(table: &str) -> String {
    constraint_name(&format!("{table}{KEEP}"))
}

/// The field that a column of a physical definition is.
fn find_field<'d>(
    definition: &'d Definition,
    table: &str,
    column: &str,
) -> Option<(&'d Collection, &'d Field)> {
    let collection = definition.find_collection(table)?;
    Some((collection, collection.find_field(column)?))
}

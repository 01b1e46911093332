//! From a list's parameters to statements, kept for the next request that asks the same.

use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId, Field, FieldKind, SystemField};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_core::{Code, FieldError, FieldId, Problem, limits};
use mainstay_store::sql::{
    After, Alive, ListShape, OutputColumn, SortTerm, Statement, TooComplex, count_statement, guarded_columns,
    list_statement, output_columns, sort_terms,
};

use super::expand::{ExpandNode, plan_expand};
use super::list::ListQuery;
use crate::context::Context;
use crate::failure::Failure;

/// Plans kept for one release, and the bytes of their SQL. A plan costs some ten microseconds to make, most of it parsing
/// the filter.
const PLANS_MAX: usize = 2_000;
const PLAN_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Bytes of the SQL that a client's list may become.
const LIST_SQL_BYTES_MAX: usize = 64 * 1024;

pub(crate) struct ListPlans(quick_cache::sync::Cache<String, Arc<ListPlan>, SqlBytes>);

/// Weighs a plan by its SQL, so that a few odd filters do not fill the memory.
#[derive(Clone)]
struct SqlBytes;

impl quick_cache::Weighter<String, Arc<ListPlan>> for SqlBytes {
    fn weight(&self, key: &String, plan: &Arc<ListPlan>) -> u64 {
        (key.len() + plan.statement.text.len() + plan.count.text.len() + 1_024) as u64
    }
}

impl Default for ListPlans {
    fn default() -> Self {
        Self(quick_cache::sync::Cache::with_weighter(
            PLANS_MAX,
            PLAN_BYTES_MAX,
            SqlBytes,
        ))
    }
}

impl std::fmt::Debug for ListPlans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ListPlans").field(&self.0.len()).finish()
    }
}

/// Everything about a list that does not change from page to page.
#[derive(Debug)]
pub(super) struct ListPlan {
    pub(super) columns: Vec<OutputColumn>,
    pub(super) sort: Vec<SortTerm>,
    /// The sort as text: a cursor belongs to one order.
    pub(super) order: String,
    pub(super) expand: Vec<ExpandNode>,
    pub(super) statement: Statement,
    pub(super) count: Statement,
}

impl ListPlans {
    pub(super) fn get(
        &self,
        ctx: &Context,
        collection: CollectionId,
        query: &ListQuery,
        after: Option<&After>,
    ) -> Result<Arc<ListPlan>, Failure> {
        let key = key(ctx, collection, query, after);
        if let Some(plan) = self.0.get(&key) {
            return Ok(plan);
        }
        let plan = Arc::new(build(ctx, collection, query, after)?);
        self.0.insert(key, Arc::clone(&plan));
        Ok(plan)
    }
}

/// NUL cannot occur in a parameter (it is refused), so the parts cannot run into each other.
fn key(ctx: &Context, collection: CollectionId, query: &ListQuery, after: Option<&After>) -> String {
    let mut key = String::with_capacity(64);
    key.push(char::from(
        b'0' + u8::from(ctx.actor.is_bound_by_rules()) + 2 * u8::from(query.deleted),
    ));
    key.push_str(&collection.0.to_string());
    for part in [&query.filter, &query.sort, &query.fields, &query.expand] {
        key.push('\0');
        key.push_str(part.as_deref().unwrap_or("\u{1}"));
    }
    key.push('\0');
    if let Some(after) = after {
        key.extend(after.nulls.iter().map(|null| if *null { 'n' } else { 'v' }));
    }
    key
}

fn build(
    ctx: &Context,
    collection_id: CollectionId,
    query: &ListQuery,
    after: Option<&After>,
) -> Result<ListPlan, Failure> {
    let collection = ctx.of(collection_id);
    let filter = query
        .filter
        .as_deref()
        .map(|text| parse_filter(ctx, collection_id, text))
        .transpose()?;
    let sort = parse_sort(collection, query.sort.as_deref())?;
    let expand = plan_expand(ctx, collection_id, query.expand.as_deref())?;
    let mut columns = parse_fields(ctx, collection, query.fields.as_deref())?;
    columns.extend(expand.iter().filter_map(ExpandNode::reference_column));
    let rules = list_rules(ctx, collection, query.deleted)?;
    let shape = ListShape {
        columns: &columns,
        filter: filter.as_ref(),
        guarded: ctx.actor.is_bound_by_rules(),
        rules: &rules,
        sort: &sort,
        after,
        alive: if query.deleted {
            Alive::Deleted
        } else {
            Alive::Living
        },
    };
    let statement = list_statement(ctx.target(), collection, &shape)?;
    if statement.text.len() > LIST_SQL_BYTES_MAX {
        return Err(TooComplex.into());
    }
    let count = count_statement(ctx.target(), collection, &shape)?;
    let order = order_text(collection, &sort);
    Ok(ListPlan {
        columns,
        sort,
        order,
        expand,
        statement,
        count,
    })
}

/// The rules that every listed record must pass. Deleted ones are shown to whoever could bring them back.
fn list_rules<'a>(
    ctx: &Context,
    collection: &'a Collection,
    deleted: bool,
) -> Result<Vec<&'a Expr>, Failure> {
    if deleted && !collection.soft_delete {
        let message = format!(
            "records of {} are deleted for good: there are no deleted ones to list",
            collection.name
        );
        return Err(Problem::field(Code::InvalidParameter, "deleted", message).into());
    }
    if !ctx.actor.is_bound_by_rules() {
        return Ok(Vec::new());
    }
    let refused = || ctx.refused("only administrators may list these records");
    let mut rules = vec![collection.rules.list.as_ref().ok_or_else(refused)?];
    if deleted {
        rules.push(collection.rules.delete.as_ref().ok_or_else(refused)?);
    }
    Ok(rules)
}

pub(crate) fn parse_filter(ctx: &Context, collection: CollectionId, text: &str) -> Result<Expr, Failure> {
    let scope = Scope {
        collection,
        purpose: Purpose::Filter,
    };
    rules::parse(&ctx.release.definition, scope, text).map_err(|errors| {
        let errors: Vec<FieldError> = errors
            .into_iter()
            .map(|error| {
                let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
                let column = text
                    .get(..error.span.start)
                    .map_or(0, |before| before.chars().count())
                    + 1;
                let message = format!("column {column}: {}{hint}", error.message);
                FieldError {
                    field: "filter".to_owned(),
                    code: Code::InvalidFilter,
                    message: message.into(),
                }
            })
            .collect();
        let detail = errors
            .first()
            .map_or_else(|| "the filter is not valid".into(), |error| error.message.clone());
        Problem {
            code: Code::InvalidFilter,
            detail: format!("filter: {detail}").into(),
            errors,
            retry_after: None,
        }
        .into()
    })
}

/// `position,-created_at`; the declared order when there is none.
pub(super) fn parse_sort(collection: &Collection, text: Option<&str>) -> Result<Vec<SortTerm>, Failure> {
    let Some(text) = text else {
        return Ok(sort_terms(
            collection,
            [(collection.order.field, collection.order.descending)],
        ));
    };
    let mut keys = Vec::new();
    for part in text.split(',').map(str::trim) {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        let field = collection
            .find_field(name)
            .filter(|field| !field.hidden && field.is_column())
            .filter(|field| !matches!(field.kind, FieldKind::Json { .. } | FieldKind::MultiSelect { .. }))
            .ok_or_else(|| {
                Problem::field(
                    Code::InvalidParameter,
                    "sort",
                    format!("`{name}` is no field to sort by"),
                )
            })?;
        keys.push((field.id, descending));
    }
    if keys.len() > limits::SORT_FIELDS_MAX {
        let message = format!("at most {} fields can be sorted by", limits::SORT_FIELDS_MAX);
        return Err(Problem::field(Code::InvalidParameter, "sort", message).into());
    }
    Ok(sort_terms(collection, keys))
}

/// `title,due`; every field that is not hidden when there is none. The id always comes along.
pub(crate) fn parse_fields(
    ctx: &Context,
    collection: &Collection,
    text: Option<&str>,
) -> Result<Vec<OutputColumn>, Failure> {
    let Some(text) = text else {
        return Ok(ctx.rules(collection.id).shown.clone());
    };
    let mut wanted: Vec<FieldId> = vec![SystemField::Id.id()];
    for name in text.split(',').map(str::trim) {
        let field = collection
            .find_field(name)
            .filter(|field| !field.hidden)
            .ok_or_else(|| {
                Problem::field(
                    Code::InvalidParameter,
                    "fields",
                    format!("there is no field `{name}` in {}", collection.name),
                )
            })?;
        wanted.push(field.id);
    }
    let is_wanted = |field: &Field| wanted.contains(&field.id);
    Ok(if ctx.actor.is_bound_by_rules() {
        guarded_columns(collection, is_wanted)
    } else {
        output_columns(collection, is_wanted)
    })
}

fn order_text(collection: &Collection, sort: &[SortTerm]) -> String {
    let terms: Vec<String> = sort
        .iter()
        .map(|term| {
            format!(
                "{}{}",
                if term.descending { "-" } else { "" },
                collection.field(term.field).name
            )
        })
        .collect();
    terms.join(",")
}

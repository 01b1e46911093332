//! Every statement of the three applications.

use mainstay_core::definition::{Collection, FieldAt, Index};
use mainstay_core::rules::Expr;
use mainstay_store::journal;
use mainstay_store::records::{Plans, RulePlans};
use mainstay_store::sql::{
    After, Alive, ListShape, OutputColumn, SortTerm, Statement, list_statement, output_columns, select_back,
    select_by_ids, sort_terms,
};

use super::explained::{APPLICATIONS, Explained, Walk, equality};

/// What a list is asked for; the rest is as the engine asks for it.
struct Asked<'a> {
    columns: &'a [OutputColumn],
    filter: Option<&'a Expr>,
    sort: &'a [SortTerm],
    deleted: bool,
    next_page: bool,
}

impl Explained {
    fn list(&self, collection: &Collection, asked: &Asked<'_>) -> Option<Statement> {
        let mut rules = vec![collection.rules.list.as_ref()?];
        if asked.deleted {
            rules.push(collection.rules.delete.as_ref()?);
        }
        let after = After {
            nulls: vec![false; asked.sort.len()],
        };
        let shape = ListShape {
            columns: asked.columns,
            filter: asked.filter,
            guarded: true,
            rules: &rules,
            sort: asked.sort,
            after: asked.next_page.then_some(&after),
            alive: if asked.deleted {
                Alive::Deleted
            } else {
                Alive::Living
            },
        };
        let statement = list_statement(&self.definition, collection, &shape);
        Some(statement.unwrap_or_else(|error| panic!("{}: {error}", collection.name)))
    }
}

#[tokio::test]
async fn lists_without_a_filter_walk_an_index_in_their_order() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            let sort = sort_terms(
                collection,
                [(collection.order.field, collection.order.descending)],
            );
            for next_page in [false, true] {
                let title = format!("{application}: list {}, next page: {next_page}", collection.name);
                let asked = Asked {
                    columns: &[],
                    filter: None,
                    sort: &sort,
                    deleted: false,
                    next_page,
                };
                let Some(statement) = app.list(collection, &asked) else {
                    continue;
                };
                app.assert_ordered(&title, &statement, Walk::InOrder).await;
                let columns = output_columns(collection, |field| !field.hidden);
                let statement = app
                    .list(
                        collection,
                        &Asked {
                            columns: &columns,
                            ..asked
                        },
                    )
                    .expect("it has a rule");
                app.assert_searches(&title, &statement, Walk::InOrder).await;
            }
        }
    }
}

#[tokio::test]
async fn lists_of_deleted_records_read_only_those() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in app
            .definition
            .collections
            .iter()
            .filter(|collection| collection.soft_delete)
        {
            let sort = sort_terms(
                collection,
                [(collection.order.field, collection.order.descending)],
            );
            let asked = Asked {
                columns: &[],
                filter: None,
                sort: &sort,
                deleted: true,
                next_page: false,
            };
            let Some(statement) = app.list(collection, &asked) else {
                continue;
            };
            let title = format!("{application}: deleted {}", collection.name);
            let plan = app.assert_searches(&title, &statement, Walk::InOrder).await;
            println!("{plan:?}");
        }
    }
}

#[tokio::test]
async fn every_declared_index_serves_a_filter_and_a_sort() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            for index in &collection.indexes {
                assert_serves(&app, application, collection, index).await;
            }
        }
    }
}

/// All fields of the index compared, and all but the last, which then sorts.
async fn assert_serves(app: &Explained, application: &str, collection: &Collection, index: &Index) {
    let names: Vec<&str> = index
        .fields
        .iter()
        .map(|field| collection.field(*field).name.as_str())
        .collect();
    let kind = if index.unique { "unique" } else { "index" };
    let name = format!("{}.{kind}.{}", collection.name, names.join("."));
    let equalities: Vec<String> = index
        .fields
        .iter()
        .map(|field| equality(collection.field(*field)))
        .collect();
    let (last, compared) = index.fields.split_last().expect("an index has fields");
    let by_last = sort_terms(collection, [(*last, false)]);
    let by_age = sort_terms(collection, []);
    let sorted = equalities[..compared.len()].join(" && ");
    for (filter, sort) in [(equalities.join(" && "), &by_age), (sorted, &by_last)] {
        let title = format!("{application}: {} where {filter:?}", collection.name);
        let expr = (!filter.is_empty()).then(|| app.filter(collection, &filter));
        let asked = Asked {
            columns: &[],
            filter: expr.as_ref(),
            sort,
            deleted: false,
            next_page: false,
        };
        let Some(statement) = app.list(collection, &asked) else {
            continue;
        };
        let walk = if expr.is_none() {
            Walk::InOrder
        } else {
            Walk::Never
        };
        let plan = app.assert_ordered(&title, &statement, walk).await;
        let used = plan.iter().any(|line| line.contains(&format!("INDEX {name}")));
        assert!(used, "{title} does not use {name}: {plan:#?}\n{}", statement.text);
    }
}

#[tokio::test]
async fn statements_on_one_record_search() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        let plans = Plans::build(&app.definition).expect("the rules are simple");
        for collection in &app.definition.collections {
            let plan = plans.of(collection.id);
            let RulePlans {
                read,
                insert,
                may_update,
                may_delete,
                may_restore,
            } = &plan.bound;
            let ruled = [read, insert, may_update, may_delete, may_restore]
                .into_iter()
                .flatten();
            let checks = plan
                .broken
                .iter()
                .chain(&plan.input_broken)
                .map(|(_, statement)| statement);
            let references = plan
                .references
                .iter()
                .flat_map(|reference| [&reference.living, &reference.either, &reference.deleted_with]);
            let plain = [&plan.select_all, &plan.select_all_either, &plan.delete];
            for statement in ruled.chain(checks).chain(references).chain(plain) {
                let title = format!("{application}: {}", collection.name);
                app.assert_searches(&title, statement, Walk::Never).await;
            }
        }
    }
}

#[tokio::test]
async fn related_records_are_searched_for() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            let title = format!("{application}: {} by their ids", collection.name);
            let columns = output_columns(collection, |field| !field.hidden);
            let rule = collection.rules.read.as_ref();
            let by_ids = select_by_ids(&app.definition, collection, &columns, rule).expect("it is simple");
            app.assert_searches(&title, &by_ids, Walk::Never).await;
            for field in collection
                .fields
                .iter()
                .filter(|field| field.relation().is_some() && !field.system)
            {
                let at = FieldAt {
                    collection: collection.id,
                    field: field.id,
                };
                let back = select_back(&app.definition, at, &columns, rule).expect("it is simple");
                let title = format!("{application}: back along {}.{}", collection.name, field.name);
                app.assert_searches(&title, &back, Walk::Never).await;
            }
        }
    }
}

#[tokio::test]
async fn history_reads_the_entries_of_one_record_newest_first() {
    let app = Explained::open(APPLICATIONS[0]);
    let statement = Statement {
        text: journal::HISTORY.to_owned(),
        slots: Vec::new(),
    };
    let plan = app.assert_ordered("history", &statement, Walk::Never).await;
    assert_eq!(
        plan,
        ["SEARCH _journal USING INDEX _journal_record (record_id=? AND rowid<?)"]
    );
}

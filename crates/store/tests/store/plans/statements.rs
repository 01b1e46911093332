//! Every statement of the three applications.

use mainstay_core::definition::{Collection, FieldAt, Index};
use mainstay_core::rules::Expr;
use mainstay_store::Dialect;
use mainstay_store::journal;
use mainstay_store::records::{CollectionPlan, Plans, ReferencePlan, RulePlans};
use mainstay_store::sql::{
    After, Alive, ListShape, OutputColumn, SortTerm, Statement, list_statement, output_columns, select_back,
    select_by_ids, sort_terms,
};
use mainstay_testkit::TestDatabase;

use super::explained::{APPLICATIONS, Explained, Walk, equality};

/// What a list is asked for; the rest is as the engine asks for it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    columns: &'a [OutputColumn],
    filter: Option<&'a Expr>,
    sort: &'a [SortTerm],
    deleted: bool,
    next_page: bool,
}

impl Explained {
    /// With the rules in force; `None` when nobody may list the records.
    fn list(&self, collection: &Collection, asked: Asked<'_>) -> Option<Statement> {
        let mut rules = vec![collection.rules.list.as_ref()?];
        if asked.deleted {
            rules.push(collection.rules.delete.as_ref()?);
        }
        Some(self.list_with(collection, asked, &rules))
    }

    fn list_with(&self, collection: &Collection, asked: Asked<'_>, rules: &[&Expr]) -> Statement {
        let after = After {
            nulls: vec![false; asked.sort.len()],
        };
        let shape = ListShape {
            columns: asked.columns,
            filter: asked.filter,
            guarded: !rules.is_empty(),
            rules,
            sort: asked.sort,
            after: asked.next_page.then_some(&after),
            alive: if asked.deleted {
                Alive::Deleted
            } else {
                Alive::Living
            },
        };
        let statement = list_statement(self.target(), collection, &shape);
        statement.unwrap_or_else(|error| panic!("{}: {error}", collection.name))
    }
}

fn default_sort(collection: &Collection) -> Vec<SortTerm> {
    sort_terms(
        collection,
        [(collection.order.field, collection.order.descending)],
    )
}

#[tokio::test]
async fn lists_without_a_filter_walk_an_index_in_their_order() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            let sort = default_sort(collection);
            for next_page in [false, true] {
                let title = format!("list {}, next page: {next_page}", collection.name);
                let asked = Asked {
                    columns: &[],
                    filter: None,
                    sort: &sort,
                    deleted: false,
                    next_page,
                };
                app.expect_order(&title, &app.list_with(collection, asked, &[]), Walk::InOrder)
                    .await;
                // A rule may lead to fewer records by an index of its own; those are then sorted.
                let columns = output_columns(collection, |field| !field.hidden);
                if let Some(statement) = app.list(
                    collection,
                    Asked {
                        columns: &columns,
                        ..asked
                    },
                ) {
                    app.expect_search(&title, &statement, Walk::InOrder).await;
                }
            }
        }
        app.assert_no_faults();
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
            let sort = default_sort(collection);
            let asked = Asked {
                columns: &[],
                filter: None,
                sort: &sort,
                deleted: true,
                next_page: false,
            };
            let title = format!("deleted {}", collection.name);
            let plan = app
                .expect_search(&title, &app.list_with(collection, asked, &[]), Walk::Never)
                .await;
            let index = format!("INDEX {}.deleted", collection.name);
            if !plan.iter().any(|line| line.contains(&index)) {
                app.note(&format!("{title} do not use {index}: {plan:#?}"));
            }
            if let Some(statement) = app.list(collection, asked) {
                app.expect_search(&title, &statement, Walk::Never).await;
            }
        }
        app.assert_no_faults();
    }
}

#[tokio::test]
async fn every_declared_index_serves_a_filter_and_a_sort() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            for index in &collection.indexes {
                expect_use(&app, collection, index).await;
            }
        }
        app.assert_no_faults();
    }
}

/// All fields of the index compared, and all but the last, which then sorts.
async fn expect_use(app: &Explained, collection: &Collection, index: &Index) {
    let names: Vec<&str> = index
        .fields
        .iter()
        .map(|field| collection.field(*field).name.as_str())
        .collect();
    let kind = if index.unique { "unique" } else { "index" };
    let name = format!("INDEX {}.{kind}.{}", collection.name, names.join("."));
    let equalities: Vec<String> = index
        .fields
        .iter()
        .map(|field| equality(collection.field(*field)))
        .collect();
    let (last, compared) = index.fields.split_last().expect("an index has fields");
    let by_last = sort_terms(collection, [(*last, false)]);
    let by_age = sort_terms(collection, []);
    for (filter, sort) in [
        (equalities.join(" && "), &by_age),
        (equalities[..compared.len()].join(" && "), &by_last),
    ] {
        let title = format!("{} where {filter:?}", collection.name);
        let expr = (!filter.is_empty()).then(|| app.filter(collection, &filter));
        let asked = Asked {
            columns: &[],
            filter: expr.as_ref(),
            sort,
            deleted: false,
            next_page: false,
        };
        let walk = if expr.is_none() {
            Walk::InOrder
        } else {
            Walk::Never
        };
        // Without a rule, whose own indexes might be better ones.
        let statement = app.list_with(collection, asked, &[]);
        let plan = app.expect_order(&title, &statement, walk).await;
        if !plan.iter().any(|line| line.contains(&name)) {
            app.note(&format!(
                "{title} does not use {name}: {plan:#?}\n{}",
                statement.text
            ));
        }
        if let Some(statement) = app.list(collection, asked) {
            app.expect_search(&title, &statement, walk).await;
        }
    }
}

#[tokio::test]
async fn statements_on_one_record_search() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        let plans = Plans::build(app.target()).expect("the rules are simple");
        for collection in &app.definition.collections {
            for statement in on_one_record(plans.of(collection.id)) {
                app.expect_search(collection.name.as_str(), statement, Walk::Never)
                    .await;
            }
        }
        app.assert_no_faults();
    }
}

fn on_one_record(plan: &CollectionPlan) -> impl Iterator<Item = &Statement> {
    let RulePlans {
        shown: _,
        read,
        insert,
        may_update,
        may_update_own,
        may_share,
        may_delete,
        may_restore,
        restorable,
        may_comment,
    } = &plan.bound;
    let ruled = [
        read,
        insert,
        may_update,
        may_update_own,
        may_share,
        may_delete,
        may_restore,
        restorable,
        may_comment,
    ]
    .into_iter()
    .flatten();
    let checks = plan
        .broken
        .iter()
        .chain(&plan.input_broken)
        .map(|(_, statement)| statement);
    let references = plan.references.iter().flat_map(|reference| {
        let ReferencePlan {
            at: _,
            living_ids,
            either_ids,
            living,
            either,
            deleted_with,
        } = reference;
        [living_ids, either_ids, living, either, deleted_with]
    });
    let plain = [&plan.select_all, &plan.select_all_either, &plan.delete];
    let of_fields = [&plan.readable, &plan.settable, &plan.settable_new];
    let of_fields = of_fields.into_iter().flatten().map(|rules| &rules.statement);
    ruled
        .chain(checks)
        .chain(references)
        .chain(plain)
        .chain(of_fields)
}

#[tokio::test]
async fn related_records_are_searched_for() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        for collection in &app.definition.collections {
            for (title, statement) in related(&app, collection) {
                app.expect_search(&title, &statement, Walk::Never).await;
            }
        }
        app.assert_no_faults();
    }
}

fn related(app: &Explained, collection: &Collection) -> Vec<(String, Statement)> {
    let columns = output_columns(collection, |field| !field.hidden);
    let rule = collection.rules.read.as_ref();
    let by_ids =
        select_by_ids(app.target(), collection, &columns, rule, Alive::Living).expect("it is simple");
    let mut statements = vec![(format!("{} by their ids", collection.name), by_ids)];
    for field in collection
        .fields
        .iter()
        .filter(|field| field.relation().is_some() && !field.system)
    {
        let at = FieldAt {
            collection: collection.id,
            field: field.id,
        };
        let back = select_back(app.target(), at, &columns, rule).expect("it is simple");
        statements.push((format!("back along {}.{}", collection.name, field.name), back));
    }
    statements
}

/// Whatever the plan: the database understands the statement and finds one.
#[tokio::test]
async fn every_statement_has_a_plan() {
    for application in APPLICATIONS {
        let app = Explained::open(application);
        let plans = Plans::build(app.target()).expect("the rules are simple");
        for collection in &app.definition.collections {
            let sort = default_sort(collection);
            let columns = output_columns(collection, |field| !field.hidden);
            let list = app.list(
                collection,
                Asked {
                    columns: &columns,
                    filter: None,
                    sort: &sort,
                    deleted: false,
                    next_page: true,
                },
            );
            let related = related(&app, collection)
                .into_iter()
                .map(|(_, statement)| statement);
            let own = on_one_record(plans.of(collection.id)).cloned();
            for statement in own.chain(related).chain(list) {
                let plan = app.explain(&statement.text).await;
                assert!(!plan.is_empty(), "{}", statement.text);
            }
        }
    }
}

#[tokio::test]
async fn history_reads_the_entries_of_one_record_newest_first() {
    let app = Explained::open(APPLICATIONS[0]);
    let plan = app.explain(journal::HISTORY).await;
    let expected: &[&str] = match TestDatabase::dialect() {
        Dialect::Sqlite => &["SEARCH _journal USING INDEX _journal_record (record_id=? AND rowid<?)"],
        Dialect::Postgres => &[
            "Limit",
            "  ->  Index Scan Backward using _journal_record on _journal",
            "        Index Cond: ((record_id = $1) AND (seq < $3))",
            "        Filter: ((kind ~~ 'record.%'::text) AND (kind <> 'record.viewed'::text) AND (replace($2, (('\"'::text || collection) || '\"'::text), ''::text) <> $2))",
        ],
    };
    assert_eq!(plan, expected);
}

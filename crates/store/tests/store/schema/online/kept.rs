//! Columns that are kept in step while releases of two shapes write: from both sides, through lossy conversions, nulls and
//! values that do not convert.

use mainstay_core::migrations::{Operation, State};

use super::fixture::{Collections, Online};
use super::releases::Release;

const OLD: Collections<'static> = &[(
    "people",
    "fields.price = { type = \"text\" }\nfields.full = { type = \"text\" }\nfields.other = { type = \"text\" }\n",
)];

/// The price becomes a decimal, and the name two.
const NEW: Collections<'static> = &[(
    "people",
    r#"
fields.price = { type = "decimal", scale = 1, min = "0", max = "1000" }
fields.first = { type = "text", up = "record.full.contains(' ') ? record.full.substring(0, record.full.indexOf(' ')) : record.full" }
fields.last = { type = "text", max = 20, up = "record.full.contains(' ') ? record.full.substring(record.full.indexOf(' ') + 1) : ''" }
fields.other = { type = "text" }
"#,
)];

/// What a release before sees of the two names.
const FULL: &str = "record.last == '' ? record.first : record.first + ' ' + record.last";

/// The state that serves both, with a way back for the name.
async fn both(online: &Online) -> State {
    online
        .expanded_with(NEW, |operation| {
            if let Operation::RemoveField { field, down, .. } = operation
                && field == "full"
            {
                *down = Some(FULL.to_owned());
            }
        })
        .await
}

struct Both {
    online: Online,
    old: Release,
    new: Release,
}

impl Both {
    async fn open() -> Self {
        let online = Online::of(OLD).await;
        let before = Release::of(&online, OLD).await;
        for number in 0..20 {
            let (price, full) = (format!("'{number}.50'"), format!("'Ann{number} Lee'"));
            let values = [("price", price.as_str()), ("full", full.as_str())];
            before
                .insert(&online.db, "people", number, &values)
                .await
                .expect("it fits");
        }
        // Neither a number nor two names.
        let odd = [("price", "'dear'"), ("full", "'Cher'")];
        before
            .insert(&online.db, "people", 20, &odd)
            .await
            .expect("it fits");
        let to = both(&online).await;
        online.go(to).await;
        Self {
            old: Release::of(&online, OLD).await,
            new: Release::of(&online, NEW).await,
            online,
        }
    }

    async fn sees_old(&self, number: u32, expected: [&str; 2]) {
        let seen = self
            .old
            .read(&self.online.db, "people", number, &["price", "full"])
            .await;
        assert_eq!(
            seen.expect("it can be read"),
            expected,
            "what the old release sees"
        );
    }

    async fn sees_new(&self, number: u32, expected: [&str; 3]) {
        let fields = ["price", "first", "last"];
        let seen = self.new.read(&self.online.db, "people", number, &fields).await;
        assert_eq!(
            seen.expect("it can be read"),
            expected,
            "what the new release sees"
        );
    }

    async fn old_writes(&self, number: u32, values: &[(&str, &str)]) {
        let written = self.old.update(&self.online.db, "people", number, values).await;
        written.expect("a release may write");
    }

    async fn new_writes(&self, number: u32, values: &[(&str, &str)]) {
        let written = self.new.update(&self.online.db, "people", number, values).await;
        written.expect("a release may write");
    }
}

#[tokio::test]
async fn what_is_there_is_worked_out_and_stays_as_it_was() {
    let both = Both::open().await;
    both.sees_new(3, ["35", "Ann3", "Lee"]).await;
    // It is not written as the new type would write it.
    both.sees_old(3, ["3.50", "Ann3 Lee"]).await;
    both.sees_new(20, ["null", "Cher", ""]).await;
    both.sees_old(20, ["dear", "Cher"]).await;
}

#[tokio::test]
async fn new_records_have_both_from_either_side() {
    let both = Both::open().await;
    let db = &both.online.db;
    let values = [("price", "'7.25'"), ("full", "'Bo Ek Holm'")];
    both.old.insert(db, "people", 30, &values).await.expect("it fits");
    both.sees_new(30, ["73", "Bo", "Ek Holm"]).await;
    both.sees_old(30, ["7.25", "Bo Ek Holm"]).await;

    let values = [("price", "99"), ("first", "'Di'"), ("last", "'Oz'")];
    both.new.insert(db, "people", 31, &values).await.expect("it fits");
    both.sees_old(31, ["9.9", "Di Oz"]).await;
    both.sees_new(31, ["99", "Di", "Oz"]).await;

    both.old
        .insert(db, "people", 32, &[])
        .await
        .expect("nothing is required");
    both.sees_new(32, ["null", "null", "null"]).await;
    both.new
        .insert(db, "people", 33, &[("first", "'Di'")])
        .await
        .expect("nothing is required");
    both.sees_new(33, ["null", "Di", "null"]).await;
    both.sees_old(33, ["null", "null"]).await;

    let odd = [
        ("price", "'dear'"),
        ("full", "'A very long name without an end at all'"),
    ];
    both.old
        .insert(db, "people", 34, &odd)
        .await
        .expect("the old release may");
    both.sees_new(34, ["null", "A", "null"]).await;
    both.sees_old(34, ["dear", "A very long name without an end at all"])
        .await;
}

#[tokio::test]
async fn changes_go_over_from_either_side_and_stop_there() {
    let both = Both::open().await;
    both.old_writes(1, &[("price", "'8.25'")]).await;
    both.sees_new(1, ["83", "Ann1", "Lee"]).await;
    both.sees_old(1, ["8.25", "Ann1 Lee"]).await;

    both.new_writes(1, &[("price", "80")]).await;
    both.sees_old(1, ["8.0", "Ann1 Lee"]).await;
    both.sees_new(1, ["80", "Ann1", "Lee"]).await;

    both.new_writes(1, &[("last", "'Holm'")]).await;
    both.sees_old(1, ["8.0", "Ann1 Holm"]).await;
    both.old_writes(1, &[("full", "'Bo Ek'")]).await;
    both.sees_new(1, ["80", "Bo", "Ek"]).await;
    both.sees_old(1, ["8.0", "Bo Ek"]).await;

    // Both fields of one side at once, and both halves at once.
    both.old_writes(2, &[("price", "'1'"), ("full", "'X Y'")]).await;
    both.sees_new(2, ["10", "X", "Y"]).await;
    both.new_writes(2, &[("price", "20"), ("first", "'P'"), ("last", "'Q'")])
        .await;
    both.sees_old(2, ["2.0", "P Q"]).await;
    both.sees_new(2, ["20", "P", "Q"]).await;
}

#[tokio::test]
async fn nulls_and_what_does_not_convert() {
    let both = Both::open().await;
    both.old_writes(1, &[("price", "'dear'"), ("full", "NULL")]).await;
    both.sees_new(1, ["null", "null", "null"]).await;
    both.sees_old(1, ["dear", "null"]).await;
    both.new_writes(1, &[("price", "5"), ("first", "'A'"), ("last", "''")])
        .await;
    both.sees_old(1, ["0.5", "A"]).await;
    both.new_writes(1, &[("price", "NULL")]).await;
    both.sees_old(1, ["null", "A"]).await;
    // Out of the bounds of the new field.
    both.old_writes(1, &[("price", "'2000'")]).await;
    both.sees_new(1, ["null", "A", ""]).await;
    both.sees_old(1, ["2000", "A"]).await;
    // To the value that does not convert again, and from it.
    both.old_writes(20, &[("price", "'dearer'")]).await;
    both.sees_new(20, ["null", "Cher", ""]).await;
    both.sees_old(20, ["dearer", "Cher"]).await;
}

#[tokio::test]
async fn a_write_of_something_else_or_of_the_same_changes_nothing() {
    let both = Both::open().await;
    both.new_writes(20, &[("other", "'x'")]).await;
    both.old_writes(20, &[("other", "'y'"), ("price", "'dear'")])
        .await;
    both.sees_old(20, ["dear", "Cher"]).await;
    // The new release writes what it has read.
    both.new_writes(3, &[("price", "35"), ("first", "'Ann3'"), ("last", "'Lee'")])
        .await;
    both.sees_old(3, ["3.50", "Ann3 Lee"]).await;
}

/// Another shape comes while columns are kept in step, and lets them hold more.
#[tokio::test]
async fn a_column_that_is_kept_grows() {
    let both = Both::open().await;
    let wide = NEW[0].1.replace("1000", "9000").replace("max = 20", "max = 60");
    let wide: Collections<'static> = vec![("people", &*wide.leak())].leak();
    let to = both.online.expanded(wide).await;
    both.online.go(to).await;
    assert!(both.online.is_current(wide).await && both.online.is_current(OLD).await);
    both.old_writes(
        1,
        &[("price", "'2000'"), ("full", "'A very long name without an end'")],
    )
    .await;
    both.sees_new(1, ["20000", "A", "very long name without an end"])
        .await;
}

/// After the contract only the new fields are left, and nothing is kept any more.
#[tokio::test]
async fn after_the_contract_nothing_is_kept() {
    let both = Both::open().await;
    both.new_writes(3, &[("price", "77")]).await;
    let to = both.online.contracted().await;
    both.online.go(to).await;
    let new = Release::of(&both.online, NEW).await;
    let db = &both.online.db;
    let seen = new.read(db, "people", 3, &["price", "first", "last"]).await;
    assert_eq!(seen.expect("it can be read"), ["77", "Ann3", "Lee"]);
    new.update(db, "people", 3, &[("price", "78"), ("first", "'Q'")])
        .await
        .expect("it fits");
    let triggers = both.online.catalog().await;
    assert!(
        !triggers.iter().any(|line| line.starts_with("trigger")),
        "{triggers:?}"
    );
}

//! Any bytes as the files of a definition: faults have a place within their file, and what passes has a schema.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay_core::definition::{Definition, SourceFile};
use mainstay_store::Dialect;
use mainstay_store::records::Plans;
use mainstay_store::sql::{Target, table_sql};

fuzz_target!(|text: &str| {
    // The first line that is only dashes parts the application's file from the collection's.
    let (application, collection) = text.split_once("\n---\n").unwrap_or(("name = \"fuzz\"", text));
    let files = vec![
        SourceFile { path: "mainstay.toml".to_owned(), text: application.to_owned() },
        SourceFile { path: "collections/things.toml".to_owned(), text: collection.to_owned() },
    ];
    match Definition::read(files.clone()) {
        Ok(definition) => {
            // Rules may be too complex for one statement, but nothing may panic.
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let target = Target { definition: &definition, dialect };
                drop(Plans::build(target));
                for collection in &definition.collections {
                    drop(table_sql(target, collection));
                }
            }
        }
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            for diagnostic in diagnostics {
                let file = files.iter().find(|file| file.path == diagnostic.path).expect("the file is one of ours");
                assert!(diagnostic.span.end <= file.text.len());
                diagnostic.position(&file.text);
            }
        }
    }
});

//! Any text as an expression: it is refused with a place within the text, or it becomes SQL.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mainstay_core::definition::{Definition, SourceFile};
use mainstay_core::rules::{self, Purpose, Scope};
use mainstay_store::Dialect;
use mainstay_store::sql::{Compiler, Target};

static DEFINITION: LazyLock<Definition> = LazyLock::new(|| {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    Definition::read(vec![
        file("mainstay.toml", "name = \"fuzz\""),
        file("collections/rooms.toml", include_str!("rooms.toml")),
        file("collections/messages.toml", include_str!("messages.toml")),
    ])
    .expect("the definition is valid")
});

const PURPOSES: [Purpose; 7] = [
    Purpose::List,
    Purpose::Read,
    Purpose::Create,
    Purpose::Update,
    Purpose::Delete,
    Purpose::Check,
    Purpose::Filter,
];

fuzz_target!(|text: &str| {
    let collection = DEFINITION.find_collection("messages").expect("it is declared").id;
    for purpose in PURPOSES {
        match rules::parse(&DEFINITION, Scope { collection, purpose }, text) {
            Ok(expression) => {
                for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                    let target = Target { definition: &DEFINITION, dialect };
                    let mut compiler = Compiler::new(target, "r");
                    compiler.push_guarded(&expression);
                    compiler.push_false(&expression);
                    // It may be too complex, which is an error and no panic.
                    drop(compiler.finish());
                }
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                assert!(errors.iter().all(|error| error.span.end <= text.len()));
            }
        }
    }
});

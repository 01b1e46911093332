//! `mainstay migrate`.

mod apply;
mod check;
mod drift;
mod edited;
mod killed;
mod new;
mod page;
mod plan;
mod serving;
mod sql_steps;
mod terminal;
mod together;

use mainstay_store::Place;

use crate::moving::{ask, file, server};
use crate::support::{Answer, Folder};

const APPLICATION: &str = "name = \"shop\"\n";
const BOOKS: &str = "[fields.title]\ntype = \"text\"\n";

/// An application `app` with one migration, and what its collection `books` is now.
fn migrated(books: &str) -> Folder {
    let folder = Folder::with_files(&[("mainstay.toml", APPLICATION), ("collections/books.toml", BOOKS)]);
    folder.run(&["migrate", "new", "--app", "app"]).assert_done();
    folder.write("app/collections/books.toml", books);
    folder
}

/// Rows from which on a table is changed beside the work of others.
const MANY: usize = 3_000;

const NOTES: &str =
    "[fields.title]\ntype = \"text\"\nrequired = true\n[fields.stars]\ntype = \"text\"\nindex = true\n";
/// Stars become numbers, and there is something new.
const RATED: &str = "[fields.title]\ntype = \"text\"\nrequired = true\n[fields.stars]\ntype = \"integer\"\n\
                     [fields.pinned]\ntype = \"boolean\"\nrequired = true\ndefault = false\n";
const RULES: &str = "[rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"true\"\nupdate = \"true\"\n";

/// An application of notes with its first migration applied, in a database of its own.
struct Notes {
    folder: Folder,
}

impl Notes {
    /// With so many notes.
    fn new(count: usize) -> Self {
        let notes = Self {
            folder: Folder::with_files(&[("mainstay.toml", APPLICATION)]),
        };
        notes.define(NOTES);
        notes.migrate(&["new"]).assert_done();
        notes.migrate(&["apply"]).assert_done();
        if count > 0 {
            let rows = (0..count).map(|number| format!("note {number},{}\n", number % 7));
            let csv: String = std::iter::once("title,stars\n".to_owned()).chain(rows).collect();
            notes.folder.write("notes.csv", csv);
            let args = [
                "import",
                "notes",
                "notes.csv",
                "--map",
                "title=title",
                "--map",
                "stars=stars",
            ];
            notes.run(&args).assert_done();
        }
        notes
    }

    /// The collection is declared like this from here on.
    fn define(&self, fields: &str) {
        self.folder
            .write("app/collections/notes.toml", format!("{fields}{RULES}"));
    }

    /// Declares it, and writes the migration.
    fn change(&self, fields: &str) {
        self.define(fields);
        self.migrate(&["new"]).assert_done();
    }

    /// A command on the application and its database.
    fn run(&self, args: &[&str]) -> Answer {
        self.run_with(args, "")
    }

    fn run_with(&self, args: &[&str], input: &str) -> Answer {
        let args: Vec<&str> = args
            .iter()
            .chain(&["--app", "app", "--data", "data"])
            .copied()
            .collect();
        self.folder.run_with(&args, &[], input)
    }

    fn migrate(&self, args: &[&str]) -> Answer {
        let args: Vec<&str> = ["migrate"].iter().chain(args).copied().collect();
        if matches!(args[1], "new" | "check") {
            let args: Vec<&str> = args.iter().chain(&["--app", "app"]).copied().collect();
            return self.folder.run(&args);
        }
        self.run(&args)
    }

    fn place(&self) -> Place {
        match self.folder.url_of("data") {
            Some(url) => server(&url),
            None => file(&self.folder, "data"),
        }
    }

    fn ask(&self, sql: &'static str) -> Vec<Vec<String>> {
        ask(&self.place(), sql)
    }

    fn is_on_server(&self) -> bool {
        self.folder.url_of("data").is_some()
    }

    /// What the database says of its tables, and every note: to be compared.
    fn everything(&self) -> Vec<Vec<Vec<String>>> {
        let catalog: &[&'static str] = if self.is_on_server() {
            &[
                "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
                 FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1",
                // A table that was made anew gives its key another name.
                "SELECT regexp_replace(indexdef, '[^ ]+_pkey[0-9]*\"{0,1}', 'pkey') FROM pg_indexes
                 WHERE schemaname = current_schema() ORDER BY 1",
                "SELECT conrelid::regclass || ' ' || regexp_replace(conname, '.*_pkey[0-9]*$', 'pkey') || ' ' || convalidated || ' ' || pg_get_constraintdef(oid)
                 FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
            ]
        } else {
            // An index has two forms of its name.
            &[
                "SELECT replace(type || ' ' || name || ' ' || coalesce(sql, ''), '~2', '') FROM sqlite_schema ORDER BY 1",
            ]
        };
        let ours = [
            "SELECT kind || ' ' || name || ' ' || sql FROM _schema ORDER BY 1",
            "SELECT state FROM _state",
            "SELECT name || ' ' || digest FROM _migrations ORDER BY number",
            "SELECT progress FROM _progress",
            "SELECT * FROM notes ORDER BY id",
        ];
        catalog.iter().chain(&ours).map(|sql| self.ask(sql)).collect()
    }
}

//! The JSON Schema for editors: it takes what the reader takes, and refuses what it can see.

use jsonschema::Validator;
use mainstay_core::definition::{Definition, DefinitionFile, SourceFile, json_schema};
use serde_json::{Value as Json, json};

use crate::applications::applications;
use crate::support::{files, told};

fn validator(file: DefinitionFile) -> Validator {
    let schema = json_schema(file);
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "it is a schema");
    jsonschema::draft202012::new(&schema).unwrap()
}

/// TOML as editors show it to a JSON Schema: dates and times are strings.
fn to_json(text: &str) -> Json {
    fn convert(value: &toml::Value) -> Json {
        match value {
            toml::Value::String(text) => json!(text),
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(value) => json!(value),
            toml::Value::Datetime(time) => json!(time.to_string()),
            toml::Value::Array(items) => items.iter().map(convert).collect(),
            toml::Value::Table(table) => table
                .iter()
                .map(|(key, value)| (key.clone(), convert(value)))
                .collect(),
        }
    }
    convert(&toml::Value::Table(text.parse().unwrap()))
}

#[test]
fn the_applications_fit() {
    let (application, collection) = (
        validator(DefinitionFile::Application),
        validator(DefinitionFile::Collection),
    );
    for (name, files) in applications() {
        for SourceFile { path, text } in files {
            let validator = if path == "mainstay.toml" {
                &application
            } else {
                &collection
            };
            let errors: Vec<_> = validator
                .iter_errors(&to_json(&text))
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{name}/{path}: {errors:?}");
        }
    }
}

/// Files that the reader and the schema both take (`true`) or both refuse (`false`).
const COLLECTIONS: &[(bool, &str)] = &[
    (true, ""),
    (
        true,
        "title = \"A\"\ndescription = \"B\"\nlabel = \"{id}\"\nsoft_delete = true\norder = \"-id\"",
    ),
    (false, "titel = \"A\""),
    (true, "was = \"others\""),
    (false, "was = \"Others\""),
    (false, "up = \"record.a\""),
    (false, "title = 3"),
    (false, "soft_delete = \"true\""),
    (false, "order = \"+id\""),
    (true, "[rules]\nlist = \"true\""),
    (false, "[rules]\nlist = true"),
    (false, "[rules]\nlists = \"true\""),
    (
        true,
        "[fields.a]\ntype = \"text\"\n[[indexes]]\nfields = [\"a\", \"id\"]\nunique = true",
    ),
    (false, "[[indexes]]\nfields = []"),
    (false, "[[indexes]]\nfields = [\"id\", \"id\"]"),
    (false, "[[indexes]]\nunique = true"),
    (false, "[indexes]\nfields = [\"id\"]"),
    (true, "[[checks]]\nname = \"a\"\nexpression = \"true\""),
    (false, "[[checks]]\nname = \"a\""),
    (false, "[[checks]]\nname = \"A\"\nexpression = \"true\""),
    (false, "[fields.a]\ntitle = \"A\""),
    (false, "[fields.A]\ntype = \"text\""),
    (false, "[fields.a__b]\ntype = \"text\""),
    (true, "[fields.a_b_1]\ntype = \"text\""),
    (false, "[fields.version]\ntype = \"text\""),
    (false, "[fields]\na = \"text\""),
    (false, "[fields.a]\ntype = \"txt\""),
    (false, "[fields.a]\ntype = \"text\"\nrequired = 1"),
    (
        true,
        "[fields.a]\ntype = \"text\"\nwas = \"b\"\nup = \"record.b\"\ndown = \"record.a\"",
    ),
    (false, "[fields.a]\ntype = \"text\"\nwas = \"created at\""),
    (false, "[fields.a]\ntype = \"text\"\nup = true"),
    (
        true,
        "[fields.a]\ntype = \"text\"\nmin = 1\nmax = 5\npattern = \"a\"\nmultiline = true\ndefault = \"a\"",
    ),
    (false, "[fields.a]\ntype = \"text\"\nmax = 1000001"),
    (false, "[fields.a]\ntype = \"text\"\nmin = \"1\""),
    (false, "[fields.a]\ntype = \"text\"\ndefault = 3"),
    (false, "[fields.a]\ntype = \"text\"\nscale = 3"),
    (
        true,
        "[fields.a]\ntype = \"integer\"\nmin = -1\nmax = 5\ndefault = 3",
    ),
    (false, "[fields.a]\ntype = \"integer\"\nmin = 1.5"),
    (false, "[fields.a]\ntype = \"integer\"\ndefault = \"3\""),
    (false, "[fields.a]\ntype = \"integer\"\npattern = \"3\""),
    (
        true,
        "[fields.a]\ntype = \"number\"\nmin = -1\nmax = 5.5\ndefault = 3",
    ),
    (false, "[fields.a]\ntype = \"number\"\nmin = \"1\""),
    (
        true,
        "[fields.a]\ntype = \"decimal\"\nprecision = 5\nscale = 0\nmin = \"-1\"\ndefault = \"3\"",
    ),
    (false, "[fields.a]\ntype = \"decimal\"\nmin = 1.5"),
    (false, "[fields.a]\ntype = \"decimal\"\nmin = \"1e5\""),
    (false, "[fields.a]\ntype = \"decimal\"\nprecision = 19"),
    (true, "[fields.a]\ntype = \"boolean\"\ndefault = false"),
    (false, "[fields.a]\ntype = \"boolean\"\ndefault = \"false\""),
    (true, "[fields.a]\ntype = \"datetime\"\ndefault = \"now()\""),
    (
        true,
        "[fields.a]\ntype = \"datetime\"\ndefault = 2026-01-31T12:00:00Z",
    ),
    (true, "[fields.a]\ntype = \"date\"\ndefault = 2026-01-31"),
    (false, "[fields.a]\ntype = \"date\"\ndefault = 3"),
    (
        true,
        "[fields.a]\ntype = \"select\"\noptions = [\"a\", \"b c\", \"ä\"]\ndefault = \"a\"",
    ),
    (false, "[fields.a]\ntype = \"select\""),
    (false, "[fields.a]\ntype = \"select\"\noptions = []"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [\"a\", \"a\"]"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [\"\"]"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [\" a\"]"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [\"a|b\"]"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [1]"),
    (false, "[fields.a]\ntype = \"select\"\noptions = [\"a\"]\nmax = 1"),
    (
        true,
        "[fields.a]\ntype = \"multi_select\"\noptions = [\"a\"]\nmax = 1\ndefault = []",
    ),
    (
        false,
        "[fields.a]\ntype = \"multi_select\"\noptions = [\"a\"]\nmax = 0",
    ),
    (
        false,
        "[fields.a]\ntype = \"multi_select\"\noptions = [\"a\"]\ndefault = \"a\"",
    ),
    (
        false,
        "[fields.a]\ntype = \"multi_select\"\noptions = [\"a\"]\nunique = true",
    ),
    (
        true,
        "[fields.a]\ntype = \"json\"\nschema = { type = \"object\" }\nmax_bytes = 1\n",
    ),
    (true, "[fields.a]\ntype = \"json\"\ndefault = { a = [1, \"b\"] }"),
    (false, "[fields.a]\ntype = \"json\"\nschema = \"object\""),
    (false, "[fields.a]\ntype = \"json\"\nindex = true"),
    (true, "[fields.a]\ntype = \"email\"\nunique = true\nhidden = true"),
    (
        true,
        "[fields.a]\ntype = \"url\"\nindex = true\nwrite_once = true",
    ),
    (false, "[fields.a]\ntype = \"url\"\nmax = 3"),
    (
        true,
        "[fields.a]\ntype = \"relation\"\nto = \"users\"\nmany = true\nback = \"things\"",
    ),
    (
        true,
        "[fields.a]\ntype = \"relation\"\nto = \"users\"\ndefault = \"auth.id\"\non_delete = \"cascade\"",
    ),
    (false, "[fields.a]\ntype = \"relation\""),
    (false, "[fields.a]\ntype = \"relation\"\nto = \"Users\""),
    (
        false,
        "[fields.a]\ntype = \"relation\"\nto = \"users\"\non_delete = \"delete\"",
    ),
    (
        false,
        "[fields.a]\ntype = \"relation\"\nto = \"users\"\nback = \"a-b\"",
    ),
    (
        false,
        "[fields.a]\ntype = \"relation\"\nto = \"users\"\noptions = [\"a\"]",
    ),
];

const APPLICATIONS: &[(bool, &str)] = &[
    (true, "name = \"a\""),
    (
        true,
        "name = \"my-app-2\"\ntitle = \"A\"\ndescription = \"B\"\n[auth]\nsign_up = true",
    ),
    (false, ""),
    (false, "name = \"My\""),
    (false, "name = \"2a\""),
    (false, "name = \"a\"\nversion = 1"),
    (
        true,
        "name = \"a\"\n[auth]\naccess_token_minutes = 60\nrefresh_token_days = 1",
    ),
    (false, "name = \"a\"\n[auth]\naccess_token_minutes = 61"),
    (false, "name = \"a\"\n[auth]\nrefresh_token_days = 0"),
    (true, "name = \"a\"\n[auth]\nsession_idle_days = 365"),
    (false, "name = \"a\"\n[auth]\nsession_idle_days = 366"),
    (false, "name = \"a\"\nauth = true"),
    (
        true,
        "name = \"a\"\n[limits]\nenabled = true\nread = { per_address = \"5/1s\", per_key = \"off\" }",
    ),
    (false, "name = \"a\"\n[limits.read]\nper_address = \"5\""),
    (false, "name = \"a\"\n[limits.read]\nper_address = 5"),
    (false, "name = \"a\"\n[limits.other]\nper_address = \"5/1s\""),
];

#[test]
fn reader_and_schema_agree() {
    for (file, path, table) in [
        (DefinitionFile::Collection, "collections/things.toml", COLLECTIONS),
        (DefinitionFile::Application, "mainstay.toml", APPLICATIONS),
    ] {
        let validator = validator(file);
        for (good, text) in table {
            let sources = files(&[(path, text)]);
            let faults = told(&sources);
            assert_eq!(
                Definition::read(sources).is_ok(),
                *good,
                "reader: {text}\n{faults}"
            );
            let errors: Vec<_> = validator
                .iter_errors(&to_json(text))
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors.is_empty(), *good, "schema: {text}\n{errors:?}");
        }
    }
}

#[test]
fn every_key_is_described() {
    fn check(schema: &Json, path: &str) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            assert!(
                property["description"]
                    .as_str()
                    .is_some_and(|doc| doc.ends_with(['.', '?'])),
                "{path}"
            );
            check(property, &path);
            check(&property["items"], &path);
        }
    }
    check(&json_schema(DefinitionFile::Application), "mainstay.toml");
    let schema = json_schema(DefinitionFile::Collection);
    check(&schema, "collection");
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        check(definition, name);
    }
}

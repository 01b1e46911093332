use serde_json::Value as Json;

use crate::support::Folder;

/// One field of each type that a spreadsheet could spoil.
const APPLICATION: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"things\"\n"),
    (
        "collections/things.toml",
        r#"
[fields.name]
type = "text"
multiline = true
[fields.secret]
type = "text"
hidden = true
[fields.count]
type = "integer"
[fields.share]
type = "number"
[fields.price]
type = "decimal"
scale = 2
[fields.good]
type = "boolean"
[fields.at]
type = "datetime"
[fields.day]
type = "date"
[fields.size]
type = "select"
options = ["-", "S", "M"]
[fields.tags]
type = "multi_select"
options = ["=a", "b", "c"]
[fields.extra]
type = "json"
[fields.link]
type = "url"
[fields.parent]
type = "relation"
to = "things"
[fields.friends]
type = "relation"
to = "things"
many = true
"#,
    ),
];

/// The first row refers to a later one.
const ROWS: &str = "name,secret,count,share,price,good,at,day,size,tags,extra,link,parent
=1+1,hush,-5,-0.5,-12.50,yes,2026-01-31T12:00:00+01:00,2026-01-31,-,=a|c,\"{\"\"a\"\": [1, \"\"x\"\"]}\",https://example.org/?a=1,@last
''=quoted,,0,1e3,0.00,no,,,S,b,-1,,=1+1
\"two
lines, \"\"quoted\"\"\",,,,,,,,,,,,
@last,,,,,,,,M,,,,
";

const FIELDS: &str = "name,secret,count,share,price,good,at,day,size,tags,extra,link,parent.name";

fn mapping(names: &str) -> Vec<String> {
    let pairs = names
        .split(',')
        .map(|field| format!("{}={field}", field.split('.').next().unwrap()));
    pairs.flat_map(|pair| ["--map".to_owned(), pair]).collect()
}

fn import(folder: &Folder, file: &str, data: &str, fields: &str) {
    let mapping = mapping(fields);
    let mut args = vec!["import", "things", file, "--app", "app", "--data", data];
    args.extend(mapping.iter().map(String::as_str));
    let answer = folder.run(&args);
    answer
        .assert_done()
        .assert_out("4 rows: 4 created, 0 there already, 0 refused\n");
}

fn export(folder: &Folder, format: &str, data: &str) -> String {
    let answer = folder.run(&[
        "export", "things", "--format", format, "--app", "app", "--data", data,
    ]);
    answer.assert_done().assert_err("4 records exported\n");
    answer.out
}

/// Without the times at which the records were made.
fn without_times(csv: &str) -> String {
    let time = |cell: &str| cell.len() == 27 && cell.starts_with("20") && !cell.starts_with("2026-01-31T");
    let lines = csv.lines().map(|line| {
        line.split(',')
            .filter(|cell| !time(cell))
            .collect::<Vec<_>>()
            .join(",")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn export_comes_back_through_import() {
    let folder = Folder::with_files(APPLICATION);
    folder.write("things.csv", ROWS);
    import(&folder, "things.csv", "one", FIELDS);
    let first = export(&folder, "csv", "one");
    folder.write("exported.csv", &first);
    let exported = "id,name,count,share,price,good,at,day,size,tags,extra,link,parent.id,friends";
    import(&folder, "exported.csv", "two", exported);
    assert_eq!(
        without_times(&export(&folder, "csv", "two")),
        without_times(&first)
    );
}

#[test]
fn export_guards_formulas_and_leaves_numbers_alone() {
    let folder = Folder::with_files(APPLICATION);
    folder.write("things.csv", ROWS);
    import(&folder, "things.csv", "data", FIELDS);
    let csv = export(&folder, "csv", "data");
    assert!(!csv.contains("hush") && !csv.contains("secret"), "{csv}");
    assert!(
        csv.contains(",'=1+1,-5,-0.5,-12.50,true,2026-01-31T11:00:00.000000Z,2026-01-31,'-,'=a|c,"),
        "{csv}"
    );
    assert!(csv.contains(",''=quoted,0,1000.0,0.00,false,,,S,b,-1,,"), "{csv}");
    assert!(csv.contains(",\"two\nlines, \"\"quoted\"\"\","), "{csv}");
}

#[test]
fn export_as_json_lines_has_records_as_the_api_shows_them() {
    let folder = Folder::with_files(APPLICATION);
    folder.write("things.csv", ROWS);
    import(&folder, "things.csv", "data", FIELDS);
    let lines = export(&folder, "jsonl", "data");
    let records: Vec<Json> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let sum = records.iter().find(|record| record["name"] == "=1+1").unwrap();
    let last = records.iter().find(|record| record["name"] == "@last").unwrap();
    assert_eq!(sum["price"], "-12.50");
    assert_eq!(sum["tags"], serde_json::json!(["=a", "c"]));
    assert_eq!(sum["extra"], serde_json::json!({"a": [1, "x"]}));
    assert_eq!(sum["parent"], last["id"]);
    assert_eq!(sum["version"], 1);
    assert!(sum.get("secret").is_none());
    assert_eq!(sum["created_by"], Json::Null);
}

#[test]
fn export_into_a_file() {
    let folder = Folder::with_template("annotation");
    folder.run(&["seed", "--app", "app"]).assert_done();
    let args = [
        "export",
        "items",
        "--format",
        "csv",
        "--app",
        "app",
        "--out",
        "items.csv",
    ];
    let answer = folder.run(&args);
    answer.assert_done().assert_out("");
    assert_eq!(answer.err, "50 records exported\n");
    assert_eq!(folder.read("items.csv").lines().count(), 51);
}

#[test]
fn export_of_an_unknown_collection_makes_no_file() {
    let folder = Folder::with_template("annotation");
    folder.run(&["seed", "--app", "app"]).assert_done();
    let args = [
        "export",
        "itmes",
        "--format",
        "csv",
        "--app",
        "app",
        "--out",
        "items.csv",
    ];
    folder
        .run(&args)
        .assert_failed()
        .assert_err("error: there is no collection `itmes`\n");
    assert!(!folder.path("items.csv").exists());
}

//! Databases that the first version of Mainstay made: see the fixtures' own page.

use std::path::Path;

use mainstay_store::Dialect;
use mainstay_testkit::TestDatabase;

use crate::support::Folder;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/format-1");
const DATA: [&str; 4] = ["--app", "app", "--data", "data"];

fn first_format() -> Folder {
    let folder = Folder::new();
    copy(&Path::new(FIXTURES).join("app"), &folder.path("app"));
    std::fs::create_dir(folder.path("data")).unwrap();
    match TestDatabase::dialect() {
        Dialect::Sqlite => {
            let from = Path::new(FIXTURES).join("mainstay.db");
            std::fs::copy(from, folder.path("data/mainstay.db")).unwrap();
        }
        Dialect::Postgres => {
            let script = std::fs::read_to_string(Path::new(FIXTURES).join("postgres.sql")).unwrap();
            folder.run_script("data", &script);
        }
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn run(folder: &Folder, args: &[&str]) -> String {
    let args: Vec<&str> = args.iter().copied().chain(DATA).collect();
    folder.run(&args).assert_done().out.clone()
}

const PLANTS: &str = "\
23cccbc1-4c7f-84ed-83be-a097f97fc0d1,2,ae2c49dc-c4f3-866a-85fc-f245d9894b48,Thyme,herb,edible|perennial,2025-04-01,\
2026-05-01T06:30:00.000000Z,0.25,4,\"{\"\"latin\"\":\"\"Thymus vulgaris\"\"}\"
";

#[test]
fn everything_is_still_there() {
    let folder = first_format();
    for _ in 0..2 {
        let plants = run(&folder, &["export", "plants", "--format", "csv"]);
        let thyme = PLANTS.trim_end().split(',').next_back().unwrap();
        assert!(plants.contains(thyme) && plants.contains("Oak"), "{plants}");
        assert_eq!(plants.lines().count(), 3, "{plants}");
        let beds = run(&folder, &["export", "beds", "--format", "csv"]);
        assert!(beds.contains("South bed") && beds.contains("12.50"), "{beds}");
        assert!(!beds.contains("West bed"), "it was deleted: {beds}");
    }
    let users = run(&folder, &["user", "list"]);
    assert!(users.contains("root@example.com"), "{users}");
    assert_eq!(
        run(&folder, &["seed"]).lines().last().unwrap(),
        "0 records created, 6 there already"
    );
}

#[test]
fn its_signing_key_moves_into_the_key_file() {
    let folder = first_format();
    run(&folder, &["user", "list"]);
    let keys = folder.read("data/keys.toml");
    let kept = folder.run(&["keys", "list", "--app", "app", "--data", "data"]);
    let out = &kept.assert_done().out;
    assert!(
        out.lines().next().unwrap().contains("signing     active"),
        "{out}"
    );
    let row = "SELECT count(*) FROM _keys WHERE name = 'signing'";
    let place = match folder.url_of("data") {
        None => crate::moving::file(&folder, "data"),
        Some(url) => crate::moving::server(&url),
    };
    assert_eq!(crate::moving::ask(&place, row), [["0"]]);
    run(&folder, &["user", "list"]);
    assert_eq!(folder.read("data/keys.toml"), keys, "once");
}

#[test]
fn it_comes_under_migrations_and_goes_on_from_there() {
    let folder = first_format();
    folder
        .run(&["migrate", "new", "-m", "begin", "--app", "app"])
        .assert_done();
    // The shape is recognised once the definition alone has brought the database to the format of today.
    let first = folder.run(&["migrate", "status", "--app", "app", "--data", "data"]);
    assert!(first.out.contains("pending      0001_begin"), "{first:?}");
    run(&folder, &["migrate", "apply"]);
    assert!(run(&folder, &["migrate", "status"]).contains("applied      0001_begin"));
    let plants = folder.read("app/collections/plants.toml");
    let changed = plants
        .replace(
            "[fields.height]\ntype = \"number\"\nmin = 0",
            "[fields.height]\ntype = \"decimal\"\nscale = 2\nmin = \"0.00\"",
        )
        .replace("[fields.name]", "[fields.called]\nwas = \"name\"")
        .replace("{name}", "{called}")
        .replace("\"bed\", \"name\"", "\"bed\", \"called\"");
    folder.write("app/collections/plants.toml", changed);
    folder.run(&["migrate", "new", "--app", "app"]).assert_done();
    run(&folder, &["migrate", "apply"]);
    let after = run(&folder, &["export", "plants", "--format", "csv"]);
    assert!(after.contains("called") && after.contains("12.50"), "{after}");
    run(&folder, &["migrate", "down"]);
    folder.write("app/collections/plants.toml", plants);
    std::fs::remove_file(folder.path("app/migrations").join(second(&folder))).unwrap();
    let back = run(&folder, &["export", "plants", "--format", "csv"]);
    assert!(back.contains("name") && back.contains("12.5,"), "{back}");
}

fn second(folder: &Folder) -> String {
    let names = std::fs::read_dir(folder.path("app/migrations")).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.find(|name| name.starts_with("0002")).unwrap()
}

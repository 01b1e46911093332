use crate::support::Folder;

#[test]
fn seed_twice_changes_nothing() {
    let folder = Folder::with_template("todo");
    let first = folder.run(&["seed", "--app", "app"]);
    first.assert_done();
    let (counts, password) = first.out.split_once("The password of ").unwrap();
    assert_eq!(
        counts.lines().last(),
        Some("156 records created, 0 there already")
    );
    assert!(counts.contains("todos: 59 created\n"));
    let (people, password) = password.trim_end().split_once(" is ").unwrap();
    assert_eq!(
        people,
        "nora@example.com, omar@example.com, lena@example.com, gus@example.com, zoe@example.com"
    );
    assert!(
        password.len() == 19 && password.split('-').all(|group| group.len() == 4),
        "{password}"
    );

    let exported = folder
        .run(&["export", "todos", "--format", "jsonl", "--app", "app"])
        .out;
    let second = folder.run(&["seed", "--app", "app"]);
    second
        .assert_done()
        .assert_out("0 records created, 156 there already\n");
    let again = folder
        .run(&["export", "todos", "--format", "jsonl", "--app", "app"])
        .out;
    assert_eq!(exported, again);
}

#[test]
fn seed_of_another_data_folder_has_the_same_ids_and_another_password() {
    let folder = Folder::with_template("annotation");
    let password = |data| {
        let answer = folder.run(&["seed", "--app", "app", "--data", data]);
        answer.assert_done().out.rsplit_once(' ').unwrap().1.to_owned()
    };
    assert_ne!(password("one"), password("two"));
    let ids = |data| {
        let answer = folder.run(&[
            "export", "items", "--format", "csv", "--app", "app", "--data", data,
        ]);
        let ids = answer
            .assert_done()
            .out
            .lines()
            .map(|line| line.split(',').next().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("one"), ids("two"));
    assert!(!folder.path("app/data").exists());
}

/// Books have a successor that may stand later in the file, even in a circle, and authors, who have a favourite book.
const LIBRARY: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"library\"\n"),
    (
        "collections/books.toml",
        "[fields.title]\ntype = \"text\"\nrequired = true\nunique = true\n\n\
         [fields.author]\ntype = \"relation\"\nto = \"authors\"\nrequired = true\n\n\
         [fields.next]\ntype = \"relation\"\nto = \"books\"\n",
    ),
    (
        "collections/authors.toml",
        "[fields.favourite]\ntype = \"relation\"\nto = \"books\"\n\n[fields.friends]\ntype = \"relation\"\n\
         to = \"authors\"\nmany = true\n",
    ),
];

fn library(books: &str, authors: &str) -> Folder {
    let folder = Folder::with_files(LIBRARY);
    folder.write("app/seed/books.jsonl", books);
    folder.write("app/seed/authors.jsonl", authors);
    folder
}

#[test]
fn seed_with_relations_in_circles() {
    let folder = library(
        "{\"id\": \"one\", \"title\": \"One\", \"author\": \"ada\", \"next\": \"two\"}\n\n\
         {\"id\": \"two\", \"title\": \"Two\", \"author\": \"ada\", \"next\": \"one\"}\n",
        "{\"id\": \"ada\", \"favourite\": \"two\", \"friends\": [\"bob\", \"ada\"]}\n{\"id\": \"bob\"}\n",
    );
    folder
        .run(&["seed", "--app", "app"])
        .assert_done()
        .assert_out("authors: 2 created\nbooks: 2 created\n4 records created, 0 there already\n");
    let authors = folder
        .run(&["export", "authors", "--format", "csv", "--app", "app"])
        .out;
    let friends = authors
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap());
    assert_eq!(
        friends.filter(|friends| friends.contains('|')).count(),
        1,
        "{authors}"
    );
    let books = folder
        .run(&["export", "books", "--format", "csv", "--app", "app"])
        .out;
    assert!(
        books
            .lines()
            .skip(1)
            .all(|line| line.rsplit(',').next().unwrap().len() == 36),
        "{books}"
    );
}

#[test]
fn seed_with_faults_is_refused_as_a_whole() {
    let folder = library(
        "{\"id\": \"one\", \"title\": \"One\", \"author\": \"eve\", \"pages\": 3}\n{\"title\": \"Two\"}\nnonsense\n\
         {\"id\": \"one\", \"title\": 4, \"author\": \"ada\", \"version\": 7}\n{\"id\": \"five\", \"author\": \"ada\"}\n",
        "{\"id\": \"ada\"}\n",
    );
    folder.run(&["seed", "--app", "app"]).assert_failed().assert_err(
        "error: the seed does not fit the definition
  seed/books.jsonl:1: pages: books has no such field
  seed/books.jsonl:2: id: every line of a seed needs one: a short text of your choice, or a UUID
  seed/books.jsonl:3: not a JSON object, column 2: expected ident
  seed/books.jsonl:4: id: line 1 has this id already
  seed/books.jsonl:4: title: must be a string, not a number
  seed/books.jsonl:4: version: is set by Mainstay; leave it out
  seed/books.jsonl:5: title: is required
",
    );
}

#[test]
fn seed_refused_by_the_database_is_refused_as_a_whole() {
    let folder = library(
        "{\"id\": \"one\", \"title\": \"Same\", \"author\": \"ada\"}\n\
         {\"id\": \"two\", \"title\": \"Same\", \"author\": \"ada\"}\n\
         {\"id\": \"three\", \"title\": \"Three\", \"author\": \"eve\"}\n\
         {\"id\": \"four\", \"title\": \"Four\", \"author\": \"ada\", \"next\": \"two\"}\n",
        "{\"id\": \"ada\"}\n",
    );
    // The fourth would be refused only because it points to the second.
    folder.run(&["seed", "--app", "app"]).assert_failed().assert_err(
        "error: the seed does not fit the definition
  seed/books.jsonl:2: title: another record has this value already
  seed/books.jsonl:3: author: there is no `eve` in authors
",
    );
    let answer = folder.run(&["export", "authors", "--format", "jsonl", "--app", "app"]);
    answer.assert_done().assert_out("");
}

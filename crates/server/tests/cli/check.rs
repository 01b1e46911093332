use crate::support::Folder;

const APPLICATION: &str = "name = \"shop\"\n";

#[test]
fn check_every_fault_at_once() {
    let folder = Folder::with_files(&[
        ("mainstay.toml", "name = \"My Shop\"\n"),
        (
            "collections/books.toml",
            "[fields.title]\ntype = \"txt\"\n\n[fields.author]\ntype = \"relation\"\nto = \"writers\"\n\n[rules]\n\
             read = \"record.titel == null\"\n",
        ),
        ("collections/authors.toml", "colour = \"red\"\n"),
    ]);
    let answer = folder.run(&["check", "app", "--format", "short"]);
    answer.assert_failed().assert_err(SHORT);
    answer.assert_out("");
}

const SHORT: &str = "\
app/collections/authors.toml:1:1: unknown key `colour` in a collection; the keys here are `title`, `description`, `label`, `was`, \
`soft_delete`, `comments`, `share`, `log_reads`, `trash_days`, `order`, `fields`, `members`, `rules`, `indexes`, `checks`
app/collections/books.toml:2:8: `type` cannot be \"txt\"; did you mean \"text\"?
app/collections/books.toml:6:6: there is no collection `writers`; the collections are `authors`, `books`, `users`
app/collections/books.toml:9:16: `books` has no field `titel`; the fields are `id`, `version`, `created_at`, `updated_at`, \
`created_by`
app/mainstay.toml:1:8: `My Shop` is not a name for an application; use the letters a to z, digits and hyphens, a letter \
first, at most 40 characters
";

#[test]
fn check_shows_the_line_and_the_way_out() {
    let folder = Folder::with_files(&[
        ("mainstay.toml", APPLICATION),
        ("collections/books.toml", "[fields.title]\ntype = \"txt\"\n"),
    ]);
    let answer = folder.run(&["check", "app"]);
    let lines: Vec<&str> = answer.assert_failed().err.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n"), FULL);
}

const FULL: &str = "\
Error: `type` cannot be \"txt\"
   ╭─[ app/collections/books.toml:2:8 ]
   │
 2 │ type = \"txt\"
   │        ──┬──
   │          ╰──── here
   │
   │ Help: did you mean \"text\"?
───╯
error: the definition has 1 fault";

#[test]
fn check_a_good_definition() {
    let folder = Folder::with_files(&[
        ("mainstay.toml", APPLICATION),
        (
            "collections/books.toml",
            "[fields.title]\ntype = \"text\"\n\n[rules]\nlist = \"true\"\nread = \"true\"\n",
        ),
        // Drafts of editors are no collections.
        ("collections/.#books.toml", "nonsense"),
        ("collections/books.toml~", "nonsense"),
    ]);
    // Users have an address and two switches.
    folder
        .run(&["check", "app"])
        .assert_done()
        .assert_out("2 collections, 4 fields, 2 rules: all good\n");
}

#[test]
fn check_a_folder_without_an_application() {
    let folder = Folder::new();
    folder.run(&["check"]).assert_failed().assert_err(
        "error: . has no mainstay.toml: name the folder of an application, or make one with `mainstay new`\n",
    );
}

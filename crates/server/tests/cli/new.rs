use crate::support::Folder;

#[test]
fn new_from_every_template() {
    for (template, summary) in [
        ("blank", "2 collections, 6 fields, 5 rules: all good\n"),
        ("todo", "14 collections, 73 fields, 61 rules: all good\n"),
        ("annotation", "8 collections, 50 fields, 38 rules: all good\n"),
    ] {
        let folder = Folder::with_template(template);
        folder.run(&["check", "app"]).assert_done().assert_out(summary);
        assert_eq!(folder.read("app/.gitignore"), "/data\n");
        assert!(!folder.read("app/README.md").contains("apps/"), "{template}");
    }
}

#[test]
fn new_says_what_to_do_next() {
    let folder = Folder::new();
    folder.run(&["new", "My_Notes"]).assert_done().assert_out(
        "Made an application in My_Notes. Next:\n  mainstay check My_Notes\n  mainstay dev --app My_Notes\n",
    );
    assert!(
        folder
            .read("My_Notes/mainstay.toml")
            .starts_with("name = \"my-notes\"\n")
    );
    let answer = folder.run(&["new", "household", "--template", "todo"]);
    assert!(
        answer
            .assert_done()
            .out
            .contains("\n  mainstay seed --app household\n")
    );
}

#[test]
fn new_in_a_folder_with_files() {
    let folder = Folder::new();
    folder.write("app/notes.txt", "mine");
    folder
        .run(&["new", "app"])
        .assert_failed()
        .assert_err("error: the folder app is not empty: name a new one\n");
    assert!(!folder.path("app/mainstay.toml").exists());
}

use crate::support::{Folder, address_in, get};

#[test]
fn dev_follows_the_definition() {
    let folder = Folder::with_template("blank");
    let mut server = folder.start(&["dev", "--app", "app"]);
    let address = address_in(&server.wait_for_out("My application answers at ")).to_owned();
    let notes = folder.read("app/collections/notes.toml");

    folder.write(
        "app/collections/notes.toml",
        format!("{notes}\n[fields.stars]\ntype = \"integr\"\n"),
    );
    server.wait_for_err("`type` cannot be \"integr\"");
    server.wait_for_err("The server goes on with the definition before.");
    assert!(get(&address, "/api/v1/records/notes").starts_with("HTTP/1.1 200 "));

    folder.write(
        "app/collections/notes.toml",
        format!("{notes}\n[fields.stars]\ntype = \"integer\"\n"),
    );
    server.wait_for_out("The new definition is in force.");
    assert_eq!(server.wait_for_out("stars"), "  added notes.stars");

    folder.write("app/collections/books.toml", "[rules]\nlist = \"true\"\n");
    server.wait_for_out("created books");
    assert!(get(&address, "/api/v1/records/books").contains("{\"items\":[]"));
    assert_eq!(server.stop(), 0);
}

#[test]
fn dev_has_its_data_to_itself() {
    let folder = Folder::with_template("todo");
    let mut server = folder.start(&["dev", "--app", "app", "--seed"]);
    server.wait_for_out("156 records created");
    server.wait_for_out("answers at");
    let answer = folder.run(&["seed", "--app", "app"]);
    let err = &answer.assert_failed().err;
    assert!(
        err.starts_with("error: the data folder app/data is in use by process "),
        "{err}"
    );
    assert!(
        err.contains("(mainstay dev): stop that process first, or name another folder with --data"),
        "{err}"
    );
    // The data must not end up in a repository.
    assert_eq!(folder.read("app/data/.gitignore"), "*\n");
    assert_eq!(server.stop(), 0);
    folder.run(&["seed", "--app", "app"]).assert_done();
}

#[test]
fn dev_drops_data_only_when_told() {
    let folder = Folder::with_template("todo");
    folder.run(&["seed", "--app", "app"]).assert_done();
    let todos = folder.read("app/collections/lists.toml");
    let (before, rest) = todos.split_once("[fields.colour]").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    folder.write("app/collections/lists.toml", format!("{before}{after}"));
    let answer = folder.run(&["dev", "--app", "app", "--listen", "127.0.0.1:0"]);
    assert!(
        answer
            .assert_failed()
            .err
            .contains("would lose data: lists.colour of 6 records"),
        "{}",
        answer.err
    );
    let mut server = folder.start(&["dev", "--app", "app", "--allow-loss"]);
    assert_eq!(server.wait_for_out("lists.colour"), "  removed lists.colour");
    assert_eq!(server.stop(), 0);
}

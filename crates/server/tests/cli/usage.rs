use serde_json::Value as Json;

use crate::support::Folder;

#[test]
fn commands_that_make_no_sense_exit_with_2() {
    let folder = Folder::new();
    for args in [
        &[][..],
        &["fly"],
        &["check", "--format", "long"],
        &["serve"],
        &["export", "items"],
        &["copy", "--from", "sqlite:data"],
        &["import", "items", "items.csv"],
        &["import", "items", "items.csv", "--map", "title"],
        &["import", "items", "items.csv", "--map", "title=a.b.c"],
        &["import", "items", "items.csv", "--map", "a=b", "--set", "=1"],
        &["config", "--json", "--example"],
    ] {
        assert_eq!(folder.run(args).status, 2, "{args:?}");
    }
}

#[test]
fn every_command_explains_itself_with_examples() {
    let folder = Folder::new();
    for command in [
        &["new"][..],
        &["dev"],
        &["serve"],
        &["check"],
        &["seed"],
        &["import"],
        &["export"],
        &["copy"],
        &["user", "create"],
        &["openapi"],
        &["config"],
        &["schema"],
        &["completions"],
    ] {
        let mut args = command.to_vec();
        args.push("--help");
        let answer = folder.run(&args);
        answer.assert_done();
        assert!(answer.out.contains("Examples:\n  mainstay "), "{command:?}");
    }
}

#[test]
fn schemas_and_openapi_are_json() {
    let folder = Folder::with_template("todo");
    for args in [
        &["schema", "mainstay"][..],
        &["schema", "collection"],
        &["openapi", "--app", "app"],
    ] {
        let answer = folder.run(args);
        let document: Json = serde_json::from_str(&answer.assert_done().out).unwrap();
        assert!(document.is_object(), "{args:?}");
    }
    folder
        .run(&["openapi", "--app", "app", "--out", "todo.json"])
        .assert_done()
        .assert_out("");
    let document: Json = serde_json::from_str(&folder.read("todo.json")).unwrap();
    assert!(
        document["paths"]
            .as_object()
            .is_some_and(|paths| !paths.is_empty())
    );
}

use crate::support::Folder;

const CREATE: [&str; 6] = ["user", "create", "--app", "app", "--password-stdin", "--email"];

fn create(folder: &Folder, args: &[&str], password: &str) -> crate::support::Answer {
    let args: Vec<&str> = CREATE.iter().chain(args).copied().collect();
    folder.run_with(&args, &[], &format!("{password}\n"))
}

#[test]
fn user_create_and_list() {
    let folder = Folder::with_template("annotation");
    let ines = create(
        &folder,
        &["ines@example.com", "--administrator"],
        "a long enough password",
    );
    assert!(
        ines.assert_done()
            .out
            .starts_with("Created the administrator ines@example.com with the id ")
    );
    let fields = [
        "tom@example.com",
        "--field",
        "username=tom",
        "--field",
        "role=lead",
    ];
    create(&folder, &fields, "another long password").assert_done();

    let list = folder.run(&["user", "list", "--app", "app"]);
    let shown: Vec<&str> = list.assert_done().out.lines().map(|line| &line[36..]).collect();
    assert_eq!(shown, ["  ines@example.com  administrator", "  tom@example.com"]);
    let users = folder
        .run(&["export", "users", "--format", "csv", "--app", "app"])
        .out;
    assert!(users.contains("tom@example.com,false,true,tom,lead\n"), "{users}");
    assert!(!users.contains("password"), "{users}");
}

#[test]
fn user_create_refusals_create_nobody() {
    let folder = Folder::with_template("annotation");
    let good = "a long enough password";
    for (args, password, wanted) in [
        (
            &["ines@example.com"][..],
            "short",
            "error: a password has 8 to 256 characters\n",
        ),
        (
            &["ines"],
            good,
            "error: some fields are not valid; see `errors`\n  email: is not an e-mail address such as ada@example.org\n",
        ),
        (
            &["ines@example.com", "--field", "age=7"],
            good,
            "error: users have no field `age`\n",
        ),
        (
            &["ines@example.com", "--field", "role=boss"],
            good,
            "error: --field role\n  because: must be one of \"lead\", \"annotator\"\n",
        ),
    ] {
        create(&folder, args, password).assert_failed().assert_err(wanted);
    }
    folder
        .run(&["user", "list", "--app", "app"])
        .assert_done()
        .assert_out("");
}

#[test]
fn user_create_without_a_terminal() {
    let folder = Folder::with_template("blank");
    folder
        .run(&["user", "create", "--app", "app", "--email", "ines@example.com"])
        .assert_failed()
        .assert_err("error: there is no terminal to ask for a password on: use --password-stdin\n");
}

#[test]
fn user_list_without_data() {
    let folder = Folder::with_template("blank");
    folder
        .run(&["user", "list", "--app", "app"])
        .assert_failed()
        .assert_err("error: there is no database in app/data; name its folder with --data\n");
    assert!(!folder.path("app/data").exists());
}

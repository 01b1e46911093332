//! Faults of files as such: what is missing, misnamed, or not TOML.

use mainstay_core::definition::{Definition, SourceFile};

use crate::support::{assert_faults, assert_things_faults};

#[test]
fn mainstay_toml_is_missing() {
    let faults = Definition::read(Vec::new()).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, "mainstay.toml");
    assert_eq!(faults[0].message, "the file is missing");
    assert_eq!(
        faults[0].hint.as_deref(),
        Some("add mainstay.toml with the line: name = \"my-app\"")
    );
}

#[test]
fn the_name_is_missing() {
    assert_faults(
        &[("mainstay.toml", "title = \"Test\"\n")],
        r#"
            mainstay.toml:1:1 mainstay.toml needs the key `name` (add it: name = "my-app")
        "#,
    );
}

#[test]
fn the_application_name_is_bad() {
    assert_faults(
        &[("mainstay.toml", "name = \"My_App\"\n")],
        r"
            mainstay.toml:1:8 `My_App` is not a name for an application (use the letters a to z, digits and hyphens, a letter first, at most 40 characters)
        ",
    );
}

#[test]
fn settings_are_out_of_bounds_or_unknown() {
    let text = r#"
name = "test"
[auth]
sign_up = "yes"
access_token_minutes = 0
refresh_token_days = 366
session_idle_days = 0
sessions = 3
"#;
    assert_faults(
        &[("mainstay.toml", text)],
        r"
            mainstay.toml:4:11 `sign_up` must be true or false, not a string (for example: sign_up = true)
            mainstay.toml:5:24 `access_token_minutes` must be between 1 and 60 (without the key it is 10)
            mainstay.toml:6:22 `refresh_token_days` must be between 1 and 365 (without the key it is 30)
            mainstay.toml:7:21 `session_idle_days` must be between 1 and 365 (without the key it is 14)
            mainstay.toml:8:1 unknown key `sessions` in [auth] (the keys here are `sign_up`, `methods`, `access_token_minutes`, `refresh_token_days`, `session_idle_days`, `second_factor`, `providers`, `clients`)
        ",
    );
}

#[test]
fn the_stem_is_not_a_name() {
    assert_faults(
        &[
            ("collections/RoomMembers.toml", "[fields.name]\ntype = \"text\"\n"),
            ("collections/a__b.toml", ""),
            // No follow-on fault: the collection is there, under a wrong name.
            (
                "collections/desks.toml",
                "[fields.room]\ntype = \"relation\"\nto = \"roommembers\"\n",
            ),
        ],
        r"
            collections/RoomMembers.toml:1:1 the file's name is not a name for a collection: a name starts with a letter a to z and goes on with letters, digits and single underscores (rename the file; for example `room_members`)
            collections/a__b.toml:1:1 the file's name is not a name for a collection: a name starts with a letter a to z and goes on with letters, digits and single underscores (rename the file; for example `a_b`)
        ",
    );
}

#[test]
fn syntax_faults_are_told_together() {
    let text = r#"
title = unquoted
soft_delete = true
soft_delete = false
[fields.name
type = "text"
[fields.note]
type = "text
"#;
    assert_things_faults(
        text,
        r#"
            2:9 the TOML is not valid: string values must be quoted, expected literal string (put quotes around a text)
            4:1 the TOML is not valid: duplicate key (a key can be set once; remove it, or add the [header] that is missing above it)
            5:13 the TOML is not valid: unclosed table, expected `]`
            8:13 the TOML is not valid: invalid basic string, expected `"` (close the string on its line, or use three quotes for several lines)
        "#,
    );
}

#[test]
fn consequences_are_not_told() {
    // The header of a second field is missing.
    let text = r#"
[fields.name]
type = "text"
min = 3
type = "integer"
min = 5
"#;
    assert_things_faults(
        text,
        r"
            5:1 the TOML is not valid: duplicate key (a key can be set once; remove it, or add the [header] that is missing above it)
        ",
    );
    // The quotes that open the first rule are missing.
    let text = r"
[rules]
list =
record.name == 'a'
'''
read = '''
record.name == 'b'
'''
";
    assert_things_faults(
        text,
        r"
            3:7 the TOML is not valid: string values must be quoted, expected literal string (the file has an odd number of ''': one string is not opened or not closed)
        ",
    );
}

#[test]
fn a_file_with_bad_syntax_is_not_read_further_and_blames_nobody_else() {
    assert_faults(
        &[
            (
                "collections/rooms.toml",
                "unknown = 1\n[fields.name]\ntype = text\n[fields.floor]\ntype = \"intger\"\n",
            ),
            (
                "collections/desks.toml",
                r#"
[fields.room]
type = "relation"
to = "rooms"
[rules]
list = "record.room.name == 'a' && record.room.width > 3"
read = "record.room == 3"
"#,
            ),
        ],
        r"
            collections/rooms.toml:3:8 the TOML is not valid: invalid boolean, expected `true` (put quotes around a text)
        ",
    );
}

#[test]
fn a_file_is_too_large() {
    assert_things_faults(
        &"#".repeat(1_048_577),
        r"
            1:1 the file has more than 1048576 bytes (split the collection)
        ",
    );
}

#[test]
fn there_are_too_many_collections() {
    let paths: Vec<String> = (0..501)
        .map(|number| format!("collections/c{number:03}.toml"))
        .collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
    assert_faults(&files[..500], "");
    assert_faults(
        &files,
        r"
            collections/c500.toml:1:1 there are 501 collections, and at most 500 are possible (split the application)
        ",
    );
}

#[test]
fn other_files_do_not_count() {
    assert_faults(
        &[
            ("README.md", "# hello"),
            ("collections/old/rooms.toml", "x"),
            ("seed/rooms.jsonl", "{}"),
        ],
        "",
    );
}

#[test]
fn columns_count_characters() {
    let text =
        "title = \"ä\" # é\ndescription = \"ö\"\nlabel = \"äö {nme}\"\n[fields.name]\ntype = \"text\"\n";
    assert_things_faults(
        text,
        r"
            3:14 `things` has no field `nme` (did you mean `name`?)
        ",
    );
}

#[test]
fn windows_line_ends_are_line_ends() {
    let text = "soft_delete = 1\r\n[fields.name]\r\ntype = \"txt\"\r\n";
    assert_things_faults(
        text,
        r#"
            1:15 `soft_delete` must be true or false, not an integer (for example: soft_delete = true)
            3:8 `type` cannot be "txt" (did you mean "text"?)
        "#,
    );
}

#[test]
fn faults_of_all_files_are_sorted() {
    let source = |path: &str, text: &str| SourceFile {
        path: path.into(),
        text: text.into(),
    };
    let files = vec![
        source("mainstay.toml", "nam = \"test\""),
        source("collections/b.toml", "y = 1\nx = 1"),
        source("collections/a.toml", "z = 1"),
    ];
    let places: Vec<_> = Definition::read(files)
        .unwrap_err()
        .into_iter()
        .map(|f| (f.path, f.span.start))
        .collect();
    let place = |path: &str, start| (path.to_owned(), start);
    let expected = [
        place("collections/a.toml", 0),
        place("collections/b.toml", 0),
        place("collections/b.toml", 6),
        place("mainstay.toml", 0),
    ];
    assert_eq!(places, expected);
}

#[test]
fn providers_say_who_they_are() {
    let text = r#"
name = "test"
[auth]
second_factor = "all"
[auth.providers.google]
preset = "google"
issuer = "https://accounts.google.com"
client_id = "a"
[auth.providers.nobody]
client_id = "a"
[auth.providers.plain]
issuer = "login.example.org"
client_id = "a"
[auth.providers.Big]
preset = "github"
client_id = "a"
[auth.providers.unknown]
preset = "github"
"#;
    assert_faults(
        &[("mainstay.toml", text)],
        r#"
            mainstay.toml:4:17 `second_factor` cannot be "all" (did you mean "everyone"?)
            mainstay.toml:7:10 a preset has its own issuer (leave out one of them)
            mainstay.toml:9:1 the provider `nobody` needs an `issuer` or a `preset` (add preset = "google" or issuer = "https://...")
            mainstay.toml:12:10 `issuer` is no address of a provider (write it as its tokens do, such as issuer = "https://login.example.org")
            mainstay.toml:14:17 `Big` is no name of a provider (use lower-case letters, digits and underscores, such as `google`)
            mainstay.toml:17:1 a provider needs the key `client_id` (add it: client_id = "...")
        "#,
    );
}

#[test]
fn clients_say_where_they_are_led_back_to_and_what_they_may_ask_for() {
    let text = r#"
name = "test"
[auth.clients.good]
redirects = ["https://app.example.org/back", "http://127.0.0.1/back"]
scopes = ["openid", "offline_access", "*:*"]
[auth.clients.open]
redirects = ["https://app.example.org/back", "http://app.example.org/back", "https://*.example.org"]
scopes = ["openid", "phone"]
[auth.clients.Big]
redirects = ["https://app.example.org/back"]
scopes = ["openid"]
[auth.clients.empty]
secret = "mine"
"#;
    assert_faults(
        &[("mainstay.toml", text)],
        r#"
            mainstay.toml:7:46 nobody can be led back to "http://app.example.org/back" (write https://..., http://127.0.0.1/... for a program on the same machine, or a scheme such as org.example.app:/back)
            mainstay.toml:7:77 nobody can be led back to "https://*.example.org" (write https://..., http://127.0.0.1/... for a program on the same machine, or a scheme such as org.example.app:/back)
            mainstay.toml:8:21 "phone" is no scope (write openid, profile, email, offline_access, or `<collection>:<action>` as API keys have it)
            mainstay.toml:9:15 `Big` is no name of a client (use lower-case letters, digits and underscores, such as `mobile`)
            mainstay.toml:12:1 a client needs the key `redirects` (add it: redirects = ["open", "done"])
            mainstay.toml:12:1 a client needs the key `scopes` (add it: scopes = ["open", "done"])
            mainstay.toml:13:1 unknown key `secret` in a client (the keys here are `title`, `redirects`, `scopes`)
        "#,
    );
}

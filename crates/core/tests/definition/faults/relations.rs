//! Relations between collections.

use crate::support::{assert_faults, assert_things_faults};

#[test]
fn targets() {
    let text = r#"
[fields.a]
type = "relation"
[fields.b]
type = "relation"
to = "thing"
[fields.c]
type = "relation"
to = "user_accounts"
[fields.d]
type = "relation"
to = "Things"
"#;
    assert_things_faults(
        text,
        r#"
            2:1 a field of type relation needs the key `to` (add it: to = "...")
            6:6 there is no collection `thing` (did you mean `things`?)
            9:6 there is no collection `user_accounts` (the collections are `things`, `users`)
            12:6 `Things` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `things`)
        "#,
    );
}

#[test]
fn set_null_where_null_cannot_be() {
    let text = r#"
[fields.a]
type = "relation"
to = "things"
required = true
on_delete = "set_null"
[fields.b]
type = "relation"
to = "things"
many = true
on_delete = "set_null"
[fields.c]
type = "relation"
to = "things"
on_delete = "delete"
"#;
    assert_things_faults(
        text,
        r#"
            6:13 `set_null` does not apply to a required field (use "restrict" or "cascade", or remove `required`)
            11:13 `set_null` does not apply to a relation to many (use "restrict" or "cascade")
            15:13 `on_delete` cannot be "delete" (did you mean "cascade"?)
        "#,
    );
}

#[test]
fn acyclic_where_it_cannot_be() {
    let text = r#"
[fields.a]
type = "relation"
to = "users"
acyclic = true
[fields.b]
type = "relation"
to = "things"
many = true
acyclic = true
[fields.c]
type = "relation"
to = "things"
required = true
acyclic = true
[fields.d]
type = "relation"
to = "things"
acyclic = true
"#;
    assert_things_faults(
        text,
        r"
            5:11 `acyclic` is for relations to the same collection (remove it; this relation cannot form a cycle alone)
            10:11 `acyclic` does not apply to a relation to many (remove `acyclic` or `many`)
            15:11 an acyclic relation cannot be required (remove `required`: the first record has no other to point to)
        ",
    );
}

#[test]
fn many_cannot_be_unique() {
    let text = "[fields.a]\ntype = \"relation\"\nto = \"things\"\nmany = true\nunique = true\n";
    assert_things_faults(
        text,
        r"
            5:10 `unique` does not apply to a relation to many (remove `unique`)
        ",
    );
}

#[test]
fn ways_back_that_collide() {
    let rooms = "[fields.name]\ntype = \"text\"\n";
    let desks = r#"
[fields.a]
type = "relation"
to = "rooms"
back = "name"
[fields.b]
type = "relation"
to = "rooms"
back = "desks"
[fields.c]
type = "relation"
to = "rooms"
back = "desks"
[fields.d]
type = "relation"
to = "users"
back = "email"
[fields.e]
type = "relation"
to = "rooms"
back = "created_by"
[fields.f]
type = "relation"
to = "desks"
back = "a"
[fields.g]
type = "relation"
to = "desks"
back = "Bad"
"#;
    assert_faults(
        &[
            ("collections/rooms.toml", rooms),
            ("collections/desks.toml", desks),
        ],
        r"
            collections/desks.toml:5:8 `rooms` has a field `name` already (choose another name for the way back)
            collections/desks.toml:13:8 `desks` is already the way back of `desks.b` (choose another name for the way back)
            collections/desks.toml:17:8 `users` has a field `email` already (choose another name for the way back)
            collections/desks.toml:21:8 `created_by` cannot be the name of a way back: every record or every expression has it already (choose another name)
            collections/desks.toml:25:8 `desks` has a field `a` already (choose another name for the way back)
            collections/desks.toml:29:8 `Bad` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `bad`)
        ",
    );
}

#[test]
fn cascades_that_would_lose_records() {
    let desk = |soft| {
        format!(
            "soft_delete = {soft}\n[fields.room]\ntype = \"relation\"\nto = \"rooms\"\non_delete = \"cascade\"\n"
        )
    };
    let (hard, soft) = (desk(false), desk(true));
    assert_faults(
        &[
            ("collections/rooms.toml", "soft_delete = true\n"),
            ("collections/desks.toml", &hard),
            ("collections/chairs.toml", &soft),
        ],
        r#"
            collections/desks.toml:5:13 `cascade` from `desks` into `rooms` would lose records: deleted `rooms` can be restored, `desks` cannot (set soft_delete = true in collections/desks.toml, or use "restrict")
        "#,
    );
}

#[test]
fn a_fault_is_told_once() {
    // The rules and the index use what the faults take away; they have none of their own.
    let text = r#"
order = "room"
label = "{room}"
[fields.room]
type = "relation"
to = "roms"
back = "things"
[[indexes]]
fields = ["room", "name"]
[[checks]]
name = "a"
expression = "record.room.name != ''"
[rules]
list = "record.room.members.exists(m, m.user == auth.id)"
[fields.name]
type = "text"
"#;
    assert_faults(
        &[
            ("collections/things.toml", text),
            (
                "collections/rooms.toml",
                "[rules]\nlist = \"record.things.exists(t, t.name == 'a')\"\n",
            ),
        ],
        r"
            collections/things.toml:6:6 there is no collection `roms` (did you mean `rooms`?)
        ",
    );
}

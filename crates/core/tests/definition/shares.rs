//! `share = true`: the collection that it stands for, and what becomes of the rules.

use mainstay_core::definition::OnDelete;
use mainstay_core::rules::{Concerns, dependencies};

use crate::support::{assert_faults, read};

const LISTS: &str = r#"
share = true
soft_delete = true
[fields.owner]
type = "relation"
to = "users"
[fields.name]
type = "text"
[fields.colour]
type = "text"
[rules]
read = "record.owner == auth.id"
update = "auth.id != null"
"#;

#[test]
fn a_collection_of_shares_is_made() {
    let definition = read(&[("collections/lists.toml", LISTS)]);
    let lists = definition.find_collection("lists").expect("it is there");
    let sharing = lists.sharing.as_ref().expect("its records can be shared");
    let made = definition.collection(sharing.collection);
    assert_eq!(made.name.as_str(), "lists_shares");
    let target = made.field(sharing.target).relation().expect("a relation");
    // A share ends with its record, also where the record can come back.
    assert_eq!((target.on_delete, made.soft_delete), (OnDelete::Cascade, false));
    assert!(made.sharing.is_none());
    assert!(made.rules.create.is_none() && made.rules.update.is_none() && made.rules.delete.is_none());
    assert!(definition.shape.collections().any(|name| name == "lists_shares"));
}

#[test]
fn the_shape_of_shares_can_be_read_alone() {
    let definition = read(&[("collections/lists.toml", LISTS)]);
    let shape = definition.shape.definition().expect("the shape stands by itself");
    let made = shape.find_collection("lists_shares").expect("it is there");
    assert!(!made.soft_delete);
}

#[test]
fn shares_stand_beside_the_rules() {
    let definition = read(&[("collections/lists.toml", LISTS)]);
    let lists = definition.find_collection("lists").expect("it is there");
    // Nobody could list before; now those can with whom something is shared.
    let list = lists.rules.list.as_ref().expect("shares are listed");
    let concerned: Vec<Concerns> = dependencies(&definition, list, false)
        .into_iter()
        .map(|dependency| dependency.concerns)
        .collect();
    let sharing = lists.sharing.as_ref().expect("its records can be shared");
    assert_eq!(concerned, [Concerns::UserIn(sharing.user), Concerns::Holders]);
    assert!(lists.rules.delete.is_none());
    let own = lists.rules.own.as_ref().expect("what is left without shares");
    assert!(own.update.is_some() && own.share.is_some() && own.delete.is_none());
}

#[test]
fn fields_that_rules_read_anywhere_decide() {
    let tasks = "[fields.list]\ntype = \"relation\"\nto = \"lists\"\n[rules]\nread = \"record.list.colour == 'red'\"\n";
    let definition = read(&[
        ("collections/lists.toml", LISTS),
        ("collections/tasks.toml", tasks),
    ]);
    let lists = definition.find_collection("lists").expect("it is there");
    let sharing = lists.sharing.as_ref().expect("its records can be shared");
    let mut deciding: Vec<&str> = sharing
        .deciding
        .iter()
        .map(|field| lists.field(*field).name.as_str())
        .collect();
    deciding.sort_unstable();
    assert_eq!(deciding, ["colour", "owner"]);
}

#[test]
fn what_keeps_it_from_being_made_is_told_where_it_is_declared() {
    assert_faults(
        &[
            ("collections/lists.toml", "share = true\n"),
            ("collections/lists_shares.toml", ""),
        ],
        "collections/lists.toml:1:9 `share` makes a collection `lists_shares`, and there is a file of that name (rename the file, or remove `share`)",
    );
    assert_faults(
        &[("collections/users.toml", "share = true\n")],
        "collections/users.toml:1:9 people are not shared (remove `share` from users)",
    );
    assert_faults(
        &[("collections/lists.toml", "[rules]\nshare = \"auth.id != null\"\n")],
        "collections/lists.toml:2:9 there is a rule for sharing, and these records are not shared (add `share = true` to the collection, or remove the rule)",
    );
}

#[test]
fn what_is_wrong_with_shared_is_told() {
    for (rule, fault) in [
        (
            "record.shared(\"all\")",
            "3:23 a level is needed here, written out: \"read\", \"comment\" or \"edit\"",
        ),
        (
            "auth.shared()",
            "3:9 `shared` asks about a record (write `record.shared()`, or `record.list.shared(\"edit\")`)",
        ),
        (
            "record.id.shared()",
            "3:9 `shared` asks about a record (write `record.shared()`, or `record.list.shared(\"edit\")`)",
        ),
    ] {
        let text = format!("share = true\n[rules]\nread = '{rule}'\n");
        let expected = format!("collections/lists.toml:{fault}");
        assert_faults(&[("collections/lists.toml", text.as_str())], &expected);
    }
    let unshared = "[rules]\nread = \"record.shared()\"\n";
    assert_faults(
        &[("collections/lists.toml", unshared)],
        "collections/lists.toml:2:9 records of lists are not shared (add `share = true` to that collection)",
    );
}

const TEAMS: &str = "soft_delete = true\n[members]\nroles = [\"lead\", \"member\"]\ngroup = true\n";

#[test]
fn groups_are_a_third_way_to_hold_a_share() {
    let definition = read(&[
        ("collections/lists.toml", LISTS),
        ("collections/teams.toml", TEAMS),
        // Whoever is deleted, softly too, loses what was shared with them.
        ("collections/users.toml", "soft_delete = true\n"),
    ]);
    let lists = definition.find_collection("lists").expect("it is there");
    let sharing = lists.sharing.as_ref().expect("its records can be shared");
    let group = sharing.group.expect("there are groups");
    assert_eq!(definition.collection(group.collection).name.as_str(), "teams");
    let members = definition.collection(group.members);
    let member = members.members.as_ref().expect("it was made").user;
    let list = lists.rules.list.as_ref().expect("shares are listed");
    let concerned: Vec<(&str, Concerns)> = dependencies(&definition, list, false)
        .into_iter()
        .map(|dependency| {
            (
                definition.collection(dependency.collection).name.as_str(),
                dependency.concerns,
            )
        })
        .collect();
    assert!(
        concerned.contains(&("lists_shares", Concerns::Beyond(group.field))),
        "{concerned:?}"
    );
    assert!(
        concerned.contains(&("teams_members", Concerns::UserIn(member))),
        "{concerned:?}"
    );
    // A share with a user is no news to others.
    assert!(
        !concerned.contains(&("lists_shares", Concerns::Everyone)),
        "{concerned:?}"
    );
    definition.shape.definition().expect("the shape stands by itself");
}

#[test]
fn one_collection_has_the_groups() {
    assert_faults(
        &[
            ("collections/crews.toml", TEAMS),
            ("collections/teams.toml", TEAMS),
        ],
        "collections/teams.toml:4:9 the groups of this application are the members of `crews` (remove one of the two `group`)",
    );
}

#[test]
fn views_are_a_collection_that_is_made() {
    let application = ("mainstay.toml", "name = \"a\"\nviews = true\n");
    let definition = read(&[application, ("collections/users.toml", "soft_delete = true\n")]);
    let views = definition.views.expect("there are views");
    let made = definition.collection(views.collection);
    assert!(made.sharing.is_some() && made.comments);
    assert_eq!(made.field(views.of).name.as_str(), "collection");
    assert!(read(&[]).views.is_none());
    assert_faults(
        &[application, ("collections/views.toml", "")],
        "mainstay.toml:2:9 `views` makes a collection `views`, and there is a file of that name (rename the file, or remove `views`)",
    );
}

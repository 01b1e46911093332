//! `[members]`: the collection that it stands for.

use mainstay_core::definition::{FieldKind, OnDelete};

use crate::support::{assert_faults, read};

const PROJECTS: &str =
    "soft_delete = true\n[members]\nroles = [\"owner\", \"manager\", \"reader\"]\nmanagers = [\"manager\"]\n";

#[test]
fn a_collection_of_members_is_made() {
    let definition = read(&[("collections/projects.toml", PROJECTS)]);
    let made = definition
        .find_collection("projects_members")
        .expect("it is made");
    let members = made.members.as_ref().expect("it knows what it is");
    assert_eq!(members.owner, "owner");
    let parent = made.field(members.parent).relation().expect("a relation");
    assert_eq!((parent.on_delete, made.soft_delete), (OnDelete::Cascade, true));
    let FieldKind::Select { options } = &made.field(members.role).kind else {
        panic!("roles are options")
    };
    assert_eq!(options, &["owner", "manager", "reader"]);
    let projects = definition.find_collection("projects").expect("it is there");
    assert_eq!(
        projects.find_back("members").map(|back| back.from.collection),
        Some(made.id)
    );
    assert!(projects.members.is_none());
    let users = definition.collection(definition.users);
    assert!(users.find_back("projects_members").is_some());
    // A database holds it like any other.
    assert!(
        definition
            .shape
            .collections()
            .any(|name| name == "projects_members")
    );
}

#[test]
fn what_keeps_it_from_being_made_is_told_where_it_is_declared() {
    assert_faults(
        &[
            ("collections/projects.toml", PROJECTS),
            ("collections/projects_members.toml", ""),
        ],
        "collections/projects.toml:2:1 `[members]` makes a collection `projects_members`, and there is a file of that name (rename the file, or remove `[members]` and keep members there)",
    );
    let long = "a".repeat(35);
    assert_faults(
        &[(
            &format!("collections/{long}.toml"),
            "[members]\nroles = [\"owner\"]\n",
        )],
        &format!(
            "collections/{long}.toml:1:1 `[members]` makes a collection `{long}_members`, which is no name: a name has at most 40 characters (give the collection a shorter name)"
        ),
    );
    assert_faults(
        &[(
            "collections/projects.toml",
            "[members]\nroles = [\"owner\"]\nmanagers = [\"boss\"]\n",
        )],
        "collections/projects.toml:3:13 `boss` is not one of the `roles` (add it there, or remove it here)",
    );
}

#[test]
fn rules_ask_who_is_included() {
    let rule =
        |rule: &str| format!("{PROJECTS}[fields.a]\ntype = \"text\"\n[rules]\nread = \"\"\"{rule}\"\"\"\n");
    read(&[(
        "collections/projects.toml",
        &rule("record.members.includes(auth.id, \"owner\")"),
    )]);
    for (text, fault) in [
        (
            "record.members.includes(auth.id, \"boss\")",
            "8:44 `boss` is not one of the options (the options are `owner`, `manager`, `reader`)",
        ),
        (
            "record.members.includes(record.a)",
            "8:35 a user is needed here, and this is a text (the signed-in user is `auth.id`)",
        ),
        (
            "auth.projects_members.includes(auth.id, record.a)",
            "8:51 a role is needed here, written out as a text",
        ),
    ] {
        assert_faults(
            &[("collections/projects.toml", &rule(text))],
            &format!("collections/projects.toml:{fault}"),
        );
    }
}

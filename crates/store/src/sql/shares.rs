//! Shares, as the operations for sharing ask for them: without a rule, since each of them asks its own question first.

use mainstay_core::FieldId;
use mainstay_core::definition::{Collection, Sharing, SystemField};

use super::names::{column, table};
use super::statement::{Slot, Statement};

/// Which shares of one collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharesOf {
    /// The one of argument 0.
    Id,
    /// Of the record of argument 0, the oldest first; argument 1 is how many at most.
    Record,
    /// With the user of argument 0, or a group of theirs, the newest first, that have not ended at the time of argument 1 and come after the id
    /// of argument 2 if there is one; argument 3 is how many at most.
    User,
    /// That have ended at the time of argument 0; argument 1 is how many at most.
    Ended,
}

/// The columns, in the order in which [`crate::shares`] reads them.
fn columns(sharing: &Sharing) -> Vec<FieldId> {
    let known = [
        SystemField::Id.id(),
        sharing.target,
        sharing.user,
        sharing.level,
        sharing.expires_at,
        sharing.title,
        SystemField::CreatedAt.id(),
        SystemField::CreatedBy.id(),
        SystemField::Version.id(),
    ];
    let group = sharing.group.map(|group| group.field);
    known.into_iter().chain(group).collect()
}

/// Shares of the collection that `share = true` made; `members` are those of groups, where there are any.
pub fn select_shares(
    made: &Collection,
    sharing: &Sharing,
    members: Option<&Collection>,
    of: SharesOf,
) -> Statement {
    let name = |field: FieldId| column(made.field(field));
    let names: Vec<String> = columns(sharing).into_iter().map(name).collect();
    let mut statement = Statement::default();
    statement.push(&format!(
        "SELECT {} FROM {} WHERE ",
        names.join(", "),
        table(made)
    ));
    let (target, user, ends) = (name(sharing.target), name(sharing.user), name(sharing.expires_at));
    let parts: Vec<(String, u16)> = match of {
        SharesOf::Id => vec![("\"id\" = ".to_owned(), 0)],
        SharesOf::Record => vec![
            (format!("{target} = "), 0),
            (" ORDER BY \"id\" LIMIT ".to_owned(), 1),
        ],
        SharesOf::User => {
            let of_groups = in_groups(made, sharing, members).map(|groups| (format!(" OR {groups}"), 0));
            let end = if of_groups.is_some() { "))" } else { ")" };
            let rest = [
                (format!("{end} AND ({ends} IS NULL OR {ends} > "), 1),
                (") AND \"id\" < ".to_owned(), 2),
                (" ORDER BY \"id\" DESC LIMIT ".to_owned(), 3),
            ];
            let own = (format!("({user} = "), 0);
            std::iter::once(own).chain(of_groups).chain(rest).collect()
        }
        SharesOf::Ended => vec![(format!("{ends} <= "), 0), (" LIMIT ".to_owned(), 1)],
    };
    for (text, argument) in parts {
        statement.push(&text);
        statement.push_slot(Slot::Argument(argument));
    }
    statement
}

/// The users who are members of the record of argument 0; argument 1 is how many at most.
pub fn select_members(members: &Collection) -> Option<Statement> {
    let known = members.members.as_ref()?;
    let mut statement = Statement::default();
    let (user, parent) = (members.field(known.user), members.field(known.parent));
    statement.push(&format!(
        "SELECT {} FROM {} WHERE {}{} = ",
        column(user),
        table(members),
        alive(members),
        column(parent)
    ));
    statement.push_slot(Slot::Argument(0));
    statement.push(" ORDER BY \"id\" LIMIT ");
    statement.push_slot(Slot::Argument(1));
    Some(statement)
}

/// `"deleted_at" IS NULL AND `, where deletion is soft.
fn alive(members: &Collection) -> String {
    if members.soft_delete {
        let deleted_at = members.system_field(SystemField::DeletedAt);
        format!("{} IS NULL AND ", column(deleted_at))
    } else {
        String::new()
    }
}

/// `"group" IN (those where the user is a member`, up to the user and without the end.
fn in_groups(made: &Collection, sharing: &Sharing, members: Option<&Collection>) -> Option<String> {
    let (group, members) = sharing.group.as_ref().zip(members)?;
    let known = members.members.as_ref()?;
    Some(format!(
        "{} IN (SELECT {} FROM {} WHERE {}{} = ",
        column(made.field(group.field)),
        column(members.field(known.parent)),
        table(members),
        alive(members),
        column(members.field(known.user)),
    ))
}

/// Removes what the links of shares were opened with that are gone; argument 0 is the name under which it is kept,
/// argument 1 how many at most.
pub fn remove_orphaned_links(made: &Collection) -> Statement {
    let mut statement = Statement::default();
    statement.push(
        "DELETE FROM _share_links WHERE share_id IN (SELECT share_id FROM _share_links WHERE collection = ",
    );
    statement.push_slot(Slot::Argument(0));
    statement.push(&format!(
        " AND share_id NOT IN (SELECT \"id\" FROM {}) LIMIT ",
        table(made)
    ));
    statement.push_slot(Slot::Argument(1));
    statement.push(")");
    statement
}

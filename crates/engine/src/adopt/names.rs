//! Names of tables and columns as names of collections and fields.

use mainstay_core::Name;
use mainstay_core::definition::{kept_by_databases, reserved};
use mainstay_core::limits::NAME_CHARACTERS_MAX;

/// In front of a name that cannot be taken as it is.
const PREFIX: &str = "source_";

/// The nearest name in our spelling: `orderLine` and `Order-Line` are `order_line`.
fn spelt(text: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for character in text.chars() {
        match character {
            'A'..='Z' => {
                if before.is_ascii_lowercase() || before.is_ascii_digit() {
                    name.push('_');
                }
                name.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => name.push(character),
            _ if name.is_empty() || name.ends_with('_') => {}
            _ => name.push('_'),
        }
        before = character;
    }
    name.trim_end_matches('_').to_owned()
}

fn fit(text: &str, refused: impl Fn(&str) -> bool) -> String {
    let mut name = spelt(text);
    if name.is_empty() || !name.starts_with(|first: char| first.is_ascii_lowercase()) || refused(&name) {
        name = format!("{PREFIX}{name}");
    }
    name.truncate(NAME_CHARACTERS_MAX);
    let name = name.trim_end_matches('_');
    if name.parse::<Name>().is_ok() {
        name.to_owned()
    } else {
        "source".to_owned()
    }
}

/// The name, or the name with a number behind it, that is not taken.
fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 1;
    let mut free = name.to_owned();
    while taken(&free) {
        number += 1;
        let end = format!("_{number}");
        let room = NAME_CHARACTERS_MAX - end.len();
        free = format!("{}{end}", name[..name.len().min(room)].trim_end_matches('_'));
    }
    free
}

pub(super) fn field_name(column: &str, taken: impl Fn(&str) -> bool) -> String {
    free(&fit(column, |name| reserved(name).is_some()), taken)
}

/// `users` is the collection of accounts, which no other table becomes.
pub(super) fn collection_name(table: &str, taken: impl Fn(&str) -> bool) -> String {
    let refused = |name: &str| name == "users" || kept_by_databases(name).is_some();
    free(&fit(table, refused), taken)
}

pub(super) fn check_name(text: &str, taken: impl Fn(&str) -> bool) -> String {
    free(&fit(text, |_| false), taken)
}

/// Of the application; the name of a folder or a file will mostly do.
pub fn application_name(text: &str) -> String {
    let name = spelt(text).replace('_', "-");
    let mut name = name
        .trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .to_owned();
    name.truncate(NAME_CHARACTERS_MAX);
    if name.is_empty() {
        "adopted".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_to_what_they_were() {
        let none = |_: &str| false;
        let cases = [
            ("orderLine", "order_line"),
            ("Order-Line ", "order_line"),
            ("HTTPStatus", "httpstatus"),
            ("version", "source_version"),
            ("2fa", "source_2fa"),
            ("größe", "gr_e"),
            ("ß", "source"),
            ("a__b", "a_b"),
        ];
        for (column, wanted) in cases {
            assert_eq!(field_name(column, none), wanted, "{column}");
        }
        assert_eq!(collection_name("users", none), "source_users");
        assert_eq!(collection_name("auth_group", none), "auth_group");
        assert_eq!(application_name("My Shop.db"), "my-shop-db");
        assert_eq!(application_name("123"), "adopted");
    }

    #[test]
    fn taken_names_get_a_number() {
        let long = "a".repeat(60);
        let taken = |name: &str| name == "a".repeat(40) || name == "name";
        assert_eq!(field_name("name", taken), "name_2");
        assert_eq!(field_name(&long, taken), format!("{}_2", "a".repeat(38)));
    }
}

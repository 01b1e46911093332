//! Looks for the expected parts of a record in the bytes of an answer. Both systems write JSON without spaces, so that
//! a member is known by its bytes; a full parser would cost the generator more than the server spends on the answer.

use anyhow::{Context as _, Result, ensure};
use memchr::memmem;

/// The bytes of a member, such as `"id":"0190..."`. The value must need no escapes.
pub(super) fn member(key: &str, value: &str) -> Vec<u8> {
    format!("\"{key}\":\"{value}\"").into_bytes()
}

pub(super) fn expect_member(body: &[u8], member: &[u8]) -> Result<()> {
    ensure!(
        memmem::find(body, member).is_some(),
        "no {}",
        String::from_utf8_lossy(member)
    );
    Ok(())
}

pub(super) fn id_in(body: &[u8]) -> Result<&str> {
    const START: &[u8] = b"\"id\":\"";
    let start = memmem::find(body, START).context("no id")? + START.len();
    let length = memchr::memchr(b'"', &body[start..]).context("an id without an end")?;
    Ok(std::str::from_utf8(&body[start..start + length])?)
}

/// The members must stand in the body in this order, and `counted` as often as there are members.
pub(super) fn expect_members_in_order(body: &[u8], members: &[Vec<u8>], counted: &[u8]) -> Result<()> {
    let mut rest = body;
    for member in members {
        let place = memmem::find(rest, member);
        let place = place.with_context(|| format!("no {} in its place", String::from_utf8_lossy(member)))?;
        rest = &rest[place + member.len()..];
    }
    let items = memmem::find_iter(body, counted).count();
    ensure!(
        items == members.len(),
        "{items} items instead of {}",
        members.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = br#"{"items":[{"id":"b","room":"r"},{"id":"a","room":"r"}]}"#;

    #[test]
    fn ids_and_members() {
        assert_eq!(id_in(PAGE).unwrap(), "b");
        assert!(expect_member(PAGE, &member("id", "a")).is_ok());
        assert!(expect_member(PAGE, &member("id", "c")).is_err());
        assert!(id_in(b"{}").is_err());
    }

    #[test]
    fn order_and_number_of_items() {
        let (a, b, room) = (member("id", "a"), member("id", "b"), member("room", "r"));
        assert!(expect_members_in_order(PAGE, &[b.clone(), a.clone()], &room).is_ok());
        assert!(expect_members_in_order(PAGE, &[a, b.clone()], &room).is_err());
        assert!(expect_members_in_order(PAGE, &[b], &room).is_err());
    }
}

//! Mentions: `@[Nora Quinn](0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20)`, which `CommonMark` shows as an @ and a link.

use mainstay_core::RecordId;
use mainstay_store::Tx;
use mainstay_store::comments::On;

use crate::context::Context;
use crate::failure::Failure;
use crate::records::{as_reader, may_read};

/// The users that a text names, each once. The name in brackets is for people and not looked at.
pub(super) fn mentioned_in(body: &str) -> Vec<RecordId> {
    let mut found: Vec<RecordId> = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find("@[") {
        rest = &rest[start + 2..];
        // One that begins inside the brackets is looked at for itself.
        let Some(id) = target(rest) else { continue };
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// The id behind `name](`, when it is one and ends with a bracket.
fn target(text: &str) -> Option<RecordId> {
    let name_end = text.find(['[', ']', '\n'])?;
    let id = text[name_end..].strip_prefix("](")?;
    let (id, _) = id.split_once(')')?;
    id.parse().ok()
}

/// Those of the named who become mentioned: whom the author can see, and who may read the record. For the others the
/// text stays a text; the answer's `mentions` tells the author.
///
/// So naming somebody at random tells nothing about them: one who does not exist, and one whom the author may not see,
/// are not mentioned either way.
pub(super) fn who_is_mentioned(
    tx: &mut Tx<'_>,
    ctx: &Context,
    on: &On,
    named: &[RecordId],
) -> Result<Vec<RecordId>, Failure> {
    let definition = &ctx.release.definition;
    let Some(collection) = definition.find_by_first_name(&on.collection) else {
        return Ok(Vec::new());
    };
    let mut mentioned = Vec::new();
    for user in named {
        if !may_read(tx, ctx, definition.users, user)? {
            continue;
        }
        if let Some(reader) = as_reader(tx, ctx, user)?
            && may_read(tx, &reader, collection.id, &on.record)?
        {
            mentioned.push(*user);
        }
    }
    mentioned.sort_unstable();
    Ok(mentioned)
}

#[cfg(test)]
mod tests {
    use super::mentioned_in;

    const NORA: &str = "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20";
    const IDA: &str = "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b21";

    #[test]
    fn mentions_are_found_wherever_they_stand() {
        for (text, found) in [
            (format!("@[Nora]({NORA})"), vec![NORA]),
            (format!("a@[Nora]({NORA}), and @[]({IDA})."), vec![NORA, IDA]),
            (format!("@[Nora]({NORA}) @[the same]({NORA})"), vec![NORA]),
            (format!("@[Nora @[Ida]({IDA})"), vec![IDA]),
            (format!("[Nora]({NORA}) @Nora @[Nora] ({NORA})"), vec![]),
            (format!("@[No\nra]({NORA}) @[Nora]({NORA} @[Nora](nora)"), vec![]),
            (format!("@[Äö🦊]({NORA})@["), vec![NORA]),
        ] {
            let ids: Vec<String> = mentioned_in(&text).iter().map(ToString::to_string).collect();
            assert_eq!(ids, found, "{text}");
        }
    }
}

//! A place in the feed, as a client keeps it.

use mainstay_core::{ActorKind, Code, Problem};

use crate::context::Context;

/// Behind which entry of the journal somebody is, under which definition, and who: `4711.3.0198...`. Clients send it
/// back as it came.
///
/// With another definition or as somebody else one sees other records, though none has changed. So what a client keeps
/// is good for the one that it was given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) seq: i64,
    /// Row of `_releases`.
    release: i64,
    viewer: String,
}

impl Position {
    pub(super) fn of(ctx: &Context, seq: i64) -> Self {
        Self {
            seq,
            release: ctx.release.row,
            viewer: viewer(ctx),
        }
    }

    /// Was it given to this caller, under the definition that is in force?
    pub(super) fn is_of(&self, ctx: &Context) -> bool {
        self.release == ctx.release.row && self.viewer == viewer(ctx)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let invalid = || {
            Problem::new(
                Code::InvalidCursor,
                "`since` is no position of this feed: send back `next` of an answer, or leave it out to begin",
            )
        };
        let mut parts = text.splitn(3, '.');
        let mut number = || {
            let part = parts.next().filter(|part| !part.starts_with('+'))?;
            part.parse::<i64>().ok().filter(|number| *number >= 0)
        };
        let (seq, release) = (number(), number());
        let viewer = parts.next().filter(|viewer| !viewer.is_empty());
        match (seq, release, viewer) {
            (Some(seq), Some(release), Some(viewer)) => Ok(Self {
                seq,
                release,
                viewer: viewer.to_owned(),
            }),
            _ => Err(invalid()),
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.seq, self.release, self.viewer)
    }
}

/// All whom no rules bind see the same. Positions stand in addresses as they are: a `+` would be a blank there.
fn viewer(ctx: &Context) -> String {
    let who = match (ctx.actor.kind, ctx.actor.id) {
        (ActorKind::User, Some(id)) => id.to_string(),
        (ActorKind::Administrator | ActorKind::System, _) => "administrator".to_owned(),
        _ => "anonymous".to_owned(),
    };
    match &ctx.share {
        Some(share) => format!("{who}~{}", share.id),
        None => who,
    }
}

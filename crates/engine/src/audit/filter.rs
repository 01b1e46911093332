//! Which entries of the audit somebody asks for.

use std::str::FromStr;

use mainstay_core::{Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::Tx;
use mainstay_store::journal::StoredEntry;
use mainstay_store::journal::search::{KindsWanted, Way, groups};
use serde_json::{Map, Value as Json};

use crate::context::Context;
use crate::failure::Failure;

/// A filter as it was written; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub collection: Option<String>,
    pub record: Option<String>,
    /// `auth.signed_in`, or `auth.*` for all that begin so.
    pub kind: Option<String>,
    pub from: Option<String>,
    /// The first time that is too late.
    pub to: Option<String>,
    pub request: Option<String>,
}

impl AuditQuery {
    /// Refuses a filter that makes no sense.
    pub fn check(&self, ctx: &Context) -> Result<(), Failure> {
        AuditFilter::read(ctx, self).map(drop)
    }

    /// What was given, by name.
    pub(super) fn to_json(&self) -> Json {
        let parts = [
            ("actor", &self.actor),
            ("collection", &self.collection),
            ("record", &self.record),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("request", &self.request),
        ];
        let given = parts.into_iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some((name.to_owned(), Json::from(value.as_str())))
        });
        Json::Object(given.collect::<Map<_, _>>())
    }
}

/// A filter that makes sense.
#[derive(Debug, Clone)]
pub(super) struct AuditFilter {
    actor: Option<RecordId>,
    /// The collection's name, and those that it had before.
    collections: Option<Vec<String>>,
    record: Option<RecordId>,
    kinds: KindsWanted,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    request: Option<RecordId>,
}

impl AuditFilter {
    pub(super) fn read(ctx: &Context, query: &AuditQuery) -> Result<Self, Failure> {
        let id = "must be an id";
        let time = "must be a time such as 2026-03-01T08:30:00Z";
        let collections = query
            .collection
            .as_deref()
            .map(|name| names_of(ctx, name))
            .transpose()?;
        Ok(Self {
            actor: parse("actor", query.actor.as_deref(), id)?,
            collections,
            record: parse("record", query.record.as_deref(), id)?,
            kinds: read_kinds(query.kind.as_deref())?,
            from: parse("from", query.from.as_deref(), time)?,
            to: parse("to", query.to.as_deref(), time)?,
            request: parse("request", query.request.as_deref(), id)?,
        })
    }

    /// The way that leads past the fewest entries.
    pub(super) fn way(&self, tx: &mut Tx<'_>) -> Result<Way, Failure> {
        Ok(match self {
            Self {
                request: Some(request),
                ..
            } => Way::Request(*request),
            Self {
                record: Some(record), ..
            } => Way::Record(*record),
            Self {
                actor: Some(actor), ..
            } => Way::Actor(*actor),
            Self {
                collections, kinds, ..
            } if collections.is_some() || *kinds != KindsWanted::All => {
                Way::Groups(groups(tx, collections.as_deref(), kinds)?)
            }
            Self {
                from: None, to: None, ..
            } => Way::All,
            Self { from, to, .. } => Way::Time {
                from: from.unwrap_or(Timestamp::MIN),
                before: to.unwrap_or(Timestamp::MAX),
            },
        })
    }

    pub(super) fn wants(&self, entry: &StoredEntry) -> bool {
        let in_collections = |names: &Vec<String>| {
            let collection = entry.collection.as_ref();
            collection.is_some_and(|name| names.contains(name))
        };
        self.actor.is_none_or(|actor| entry.actor_id == Some(actor))
            && self.record.is_none_or(|record| entry.record_id == Some(record))
            && self
                .request
                .is_none_or(|request| entry.request_id == Some(request))
            && self.collections.as_ref().is_none_or(in_collections)
            && self.kinds.include(&entry.kind)
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at < to)
    }
}

fn parse<T: FromStr>(name: &str, text: Option<&str>, message: &'static str) -> Result<Option<T>, Failure> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Problem::field(Code::InvalidParameter, name, message).into())
}

/// A collection that was removed has its entries still, so any name will do.
fn names_of(ctx: &Context, name: &str) -> Result<Vec<String>, Failure> {
    if name.chars().count() > limits::NAME_CHARACTERS_MAX {
        let message = "must be the name of a collection";
        return Err(Problem::field(Code::InvalidParameter, "collection", message).into());
    }
    let mut names = vec![name.to_owned()];
    if let Some(collection) = ctx.release.definition.find_collection(name) {
        names.extend(collection.former_names.iter().cloned());
    }
    Ok(names)
}

/// `auth.*`, or one whole kind.
pub(crate) fn read_kinds(text: Option<&str>) -> Result<KindsWanted, Failure> {
    let Some(text) = text else {
        return Ok(KindsWanted::All);
    };
    let (words, beginning) = match text.strip_suffix(".*") {
        Some(words) => (words, true),
        None => (text, false),
    };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if text.len() > limits::KIND_BYTES_MAX || !words.split('.').all(is_word) {
        let message = "must be a kind such as auth.signed_in, or auth.* for all that begin so";
        return Err(Problem::field(Code::InvalidParameter, "kind", message).into());
    }
    Ok(if beginning {
        KindsWanted::Beginning(format!("{words}."))
    } else {
        KindsWanted::One(words.to_owned())
    })
}

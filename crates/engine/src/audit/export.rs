//! The audit as a file, page by page.

use std::io::Write;

use mainstay_core::{Code, Problem};
use mainstay_store::Priority;
use mainstay_store::journal::{Entry, Kind, append};
use serde_json::{Value as Json, json};

use super::entries::{page, refuse_others_than_administrators};
use super::filter::{AuditFilter, AuditQuery};
use crate::context::Context;
use crate::data::{ExportError, csv_row, guarded};
use crate::failure::Failure;

/// Entries that are read at once.
const PAGE_ENTRIES: u32 = 500;

const COLUMNS: [&str; 14] = [
    "seq",
    "at",
    "kind",
    "actor_kind",
    "actor_id",
    "actor_label",
    "address",
    "request_id",
    "collection",
    "record_id",
    "version",
    "release",
    "erased",
    "payload",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// A header, then a row for each entry, with an apostrophe in front of texts that a spreadsheet would run.
    Csv,
    /// One JSON object a line, as the API shows entries.
    JsonLines,
}

impl AuditFormat {
    pub fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            _ => Err(Problem::field(Code::InvalidParameter, "format", "must be csv or jsonl").into()),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

/// An export that is under way: its pages come one after the other, the newest entries first.
#[derive(Debug)]
pub struct AuditExport {
    ctx: Context,
    filter: AuditFilter,
    format: AuditFormat,
    begun: bool,
    /// `None` at the end.
    below: Option<i64>,
}

impl AuditExport {
    /// Writes the entry of the export, before anything leaves. What comes after it is not in the export.
    pub async fn begin(ctx: &Context, query: &AuditQuery, format: AuditFormat) -> Result<Self, Failure> {
        refuse_others_than_administrators(ctx)?;
        let filter = AuditFilter::read(ctx, query)?;
        let payload = json!({"format": format.as_str(), "filter": query.to_json()}).to_string();
        ctx.write(Priority::Interactive, move |tx, ctx| {
            let entry = Entry {
                at: ctx.now,
                kind: Kind::AuditExported,
                actor: ctx.actor,
                origin: &ctx.origin,
                collection: None,
                record_id: None,
                version: None,
                payload: &payload,
            };
            append(tx, &entry).map_err(Failure::from)
        })
        .await?;
        Ok(Self {
            ctx: ctx.clone(),
            filter,
            format,
            begun: false,
            below: Some(i64::MAX),
        })
    }

    /// The next part of the file and how many entries are in it; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<(Vec<u8>, u64)>, Failure> {
        let Some(below) = self.below else {
            return Ok(None);
        };
        let filter = self.filter.clone();
        let (items, next) = self
            .ctx
            .read(move |tx, ctx| page(tx, ctx, &filter, below, PAGE_ENTRIES))
            .await?;
        self.below = next;
        let mut bytes = Vec::new();
        if !self.begun && self.format == AuditFormat::Csv {
            bytes = csv_row(COLUMNS.iter().map(|name| name.as_bytes()));
        }
        self.begun = true;
        for item in &items {
            match self.format {
                AuditFormat::JsonLines => {
                    bytes.extend_from_slice(item.to_string().as_bytes());
                    bytes.push(b'\n');
                }
                AuditFormat::Csv => bytes.extend_from_slice(&csv_entry(item)),
            }
        }
        Ok(Some((bytes, items.len() as u64)))
    }
}

/// Writes every entry that the filter lets through, and gives their number.
pub async fn export_audit(
    ctx: &Context,
    query: &AuditQuery,
    format: AuditFormat,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut export = AuditExport::begin(ctx, query, format).await?;
    let mut count = 0;
    while let Some((bytes, entries)) = export.next().await? {
        out.write_all(&bytes)?;
        count += entries;
    }
    out.flush()?;
    Ok(count)
}

fn csv_entry(item: &Json) -> Vec<u8> {
    let actor = &item["actor"];
    let cells = COLUMNS.map(|column| {
        let value = match column {
            "actor_kind" => &actor["kind"],
            "actor_id" => &actor["id"],
            "actor_label" => &actor["label"],
            column => &item[column],
        };
        match value {
            Json::Null => Vec::new(),
            Json::String(text) => guarded(text.as_bytes().to_vec()),
            other => other.to_string().into_bytes(),
        }
    });
    csv_row(cells.iter().map(Vec::as_slice))
}

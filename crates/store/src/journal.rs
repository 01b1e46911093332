//! The append-only log of acts.
//!
//! An entry is written in the transaction of its act: if it cannot be written, the act does not happen. Nothing here
//! changes or removes an entry, but for `erase`, which takes away what was said about somebody and leaves its hash.

pub mod erase;
pub mod search;

mod of_record;
mod settled;

use mainstay_core::{Actor, RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};
pub(crate) use of_record::quoted_names;
pub use of_record::{Changes, HISTORY, changes, history, is_known, last_version, whole_before};
pub use settled::{Glance, Position, Settled, read_settled};

/// One row for each kind: its name here, and its text.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What happened. The text is stored and part of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind, for those who choose among them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

kinds! {
    RecordCreated = "record.created",
    RecordUpdated = "record.updated",
    RecordDeleted = "record.deleted",
    RecordRestored = "record.restored",
    /// Gone for good, after it was deleted softly.
    RecordPurged = "record.purged",
    VersionSaved = "version.saved",
    VersionRestored = "version.restored",
    VersionRemoved = "version.removed",
    SignedUp = "auth.signed_up",
    SignedIn = "auth.signed_in",
    SignInRefused = "auth.sign_in_refused",
    SignedOut = "auth.signed_out",
    SessionsEnded = "auth.sessions_ended",
    PasswordChanged = "auth.password_changed",
    TokenReused = "auth.refresh_token_reused",
    /// With a link that came by mail.
    PasswordReset = "auth.password_reset",
    /// A user has shown that they have their address.
    AddressVerified = "auth.address_verified",
    AddressChangeAsked = "auth.address_change_asked",
    AccountDeleted = "auth.account_deleted",
    Invited = "auth.invited",
    InvitationRevoked = "auth.invitation_revoked",
    InvitationAccepted = "auth.invitation_accepted",
    AdministratorCreated = "auth.administrator_created",
    ServiceAccountCreated = "auth.service_account_created",
    KeyCreated = "auth.key_created",
    KeyRotated = "auth.key_rotated",
    KeyRevoked = "auth.key_revoked",
    /// A key was used from an address that it was never used from.
    KeyNewAddress = "auth.key_new_address",
    /// A key was used from outside the networks that it is for.
    KeyAddressRefused = "auth.key_address_refused",
    /// A user keeps a key of another service here.
    ExternalKeyAdded = "auth.external_key_added",
    ExternalKeyRotated = "auth.external_key_rotated",
    ExternalKeyRemoved = "auth.external_key_removed",
    /// There were too many failed attempts, and for a time no other is taken.
    AttemptsLocked = "auth.attempts_locked",
    Exported = "data.exported",
    MigrationApplied = "schema.migrated",
    MigrationTakenBack = "schema.taken_back",
    /// An administrator changed a file of the definition, while the application is made.
    DefinitionEdited = "schema.definition_edited",
    WebhookCreated = "webhook.created",
    WebhookUpdated = "webhook.updated",
    WebhookDeleted = "webhook.deleted",
    WebhookSecretRotated = "webhook.secret_rotated",
    WebhookDisabled = "webhook.disabled",
    CommentCreated = "comment.created",
    CommentEdited = "comment.edited",
    CommentDeleted = "comment.deleted",
    CommentResolved = "comment.resolved",
    CommentReopened = "comment.reopened",
    CommentReacted = "comment.reacted",
    CommentUnreacted = "comment.unreacted",
    /// A person read one record of a collection with `log_reads`.
    RecordViewed = "record.viewed",
    /// What made somebody an administrator, or active, or took it away.
    RoleChanged = "auth.role_changed",
    /// The rules refused something.
    AccessRefused = "access.refused",
    /// Somebody asked more often than they may.
    RateLimited = "access.rate_limited",
    /// Somebody asked for an administrator's operation from outside the networks of administration.
    AdministrationRefused = "access.administration_refused",
    /// An administrator asked what the rules say of somebody else's act.
    RuleTested = "access.rule_tested",
    Imported = "data.imported",
    Seeded = "data.seeded",
    AuditExported = "audit.exported",
    AuditErased = "audit.erased",
    /// Keys were rotated, or taken out of use.
    KeysChanged = "keys.changed",
    SecondFactorAdded = "auth.second_factor_added",
    SecondFactorRemoved = "auth.second_factor_removed",
    SecondFactorRefused = "auth.second_factor_refused",
    RecoveryCodesMade = "auth.recovery_codes_made",
    RecoveryCodeUsed = "auth.recovery_code_used",
    /// A record was shared, with a user or by a link.
    Shared = "share.created",
    /// The level or the end of a share was changed.
    ShareChanged = "share.changed",
    ShareRevoked = "share.revoked",
    ShareExpired = "share.expired",
    /// Somebody opened the link of a share.
    ShareOpened = "share.opened",
    /// Somebody did not know the password of a link.
    ShareRefused = "share.refused",
    /// A provider's word is enough for the user from here on.
    IdentityLinked = "auth.identity_linked",
    PasskeyAdded = "auth.passkey_added",
    PasskeyRenamed = "auth.passkey_renamed",
    PasskeyRemoved = "auth.passkey_removed",
    /// A known passkey did not prove what it has to; the payload says why.
    PasskeyRefused = "auth.passkey_refused",
    ClientCreated = "auth.client_created",
    ClientChanged = "auth.client_changed",
    ClientRemoved = "auth.client_removed",
    /// A user lets a client act for them.
    ConsentGiven = "auth.consent_given",
    ConsentRevoked = "auth.consent_revoked",
    /// A client was given a session of a user.
    ClientSignedIn = "auth.client_signed_in",
    /// A code came a second time: what it gave is over.
    CodeReused = "auth.code_reused",
}

/// One act, to be written.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub at: Timestamp,
    pub kind: Kind,
    pub actor: Actor,
    pub origin: &'a Origin,
    pub collection: Option<&'a str>,
    pub record_id: Option<RecordId>,
    pub version: Option<i64>,
    /// JSON: `{"new": {...}}`, `{"old": {...}, "new": {...}}` or `{"old": {...}}` for records.
    pub payload: &'a str,
}

/// Where an act came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub request_id: Option<RecordId>,
    pub address: Option<String>,
    /// Row of `_releases`: the definition that was in force.
    pub release: i64,
    /// The API key that the actor used; it stands in the payload.
    pub key: Option<RecordId>,
    /// The share whose link the actor had opened; it stands in the payload.
    pub share: Option<RecordId>,
}

/// Appends an entry; readers of the journal are told once it is on disk.
pub fn append(tx: &mut WriteTx<'_>, entry: &Entry<'_>) -> Result<(), StoreError> {
    // Only a measurement of what the journal costs is built like this: see `bench/src/journal.rs`.
    if cfg!(mainstay_without_journal) {
        return Ok(());
    }
    tx.notice_append();
    let mut payload = std::borrow::Cow::Borrowed(entry.payload);
    for (name, id) in [("by_share", &entry.origin.share), ("key", &entry.origin.key)] {
        if let Some(id) = id {
            payload = payload_with(&payload, name, id).into();
        }
    }
    let hash = ring::digest::digest(&ring::digest::SHA256, payload.as_bytes());
    tx.execute_one(
        "INSERT INTO _journal (at, kind, actor_kind, actor_id, request_id, address, release, collection, record_id,
             version, payload, payload_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &[
            Bind::Int(entry.at.as_micros()),
            Bind::Text(entry.kind.as_str()),
            Bind::Text(entry.actor.kind.as_str()),
            Bind::from(entry.actor.id.as_ref()),
            Bind::from(entry.origin.request_id.as_ref()),
            Bind::from(entry.origin.address.as_deref()),
            Bind::Int(entry.origin.release),
            Bind::from(entry.collection),
            Bind::from(entry.record_id.as_ref()),
            Bind::from(entry.version),
            Bind::Text(&payload),
            Bind::Blob(hash.as_ref()),
        ],
    )
}

/// The payload, an object, with an id first in it: so the hash of the payload covers it, and seals do.
fn payload_with(payload: &str, name: &str, id: &RecordId) -> String {
    let rest = payload.strip_prefix('{').unwrap_or("}");
    let separator = if rest.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    format!(r#"{{"{name}":"{id}"{separator}{rest}"#)
}

/// One act, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    pub seq: i64,
    pub at: Timestamp,
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<RecordId>,
    pub request_id: Option<RecordId>,
    pub address: Option<String>,
    /// Row of `_releases`.
    pub release: i64,
    pub collection: Option<String>,
    pub record_id: Option<RecordId>,
    pub version: Option<i64>,
    pub payload: String,
    pub payload_hash: Vec<u8>,
}

const BETWEEN: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq";
const NEWEST: &str = "SELECT seq FROM _journal ORDER BY seq DESC LIMIT 1";
const OLDEST_TRANSACTION: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text";
/// The end of a snapshot will not do: it is behind the newest transaction that has ended, and one that has begun after
/// that one may hold a number, too.
const OWN_TRANSACTION: &str = "SELECT pg_current_xact_id()::text";

/// One act, as it lies in the answer of the database: for whoever reads very many and keeps none.
#[derive(Debug, Clone, Copy)]
pub struct EntryRef<'r> {
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    pub kind: &'r str,
    pub actor_kind: &'r str,
    pub actor_id: Option<RecordId>,
    pub request_id: Option<RecordId>,
    pub address: Option<&'r str>,
    pub release: i64,
    pub collection: Option<&'r str>,
    pub record_id: Option<RecordId>,
    pub version: Option<i64>,
    pub payload: &'r str,
    pub payload_hash: &'r [u8],
}

impl StoredEntry {
    pub fn borrowed(&self) -> EntryRef<'_> {
        EntryRef {
            seq: self.seq,
            at: self.at.as_micros(),
            kind: &self.kind,
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id,
            request_id: self.request_id,
            address: self.address.as_deref(),
            release: self.release,
            collection: self.collection.as_deref(),
            record_id: self.record_id,
            version: self.version,
            payload: &self.payload,
            payload_hash: &self.payload_hash,
        }
    }
}

/// Gives each entry after one number and up to another, in their order.
pub fn each_between<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    after: i64,
    to: i64,
    mut each: impl FnMut(EntryRef<'_>) -> Result<(), E>,
) -> Result<(), E> {
    tx.query(BETWEEN, &[Bind::Int(after), Bind::Int(to)], |row| {
        each(entry_ref(row)?)
    })
}

fn entry_ref<'r>(row: &'r Row<'_>) -> Result<EntryRef<'r>, StoreError> {
    Ok(EntryRef {
        seq: row.int(0)?,
        at: row.int(1)?,
        kind: row.text(2)?,
        actor_kind: row.text(3)?,
        actor_id: row.optional_id(4)?,
        request_id: row.optional_id(5)?,
        address: row.optional_text(6)?,
        release: row.int(7)?,
        collection: row.optional_text(8)?,
        record_id: row.optional_id(9)?,
        version: if row.is_null(10)? {
            None
        } else {
            Some(row.int(10)?)
        },
        payload: row.text(11)?,
        payload_hash: row.blob(12)?,
    })
}

pub(crate) fn read_entry(row: &Row<'_>) -> Result<StoredEntry, StoreError> {
    let entry = entry_ref(row)?;
    Ok(StoredEntry {
        seq: entry.seq,
        at: Timestamp::from_micros(entry.at)
            .ok_or_else(|| StoreError::Corrupt("a journal entry has no possible time".to_owned()))?,
        kind: entry.kind.to_owned(),
        actor_kind: entry.actor_kind.to_owned(),
        actor_id: entry.actor_id,
        request_id: entry.request_id,
        address: entry.address.map(str::to_owned),
        release: entry.release,
        collection: entry.collection.map(str::to_owned),
        record_id: entry.record_id,
        version: entry.version,
        payload: entry.payload.to_owned(),
        payload_hash: entry.payload_hash.to_vec(),
    })
}

/// The number of the newest entry that can be seen; 0 for none.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let found = tx.query_first(NEWEST, &[], |row| row.int(0))?;
    Ok(found.unwrap_or(0))
}

/// The oldest transaction that is under way, on PostgreSQL.
pub(crate) fn oldest_transaction(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    transaction(tx, OLDEST_TRANSACTION)
}

/// This transaction, on PostgreSQL.
pub(crate) fn own_transaction(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    transaction(tx, OWN_TRANSACTION)
}

/// The number of a transaction (PostgreSQL, 9.26.8).
fn transaction(tx: &mut Tx<'_>, sql: &str) -> Result<u64, StoreError> {
    let found = tx.query_first(sql, &[], |row| {
        let text = row.text(0)?;
        let number = text.parse::<u64>();
        number.map_err(|_| StoreError::Corrupt(format!("{text} is no transaction")))
    })?;
    found.ok_or_else(|| StoreError::Corrupt("there is no transaction".to_owned()))
}

/// The payload of the last entry of a kind that names a digest.
pub fn last_payload(tx: &mut Tx<'_>, kind: Kind, digest: &str) -> Result<Option<String>, StoreError> {
    tx.query_first(
        "SELECT payload FROM _journal WHERE kind = ?1 AND payload LIKE '%' || ?2 || '%' ORDER BY seq DESC LIMIT 1",
        &[Bind::Text(kind.as_str()), Bind::Text(digest)],
        |row| Ok(row.text(0)?.to_owned()),
    )
}

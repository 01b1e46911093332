//! What there is to know about one operation.

use mainstay_core::Code;

use super::administration::{AdminAnswer, AdminBody};
use super::by_mail::{AccountAnswer, AccountBody};
use super::passkeys::{PasskeyAnswer, PasskeyBody};
use super::shares::{ShareAnswer, ShareBody};
use crate::second_factor::is_open_without;

/// One operation: a method on a path, what it takes and what it answers.
#[derive(Debug)]
pub struct Operation {
    /// The operationId, which is the name of the function that does it.
    pub id: &'static str,
    pub method: Method,
    /// As the router spells it. `{collection}` stands for each collection of the application.
    pub path: &'static str,
    pub access: Access,
    pub tag: Tag,
    /// One line.
    pub summary: &'static str,
    /// What else there is to know, in CommonMark; may be empty.
    pub description: &'static str,
    pub parameters: &'static [Parameter],
    pub body: Option<Body>,
    /// The status of success.
    pub success: u16,
    pub answer: Answer,
    /// Groups of codes that it can fail with.
    pub failures: &'static [&'static [Code]],
}

impl Operation {
    /// Does it stand for one operation on each collection?
    pub fn is_of_collection(&self) -> bool {
        self.path.contains("{collection}")
    }

    /// Can it only succeed where deletion is soft?
    pub fn needs_soft_delete(&self) -> bool {
        matches!(self.id, "restore_record" | "purge_record")
    }

    /// Can it only succeed where people may comment?
    pub fn needs_comments(&self) -> bool {
        matches!(self.id, "list_comments" | "create_comment") || self.path.starts_with("/api/v1/comments/")
    }

    /// Can it only succeed where records are shared?
    pub fn needs_shares(&self) -> bool {
        self.path.contains("/shares")
    }

    /// Every code that it can fail with, without repeats.
    pub fn codes(&self) -> Vec<Code> {
        let mut codes: Vec<Code> = Vec::new();
        // With a cookie; reading is left to the browser.
        if self.access != Access::Anyone && self.method != Method::Get {
            codes.push(Code::CrossSiteRequest);
        }
        // With a key: without its scope, or from another address; administration from outside its networks.
        if self.access != Access::Anyone || self.tag == Tag::SignIn {
            codes.extend([Code::Forbidden, Code::AddressRefused]);
        }
        if self.access != Access::Anyone && !is_open_without(self.id) {
            codes.push(Code::SecondFactorRequired);
        }
        for code in self.failures.iter().copied().flatten() {
            if !codes.contains(code) {
                codes.push(*code);
            }
        }
        codes
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone; a token makes no difference.
    Anyone,
    /// Whom the collection's rule lets, perhaps without signing in.
    ByRule,
    /// Anyone who is signed in.
    SignedIn,
}

/// The group that it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Named after the collection.
    Collection,
    Batch,
    Realtime,
    Comments,
    Sharing,
    Notifications,
    Trash,
    SignIn,
    ApiKeys,
    Webhooks,
    /// The audit and activities.
    Audit,
    Server,
}

/// A query parameter or a request header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Filter,
    Sort,
    Fields,
    Expand,
    Limit,
    Cursor,
    Count,
    Deleted,
    DeliveryState,
    MailState,
    IfMatch,
    IfNoneMatch,
    IdempotencyKey,
    Subscribe,
    LastEventId,
    Since,
    /// Several, with commas between them.
    Collections,
    /// Threads of comments that are resolved, or open ones.
    Resolved,
    /// Threads of comments about one field.
    CommentField,
    /// Notifications that were not read yet.
    Unread,
    Actor,
    OfCollection,
    OfRecord,
    Kind,
    From,
    To,
    Request,
    Format,
    Tree,
    User,
    FromVersion,
    ToVersion,
    With,
    InCollection,
    Owner,
    ReturnTo,
}

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    NewRecord,
    Changes,
    Batch,
    SignUp,
    SignIn,
    SecondFactor,
    CurrentPassword,
    TotpCode,
    BeginAtProvider,
    CompleteAtProvider,
    ChangePassword,
    Account(AccountBody),
    Passkey(PasskeyBody),
    Refresh,
    SetUp,
    NewWebhook,
    WebhookChanges,
    RotateSecret,
    NewComment,
    CommentEdit,
    ReadNotifications,
    PutBack,
    SaveVersion,
    RestoreTrash,
    NewApiKey,
    RotateApiKey,
    NewExternalKey,
    RotateExternalKey,
    Share(ShareBody),
    /// The fields of a user.
    NewServiceAccount,
    NewClient,
    ClientChanges,
    Administration(AdminBody),
}

/// What a successful answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Nothing,
    /// A whole record, as a write leaves it.
    Record,
    /// A record, or the parts of it that `fields` asks for.
    SelectedRecord,
    Page,
    History,
    /// A record as it was.
    RecordVersion,
    VersionComparison,
    TreeVersion,
    TreeVersions,
    TreeComparison,
    TreeRestored,
    Trash,
    Results,
    Session,
    /// A session, or the user alone when the session is a cookie.
    SessionOrCookie,
    CurrentSession,
    OwnSessions,
    Account(AccountAnswer),
    Passkey(PasskeyAnswer),
    OwnSecondFactor,
    NewTotp,
    RecoveryCodes,
    Providers,
    BegunAtProvider,
    /// The browser is led to another address.
    Elsewhere,
    User,
    Health,
    Webhooks,
    Webhook,
    /// With its secret.
    NewWebhook,
    WebhookSecret,
    WebhookDelivery,
    WebhookDeliveries,
    AuditPage,
    AuditFile,
    AuditStatus,
    OwnActivity,
    Activity,
    /// `{"status": "..."}`
    State,
    Document,
    Changes,
    /// The connection becomes a WebSocket.
    WebSocket,
    /// Events until one side ends it.
    Events,
    Comment,
    Comments,
    Follow,
    Notifications,
    NotificationCount,
    NotificationsMarked,
    Share(ShareAnswer),
    ApiKeys,
    /// With the key itself.
    NewApiKey,
    ServiceAccounts,
    ExternalKeys,
    ExternalKey,
    Clients,
    Client,
    /// With its secret.
    NewClient,
    /// Those that a user has let in.
    Applications,
    /// What this one is.
    Application,
    Administration(AdminAnswer),
}

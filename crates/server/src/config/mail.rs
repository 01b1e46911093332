//! `[mail]`: how mails leave the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mainstay_engine::mail::{MailFrom, Mailer, Mailing, SmtpUrl};

use super::fault::Fault;
use super::resolve::Values;
use super::server::ServerConfig;
use super::setting::{Kind, Setting};

const SECTION: &str = "mail";
const FOLDER: &str = "mail";
/// Who mails in a folder are from, when nobody is named.
const FROM_IN_DEVELOPMENT: &str = "no-reply@localhost.invalid";

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "kind",
        Kind::Choice(&["auto", "smtp", "folder", "none"]),
        "auto",
        false,
        "smtp, over the server of `smtp_url`; folder, into files that mail programs open; auto, smtp where `smtp_url` is \
         set, else folder with `mainstay dev` and none with `mainstay serve`.",
    ),
    setting(
        "smtp_url",
        Kind::Text(
            "an address such as smtps://user:password@mail.example.org:465, or smtp://host:587?tls=required",
        ),
        "",
        true,
        "The SMTP server.",
    ),
    setting(
        "from",
        Kind::Text("an address such as no-reply@example.org, or Choir <no-reply@example.org>"),
        "",
        false,
        "Who mails are from.",
    ),
    setting(
        "folder",
        Kind::Text("a path"),
        "",
        false,
        "The folder of mails as files; the folder `mail` in the data folder where it is empty.",
    ),
];

const fn setting(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    secret: bool,
    doc: &'static str,
) -> Setting {
    Setting {
        section: SECTION,
        key,
        kind,
        default,
        secret,
        doc,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MailKind {
    Auto,
    Smtp,
    Folder,
    None,
}

#[derive(Debug, Clone)]
pub(crate) struct MailConfig {
    kind: MailKind,
    smtp: Option<SmtpUrl>,
    from: Option<MailFrom>,
    folder: Option<PathBuf>,
}

impl MailConfig {
    pub(super) fn read(values: &Values, faults: &mut Vec<Fault>) -> Self {
        let kind = match values.choice(SECTION, "kind") {
            "smtp" => MailKind::Smtp,
            "folder" => MailKind::Folder,
            "none" => MailKind::None,
            _ => MailKind::Auto,
        };
        let url = values.text(SECTION, "smtp_url").map(|url| SmtpUrl::parse(&url));
        let smtp = match url.transpose() {
            Ok(smtp) => smtp,
            Err(message) => {
                faults.push(values.fault(SECTION, "smtp_url", message));
                None
            }
        };
        let text = values.text(SECTION, "from");
        let from = text.as_deref().and_then(MailFrom::parse);
        if text.is_some() && from.is_none() {
            let message = "is no address such as no-reply@example.org, or Choir <no-reply@example.org>";
            faults.push(values.fault(SECTION, "from", message));
        }
        Self {
            kind,
            smtp,
            from,
            folder: values.text(SECTION, "folder").map(PathBuf::from),
        }
    }

    /// `faults` may hold some already: what is faulty is not missed a second time.
    pub(super) fn validate(&self, server: &ServerConfig, values: &Values, faults: &mut Vec<Fault>) {
        if !faults.is_empty() {
            return;
        }
        let wants_smtp = self.kind == MailKind::Smtp || (self.kind == MailKind::Auto && self.smtp.is_some());
        let mut needed = |key: (&str, &str), with: (&str, &str)| {
            let message = format!(
                "{}.{} is needed, because {}.{} has mails sent",
                key.0, key.1, with.0, with.1
            );
            faults.push(values.fault_between([with, key], message));
        };
        let cause = if self.smtp.is_some() {
            (SECTION, "smtp_url")
        } else {
            (SECTION, "kind")
        };
        if wants_smtp && self.smtp.is_none() {
            needed((SECTION, "smtp_url"), (SECTION, "kind"));
        }
        if wants_smtp && self.from.is_none() {
            needed((SECTION, "from"), cause);
        }
        if (wants_smtp || self.kind == MailKind::Folder) && server.public_url.is_none() {
            needed(("server", "public_url"), cause);
        }
    }

    /// Must the SMTP server prove who it is, if mails go there?
    pub(super) fn is_verified(&self) -> bool {
        let sends = matches!(self.kind, MailKind::Auto | MailKind::Smtp);
        !sends || self.smtp.as_ref().is_none_or(SmtpUrl::is_verified)
    }

    /// How mails leave a server in production.
    pub(crate) fn in_production(&self, server: &ServerConfig, data: &Path) -> Option<Mailing> {
        let public_url = server.public_url.clone()?;
        let mailer = match (self.kind, &self.smtp, &self.from) {
            (MailKind::Auto | MailKind::Smtp, Some(url), Some(from)) => Mailer::smtp(url, from.clone()),
            (MailKind::Folder, _, _) => self.folder_mailer(data),
            _ => return None,
        };
        Some(Mailing {
            mailer: Arc::new(mailer),
            public_url,
        })
    }

    /// How mails leave a server in development: into a folder, unless something else is said.
    pub(crate) fn in_development(&self, server: &ServerConfig, data: &Path) -> Option<Mailing> {
        if self.kind == MailKind::None {
            return None;
        }
        self.in_production(server, data).or_else(|| {
            let local = format!("http://{}", server.listen);
            Some(Mailing {
                mailer: Arc::new(self.folder_mailer(data)),
                public_url: server.public_url.clone().unwrap_or(local),
            })
        })
    }

    fn folder_mailer(&self, data: &Path) -> Mailer {
        let folder = self.folder.clone().unwrap_or_else(|| data.join(FOLDER));
        let unnamed = || MailFrom::parse(FROM_IN_DEVELOPMENT).expect("it is an address");
        Mailer::folder(folder, self.from.clone().unwrap_or_else(unnamed))
    }
}

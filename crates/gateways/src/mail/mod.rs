//! The way out for mails: an SMTP server, or a folder for whoever develops.

mod folder;
mod letter;
mod smtp;

use std::path::PathBuf;

pub use letter::{Letter, Sender};
pub use smtp::SmtpUrl;

use folder::Folder;
use smtp::Smtp;

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    Smtp(Smtp),
    Folder(Folder),
}

/// Why a mail was not taken. Each is a sentence for administrators; none holds what stands in the mail.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the address of the mail cannot be one")]
    Address(#[source] lettre::address::AddressError),
    #[error("the mail cannot be put together")]
    Letter(#[source] lettre::error::Error),
    #[error("the server does not take the mail")]
    Refused(#[source] lettre::transport::smtp::Error),
    #[error("the server cannot take the mail now")]
    NotNow(#[source] lettre::transport::smtp::Error),
    #[error("the mail was not taken in {} s", .0.as_secs())]
    Timeout(std::time::Duration),
    #[error("{path} cannot be written")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

impl MailError {
    /// Would the same mail be refused again?
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address(_) | Self::Letter(_) | Self::Refused(_) => true,
            Self::NotNow(_) | Self::Timeout(_) | Self::File { .. } => false,
        }
    }
}

impl Mailer {
    /// Over SMTP; each mail has a connection of its own.
    pub fn smtp(url: &SmtpUrl, sender: Sender) -> Self {
        Self::Smtp(Smtp::new(url, sender))
    }

    /// Into files of this folder, which is made with the first one.
    pub fn folder(folder: PathBuf, sender: Sender) -> Self {
        Self::Folder(Folder::new(folder, sender))
    }

    /// Sends a mail; a server that has taken it sees to the rest.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Folder(folder) => folder.send(letter).await,
        }
    }
}

//! Mails of an application that writes them into a folder.

use std::path::PathBuf;
use std::time::Duration;

use mainstay_engine::mail;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::sending::{RunningSender, SenderTimes};

use crate::app::TestApp;

const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Sends mails, and tells people what happened to their account, until it is dropped.
#[derive(Debug)]
pub struct Post {
    folder: PathBuf,
    _sender: RunningSender,
    _readers: RunningReaders,
}

/// A mail as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Head and body as they were sent.
    pub whole: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Post {
    pub fn start(app: &TestApp) -> Self {
        let times = SenderTimes {
            lease: Duration::from_secs(1),
            look_after: Duration::from_millis(20),
        };
        let sender = mail::start_sender(&app.environment, times).expect("the application sends mails");
        let reader_times = ReaderTimes {
            lease: Duration::from_secs(1),
            look_after: Duration::from_millis(20),
        };
        let readers = vec![mail::security_mails(&app.environment)];
        Self {
            folder: app.data().join("mail"),
            _sender: sender,
            _readers: RunningReaders::start(&app.environment, readers, reader_times),
        }
    }

    /// Everything that was sent so far to an address, the oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<ReceivedMail> {
        let Ok(folder) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = folder
            .map(|entry| entry.expect("the folder can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        paths.sort();
        let mails = paths.iter().map(|path| {
            let whole = std::fs::read_to_string(path).expect("a mail is text");
            ReceivedMail::read(&whole)
        });
        mails.filter(|mail| mail.to == address).collect()
    }

    /// The mails to an address, once there are so many.
    pub async fn wait_for(&self, address: &str, count: usize) -> Vec<ReceivedMail> {
        let wait = async {
            loop {
                let mails = self.mails_to(address);
                if mails.len() >= count {
                    return mails;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("{count} mails to {address} in time: {:?}", self.mails_to(address)))
    }

    /// The last of so many mails to an address.
    pub async fn last_of(&self, address: &str, count: usize) -> ReceivedMail {
        let mut mails = self.wait_for(address, count).await;
        assert_eq!(mails.len(), count, "{mails:#?}");
        mails.pop().expect("there is one")
    }
}

impl ReceivedMail {
    /// Reads a mail as it was sent.
    pub fn read(whole: &str) -> Self {
        let whole = whole.replace("\r\n", "\n");
        let (head, body) = whole.split_once("\n\n").expect("a mail has a head and a body");
        let header = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        let first = body.split("\n\n").nth(1).map(|_| {
            let start = body.find("\n\n").expect("a part has a head") + 2;
            let end = body[start..].find("\n--").map_or(body.len(), |at| start + at);
            printable(&body[start..end])
        });
        Self {
            to: header("To:"),
            subject: header("Subject:"),
            text: first.unwrap_or_default(),
            whole: whole.clone(),
        }
    }

    /// The secret of its link.
    pub fn secret(&self) -> String {
        let (_, rest) = self.text.split_once('#').expect("the mail has a link");
        let (_, secret) = rest.split_once('=').expect("the link has a secret");
        secret.split_whitespace().next().unwrap_or_default().to_owned()
    }

    /// The code that it says.
    pub fn code(&self) -> String {
        let code = self
            .text
            .split_whitespace()
            .find(|word| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit()));
        code.expect("the mail has a code").to_owned()
    }
}

/// Quoted-printable (RFC 2045, 6.7) as text.
fn printable(encoded: &str) -> String {
    let joined = encoded.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = others.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        if let (b'=', Some(byte)) = (first, code) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

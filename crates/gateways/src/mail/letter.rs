//! A mail as it goes out (RFC 5322, RFC 2046).

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::MailError;

/// A mail with everything in it.
#[derive(Clone)]
pub struct Letter {
    /// Letters, digits and hyphens. The same for each attempt, so that a mail that arrives twice can be told.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Since 1970.
    pub sent_at: Duration,
}

impl std::fmt::Debug for Letter {
    /// Links and codes are for the reader alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Who mails are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `no-reply@example.org`, or the same with a name: `Choir <no-reply@example.org>`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

impl Letter {
    pub(super) fn message(&self, from: &Sender) -> Result<Message, MailError> {
        let to = self.to.parse().map_err(MailError::Address)?;
        // A boundary from the id: nothing is left to chance, and no body holds an id of its own.
        let part = |content_type, body: &str| {
            SinglePart::builder()
                .header(content_type)
                .header(ContentTransferEncoding::QuotedPrintable)
                .body(body.to_owned())
        };
        let body = MultiPart::alternative()
            .boundary(format!("=_{}", self.id))
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html));
        Message::builder()
            .message_id(Some(format!("<{}@{}>", self.id, from.domain())))
            .date(SystemTime::UNIX_EPOCH + self.sent_at)
            .from(from.0.clone())
            .to(Mailbox::new(None, to))
            .subject(self.subject.clone())
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(MailError::Letter)
    }
}

/// No answering machine answers it (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str) -> Letter {
        Letter {
            id: "0198c5a2".to_owned(),
            to: "ada@example.org".to_owned(),
            subject: subject.to_owned(),
            text: "Grüße\n.\nhttps://example.org/console/link#reset=abc".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
            sent_at: Duration::from_hours(490_896),
        }
    }

    #[test]
    fn a_mail_has_both_bodies_and_the_same_id_each_time() {
        let from = Sender::parse("Chor <no-reply@example.org>").unwrap();
        let text = |letter: Letter| String::from_utf8(letter.message(&from).unwrap().formatted()).unwrap();
        let mail = text(letter("Grüße"));
        for part in [
            "Message-ID: <0198c5a2@example.org>",
            "From: Chor <no-reply@example.org>",
            "To: ada@example.org",
            "Date: Thu, 01 Jan 2026 00:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: multipart/alternative",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(mail.contains(part), "{part} in\n{mail}");
        }
        assert_eq!(mail, text(letter("Grüße")));
    }

    #[test]
    fn nothing_in_a_mail_becomes_a_header() {
        let from = Sender::parse("no-reply@example.org").unwrap();
        let mail = letter("Hi\r\nBcc: eve@example.org")
            .message(&from)
            .unwrap()
            .formatted();
        let mail = String::from_utf8(mail).unwrap();
        assert!(!mail.contains("\nBcc:"), "{mail}");
        for to in ["ada@example.org\r\nBcc: eve@example.org", "ada", "a@b, c@d", ""] {
            let letter = Letter {
                to: to.to_owned(),
                ..letter("Hi")
            };
            assert!(letter.message(&from).unwrap_err().is_final(), "{to}");
        }
    }

    #[test]
    fn who_mails_are_from_is_an_address_with_or_without_a_name() {
        for good in ["a@example.org", "Choir and Books <a@example.org>"] {
            assert_eq!(Sender::parse(good).unwrap().domain(), "example.org");
        }
        for bad in ["", "example.org", "a@", "<a@example.org"] {
            assert!(Sender::parse(bad).is_none(), "{bad}");
        }
    }
}

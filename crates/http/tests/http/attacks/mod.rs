//! Attacks, one file a kind, each tried on the real server as somebody from outside would.
//!
//! Numbers are those of the OWASP API Security Top 10 (2023) and of the OWASP ASVS 5.0. What is tried beside the route that
//! it is about is not repeated here:
//!
//! - SQL and filters: `hostile.rs`, `review.rs`
//! - each operation as each role, and without a token: `authorisation.rs`, `auth.rs`
//! - fields that somebody may not see or set: `fields`, `matrix`
//! - forged signatures and keys that a token names: `auth.rs`, `keys.rs`
//! - pages of other sites: `cookies.rs`, `cors.rs`, `realtime/cookies.rs`
//! - guessing: `attempts.rs`, `second_factor.rs`, `accounts/sign_in.rs`

mod cross_site;
mod forwarded;
mod functions;
mod header_injection;
mod host_header;
mod id_tokens;
mod mass_assignment;
mod objects;
mod properties;
mod server_side_requests;
mod session_fixation;
mod smuggling;
mod timing;
mod tokens;

use mainstay_testkit::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::live::{Live, within};

const ME: &str = "/api/v1/auth/me";
const SIGN_IN: &str = "/api/v1/auth/sign-in";
const ROOMS_PATH: &str = "/api/v1/records/rooms";
const ADA: &str = "ada@example.org";
const EVE: &str = "eve@example.org";

/// An application with every way in by mail, where people change their own record.
const CLUB: &[(&str, &str)] = &[
    (
        "mainstay.toml",
        "name = \"club\"\ntitle = \"Club\"\n[auth]\nsign_up = true\nmethods = [\"password\", \"email_code\", \"magic_link\"]\n",
    ),
    (
        "collections/users.toml",
        "[fields.name]\ntype = \"text\"\nmultiline = true\n[fields.rank]\ntype = \"select\"\noptions = [\"guest\", \"chair\"]\n\
         default = \"guest\"\nread_only = true\n[rules]\nlist = \"true\"\nread = \"true\"\nupdate = \"record.id == auth.id\"\n",
    ),
];

/// Sends bytes as they are, and gives everything that comes back until the server ends the connection.
async fn send_raw(live: &Live, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(live.address)
        .await
        .expect("the server listens");
    // The server may have ended the connection before it took everything.
    stream.write_all(bytes.as_ref()).await.ok();
    let mut answer = Vec::new();
    within(stream.read_to_end(&mut answer)).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of each answer that came over one connection.
fn statuses(answers: &str) -> Vec<u16> {
    let parts = answers.split("HTTP/1.1 ").skip(1);
    let status = |part: &str| part.get(..3).and_then(|status| status.parse().ok());
    parts
        .map(|part| status(part).expect("an answer begins with its status"))
        .collect()
}

/// Every mail that was written so far, as it was sent.
fn mails(app: &TestApp) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(app.data().join("mail")) else {
        return Vec::new();
    };
    let paths = folder.map(|entry| entry.expect("the folder can be listed").path());
    let mails = paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    mails
        .map(|path| std::fs::read_to_string(path).expect("a mail is text"))
        .collect()
}

//! The console that this binary was built with.

use bytes::Bytes;
use mainstay_http::Console;

include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// `None` if it was not built when the binary was.
pub(crate) fn embedded() -> Option<Console> {
    let files = FILES.iter();
    Console::new(files.map(|(path, content)| ((*path).to_owned(), Bytes::from_static(content))))
}

//! Mails as files, for whoever develops: any mail program opens them.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::MailError;
use super::letter::{Letter, Sender};

/// A folder of `.eml` files; their names sort by time.
#[derive(Debug)]
pub struct Folder {
    folder: PathBuf,
    sender: Sender,
}

impl Folder {
    pub(super) fn new(folder: PathBuf, sender: Sender) -> Self {
        Self { folder, sender }
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let bytes = letter.message(&self.sender)?.formatted();
        let path = self.folder.join(format!("{}.eml", letter.id));
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || {
            let source = write(&folder, &path, &bytes);
            source.map_err(|source| MailError::File { path, source })
        });
        written.await.expect("writing a file does not panic")
    }
}

/// Under another name first: whoever watches the folder sees whole mails. Links in them are secrets.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let unfinished = path.with_extension("part");
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(bytes)?;
    std::fs::rename(&unfinished, path)
}

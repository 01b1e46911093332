//! The data folder belongs to one process at a time, unless the database is a server that several may share.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

const LOCK: &str = "lock";
pub(crate) const DATABASE: &str = "mainstay.db";
pub(crate) const KEYS: &str = "keys.toml";

/// Holds the folder; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct DataLock {
    _file: File,
}

/// Somebody else has the folder.
#[derive(Debug, thiserror::Error)]
#[error(
    "the data folder {folder} is in use by {holder}: stop that process first, or name another folder with --data"
)]
pub(crate) struct InUse {
    folder: String,
    holder: String,
}

/// Makes the folder if need be and takes it for this process. `command` is what others are told.
///
/// Two processes that write one database file would each keep its own idea of who is signed in and of the definition in force.
pub(crate) fn lock(folder: &Path, command: &str, shared: bool) -> Result<DataLock> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let path = folder.join(LOCK);
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    let operation = if shared {
        FlockOperation::NonBlockingLockShared
    } else {
        FlockOperation::NonBlockingLockExclusive
    };
    match flock(&file, operation) {
        Ok(()) if shared => return Ok(DataLock { _file: file }),
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            // A holder that cannot be read is still a holder.
            drop(file.read_to_string(&mut holder));
            let holder = if holder.trim().is_empty() {
                "another process"
            } else {
                holder.trim()
            };
            return Err(InUse {
                folder: folder.display().to_string(),
                holder: holder.to_owned(),
            }
            .into());
        }
        Err(error) => return Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "process {} (mainstay {command})", std::process::id())?;
    Ok(DataLock { _file: file })
}

/// Refuses a folder whose files go when the machine or the container does: a file system in memory, or the layer of a
/// container that is thrown away with it. One of another kind than these is believed.
pub(crate) fn refuse_ephemeral(folder: &Path) -> Result<()> {
    /// From linux/magic.h.
    const KINDS: [(u64, &str); 3] = [
        (0x0102_1994, "in memory (tmpfs)"),
        (0x8584_58f6, "in memory (ramfs)"),
        (0x794c_7630, "in the writable layer of a container (overlayfs)"),
    ];
    let found =
        rustix::fs::statfs(folder).with_context(|| format!("{} cannot be asked", folder.display()))?;
    let kind = u64::try_from(found.f_type).unwrap_or(0);
    match KINDS.iter().find(|(magic, _)| *magic == kind) {
        None => Ok(()),
        Some((_, place)) => Err(Ephemeral {
            folder: folder.display().to_string(),
            place,
        }
        .into()),
    }
}

/// What is written there does not last.
#[derive(Debug, thiserror::Error)]
#[error(
    "the data folder {folder} is {place}, and what is written there is lost with it: mount a volume there, or name another \
     folder with --data"
)]
pub(crate) struct Ephemeral {
    folder: String,
    place: &'static str,
}

/// Is there a database already?
pub(crate) fn has_database(folder: &Path) -> bool {
    folder.join(DATABASE).is_file()
}

/// Keeps a data folder inside an application out of Git.
pub(crate) fn keep_out_of_git(folder: &Path) -> Result<()> {
    let path = folder.join(".gitignore");
    if !path.exists() {
        std::fs::write(&path, "*\n").with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

//! The key file: TOML that only its owner can read, replaced as a whole.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use mainstay_core::Timestamp;
use serde::Deserialize;

use super::key_ring::{Key, KeyRing, KeyState, Purpose, RingFault, Secret, SecretFault};

/// A file of a thousand keys is smaller.
const FILE_BYTES_MAX: u64 = 256 * 1_024;
const PRIVATE: u32 = 0o600;
/// What everybody on the machine may do.
const OTHERS: u32 = 0o007;

const HEAD: &str = "\
# The keys of this installation. Whoever has them can sign in as anybody and read what is encrypted: keep the file
# private, and keep a copy where the backups of the database are not. `mainstay keys` lists and rotates them.
";

/// Where the keys are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyPlace {
    File(PathBuf),
    /// The text of such a file, as a setting gives it.
    Text(String),
}

impl std::fmt::Debug for KeyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyPlace({self})")
    }
}

/// As the setting that names it.
impl std::fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "keys.file, {}", path.display()),
            Self::Text(_) => f.write_str("keys.secrets"),
        }
    }
}

/// Why keys cannot be read or written. Each names the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("{place}: is not TOML as `mainstay keys create` writes it: {message}")]
    Toml { place: KeyPlace, message: String },
    #[error(
        "{place}: the secret of the {} key {id:?} {fault}; `mainstay keys create` makes a file of good ones",
        .purpose.as_str()
    )]
    Secret {
        place: KeyPlace,
        id: String,
        purpose: Purpose,
        fault: SecretFault,
    },
    #[error("{place}: {fault}")]
    Ring { place: KeyPlace, fault: RingFault },
    #[error("{place}: everybody on this machine can read or change it: chmod 600, or 640 for a group")]
    Open { place: KeyPlace },
    #[error("{place}: cannot be {action}")]
    Io {
        place: KeyPlace,
        action: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("{place}: has keys already, which are left as they are; `mainstay keys rotate` makes new ones")]
    Exists { place: KeyPlace },
    #[error(
        "{path} is there: another command changes the keys, or one was stopped while it did; remove it then"
    )]
    Busy { path: PathBuf },
    #[error("{place}: is not a file, so it cannot be changed here: change the setting where it is made")]
    NoFile { place: KeyPlace },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    keys: Vec<KeyText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    id: String,
    purpose: String,
    state: String,
    created_at: String,
    retired_at: Option<String>,
    secret: String,
}

impl KeyPlace {
    /// The text of the keys as it is now; `None` where there is no file.
    pub(super) fn read(&self) -> Result<Option<String>, KeyFileError> {
        let path = match self {
            Self::Text(text) => return Ok(Some(text.clone())),
            Self::File(path) => path,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io("read", source)),
        };
        let mode = file.metadata().map_err(|source| self.io("read", source))?.mode();
        if mode & OTHERS != 0 {
            return Err(KeyFileError::Open { place: self.clone() });
        }
        let mut text = String::new();
        file.take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|source| self.io("read", source))?;
        Ok(Some(text))
    }

    /// The keys of a text that was read here.
    pub(super) fn parse(&self, text: &str) -> Result<KeyRing, KeyFileError> {
        let unfit = |message: String| KeyFileError::Toml {
            place: self.clone(),
            message,
        };
        // What the parser says shows the line, which may hold a secret; its message alone does not.
        let file: FileText = toml::from_str(text).map_err(|error| unfit(error.message().to_owned()))?;
        let keys = file.keys.into_iter().map(|key| self.parse_key(key));
        let keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
        KeyRing::new(keys).map_err(|fault| KeyFileError::Ring {
            place: self.clone(),
            fault,
        })
    }

    fn parse_key(&self, key: KeyText) -> Result<Key, KeyFileError> {
        let unfit = |name: &str| KeyFileError::Toml {
            place: self.clone(),
            message: format!("the key {:?} has a {name} that is none", key.id),
        };
        let time = |text: &str, name| text.parse::<Timestamp>().map_err(|_| unfit(name));
        let purpose = Purpose::parse(&key.purpose).ok_or_else(|| unfit("purpose"))?;
        let secret = Secret::parse(&key.secret).map_err(|fault| KeyFileError::Secret {
            place: self.clone(),
            id: key.id.clone(),
            purpose,
            fault,
        })?;
        Ok(Key {
            purpose,
            state: KeyState::parse(&key.state).ok_or_else(|| unfit("state"))?,
            created_at: time(&key.created_at, "created_at")?,
            retired_at: key
                .retired_at
                .as_deref()
                .map(|text| time(text, "retired_at"))
                .transpose()?,
            secret,
            id: key.id,
        })
    }

    /// The keys as they are now; `None` where there is no file.
    pub fn load(&self) -> Result<Option<KeyRing>, KeyFileError> {
        self.read()?.map(|text| self.parse(&text)).transpose()
    }

    /// Puts what `change` makes of the keys in their place. A reader finds the ones or the others, whatever happens
    /// meanwhile; of two that change them at the same time, one is told.
    pub fn change<E: From<KeyFileError>>(
        &self,
        change: impl FnOnce(Option<KeyRing>) -> Result<KeyRing, E>,
    ) -> Result<KeyRing, E> {
        let Self::File(path) = self else {
            return Err(KeyFileError::NoFile { place: self.clone() }.into());
        };
        let beside = Beside::make(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => KeyFileError::Busy {
                path: Beside::path(path),
            },
            _ => self.io("written", error),
        })?;
        let ring = change(self.load()?)?;
        beside
            .become_it(path, &print(&ring))
            .map_err(|source| self.io("written", source))?;
        Ok(ring)
    }

    fn io(&self, action: &'static str, source: std::io::Error) -> KeyFileError {
        KeyFileError::Io {
            place: self.clone(),
            action,
            source,
        }
    }
}

/// The file that will take the place of another; whoever made it may change that one. It goes when nothing came of it.
struct Beside {
    file: File,
    path: PathBuf,
}

impl Beside {
    /// `keys.toml.new` for `keys.toml`.
    fn path(path: &Path) -> PathBuf {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        path.with_file_name(name)
    }

    fn make(path: &Path) -> std::io::Result<Self> {
        let path = Self::path(path);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(PRIVATE)
            .open(&path)?;
        Ok(Self { file, path })
    }

    fn become_it(mut self, path: &Path, text: &str) -> std::io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()?;
        std::fs::rename(&self.path, path)?;
        // The new name is on disk once its folder is.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After it has become the other one, there is nothing to remove.
        std::fs::remove_file(&self.path).ok();
    }
}

/// The text of a file with these keys.
pub fn print(ring: &KeyRing) -> String {
    let mut text = HEAD.to_owned();
    for key in ring.keys() {
        write!(
            text,
            "\n[[keys]]\nid = \"{}\"\npurpose = \"{}\"\nstate = \"{}\"\ncreated_at = \"{}\"\n",
            key.id,
            key.purpose.as_str(),
            key.state.as_str(),
            key.created_at,
        )
        .expect("a text takes every line");
        if let Some(retired_at) = key.retired_at {
            writeln!(text, "retired_at = \"{retired_at}\"").expect("a text takes every line");
        }
        writeln!(text, "secret = \"{}\"", key.secret.to_text()).expect("a text takes every line");
    }
    text
}

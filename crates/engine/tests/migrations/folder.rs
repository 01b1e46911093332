use std::fs;
use std::os::unix::fs::symlink;

use mainstay_engine::migrations::{FolderError, read_files, read_history, write_migration};
use tempfile::TempDir;

use super::{definition, history};

#[test]
fn what_is_written_is_read() {
    let application = TempDir::new().unwrap();
    assert_eq!(
        read_history(application.path()).unwrap(),
        history(&[]),
        "no folder, no migrations"
    );
    let history = history(&[&definition(&[]), &definition(&[("things", "")])]);
    for migration in history.migrations() {
        let path = write_migration(application.path(), migration).unwrap();
        assert_eq!(path, application.path().join(migration.path()));
        assert_eq!(fs::read_to_string(path).unwrap(), migration.text);
    }
    assert_eq!(read_history(application.path()).unwrap(), history);
    // A file that is there is never written over.
    let again = write_migration(application.path(), history.last().unwrap());
    assert!(matches!(again, Err(FolderError::Unwritable { .. })), "{again:?}");
}

#[test]
fn other_files_are_not_looked_at() {
    let application = TempDir::new().unwrap();
    let folder = application.path().join("migrations");
    fs::create_dir_all(folder.join("old")).unwrap();
    for name in [
        "README.md",
        ".0001_a.toml",
        ".#x.toml",
        "0001_a.toml~",
        "0001_a.sql",
    ] {
        fs::write(folder.join(name), "nonsense").unwrap();
    }
    assert_eq!(read_files(application.path()).unwrap(), []);
}

#[test]
fn what_could_be_a_migration_and_is_none() {
    let application = TempDir::new().unwrap();
    let folder = application.path().join("migrations");
    fs::create_dir_all(folder.join("0001_folder.toml")).unwrap();
    fs::write(folder.join("0002_bytes.toml"), [0xff]).unwrap();
    fs::write(folder.join("0003_large.toml"), vec![b' '; 8 * 1_048_576 + 1]).unwrap();
    symlink(folder.join("0002_bytes.toml"), folder.join("0004_link.toml")).unwrap();
    let Err(FolderError::Faults(faults)) = read_files(application.path()) else {
        panic!("there are faults");
    };
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "migrations/0001_folder.toml: it is not a regular file",
            "migrations/0002_bytes.toml: it is not UTF-8",
            "migrations/0003_large.toml: it is larger than a migration can be",
            "migrations/0004_link.toml: it is not a regular file",
        ]
    );
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("misnamed.toml"), "title = \"t\"").unwrap();
    let error = read_history(application.path()).unwrap_err();
    assert_eq!(error.to_string(), "the migrations have 1 fault");
}

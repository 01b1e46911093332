//! Many writers, several readers, and processes that are killed: nothing is skipped and no cursor goes back.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mainstay_core::{Clock, Definition, RandomSource, Timestamp};
use mainstay_engine::keys::{KeyOptions, KeyPlace, MissingKeys};
use mainstay_engine::readers::{Kinds, OutsideStep, Pace, Reader, ReaderTimes, RunningReaders, Step};
use mainstay_engine::{Environment, EnvironmentOptions, Failure, ShapeFrom};
use mainstay_store::journal::Kind;
use mainstay_store::schema::Loss;
use mainstay_store::{DbOptions, Place, Postgres, Priority, StoreError, WriteTx};
use mainstay_testkit::{TestDatabase, TestRandom, files};

use crate::{cursor, effects, make_effects, reader, wait_until, write_entry, writing_down};

const WRITERS: usize = 32;
const WRITES: usize = 30;
const KILLS: usize = 15;
/// Processes that run at the same time.
const PROCESSES: usize = 3;
/// What tells the test program to be one of these processes.
const PROCESS: &str = "reader-process=";
const TIMES: ReaderTimes = ReaderTimes {
    lease: Duration::from_millis(300),
    look_after: Duration::from_millis(200),
};
const INSIDE: [&str; 3] = ["inside", "inside-kind", "inside-slow"];
const OUTSIDE: [&str; 2] = ["outside", "outside-kind"];
const KINDS: Kinds = Kinds::Of(&[Kind::SignedOut]);

#[derive(Debug)]
struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "processes must agree on the time of their leases"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap()).unwrap()
    }
}

fn open(place: Place, folder: &Path) -> Arc<Environment> {
    let options = EnvironmentOptions {
        data: folder.to_owned(),
        place,
        db: DbOptions::default(),
        shape: ShapeFrom::Definition(Loss::Refuse.into()),
        password_threads: 1,
        keys: KeyOptions {
            place: KeyPlace::File(folder.join("keys.toml")),
            missing: MissingKeys::Refuse,
        },
        provider_secrets: std::collections::BTreeMap::new(),
        private_addresses: mainstay_engine::PrivateAddresses::Refused,
        mailing: None,
    };
    let definition = Definition::read(files(&[("mainstay.toml", "name = \"followed\"")])).unwrap();
    let random = TestRandom::default();
    // Each process has ids of its own.
    for _ in 0..std::process::id() % 65_536 {
        random.fill(&mut [0; 8]);
    }
    let (environment, _) =
        Environment::open(definition, &options, Arc::new(RealClock), Arc::new(random)).unwrap();
    Arc::new(environment)
}

/// A step that leaves its traces in a file.
fn noting(path: PathBuf) -> OutsideStep {
    Arc::new(move |batch| {
        let path = path.clone();
        Box::pin(async move {
            let mut lines = Vec::new();
            for entry in &batch.entries {
                writeln!(lines, "{}", entry.seq).unwrap();
            }
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file.unwrap().write_all(&lines).unwrap();
            // Killed here, it has had its effect, and its cursor does not know of it.
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok::<_, Failure>(())
        })
    })
}

fn five(folder: &Path) -> Vec<Reader> {
    let inside = |name| reader(name, Step::InTransaction(writing_down(name)));
    let outside = |name: &'static str| reader(name, Step::Outside(noting(folder.join(name))));
    let few = Pace {
        entries_max: 7,
        linger: Duration::from_millis(50),
        ..Pace::SOON
    };
    vec![
        inside(INSIDE[0]),
        Reader {
            kinds: KINDS,
            ..inside(INSIDE[1])
        },
        Reader {
            pace: few,
            ..inside(INSIDE[2])
        },
        outside(OUTSIDE[0]),
        Reader {
            kinds: KINDS,
            ..outside(OUTSIDE[1])
        },
    ]
}

/// No test: what `nothing_is_skipped_when_readers_are_killed` starts this program for.
#[tokio::test]
async fn a_process_with_readers() {
    let Some(given) = std::env::args().find_map(|argument| argument.strip_prefix(PROCESS).map(str::to_owned))
    else {
        return;
    };
    let (folder, url) = given.split_once('=').unwrap();
    let server = Postgres::parse(url).unwrap().with_connections(4);
    let environment = open(Place::Postgres(Box::new(server)), Path::new(folder));
    let _readers = RunningReaders::start(&environment, five(Path::new(folder)), TIMES);
    // Ends with the one that started it, should that come to its end first.
    std::thread::spawn(|| {
        drop(std::io::stdin().read(&mut [0]));
        std::process::exit(0);
    });
    std::future::pending::<()>().await;
}

/// What runs the readers, and can be killed.
enum Crew {
    Processes(Vec<Child>, String),
    Tasks(RunningReaders, Arc<Environment>),
}

fn launch(folder: &Path, url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::a_process_with_readers"])
        .arg(format!("{PROCESS}{}={url}", folder.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Crew {
    fn start(database: &TestDatabase, environment: &Arc<Environment>, folder: &Path) -> Self {
        match database.url() {
            Some(url) => Self::Processes((0..PROCESSES).map(|_| launch(folder, &url)).collect(), url),
            None => Self::Tasks(
                RunningReaders::start(environment, five(folder), TIMES),
                Arc::clone(environment),
            ),
        }
    }

    /// Ends one without a word (SIGKILL, or a task that is dropped where it stands) and starts another one.
    fn kill(&mut self, number: usize, folder: &Path) {
        match self {
            Self::Processes(children, url) => {
                let child = &mut children[number % PROCESSES];
                child.kill().unwrap();
                child.wait().unwrap();
                *child = launch(folder, url);
            }
            Self::Tasks(running, environment) => {
                // The old ones are dropped.
                *running = RunningReaders::start(environment, five(folder), TIMES);
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        if let Self::Processes(children, _) = self {
            for child in children {
                drop(child.kill());
                drop(child.wait());
            }
        }
    }
}

/// Transactions of different length; every fifth is undone.
async fn write(environment: &Arc<Environment>, writer: usize) {
    for number in 0..WRITES {
        let written = environment
            .db
            .write(Priority::Interactive, move |tx: &mut WriteTx<'_>| {
                for part in 0..=(number + writer) % 4 {
                    let kind = if part % 2 == 0 {
                        Kind::SignedIn
                    } else {
                        Kind::SignedOut
                    };
                    write_entry(tx, kind, "{}")?;
                    // Some commit long after they took their numbers.
                    let steps = 1 + (number * writer) % 7 * 300;
                    let work = format!(
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps})
                     SELECT count(*) FROM n"
                    );
                    tx.query_first(&work, &[], |row| row.int(0))?;
                }
                if (number + writer).is_multiple_of(5) {
                    return Err(StoreError::TooLarge);
                }
                Ok(())
            });
        match written.await {
            Ok(()) | Err(StoreError::TooLarge | StoreError::Conflict) => {}
            Err(error) => panic!("{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// The cursors as they were at each look.
async fn cursors(environment: &Arc<Environment>) -> Vec<i64> {
    let mut found = Vec::new();
    for name in INSIDE.into_iter().chain(OUTSIDE) {
        found.push(cursor(environment, name).await);
    }
    found
}

async fn written(environment: &Arc<Environment>, kind: Option<Kind>) -> Vec<i64> {
    let sql = "SELECT seq FROM _journal WHERE kind = ?1 OR '' = ?1 ORDER BY seq";
    let kind = kind.map_or("", Kind::as_str).to_owned();
    crate::numbers(environment, sql, vec![kind]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_skipped_when_readers_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create(folder.path());
    let environment = open(database.place_with(WRITERS), folder.path());
    make_effects(&environment).await;
    let mut crew = Crew::start(&database, &environment, folder.path());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let environment = Arc::clone(&environment);
            tokio::spawn(async move { write(&environment, writer).await })
        })
        .collect();
    let (random, mut seen) = (TestRandom::default(), vec![0; INSIDE.len() + OUTSIDE.len()]);
    for kill in 0..KILLS {
        let mut byte = [0];
        random.fill(&mut byte);
        for _ in 0..=byte[0] % 16 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = cursors(&environment).await;
            assert!(
                seen.iter().zip(&now).all(|(before, now)| before <= now),
                "{seen:?}, then {now:?}"
            );
            seen = now;
        }
        crew.kill(kill + usize::from(byte[0] / 16), folder.path());
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let all = written(&environment, None).await;
    wait_until("every reader has come to the end", async || {
        let now = cursors(&environment).await;
        assert!(
            seen.iter().zip(&now).all(|(before, now)| before <= now),
            "{seen:?}, then {now:?}"
        );
        now.iter().all(|cursor| Some(cursor) >= all.last())
    })
    .await;
    drop(crew);

    let some = written(&environment, Some(Kind::SignedOut)).await;
    assert!(all.len() > WRITERS * WRITES / 2, "{} entries", all.len());
    for (name, wanted) in INSIDE.into_iter().zip([&all, &some, &all]) {
        let done = effects(&environment, name).await;
        assert_eq!(missing(wanted, &done), NONE, "{name}: nothing is skipped");
        assert_eq!(done.len(), wanted.len(), "{name}: each once");
    }
    for (name, wanted) in OUTSIDE.into_iter().zip([&all, &some]) {
        let noted = std::fs::read_to_string(folder.path().join(name)).unwrap();
        let noted: Vec<i64> = noted.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(missing(wanted, &noted), NONE, "{name}: nothing is skipped");
        assert_eq!(missing(&noted, wanted), NONE, "{name}: nothing else comes");
    }
}

const NONE: [i64; 0] = [];

fn missing(wanted: &[i64], found: &[i64]) -> Vec<i64> {
    let found: BTreeSet<&i64> = found.iter().collect();
    wanted
        .iter()
        .filter(|seq| !found.contains(seq))
        .copied()
        .collect()
}

//! Password hashing on threads of its own.
//!
//! One hash takes tens of milliseconds of a core and 19 MiB: a flood of sign-ins must neither fill the memory nor starve
//! everybody else. So hashing has few threads, at low priority, and a short queue.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use mainstay_core::{Code, Problem};
use tokio::sync::oneshot;

use super::old_hashes::OldHash;
use crate::failure::Failure;

/// OWASP's floor for argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes that may wait for each thread; at some 30 ms each the last waits about half a second.
const WAITING_PER_THREAD: usize = 16;
/// Lets threads that answer requests go first when the machine is busy.
const NICENESS: i32 = 10;

type Task = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// What a hash says of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// The password is right; its hash is not as we make them now.
    RightButOld,
}

/// A bounded pool of hashing threads.
pub struct Passwords {
    tasks: Option<SyncSender<Task>>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords")
            .field("threads", &self.threads.len())
            .finish_non_exhaustive()
    }
}

impl Passwords {
    pub fn start(threads: usize) -> Self {
        let threads = threads.max(1);
        let (tasks, waiting) = sync_channel::<Task>(threads * WAITING_PER_THREAD);
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = (0..threads)
            .map(|number| {
                let waiting = Arc::clone(&waiting);
                std::thread::Builder::new()
                    .name(format!("password-{number}"))
                    .spawn(move || serve(&waiting))
                    .expect("a thread can be started")
            })
            .collect();
        Self {
            tasks: Some(tasks),
            threads,
        }
    }

    /// Hashes a password into a PHC string with this salt.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Failure> {
        self.run(move |argon2| {
            argon2
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .expect("the parameters are valid, and any bytes can be hashed")
        })
        .await
    }

    /// Does the password belong to the hash? `None` takes as long as one of ours and is always wrong, so that time does not
    /// tell whether an account exists.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<Verdict, Failure> {
        self.run(move |argon2| {
            let Some(hash) = hash else {
                drop(argon2.hash_password_with_salt(password.as_bytes(), &[0; 16]));
                return Verdict::Wrong;
            };
            match OldHash::parse(&hash) {
                Ok(parsed) if parsed.verify(argon2, &password) => {
                    let prefix = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
                    if hash.starts_with(&prefix) {
                        Verdict::Right
                    } else {
                        Verdict::RightButOld
                    }
                }
                _ => Verdict::Wrong,
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |argon2| {
            // A caller that went away no longer wants the answer.
            drop(reply.send(work(argon2)));
        });
        let tasks = self
            .tasks
            .as_ref()
            .expect("the pool ends only when it is dropped");
        tasks.try_send(task).map_err(|error| {
            let _full_or_ended: TrySendError<_> = error;
            Problem::new(
                Code::Overloaded,
                "too many people sign in at this moment; try again in a few seconds",
            )
        })?;
        answer.await.map_err(|_| {
            Problem::new(
                Code::Internal,
                "the password could not be checked; the cause is in the log",
            )
            .into()
        })
    }
}

impl Drop for Passwords {
    fn drop(&mut self) {
        self.tasks = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a password thread ended in a panic");
            }
        }
    }
}

fn serve(waiting: &Mutex<Receiver<Task>>) {
    // Where the system does not let a thread step back, it works at normal priority.
    let own_thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(own_thread), NICENESS) {
        tracing::debug!(%error, "the password threads keep their priority");
    }
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's bounds");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    loop {
        let task = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match task {
            Ok(task) => task(&argon2),
            Err(_) => return,
        }
    }
}

//! What processes on one database say to one another about rooms, and the task that hears it.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::RecordId;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Room;
use crate::environment::Environment;

/// A word between processes. Another build may say what this one does not know: that is passed over.
#[derive(Debug, Serialize, Deserialize)]
struct Word {
    process: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    room: Option<(String, String)>,
    #[serde(flatten)]
    what: Spelled,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Spelled {
    Alive,
    Who,
    Member {
        member: String,
        user: Option<String>,
        state: Json,
    },
    Left {
        member: String,
    },
    Says {
        member: String,
        user: Option<String>,
        data: Json,
    },
}

#[derive(Debug)]
pub(super) enum What {
    /// The process is still there.
    Alive,
    /// Who is in this room?
    Who,
    Is {
        member: RecordId,
        user: Option<RecordId>,
        state: Json,
    },
    Left {
        member: RecordId,
    },
    Says {
        member: RecordId,
        user: Option<RecordId>,
        data: Json,
    },
}

#[derive(Debug)]
pub(super) struct Heard {
    pub(super) process: RecordId,
    pub(super) room: Option<Room>,
    pub(super) what: What,
}

pub(super) fn write(process: RecordId, room: Option<&Room>, what: &What) -> String {
    let text = |id: &RecordId| id.to_string();
    let what = match what {
        What::Alive => Spelled::Alive,
        What::Who => Spelled::Who,
        What::Is { member, user, state } => Spelled::Member {
            member: text(member),
            user: user.as_ref().map(text),
            state: state.clone(),
        },
        What::Left { member } => Spelled::Left { member: text(member) },
        What::Says { member, user, data } => Spelled::Says {
            member: text(member),
            user: user.as_ref().map(text),
            data: data.clone(),
        },
    };
    let word = Word {
        process: process.to_string(),
        room: room.map(|(collection, record)| (collection.clone(), record.to_string())),
        what,
    };
    serde_json::to_string(&word).expect("texts and JSON always serialise")
}

fn read(text: &str) -> Option<Heard> {
    let word: Word = serde_json::from_str(text).ok()?;
    let user = |user: Option<String>| match user {
        Some(user) => user.parse().map(Some),
        None => Ok(None),
    };
    let what = match word.what {
        Spelled::Alive => What::Alive,
        Spelled::Who => What::Who,
        Spelled::Member {
            member,
            user: of,
            state,
        } => What::Is {
            member: member.parse().ok()?,
            user: user(of).ok()?,
            state,
        },
        Spelled::Left { member } => What::Left {
            member: member.parse().ok()?,
        },
        Spelled::Says {
            member,
            user: of,
            data,
        } => What::Says {
            member: member.parse().ok()?,
            user: user(of).ok()?,
            data,
        },
    };
    let room = match word.room {
        Some((collection, record)) => Some((collection, record.parse().ok()?)),
        None => None,
    };
    Some(Heard {
        process: word.process.parse().ok()?,
        room,
        what,
    })
}

/// Times that tests shorten.
#[derive(Debug, Clone, Copy)]
pub struct RoomTimes {
    /// How often a process with somebody in a room says that it is still there.
    pub alive_every: Duration,
    /// After how long a silent process is gone, with all its members.
    pub gone_after: Duration,
}

impl Default for RoomTimes {
    fn default() -> Self {
        Self {
            alive_every: Duration::from_secs(5),
            gone_after: Duration::from_secs(15),
        }
    }
}

/// Hears what other processes say of rooms; whoever started it stops it.
#[derive(Debug)]
#[must_use = "it runs until it is stopped"]
pub struct RunningRooms {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningRooms {
    pub fn start(environment: &Arc<Environment>, times: RoomTimes) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(Arc::clone(environment), times, stopped));
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what hears of rooms ended in a panic"
            );
        }
    }
}

async fn run(environment: Arc<Environment>, times: RoomTimes, mut stopped: watch::Receiver<bool>) {
    let mut words = environment.db.said_by_processes();
    let mut beats = tokio::time::interval(times.alive_every);
    let rooms = &environment.realtime.rooms;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            word = words.next() => if let Some(heard) = read(&word) {
                rooms.hear(&environment, heard);
            },
            _ = beats.tick() => {
                if !rooms.is_empty() {
                    let alive = write(rooms.process(&environment), None, &What::Alive);
                    environment.db.say_to_processes(alive);
                }
                rooms.forget_silent(times.gone_after);
            }
        }
    }
}

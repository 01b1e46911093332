//! Live updates: whoever follows records hears of their changes as soon as they are on disk.
//!
//! The hub is a reader of the journal that runs in each process (`hub.rs`). For each batch of entries it looks at the
//! database once (`look.rs`): what each record was before and what it is now (`change.rs`), and which of all viewers
//! saw it and see it, in one statement for all who ask with the same rule and filter (`view.rs`). `telling.rs` makes
//! events of that. `registry.rs` knows who follows what, `subscribe.rs` how that begins, `replay.rs` what was missed. A
//! connection (`connection.rs`) is a queue with a bound (`link.rs`); the floor above takes messages out of it
//! (`outgoing.rs`) and knows how they travel. `rooms.rs` is what people in
//! a room see of one another, which is never in the journal.
//!
//! `docs/realtime.md` is the protocol; `docs/decisions/0022-live-updates.md` says why it is right.

mod change;
mod connection;
mod hub;
mod link;
mod look;
mod message;
mod outgoing;
mod registry;
mod replay;
mod request;
mod rooms;
mod subscribe;
mod telling;
mod view;
mod viewpoint;

use std::sync::{Arc, Weak};
use std::time::Duration;

pub use connection::{Commands, Subscriptions, open};
pub use hub::Hub;
pub use link::End;
pub use message::problem_message;
pub use outgoing::{Message, Messages, Out};
pub use request::first_words;
pub use rooms::{RoomTimes, RunningRooms};
pub(crate) use viewpoint::{News, Viewpoint};

use crate::environment::Environment;
use crate::readers::{Kinds, Pace, Reader, Start, Step};

/// The hub's name among the readers.
const READER: &str = "realtime";
/// Entries told at once: under load one look at the database serves many.
const ENTRIES_MAX: u32 = 500;

/// Nobody sees so short a delay; under load the entries of so long share the work.
const REST: Duration = Duration::from_millis(3);

/// The reader that tells changes to whoever follows them.
pub fn reader(environment: &Arc<Environment>) -> Reader {
    let environment: Weak<Environment> = Arc::downgrade(environment);
    Reader {
        name: READER,
        start: Start::Now,
        kinds: Kinds::All,
        pace: Pace {
            entries_max: ENTRIES_MAX,
            rest: REST,
            ..Pace::SOON
        },
        step: Step::EachProcess(Arc::new(move |batch| {
            let environment = environment.upgrade();
            Box::pin(async move {
                match environment {
                    Some(environment) => {
                        environment
                            .realtime
                            .tell(&environment, batch.entries.clone())
                            .await
                    }
                    None => Ok(()),
                }
            })
        })),
    }
}

//! The bounded queue in front of the writer, and in front of the readers.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Who is served first. A background job waits while anyone interactive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    Interactive,
    Background,
}

/// A bounded queue with two priorities and many producers.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
    interactive_max: usize,
    background_max: usize,
}

/// How long work has waited for its turn, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    pub count: u64,
    pub total: Duration,
    pub longest: Duration,
}

struct State<T> {
    interactive: VecDeque<(Instant, T)>,
    background: VecDeque<(Instant, T)>,
    waits: Waits,
    /// Consumers that wait; a producer that finds none saves the system call.
    sleeping: usize,
    closed: bool,
}

impl Waits {
    fn add(&mut self, waited: Duration) {
        self.count += 1;
        self.total += waited;
        self.longest = self.longest.max(waited);
    }
}

/// Why a job was not taken in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    Closed,
}

impl<T> Queue<T> {
    pub(super) fn new(interactive_max: usize, background_max: usize) -> Self {
        let state = State {
            interactive: VecDeque::new(),
            background: VecDeque::new(),
            waits: Waits::default(),
            sleeping: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            wake: Condvar::new(),
            interactive_max,
            background_max,
        }
    }

    pub(super) fn push(&self, priority: Priority, job: T) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        let (lane, max) = match priority {
            Priority::Interactive => (&mut state.interactive, self.interactive_max),
            Priority::Background => (&mut state.background, self.background_max),
        };
        if lane.len() >= max {
            return Err(Refused::Full);
        }
        lane.push_back((Instant::now(), job));
        let someone_sleeps = state.sleeping > 0;
        drop(state);
        if someone_sleeps {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Waits until there is work, then moves up to `max` jobs into `taken`; `false` once closed and empty.
    pub(super) fn take(&self, max: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            while taken.len() < max {
                let Some((since, job)) = state.interactive.pop_front() else {
                    break;
                };
                state.waits.add(now.saturating_duration_since(since));
                taken.push(job);
            }
            // One background job a group: enough to make progress, too little to delay anybody.
            if taken.len() < max
                && let Some((since, job)) = state.background.pop_front()
            {
                state.waits.add(now.saturating_duration_since(since));
                taken.push(job);
            }
            if !taken.is_empty() {
                return true;
            }
            if state.closed {
                return false;
            }
            state.sleeping += 1;
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state.sleeping -= 1;
        }
    }

    /// Takes no more jobs in; what waits is still served.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    pub(super) fn waits(&self) -> Waits {
        self.lock().waits
    }

    pub(super) fn len(&self) -> usize {
        let state = self.lock();
        state.interactive.len() + state.background.len()
    }

    /// A panic while the lock is held cannot leave the queue half changed, so poisoning says nothing.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_refuses_and_the_other_still_takes() {
        let queue = Queue::new(2, 1);
        assert_eq!(queue.push(Priority::Interactive, 1), Ok(()));
        assert_eq!(queue.push(Priority::Interactive, 2), Ok(()));
        assert_eq!(queue.push(Priority::Interactive, 3), Err(Refused::Full));
        assert_eq!(queue.push(Priority::Background, 9), Ok(()));
        assert_eq!(queue.len(), 3);
        let mut taken = Vec::new();
        assert!(queue.take(10, &mut taken));
        assert_eq!(taken, [1, 2, 9]);
    }

    #[test]
    fn a_closed_queue_serves_what_waits_and_then_ends() {
        let queue = Queue::new(2, 1);
        queue.push(Priority::Interactive, 1).unwrap();
        queue.close();
        assert_eq!(queue.push(Priority::Interactive, 2), Err(Refused::Closed));
        let mut taken = Vec::new();
        assert!(queue.take(10, &mut taken));
        taken.clear();
        assert!(!queue.take(10, &mut taken));
    }
}

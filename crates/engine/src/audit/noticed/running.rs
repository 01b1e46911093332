//! The task that writes what was noticed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{write_noticed, write_waiting};
use crate::environment::Environment;

/// How often counts whose minute is over are written.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Writes what is noticed, while it runs.
#[derive(Debug)]
#[must_use = "it writes until it is stopped"]
pub struct RunningNoticed {
    environment: Arc<Environment>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningNoticed {
    pub fn start(environment: &Arc<Environment>) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let of_task = Arc::clone(environment);
        let task = tokio::spawn(async move {
            while !*stopped.borrow_and_update() {
                write_noticed(&of_task).await;
                tokio::select! {
                    () = of_task.noticed.woken.notified() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopped.changed() => {}
                }
            }
        });
        Self {
            environment: Arc::clone(environment),
            stop,
            task,
        }
    }

    /// Writes what is left, also the counts of a minute that is not over.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what writes refused acts ended in a panic"
            );
        }
        self.environment.noticed.lock().close(|_| true);
        write_waiting(&self.environment).await;
    }
}

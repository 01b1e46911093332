//! What several processes have used together: told and learnt in the background, never inside a request.

use std::sync::Arc;
use std::time::Duration;

use mainstay_gateways::{RedisRates, RedisRatesError};
use mainstay_store::{Dialect, Priority, StoreError, rates};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::table::CellKey;
use crate::environment::Environment;

/// How often processes tell one another. In between each lets through what it knows of.
const EXCHANGE_EVERY: Duration = Duration::from_millis(500);
/// Cells in one exchange, so that nobody waits long for it.
const SLICE: usize = 1_000;

/// Where processes tell one another what was used.
#[derive(Debug, Clone)]
pub enum SharedRates {
    /// In the table `_rates` of the database that they share.
    Database,
    Redis(Arc<RedisRates>),
}

/// What was used could not be told.
#[derive(Debug, thiserror::Error)]
pub enum SharedRatesError {
    #[error("the database could not be told how often somebody asked")]
    Database(#[from] StoreError),
    #[error("Redis could not be told how often somebody asked")]
    Redis(#[from] RedisRatesError),
    #[error("what tells Redis ended in a panic")]
    Panicked,
}

/// Tells what was used here since the last time, and learns what all have used.
pub async fn exchange_rates(
    environment: &Arc<Environment>,
    shared: &SharedRates,
) -> Result<(), SharedRatesError> {
    let untold = environment.rates.take_untold(environment.clock.now());
    let mut slices = untold.chunks(SLICE);
    for slice in slices.by_ref() {
        match tell(environment, shared, slice.to_vec()).await {
            Ok(all) => {
                for ((key, _), done_at) in slice.iter().zip(all) {
                    environment.rates.learn(key, done_at);
                }
            }
            Err(error) => {
                environment.rates.put_back(slice);
                slices.for_each(|rest| environment.rates.put_back(rest));
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Adds what was used to what is known of all; gives when the requests of each cell would be done.
async fn tell(
    environment: &Arc<Environment>,
    shared: &SharedRates,
    used: Vec<(CellKey, i64)>,
) -> Result<Vec<i64>, SharedRatesError> {
    let now = environment.clock.now();
    match shared {
        SharedRates::Database => {
            let write = environment.db.write(Priority::Background, move |tx| {
                rates::add(tx, &used, now.as_micros())
            });
            Ok(write.await?)
        }
        SharedRates::Redis(redis) => {
            let redis = Arc::clone(redis);
            // Its client waits for answers on the thread that asks.
            let told = tokio::task::spawn_blocking(move || redis.add(&used, now.as_micros()));
            Ok(told.await.map_err(|_| SharedRatesError::Panicked)??)
        }
    }
}

/// Tells and learns, while it runs.
#[derive(Debug)]
#[must_use = "it runs until it is stopped"]
pub struct RunningRates {
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl RunningRates {
    /// Through Redis where there is one, else through the database where other processes can use it.
    pub fn start(environment: &Arc<Environment>, redis: Option<RedisRates>) -> Self {
        let shared = match redis {
            Some(redis) => Some(SharedRates::Redis(Arc::new(redis))),
            None if environment.db.dialect() == Dialect::Postgres => Some(SharedRates::Database),
            None => None,
        };
        let (stop, stopped) = watch::channel(false);
        let environment = Arc::clone(environment);
        let task = shared.map(|shared| tokio::spawn(exchange_until(environment, shared, stopped)));
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        let Some(task) = self.task else { return };
        if let Err(error) = task.await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what shares the limits of requests ended in a panic"
            );
        }
    }
}

async fn exchange_until(
    environment: Arc<Environment>,
    shared: SharedRates,
    mut stopped: watch::Receiver<bool>,
) {
    let mut fails = false;
    while !*stopped.borrow_and_update() {
        match exchange_rates(&environment, &shared).await {
            Ok(()) => fails = false,
            // Once, and not twice a second for as long as it lasts.
            Err(error) if !fails => {
                fails = true;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "each process limits requests for itself until the others can be told again"
                );
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(EXCHANGE_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

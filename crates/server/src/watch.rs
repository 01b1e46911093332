//! Watching the files of a definition.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::application::definition_places;

/// An editor saves in several steps, and a checkout changes many files: the last change counts.
const QUIET: Duration = Duration::from_millis(150);

/// Tells when files of a definition have changed.
pub(crate) struct DefinitionWatch {
    app: PathBuf,
    watcher: RecommendedWatcher,
    changes: UnboundedReceiver<()>,
}

impl DefinitionWatch {
    pub(crate) fn start(app: &Path) -> Result<Self> {
        let (sender, changes) = unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| matters(&event)) {
                // The receiver goes away when the server stops, and then nothing matters any more.
                let _stopped = sender.send(());
            }
        })
        .context("the folder cannot be watched")?;
        let mut watch = Self {
            app: app.to_owned(),
            watcher,
            changes,
        };
        watch.watch_places()?;
        Ok(watch)
    }

    /// Waits for changes, and until they have come to an end.
    pub(crate) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        while tokio::time::timeout(QUIET, self.changes.recv())
            .await
            .is_ok_and(|change| change.is_some())
        {}
        // The folder of collections may be new, or another one of the same name.
        if let Err(error) = self.watch_places() {
            tracing::warn!("{error:#}");
        }
    }

    /// Folder by folder: the data folder, which changes all the time, may stand beside the definition.
    fn watch_places(&mut self) -> Result<()> {
        for place in definition_places(&self.app).iter().filter(|place| place.is_dir()) {
            self.watcher
                .watch(place, RecursiveMode::NonRecursive)
                .with_context(|| format!("{} cannot be watched", place.display()))?;
        }
        Ok(())
    }
}

/// Reading a file is an event too, and must not lead to reading it again.
fn matters(event: &Event) -> bool {
    let is_definition = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "toml")
            || path.ends_with("collections")
            || path.ends_with("mail")
    };
    !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(is_definition)
}

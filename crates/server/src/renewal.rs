//! Files that change while a server runs: its keys and its certificate.

use std::sync::Arc;
use std::time::Duration;

use mainstay_engine::Environment;
use mainstay_engine::keys::{reseal, take_up_keys};
use mainstay_http::Certificate;

/// A look reads some kilobytes. The folder is not watched: files in it may be links that are turned to another folder, as
/// Kubernetes does it, or come over a network that tells nothing.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Takes up keys and certificate whenever their files change. What is wrong with a file is told once.
pub(crate) async fn keep_current(environment: Arc<Environment>, certificate: Option<Arc<Certificate>>) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    let (mut keys, mut certificates) = (Told::default(), Told::default());
    // What an earlier process did not come to an end with.
    encrypt_anew(&environment).await;
    loop {
        looks.tick().await;
        let taken = take_up_keys(&environment).await;
        if keys.tell("keys", taken.map_err(|error| chain(&error))) {
            encrypt_anew(&environment).await;
        }
        if let Some(certificate) = &certificate {
            certificates.tell("certificate", certificate.reload().map_err(|error| chain(&error)));
        }
    }
}

async fn encrypt_anew(environment: &Arc<Environment>) {
    match reseal(environment).await {
        Ok(0) => {}
        Ok(secrets) => tracing::info!(secrets, "encrypted with the new key"),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "secrets could not be encrypted with the new key; the next start tries again"
        ),
    }
}

/// What was told last of a file.
#[derive(Default)]
struct Told {
    fault: Option<String>,
}

impl Told {
    /// Gives whether something new was taken up.
    fn tell(&mut self, what: &str, taken: Result<bool, String>) -> bool {
        match taken {
            Ok(is_new) => {
                if is_new {
                    tracing::info!(what, "taken up anew");
                }
                self.fault = None;
                is_new
            }
            Err(fault) => {
                if self.fault.as_ref() != Some(&fault) {
                    tracing::error!(what, "not taken up, and the one before stays in use: {fault}");
                    self.fault = Some(fault);
                }
                false
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

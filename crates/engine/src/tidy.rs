//! Housekeeping: what has had its time goes, a slice at a time.

use std::sync::Arc;

use mainstay_core::limits;
use mainstay_store::Priority;
use mainstay_store::tidy::Before;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::records::purge_due;
use crate::shares::tidy_links;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// Removes kept answers, ended sessions, old notifications, finished messages of webhooks, the secrets of removed users, and
/// what was in the trash for long enough; gives how many went.
pub async fn tidy(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let now = environment.clock.now();
    let idle_days = environment.release().definition.auth.session_idle_days;
    let hours_ago = |hours: u32| now.saturating_add_micros(-i64::from(hours) * MICROS_PER_HOUR);
    let before = Before {
        answers: hours_ago(limits::IDEMPOTENCY_HOURS),
        read_notifications: hours_ago(limits::NOTIFICATION_DAYS * 24),
        unread_notifications: hours_ago(limits::NOTIFICATION_UNREAD_DAYS * 24),
        webhook_messages: hours_ago(limits::WEBHOOK_KEPT_DAYS * 24),
        mails: hours_ago(limits::MAIL_KEPT_DAYS * 24),
        dropped_mails: hours_ago(limits::MAIL_DROPPED_HOURS),
        unused_sessions: hours_ago(idle_days * 24),
    };
    let mut removed = 0;
    loop {
        let slice = environment
            .db
            .write(Priority::Background, move |tx| {
                mainstay_store::tidy::tidy(tx, now, before).map_err(Failure::from)
            })
            .await?;
        if slice == 0 {
            removed += tidy_links(environment).await?;
            return Ok(removed + purge_due(environment).await?);
        }
        removed += slice;
    }
}

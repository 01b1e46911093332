//! How long a session lasts, used or not (OWASP ASVS 5.0 7.3).

use mainstay_core::Timestamp;
use mainstay_core::definition::AuthSettings;
use mainstay_store::sessions::SessionState;

const MICROS_PER_DAY: i64 = 86_400_000_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct SessionLimits {
    lifetime_micros: i64,
    idle_micros: i64,
}

impl SessionLimits {
    pub(super) fn of(settings: &AuthSettings) -> Self {
        Self {
            lifetime_micros: i64::from(settings.refresh_token_days) * MICROS_PER_DAY,
            idle_micros: i64::from(settings.session_idle_days) * MICROS_PER_DAY,
        }
    }

    /// When a session ends that begins now, however much it is used.
    pub(super) fn end_of_session(self, begins_at: Timestamp) -> Timestamp {
        begins_at.saturating_add_micros(self.lifetime_micros)
    }

    /// When the session ends if nobody uses it again.
    pub(super) fn end_of(self, session: &SessionState) -> Timestamp {
        let idle_at = session.last_used_at.saturating_add_micros(self.idle_micros);
        session.expires_at.min(idle_at)
    }
}

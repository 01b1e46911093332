//! Mainstay's own tables. Their names begin with an underscore, which no collection's can.

mod functions;
mod scripts;

use scripts::first::{POSTGRES, POSTGRES_FUNCTIONS, SQLITE};
use scripts::{
    access, acme, audit, clients, comments, identities, keys, mail, migrations, passkeys, past, readers,
    second_factors, secrets, sessions, shares, spans, webhooks,
};

use super::{SchemaError, catalog, count};
use crate::db::VALUE_BYTES_MAX;
use crate::sql::Dialect;
use crate::tx::{Bind, Tx, WriteTx};

/// What leads from one format to the next, for both databases: the first from 1 to 2. A new database takes every step
/// from the first format on, so that old ones come to the same. A step that has been released never changes.
const STEPS: &[Step] = &[
    Step {
        sqlite: migrations::SQLITE,
        postgres: migrations::POSTGRES,
    },
    Step {
        sqlite: readers::SQLITE,
        postgres: readers::POSTGRES,
    },
    Step {
        sqlite: webhooks::SQLITE,
        postgres: webhooks::POSTGRES,
    },
    Step {
        sqlite: comments::SQLITE,
        postgres: comments::POSTGRES,
    },
    Step {
        sqlite: audit::SQLITE,
        postgres: audit::POSTGRES,
    },
    Step {
        sqlite: past::SQLITE,
        postgres: past::POSTGRES,
    },
    Step {
        sqlite: sessions::SQLITE,
        postgres: sessions::POSTGRES,
    },
    Step {
        sqlite: access::SQLITE,
        postgres: access::POSTGRES,
    },
    Step {
        sqlite: mail::SQLITE,
        postgres: mail::POSTGRES,
    },
    Step {
        sqlite: keys::SQLITE,
        postgres: keys::POSTGRES,
    },
    Step {
        sqlite: second_factors::SQLITE,
        postgres: second_factors::POSTGRES,
    },
    Step {
        sqlite: identities::SQLITE,
        postgres: identities::POSTGRES,
    },
    Step {
        sqlite: spans::SQLITE,
        postgres: spans::POSTGRES,
    },
    Step {
        sqlite: shares::SQLITE,
        postgres: shares::POSTGRES,
    },
    Step {
        sqlite: clients::SQLITE,
        postgres: clients::POSTGRES,
    },
    Step {
        sqlite: passkeys::SQLITE,
        postgres: passkeys::POSTGRES,
    },
    Step {
        sqlite: acme::SQLITE,
        postgres: acme::POSTGRES,
    },
    Step {
        sqlite: secrets::SQLITE,
        postgres: secrets::POSTGRES,
    },
];

/// What these steps lead to; a database of a higher format belongs to a newer Mainstay.
#[expect(clippy::cast_possible_wrap, reason = "a handful of steps")]
const FORMAT: i64 = 1 + STEPS.len() as i64;

struct Step {
    sqlite: &'static str,
    postgres: &'static str,
}

/// Says until the end of a copy that the database is not whole yet: see `copy`.
pub(crate) const COPY: &str = "_copy";

/// Our tables that hold something of the installation, with their keys. What `_meta` and `_schema` say is about the
/// database.
pub(crate) const KEPT: &[(&str, &[&str])] = &[
    ("_state", &["id"]),
    ("_migrations", &["number"]),
    ("_releases", &["id"]),
    ("_journal", &["seq"]),
    ("_readers", &["name"]),
    ("_seals", &["number"]),
    ("_keys", &["name"]),
    ("_known_keys", &["id"]),
    ("_credentials", &["user_id"]),
    ("_sessions", &["id"]),
    ("_refresh_tokens", &["hash"]),
    ("_clients", &["id"]),
    ("_consents", &["user_id", "client_id"]),
    ("_client_codes", &["hash"]),
    ("_client_tokens", &["hash"]),
    ("_secrets", &["name"]),
    ("_external_keys", &["id"]),
    ("_totp", &["user_id"]),
    ("_recovery_codes", &["user_id", "hash"]),
    ("_challenges", &["hash"]),
    ("_identities", &["issuer", "subject"]),
    ("_provider_attempts", &["hash"]),
    ("_passkeys", &["id"]),
    ("_passkey_challenges", &["hash"]),
    ("_idempotency", &["caller", "key"]),
    ("_mail_outbox", &["id"]),
    ("_account_tokens", &["digest"]),
    ("_invitations", &["id"]),
    ("_verified_addresses", &["user_id"]),
    ("_known_devices", &["user_id", "device"]),
    ("_webhooks", &["id"]),
    ("_webhook_deliveries", &["id"]),
    ("_comments", &["id"]),
    ("_comment_mentions", &["comment_id", "user_id"]),
    ("_comment_reactions", &["comment_id", "emoji", "user_id"]),
    ("_follows", &["record_id", "collection", "user_id"]),
    ("_notifications", &["id"]),
    ("_trash", &["record_id", "collection"]),
    ("_versions", &["id"]),
    ("_version_records", &["version_id", "number"]),
    ("_api_keys", &["id"]),
    ("_service_accounts", &["user_id"]),
    ("_share_links", &["share_id"]),
    ("_attempts", &["name", "subject"]),
    ("_acme_secrets", &["name"]),
];

/// Was the database made by this format of Mainstay's tables? `None` when Mainstay has made nothing in it.
pub(crate) fn is_of_this_format(tx: &mut Tx<'_>) -> Result<Option<bool>, SchemaError> {
    if !is_prepared(tx)? {
        return Ok(None);
    }
    Ok(Some(format(tx)? == FORMAT))
}

fn is_prepared(tx: &mut Tx<'_>) -> Result<bool, SchemaError> {
    catalog::exists(tx, "_meta")
}

fn format(tx: &mut Tx<'_>) -> Result<i64, SchemaError> {
    count(tx, "SELECT value FROM _meta WHERE key = 'format'")
}

/// Makes the system tables in a new database, brings older ones to this format, and refuses what a newer Mainstay made.
pub(super) fn apply(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    if !is_prepared(tx)? {
        match tx.dialect() {
            Dialect::Sqlite => tx.run_script(SQLITE)?,
            Dialect::Postgres => {
                tx.run_script(POSTGRES)?;
                let sums = POSTGRES_FUNCTIONS.replace("{VALUE_BYTES_MAX}", &VALUE_BYTES_MAX.to_string());
                tx.run_script(&sums)?;
            }
        }
        tx.execute_one("INSERT INTO _meta (key, value) VALUES ('format', 1)", &[])?;
    }
    let found = format(tx)?;
    if found > FORMAT {
        return Err(SchemaError::TooNew { found, known: FORMAT });
    }
    let done = usize::try_from(found - 1).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        match tx.dialect() {
            Dialect::Sqlite => tx.run_script(step.sqlite)?,
            Dialect::Postgres => tx.run_script(step.postgres)?,
        }
    }
    if found < FORMAT {
        if tx.dialect() == Dialect::Postgres {
            tx.run_script(&functions::postgres_conversions())?;
        }
        tx.execute_one(
            "UPDATE _meta SET value = ?1 WHERE key = 'format'",
            &[Bind::Int(FORMAT)],
        )?;
    }
    Ok(())
}

/// The row of `_releases` for a definition's digest; journal entries carry it.
pub fn release_row(tx: &mut WriteTx<'_>, digest: &str, now_micros: i64) -> Result<i64, SchemaError> {
    tx.execute(
        "INSERT INTO _releases (digest, first_seen_at) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING",
        &[Bind::Text(digest), Bind::Int(now_micros)],
    )?;
    let row = tx.query_first(
        "SELECT id FROM _releases WHERE digest = ?1",
        &[Bind::Text(digest)],
        |row| row.int(0),
    )?;
    Ok(row.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{KEPT, POSTGRES, SQLITE, STEPS};

    #[test]
    fn every_table_of_ours_is_kept_or_about_the_database() {
        let all = |first: &str, step: fn(&super::Step) -> &'static str| {
            let steps: String = STEPS.iter().map(step).collect();
            format!("{first}{steps}")
        };
        for script in [
            all(SQLITE, |step| step.sqlite),
            all(POSTGRES, |step| step.postgres),
        ] {
            let mut made: Vec<&str> = script
                .split("CREATE TABLE ")
                .skip(1)
                .filter_map(|rest| rest.split(' ').next())
                .collect();
            let mut known = vec![
                "_meta",
                "_schema",
                "_progress",
                "_leases",
                "_acme_challenges",
                "_acme_failures",
            ];
            known.extend(KEPT.iter().map(|(name, _)| *name));
            made.sort_unstable();
            known.sort_unstable();
            assert_eq!(made, known);
        }
    }
}

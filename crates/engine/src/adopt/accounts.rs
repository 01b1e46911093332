//! Which table holds the accounts, and which of its columns are part of the built-in users.

use mainstay_store::adopt::{SourceSchema, SourceTable};

use super::outline::Findings;

/// In the order of preference.
const TABLES: &[&str] = &[
    "users",
    "auth_user",
    "accounts_user",
    "users_user",
    "app_users",
    "accounts",
    "user",
    "account",
];
const EMAILS: &[&str] = &["email", "email_address", "mail"];
const PASSWORDS: &[&str] = &[
    "password_hash",
    "hashed_password",
    "password",
    "encrypted_password",
    "password_digest",
    "passwd",
];
const ACTIVE: &[&str] = &["is_active", "active", "enabled", "is_enabled"];
const RANKS: &[&str] = &["is_superuser", "is_staff", "is_admin", "admin", "role"];

/// The table of the accounts and its columns.
#[derive(Debug, Clone)]
pub(super) struct Accounts {
    pub(super) table: String,
    pub(super) email: String,
    pub(super) password: Option<String>,
    pub(super) active: Option<String>,
}

/// The table was named, but it cannot hold accounts.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccountsError {
    #[error("there is no table {0} to take the accounts from")]
    NoTable(String),
    #[error("{0} has no column for e-mail addresses, which accounts sign in with")]
    NoEmail(String),
}

pub(super) fn find(
    schema: &SourceSchema,
    named: Option<&str>,
    findings: &mut Findings,
) -> Result<Option<Accounts>, AccountsError> {
    if let Some(name) = named {
        let table = schema
            .table(name)
            .ok_or_else(|| AccountsError::NoTable(name.to_owned()))?;
        let accounts = of(table).ok_or_else(|| AccountsError::NoEmail(name.to_owned()))?;
        tell_ranks(table, findings);
        return Ok(Some(accounts));
    }
    let mut candidates = TABLES.iter().filter_map(|name| schema.table(name));
    let found = candidates.find_map(|table| of(table).map(|accounts| (table, accounts)));
    let Some((table, accounts)) = found else {
        let told =
            "no table is clearly that of the accounts: name it with --users, or begin with new accounts";
        findings.add("", told);
        return Ok(None);
    };
    tell_ranks(table, findings);
    Ok(Some(accounts))
}

fn of(table: &SourceTable) -> Option<Accounts> {
    let column = |names: &[&str]| {
        let known = |name: &&str| {
            table
                .columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(name))
        };
        names.iter().find_map(known).map(|column| column.name.clone())
    };
    Some(Accounts {
        table: table.name.clone(),
        email: column(EMAILS)?,
        password: column(PASSWORDS),
        active: column(ACTIVE),
    })
}

fn tell_ranks(table: &SourceTable, findings: &mut Findings) {
    for column in &table.columns {
        if RANKS.contains(&column.name.to_ascii_lowercase().as_str()) {
            let place = format!("{}.{}", table.name, column.name);
            findings.add(
                place,
                "makes nobody an administrator: create one with `mainstay user create --administrator`",
            );
        }
    }
}

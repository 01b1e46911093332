//! The statements that make our own tables: one module for each step from a format to the next.

pub(super) mod access;
pub(super) mod acme;
pub(super) mod audit;
pub(super) mod clients;
pub(super) mod comments;
pub(super) mod first;
pub(super) mod identities;
pub(super) mod keys;
pub(super) mod mail;
pub(super) mod migrations;
pub(super) mod passkeys;
pub(super) mod past;
pub(super) mod readers;
pub(super) mod second_factors;
pub(super) mod secrets;
pub(super) mod sessions;
pub(super) mod shares;
pub(super) mod spans;
pub(super) mod webhooks;

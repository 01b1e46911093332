//! The statements that make our own tables: one module for each step from a format to the next.

pub(super) mod access;
pub(super) mod audit;
pub(super) mod comments;
pub(super) mod first;
pub(super) mod mail;
pub(super) mod migrations;
pub(super) mod past;
pub(super) mod readers;
pub(super) mod sessions;
pub(super) mod webhooks;

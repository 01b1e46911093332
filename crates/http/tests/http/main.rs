//! Every route, through the real router and a real database. One file a route, named after it.

mod accounts;
mod activity;
mod administration;
mod api_keys;
mod attempts;
mod audit;
mod auth;
mod authorisation;
mod batch;
mod changes;
mod comments;
mod cookies;
mod cors;
mod health;
mod hostile;
mod limits;
mod live;
mod passwords;
mod problems;
mod realtime;
mod records;
mod refresh;
mod review;
mod rooms;
mod sessions;
mod webhooks;

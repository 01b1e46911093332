//! Every route, through the real router and a real database. One file a route, named after it.

mod activity;
mod audit;
mod auth;
mod authorisation;
mod batch;
mod changes;
mod comments;
mod cookies;
mod cors;
mod fields;
mod health;
mod hostile;
mod live;
mod matrix;
mod members;
mod passwords;
mod problems;
mod realtime;
mod records;
mod refresh;
mod review;
mod rooms;
mod sessions;
mod webhooks;

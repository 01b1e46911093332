//! Every route, through the real router and a real database. One file a route, named after it.

mod auth;
mod authorisation;
mod batch;
mod cors;
mod health;
mod hostile;
mod problems;
mod records;
mod review;
mod rooms;

#![doc = include_str!("../README.md")]

mod access_log;
mod answer;
mod auth;
mod batch;
mod body;
mod client_address;
mod cors;
mod error;
mod health;
mod openapi;
mod pages;
mod parameters;
mod position;
mod records;
mod request;
mod router;
mod serve;

pub use client_address::ProxyNetwork;
pub use error::status_of;
pub use openapi::{Access, OPERATIONS, Operation, openapi};
pub use request::answer_request;
pub use router::{App, AppOptions};
pub use serve::{ServeOptions, serve};

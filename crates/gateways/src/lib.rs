#![doc = include_str!("../README.md")]

mod acme;
mod addresses;
mod destination;
mod exchange;
pub mod mail;
mod outbound;
mod redis_rates;

pub use acme::{AcmeAccount, AcmeAuthority, AcmeError, AcmeOrder, ExternalAccount, Issued};
pub use addresses::{is_public, is_this_machine};
pub use destination::{Destination, DestinationFault};
pub use outbound::{Answer, Outbound, OutboundError, PrivateAddresses, Times};
pub use redis_rates::{InvalidRedisRoots, InvalidRedisUrl, RedisRates, RedisRatesError};

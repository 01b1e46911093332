#![doc = include_str!("../README.md")]

mod addresses;
mod destination;
mod exchange;
pub mod mail;
mod outbound;
mod redis_rates;

pub use addresses::is_public;
pub use destination::{Destination, DestinationFault};
pub use outbound::{Answer, Outbound, OutboundError, PrivateAddresses, Times};
pub use redis_rates::{InvalidRedisUrl, RedisRates, RedisRatesError};

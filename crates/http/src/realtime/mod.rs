//! Live updates on their way to clients: over WebSocket (RFC 6455) and as an event stream (Server-Sent Events).
//!
//! What is said is decided in the engine; here it is only put on the wire.

mod closing;
mod origin;
mod stream;
mod websocket;

pub(crate) use stream::stream_live;
pub(crate) use websocket::follow_live;

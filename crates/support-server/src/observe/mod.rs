//! What the server tells those who run it: log lines, metrics, traces. None of it holds a name, an id of a contract, a
//! token, or anything else that a request carried.

pub mod logs;
pub mod metrics;
pub mod request_id;
#[cfg(feature = "otel")]
pub(crate) mod traces;

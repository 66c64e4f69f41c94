//! Handing over, as the vendor's systems meet it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as promised, its helpers included"
)]

mod delivering;
mod events;
mod memory;
mod network;
mod page;
mod request_tracker;

//! Handing over: what happened here reaches the vendor's own systems, and what they do reaches us.
//!
//! ```text
//! change ─► outbox row, same transaction ─► deliver ─► recipient ─┬─ webhook: signed by Standard Webhooks
//!                (queue)     ring `written`    │                  └─ request_tracker: one ticket for each incident
//!                                              └─ failed: retry's schedule, then a dead letter until it is replayed
//! vendor's system ─► inbound: signature, then words ─► the store: the call's id and its effect in one transaction
//! ```
//!
//! An event arrives at least once, always with the same id; the events of one partner arrive in their order.

pub mod deliver;
pub mod inbound;
pub mod queue;
pub mod reach;
pub mod recipient;
pub mod request_tracker;
pub mod retry;
pub mod settings;
pub mod standard_webhooks;
pub mod webhook;

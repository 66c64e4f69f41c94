//! The server as its callers meet it: in process where that is enough, as the built program where it is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as promised, its helpers included"
)]

mod desk;
mod log;
mod postgres;

mod away;
mod costs;
mod demo;
mod durable;
mod faults;
mod flow;
mod following;
mod identity;
mod incident_life;
mod keeping;
mod listing;
mod openapi;
mod operator;
mod operator_desk;
mod other_companies;
mod outbox;
mod patroni;
mod races;
mod refusals;
mod running;
mod secrets;
mod session;
mod sign_in;
mod site;
mod standing;
mod startup;
mod trouble;
mod verdicts;

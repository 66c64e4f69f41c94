//! The server as its callers meet it: in process where that is enough, as the built program where it is not.

mod desk;

mod crash;
mod flow;
mod refusals;
mod secrets;
mod sign_in;
mod site;
mod startup;
mod trouble;

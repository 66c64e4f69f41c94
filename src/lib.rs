//! Partner Support: the support desk of a partner programme as one custom element, `<partner-support>`.
//!
//! `public/embed.js` defines the element and calls [`mount`] with a place inside its shadow root. The modules, in
//! reading order: the element and its host, addresses, who is signed in, the server, the account, the frame around
//! the pages, the pages, the parts they are made of, and the words.
//!
//! The browser keeps facts and derives every verdict from them with the same law as the server; it decides nothing.

#![allow(
    unreachable_pub,
    reason = "the component macro makes public items of its own inside private modules"
)]
// The app as users get it is built without what `{:?}` would write.
#![cfg_attr(not(test), deny(clippy::use_debug))]

#[cfg(all(feature = "gallery", feature = "parts"))]
compile_error!("the gallery is for development: no release has it");

mod account;
mod app;
mod backend;
mod connection;
mod draft;
mod element;
mod frame;
mod freshness;
#[cfg(feature = "gallery")]
mod gallery;
mod incident;
mod navigator;
mod pace;
mod pages;
mod remote;
mod route;
mod session;
mod settings;
mod signals;
mod ui;
mod verdict;
mod words;

pub use element::{MountedElement, mount};

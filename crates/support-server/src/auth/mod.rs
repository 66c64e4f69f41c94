//! Who asks. A bearer token is verified with the issuer's published keys; what it claims becomes a [`Person`]. Which
//! partner account the person belongs to is not in the token: the store knows.

mod crypto;
mod jwks;
mod token;
mod viewer;

pub use token::{TokenRules, Verifier};
pub use viewer::Person;
pub(crate) use viewer::{Operator, SignedIn};

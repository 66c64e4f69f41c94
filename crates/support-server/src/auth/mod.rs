//! Who asks. A bearer token is verified with the issuer's published keys; what it claims becomes a [`Person`] by a
//! configured mapping. Which partner account the person belongs to is not in the token: the store knows.

mod crypto;
mod jwks;
mod mapping;
mod remembered;
mod rules;
mod sign_in;
mod token;
mod viewer;

pub use mapping::{ClaimMapping, ClaimPath, Grant, Refusal, Scalar};
pub use rules::{IdentityRules, IssuerRules};
pub(crate) use sign_in::Answer as ProvidersAnswer;
pub use sign_in::SignIn;
pub use token::Verifier;
pub use viewer::Person;
pub(crate) use viewer::{Operator, SignedIn};

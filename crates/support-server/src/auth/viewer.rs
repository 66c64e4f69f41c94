//! A signed-in person, and from a request to the person who sends it.

use crate::Desk;
use crate::problem::Trouble;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use entitlement_rules::{AccountKind, Viewer};
use serde::{Deserialize, Serialize};
use support_api::ProblemCode;

/// A signed-in person, as the token described them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who signed them in.
    pub issuer: String,
    /// Their id at that issuer.
    pub subject: String,
    /// The organisation's directory that they belong to at that issuer, where the issuer keeps several.
    pub tenant: Option<String>,
    /// Name to show.
    pub name: String,
    /// Work or personal account.
    pub kind: AccountKind,
    /// Ids of the programme's associations.
    pub associations: Vec<String>,
    /// Ids of the programme's roles.
    pub roles: Vec<String>,
    /// Whether they work at the programme's own desk.
    pub operator: bool,
}

impl Person {
    /// Who stands in the ledger for what nobody did in person.
    #[must_use]
    pub(crate) fn of_the_program(name: &str) -> Person {
        Person {
            issuer: String::new(),
            tenant: None,
            subject: name.to_owned(),
            name: name.to_owned(),
            kind: AccountKind::Work,
            associations: Vec::new(),
            roles: Vec::new(),
            operator: true,
        }
    }

    /// Turns away whoever does not work at the programme's own desk.
    pub(crate) fn demand_operator(&self) -> Result<(), Trouble> {
        match self.operator {
            true => Ok(()),
            false => {
                Err(Trouble::new(ProblemCode::Forbidden)
                    .detail("this is for the programme's operator"))
            }
        }
    }

    /// The person as the law looks at them.
    #[must_use]
    pub fn as_viewer(&self) -> Viewer {
        Viewer {
            id: self.subject.clone(),
            name: self.name.clone(),
            kind: self.kind,
            associations: self.associations.clone(),
            roles: self.roles.clone(),
            operator: self.operator,
        }
    }
}

/// Whoever sends a request with a valid token, or with the cookie of a session.
pub(crate) struct SignedIn(pub(crate) Person);

impl FromRequestParts<Desk> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<SignedIn, Trouble> {
        let authorization = parts.headers.get(AUTHORIZATION);
        if let (None, Some(sign_in)) = (authorization, &desk.sign_in) {
            let (method, headers) = (&parts.method, &parts.headers);
            let person = sign_in.person(method, headers, &desk.verifier, &desk.store);
            let person = person.await?;
            desk.limits.person(&person)?;
            return Ok(SignedIn(person));
        }
        let token = authorization
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| Trouble::new(ProblemCode::NotSignedIn))?;
        let person = desk.verifier.verify(token).await?;
        desk.limits.person(&person)?;
        Ok(SignedIn(person))
    }
}

/// Whoever is signed in and works at the programme's own desk.
pub(crate) struct Operator(pub(crate) Person);

impl FromRequestParts<Desk> for Operator {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Operator, Trouble> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, desk).await?;
        person.demand_operator()?;
        Ok(Operator(person))
    }
}

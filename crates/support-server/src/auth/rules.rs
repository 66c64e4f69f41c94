//! Whose tokens count, for whom they must be meant, and what their claims make of a person: as configured, and checked
//! as a whole before the server starts.

use super::mapping::ClaimMapping;
use crate::settings::is_safe_issuer;
use entitlement_rules::{Fault, Programme};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Stands in the address of an issuer that signs for many directories, where the directory's id goes.
pub(super) const TENANT_PLACEHOLDER: &str = "{tenantid}";
/// What the provider's documents about all of its directories have in that place.
const ALL_TENANTS: &str = "common";
/// Claims that can be given to somebody else, or that their bearer can change: they name nobody for good.
const NOT_A_KEY: [&str; 6] = [
    "preferred_username",
    "upn",
    "unique_name",
    "email",
    "name",
    "nickname",
];

/// The identity section of the settings: every issuer whose tokens count.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityRules {
    /// At least one; no two with the same address.
    pub issuers: Vec<IssuerRules>,
}

/// One issuer, and which of its tokens count.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerRules {
    /// The exact `iss`: https, or http on this machine. With `{tenantid}` in its path it stands for one issuer per
    /// directory, as Microsoft Entra ID has them: the tenant claim goes in its place.
    pub issuer: String,
    /// At least one; one of them must be among the token's `aud`.
    pub audiences: Vec<String>,
    /// Ids of the directories whose people may come in; empty for no restriction. Needed with `{tenantid}`.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// The claim with the id of the person's directory; `tid` when left out beside `{tenantid}`.
    #[serde(default)]
    pub tenant_claim: Option<String>,
    /// The claim that names the person for good. Entra ID: `oid`, the same in every application of a directory.
    #[serde(default = "sub")]
    pub subject_claim: String,
    /// Clients that may call (`azp`, `client_id` or `appid`, the first that the token has); empty for any.
    #[serde(default)]
    pub authorised_parties: Vec<String>,
    /// Scopes (`scp` or `scope`) that the token must have, all of them.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What the claims make of the person.
    #[serde(default)]
    pub mapping: ClaimMapping,
}

fn sub() -> String {
    "sub".to_owned()
}

impl IdentityRules {
    /// The short form: one issuer, one audience, and claims called as [`ClaimMapping::default`] has them.
    #[must_use]
    pub fn of_one(issuer: String, audience: String) -> IdentityRules {
        IdentityRules {
            issuers: vec![IssuerRules {
                issuer,
                audiences: vec![audience],
                tenants: Vec::new(),
                tenant_claim: None,
                subject_claim: sub(),
                authorised_parties: Vec::new(),
                scopes: Vec::new(),
                mapping: ClaimMapping::default(),
            }],
        }
    }

    /// The issuer and the audience that the server's own page signs people in with.
    #[must_use]
    pub fn first(&self) -> (&str, &str) {
        let first = self.issuers.first();
        let audience = first.and_then(|it| it.audiences.first());
        (
            first.map_or("", |it| it.issuer.as_str()),
            audience.map_or("", String::as_str),
        )
    }

    /// Everything that is wrong with the rules, each with its path; nothing when they can be used. The programme says
    /// which roles and associations there are.
    #[must_use]
    pub fn check(&self, programme: &Programme) -> Vec<Fault> {
        let mut faults = Faults::default();
        if self.issuers.is_empty() {
            faults.add("issuers", "name at least one issuer");
        }
        for (index, issuer) in self.issuers.iter().enumerate() {
            let before = self.issuers.iter().take(index);
            let path = format!("issuers[{index}]");
            if before.clone().any(|other| other.issuer == issuer.issuer) {
                let path = format!("{path}.issuer");
                faults.add(path, "this issuer is listed twice");
            }
            issuer.check(&path, programme, &mut faults);
        }
        faults.0
    }
}

impl IssuerRules {
    fn check(&self, path: &str, programme: &Programme, faults: &mut Faults) {
        let at = |field: &str| format!("{path}.{field}");
        if !is_safe_issuer(&self.issuer) {
            faults.add(
                at("issuer"),
                "tokens can be trusted from an https issuer, or from an http issuer on this machine",
            );
        }
        let is_template = self.is_template();
        let in_path = |address: &str| {
            address
                .split('/')
                .skip(3)
                .any(|part| part == TENANT_PLACEHOLDER)
        };
        if is_template
            && (!in_path(&self.issuer) || self.issuer.matches(TENANT_PLACEHOLDER).count() > 1)
        {
            faults.add(
                at("issuer"),
                "{tenantid} must be one whole part of the path, once",
            );
        }
        if is_template && self.tenants.is_empty() {
            faults.add(
                at("tenants"),
                "list the directories whose people may come in: this issuer signs for every directory there is",
            );
        }
        if !is_template && !self.tenants.is_empty() && self.tenant_claim.is_none() {
            faults.add(
                at("tenant_claim"),
                "say which claim has the id of the directory, since tenants are listed",
            );
        }
        if self.audiences.is_empty() {
            faults.add(
                at("audiences"),
                "name at least one audience: else tokens for other services would do",
            );
        }
        for (field, values) in [
            ("audiences", &self.audiences),
            ("tenants", &self.tenants),
            ("authorised_parties", &self.authorised_parties),
            ("scopes", &self.scopes),
        ] {
            for (index, value) in values.iter().enumerate() {
                if value.is_empty() || value.contains(char::is_whitespace) {
                    let path = format!("{path}.{field}[{index}]");
                    faults.add(path, "must not be empty or hold white space");
                }
            }
        }
        for (index, tenant) in self.tenants.iter().enumerate() {
            // It becomes a part of an address.
            if tenant.contains(['/', '?', '#', '{', '%']) {
                faults.add(format!("{path}.tenants[{index}]"), "is no directory's id");
            }
        }
        if self.subject_claim.is_empty() {
            faults.add(at("subject_claim"), "must not be empty");
        }
        if NOT_A_KEY.contains(&self.subject_claim.as_str()) {
            faults.add(
                at("subject_claim"),
                "this claim can come to name somebody else: use sub, or oid with Entra ID",
            );
        }
        if self.tenant_claim.as_deref().is_some_and(str::is_empty) {
            faults.add(at("tenant_claim"), "must not be empty");
        }
        self.mapping.check(&at("mapping"), programme, faults);
    }

    pub(super) fn is_template(&self) -> bool {
        self.issuer.contains(TENANT_PLACEHOLDER)
    }

    fn tenant_claim(&self) -> Option<&str> {
        match &self.tenant_claim {
            Some(claim) => Some(claim),
            None => self.is_template().then_some("tid"),
        }
    }

    /// Where the provider describes itself.
    pub(super) fn discovery(&self) -> String {
        format!(
            "{}/.well-known/openid-configuration",
            self.for_tenant(ALL_TENANTS).trim_end_matches('/')
        )
    }

    fn for_tenant(&self, tenant: &str) -> Cow<'_, str> {
        match self.is_template() {
            true => self.issuer.replace(TENANT_PLACEHOLDER, tenant).into(),
            false => self.issuer.as_str().into(),
        }
    }

    /// The directory that the claims name.
    pub(super) fn tenant<'a>(&self, claims: &'a Map<String, Value>) -> Option<&'a str> {
        claims.get(self.tenant_claim()?)?.as_str()
    }

    /// The exact issuer of a token with these claims, when it is one of these.
    pub(super) fn issuer_of(&self, claims: &Map<String, Value>) -> Result<Cow<'_, str>, NotOurs> {
        let tenant = self.tenant(claims);
        let may_come_in = self.tenants.is_empty()
            || tenant.is_some_and(|it| self.tenants.iter().any(|t| t == it));
        let issuer = self.for_tenant(tenant.unwrap_or_default());
        match claims.get("iss").and_then(Value::as_str) == Some(&issuer) {
            true if may_come_in => Ok(issuer),
            true => Err(NotOurs::Tenant),
            false => Err(NotOurs::Issuer),
        }
    }
}

/// Why an issuer's rules do not speak about a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOurs {
    /// Somebody else issued it.
    Issuer,
    /// The right provider issued it, for a directory that is not on the list.
    Tenant,
}

/// Faults as they are found.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Fault {
            path: path.into(),
            reason: reason.into(),
        });
    }
}

//! What the claims of a token make of a person, by a configured mapping: no claim's name stands in the code for what a
//! person may do.

use super::rules::{Faults, IssuerRules};
use super::viewer::Person;
use entitlement_rules::{AccountKind, Programme};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest id and name that are taken over, in characters.
const LONGEST: usize = 200;
/// The claim with a person's groups, which Entra ID leaves out where there are too many.
const GROUPS: &str = "groups";

/// A claim of a token, such as `roles`; a dotted path reaches into claims that hold claims, such as `realm_access.roles`.
/// A claim that is called exactly so, dots included, goes first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ClaimPath(pub String);

impl ClaimPath {
    fn find<'a>(&self, claims: &'a Map<String, Value>) -> Option<&'a Value> {
        claims.get(&self.0).or_else(|| {
            let (first, rest) = self.0.split_once('.')?;
            rest.split('.')
                .try_fold(claims.get(first)?, |value, name| value.get(name))
        })
    }

    fn is_groups(&self) -> bool {
        self.0 == GROUPS
    }
}

/// What the claims make of a person. Whatever no line of it speaks about counts for nothing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimMapping {
    /// The claim with the name to show; without it the person's key is shown.
    #[serde(default = "name")]
    pub name: ClaimPath,
    /// The kind of account of whoever no grant and no claim says otherwise about; left out, such a token is refused.
    #[serde(default)]
    pub account_kind: Option<AccountKind>,
    /// A claim that is `work` or `personal`.
    #[serde(default)]
    pub account_kind_claim: Option<ClaimPath>,
    /// A claim whose list holds ids of the programme's roles as they are.
    #[serde(default)]
    pub roles_claim: Option<ClaimPath>,
    /// A claim whose list holds ids of the programme's associations as they are.
    #[serde(default)]
    pub associations_claim: Option<ClaimPath>,
    /// What single values of claims give. All that match count; of several kinds of account the first.
    #[serde(default)]
    pub grants: Vec<Grant>,
}

/// What a value of a claim gives: when the condition holds, the person gets all that is named.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The claim that is looked at.
    pub claim: ClaimPath,
    /// Holds when the claim is exactly this.
    #[serde(default)]
    pub equals: Option<Scalar>,
    /// Holds when the claim is a list with this text in it, or this text alone. A text is never taken apart: a group
    /// called `No Admins` is not `Admins`.
    #[serde(default)]
    pub contains: Option<String>,
    /// A role of the programme, by its id.
    #[serde(default)]
    pub role: Option<String>,
    /// An association of the programme, by its id.
    #[serde(default)]
    pub association: Option<String>,
    /// The person works at the programme's own desk.
    #[serde(default)]
    pub operator: bool,
    /// The kind of account.
    #[serde(default)]
    pub account_kind: Option<AccountKind>,
}

/// A value that a claim can be compared with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text, compared exactly.
    Text(String),
}

impl Scalar {
    fn is(&self, value: &Value) -> bool {
        match self {
            Scalar::Truth(truth) => value.as_bool() == Some(*truth),
            Scalar::Number(number) => value.as_i64() == Some(*number),
            Scalar::Text(text) => value.as_str() == Some(text),
        }
    }
}

fn name() -> ClaimPath {
    ClaimPath("name".to_owned())
}

impl Default for ClaimMapping {
    /// Claims that are called as the person's facts are: `name`, `account_kind`, `roles`, `associations`, `operator`.
    fn default() -> ClaimMapping {
        let claim = |name: &str| ClaimPath(name.to_owned());
        ClaimMapping {
            name: name(),
            account_kind: None,
            account_kind_claim: Some(claim("account_kind")),
            roles_claim: Some(claim("roles")),
            associations_claim: Some(claim("associations")),
            grants: vec![Grant {
                claim: claim("operator"),
                equals: Some(Scalar::Truth(true)),
                contains: None,
                role: None,
                association: None,
                operator: true,
                account_kind: None,
            }],
        }
    }
}

/// Why a token that holds makes nobody of its bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The claim that names the person is missing, empty or too long.
    NoSubject,
    /// Nothing says what kind of account it is.
    NoAccountKind,
    /// A client that is not on the list asked for the token.
    AuthorisedParty,
    /// The token lacks a scope.
    Scope,
    /// The mapping asks for groups, and the person is in more than the token can name.
    GroupsOverage,
}

impl Refusal {
    /// For the log.
    pub(super) fn why(self) -> &'static str {
        match self {
            Refusal::NoSubject => "no claim names the person",
            Refusal::NoAccountKind => "no claim says which kind of account",
            Refusal::AuthorisedParty => "authorised party",
            Refusal::Scope => "scope",
            Refusal::GroupsOverage => "more groups than the token names",
        }
    }
}

impl Grant {
    fn matches(&self, claims: &Map<String, Value>) -> bool {
        let Some(value) = self.claim.find(claims) else {
            return false;
        };
        match (&self.equals, &self.contains) {
            (Some(wanted), None) => wanted.is(value),
            (None, Some(wanted)) => texts(value).any(|text| text == wanted),
            _ => false,
        }
    }
}

/// The texts of a list, or the one that stands alone: some providers write a list of one so.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
        .iter()
        .filter_map(Value::as_str)
}

impl ClaimMapping {
    pub(super) fn check(&self, path: &str, programme: &Programme, faults: &mut Faults) {
        let singles = [
            ("name", Some(&self.name)),
            ("account_kind_claim", self.account_kind_claim.as_ref()),
            ("roles_claim", self.roles_claim.as_ref()),
            ("associations_claim", self.associations_claim.as_ref()),
        ];
        for (field, claim) in singles {
            if claim.is_some_and(|claim| claim.0.is_empty()) {
                faults.add(format!("{path}.{field}"), "must not be empty");
            }
        }
        let tells_kind = self.account_kind.is_some()
            || self.account_kind_claim.is_some()
            || self.grants.iter().any(|grant| grant.account_kind.is_some());
        if !tells_kind {
            faults.add(
                format!("{path}.account_kind"),
                "say which kind of account people have (work or personal), or which claim says so",
            );
        }
        let data = programme.data();
        for (index, grant) in self.grants.iter().enumerate() {
            let at = |field: &str| format!("{path}.grants[{index}]{field}");
            if grant.claim.0.is_empty() {
                faults.add(at(".claim"), "must not be empty");
            }
            if grant.equals.is_some() == grant.contains.is_some() {
                faults.add(at(""), "needs either equals or contains");
            }
            if grant.contains.as_deref() == Some("") {
                faults.add(at(".contains"), "must not be empty");
            }
            let gives = grant.operator
                || grant.role.is_some()
                || grant.association.is_some()
                || grant.account_kind.is_some();
            if !gives {
                faults.add(
                    at(""),
                    "gives nothing: name a role, an association, operator or account_kind",
                );
            }
            if let Some(role) = &grant.role
                && !data.roles.iter().any(|known| known.id == *role)
            {
                faults.add(at(".role"), format!("the programme has no role {role}"));
            }
            if let Some(association) = &grant.association
                && !data.associations.iter().any(|it| it.id == *association)
            {
                let reason = format!("the programme has no association {association}");
                faults.add(at(".association"), reason);
            }
        }
    }

    fn needs_groups(&self) -> bool {
        let grants = self.grants.iter().map(|grant| &grant.claim);
        grants
            .chain(&self.roles_claim)
            .chain(&self.associations_claim)
            .chain(&self.account_kind_claim)
            .any(ClaimPath::is_groups)
    }

    fn account_kind(&self, claims: &Map<String, Value>) -> Option<AccountKind> {
        let granted = self
            .grants
            .iter()
            .filter(|grant| grant.matches(claims))
            .find_map(|grant| grant.account_kind);
        let claimed = self.account_kind_claim.as_ref();
        granted.or_else(|| match claimed.and_then(|claim| claim.find(claims)) {
            // A kind that nobody knows is no reason to assume the usual one.
            Some(value) => AccountKind::deserialize(value).ok(),
            None => self.account_kind,
        })
    }

    /// The ids that a claim lists, and those that the grants give, each once.
    fn ids(
        &self,
        claims: &Map<String, Value>,
        listed: Option<&ClaimPath>,
        given: impl Fn(&Grant) -> Option<&String>,
    ) -> Vec<String> {
        let listed = listed.and_then(|claim| claim.find(claims));
        let granted = self.grants.iter().filter(|grant| grant.matches(claims));
        let mut ids: Vec<String> = Vec::new();
        for id in listed
            .into_iter()
            .flat_map(texts)
            .chain(granted.filter_map(given).map(String::as_str))
        {
            if !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
        ids
    }
}

impl IssuerRules {
    /// The person that verified claims of this issuer speak for.
    ///
    /// # Errors
    /// Why they speak for nobody.
    pub fn person(&self, claims: &Map<String, Value>) -> Result<Person, Refusal> {
        let mapping = &self.mapping;
        if !self.authorised_parties.is_empty() {
            let party = ["azp", "client_id", "appid"]
                .iter()
                .find_map(|claim| claims.get(*claim));
            let party = party.and_then(Value::as_str);
            if !party.is_some_and(|party| self.authorised_parties.iter().any(|it| it == party)) {
                return Err(Refusal::AuthorisedParty);
            }
        }
        let scopes = || {
            let claims = ["scp", "scope"]
                .iter()
                .filter_map(|claim| claims.get(*claim));
            claims.flat_map(texts).flat_map(str::split_ascii_whitespace)
        };
        if !self
            .scopes
            .iter()
            .all(|wanted| scopes().any(|it| it == wanted))
        {
            return Err(Refusal::Scope);
        }
        if mapping.needs_groups() && are_too_many_groups(claims) {
            return Err(Refusal::GroupsOverage);
        }
        let subject = claims
            .get(&self.subject_claim)
            .and_then(Value::as_str)
            .filter(|subject| !subject.is_empty() && subject.chars().count() <= LONGEST)
            .ok_or(Refusal::NoSubject)?;
        let kind = mapping.account_kind(claims).ok_or(Refusal::NoAccountKind)?;
        let name = mapping.name.find(claims).and_then(Value::as_str);
        let name = name.filter(|name| !name.trim().is_empty());
        Ok(Person {
            issuer: claims
                .get("iss")
                .and_then(Value::as_str)
                .unwrap_or(&self.issuer)
                .to_owned(),
            subject: subject.to_owned(),
            tenant: self.tenant(claims).map(str::to_owned),
            name: name.unwrap_or(subject).chars().take(LONGEST).collect(),
            kind,
            associations: mapping.ids(claims, mapping.associations_claim.as_ref(), |grant| {
                grant.association.as_ref()
            }),
            roles: mapping.ids(claims, mapping.roles_claim.as_ref(), |grant| {
                grant.role.as_ref()
            }),
            operator: mapping
                .grants
                .iter()
                .any(|grant| grant.operator && grant.matches(claims)),
        })
    }
}

/// Whether the token says where groups could be asked for, instead of naming them.
fn are_too_many_groups(claims: &Map<String, Value>) -> bool {
    let elsewhere = claims.get("_claim_names").and_then(|it| it.get(GROUPS));
    let has_groups = match claims.get("hasgroups") {
        Some(Value::Bool(has)) => *has,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    elsewhere.is_some() || has_groups
}

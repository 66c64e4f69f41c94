//! The facts that a question is decided on: who asks, for which partner, with which contracts.
//!
//! These types cross the wire as they are: the server fills them from its store, the browser hands them back to the
//! same law. The browser keeps facts, never verdicts.

use crate::activation::Activation;
use crate::allotment::Allotment;
use crate::date::Date;
use crate::ledger::Balance;
use light_json::{FromJson, Json};
use serde::{Deserialize, Serialize};

/// Everything the law needs to know about one signed-in person and their partner account, on one date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountFacts {
    /// Grows with every change of these facts; the ETag of the account.
    pub revision: u64,
    /// The server's date: the browser decides on this, never on its own clock.
    pub as_of: Date,
    /// Who asks.
    pub viewer: Viewer,
    /// The partner account that the server has bound to this person; absent for a bare account (S28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Partner>,
    /// The partner's own support contracts, and those of other companies that this person has linked.
    #[serde(default)]
    pub contracts: Vec<Contract>,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Viewer {
    /// Stable id of the user account, as the server knows it.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Work or personal account (S28 takes both).
    pub kind: AccountKind,
    /// Ids of the programme's associations this account has: none, either or both (S1-S3).
    #[serde(default)]
    pub associations: Vec<String>,
    /// Ids of the programme's roles, valid inside the viewer's own partner account alone.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Whether this person works the programme's own desk (fulfils activations).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
}

/// Who issued the account: an organisation's directory, or the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// An account of an organisation's directory (AAD).
    Work,
    /// A person's own account (MSA).
    Personal,
}

/// The partner account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Stable id.
    pub id: String,
    /// Company name.
    pub name: String,
    /// Region code of the account, such as `emea`.
    pub region: String,
    /// Which portal manages the membership (S38).
    pub portal: MembershipPortal,
    /// The membership offers that this viewer can see, active or not.
    #[serde(default)]
    pub offers: Vec<MembershipOffer>,
    /// The company has an active offer that this account cannot see (S5).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offers_hidden: bool,
    /// Ids of the paid support plans that the company has bought.
    #[serde(default)]
    pub plans: Vec<String>,
    /// What kind of reseller the company is (E13); absent when it is none, or when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reseller: Option<ResellerKind>,
    /// Names of the colleagues whose role lets them activate a benefit (S9, E3).
    #[serde(default)]
    pub activators: Vec<String>,
    /// Where each benefit's activation stands; a benefit that is not named here was never requested.
    #[serde(default)]
    pub activations: Vec<BenefitActivation>,
}

/// Which portal manages the membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MembershipPortal {
    /// Partner Center.
    PartnerCenter,
    /// The legacy Partner Membership Center (S38).
    PartnerMembershipCenter,
}

/// How a company takes part in the reseller programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ResellerKind {
    /// It buys from the vendor itself.
    DirectBill,
    /// It provides for indirect resellers.
    IndirectProvider,
    /// It buys through an indirect provider.
    IndirectReseller,
}

/// One membership offer that the partner holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MembershipOffer {
    /// Id of the programme's offer, such as `silver`.
    pub offer: String,
    /// Id of the competency that the offer was earned with; absent for offers that need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competency: Option<String>,
    /// First day.
    pub start: Date,
    /// The day on which it must be renewed; its last active day.
    pub anniversary: Date,
    /// Whether it is in force.
    pub status: OfferStatus,
}

impl MembershipOffer {
    /// In force on `as_of`: marked active, started, and not past its anniversary.
    #[must_use]
    pub fn is_active(&self, as_of: Date) -> bool {
        self.status == OfferStatus::Active && self.start <= as_of && as_of <= self.anniversary
    }
}

/// Whether a membership offer is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OfferStatus {
    /// In force, inside its dates.
    Active,
    /// Given up or taken away.
    Lapsed,
}

/// Where the activation of one benefit stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BenefitActivation {
    /// Which benefit of which package.
    pub benefit: BenefitKey,
    /// Its state.
    pub activation: Activation,
}

/// Names one benefit of one package of offers: a partner may hold the same benefit twice, side by side.
/// Written `benefit.package`, such as `product-support.competency`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BenefitKey {
    /// Id of the programme's benefit.
    pub benefit: String,
    /// Id of the package whose offers grant it.
    pub package: String,
}

impl BenefitKey {
    /// Reads `benefit.package`; `None` when there is not exactly one dot between two non-empty ids.
    #[must_use]
    pub fn parse(text: &str) -> Option<BenefitKey> {
        let (benefit, package) = text.split_once('.')?;
        if benefit.is_empty() || package.is_empty() || package.contains('.') {
            return None;
        }
        Some(BenefitKey {
            benefit: benefit.into(),
            package: package.into(),
        })
    }
}

impl std::fmt::Display for BenefitKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.benefit, self.package)
    }
}

impl Serialize for BenefitKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BenefitKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<BenefitKey, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        BenefitKey::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("expected a benefit as benefit.package"))
    }
}

impl FromJson for BenefitKey {
    fn from_json(json: Json<'_>) -> Option<BenefitKey> {
        BenefitKey::parse(json.text()?)
    }
}

/// A support contract as the viewer may see it. The two IDs are masked: they open the benefit like a password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The server's own reference; not the Contract ID.
    pub reference: String,
    /// The benefit that it fulfils.
    pub benefit: BenefitKey,
    /// The company that holds it.
    pub holder: String,
    /// Whether it belongs to the viewer's own partner account.
    pub own: bool,
    /// Last characters of the Access ID behind a mask; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_id_masked: Option<String>,
    /// Last characters of the Contract ID behind a mask; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_id_masked: Option<String>,
    /// First day.
    pub start: Date,
    /// Last day; the grace days of the policy (E7) come after it.
    pub end: Date,
    /// What was granted and used, as sums over the ledger.
    pub balance: Balance,
    /// When this viewer linked it with both IDs; absent while they have not (S14, S15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_on: Option<Date>,
}

impl Contract {
    /// Both IDs are there to be shown (S12).
    #[must_use]
    pub fn shows_both_ids(&self) -> bool {
        self.access_id_masked.is_some() && self.contract_id_masked.is_some()
    }

    /// What is left of the grant.
    #[must_use]
    pub fn remaining(&self) -> Allotment {
        self.balance.remaining()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benefit_is_named_by_two_ids_and_one_dot() {
        let key = BenefitKey::parse("product-support.competency").unwrap();
        assert_eq!(
            (&*key.benefit, &*key.package),
            ("product-support", "competency")
        );
        for text in ["", ".", "a", "a.", ".b", "a.b.c", "a..b"] {
            assert_eq!(BenefitKey::parse(text), None, "{text}");
        }
    }
}

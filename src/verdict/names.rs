//! The names that people know things by: an id of the programme or the account becomes its name in a language.
//! An id that nobody has named stays as it is, so that nothing is hidden.

use entitlement_rules::{
    AccountFacts, BenefitKey, Contract, Funding, Named, Programme, entitlements,
};

/// Names in one language.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    programme: &'a Programme,
    facts: Option<&'a AccountFacts>,
    language: &'static str,
}

/// A benefit of one package of offers, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BenefitName {
    /// Name of the benefit.
    pub(crate) benefit: String,
    /// Name of the offer that grants it; of every offer of its package when the partner holds none.
    pub(crate) offers: Vec<String>,
}

impl<'a> Names<'a> {
    /// Names in `language`, such as `fr`.
    pub(crate) fn new(
        programme: &'a Programme,
        facts: &'a AccountFacts,
        language: &'static str,
    ) -> Names<'a> {
        Names {
            programme,
            facts: Some(facts),
            language,
        }
    }

    /// Names of a programme alone.
    pub(crate) fn of_programme(programme: &'a Programme, language: &'static str) -> Names<'a> {
        Names {
            programme,
            facts: None,
            language,
        }
    }

    fn contracts(self) -> impl Iterator<Item = &'a Contract> {
        self.facts.into_iter().flat_map(|facts| &facts.contracts)
    }

    fn named(self, entries: &[Named], id: &str) -> Option<String> {
        entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.name.in_language(self.language).to_owned())
    }

    /// A role, an association: whichever has the id.
    pub(crate) fn role_or_association(self, id: &str) -> String {
        let data = self.programme.data();
        self.named(&data.roles, id)
            .or_else(|| self.named(&data.associations, id))
            .unwrap_or_else(|| id.to_owned())
    }

    /// A membership offer.
    pub(crate) fn offer(self, id: &str) -> String {
        self.programme.offer(id).map_or_else(
            || id.to_owned(),
            |offer| offer.name.in_language(self.language).to_owned(),
        )
    }

    /// A competency.
    pub(crate) fn competency(self, id: &str) -> String {
        self.programme.competency(id).map_or_else(
            || id.to_owned(),
            |competency| competency.name.in_language(self.language).to_owned(),
        )
    }

    /// A benefit of the programme, of no package in particular.
    pub(crate) fn benefit(self, id: &str) -> String {
        self.programme.benefit(id).map_or_else(
            || id.to_owned(),
            |benefit| benefit.name.in_language(self.language).to_owned(),
        )
    }

    /// A benefit with the offer that grants it; with none when the partner does not hold it.
    pub(crate) fn benefit_held(self, key: &BenefitKey) -> BenefitName {
        let held = self.facts.map_or_else(Vec::new, |facts| {
            entitlements(self.programme, facts, facts.as_of)
        });
        let granting = held
            .iter()
            .find(|entitlement| entitlement.key == *key)
            .and_then(|entitlement| entitlement.offers.first());
        BenefitName {
            benefit: self.benefit(&key.benefit),
            offers: granting
                .map(|offer| self.offer(&offer.id))
                .into_iter()
                .collect(),
        }
    }

    /// Whether an active offer of the partner grants the benefit.
    pub(crate) fn holds(self, key: &BenefitKey) -> bool {
        !self.benefit_held(key).offers.is_empty()
    }

    /// A benefit of a package.
    pub(crate) fn benefit_of_package(self, key: &BenefitKey) -> BenefitName {
        let mut name = self.benefit_held(key);
        if name.offers.is_empty() {
            let offers = self.programme.data().offers.iter();
            name.offers = offers
                .filter(|offer| offer.package == key.package)
                .map(|offer| self.offer(&offer.id))
                .collect();
        }
        name
    }

    /// A product.
    pub(crate) fn product(self, id: &str) -> String {
        self.programme
            .product(id)
            .map_or_else(|| id.to_owned(), |product| product.name.clone())
    }

    /// A version of a product.
    pub(crate) fn version(self, product: Option<&str>, id: &str) -> String {
        product
            .and_then(|product| self.programme.product(product))
            .and_then(|product| product.version(id))
            .map_or_else(|| id.to_owned(), |version| version.name.clone())
    }

    /// A group of products.
    pub(crate) fn workload(self, id: &str) -> String {
        self.programme.workload(id).map_or_else(
            || id.to_owned(),
            |workload| workload.name.in_language(self.language).to_owned(),
        )
    }

    /// A portal.
    pub(crate) fn portal(self, id: &str) -> String {
        self.programme.portal(id).map_or_else(
            || id.to_owned(),
            |portal| portal.name.in_language(self.language).to_owned(),
        )
    }

    /// A paid plan, or the resellers' own.
    pub(crate) fn plan(self, id: &str) -> String {
        let resellers = &self.programme.policy().reseller_plan;
        if resellers.id == id {
            return resellers.name.in_language(self.language).to_owned();
        }
        self.programme.plan(id).map_or_else(
            || id.to_owned(),
            |plan| plan.name.in_language(self.language).to_owned(),
        )
    }

    /// An attribute that plans are compared by.
    pub(crate) fn plan_attribute(self, id: &str) -> String {
        let mut attributes = self.programme.data().plan_attributes.iter();
        attributes.find(|attribute| attribute.id == id).map_or_else(
            || id.to_owned(),
            |attribute| attribute.name.in_language(self.language).to_owned(),
        )
    }

    /// The benefit of a contract.
    pub(crate) fn contract(self, reference: &str) -> String {
        self.contracts()
            .find(|held| held.reference == reference)
            .map_or_else(
                || reference.to_owned(),
                |held| self.benefit(&held.benefit.benefit),
            )
    }

    /// Whether the account has this contract.
    pub(crate) fn has_contract(self, reference: &str) -> bool {
        self.contracts().any(|held| held.reference == reference)
    }

    /// Whether it is a cloud competency (S23).
    pub(crate) fn is_cloud(self, competency: &str) -> bool {
        let competency = self.programme.competency(competency);
        competency.is_some_and(|competency| competency.is_cloud)
    }

    /// Whether it is the portal of those whose membership has not moved yet (S38).
    pub(crate) fn is_legacy_portal(self, id: &str) -> bool {
        self.programme.policy().legacy_portal.as_deref() == Some(id)
    }

    /// What would pay.
    pub(crate) fn payer(self, funding: &Funding) -> PayerName {
        match funding {
            Funding::Contract { contract } => {
                match self.contracts().find(|held| held.reference == *contract) {
                    Some(held) if held.own => {
                        PayerName::Benefit(self.benefit_of_package(&held.benefit))
                    }
                    Some(held) => PayerName::Elsewhere {
                        benefit: self.benefit(&held.benefit.benefit),
                        company: held.holder.clone(),
                    },
                    None => PayerName::Plan(contract.clone()),
                }
            }
            Funding::Benefit { benefit } => PayerName::Benefit(self.benefit_of_package(benefit)),
            Funding::HeldIds => PayerName::HeldIds,
            Funding::ResellerPlan { plan } | Funding::PaidPlan { plan } => {
                PayerName::Plan(self.plan(plan))
            }
        }
    }
}

/// What pays, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PayerName {
    /// A benefit of the partner's own.
    Benefit(BenefitName),
    /// Another company's contract that this person has linked.
    Elsewhere {
        /// Name of the benefit.
        benefit: String,
        /// Name of the company.
        company: String,
    },
    /// A contract whose two IDs the person may hold.
    HeldIds,
    /// The resellers' plan, or a paid one.
    Plan(String),
}

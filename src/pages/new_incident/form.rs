//! The state of the form: one signal per field.

use super::entries::{Entries, Missing, code_of, funding_code};
use crate::account::Known;
use crate::route::Prefill;
use entitlement_rules::{Beneficiary, Funding, IncidentQuestion, Question};
use leptos::prelude::*;

/// One signal per field, each as in [`Entries`].
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) beneficiary: RwSignal<String>,
    pub(super) customer: RwSignal<String>,
    pub(super) product: RwSignal<String>,
    pub(super) version: RwSignal<String>,
    pub(super) failing_side: RwSignal<String>,
    pub(super) kind: RwSignal<String>,
    pub(super) impact: RwSignal<String>,
    pub(super) severity: RwSignal<String>,
    pub(super) funding: RwSignal<String>,
    pub(super) title: RwSignal<String>,
    pub(super) description: RwSignal<String>,
}

impl Form {
    pub(super) fn new(entries: Entries) -> Form {
        Form {
            beneficiary: RwSignal::new(entries.beneficiary),
            customer: RwSignal::new(entries.customer),
            product: RwSignal::new(entries.product),
            version: RwSignal::new(entries.version),
            failing_side: RwSignal::new(entries.failing_side),
            kind: RwSignal::new(entries.kind),
            impact: RwSignal::new(entries.impact),
            severity: RwSignal::new(entries.severity),
            funding: RwSignal::new(entries.funding),
            title: RwSignal::new(entries.title),
            description: RwSignal::new(entries.description),
        }
    }

    /// What is entered now.
    pub(super) fn entries(self) -> Entries {
        Entries {
            beneficiary: self.beneficiary.get(),
            customer: self.customer.get(),
            product: self.product.get(),
            version: self.version.get(),
            failing_side: self.failing_side.get(),
            kind: self.kind.get(),
            impact: self.impact.get(),
            severity: self.severity.get(),
            funding: self.funding.get(),
            title: self.title.get(),
            description: self.description.get(),
        }
    }

    /// Replaces what is entered.
    pub(super) fn put(self, entries: Entries) {
        self.beneficiary.set(entries.beneficiary);
        self.customer.set(entries.customer);
        self.product.set(entries.product);
        self.version.set(entries.version);
        self.failing_side.set(entries.failing_side);
        self.kind.set(entries.kind);
        self.impact.set(entries.impact);
        self.severity.set(entries.severity);
        self.funding.set(entries.funding);
        self.title.set(entries.title);
        self.description.set(entries.description);
    }

    /// What is asked of the law. A way to pay that the account does not have any more is left to the law again.
    pub(super) fn question(self, known: &Known) -> Question {
        let mut asked = self.entries().question(&known.programme);
        if let Some(funding) = asked.funding.take() {
            let open = Question::CreateIncident(asked.clone());
            let verdict = known.decide(&open);
            let mut ways = verdict.candidates.iter();
            let is_there = ways.any(|way| way.funding == funding);
            asked.funding = is_there.then_some(funding);
        }
        Question::CreateIncident(asked)
    }
}

/// What the form starts with: for the own company, or for a customer where the account can raise nothing else, and
/// what the link that led here has answered.
pub(super) fn first_entries(known: &Known, prefill: &Prefill) -> Entries {
    let policy = known.programme.policy();
    let has = |association: &String| known.facts.viewer.associations.contains(association);
    let reseller_only = has(&policy.reseller_association) && !has(&policy.member_association);
    let beneficiary = if reseller_only {
        Beneficiary::Customer
    } else {
        Beneficiary::OwnCompany
    };
    let contract = |contract: &String| Funding::Contract {
        contract: contract.clone(),
    };
    Entries {
        beneficiary: code_of(beneficiary),
        product: prefill.product.clone().unwrap_or_default(),
        funding: prefill
            .contract
            .as_ref()
            .map(|reference| funding_code(&contract(reference)))
            .unwrap_or_default(),
        ..Entries::default()
    }
}

/// Whether the product, and its version where it has some, have been chosen.
pub(super) fn names_a_product(asked: &IncidentQuestion, known: &Known) -> bool {
    let product = asked
        .product
        .as_deref()
        .and_then(|product| known.programme.product(product));
    product.is_some_and(|product| product.versions.is_empty() || asked.version.is_some())
}

/// Ids of the fields, which errors and next steps lead to.
pub(super) mod field {
    pub(in super::super) const BENEFICIARY: &str = "for-whom";
    pub(in super::super) const CUSTOMER: &str = "customer";
    pub(in super::super) const PRODUCT: &str = "product";
    pub(in super::super) const VERSION: &str = "version";
    pub(in super::super) const SIDE: &str = "failing-side";
    pub(in super::super) const KIND: &str = "kind";
    pub(in super::super) const FUNDING: &str = "funding";
    pub(in super::super) const IMPACT: &str = "impact";
    pub(in super::super) const SEVERITY: &str = "severity";
    pub(in super::super) const TITLE: &str = "incident-title";
    pub(in super::super) const DESCRIPTION: &str = "description";
}

impl Missing {
    /// Id of the field.
    pub(super) fn field(self) -> &'static str {
        match self {
            Missing::Beneficiary => field::BENEFICIARY,
            Missing::Customer => field::CUSTOMER,
            Missing::Product => field::PRODUCT,
            Missing::Version => field::VERSION,
            Missing::FailingSide => field::SIDE,
            Missing::Kind => field::KIND,
            Missing::Severity => field::SEVERITY,
            Missing::Title => field::TITLE,
            Missing::Description => field::DESCRIPTION,
        }
    }

    /// Whether the field comes before the two IDs.
    pub(super) fn comes_before_ids(self) -> bool {
        !matches!(
            self,
            Missing::Severity | Missing::Title | Missing::Description
        )
    }
}

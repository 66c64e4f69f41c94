//! The law's answer, shown: the answer, what pays and what that takes, the rules that decide with the facts they
//! looked at, and what would change the answer.
//!
//! [`reading`] turns a verdict into plain data, [`parameters`] what a programme sets for a rule, [`names`] turns ids into
//! names, [`sentences`] has the words of every code, and [`VerdictPanel`] draws them. The verdict is derived here from the
//! account and a question, and kept nowhere.

mod names;
mod panel;
mod parameters;
mod reading;
mod sentences;
#[cfg(test)]
mod tests;

pub(crate) use names::{Names, PayerName};
pub(crate) use panel::{VerdictPanel, rule_alone, steps_alone, way_more};
pub(crate) use parameters::{name as parameter_name, read as read_parameter};
pub(crate) use reading::{Answer, Code, Payer, Reading, Way};
pub(crate) use sentences::{
    demand as sentence_of, extension as extension_tag, payer_name, source as stated_in,
    uses as uses_sentence, value as value_sentence,
};

use reading::{Fix, fix, link_funding, read};

use crate::account::Known;
use crate::route::{Prefill, Route};
use crate::words::Words;
use entitlement_rules::{Beneficiary, Change, Funding, IncidentKind, NextStep, Question, RuleId};

/// Asks the law, and reads the answer.
pub(crate) fn ask(known: &Known, question: &Question, words: Words) -> Reading {
    let verdict = known.decide(question);
    read(
        &verdict,
        question,
        &known.programme,
        Names::new(&known.programme, &known.facts, words.language()),
    )
}

/// Asks the law what would make it yes, the easiest first.
pub(crate) fn fixes(known: &Known, question: &Question, words: Words) -> Vec<Fix> {
    let (programme, facts) = (&known.programme, &known.facts);
    let remedies = known.remedies(question).into_iter();
    remedies
        .map(|remedy| fix(remedy, programme, facts, question, words.language()))
        .collect()
}

/// Where a next step or a change leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lead {
    /// To another page.
    Page(Route),
    /// To the host page's sign-in.
    SwitchAccount,
    /// To a part of the form that asks, where this is to change.
    InForm(Change),
    /// To a portal, by its id.
    Portal(String),
    /// To the portal where the account's membership is managed, where the programme names it (S38, L101).
    Membership,
    /// To an address that the programme gives.
    Address(String),
    /// To the document that states this extension, where it has an address.
    StatedBy(RuleId),
    /// Nowhere in this product: it is said, not linked.
    Nowhere,
}

/// Where a next step leads; `in_form` when a form that can take it up is on the page.
pub(crate) fn lead(step: &NextStep, in_form: bool) -> Lead {
    match step {
        NextStep::SignInWithAnotherAccount { .. } => Lead::SwitchAccount,
        // A message to those who may activate it stands there.
        NextStep::Activate { .. } | NextStep::AskToActivate { .. } => Lead::Page(Route::Benefits),
        NextStep::RenewMembership | NextStep::GetOffer { .. } | NextStep::EarnCompetency { .. } => {
            Lead::Membership
        }
        NextStep::ComparePlans { .. } => Lead::Page(Route::Plans),
        NextStep::OpenPortal { portal } => Lead::Portal(portal.clone()),
        NextStep::ContactRegion { url, .. } => Lead::Address(url.clone()),
        NextStep::UseAdvisoryHours { .. } => Lead::StatedBy(RuleId::E17),
        NextStep::Link { contract } if in_form => Lead::InForm(match contract.clone() {
            Some(contract) => Change::Link { contract },
            None => Change::LinkHeldIds { benefits: vec![] },
        }),
        NextStep::ChooseVersion { product, versions } if in_form => {
            Lead::InForm(Change::ChooseVersion {
                product: product.clone(),
                versions: versions.clone(),
            })
        }
        NextStep::DescribeProblem if in_form => Lead::InForm(Change::ChooseKind {
            kinds: vec![IncidentKind::BreakFix],
        }),
        NextStep::ChooseCustomer if in_form => Lead::InForm(Change::ChooseBeneficiary {
            beneficiaries: vec![Beneficiary::Customer],
        }),
        NextStep::ChooseSeverity { severity } if in_form => Lead::InForm(Change::ChooseSeverity {
            severities: vec![*severity],
        }),
        NextStep::Link { contract } => {
            Lead::Page(Route::NewIncident(Prefill::paid_by(contract.clone())))
        }
        NextStep::UseContract { contract } => {
            Lead::Page(Route::NewIncident(Prefill::paid_by(Some(contract.clone()))))
        }
        NextStep::ChooseVersion { .. }
        | NextStep::DescribeProblem
        | NextStep::ChooseCustomer
        | NextStep::ChooseSeverity { .. }
        | NextStep::SplitIncident
        | NextStep::AskPublisher { .. }
        | NextStep::AskIndirectProvider
        | NextStep::AskForRole { .. }
        | NextStep::Wait { .. }
        | NextStep::UseBenefit { .. }
        | NextStep::ContactProgramme => Lead::Nowhere,
    }
}

/// Where a change leads, beside a form that can take it up.
pub(crate) fn lead_of_change(change: &Change, reading: &Reading, names: Names<'_>) -> Lead {
    let is_there = |funding: &Funding| reading.ways.iter().any(|way| way.funding == *funding);
    match change {
        Change::GainAssociation { .. } | Change::SeeOffers { .. } => Lead::SwitchAccount,
        Change::BuyPlan { .. } => Lead::Page(Route::Plans),
        Change::Activate { benefit } | Change::FulfilActivation { benefit }
            if names.holds(benefit) =>
        {
            Lead::Page(Route::Benefits)
        }
        Change::Renew { .. } | Change::HoldOffer { .. } | Change::EarnCompetency { .. } => {
            Lead::Membership
        }
        Change::LinkHeldIds { .. }
        | Change::ChooseProduct { .. }
        | Change::ChooseVersion { .. }
        | Change::ChooseFailingSide { .. }
        | Change::ChooseKind { .. }
        | Change::ChooseBeneficiary { .. }
        | Change::ChooseSeverity { .. } => Lead::InForm(change.clone()),
        Change::Link { contract } if is_there(&link_funding(Some(contract))) => {
            Lead::InForm(change.clone())
        }
        Change::ChooseFunding { funding } if is_there(funding) => Lead::InForm(change.clone()),
        // Nothing in this product does it, or what an earlier change brings is not there yet.
        Change::GainRole { .. }
        | Change::FulfilActivation { .. }
        | Change::Activate { .. }
        | Change::Link { .. }
        | Change::SplitIncident
        | Change::ChooseFunding { .. }
        | Change::WaitUntil { .. } => Lead::Nowhere,
    }
}

/// Whether a next step still says something beside the changes that the law has found. Where a step is itself a change,
/// the law has tried it: it is among what helps, or it does not help.
pub(crate) fn adds(step: &NextStep, found: &[Fix]) -> bool {
    let mut changes = found.iter().flat_map(|fix| &fix.changes);
    match step {
        // Another account or a contract from elsewhere is not always known well enough to be tried.
        NextStep::SignInWithAnotherAccount { association: None } => {
            !changes.any(|change| matches!(change, Change::SeeOffers { .. }))
        }
        NextStep::Link { contract: None } => {
            !changes.any(|change| matches!(change, Change::LinkHeldIds { .. }))
        }
        NextStep::SignInWithAnotherAccount { .. }
        | NextStep::GetOffer { .. }
        | NextStep::AskForRole { .. }
        | NextStep::Activate { .. }
        | NextStep::Link { .. }
        | NextStep::EarnCompetency { .. }
        | NextStep::ChooseVersion { .. }
        | NextStep::UseBenefit { .. }
        | NextStep::DescribeProblem
        | NextStep::ChooseCustomer
        | NextStep::RenewMembership
        | NextStep::ComparePlans { .. }
        | NextStep::SplitIncident
        | NextStep::ChooseSeverity { .. }
        | NextStep::UseContract { .. } => false,
        NextStep::AskToActivate { .. }
        | NextStep::Wait { .. }
        | NextStep::UseAdvisoryHours { .. }
        | NextStep::OpenPortal { .. }
        | NextStep::AskPublisher { .. }
        | NextStep::AskIndirectProvider
        | NextStep::ContactRegion { .. }
        | NextStep::ContactProgramme => true,
    }
}

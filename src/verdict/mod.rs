//! The law's answer, shown: the answer, what pays and what that takes, the rules that decide with the facts they
//! looked at, and what would change the answer.
//!
//! [`reading`] turns a verdict into plain data, [`names`] turns ids into names, [`sentences`] has the words of every
//! code, and [`VerdictPanel`] draws them. The verdict is derived here from the account and a question, and kept nowhere.

mod names;
mod panel;
mod reading;
mod sentences;
#[cfg(test)]
mod tests;

pub(crate) use names::Names;
pub(crate) use panel::{VerdictPanel, steps_alone};
pub(crate) use reading::{Answer, Code, Payer, Reading, Way, link_funding};
pub(crate) use sentences::{extension as extension_tag, payer_name, uses as uses_sentence};

use reading::read;

use crate::account::Known;
use crate::route::{Prefill, Route};
use crate::words::Words;
use entitlement_rules::{NextStep, Question};

/// Asks the law, and reads the answer.
pub(crate) fn ask(known: &Known, question: &Question, words: Words) -> Reading {
    let verdict = known.decide(question);
    read(
        &verdict,
        question,
        &known.programme,
        Names::new(&known.programme, &known.facts, words.language().tag()),
    )
}

/// Where a next step leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lead {
    /// To another page.
    Page(Route),
    /// To the host page's sign-in.
    SwitchAccount,
    /// To a part of the form that asks.
    InForm,
    /// To a portal, by its id.
    Portal(String),
    /// To an address that the programme gives.
    Address(String),
    /// Nowhere in this product: it is said, not linked.
    Nowhere,
}

/// Where a next step leads; `in_form` when a form that can take it up is on the page.
pub(crate) fn lead(step: &NextStep, in_form: bool) -> Lead {
    match step {
        NextStep::SignInWithAnotherAccount { .. } => Lead::SwitchAccount,
        NextStep::Activate { .. } => Lead::Page(Route::Benefits),
        NextStep::ComparePlans { .. } => Lead::Page(Route::Plans),
        NextStep::OpenPortal { portal } => Lead::Portal(portal.clone()),
        NextStep::ContactRegion { url, .. } => Lead::Address(url.clone()),
        NextStep::Link { .. }
        | NextStep::ChooseVersion { .. }
        | NextStep::DescribeProblem
        | NextStep::ChooseCustomer
        | NextStep::ChooseSeverity { .. }
            if in_form =>
        {
            Lead::InForm
        }
        NextStep::Link { contract } => Lead::Page(Route::NewIncident(Prefill {
            product: None,
            contract: contract.clone(),
        })),
        NextStep::UseContract { contract } => Lead::Page(Route::NewIncident(Prefill {
            product: None,
            contract: Some(contract.clone()),
        })),
        NextStep::ChooseVersion { .. }
        | NextStep::DescribeProblem
        | NextStep::ChooseCustomer
        | NextStep::ChooseSeverity { .. }
        | NextStep::SplitIncident
        | NextStep::AskPublisher { .. }
        | NextStep::AskIndirectProvider
        | NextStep::GetOffer { .. }
        | NextStep::AskForRole { .. }
        | NextStep::AskToActivate { .. }
        | NextStep::Wait { .. }
        | NextStep::EarnCompetency { .. }
        | NextStep::UseBenefit { .. }
        | NextStep::UseAdvisoryHours { .. }
        | NextStep::RenewMembership
        | NextStep::ContactProgramme => Lead::Nowhere,
    }
}

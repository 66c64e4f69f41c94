//! Questions that leave nothing out: the only ones that Cedar can be asked.

use crate::worlds::{Chance, incident};
use entitlement_rules::{
    AccountFacts, Beneficiary, FailingSide, Funding, IncidentKind, IncidentQuestion, Programme,
};

/// An incident by chance that leaves nothing out.
pub(crate) fn complete_incident(programme: &Programme, chance: &mut Chance) -> IncidentQuestion {
    let mut question = incident(programme, chance);
    if question.product.is_none() {
        question.product = Some(chance.pick(&programme.data().products).id.clone());
        question.version = None;
    }
    let product = programme
        .product(question.product.as_deref().unwrap())
        .unwrap();
    if question.version.is_none() && !product.versions.is_empty() {
        question.version = Some(chance.pick(&product.versions).id.clone());
    }
    question.beneficiary.get_or_insert(Beneficiary::Customer);
    question.failing_side.get_or_insert(FailingSide::Cloud);
    question.kind.get_or_insert(IncidentKind::BreakFix);
    let plan = (*chance.pick(&["advanced", "premier", "csp-plan", "unheard-of"])).to_owned();
    question.funding = match chance.below(6) {
        0 => Some(Funding::PaidPlan { plan }),
        1 => Some(Funding::ResellerPlan { plan }),
        _ => None,
    };
    question
}

/// Takes away what refuses most worlds before the rules of interest are reached: contracts out of date or not linked,
/// and questions that no contract is for.
pub(crate) fn within_reach(facts: &mut AccountFacts, question: &mut IncidentQuestion) {
    for contract in &mut facts.contracts {
        contract.start = facts.as_of.plus_days(-100);
        contract.end = contract.start.plus_years(1);
        contract.linked_on.get_or_insert(contract.start);
    }
    question.kind = Some(IncidentKind::BreakFix);
}

//! The whole decision on one screen: every rule is asked about every way to pay; a single no refuses, a missing fact
//! leaves it open, and otherwise it is allowed.

use crate::account::AccountFacts;
use crate::allotment::Allotment;
use crate::case::{Case, Subject};
use crate::date::Date;
use crate::entitlement::{Entitlement, entitlements};
use crate::programme::Programme;
use crate::question::{Funding, IncidentQuestion, Question};
use crate::rules::RuleId;
use crate::verdict::{Candidate, Need, NextStep, Outcome, RuleResult, Status, Verdict};

/// Answers one question. `as_of` is the date that it is decided for; the law reads no clock.
#[must_use]
pub fn decide(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    as_of: Date,
) -> Verdict {
    let held = entitlements(programme, facts, as_of);
    let case = Case {
        programme,
        facts,
        as_of,
        question,
        entitlements: &held,
        subject: Subject::default(),
    };
    match question {
        Question::OpenBenefits => single(case),
        Question::Activate { benefit } => {
            let entitlement = held.iter().find(|entitlement| entitlement.key == *benefit);
            single(Case {
                subject: Subject {
                    entitlement,
                    ..Subject::default()
                },
                ..case
            })
        }
        Question::ViewIds { contract } => {
            let contract = facts
                .contracts
                .iter()
                .find(|held| held.reference == *contract);
            single(Case {
                subject: Subject {
                    contract,
                    ..Subject::default()
                },
                ..case
            })
        }
        Question::CreateIncident(incident) => cover(case, incident),
    }
}

/// The verdict on a question about one thing.
fn single(case: Case<'_>) -> Verdict {
    let judged = judge(&case);
    Verdict {
        as_of: case.as_of,
        outcome: judged.outcome,
        needs: judged.needs,
        funding: None,
        consumes: 0,
        rules: judged.rules,
        candidates: Vec::new(),
        next_steps: judged.next_steps,
    }
}

/// The verdict on an incident: every way to pay is judged, the best one (or the one asked for) answers.
fn cover(case: Case<'_>, incident: &IncidentQuestion) -> Verdict {
    let mut candidates: Vec<Candidate> = ways_to_pay(&case, incident)
        .iter()
        .map(|(funding, entitlement, contract)| {
            let subject = Subject {
                funding: Some(funding),
                entitlement: *entitlement,
                contract: *contract,
            };
            let judged = judge(&Case { subject, ..case });
            let remaining = contract.map(|contract| contract.remaining());
            Candidate {
                funding: funding.clone(),
                benefit: contract
                    .map(|contract| contract.benefit.clone())
                    .or_else(|| entitlement.map(|entitlement| entitlement.key.clone())),
                outcome: judged.outcome,
                remaining,
                ends: contract.map(|contract| contract.end),
                needs: judged.needs,
                rules: judged.rules,
                next_steps: judged.next_steps,
            }
        })
        .collect();
    candidates.sort_by_cached_key(rank);
    let asked_for = incident.funding.as_ref();
    let answering = match asked_for {
        Some(funding) => candidates
            .iter()
            .find(|candidate| candidate.funding == *funding),
        None => candidates.first(),
    };
    let Some(answer) = answering else {
        // A funding that this account does not have: no rule was about it, and nothing is allowed.
        let judged = judge(&case);
        return Verdict {
            as_of: case.as_of,
            outcome: Outcome::Refused,
            needs: Vec::new(),
            funding: asked_for.cloned(),
            consumes: 0,
            rules: judged.rules,
            candidates,
            next_steps: vec![NextStep::Link { contract: None }],
        };
    };
    let mut next_steps = answer.next_steps.clone();
    if answer.outcome == Outcome::Refused {
        for step in candidates
            .iter()
            .flat_map(|candidate| &candidate.next_steps)
        {
            if !next_steps.contains(step) {
                next_steps.push(step.clone());
            }
        }
    }
    Verdict {
        as_of: case.as_of,
        outcome: answer.outcome,
        needs: answer.needs.clone(),
        funding: Some(answer.funding.clone()),
        consumes: u32::from(matches!(answer.remaining, Some(Allotment::Finite(_)))),
        rules: answer.rules.clone(),
        next_steps,
        candidates,
    }
}

/// What this account could pay with: the partner's benefits, contracts linked from elsewhere, the resellers' plan, and
/// always a contract whose two IDs the person may hold (S28).
fn ways_to_pay<'a>(
    case: &Case<'a>,
    incident: &IncidentQuestion,
) -> Vec<(
    Funding,
    Option<&'a Entitlement<'a>>,
    Option<&'a crate::account::Contract>,
)> {
    let mut ways = Vec::new();
    for entitlement in case.entitlements {
        let funding = match entitlement.contract {
            Some(contract) => Funding::Contract {
                contract: contract.reference.clone(),
            },
            None => Funding::Benefit {
                benefit: entitlement.key.clone(),
            },
        };
        ways.push((funding, Some(entitlement), entitlement.contract));
    }
    for contract in &case.facts.contracts {
        let funding = Funding::Contract {
            contract: contract.reference.clone(),
        };
        if !ways.iter().any(|(other, ..)| *other == funding) {
            ways.push((funding, None, Some(contract)));
        }
    }
    if case.is_reseller() || matches!(incident.funding, Some(Funding::ResellerPlan { .. })) {
        let plan = case.programme.policy().reseller_plan.id.clone();
        ways.push((Funding::ResellerPlan { plan }, None, None));
    }
    ways.push((Funding::HeldIds, None, None));
    ways
}

/// Order of the ways to pay: those that are allowed first, then those that lack a fact, then the refused ones with the
/// fewest reasons. Among equals: the resellers' plan, Unlimited, the finite one that ends soonest, and last of all the
/// contract that nobody has entered yet.
fn rank(candidate: &Candidate) -> (u8, bool, usize, u8, Option<Date>) {
    let outcome = match candidate.outcome {
        Outcome::Allowed => 0,
        Outcome::Incomplete => 1,
        Outcome::Empty | Outcome::Refused => 2,
    };
    let wrong_scope = candidate
        .reasons()
        .any(|reason| matches!(reason.rule, RuleId::S24 | RuleId::S26 | RuleId::S30));
    let reasons = if outcome == 2 {
        candidate.reasons().count()
    } else {
        0
    };
    let kind = match (&candidate.funding, candidate.remaining) {
        (Funding::ResellerPlan { .. }, _) => 0,
        (_, Some(Allotment::Unlimited)) => 1,
        (Funding::HeldIds, _) => 3,
        _ => 2,
    };
    // A hint to enter IDs is no better an answer than the partner's own benefit and what it lacks.
    let held_ids_last = candidate.funding == Funding::HeldIds && outcome == 2;
    (
        outcome,
        wrong_scope || held_ids_last,
        reasons,
        kind,
        candidate.ends,
    )
}

struct Judged {
    outcome: Outcome,
    needs: Vec<Need>,
    rules: Vec<RuleResult>,
    next_steps: Vec<NextStep>,
}

/// Asks every rule.
fn judge(case: &Case<'_>) -> Judged {
    let mut needs = Vec::new();
    let mut next_steps = Vec::new();
    let mut rules = Vec::with_capacity(RuleId::ALL.len());
    let (mut passed, mut refused, mut empty) = (false, false, false);
    for &rule in RuleId::ALL {
        let finding = rule.check(case);
        match finding.status {
            Status::Pass => passed = true,
            Status::Fail if rule == RuleId::S4 => empty = true,
            Status::Fail => refused = true,
            Status::NotApplicable | Status::NeedsFact => {}
        }
        if let Some(need) = finding.needs
            && !needs.contains(&need)
        {
            needs.push(need);
        }
        for step in finding.next_steps {
            if !next_steps.contains(&step) {
                next_steps.push(step);
            }
        }
        rules.push(RuleResult {
            rule,
            status: finding.status,
            extension: finding.extension,
            warning: finding.warning,
            inputs: finding.inputs,
        });
    }
    let outcome = match (refused, empty, needs.is_empty(), passed) {
        (true, ..) => Outcome::Refused,
        (_, true, ..) => Outcome::Empty,
        (_, _, false, _) => Outcome::Incomplete,
        // Fail closed: an answer that no rule stands behind is no.
        (_, _, true, false) => Outcome::Refused,
        (_, _, true, true) => Outcome::Allowed,
    };
    if outcome == Outcome::Refused && next_steps.is_empty() {
        next_steps.push(NextStep::ContactProgramme);
    }
    needs.sort_unstable();
    Judged {
        outcome,
        needs,
        rules,
        next_steps,
    }
}

//! The whole decision on one screen: every rule is asked about every way to pay; a single no refuses, a missing fact
//! leaves it open, and otherwise it is allowed.

use crate::account::{AccountFacts, Contract};
use crate::allotment::Allotment;
use crate::case::{Case, Incident, Payer, Seen, Standing, Subject, Trace};
use crate::date::Date;
use crate::entitlement::{Entitlement, entitlements};
use crate::programme::Programme;
use crate::question::{Funding, IncidentQuestion, Question, QuestionKind};
use crate::rule_set::RuleSet;
use crate::rules::{RuleId, ask_all};
use crate::verdict::{Candidate, Input, Need, NextStep, Outcome, RuleResult, Status, Verdict};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// Answers one question. `as_of` is the date that it is decided for; the law reads no clock.
#[must_use]
pub fn decide(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    as_of: Date,
) -> Verdict {
    Account::on(programme, facts, as_of).decide(question)
}

/// An account on a date: its benefits and what the viewer may do are worked out once, so that many questions about it
/// cost little each.
#[derive(Clone)]
pub struct Account<'a> {
    programme: &'a Programme,
    facts: &'a AccountFacts,
    as_of: Date,
    standing: Standing,
    entitlements: Vec<Entitlement<'a>>,
}

/// One way to pay for an incident.
#[derive(Clone, Copy)]
pub struct Way<'a>(Subject<'a>);

/// The answer for one way to pay without its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The answer.
    pub outcome: Outcome,
    /// The rules that say no.
    pub reasons: RuleSet,
}

/// A question about an incident has no other content for the rules than [`Case::incident`].
static AN_INCIDENT: Question = Question::CreateIncident(IncidentQuestion::NOTHING);

impl<'a> Account<'a> {
    /// Looks the account up in the programme, on a date.
    #[must_use]
    pub fn on(programme: &'a Programme, facts: &'a AccountFacts, as_of: Date) -> Account<'a> {
        Account {
            programme,
            facts,
            as_of,
            standing: Standing::of(programme, facts),
            entitlements: entitlements(programme, facts, as_of),
        }
    }

    /// Answers one question, with the result of every rule.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        let contract_of = |reference: &str| Subject {
            contract: self.contract(reference),
            ..Subject::default()
        };
        match question {
            Question::OpenBenefits | Question::ComparePlans => {
                self.single(question, Subject::default())
            }
            Question::Activate { benefit } => {
                let held = self.entitlements.iter().find(|held| held.key == *benefit);
                let asked_for = Subject {
                    entitlement: held,
                    ..Subject::default()
                };
                self.single(question, asked_for)
            }
            Question::ViewIds { contract }
            | Question::Link { contract }
            | Question::Refund { contract, .. } => self.single(question, contract_of(contract)),
            Question::CreateIncident(incident) => self.cover(incident),
        }
    }

    /// Looks up the incident's product and version, once for any number of ways to pay.
    #[must_use]
    pub fn incident(&self, asked: &'a IncidentQuestion) -> Incident<'a> {
        Incident::of(self.programme, asked)
    }

    /// What this account could pay with: the partner's benefits, contracts linked from elsewhere, the resellers' plan,
    /// the paid plans that the partner has bought, and always a contract whose two IDs the person may hold (S28).
    #[must_use]
    pub fn ways(&self) -> Vec<Way<'_>> {
        let mut ways: Vec<Way<'_>> = Vec::with_capacity(self.entitlements.len() + 4);
        for held in &self.entitlements {
            ways.push(Way(Subject {
                payer: Payer::Benefit,
                entitlement: Some(held),
                contract: held.contract,
                benefit: Some(held.benefit),
            }));
        }
        for contract in &self.facts.contracts {
            let listed = |way: &Way<'_>| {
                way.0
                    .contract
                    .is_some_and(|held| held.reference == contract.reference)
            };
            if !ways.iter().any(listed) {
                ways.push(Way(Subject {
                    payer: Payer::Benefit,
                    contract: Some(contract),
                    benefit: self.programme.benefit(&contract.benefit.benefit),
                    entitlement: None,
                }));
            }
        }
        if self.standing.reseller {
            ways.push(by(Payer::ResellerPlan(
                &self.programme.policy().reseller_plan.id,
            )));
        }
        for id in self.facts.partner.iter().flat_map(|partner| &partner.plans) {
            ways.push(by(self.paid_plan(id)));
        }
        ways.push(by(Payer::HeldIds));
        ways
    }

    /// Whether one way pays for an incident, without the explanation.
    #[must_use]
    pub fn covers(&self, incident: &Incident<'_>, way: &Way<'_>) -> Brief {
        let mut tally = Tally::default();
        let case = self.case(&AN_INCIDENT, Some(*incident), way.0);
        ask_all(QuestionKind::CreateIncident, &case, &mut tally);
        Brief {
            outcome: tally.outcome(),
            reasons: tally.refused,
        }
    }

    /// Whether one way pays for an incident: [`Account::covers`], ended by the first rule that says no.
    #[must_use]
    pub fn permits(&self, incident: &Incident<'_>, way: &Way<'_>) -> Outcome {
        let mut first = FirstNo(Tally::default());
        let case = self.case(&AN_INCIDENT, Some(*incident), way.0);
        ask_all(QuestionKind::CreateIncident, &case, &mut first);
        first.0.outcome()
    }

    /// Whether one way pays for an incident, with what every rule says of it.
    #[must_use]
    pub fn explain<'b>(&'b self, incident: &Incident<'b>, way: &Way<'b>) -> Explanation<'b> {
        Explanation::of(&self.case(&AN_INCIDENT, Some(*incident), way.0), None)
    }

    fn paid_plan<'b>(&'b self, id: &'b str) -> Payer<'b> {
        Payer::PaidPlan(
            id,
            self.programme
                .plan(id)
                .filter(|plan| plan.benefit.is_none()),
        )
    }

    fn contract(&self, reference: &str) -> Option<&'a Contract> {
        self.facts
            .contracts
            .iter()
            .find(|held| held.reference == reference)
    }

    fn case<'b>(
        &'b self,
        question: &'b Question,
        incident: Option<Incident<'b>>,
        subject: Subject<'b>,
    ) -> Case<'b> {
        Case {
            programme: self.programme,
            facts: self.facts,
            as_of: self.as_of,
            question,
            standing: self.standing,
            entitlements: &self.entitlements,
            incident,
            subject,
        }
    }

    /// The verdict on a question about one thing.
    fn single(&self, question: &Question, subject: Subject<'_>) -> Verdict {
        let judged = judge(&self.case(question, None, subject));
        Verdict {
            as_of: self.as_of,
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
    fn cover(&self, asked: &IncidentQuestion) -> Verdict {
        let incident = Incident::of(self.programme, asked);
        let mut ways = self.ways();
        if let Some(funding) = &asked.funding
            && !ways.iter().any(|way| way.0.is(funding))
        {
            // A plan that the account does not have is judged all the same, so that the refusal has its reason.
            match funding {
                Funding::ResellerPlan { plan } => ways.push(by(Payer::ResellerPlan(plan))),
                Funding::PaidPlan { plan } => ways.push(by(self.paid_plan(plan))),
                Funding::Contract { .. } | Funding::Benefit { .. } => ways.push(by(Payer::Nobody)),
                Funding::HeldIds => {}
            }
        }
        let mut candidates: Vec<Candidate> = ways
            .iter()
            .filter_map(|Way(subject)| {
                let funding = subject.funding().or_else(|| asked.funding.clone())?;
                let judged = judge(&self.case(&AN_INCIDENT, Some(incident), *subject));
                Some(Candidate {
                    funding,
                    benefit: subject
                        .contract
                        .map(|contract| contract.benefit.clone())
                        .or_else(|| subject.entitlement.map(|held| held.key.clone())),
                    outcome: judged.outcome,
                    remaining: subject.contract.map(Contract::remaining),
                    ends: subject.contract.map(|contract| contract.end),
                    needs: judged.needs,
                    rules: judged.rules,
                    next_steps: judged.next_steps,
                })
            })
            .collect();
        candidates.sort_by_cached_key(rank);
        let position = match &asked.funding {
            Some(funding) => candidates.iter().position(|it| it.funding == *funding),
            None => Some(0),
        };
        // There is always one: held IDs are a way for everybody, and what was asked for was added.
        let Some(answer) = position.and_then(|position| candidates.get(position)) else {
            return self.single(&AN_INCIDENT, Subject::default());
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
            as_of: self.as_of,
            outcome: answer.outcome,
            needs: answer.needs.clone(),
            funding: Some(answer.funding.clone()),
            consumes: match (answer.outcome, answer.remaining) {
                (Outcome::Allowed | Outcome::Incomplete, Some(Allotment::Finite(_))) => 1,
                _ => 0,
            },
            rules: answer.rules.clone(),
            next_steps,
            candidates,
        }
    }
}

impl Way<'_> {
    /// What pays.
    #[must_use]
    pub fn funding(&self) -> Option<Funding> {
        self.0.funding()
    }
}

fn by(payer: Payer<'_>) -> Way<'_> {
    Way(Subject {
        payer,
        ..Subject::default()
    })
}

/// Order of the ways to pay: those that are allowed first, then those that lack a fact, then the refused ones with the
/// fewest reasons. Among equals: the resellers' plan, Unlimited, the finite one that ends soonest, a paid plan, and last
/// of all the contract that nobody has entered yet.
fn rank(candidate: &Candidate) -> (u8, bool, usize, u8, Option<Date>) {
    let outcome = match candidate.outcome {
        Outcome::Allowed => 0,
        Outcome::Incomplete => 1,
        Outcome::Empty | Outcome::Refused => 2,
    };
    let wrong_scope = candidate.reasons().any(|reason| {
        matches!(
            reason.rule,
            RuleId::S24 | RuleId::S26 | RuleId::S30 | RuleId::S36 | RuleId::S37
        )
    });
    let reasons = if outcome == 2 {
        candidate.reasons().count()
    } else {
        0
    };
    let kind = match (&candidate.funding, candidate.remaining) {
        (Funding::ResellerPlan { .. }, _) => 0,
        (_, Some(Allotment::Unlimited)) => 1,
        (Funding::PaidPlan { .. }, _) => 3,
        (Funding::HeldIds, _) => 4,
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

/// What the rules said, added up. No order enters: a set and flags.
#[derive(Clone, Copy, Default)]
struct Tally {
    refused: RuleSet,
    empty: bool,
    open: bool,
    /// A rule of the seed agrees; an extension alone is no ground for a yes.
    grounds: bool,
}

impl Tally {
    #[inline(always)]
    fn count(&mut self, rule: RuleId, status: Status, needs: Option<Need>) {
        match status {
            Status::Pass => self.grounds |= !rule.is_extension(),
            // Nothing is wrong, there is just nothing to show.
            Status::Fail if rule == RuleId::S4 => self.empty = true,
            Status::Fail => self.refused.insert(rule),
            Status::NotApplicable | Status::NeedsFact => {}
        }
        self.open |= needs.is_some();
    }

    fn outcome(&self) -> Outcome {
        match (self.refused.is_empty(), self.empty, self.open, self.grounds) {
            (false, ..) => Outcome::Refused,
            (_, true, ..) => Outcome::Empty,
            (_, _, true, _) => Outcome::Incomplete,
            // Fail closed: an answer that no rule stands behind is no.
            (_, _, false, false) => Outcome::Refused,
            (_, _, false, true) => Outcome::Allowed,
        }
    }
}

/// Counts every rule and explains nothing.
impl Trace<'_> for Tally {
    #[inline(always)]
    fn close(&mut self, rule: RuleId, status: Status, needs: Option<Need>) -> ControlFlow<()> {
        self.count(rule, status, needs);
        ControlFlow::Continue(())
    }
}

/// Stops at the first no.
struct FirstNo(Tally);

impl Trace<'_> for FirstNo {
    #[inline(always)]
    fn close(&mut self, rule: RuleId, status: Status, needs: Option<Need>) -> ControlFlow<()> {
        if status == Status::NotApplicable {
            return ControlFlow::Continue(());
        }
        self.0.count(rule, status, needs);
        match self.0.refused.is_empty() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

/// The answer for one way to pay, with the result of every rule and the facts that it looked at, where they stand.
pub struct Explanation<'a> {
    tally: Tally,
    needs: Vec<Need>,
    rules: Vec<Said>,
    inputs: Vec<(&'static str, Seen<'a>)>,
    /// Kept when the refusals' next steps are wanted.
    next_steps: Option<Vec<NextStep>>,
    saying: Said,
}

/// What one rule said; its inputs are those up to `inputs_end`, after the rule before it.
#[derive(Clone, Copy)]
struct Said {
    rule: RuleId,
    status: Status,
    extension: Option<RuleId>,
    warning: bool,
    inputs_end: usize,
}

impl Said {
    const NOTHING: Said = Said {
        rule: RuleId::S1,
        status: Status::NotApplicable,
        extension: None,
        warning: false,
        inputs_end: 0,
    };
}

impl<'a> Explanation<'a> {
    fn of(case: &Case<'a>, next_steps: Option<Vec<NextStep>>) -> Explanation<'a> {
        let mut explanation = Explanation {
            tally: Tally::default(),
            needs: Vec::new(),
            rules: Vec::with_capacity(RuleId::ALL.len()),
            inputs: Vec::with_capacity(RuleId::ALL.len()),
            next_steps,
            saying: Said::NOTHING,
        };
        ask_all(case.question.kind(), case, &mut explanation);
        explanation
    }

    /// The answer.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.tally.outcome()
    }

    /// Every rule's result, copied out.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleResult> {
        let mut from = 0;
        let results = self.rules.iter().map(|said| {
            let inputs = self.inputs.get(from..said.inputs_end).unwrap_or_default();
            from = said.inputs_end;
            RuleResult {
                rule: said.rule,
                status: said.status,
                extension: said.extension,
                warning: said.warning,
                inputs: inputs
                    .iter()
                    .map(|(name, seen)| Input {
                        name: Cow::Borrowed(name),
                        value: seen.to_value(),
                    })
                    .collect(),
            }
        });
        results.collect()
    }

    fn into_judged(mut self) -> Judged {
        let outcome = self.outcome();
        let mut next_steps = self.next_steps.take().unwrap_or_default();
        if outcome == Outcome::Refused && next_steps.is_empty() {
            next_steps.push(NextStep::ContactProgramme);
        }
        self.needs.sort_unstable();
        Judged {
            outcome,
            rules: self.rules(),
            needs: self.needs,
            next_steps,
        }
    }
}

impl<'a> Trace<'a> for Explanation<'a> {
    fn input(&mut self, name: &'static str, value: impl FnOnce() -> Seen<'a>) {
        self.inputs.push((name, value()));
    }

    fn step(&mut self, step: impl FnOnce() -> NextStep) {
        if let Some(steps) = &mut self.next_steps {
            let step = step();
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }

    fn extension(&mut self, rule: RuleId) {
        self.saying.extension = Some(rule);
    }

    fn warn(&mut self) {
        self.saying.warning = true;
    }

    fn close(&mut self, rule: RuleId, status: Status, needs: Option<Need>) -> ControlFlow<()> {
        self.tally.count(rule, status, needs);
        if let Some(need) = needs
            && !self.needs.contains(&need)
        {
            self.needs.push(need);
        }
        self.rules.push(Said {
            rule,
            status,
            inputs_end: self.inputs.len(),
            ..self.saying
        });
        self.saying = Said::NOTHING;
        ControlFlow::Continue(())
    }
}

struct Judged {
    outcome: Outcome,
    needs: Vec<Need>,
    rules: Vec<RuleResult>,
    next_steps: Vec<NextStep>,
}

/// Asks every rule and keeps what it says.
fn judge(case: &Case<'_>) -> Judged {
    Explanation::of(case, Some(Vec::new())).into_judged()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        PRODUCT_SUPPORT, SIGNATURE, World, bare_account, customers, incident, member,
    };

    fn worlds() -> Vec<World> {
        let gold = || {
            let world = member().offer("gold", Some("security")).plan("advanced");
            world.active(PRODUCT_SUPPORT, Allotment::Finite(20))
        };
        vec![
            member(),
            bare_account(),
            bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(5)),
            gold(),
            gold().consumed(20),
            gold().on("2021-07-20").pending(SIGNATURE),
            gold().associations(&["mpn", "csp"]).roles(&[]),
        ]
    }

    fn questions() -> Vec<IncidentQuestion> {
        let mut questions = vec![
            IncidentQuestion::default(),
            customers("azure-virtual-machines"),
        ];
        for (product, version) in [
            ("windows-server", Some("2019")),
            ("sql-server", Some("2016")),
            ("azure-stack-hci", None),
            ("microsoft-teams", None),
            ("dynamics-365-field-service", None),
        ] {
            questions.push(incident(product, version));
            questions.push(IncidentQuestion {
                version: version.map(Into::into),
                ..customers(product)
            });
        }
        questions
    }

    /// Calls `law` with every way to pay for every incident in every world.
    fn everywhere(law: impl Fn(&Account<'_>, &Incident<'_>, &Way<'_>)) {
        for world in worlds() {
            let account = Account::on(&world.programme, &world.facts, world.facts.as_of);
            for asked in questions() {
                for way in account.ways() {
                    law(&account, &Incident::of(&world.programme, &asked), &way);
                }
            }
        }
    }

    #[test]
    fn a_way_to_pay_says_what_pays() {
        let world = member().active(PRODUCT_SUPPORT, Allotment::Finite(1));
        let account = Account::on(&world.programme, &world.facts, world.facts.as_of);
        let ways = account.ways();
        let paid_by: Vec<_> = ways.iter().filter_map(Way::funding).collect();
        let contract = world.facts.contracts[0].reference.clone();
        assert_eq!(paid_by, [Funding::Contract { contract }, Funding::HeldIds]);
    }

    #[test]
    fn the_order_in_which_the_rules_are_asked_does_not_matter() {
        everywhere(|account, incident, way| {
            let case = account.case(&AN_INCIDENT, Some(*incident), way.0);
            let mut backwards = Tally::default();
            for rule in RuleId::ALL.iter().rev() {
                rule.ask(&case, &mut backwards);
            }
            let forwards = account.covers(incident, way);
            assert_eq!(backwards.outcome(), forwards.outcome);
            assert_eq!(backwards.refused, forwards.reasons);
        });
    }

    #[test]
    fn the_answer_is_the_same_with_and_without_its_explanation() {
        everywhere(|account, incident, way| {
            let explained = judge(&account.case(&AN_INCIDENT, Some(*incident), way.0));
            let brief = account.covers(incident, way);
            assert_eq!(brief.outcome, explained.outcome);
            assert_eq!(brief.outcome, account.permits(incident, way));
            let failed = explained
                .rules
                .iter()
                .filter(|it| it.status == Status::Fail);
            let reasons: RuleSet = failed.map(|result| result.rule).collect();
            assert_eq!(brief.reasons, reasons);
        });
    }
}

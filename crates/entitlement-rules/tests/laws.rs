//! What holds in every world: the laws of the programme, each tried on thousands of accounts made by chance.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{
    AccountFacts, Activation, Allotment, Balance, EntryKind, Extensions, Funding, IncidentQuestion,
    MembershipOffer, Named, OfferStatus, Outcome, Programme, Question, RuleId, RuleResult, Status,
    Verdict, decide, entitlements,
};
use worlds::{Chance, account, how_many, incident, programmes, questions};

fn ask(programme: &Programme, facts: &AccountFacts, question: &Question) -> Verdict {
    decide(programme, facts, question, facts.as_of)
}

fn covers(programme: &Programme, facts: &AccountFacts, question: &IncidentQuestion) -> Verdict {
    ask(
        programme,
        facts,
        &Question::CreateIncident(question.clone()),
    )
}

/// The programme with other extensions.
fn changed(programme: &Programme, change: impl FnOnce(&mut Extensions)) -> Programme {
    let mut data = programme.data().clone();
    change(&mut data.policy.extensions);
    Programme::check(data).unwrap()
}

/// An offer that is earned with a competency.
fn earned(programme: &Programme, chance: &mut Chance) -> String {
    let offers = programme.data().offers.iter();
    let earned: Vec<&str> = offers
        .filter(|offer| offer.needs_competency)
        .map(|offer| offer.id.as_str())
        .collect();
    (*chance.pick(&earned)).to_owned()
}

/// Tries a law on many worlds; the message of a failure names the world's seed.
fn in_every_world(law: impl Fn(&Programme, AccountFacts, &mut Chance)) {
    in_every_world_beside(
        |_| (),
        |programme, _, facts, chance| law(programme, facts, chance),
    );
}

/// The same for a law that compares each programme with a changed one.
fn in_every_world_beside(
    change: impl Fn(&mut Extensions),
    law: impl Fn(&Programme, &Programme, AccountFacts, &mut Chance),
) {
    let programmes = programmes().map(|programme| {
        let changed = changed(&programme, &change);
        (programme, changed)
    });
    for (seed, (programme, changed)) in (0..how_many(2_000)).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            law(programme, changed, facts, &mut chance);
        }));
        assert!(tried.is_ok(), "the law does not hold in world {seed}");
    }
}

#[test]
fn every_verdict_reports_every_rule_once_and_in_order() {
    in_every_world(|programme, facts, chance| {
        for question in questions(programme, chance) {
            let verdict = ask(programme, &facts, &question);
            let reported: Vec<RuleId> = verdict.rules.iter().map(|result| result.rule).collect();
            assert_eq!(reported, RuleId::ALL);
        }
    });
}

#[test]
fn nothing_is_allowed_unless_every_rule_that_applies_passes() {
    in_every_world(|programme, facts, chance| {
        for question in questions(programme, chance) {
            let verdict = ask(programme, &facts, &question);
            let agrees =
                |result: &RuleResult| matches!(result.status, Status::Pass | Status::NotApplicable);
            if verdict.rules.iter().all(agrees) {
                assert_ne!(verdict.outcome, Outcome::Incomplete);
            } else {
                assert!(!verdict.is_allowed(), "{verdict:?}");
            }
        }
    });
}

#[test]
fn an_extension_that_is_off_says_nothing() {
    let none = |extensions: &mut Extensions| *extensions = Extensions::default();
    in_every_world_beside(none, |_, bare, facts, chance| {
        for question in questions(bare, chance) {
            for result in ask(bare, &facts, &question).rules {
                assert_eq!(result.extension, None);
                let refund = matches!(question, Question::Refund { .. });
                // Without E9 the seed knows no refund: its own file refuses.
                if result.rule.is_extension() && !(refund && result.rule == RuleId::E9) {
                    assert_eq!(result.status, Status::NotApplicable, "{result:?}");
                }
            }
        }
    });
}

#[test]
fn a_ledger_is_never_below_zero_and_a_refund_restores_what_was_consumed() {
    for seed in 0..how_many(3_000) {
        let mut chance = Chance::of(seed);
        let granted = chance.below(30);
        let mut balance = Balance::granted(Allotment::Finite(granted));
        for _ in 0..chance.below(40) {
            let one = Allotment::Finite(1);
            let before = balance.remaining();
            assert!(before <= Allotment::Finite(granted));
            balance = match chance.below(3) {
                0 if before.has_one_left() => {
                    let consumed = balance.with(EntryKind::Consume, one);
                    assert!(consumed.remaining() < before);
                    assert_eq!(consumed.with(EntryKind::Refund, one).remaining(), before);
                    consumed
                }
                1 if balance.used() > 0 => balance.with(EntryKind::Refund, one),
                _ => balance,
            };
        }
        // Even lines that no rule would have allowed do not take it below zero.
        let emptied = balance.with(EntryKind::Consume, Allotment::Finite(u32::MAX));
        assert_eq!(emptied.remaining(), Allotment::Finite(0));
    }
}

#[test]
fn allowed_has_grounds_and_refused_has_a_reason_and_a_next_step() {
    in_every_world(|programme, facts, chance| {
        for question in questions(programme, chance) {
            let verdict = ask(programme, &facts, &question);
            match verdict.outcome {
                Outcome::Allowed => {
                    assert_eq!(verdict.reasons().count(), 0);
                    assert!(
                        verdict
                            .rules
                            .iter()
                            .any(|result| result.status == Status::Pass)
                    );
                    assert!(verdict.needs.is_empty());
                }
                Outcome::Refused | Outcome::Empty => {
                    assert!(verdict.reasons().count() > 0, "{verdict:?}");
                    assert!(!verdict.next_steps.is_empty(), "{verdict:?}");
                }
                Outcome::Incomplete => {
                    assert_eq!(verdict.reasons().count(), 0);
                    assert!(!verdict.needs.is_empty());
                }
            }
        }
    });
}

#[test]
fn a_pending_benefit_is_never_usable() {
    in_every_world(|programme, facts, chance| {
        let verdict = covers(programme, &facts, &incident(programme, chance));
        let pending: Vec<_> = entitlements(programme, &facts, facts.as_of)
            .into_iter()
            .filter(|held| matches!(held.activation, Activation::Pending { .. }))
            .map(|held| held.key)
            .collect();
        for candidate in &verdict.candidates {
            if let Funding::Benefit { benefit } = &candidate.funding
                && pending.contains(benefit)
            {
                assert_eq!(candidate.outcome, Outcome::Refused);
            }
        }
    });
}

#[test]
fn both_ids_are_always_needed() {
    in_every_world(|programme, mut facts, chance| {
        for contract in &mut facts.contracts {
            match chance.below(3) {
                0 => contract.access_id_masked = None,
                1 => contract.contract_id_masked = None,
                _ => contract.linked_on = None,
            }
        }
        let question = incident(programme, chance);
        let without_ids = programme
            .product(question.product.as_deref().unwrap_or_default())
            .is_some_and(|product| !product.ids_needed);
        for candidate in covers(programme, &facts, &question).candidates {
            if matches!(candidate.funding, Funding::Contract { .. }) && !without_ids {
                assert_ne!(candidate.outcome, Outcome::Allowed, "{candidate:?}");
            }
        }
    });
}

#[test]
fn gaining_a_competency_never_reduces_cover() {
    in_every_world(|programme, facts, chance| {
        let mut richer = facts.clone();
        let Some(partner) = &mut richer.partner else {
            return;
        };
        let start = facts.as_of.plus_days(-10);
        partner.offers.push(MembershipOffer {
            offer: earned(programme, chance),
            competency: Some(chance.pick(&programme.data().competencies).id.clone()),
            start,
            anniversary: start.plus_years(1),
            status: OfferStatus::Active,
        });
        for before in entitlements(programme, &facts, facts.as_of) {
            let after = entitlements(programme, &richer, facts.as_of);
            let after = after.iter().find(|held| held.key == before.key).unwrap();
            assert!(
                after.allotment() >= before.allotment(),
                "{before:?} {after:?}"
            );
        }
        let question = incident(programme, chance);
        if covers(programme, &facts, &question).is_allowed() {
            assert!(covers(programme, &richer, &question).is_allowed());
        }
    });
}

/// What a programme says of resellers' customers alone (E12, E13) ends when nobody is known to be a reseller: only
/// without it does an association never harm.
#[test]
fn gaining_a_role_or_an_association_never_reduces_cover() {
    let seed_alone = |extensions: &mut Extensions| {
        extensions.customer_plan = None;
        extensions.indirect_resellers_ask = None;
    };
    in_every_world_beside(seed_alone, |programme, seed_alone, facts, chance| {
        let mut richer = facts.clone();
        let ids = |named: &[Named]| named.iter().map(|it| it.id.clone()).collect();
        richer.viewer.roles = ids(&programme.data().roles);
        let questions = questions(programme, chance);
        let keeps = |programme: &Programme, richer: &AccountFacts| {
            for question in &questions {
                if ask(programme, &facts, question).is_allowed() {
                    assert!(
                        ask(programme, richer, question).is_allowed(),
                        "{question:?}"
                    );
                }
            }
        };
        keeps(programme, &richer);
        richer.viewer.associations = ids(&programme.data().associations);
        keeps(seed_alone, &richer);
    });
}

#[test]
fn gaining_a_contract_or_a_plan_never_reduces_cover() {
    in_every_world(|programme, facts, chance| {
        let mut richer = account(programme, chance);
        richer.as_of = facts.as_of;
        richer.viewer = facts.viewer.clone();
        richer.contracts.retain(|contract| !contract.own);
        for gained in &mut richer.contracts {
            gained.reference = "c-gained".into();
        }
        richer.contracts.extend(facts.contracts.clone());
        richer.partner = facts.partner.clone();
        let plans = programme.paid_plans().map(|plan| plan.id.clone());
        if let Some(partner) = &mut richer.partner {
            partner.plans = plans.collect();
        }
        let question = incident(programme, chance);
        if covers(programme, &facts, &question).is_allowed() {
            assert!(covers(programme, &richer, &question).is_allowed());
        }
    });
}

#[test]
fn a_refund_never_makes_cover_worse_and_the_last_incident_ends_it() {
    in_every_world(|programme, facts, chance| {
        let question = incident(programme, chance);
        let verdict = covers(programme, &facts, &question);
        let Some(Funding::Contract { contract }) = verdict.funding.clone() else {
            return;
        };
        if !verdict.is_allowed() {
            return;
        }
        let question = IncidentQuestion {
            funding: verdict.funding.clone(),
            ..question
        };
        let mut after = facts.clone();
        let held = after
            .contracts
            .iter_mut()
            .find(|held| held.reference == contract)
            .unwrap();
        let left = match held.remaining() {
            Allotment::Finite(left) => left,
            Allotment::Unlimited => 1_000,
            Allotment::None => panic!("allowed on nothing"),
        };
        held.balance = held
            .balance
            .with(EntryKind::Consume, Allotment::Finite(left));
        let unlimited = held.remaining() == Allotment::Unlimited;
        assert_eq!(covers(programme, &after, &question).is_allowed(), unlimited);
        let held = after
            .contracts
            .iter_mut()
            .find(|held| held.reference == contract)
            .unwrap();
        held.balance = held.balance.with(EntryKind::Refund, Allotment::Finite(1));
        assert!(covers(programme, &after, &question).is_allowed());
    });
}

#[test]
fn the_grace_days_never_make_cover_worse() {
    let strict = |extensions: &mut Extensions| {
        extensions.contract_term = None;
        extensions.renewal_reminders = None;
    };
    in_every_world_beside(strict, |programme, strict, facts, chance| {
        let question = incident(programme, chance);
        if covers(strict, &facts, &question).is_allowed() {
            assert!(covers(programme, &facts, &question).is_allowed());
        }
    });
}

#[test]
fn what_the_law_suggests_it_also_allows_when_asked_for() {
    in_every_world(|programme, facts, chance| {
        let question = incident(programme, chance);
        let suggested = covers(programme, &facts, &question);
        let asked = IncidentQuestion {
            funding: suggested.funding.clone(),
            ..question
        };
        assert_eq!(covers(programme, &facts, &asked).outcome, suggested.outcome);
    });
}

#[test]
fn a_funding_that_this_account_does_not_have_is_refused() {
    in_every_world(|programme, facts, chance| {
        let funding = Some(Funding::Contract {
            contract: "c-of-somebody-else".into(),
        });
        let question = IncidentQuestion {
            funding,
            ..incident(programme, chance)
        };
        let verdict = covers(programme, &facts, &question);
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert!(!verdict.next_steps.is_empty());
    });
}

/// What an answer is open for, it asks for: before that it is neither yes nor no for good reasons that could change.
/// Severity, impact and the number of issues are said or left unsaid, never asked for.
#[test]
fn one_more_fact_never_turns_a_yes_into_a_no_or_a_no_into_a_yes() {
    in_every_world(|programme, facts, chance| {
        let more = incident(programme, chance);
        let mut less = more.clone();
        match chance.below(4) {
            0 => less.beneficiary = None,
            1 => (less.product, less.version) = (None, None),
            2 => less.failing_side = None,
            _ => less.kind = None,
        }
        let before = covers(programme, &facts, &less);
        let after = covers(programme, &facts, &more).outcome;
        if before.outcome != Outcome::Incomplete {
            assert_eq!(after, before.outcome, "{less:?} {more:?}");
        }
    });
}

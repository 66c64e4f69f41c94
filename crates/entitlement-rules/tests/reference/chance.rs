//! Large worlds made by chance: the accounts of [`worlds`] in every programme file, with extensions switched off here
//! and there, spent and given back incidents, and ways to pay that are asked for.

use crate::worlds::{self, Chance};
use entitlement_rules::{
    AccountFacts, Allotment, BenefitKey, EntryKind, Funding, Programme, ProgrammeData, Question,
};
use std::path::Path;

/// How many programmes are made out of one file.
const VARIANTS: u32 = 8;

/// Every programme file as it is, and several times with some of its extensions left out.
pub(crate) fn programmes() -> Vec<Programme> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let mut chance = Chance::of(0);
    let mut programmes = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
        for variant in 0..VARIANTS {
            let mut json = whole.clone();
            if variant > 0 {
                leave_out_extensions(&mut json, &mut chance);
            }
            let data: ProgrammeData = serde_json::from_value(json).unwrap();
            programmes.push(Programme::check(data).unwrap());
        }
    }
    programmes
}

fn leave_out_extensions(json: &mut serde_json::Value, chance: &mut Chance) {
    let extensions = json["policy"]["extensions"].as_object_mut().unwrap();
    extensions.retain(|_, _| !chance.once_in(3));
    // The reminders lie inside the grace days.
    if !extensions.contains_key("E7") {
        extensions.remove("E8");
    }
}

/// An account, now and then with incidents given back, or lost with the contract's end.
pub(crate) fn account(programme: &Programme, chance: &mut Chance) -> AccountFacts {
    let mut facts = worlds::account(programme, chance);
    for contract in &mut facts.contracts {
        let one = Allotment::Finite(1 + chance.below(2));
        if chance.once_in(4) {
            contract.balance = contract.balance.with(EntryKind::Refund, one);
        }
        if chance.once_in(6) {
            contract.balance = contract.balance.with(EntryKind::Expire, one);
        }
    }
    facts
}

/// One question about the account, an incident more often than not.
pub(crate) fn question(
    programme: &Programme,
    facts: &AccountFacts,
    chance: &mut Chance,
) -> Question {
    let all = worlds::questions(programme, chance);
    let incidents = all
        .iter()
        .position(|question| matches!(question, Question::CreateIncident(_)));
    let mut question = match incidents {
        Some(position) if !chance.once_in(3) => all[position].clone(),
        _ => chance.pick(&all).clone(),
    };
    if let Question::CreateIncident(incident) = &mut question
        && chance.once_in(3)
    {
        incident.funding = Some(funding(programme, facts, chance));
    }
    question
}

/// Something to pay with, whether the account has it or not.
fn funding(programme: &Programme, facts: &AccountFacts, chance: &mut Chance) -> Funding {
    let data = programme.data();
    match chance.below(5) {
        0 => Funding::HeldIds,
        1 => Funding::ResellerPlan {
            plan: data.policy.reseller_plan.id.clone(),
        },
        2 => Funding::PaidPlan {
            plan: chance.pick(&data.plans).id.clone(),
        },
        3 => Funding::Benefit {
            benefit: BenefitKey {
                benefit: chance.pick(&data.benefits).id.clone(),
                package: chance.pick(&data.offers).package.clone(),
            },
        },
        _ => Funding::Contract {
            contract: match facts.contracts.as_slice() {
                [] => "of-nobody".into(),
                contracts => chance.pick(contracts).reference.clone(),
            },
        },
    }
}

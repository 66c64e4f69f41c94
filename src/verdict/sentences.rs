//! The sentence for every code of a verdict. Every `match` names every code, so that a new one does not build without
//! its words.

use super::names::{BenefitName, Names, PayerName};
use super::reading::{
    Answer, Asked, Code, FactValue, Fix, Payer, Reading, RuleLine, Uses, link_funding,
};
use crate::words::{self, Words};
use entitlement_rules::{
    ActivationEstimate, Allotment, Beneficiary, Change, FailingSide, IncidentKind, Need, NextStep,
    RuleId, RuleResult, Severity, Value,
};

/// The title of a reading: its answer in one sentence.
pub(crate) fn title(words: Words, reading: &Reading) -> &'static str {
    if reading.answer == Answer::IdsFirst && !reading.needs.is_empty() {
        words::verdict::ids_so_far(words)
    } else {
        answer(words, reading.asked, reading.answer)
    }
}

/// An answer in one sentence.
fn answer(words: Words, asked: Asked, answer: Answer) -> &'static str {
    use words::verdict as say;
    match (answer, asked) {
        (Answer::Yes, Asked::Incident) => say::yes_incident(words),
        (Answer::Yes, Asked::Page) => say::yes_page(words),
        (Answer::Yes, Asked::Activation) => say::yes_activate(words),
        (Answer::Yes, Asked::Ids) => say::yes_ids(words),
        (Answer::Yes, Asked::Other) => say::yes(words),
        (Answer::SoFar, _) => say::so_far(words),
        (Answer::IdsFirst, _) => say::ids_first(words),
        (Answer::TooUrgent, _) => say::too_urgent(words),
        (Answer::Nothing, _) => say::no_benefits(words),
        (Answer::No, Asked::Incident) => say::no_incident(words),
        (Answer::No, Asked::Page) => say::no_page(words),
        (Answer::No, Asked::Activation) => say::no_activate(words),
        (Answer::No, Asked::Ids) => say::no_ids(words),
        (Answer::No, Asked::Other) => say::no(words),
    }
}

/// What the live region says of a reading: the answer, what is still needed, or what it would take.
pub(crate) fn announcement(words: Words, reading: &Reading) -> String {
    let mut said = vec![title(words, reading).to_owned()];
    match (reading.answer, &reading.payer) {
        (Answer::Yes, Some(payer)) => {
            said.push(payer_name(words, &payer.name));
            said.push(words::verdict::uses_line(words, &uses(words, payer)));
        }
        (Answer::No, _) => said.extend(
            reading
                .deciding
                .first()
                .map(|line| failure(words, &line.result).to_owned()),
        ),
        _ => {}
    }
    if !reading.needs.is_empty() && reading.answer != Answer::No {
        said.push(still_needed(words, &reading.needs));
    }
    said.join(". ")
}

/// What is still needed, as a sentence.
pub(crate) fn still_needed(words: Words, needs: &[Need]) -> String {
    let names: Vec<String> = needs
        .iter()
        .map(|need| self::need(words, *need).to_owned())
        .collect();
    words::verdict::still_needed(words, &words.listed(&names))
}

fn need(words: Words, need: Need) -> &'static str {
    use words::verdict as say;
    match need {
        Need::Beneficiary => say::need_beneficiary(words),
        Need::Product => say::need_product(words),
        Need::Version => say::need_version(words),
        Need::FailingSide => say::need_failing_side(words),
        Need::Kind => say::need_kind(words),
    }
}

/// What pays, by name.
pub(crate) fn payer_name(words: Words, name: &PayerName) -> String {
    match name {
        PayerName::Benefit(name) => benefit_name(words, name),
        PayerName::Elsewhere { benefit, company } => {
            words::verdict::held_by(words, benefit, company)
        }
        PayerName::HeldIds => words::verdict::held_ids(words).to_owned(),
        PayerName::Plan(name) => name.clone(),
    }
}

/// A benefit with the offers that it comes with.
pub(crate) fn benefit_name(words: Words, name: &BenefitName) -> String {
    if name.offers.is_empty() {
        name.benefit.clone()
    } else {
        words::verdict::benefit_of(words, &name.benefit, &words.listed(&name.offers))
    }
}

/// What an incident takes from what pays for it.
pub(crate) fn uses(words: Words, payer: &Payer) -> String {
    use words::verdict as say;
    match payer.uses {
        Uses::Nothing => say::uses_nothing(words).to_owned(),
        Uses::NoBenefit => say::uses_no_benefit(words).to_owned(),
        Uses::Unlimited => say::uses_unlimited(words).to_owned(),
        Uses::OneOf(left) => say::uses_one(words, left),
        Uses::NoneLeft => say::uses_none_left(words).to_owned(),
        Uses::NotYet => say::uses_not_yet(words).to_owned(),
        Uses::Unknown => say::uses_unknown(words).to_owned(),
    }
}

/// What a rule demands.
pub(crate) fn demand(words: Words, rule: RuleId) -> &'static str {
    use words::verdict as say;
    match rule {
        RuleId::S1 => say::s1(words),
        RuleId::S2 => say::s2(words),
        RuleId::S3 => say::s3(words),
        RuleId::S4 => say::s4(words),
        RuleId::S5 => say::s5(words),
        RuleId::S6 => say::s6(words),
        RuleId::S7 => say::s7(words),
        RuleId::S8 => say::s8(words),
        RuleId::S9 => say::s9(words),
        RuleId::S10 => say::s10(words),
        RuleId::S11 => say::s11(words),
        RuleId::S12 => say::s12(words),
        RuleId::S13 => say::s13(words),
        RuleId::S14 => say::s14(words),
        RuleId::S15 => say::s15(words),
        RuleId::S16 => say::s16(words),
        RuleId::S17 => say::s17(words),
        RuleId::S18 => say::s18(words),
        RuleId::S19 => say::s19(words),
        RuleId::S20 => say::s20(words),
        RuleId::S21 => say::s21(words),
        RuleId::S22 => say::s22(words),
        RuleId::S23 => say::s23(words),
        RuleId::S24 => say::s24(words),
        RuleId::S25 => say::s25(words),
        RuleId::S26 => say::s26(words),
        RuleId::S27 => say::s27(words),
        RuleId::S28 => say::s28(words),
        RuleId::S29 => say::s29(words),
        RuleId::S30 => say::s30(words),
        RuleId::S31 => say::s31(words),
        RuleId::S32 => say::s32(words),
        RuleId::S33 => say::s33(words),
        RuleId::S34 => say::s34(words),
        RuleId::S35 => say::s35(words),
        RuleId::S36 => say::s36(words),
        RuleId::S37 => say::s37(words),
        RuleId::S38 => say::s38(words),
        RuleId::E1 => say::e1(words),
        RuleId::E2 => say::e2(words),
        RuleId::E3 => say::e3(words),
        RuleId::E4 => say::e4(words),
        RuleId::E5 => say::e5(words),
        RuleId::E6 => say::e6(words),
        RuleId::E7 => say::e7(words),
        RuleId::E8 => say::e8(words),
        RuleId::E9 => say::e9(words),
        RuleId::E10 => say::e10(words),
        RuleId::E11 => say::e11(words),
        RuleId::E12 => say::e12(words),
        RuleId::E13 => say::e13(words),
        RuleId::E14 => say::e14(words),
        RuleId::E15 => say::e15(words),
        RuleId::E16 => say::e16(words),
        RuleId::E17 => say::e17(words),
        RuleId::E18 => say::e18(words),
    }
}

/// Why a rule refuses.
pub(crate) fn failure(words: Words, result: &RuleResult) -> &'static str {
    use words::verdict as say;
    let input = |name: &str| result.input(name);
    let is_missing = |name: &str| matches!(input(name), Some(Value::Missing));
    match result.rule {
        RuleId::S1 => say::f1(words),
        RuleId::S2 => say::f2(words),
        RuleId::S4 => say::f4(words),
        RuleId::S5 => say::f5(words),
        RuleId::S7 => say::f7(words),
        RuleId::S8 => say::f8(words),
        RuleId::S9 => say::f9(words),
        RuleId::S10 => match input("activation") {
            Some(Value::Id(state)) if state == "active" => say::f10_active(words),
            _ => say::f10_pending(words),
        },
        RuleId::S11 => say::f11(words),
        RuleId::S12 => say::f12(words),
        RuleId::S13 if is_missing("allotment") => say::f13_unknown(words),
        RuleId::S13 if input("allotment").is_none() => say::f13_lapsed(words),
        RuleId::S13 | RuleId::S19 | RuleId::S21 | RuleId::S22 => say::f13_not_included(words),
        RuleId::S14 => say::f14(words),
        RuleId::S15 => say::f15(words),
        RuleId::S16 => say::f16(words),
        RuleId::S18 => say::f18(words),
        RuleId::S20 => say::f20(words),
        RuleId::S24 => say::f24(words),
        RuleId::S25 if is_missing("versions-behind") => say::f25_unreleased(words),
        RuleId::S25 => say::f25(words),
        RuleId::S26 if input("retired").is_some() => say::f26_retired(words),
        RuleId::S26 => say::f26(words),
        RuleId::S17 | RuleId::S27 => say::f27(words),
        RuleId::S28 => say::f28(words),
        RuleId::S30 if input("associations").is_some() => say::f30_account(words),
        RuleId::S30 => say::f30_product(words),
        RuleId::S32 => say::f32(words),
        RuleId::S34 => say::f34(words),
        RuleId::S35 => say::f35(words),
        RuleId::S36 | RuleId::S37 => say::f36(words),
        RuleId::S38 => say::f38(words),
        RuleId::E9 => say::fe9(words),
        RuleId::E10 => say::fe10(words),
        RuleId::E12 => say::fe12(words),
        RuleId::E13 => say::fe13(words),
        RuleId::E14 => say::fe14(words),
        RuleId::E15 => say::fe15(words),
        RuleId::E18 => say::fe18(words),
        // They state a fact and never refuse.
        RuleId::S3
        | RuleId::S6
        | RuleId::S23
        | RuleId::S29
        | RuleId::S31
        | RuleId::S33
        | RuleId::E1
        | RuleId::E2
        | RuleId::E3
        | RuleId::E4
        | RuleId::E5
        | RuleId::E6
        | RuleId::E7
        | RuleId::E8
        | RuleId::E11
        | RuleId::E16
        | RuleId::E17 => say::not_met(words),
    }
}

/// Where a rule is stated; an extension is tagged instead.
pub(crate) fn source(words: Words, rule: RuleId) -> Option<String> {
    let lines = rule.seed_lines();
    let ranges = super::reading::line_ranges(lines);
    match lines.len() {
        0 => None,
        1 => Some(words::verdict::line(words, &ranges)),
        _ => Some(words::verdict::lines(words, &ranges)),
    }
}

/// The tag of an extension.
pub(crate) fn extension(words: Words, extension: RuleId) -> String {
    words::verdict::extension(words, extension.code())
}

/// What the viewer can do, as a sentence or the label of what does it.
pub(crate) fn step(words: Words, names: Names<'_>, step: &NextStep) -> String {
    use words::verdict as say;
    let any_role = |roles: &[String]| {
        let roles: Vec<String> = roles
            .iter()
            .map(|role| names.role_or_association(role))
            .collect();
        words.any_of(&roles)
    };
    match step {
        NextStep::SignInWithAnotherAccount { association: None } => {
            words::shell::switch_account(words).to_owned()
        }
        NextStep::SignInWithAnotherAccount {
            association: Some(association),
        } => say::to_sign_in_with(words, &names.role_or_association(association)),
        NextStep::GetOffer { offers } => {
            let offers: Vec<String> = offers.iter().map(|offer| names.offer(offer)).collect();
            say::to_get_offer(words, &words.any_of(&offers))
        }
        NextStep::AskForRole { roles } => say::to_ask_for_role(words, &any_role(roles)),
        NextStep::Activate { benefit } => say::to_activate(
            words,
            &benefit_name(words, &names.benefit_of_package(benefit)),
        ),
        NextStep::AskToActivate {
            benefit,
            roles,
            people,
        } => {
            let benefit = benefit_name(words, &names.benefit_of_package(benefit));
            if people.is_empty() {
                say::to_ask_roles(words, &benefit, &any_role(roles))
            } else {
                say::to_ask_people(words, &words.any_of(people), &benefit)
            }
        }
        NextStep::Wait {
            requested_on,
            requested_by,
            usually,
            ..
        } => match usually {
            ActivationEstimate::Days => say::to_wait_days(words, requested_by, *requested_on),
            ActivationEstimate::Minutes => say::to_wait_minutes(words, requested_by, *requested_on),
        },
        NextStep::Link { contract: None } => say::to_link(words).to_owned(),
        NextStep::Link { contract } => {
            let payer = names.payer(&link_funding(contract.as_deref()));
            say::to_link_of(words, &payer_name(words, &payer))
        }
        NextStep::EarnCompetency { competencies } => {
            let named: Vec<String> = competencies.iter().map(|id| names.competency(id)).collect();
            say::to_earn(words, &words.any_of(&named))
        }
        NextStep::ChooseVersion { product, versions } => {
            let named: Vec<String> = versions
                .iter()
                .map(|version| names.version(Some(product), version))
                .collect();
            say::to_choose_version(words, &words.any_of(&named))
        }
        NextStep::UseBenefit { benefit } => say::to_use_benefit(words, &names.benefit(benefit)),
        NextStep::UseAdvisoryHours { hours } => say::to_use_hours(words, *hours),
        NextStep::DescribeProblem => say::to_describe(words).to_owned(),
        NextStep::ChooseCustomer => say::to_choose_customer(words).to_owned(),
        NextStep::RenewMembership => say::to_renew(words).to_owned(),
        NextStep::ComparePlans { plans } if plans.is_empty() => {
            say::to_compare_all(words).to_owned()
        }
        NextStep::ComparePlans { plans } => {
            let named: Vec<String> = plans.iter().map(|plan| names.plan(plan)).collect();
            say::to_compare(words, &words.any_of(&named))
        }
        NextStep::OpenPortal { portal } if names.is_legacy_portal(portal) => {
            say::to_activate_in(words, &names.portal(portal))
        }
        NextStep::OpenPortal { portal } => say::to_open_portal(words, &names.portal(portal)),
        NextStep::ContactRegion { .. } => say::to_region(words).to_owned(),
        NextStep::SplitIncident => say::to_split(words).to_owned(),
        NextStep::AskPublisher { product } => say::to_publisher(words, &names.product(product)),
        NextStep::AskIndirectProvider => say::to_provider(words).to_owned(),
        NextStep::ChooseSeverity { severity } => {
            say::to_severity(words, severity_code(*severity).word(words))
        }
        NextStep::UseContract { contract } => {
            let payer = names.payer(&link_funding(Some(contract)));
            say::to_use_contract(words, &payer_name(words, &payer))
        }
        NextStep::ContactProgramme => say::to_contact(words).to_owned(),
    }
}

fn severity_code(severity: Severity) -> Code {
    match severity {
        Severity::A => Code::SeverityA,
        Severity::B => Code::SeverityB,
        Severity::C => Code::SeverityC,
    }
}

/// The names of what a change lists, in its order; none for a change without a list.
pub(crate) fn listed(words: Words, names: Names<'_>, change: &Change) -> Vec<String> {
    use words::new_incident as form;
    fn each<T>(ids: &[T], name: impl Fn(&T) -> String) -> Vec<String> {
        ids.iter().map(name).collect()
    }
    match change {
        Change::GainRole { roles } => each(roles, |id| names.role_or_association(id)),
        Change::SeeOffers { offers } | Change::HoldOffer { offers } => {
            each(offers, |id| names.offer(id))
        }
        Change::EarnCompetency { competencies, .. } => {
            each(competencies, |id| names.competency(id))
        }
        Change::LinkHeldIds { benefits } => each(benefits, |id| names.benefit(id)),
        Change::ChooseProduct { products } => each(products, |it| names.product(&it.product)),
        Change::ChooseVersion { product, versions } => {
            each(versions, |id| names.version(Some(product), id))
        }
        Change::ChooseFailingSide { sides } => each(sides, |side| {
            let side = match side {
                FailingSide::OnPremises => form::side_on_premises(words),
                FailingSide::Cloud => form::side_cloud(words),
            };
            side.to_owned()
        }),
        Change::ChooseKind { kinds } => each(kinds, |kind| {
            let code = match kind {
                IncidentKind::BreakFix => Code::BreakFix,
                IncidentKind::Advisory => Code::Advisory,
                IncidentKind::Billing => Code::Billing,
            };
            code.word(words).to_owned()
        }),
        Change::ChooseBeneficiary { beneficiaries } => each(beneficiaries, |whom| {
            let whom = match whom {
                Beneficiary::OwnCompany => form::for_own(words),
                Beneficiary::Customer => form::for_customer(words),
            };
            whom.to_owned()
        }),
        Change::ChooseSeverity { severities } => {
            each(severities, |it| severity_code(*it).word(words).to_owned())
        }
        Change::GainAssociation { .. }
        | Change::Renew { .. }
        | Change::BuyPlan { .. }
        | Change::FulfilActivation { .. }
        | Change::Activate { .. }
        | Change::Link { .. }
        | Change::SplitIncident
        | Change::ChooseFunding { .. }
        | Change::WaitUntil { .. } => Vec::new(),
    }
}

/// The most names that a sentence lists; of more it says how many there are.
const MOST_NAMED: usize = 3;

/// What is to change, as a sentence or the label of what does it, and how many names it has left out.
pub(crate) fn change(
    words: Words,
    names: Names<'_>,
    change: &Change,
    fix: &Fix,
) -> (String, Option<u32>) {
    use words::verdict as say;
    let listed = listed(words, names, change);
    let can_be_cut = matches!(
        change,
        Change::GainRole { .. }
            | Change::SeeOffers { .. }
            | Change::HoldOffer { .. }
            | Change::EarnCompetency { .. }
            | Change::ChooseProduct { .. }
    );
    let cut = u32::try_from(listed.len())
        .ok()
        .filter(|_| can_be_cut && listed.len() > MOST_NAMED);
    let any = match (cut, change) {
        (Some(count), Change::EarnCompetency { competencies, .. }) => {
            if competencies.iter().all(|id| names.is_cloud(id)) {
                say::one_of_cloud(words, count)
            } else {
                say::one_of_competencies(words, count)
            }
        }
        (Some(count), _) => say::one_of(words, count),
        (None, _) => words.any_of(&listed),
    };
    let benefit = |key| benefit_name(words, &names.benefit_held(key));
    let text = match change {
        Change::GainAssociation { association } => {
            say::to_sign_in_with(words, &names.role_or_association(association))
        }
        Change::GainRole { .. } => say::do_gain_role(words, &any),
        Change::SeeOffers { .. } => say::do_see_offers(words, &any),
        Change::Renew { benefit: key } => say::do_renew(words, &names.benefit(&key.benefit)),
        Change::HoldOffer { .. } => say::do_hold_offer(words, &any),
        Change::EarnCompetency { offer, .. } => say::do_earn(words, &names.offer(offer), &any),
        Change::BuyPlan { plan } => say::do_buy(words, &names.plan(plan)),
        Change::FulfilActivation { benefit: key } => say::do_fulfil(words, &benefit(key)),
        Change::Activate { benefit: key } => say::to_activate(words, &benefit(key)),
        Change::Link { contract } if names.has_contract(contract) => {
            let payer = names.payer(&link_funding(Some(contract)));
            say::to_link_of(words, &payer_name(words, &payer))
        }
        Change::Link { .. } => say::do_link_new(words).to_owned(),
        Change::LinkHeldIds { .. } => say::do_link_held(words, &any),
        Change::ChooseProduct { .. } => say::do_choose_product(words, &any),
        Change::ChooseVersion { .. } => say::do_choose_version(words, &any),
        Change::ChooseFailingSide { .. } => say::do_choose_side(words, &any),
        Change::ChooseKind { .. } => say::do_choose_kind(words, &any),
        Change::ChooseBeneficiary { .. } => say::do_choose_beneficiary(words, &any),
        Change::ChooseSeverity { .. } => say::to_severity(words, &any),
        Change::SplitIncident => say::to_split(words).to_owned(),
        // What is chosen is what pays in the end.
        Change::ChooseFunding { funding } => {
            let payer = match &fix.payer {
                Some(payer) => payer_name(words, &payer.name),
                None => payer_name(words, &names.payer(funding)),
            };
            say::do_choose_funding(words, &payer)
        }
        Change::WaitUntil { date } => say::do_wait_until(words, *date),
    };
    (text, cut)
}

/// What would then pay, unless the changes name it, and what it would take; nothing when that is not certain.
pub(crate) fn then_paid(words: Words, fix: &Fix, changes: &[String]) -> Option<String> {
    let payer = fix.payer.as_ref()?;
    if payer.uses == Uses::Unknown {
        return None;
    }
    let takes = words::verdict::uses_line(words, &uses(words, payer));
    let name = payer_name(words, &payer.name);
    Some(if changes.iter().any(|change| change.contains(&name)) {
        takes
    } else {
        words::verdict::then_paid_by(words, &name, &takes)
    })
}

/// A number of incidents.
pub(crate) fn amount(words: Words, amount: Allotment) -> String {
    match amount {
        Allotment::None => words::verdict::none(words).to_owned(),
        Allotment::Finite(count) => words.number(count),
        Allotment::Unlimited => words::verdict::unlimited(words).to_owned(),
    }
}

/// The value of a fact.
pub(crate) fn value(words: Words, value: &FactValue) -> String {
    let listed = |names: &[String]| {
        if names.is_empty() {
            words::verdict::none(words).to_owned()
        } else {
            words.listed(names)
        }
    };
    match value {
        FactValue::YesNo(true) => words::verdict::yes(words).to_owned(),
        FactValue::YesNo(false) => words::verdict::no(words).to_owned(),
        FactValue::Count(count) => words.number(*count),
        FactValue::Amount(incidents) => amount(words, *incidents),
        FactValue::Day(day) => words.date(*day),
        FactValue::Names(names) => listed(names),
        FactValue::Benefits(benefits) => {
            let names: Vec<String> = benefits
                .iter()
                .map(|name| benefit_name(words, name))
                .collect();
            listed(&names)
        }
        FactValue::Code(code) => code.word(words).to_owned(),
        FactValue::Codes(codes) => {
            let codes: Vec<String> = codes
                .iter()
                .map(|code| code.word(words).to_owned())
                .collect();
            listed(&codes)
        }
        FactValue::Missing => words::verdict::missing(words).to_owned(),
    }
}

/// What a rule says here: why it refuses, or what it demands.
pub(crate) fn says(words: Words, line: &RuleLine) -> &'static str {
    match line.result.status {
        entitlement_rules::Status::Fail => failure(words, &line.result),
        _ => demand(words, line.result.rule),
    }
}

//! What a verdict says to its reader, as plain data: codes, names and figures in the order in which they are shown.
//! No sentence is made here, so that it can be read without a browser.

use super::names::{BenefitName, Names, PayerName};
use entitlement_rules::{
    AccountFacts, Allotment, BenefitKey, Candidate, Change, Date, Funding, Input, Need, NextStep,
    Outcome, Programme, Question, Remedy, RuleId, RuleResult, Status, Value, Verdict, decide,
};

/// A verdict, ready to be worded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// What was asked.
    pub(crate) asked: Asked,
    /// The answer.
    pub(crate) answer: Answer,
    /// Facts that are still needed.
    pub(crate) needs: Vec<Need>,
    /// What pays, when an incident was asked about.
    pub(crate) funding: Option<Funding>,
    /// Its name, and what an incident takes from it.
    pub(crate) payer: Option<Payer>,
    /// The rules that decide, in the order of their numbers.
    pub(crate) deciding: Vec<RuleLine>,
    /// The other rules.
    pub(crate) others: Vec<RuleLine>,
    /// What the viewer can do, most useful first.
    pub(crate) steps: Vec<NextStep>,
    /// Every way to pay, best first.
    pub(crate) ways: Vec<Way>,
    /// A warning of a rule that passed about a role that may only read (E2).
    pub(crate) reads_only: bool,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To open the benefits page.
    Page,
    /// To activate a benefit.
    Activation,
    /// To see the two IDs.
    Ids,
    /// Whether an incident is covered.
    Incident,
    /// Something that no page asks in words of its own.
    Other,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes.
    Yes,
    /// Nothing says no, but facts are missing.
    SoFar,
    /// Nothing but the two IDs is in the way.
    IdsFirst,
    /// Nothing but a severity that the effect on the business does not justify (E18).
    TooUrgent,
    /// There is nothing to show.
    Nothing,
    /// No.
    No,
}

/// What pays, and what that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payer {
    /// Its name.
    pub(crate) name: PayerName,
    /// What an incident takes from it.
    pub(crate) uses: Uses,
    /// The last day of its contract.
    pub(crate) ends: Option<Date>,
    /// The last day of grace, while the contract has ended but can still be used.
    pub(crate) grace_until: Option<Date>,
}

/// What an incident takes from what pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uses {
    /// Nothing at all.
    Nothing,
    /// Nothing that comes with the membership: a paid plan covers it.
    NoBenefit,
    /// Nothing: incidents are counted but never run out.
    Unlimited,
    /// One of this many that are left.
    OneOf(u32),
    /// None are left to take.
    NoneLeft,
    /// There is no contract yet.
    NotYet,
    /// Whose contract it is will be known when its IDs are entered.
    Unknown,
}

/// What one rule says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleLine {
    /// The rule's own result, with the extension that shaped it.
    pub(crate) result: RuleResult,
    /// The facts that it looked at.
    pub(crate) facts: Vec<Fact>,
}

/// A fact that a rule looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    /// Its name.
    pub(crate) name: InputName,
    /// Its value.
    pub(crate) value: FactValue,
}

/// The value of a fact, with ids as names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FactValue {
    /// Yes or no.
    YesNo(bool),
    /// A count.
    Count(u32),
    /// A number of incidents.
    Amount(Allotment),
    /// A day.
    Day(Date),
    /// Names; empty for none.
    Names(Vec<String>),
    /// Benefits.
    Benefits(Vec<BenefitName>),
    /// One of the law's own codes.
    Code(Code),
    /// Several of them.
    Codes(Vec<Code>),
    /// The fact is missing.
    Missing,
}

/// One way to pay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    /// What would pay.
    pub(crate) funding: Funding,
    /// Its name, and what it would take.
    pub(crate) payer: Payer,
    /// The answer for it.
    pub(crate) answer: Answer,
    /// The rule that decides against it.
    pub(crate) reason: Option<RuleLine>,
}

/// What would make it yes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fix {
    /// What is to change, in the order in which it is done.
    pub(crate) changes: Vec<Change>,
    /// What would then pay, and what that would take.
    pub(crate) payer: Option<Payer>,
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal => $word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            /// Every one, by its code.
            #[cfg(test)]
            pub(crate) const CODES: &[&str] = &[$($code),+];

            /// The one with this code.
            pub(crate) fn of_code(code: &str) -> Option<$name> {
                match code {
                    $($code => Some($name::$variant),)+
                    _ => None,
                }
            }

            /// Its words.
            pub(crate) fn word(self, words: crate::words::Words) -> &'static str {
                match self {
                    $($name::$variant => crate::words::verdict::$word(words)),+
                }
            }
        }
    };
}

pub(super) use codes;

codes! {
    /// A code of the law's own, that no programme names.
    Code {
        BreakFix = "break-fix" => break_fix,
        Advisory = "advisory" => advisory,
        Billing = "billing" => billing,
        OnPremises = "on-premises" => on_premises,
        Cloud = "cloud" => cloud,
        Hybrid = "hybrid" => hybrid,
        Work = "work" => work,
        Personal = "personal" => personal,
        NotActivated = "not-activated" => not_activated,
        Pending = "pending" => pending,
        Active = "active" => active,
        Failed = "failed" => failed,
        SeverityA = "a" => severity_a,
        SeverityB = "b" => severity_b,
        SeverityC = "c" => severity_c,
        DirectBill = "direct-bill" => direct_bill,
        IndirectProvider = "indirect-provider" => indirect_provider,
        IndirectReseller = "indirect-reseller" => indirect_reseller,
        Duplicate = "duplicate" => duplicate,
        ProductBug = "product-bug" => product_bug,
        Withdrawn = "withdrawn" => withdrawn,
        Days = "days" => days,
        Minutes = "minutes" => minutes,
    }
}

codes! {
    /// The name of a fact that a rule looks at.
    InputName {
        AccessIdShown = "access-id-shown" => in_access_id_shown,
        AccountKind = "account-kind" => in_account_kind,
        Activation = "activation" => in_activation,
        Activators = "activators" => in_activators,
        ActiveOffers = "active-offers" => in_active_offers,
        AdvisoryHours = "advisory-hours" => in_advisory_hours,
        Allotment = "allotment" => in_allotment,
        Anniversary = "anniversary" => in_anniversary,
        Associations = "associations" => in_associations,
        Audience = "audience" => in_audience,
        Because = "because" => in_because,
        Benefit = "benefit" => in_benefit,
        Benefits = "benefits" => in_benefits,
        Bought = "bought" => in_bought,
        CloudCompetencies = "cloud-competencies" => in_cloud_competencies,
        Contact = "contact" => in_contact,
        Contract = "contract" => in_contract,
        ContractIdShown = "contract-id-shown" => in_contract_id_shown,
        End = "end" => in_end,
        HasBothIds = "has-both-ids" => in_has_both_ids,
        InMainstream = "in-mainstream" => in_in_mainstream,
        Issues = "issues" => in_issues,
        Justified = "justified" => in_justified,
        Kind = "kind" => in_kind,
        LastUsableDay = "last-usable-day" => in_last_usable_day,
        LeastPlan = "least-plan" => in_least_plan,
        LegacyPortal = "legacy-portal" => in_legacy_portal,
        Linked = "linked" => in_linked,
        LinkedOn = "linked-on" => in_linked_on,
        Mainstream = "mainstream" => in_mainstream,
        MainstreamEnd = "mainstream-end" => in_mainstream_end,
        Needed = "needed" => in_needed,
        Offer = "offer" => in_offer,
        Offers = "offers" => in_offers,
        OffersHidden = "offers-hidden" => in_offers_hidden,
        OtherCompetencies = "other-competencies" => in_other_competencies,
        OwnCompany = "own-company" => in_own_company,
        OwnContract = "own-contract" => in_own_contract,
        Partner = "partner" => in_partner,
        Placement = "placement" => in_placement,
        Plan = "plan" => in_plan,
        PlanWorkloads = "plan-workloads" => in_plan_workloads,
        Plans = "plans" => in_plans,
        Portal = "portal" => in_portal,
        Product = "product" => in_product,
        ReferenceTargetHours = "reference-target-hours" => in_reference_target_hours,
        Region = "region" => in_region,
        Remaining = "remaining" => in_remaining,
        RequestedBy = "requested-by" => in_requested_by,
        RequestedOn = "requested-on" => in_requested_on,
        Reseller = "reseller" => in_reseller,
        Retired = "retired" => in_retired,
        Roles = "roles" => in_roles,
        Scope = "scope" => in_scope,
        Severity = "severity" => in_severity,
        Start = "start" => in_start,
        Unusable = "unusable" => in_unusable,
        Used = "used" => in_used,
        Version = "version" => in_version,
        VersionsBack = "versions-back" => in_versions_back,
        VersionsBehind = "versions-behind" => in_versions_behind,
        Workload = "workload" => in_workload,
    }
}

/// Reads a verdict on a question.
pub(crate) fn read(
    verdict: &Verdict,
    question: &Question,
    programme: &Programme,
    names: Names<'_>,
) -> Reading {
    let asked = match question {
        Question::OpenBenefits => Asked::Page,
        Question::Activate { .. } => Asked::Activation,
        Question::ViewIds { .. } => Asked::Ids,
        Question::CreateIncident(_) => Asked::Incident,
        Question::Link { .. } | Question::Refund { .. } | Question::ComparePlans => Asked::Other,
    };
    let product = match question {
        Question::CreateIncident(incident) => incident.product.as_deref(),
        _ => None,
    };
    let line = |result: &RuleResult| RuleLine {
        result: result.clone(),
        facts: facts(result, names, product),
    };
    let answer = answer(verdict.outcome, &verdict.rules);
    let (deciding, others): (Vec<&RuleResult>, Vec<&RuleResult>) = verdict
        .rules
        .iter()
        .partition(|result| decides(result, verdict.outcome, asked));
    let paying = verdict
        .candidates
        .iter()
        .find(|candidate| Some(&candidate.funding) == verdict.funding.as_ref());
    let helps = |step: &NextStep| {
        // What would help a way to pay that does not cover this side of things would not help here.
        let ways = &verdict.candidates;
        let is_own = paying.is_none_or(|way| way.next_steps.contains(step));
        is_own
            || answer != Answer::TooUrgent
                && ways
                    .iter()
                    .any(|way| !is_out_of_scope(way) && way.next_steps.contains(step))
    };
    let steps = verdict.next_steps.iter().filter(|step| helps(step));
    let steps = steps.filter(|step| match step {
        // Pointing to the benefit that has just answered would lead in a circle.
        NextStep::UseBenefit { benefit } => paying
            .and_then(|way| way.benefit.as_ref())
            .is_none_or(|own| own.benefit != *benefit),
        // Entering the IDs of a contract that would not cover it all the same would be in vain.
        NextStep::Link { contract } => {
            let funding = link_funding(contract.as_deref());
            let mut ways = verdict.candidates.iter();
            !ways.any(|way| way.funding == funding && !only_ids_missing(&way.rules))
        }
        _ => true,
    });
    Reading {
        asked,
        answer,
        needs: verdict.needs.clone(),
        funding: verdict.funding.clone(),
        payer: paying.map(|candidate| payer(candidate, programme, names, verdict.as_of)),
        deciding: deciding.into_iter().map(line).collect(),
        others: others.into_iter().map(line).collect(),
        steps: steps.cloned().collect(),
        ways: verdict
            .candidates
            .iter()
            .map(|candidate| Way {
                funding: candidate.funding.clone(),
                payer: payer(candidate, programme, names, verdict.as_of),
                answer: self::answer(candidate.outcome, &candidate.rules),
                reason: main_reason(candidate).map(line),
            })
            .collect(),
        reads_only: verdict
            .rule(RuleId::S7)
            .is_some_and(|result| result.warning),
    }
}

impl Reading {
    /// Before the product is known, no way to pay is better than another, and no change than another.
    pub(crate) fn is_early(&self) -> bool {
        self.needs.contains(&Need::Product)
    }

    /// Whether it is an incident that is refused, and not only until what is still needed is there.
    pub(crate) fn is_refused(&self) -> bool {
        let is_refused = match self.answer {
            Answer::No => !self.is_early(),
            Answer::IdsFirst | Answer::TooUrgent => self.needs.is_empty(),
            Answer::Yes | Answer::SoFar | Answer::Nothing => false,
        };
        self.asked == Asked::Incident && is_refused
    }
}

/// Reads a remedy, with what would then pay.
pub(crate) fn fix(
    remedy: Remedy,
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    language: &'static str,
) -> Fix {
    let (facts, question, as_of) = remedy.apply(programme, facts, question, facts.as_of);
    let verdict = decide(programme, &facts, &question, as_of);
    let paying = verdict
        .candidates
        .iter()
        .find(|candidate| Some(&candidate.funding) == remedy.funding.as_ref());
    let names = Names::new(programme, &facts, language);
    let mut payer = paying.map(|candidate| payer(candidate, programme, names, as_of));
    // Another of these would bring another number of incidents than the one that was tried.
    let is_one_of_several = remedy.changes.iter().any(|change| match change {
        Change::LinkHeldIds { .. } => true,
        Change::HoldOffer { offers } | Change::SeeOffers { offers } => offers.len() > 1,
        _ => false,
    });
    if let (Some(payer), true) = (&mut payer, is_one_of_several) {
        payer.uses = Uses::Unknown;
    }
    Fix {
        changes: remedy.changes,
        payer,
    }
}

/// The answer that an outcome and its reasons amount to.
pub(crate) fn answer(outcome: Outcome, rules: &[RuleResult]) -> Answer {
    match outcome {
        Outcome::Allowed => Answer::Yes,
        Outcome::Incomplete => Answer::SoFar,
        Outcome::Empty => Answer::Nothing,
        Outcome::Refused if only_too_urgent(rules) => Answer::TooUrgent,
        Outcome::Refused if only_ids_missing(rules) => Answer::IdsFirst,
        Outcome::Refused => Answer::No,
    }
}

/// What would pay once the IDs of a contract are entered.
pub(crate) fn link_funding(contract: Option<&str>) -> Funding {
    match contract {
        Some(contract) => Funding::Contract {
            contract: contract.to_owned(),
        },
        None => Funding::HeldIds,
    }
}

/// The reason that says most: IDs that were not entered only when there is no other.
fn main_reason(candidate: &Candidate) -> Option<&RuleResult> {
    let by_ids = |result: &&RuleResult| matches!(result.rule, RuleId::S14 | RuleId::S28);
    candidate
        .reasons()
        .find(|result| !by_ids(result))
        .or_else(|| candidate.reasons().next())
}

/// The way to pay covers another kind of product.
fn is_out_of_scope(candidate: &Candidate) -> bool {
    candidate.reasons().any(|result| match result.rule {
        RuleId::S24 | RuleId::S26 | RuleId::S36 | RuleId::S37 => true,
        RuleId::S30 => result.input("plan-workloads").is_some(),
        _ => false,
    })
}

/// Nothing stands in the way but a severity that does not fit (E18).
fn only_too_urgent(rules: &[RuleResult]) -> bool {
    let reasons = rules.iter().filter(|result| result.status == Status::Fail);
    let reasons: Vec<RuleId> = reasons.map(|result| result.rule).collect();
    reasons == [RuleId::E18]
}

/// Nothing stands in the way but that the two IDs were not entered (S14, S28). A severity that does not fit (E18) says
/// nothing about cover, and can be changed in the same form.
fn only_ids_missing(rules: &[RuleResult]) -> bool {
    let mut reasons = rules
        .iter()
        .filter(|result| result.status == Status::Fail && result.rule != RuleId::E18)
        .map(|result| result.rule)
        .peekable();
    reasons.peek().is_some() && reasons.all(|rule| matches!(rule, RuleId::S14 | RuleId::S28))
}

/// Whether a rule is shown among those that decide. A refusal is decided by the rules that refuse; a yes rests on the
/// rules that say what is covered and what it takes, for an incident, and otherwise on every rule that agrees.
fn decides(result: &RuleResult, outcome: Outcome, asked: Asked) -> bool {
    let is_ground = matches!(
        result.rule,
        RuleId::S18
            | RuleId::S24
            | RuleId::S25
            | RuleId::S26
            | RuleId::S27
            | RuleId::S30
            | RuleId::S34
            | RuleId::S36
            | RuleId::S37
    );
    // An extension that marks a rule of the seed is shown there; its own row only says that it spoke.
    let is_of_the_seed = !result.rule.is_extension();
    match (outcome, result.status) {
        (Outcome::Refused | Outcome::Empty, status) => status == Status::Fail,
        (Outcome::Incomplete, status) => status == Status::NeedsFact || result.warning,
        (Outcome::Allowed, Status::Pass) => {
            is_ground || result.warning || (is_of_the_seed && asked != Asked::Incident)
        }
        (Outcome::Allowed, _) => false,
    }
}

fn payer(candidate: &Candidate, programme: &Programme, names: Names<'_>, as_of: Date) -> Payer {
    let uses = match (&candidate.funding, candidate.remaining) {
        (Funding::ResellerPlan { .. }, _) => Uses::Nothing,
        (Funding::PaidPlan { .. }, _) => Uses::NoBenefit,
        (Funding::HeldIds, _) => Uses::Unknown,
        (_, Some(Allotment::Unlimited)) => Uses::Unlimited,
        (_, Some(Allotment::Finite(left @ 1..))) => Uses::OneOf(left),
        (_, Some(Allotment::Finite(0) | Allotment::None)) => Uses::NoneLeft,
        (_, None) => Uses::NotYet,
    };
    let grace_until = candidate
        .ends
        .map(|ends| (ends, programme.last_usable_day(ends)))
        .filter(|(ends, last)| *ends < as_of && as_of <= *last)
        .map(|(_, last)| last);
    Payer {
        name: names.payer(&candidate.funding),
        uses,
        ends: candidate.ends,
        grace_until,
    }
}

fn facts(result: &RuleResult, names: Names<'_>, product: Option<&str>) -> Vec<Fact> {
    result
        .inputs
        .iter()
        .filter_map(|input| {
            let name = InputName::of_code(&input.name)?;
            Some(Fact {
                name,
                value: value(name, input, names, product),
            })
        })
        .collect()
}

pub(super) fn value(
    name: InputName,
    input: &Input,
    names: Names<'_>,
    product: Option<&str>,
) -> FactValue {
    match &input.value {
        Value::Flag(flag) => FactValue::YesNo(*flag),
        Value::Count(count) => FactValue::Count(*count),
        Value::Amount(amount) => FactValue::Amount(*amount),
        Value::Date(day) => FactValue::Day(*day),
        Value::Name(own) => FactValue::Names(vec![own.clone()]),
        Value::Names(own) => FactValue::Names(own.clone()),
        Value::Missing => FactValue::Missing,
        Value::Id(id) => resolve(name, std::slice::from_ref(id), names, product),
        Value::Ids(ids) => resolve(name, ids, names, product),
    }
}

fn resolve(name: InputName, ids: &[String], names: Names<'_>, product: Option<&str>) -> FactValue {
    if let ([id], Some(code)) = (ids, ids.first().and_then(|id| Code::of_code(id)))
        && has_code(name)
        && !id.is_empty()
    {
        return FactValue::Code(code);
    }
    if matches!(name, InputName::Benefit | InputName::Benefits) {
        let keys: Option<Vec<BenefitKey>> = ids.iter().map(|id| BenefitKey::parse(id)).collect();
        if let Some(keys) = keys {
            let benefits = keys.iter().map(|key| names.benefit_of_package(key));
            return FactValue::Benefits(benefits.collect());
        }
    }
    let name_of = |id: &String| match name {
        InputName::Associations | InputName::Roles | InputName::Audience | InputName::Needed => {
            names.role_or_association(id)
        }
        InputName::Offer | InputName::Offers => names.offer(id),
        InputName::CloudCompetencies | InputName::OtherCompetencies => names.competency(id),
        InputName::Product => names.product(id),
        InputName::Version => names.version(product, id),
        InputName::Plan | InputName::Plans | InputName::LeastPlan => names.plan(id),
        InputName::Workload | InputName::PlanWorkloads => names.workload(id),
        InputName::Portal => names.portal(id),
        InputName::Unusable => names.contract(id),
        _ => id.clone(),
    };
    FactValue::Names(ids.iter().map(name_of).collect())
}

/// Facts whose value is one of the law's own codes; other facts may have ids that read the same.
fn has_code(name: InputName) -> bool {
    matches!(
        name,
        InputName::AccountKind
            | InputName::Activation
            | InputName::Because
            | InputName::Justified
            | InputName::Kind
            | InputName::Placement
            | InputName::Reseller
            | InputName::Scope
            | InputName::Severity
    )
}

/// Line numbers as a reader writes them: `62–65, 81`.
pub(crate) fn line_ranges(lines: &[u16]) -> String {
    let mut out = String::new();
    let mut rest = lines.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if(|next| last.checked_add(1) == Some(*next)) {
            last = next;
        }
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&first.to_string());
        if last > first {
            out.push('–');
            out.push_str(&last.to_string());
        }
    }
    out
}

//! What each plan would have been worth to a partner, on the partner's own past incidents.

use crate::account::{AccountFacts, BenefitKey, Contract};
use crate::allotment::Allotment;
use crate::date::Date;
use crate::decide::{Account, Brief, Way};
use crate::entitlement::{Entitlement, entitlements};
use crate::ledger::{Balance, EntryKind};
use crate::programme::{Period, Plan, PlanValue, Programme};
use crate::question::{Funding, IncidentQuestion, Question};
use crate::rule_set::RuleSet;
use crate::rules::RuleId;
use crate::verdict::Outcome;
use serde::{Deserialize, Serialize};

/// An incident that was opened some day, whoever paid for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastIncident {
    /// The day.
    pub opened_on: Date,
    /// What it was about; what paid for it is left aside.
    pub question: IncidentQuestion,
}

/// Prices that the partner was told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotes {
    /// Of plans; a quote counts before the programme's own figure.
    pub plans: Vec<Quote>,
    /// Of one incident without any plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<Price>,
}

/// The price of a plan that the partner was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// Id of the plan.
    pub plan: String,
    /// How much.
    pub price: Price,
    /// Charged per what.
    pub per: Period,
}

/// A sum of money. Sums of different currencies are never compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Hundredths of the currency's unit, whatever coins it has.
    pub hundredths: u64,
    /// ISO 4217 code.
    pub currency: String,
}

/// What one plan would have been worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOutlook {
    /// Id of the plan.
    pub plan: String,
    /// How many of the incidents it would have covered.
    pub covered: u32,
    /// How many it would not.
    pub not_covered: u32,
    /// How many of those not covered lack a fact, so that no rule says no to them.
    pub undecided: u32,
    /// The rules that say no, in the order of their numbers.
    pub reasons: Vec<Refusals>,
    /// What a plan that comes with the membership would have granted, by contract; contracts in whose time nothing was
    /// opened are left out. Nothing is known of a paid plan's number of incidents.
    pub allotments: Vec<AllotmentUse>,
    /// What it costs.
    pub fee: Figure<Fee>,
    /// What it costs a year.
    pub a_year: Figure<YearCost>,
    /// The fee of every year since the first incident that had begun when the last one was opened, for each incident
    /// covered; rounded up to a hundredth.
    pub per_covered_incident: Figure<Price>,
    /// From how many covered incidents a year on it costs no more than to pay each one without a plan.
    pub break_even: Figure<u64>,
}

/// How many incidents a rule says no to. An incident counts for each of its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    /// The rule.
    pub rule: RuleId,
    /// How many incidents.
    pub incidents: u32,
}

/// What became of one contract's allotment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllotmentUse {
    /// First day of the contract.
    pub start: Date,
    /// Its last day.
    pub end: Date,
    /// What it would have granted.
    pub granted: Allotment,
    /// What would have been left of it after the incidents of its time.
    pub left: Allotment,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure<T> {
    /// It is known.
    Known(T),
    /// It is not.
    Unknown(Gap),
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The plan comes with the membership, and nobody states a part of the membership's fee.
    ComesWithMembership,
    /// The vendor quotes a price when asked.
    OnRequest,
    /// No source states a price.
    NotPublished,
    /// The plan is charged per incident, whatever a year brings.
    ChargedPerIncident,
    /// The plan would have covered nothing.
    NothingCovered,
    /// The price of one incident without a plan was not given, or is nothing.
    NoIncidentPrice,
    /// The two prices are in different currencies.
    OtherCurrency,
    /// The sum is too large to be counted.
    TooLarge,
}

/// What a plan costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// How much; what restricts a figure of the programme's stands beside it there.
    pub price: Price,
    /// Charged per what.
    pub per: Period,
    /// Who says so.
    pub basis: FeeBasis,
}

/// Who says what a plan costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FeeBasis {
    /// The programme's file.
    Programme {
        /// Id of the source.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
    /// The partner, by [`Quotes`].
    Quote,
}

/// What a plan costs a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearCost {
    /// How much.
    pub price: Price,
    /// It is twelve times a monthly fee; nobody states a yearly one.
    pub twelve_months: bool,
}

/// Judges the past incidents anew, each on its own day, with each plan of the programme alone.
///
/// A paid plan is taken as bought all the time. A plan that comes with the membership is taken as activated, with both
/// IDs entered: its contract grants what the partner's offers of `facts.as_of` grant (of several packages, all of them
/// together), lasts as long as the policy's contracts do (E7; else a year), begins with the first incident, and is
/// followed by the next one without a gap. Each incident that it covers consumes one, in the order of the days. Who asks
/// is the viewer of `facts`, with the associations and roles of today.
///
/// One outlook per plan, in the programme's order.
#[must_use]
pub fn what_if(
    programme: &Programme,
    facts: &AccountFacts,
    history: &[PastIncident],
    quotes: &Quotes,
) -> Vec<PlanOutlook> {
    let held = entitlements(programme, facts, facts.as_of);
    let plans = programme.data().plans.iter();
    let mut trials: Vec<Trial<'_>> = plans.map(|plan| Trial::of(plan, &held)).collect();
    let mut assumed = facts.clone();
    if let Some(partner) = &mut assumed.partner {
        partner.activations.clear();
        partner.plans = programme.paid_plans().map(|it| it.id.clone()).collect();
    }
    let mut past: Vec<&PastIncident> = history.iter().collect();
    past.sort_by_key(|incident| incident.opened_on);
    let span = Span::of(programme, &past);
    for PastIncident {
        opened_on,
        question,
    } in past
    {
        let (start, end) = span.term(*opened_on);
        for trial in &mut trials {
            trial.renew(start, end);
        }
        assumed.contracts = trials.iter().filter_map(Trial::contract).cloned().collect();
        let account = Account::on(programme, &assumed, *opened_on);
        let ways = account.ways();
        for trial in &mut trials {
            let brief = trial.judge(&account, &ways, question);
            trial.count(brief);
        }
    }
    trials
        .into_iter()
        .map(|trial| trial.outlook(quotes, span.years))
        .collect()
}

/// The time that the incidents span.
struct Span {
    first: Date,
    /// Years that had begun by the last incident, counted from the first.
    years: u32,
    /// How many years a contract lasts.
    term: i32,
}

impl Span {
    fn of(programme: &Programme, past: &[&PastIncident]) -> Span {
        let (Some(first), Some(last)) = (past.first(), past.last()) else {
            return Span {
                first: programme.data().as_of,
                years: 0,
                term: 1,
            };
        };
        let term = match &programme.policy().extensions.contract_term {
            Some(term) if term.on => i32::try_from(term.years).unwrap_or(i32::MAX).max(1),
            _ => 1,
        };
        let whole = whole_years(first.opened_on, last.opened_on);
        Span {
            first: first.opened_on,
            years: u32::try_from(whole).unwrap_or(0) + 1,
            term,
        }
    }

    /// First and last day of the contract of a day.
    fn term(&self, day: Date) -> (Date, Date) {
        let over = whole_years(self.first, day) / self.term * self.term;
        let next = self.first.plus_years(over + self.term);
        (self.first.plus_years(over), next.plus_days(-1))
    }
}

/// Whole years from a day to a later one.
fn whole_years(from: Date, to: Date) -> i32 {
    let years = to.ymd().0 - from.ymd().0;
    if from.plus_years(years) <= to {
        years
    } else {
        years - 1
    }
}

/// One plan on trial.
struct Trial<'a> {
    plan: &'a Plan,
    /// The way to pay that is judged.
    funding: Funding,
    /// What the partner's offers grant of a plan that comes with the membership, and as which benefit.
    grant: Option<(BenefitKey, Allotment)>,
    /// The contracts of that grant, the last one in force.
    contracts: Vec<Contract>,
    covered: u32,
    undecided: u32,
    /// The reasons of each incident that is not covered.
    refused: Vec<RuleSet>,
}

impl<'a> Trial<'a> {
    fn of(plan: &'a Plan, held: &[Entitlement<'_>]) -> Trial<'a> {
        let mut granted = Balance::granted(Allotment::None);
        let mut key = None;
        for entitlement in held {
            if plan.benefit.as_ref() == Some(&entitlement.benefit.id) {
                let amount = entitlement.allotment().unwrap_or(Allotment::None);
                granted = granted.with(EntryKind::Grant, amount);
                key.get_or_insert_with(|| entitlement.key.clone());
            }
        }
        let (funding, grant) = match (&plan.benefit, key) {
            (None, _) => (
                Funding::PaidPlan {
                    plan: plan.id.clone(),
                },
                None,
            ),
            (Some(_), Some(key)) if granted.granted > Allotment::None => (
                Funding::Contract {
                    contract: plan.id.clone(),
                },
                Some((key, granted.granted)),
            ),
            (Some(_), Some(benefit)) => (Funding::Benefit { benefit }, None),
            (Some(benefit), None) => {
                // Of no package: the partner has no offer that could carry it.
                let benefit = BenefitKey {
                    benefit: benefit.clone(),
                    package: String::new(),
                };
                (Funding::Benefit { benefit }, None)
            }
        };
        Trial {
            plan,
            funding,
            grant,
            contracts: Vec::new(),
            covered: 0,
            undecided: 0,
            refused: Vec::new(),
        }
    }

    fn contract(&self) -> Option<&Contract> {
        self.contracts.last()
    }

    /// Sees to it that a contract of these days is in force, where the membership grants one.
    fn renew(&mut self, start: Date, end: Date) {
        let Some((benefit, granted)) = &self.grant else {
            return;
        };
        if self.contract().is_some_and(|held| held.start == start) {
            return;
        }
        self.contracts.push(Contract {
            reference: self.plan.id.clone(),
            benefit: benefit.clone(),
            holder: String::new(),
            own: true,
            access_id_masked: Some(String::new()),
            contract_id_masked: Some(String::new()),
            start,
            end,
            balance: Balance::granted(*granted),
            linked_on: Some(start),
        });
    }

    fn judge(&self, account: &Account<'_>, ways: &[Way<'_>], asked: &IncidentQuestion) -> Brief {
        let is_this = |way: &&Way<'_>| way.funding().as_ref() == Some(&self.funding);
        if let Some(way) = ways.iter().find(is_this) {
            return account.covers(&account.incident(asked), way);
        }
        // Nothing that this account has: the law says why.
        let verdict = account.decide(&Question::CreateIncident(IncidentQuestion {
            funding: Some(self.funding.clone()),
            ..asked.clone()
        }));
        Brief {
            outcome: verdict.outcome,
            reasons: verdict.reasons().map(|reason| reason.rule).collect(),
        }
    }

    fn count(&mut self, brief: Brief) {
        if brief.outcome == Outcome::Allowed {
            self.covered += 1;
            if let Some(contract) = self.contracts.last_mut() {
                contract.balance = contract
                    .balance
                    .with(EntryKind::Consume, Allotment::Finite(1));
            }
        } else {
            self.undecided += u32::from(brief.outcome == Outcome::Incomplete);
            self.refused.push(brief.reasons);
        }
    }

    fn outlook(self, quotes: &Quotes, years: u32) -> PlanOutlook {
        let refusals = |rule: RuleId| Refusals {
            rule,
            incidents: count(self.refused.iter().filter(|why| why.contains(rule)).count()),
        };
        let fee = fee(self.plan, quotes);
        let a_year = fee.and_then(year);
        PlanOutlook {
            plan: self.plan.id.clone(),
            covered: self.covered,
            not_covered: count(self.refused.len()),
            undecided: self.undecided,
            reasons: RuleId::ALL
                .iter()
                .map(|rule| refusals(*rule))
                .filter(|it| it.incidents > 0)
                .collect(),
            allotments: self
                .contracts
                .iter()
                .map(|contract| AllotmentUse {
                    start: contract.start,
                    end: contract.end,
                    granted: contract.balance.granted,
                    left: contract.remaining(),
                })
                .collect(),
            per_covered_incident: per_covered_incident(&fee, &a_year, self.covered, years),
            break_even: a_year.and_then(|cost| break_even(cost, quotes.incident.as_ref())),
            fee,
            a_year,
        }
    }
}

/// Histories are counted in `u32`.
fn count(incidents: usize) -> u32 {
    u32::try_from(incidents).unwrap_or(u32::MAX)
}

/// The id of the attribute that says what a plan costs.
const FEE: &str = "fee";

/// What the partner was told that a plan costs, or else what the programme states.
fn fee(plan: &Plan, quotes: &Quotes) -> Figure<Fee> {
    if let Some(quote) = quotes.plans.iter().find(|quote| quote.plan == plan.id) {
        return Figure::Known(Fee {
            price: quote.price.clone(),
            per: quote.per,
            basis: FeeBasis::Quote,
        });
    }
    let Some(figure) = plan.attributes.get(FEE) else {
        return Figure::Unknown(Gap::NotPublished);
    };
    match &figure.value {
        PlanValue::Money {
            amount,
            currency,
            per,
            ..
        } => Figure::Known(Fee {
            price: Price {
                hundredths: u64::from(*amount) * 100,
                currency: currency.clone(),
            },
            per: *per,
            basis: FeeBasis::Programme {
                source: figure.source.clone(),
            },
        }),
        PlanValue::Included => Figure::Unknown(Gap::ComesWithMembership),
        PlanValue::OnRequest => Figure::Unknown(Gap::OnRequest),
        PlanValue::NotIncluded
        | PlanValue::NotPublished
        | PlanValue::Hours { .. }
        | PlanValue::Text { .. } => Figure::Unknown(Gap::NotPublished),
    }
}

fn year(fee: &Fee) -> Figure<YearCost> {
    let times = match fee.per {
        Period::Year => 1,
        Period::Month => 12,
        Period::Incident => return Figure::Unknown(Gap::ChargedPerIncident),
    };
    fee.price.times(times).and_then(|price| {
        Figure::Known(YearCost {
            price: price.clone(),
            twelve_months: fee.per == Period::Month,
        })
    })
}

fn per_covered_incident(
    fee: &Figure<Fee>,
    a_year: &Figure<YearCost>,
    covered: u32,
    years: u32,
) -> Figure<Price> {
    if covered == 0 {
        return Figure::Unknown(Gap::NothingCovered);
    }
    match (fee, a_year) {
        (Figure::Known(fee), _) if fee.per == Period::Incident => Figure::Known(fee.price.clone()),
        _ => a_year.and_then(|cost| {
            cost.price.times(years).and_then(|all| {
                Figure::Known(Price {
                    hundredths: all.hundredths.div_ceil(u64::from(covered)),
                    currency: all.currency.clone(),
                })
            })
        }),
    }
}

fn break_even(cost: &YearCost, incident: Option<&Price>) -> Figure<u64> {
    match incident {
        Some(price) if price.hundredths > 0 => {
            match price.currency.eq_ignore_ascii_case(&cost.price.currency) {
                true => Figure::Known(cost.price.hundredths.div_ceil(price.hundredths)),
                false => Figure::Unknown(Gap::OtherCurrency),
            }
        }
        _ => Figure::Unknown(Gap::NoIncidentPrice),
    }
}

impl Price {
    fn times(&self, count: u32) -> Figure<Price> {
        match self.hundredths.checked_mul(u64::from(count)) {
            Some(hundredths) => Figure::Known(Price {
                hundredths,
                currency: self.currency.clone(),
            }),
            None => Figure::Unknown(Gap::TooLarge),
        }
    }
}

impl<T> Figure<T> {
    /// The figure, when it is known.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Figure::Known(figure) => Some(figure),
            Figure::Unknown(_) => None,
        }
    }

    fn and_then<U>(&self, next: impl FnOnce(&T) -> Figure<U>) -> Figure<U> {
        match self {
            Figure::Known(figure) => next(figure),
            Figure::Unknown(gap) => Figure::Unknown(*gap),
        }
    }
}

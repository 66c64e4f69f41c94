//! When the verdict on a question changes: the days between two dates on which a date of the programme or of the account
//! makes it another one.
//!
//! A verdict compares its date with few others: when versions start and end, when contracts and offers do, when a reminder
//! is due. Between two neighbours of these dates nothing can change, so each is decided once and every other day is not.
//!
//! ```text
//! Windows Server 2019, Gold, contract until 2021-06-30, asked from 2021-03-04 to 2022-03-04:
//!   2021-07-01  allowed, warning S16   contract-ends (the first day of grace)
//!   2021-07-31  refused by S16         grace-ends
//! ```

use crate::account::{AccountFacts, Contract, MembershipOffer, OfferStatus};
use crate::date::Date;
use crate::decide::decide;
use crate::programme::{MainstreamEnd, Product, Programme, Version};
use crate::question::{Funding, Question};
use crate::rules::RuleId;
use crate::verdict::Outcome;
use serde::{Deserialize, Serialize};

/// A day on which the verdict is not what it was the day before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeDay {
    /// The first day of the new verdict.
    pub on: Date,
    /// The answer from that day.
    pub outcome: Outcome,
    /// The rules that say no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RuleId>,
    /// The rules that pass with a warning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<RuleId>,
    /// What pays, when an incident was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
    /// What falls on that day, of all that the question looks at.
    pub because: Vec<Cause>,
}

/// A date of the programme or of the account that begins or ends something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "cause", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cause {
    /// A version's first day: it can be asked about, and older ones are one further behind (S25, E1).
    VersionStarts {
        /// Id of the product.
        product: String,
        /// Id of the version.
        version: String,
    },
    /// The first day without mainstream support.
    MainstreamEnds {
        /// Id of the product.
        product: String,
        /// Id of the version.
        version: String,
    },
    /// The first day without extended support.
    ExtendedEnds {
        /// Id of the product.
        product: String,
        /// Id of the version.
        version: String,
    },
    /// The first day after the product's last one.
    ProductRetires {
        /// Id of the product.
        product: String,
    },
    /// A contract's first day.
    ContractStarts {
        /// The contract's reference.
        contract: String,
    },
    /// The day after a contract's last one: the first of its grace, where there is any (E7).
    ContractEnds {
        /// The contract's reference.
        contract: String,
    },
    /// The day after the last day of a contract's grace (E7).
    GraceEnds {
        /// The contract's reference.
        contract: String,
    },
    /// An offer's first day.
    OfferStarts {
        /// Id of the offer.
        offer: String,
    },
    /// The day after an offer's anniversary.
    OfferEnds {
        /// Id of the offer.
        offer: String,
    },
    /// The first day of a reminder of an offer's anniversary (E8).
    ReminderDue {
        /// Id of the offer.
        offer: String,
    },
    /// The day after the last one of the second reminder (E8).
    ReminderEnds {
        /// Id of the offer.
        offer: String,
    },
}

/// The days after `from`, up to and with `to`, on which the verdict on this question differs from that of the day before
/// in its outcome, its reasons, its warnings or what pays; in order.
#[must_use]
pub fn changes(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    from: Date,
    to: Date,
) -> Vec<ChangeDay> {
    let mut before = state(programme, facts, question, from);
    let mut boundaries = boundaries(programme, facts, question)
        .into_iter()
        .peekable();
    let mut changes = Vec::new();
    while let Some((on, cause)) = boundaries.next() {
        let mut because = vec![cause];
        while let Some((_, cause)) = boundaries.next_if(|(other, _)| *other == on) {
            because.push(cause);
        }
        if on <= from || to < on {
            continue;
        }
        let now = state(programme, facts, question, on);
        if now != before {
            changes.push(ChangeDay {
                on,
                because,
                ..now.clone()
            });
            before = now;
        }
    }
    changes
}

/// What is compared between two days; neither has a date or a cause.
fn state(programme: &Programme, facts: &AccountFacts, question: &Question, on: Date) -> ChangeDay {
    let verdict = decide(programme, facts, question, on);
    ChangeDay {
        // Every state has the same, so that only the rest is compared.
        on: facts.as_of,
        outcome: verdict.outcome,
        reasons: verdict.reasons().map(|reason| reason.rule).collect(),
        warnings: verdict
            .rules
            .iter()
            .filter(|result| result.warning)
            .map(|result| result.rule)
            .collect(),
        funding: verdict.funding,
        because: Vec::new(),
    }
}

/// Every day on which the verdict on this question can change, with what falls on it; in order, one entry per cause.
pub(crate) fn boundaries(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
) -> Vec<(Date, Cause)> {
    let mut found = Boundaries {
        programme,
        days: Vec::new(),
    };
    let offers = || facts.partner.iter().flat_map(|partner| &partner.offers);
    match question {
        Question::OpenBenefits => {
            facts.contracts.iter().for_each(|it| found.contract(it));
            offers().for_each(|it| found.offer(it));
            offers().for_each(|it| found.reminders(it));
        }
        Question::Activate { benefit } => {
            let contracts = facts.contracts.iter();
            contracts
                .filter(|it| it.benefit == *benefit)
                .for_each(|it| found.contract(it));
            offers().for_each(|it| found.offer(it));
        }
        Question::Link { contract } => {
            let contracts = facts.contracts.iter();
            contracts
                .filter(|it| it.reference == *contract)
                .for_each(|it| found.contract(it));
        }
        Question::CreateIncident(asked) => {
            facts.contracts.iter().for_each(|it| found.contract(it));
            offers().for_each(|it| found.offer(it));
            let product = asked
                .product
                .as_deref()
                .and_then(|id| programme.product(id));
            if let Some(product) = product {
                found.product(product, asked.version.as_deref());
            }
        }
        // These do not look at any date.
        Question::ViewIds { .. } | Question::Refund { .. } | Question::ComparePlans => {}
    }
    found.days.sort_by_key(|(on, _)| *on);
    found.days
}

/// Every day on which an answer about an incident with one of these products may differ from that of the day before,
/// whatever its version and what pays; in order, each once. From one to the next a [`matrix`](crate::matrix) stays as it is.
/// Without `facts`, the days of the products alone.
#[must_use]
pub fn turning_days<'a>(
    programme: &Programme,
    facts: Option<&AccountFacts>,
    products: impl IntoIterator<Item = &'a Product>,
) -> Vec<Date> {
    let mut found = Boundaries {
        programme,
        days: Vec::new(),
    };
    if let Some(facts) = facts {
        facts.contracts.iter().for_each(|it| found.contract(it));
        let offers = facts.partner.iter().flat_map(|partner| &partner.offers);
        offers.for_each(|it| found.offer(it));
    }
    for product in products {
        found.product(product, None);
        for version in &product.versions {
            found.product(product, Some(&version.id));
        }
    }
    let mut days: Vec<Date> = found.days.into_iter().map(|(on, _)| on).collect();
    days.sort_unstable();
    days.dedup();
    days
}

struct Boundaries<'a> {
    programme: &'a Programme,
    days: Vec<(Date, Cause)>,
}

impl Boundaries<'_> {
    fn on(&mut self, day: Date, cause: Cause) {
        if !self
            .days
            .iter()
            .any(|(on, other)| *on == day && *other == cause)
        {
            self.days.push((day, cause));
        }
    }

    /// The day after a last day; the calendar's own last day has none.
    fn after(&mut self, last: Date, cause: Cause) {
        let next = last.plus_days(1);
        if last < next {
            self.on(next, cause);
        }
    }

    fn contract(&mut self, contract: &Contract) {
        let id = || contract.reference.clone();
        self.on(contract.start, Cause::ContractStarts { contract: id() });
        self.after(contract.end, Cause::ContractEnds { contract: id() });
        let last = self.programme.last_usable_day(contract.end);
        if contract.end < last {
            self.after(last, Cause::GraceEnds { contract: id() });
        }
    }

    fn offer(&mut self, held: &MembershipOffer) {
        if held.status == OfferStatus::Active {
            let offer = || held.offer.clone();
            self.on(held.start, Cause::OfferStarts { offer: offer() });
            self.after(held.anniversary, Cause::OfferEnds { offer: offer() });
        }
    }

    fn reminders(&mut self, held: &MembershipOffer) {
        let reminders = &self.programme.policy().extensions.renewal_reminders;
        let Some(days) = reminders.as_ref().filter(|days| days.on) else {
            return;
        };
        if held.status != OfferStatus::Active {
            return;
        }
        let offer = || held.offer.clone();
        let days_before = i32::try_from(days.days_before).unwrap_or(i32::MAX);
        let days_after = i32::try_from(days.days_after).unwrap_or(i32::MAX);
        let first = held.anniversary.plus_days(-days_before);
        let second = held.anniversary.plus_days(days_after);
        self.on(first, Cause::ReminderDue { offer: offer() });
        self.on(second, Cause::ReminderDue { offer: offer() });
        let last = self.programme.last_usable_day(held.anniversary);
        if second <= last {
            self.after(last, Cause::ReminderEnds { offer: offer() });
        }
    }

    fn product(&mut self, product: &Product, version: Option<&str>) {
        let id = || product.id.clone();
        if let Some(last) = product.retired {
            self.after(last, Cause::ProductRetires { product: id() });
        }
        let Some(asked) = version.and_then(|id| product.version(id)) else {
            return;
        };
        // Only what starts with it or after it can put it further behind.
        let names = |version: &Version| (id(), version.id.clone());
        for other in product.versions.iter().filter(|it| it.start >= asked.start) {
            let (product, version) = names(other);
            self.on(other.start, Cause::VersionStarts { product, version });
        }
        if let MainstreamEnd::On(last) = asked.mainstream_end {
            let (product, version) = names(asked);
            self.after(last, Cause::MainstreamEnds { product, version });
        }
        if let Some(last) = asked.extended_end {
            let (product, version) = names(asked);
            self.after(last, Cause::ExtendedEnds { product, version });
        }
    }
}

//! What a rule looks at: one question, one way to pay, one date; and what it finds.

use crate::account::{AccountFacts, BenefitKey, Contract};
use crate::allotment::Allotment;
use crate::date::Date;
use crate::entitlement::Entitlement;
use crate::programme::{Benefit, Offer, Placement, Plan, Product, Programme, Version};
use crate::question::{Beneficiary, FailingSide, Funding, IncidentQuestion, Question};
use crate::rules::RuleId;
use crate::verdict::{Need, NextStep, Status, Value};
use std::ops::ControlFlow;

/// One question, about one way to pay, on one date.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) facts: &'a AccountFacts,
    pub(crate) as_of: Date,
    pub(crate) question: &'a Question,
    pub(crate) standing: Standing,
    /// The partner's benefits on this date.
    pub(crate) entitlements: &'a [Entitlement<'a>],
    /// The incident that is asked about, if one is.
    pub(crate) incident: Option<Incident<'a>>,
    /// The way to pay, or the benefit to activate or view.
    pub(crate) subject: Subject<'a>,
}

/// What the viewer's associations and roles allow, worked out once per account. Roles count inside the viewer's own
/// partner account alone.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// Associated with the partner network (S1).
    pub(crate) member: bool,
    /// Associated with the reseller programme (S2, S30).
    pub(crate) reseller: bool,
    /// Has a role that the benefits page is meant for (S7).
    pub(crate) in_audience: bool,
    /// Has a role that may activate (S9).
    pub(crate) may_activate: bool,
    /// Has a role that may raise a customer's cloud request (S31, S32).
    pub(crate) helps_customers: bool,
}

impl Standing {
    pub(crate) fn of(programme: &Programme, facts: &AccountFacts) -> Standing {
        let policy = programme.policy();
        let viewer = &facts.viewer;
        let role_of = |roles: &[String]| {
            facts.partner.is_some() && viewer.roles.iter().any(|held| roles.contains(held))
        };
        Standing {
            member: viewer.associations.contains(&policy.member_association),
            reseller: viewer.associations.contains(&policy.reseller_association),
            in_audience: role_of(&policy.page_audience),
            may_activate: role_of(&policy.activation_roles),
            helps_customers: role_of(&policy.customer_roles),
        }
    }
}

/// An incident whose product and version were looked up in the catalogue.
#[derive(Clone, Copy)]
pub struct Incident<'a> {
    pub(crate) asked: &'a IncidentQuestion,
    pub(crate) product: Option<&'a Product>,
    pub(crate) version: Option<&'a Version>,
    /// Which side it is on (for a hybrid product, the side that fails), or the fact that is missing to say so.
    pub(crate) placement: Result<Placement, Need>,
}

impl<'a> Incident<'a> {
    pub(crate) fn of(programme: &'a Programme, asked: &'a IncidentQuestion) -> Incident<'a> {
        let product = asked
            .product
            .as_deref()
            .and_then(|id| programme.product(id));
        let version =
            product.and_then(|product| asked.version.as_deref().and_then(|id| product.version(id)));
        Incident::about(asked, product, version)
    }

    /// The incident with another product.
    pub(crate) fn about(
        asked: &'a IncidentQuestion,
        product: Option<&'a Product>,
        version: Option<&'a Version>,
    ) -> Incident<'a> {
        let placement = match product.map(|product| product.placement) {
            None => Err(Need::Product),
            Some(Placement::Hybrid) => match asked.failing_side {
                Some(FailingSide::OnPremises) => Ok(Placement::OnPremises),
                Some(FailingSide::Cloud) => Ok(Placement::Cloud),
                None => Err(Need::FailingSide),
            },
            Some(side) => Ok(side),
        };
        Incident {
            asked,
            product,
            version,
            placement,
        }
    }

    pub(crate) fn is_for_a_customer(&self) -> bool {
        self.asked.beneficiary == Some(Beneficiary::Customer)
    }
}

/// What the question is about.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) payer: Payer<'a>,
    pub(crate) entitlement: Option<&'a Entitlement<'a>>,
    pub(crate) contract: Option<&'a Contract>,
    /// The benefit behind the entitlement or the contract.
    pub(crate) benefit: Option<&'a Benefit>,
}

/// What would pay.
#[derive(Clone, Copy, Default)]
pub(crate) enum Payer<'a> {
    /// Nothing is to be paid, or nothing that this account has was named.
    #[default]
    Nobody,
    /// A contract, or a benefit without one: the subject names it.
    Benefit,
    HeldIds,
    ResellerPlan(&'a str),
    /// The id, and the plan of the programme that it names.
    PaidPlan(&'a str, Option<&'a Plan>),
}

impl Subject<'_> {
    pub(crate) fn funding(&self) -> Option<Funding> {
        match (self.payer, self.contract, self.entitlement) {
            (Payer::Nobody, ..) => None,
            (Payer::HeldIds, ..) => Some(Funding::HeldIds),
            (Payer::ResellerPlan(plan), ..) => Some(Funding::ResellerPlan {
                plan: plan.to_owned(),
            }),
            (Payer::PaidPlan(plan, _), ..) => Some(Funding::PaidPlan {
                plan: plan.to_owned(),
            }),
            (Payer::Benefit, Some(contract), _) => Some(Funding::Contract {
                contract: contract.reference.clone(),
            }),
            (Payer::Benefit, None, held) => held.map(|held| Funding::Benefit {
                benefit: held.key.clone(),
            }),
        }
    }

    /// Whether this is what the question names: a plan, a contract or a benefit. Held IDs need no asking, they are among
    /// everybody's ways.
    pub(crate) fn is(&self, funding: &Funding) -> bool {
        match (self.payer, funding) {
            (Payer::ResellerPlan(id), Funding::ResellerPlan { plan })
            | (Payer::PaidPlan(id, _), Funding::PaidPlan { plan }) => id == plan,
            (Payer::Benefit, Funding::Contract { contract }) => self
                .contract
                .is_some_and(|held| held.reference == *contract),
            (Payer::Benefit, Funding::Benefit { benefit }) => {
                self.contract.is_none() && self.entitlement.is_some_and(|held| held.key == *benefit)
            }
            _ => false,
        }
    }
}

impl<'a> Case<'a> {
    /// The incident is to be paid by the resellers' plan.
    pub(crate) fn is_by_reseller_plan(&self) -> bool {
        matches!(self.subject.payer, Payer::ResellerPlan(_))
    }

    /// What the incident's question names to pay, when it is nothing that this account could pay with.
    pub(crate) fn names_what_it_lacks(&self) -> Option<&'a Funding> {
        match self.subject.payer {
            Payer::Nobody => self.incident?.asked.funding.as_ref(),
            _ => None,
        }
    }

    /// The paid plan that is to pay: its id, and the programme's plan of that id.
    pub(crate) fn paid_plan(&self) -> Option<(&'a str, Option<&'a Plan>)> {
        match self.subject.payer {
            Payer::PaidPlan(id, plan) => Some((id, plan)),
            _ => None,
        }
    }

    pub(crate) fn product(&self) -> Option<&'a Product> {
        self.incident.and_then(|incident| incident.product)
    }

    pub(crate) fn placement(&self) -> Result<Placement, Need> {
        self.incident
            .map_or(Err(Need::Product), |incident| incident.placement)
    }

    /// The contract's last usable day is past.
    pub(crate) fn is_over(&self, contract: &Contract) -> bool {
        self.programme.last_usable_day(contract.end) < self.as_of
    }

    /// Ids of the paid plans that cover a side.
    pub(crate) fn paid_plans_for(&self, side: Placement) -> Vec<String> {
        self.programme
            .paid_plans()
            .filter(|plan| plan.scope == side || plan.scope == Placement::Hybrid)
            .map(|plan| plan.id.clone())
            .collect()
    }
}

/// Where the rules leave what they found. They are written once: for a trace that only closes them, as the tally of
/// [`decide`](crate::decide) does, everything that explains is compiled away, and the bare decision is left.
pub(crate) trait Trace<'a>: Sized {
    fn input(&mut self, _name: &'static str, _value: impl FnOnce() -> Seen<'a>) {}
    fn step(&mut self, _step: impl FnOnce() -> NextStep) {}
    fn extension(&mut self, _rule: RuleId) {}
    fn warn(&mut self) {}
    /// Ends one rule; breaks when nothing that follows can change the answer.
    fn close(&mut self, rule: RuleId, status: Status, needs: Option<Need>) -> ControlFlow<()>;

    fn pass(&mut self) -> Finding<'_, Self> {
        self.says(Status::Pass)
    }

    fn fail(&mut self) -> Finding<'_, Self> {
        self.says(Status::Fail)
    }

    fn pass_if(&mut self, passes: bool) -> Finding<'_, Self> {
        self.says(if passes { Status::Pass } else { Status::Fail })
    }

    fn not_applicable(&mut self) -> Finding<'_, Self> {
        self.says(Status::NotApplicable)
    }

    fn needs(&mut self, need: Need) -> Finding<'_, Self> {
        Finding {
            needs: Some(need),
            ..self.says(Status::NeedsFact)
        }
    }

    fn says(&mut self, status: Status) -> Finding<'_, Self> {
        Finding {
            status,
            needs: None,
            trace: self,
        }
    }
}

/// The value of a fact, where it stands: it is copied only when a verdict leaves the law.
pub(crate) enum Seen<'a> {
    Flag(bool),
    Count(u32),
    Amount(Allotment),
    Date(Date),
    Id(&'a str),
    Key(&'a BenefitKey),
    Ids(&'a [String]),
    Offers(&'a [&'a Offer]),
    /// A list that stands nowhere.
    List(Vec<String>),
    Name(&'a str),
    Names(&'a [String]),
    Missing,
}

impl Seen<'_> {
    pub(crate) fn to_value(&self) -> Value {
        match *self {
            Seen::Flag(flag) => Value::Flag(flag),
            Seen::Count(count) => Value::Count(count),
            Seen::Amount(amount) => Value::Amount(amount),
            Seen::Date(date) => Value::Date(date),
            Seen::Id(id) => Value::Id(id.to_owned()),
            Seen::Key(key) => Value::Id(key.to_string()),
            Seen::Ids(ids) => Value::Ids(ids.to_vec()),
            Seen::Offers(offers) => {
                Value::Ids(offers.iter().map(|offer| offer.id.clone()).collect())
            }
            Seen::List(ref ids) => Value::Ids(ids.clone()),
            Seen::Name(name) => Value::Name(name.to_owned()),
            Seen::Names(names) => Value::Names(names.to_vec()),
            Seen::Missing => Value::Missing,
        }
    }
}

/// What one rule found.
pub(crate) struct Finding<'t, T> {
    pub(crate) status: Status,
    pub(crate) needs: Option<Need>,
    trace: &'t mut T,
}

impl<T> Finding<'_, T> {
    pub(crate) fn said(self) -> (Status, Option<Need>) {
        (self.status, self.needs)
    }

    /// A fact that the rule looked at.
    pub(crate) fn with<'a>(self, name: &'static str, value: impl FnOnce() -> Seen<'a>) -> Self
    where
        T: Trace<'a>,
    {
        self.trace.input(name, value);
        self
    }

    /// The extension that shaped the result.
    pub(crate) fn by<'a>(self, extension: RuleId) -> Self
    where
        T: Trace<'a>,
    {
        self.trace.extension(extension);
        self
    }

    /// The rule passes, but its reader should know something.
    pub(crate) fn warn<'a>(self) -> Self
    where
        T: Trace<'a>,
    {
        self.trace.warn();
        self
    }

    /// What would help; kept when the rule refuses, dropped when it does not.
    pub(crate) fn else_try<'a>(self, step: impl FnOnce() -> NextStep) -> Self
    where
        T: Trace<'a>,
    {
        if self.status == Status::Fail {
            self.trace.step(step);
        }
        self
    }
}

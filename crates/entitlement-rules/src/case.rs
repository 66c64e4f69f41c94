//! What a rule looks at: one question, one way to pay, one date.

use crate::account::{AccountFacts, Contract};
use crate::date::Date;
use crate::entitlement::Entitlement;
use crate::programme::{Benefit, Placement, Product, Programme, Version};
use crate::question::{FailingSide, Funding, IncidentQuestion, Question};
use crate::verdict::{ExtensionId, Input, Need, NextStep, Status, Value};
use std::borrow::Cow;

/// One question, about one way to pay, on one date.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) facts: &'a AccountFacts,
    pub(crate) as_of: Date,
    pub(crate) question: &'a Question,
    /// The partner's benefits on this date.
    pub(crate) entitlements: &'a [Entitlement<'a>],
    /// The way to pay, or the benefit to activate or view.
    pub(crate) subject: Subject<'a>,
}

/// What the question is about.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) funding: Option<&'a Funding>,
    pub(crate) entitlement: Option<&'a Entitlement<'a>>,
    pub(crate) contract: Option<&'a Contract>,
}

impl<'a> Case<'a> {
    /// The incident that is asked about, if one is.
    pub(crate) fn incident(&self) -> Option<&'a IncidentQuestion> {
        match self.question {
            Question::CreateIncident(incident) => Some(incident),
            _ => None,
        }
    }

    /// The question opens the benefits page, or something on it.
    pub(crate) fn is_on_benefits_page(&self) -> bool {
        !matches!(self.question, Question::CreateIncident(_))
    }

    /// The incident is to be paid by the resellers' plan.
    pub(crate) fn is_by_reseller_plan(&self) -> bool {
        matches!(self.subject.funding, Some(Funding::ResellerPlan { .. }))
    }

    /// The benefit behind the subject.
    pub(crate) fn benefit(&self) -> Option<&'a Benefit> {
        match (self.subject.entitlement, self.subject.contract) {
            (Some(entitlement), _) => Some(entitlement.benefit),
            (None, Some(contract)) => self.programme.benefit(&contract.benefit.benefit),
            (None, None) => None,
        }
    }

    pub(crate) fn product(&self) -> Option<&'a Product> {
        self.programme.product(self.incident()?.product.as_deref()?)
    }

    pub(crate) fn version(&self) -> Option<(&'a Product, &'a Version)> {
        let product = self.product()?;
        let version = product.version(self.incident()?.version.as_deref()?)?;
        Some((product, version))
    }

    /// Which side the incident is on; for a hybrid product, the side that fails.
    pub(crate) fn placement(&self) -> Result<Placement, Need> {
        match self.product().ok_or(Need::Product)?.placement {
            Placement::Hybrid => match self.incident().and_then(|incident| incident.failing_side) {
                Some(FailingSide::OnPremises) => Ok(Placement::OnPremises),
                Some(FailingSide::Cloud) => Ok(Placement::Cloud),
                None => Err(Need::FailingSide),
            },
            side => Ok(side),
        }
    }

    pub(crate) fn has_association(&self, id: &str) -> bool {
        self.facts.viewer.associations.iter().any(|held| held == id)
    }

    pub(crate) fn is_member(&self) -> bool {
        self.has_association(&self.programme.policy().member_association)
    }

    pub(crate) fn is_reseller(&self) -> bool {
        self.has_association(&self.programme.policy().reseller_association)
    }

    /// The viewer has one of these roles. Roles count inside the viewer's own partner account alone.
    pub(crate) fn has_role_of(&self, roles: &[String]) -> bool {
        self.facts.partner.is_some()
            && self
                .facts
                .viewer
                .roles
                .iter()
                .any(|held| roles.contains(held))
    }

    /// Ids of the paid plans that cover a side.
    pub(crate) fn paid_plans_for(&self, side: Placement) -> Vec<String> {
        self.programme
            .data()
            .plans
            .iter()
            .filter(|plan| plan.benefit.is_none())
            .filter(|plan| plan.scope == side || plan.scope == Placement::Hybrid)
            .map(|plan| plan.id.clone())
            .collect()
    }
}

/// What one rule found.
pub(crate) struct Finding {
    pub(crate) status: Status,
    pub(crate) needs: Option<Need>,
    pub(crate) extension: Option<ExtensionId>,
    pub(crate) warning: bool,
    pub(crate) inputs: Vec<Input>,
    pub(crate) next_steps: Vec<NextStep>,
}

impl Finding {
    fn new(status: Status) -> Finding {
        Finding {
            status,
            needs: None,
            extension: None,
            warning: false,
            inputs: Vec::new(),
            next_steps: Vec::new(),
        }
    }

    pub(crate) fn pass() -> Finding {
        Finding::new(Status::Pass)
    }

    pub(crate) fn fail() -> Finding {
        Finding::new(Status::Fail)
    }

    pub(crate) fn pass_if(passes: bool) -> Finding {
        Finding::new(if passes { Status::Pass } else { Status::Fail })
    }

    pub(crate) fn not_applicable() -> Finding {
        Finding::new(Status::NotApplicable)
    }

    pub(crate) fn needs(need: Need) -> Finding {
        Finding {
            needs: Some(need),
            ..Finding::new(Status::NeedsFact)
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Finding {
        self.inputs.push(Input {
            name: Cow::Borrowed(name),
            value,
        });
        self
    }

    pub(crate) fn by(mut self, extension: ExtensionId) -> Finding {
        self.extension = Some(extension);
        self
    }

    pub(crate) fn warn(mut self) -> Finding {
        self.warning = true;
        self
    }

    /// What would help; kept when the rule refuses, dropped when it does not.
    pub(crate) fn else_try(mut self, step: NextStep) -> Finding {
        if self.status == Status::Fail {
            self.next_steps.push(step);
        }
        self
    }
}

//! A small language for the rules' examples: whose account, what is asked, what the law says.

use crate::{
    AccountFacts, AccountKind, Activation, Allotment, Balance, Beneficiary, BenefitActivation,
    BenefitKey, Contract, Date, EntryKind, IncidentKind, IncidentQuestion, MembershipOffer,
    MembershipPortal, OfferStatus, Partner, Programme, ProgrammeData, Question, RuleId, Status,
    Verdict, Viewer, decide,
};

/// The seed's programme.
pub(crate) fn mpn() -> Programme {
    let text = include_str!("../../../programmes/mpn-2021.json");
    let data: ProgrammeData = serde_json::from_str(text).unwrap();
    Programme::check(data).unwrap()
}

/// The date of the seed.
pub(crate) fn seed_day() -> Date {
    day("2021-03-04")
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub(crate) const PRODUCT_SUPPORT: &str = "product-support.competency";
pub(crate) const SIGNATURE: &str = "signature-cloud-support.competency";

/// An account under construction, on a programme and a date.
pub(crate) struct World {
    pub(crate) programme: Programme,
    pub(crate) facts: AccountFacts,
}

/// A work account with every role, associated with the partner network, at a partner without offers.
pub(crate) fn member() -> World {
    World {
        programme: mpn(),
        facts: AccountFacts {
            revision: 1,
            as_of: seed_day(),
            viewer: Viewer {
                id: "u1".into(),
                name: "Ada".into(),
                kind: AccountKind::Work,
                associations: vec!["mpn".into()],
                roles: vec!["global-admin".into(), "admin-agent".into()],
                operator: false,
            },
            partner: Some(Partner {
                id: "p1".into(),
                name: "Alder".into(),
                region: "emea".into(),
                portal: MembershipPortal::PartnerCenter,
                offers: Vec::new(),
                offers_hidden: false,
                plans: Vec::new(),
                reseller: None,
                activators: vec!["Ada".into()],
                activations: Vec::new(),
            }),
            contracts: Vec::new(),
        },
    }
}

/// A person whose own account belongs to no partner.
pub(crate) fn bare_account() -> World {
    let mut world = member();
    world.facts.viewer.kind = AccountKind::Personal;
    world.facts.viewer.associations.clear();
    world.facts.viewer.roles.clear();
    world.facts.partner = None;
    world
}

impl World {
    pub(crate) fn partner(&mut self) -> &mut Partner {
        self.facts.partner.as_mut().unwrap()
    }

    pub(crate) fn associations(mut self, ids: &[&str]) -> World {
        self.facts.viewer.associations = ids.iter().map(|&id| id.into()).collect();
        self
    }

    pub(crate) fn roles(mut self, ids: &[&str]) -> World {
        self.facts.viewer.roles = ids.iter().map(|&id| id.into()).collect();
        self
    }

    /// Holds an offer of the programme, earned with a competency or none.
    pub(crate) fn offer(mut self, offer: &str, competency: Option<&str>) -> World {
        self.partner().offers.push(MembershipOffer {
            offer: offer.into(),
            competency: competency.map(Into::into),
            start: day("2020-06-01"),
            anniversary: day("2021-05-31"),
            status: OfferStatus::Active,
        });
        self
    }

    pub(crate) fn activation(mut self, benefit: &str, activation: Activation) -> World {
        let benefit = BenefitKey::parse(benefit).unwrap();
        self.partner().activations.push(BenefitActivation {
            benefit,
            activation,
        });
        self
    }

    pub(crate) fn pending(self, benefit: &str) -> World {
        let requested_on = day("2021-03-01");
        self.activation(
            benefit,
            Activation::Pending {
                requested_on,
                requested_by: "Ada".into(),
            },
        )
    }

    /// Activated with a contract that grants this much, linked by the viewer.
    pub(crate) fn active(self, benefit: &str, granted: Allotment) -> World {
        let reference = format!("c-{benefit}");
        let contract = Contract {
            reference: reference.clone(),
            benefit: BenefitKey::parse(benefit).unwrap(),
            holder: "Alder".into(),
            own: true,
            access_id_masked: Some("••••01".into()),
            contract_id_masked: Some("••••02".into()),
            start: day("2020-07-01"),
            end: day("2021-06-30"),
            balance: Balance::granted(granted),
            linked_on: Some(day("2020-07-02")),
        };
        let mut world = self.activation(
            benefit,
            Activation::Active {
                contract: reference,
            },
        );
        world.facts.contracts.push(contract);
        world
    }

    /// Another company's contract, linked by the viewer.
    pub(crate) fn linked_from_elsewhere(mut self, benefit: &str, granted: Allotment) -> World {
        self.facts.contracts.push(Contract {
            reference: "c-elsewhere".into(),
            benefit: BenefitKey::parse(benefit).unwrap(),
            holder: "Cedar".into(),
            own: false,
            access_id_masked: Some("••••03".into()),
            contract_id_masked: Some("••••04".into()),
            start: day("2020-07-01"),
            end: day("2021-06-30"),
            balance: Balance::granted(granted),
            linked_on: Some(day("2021-02-02")),
        });
        self
    }

    /// Changes the contract that was added last.
    pub(crate) fn contract(mut self, change: impl FnOnce(&mut Contract)) -> World {
        change(self.facts.contracts.last_mut().unwrap());
        self
    }

    /// Takes incidents from the contract that was added last.
    pub(crate) fn consumed(self, count: u32) -> World {
        self.contract(|contract| {
            contract.balance = contract
                .balance
                .with(EntryKind::Consume, Allotment::Finite(count));
        })
    }

    pub(crate) fn on(mut self, date: &str) -> World {
        self.facts.as_of = day(date);
        self
    }

    /// Has bought a paid plan.
    pub(crate) fn plan(mut self, plan: &str) -> World {
        self.partner().plans.push(plan.into());
        self
    }

    pub(crate) fn policy(self, change: impl FnOnce(&mut crate::Policy)) -> World {
        self.programme(|data| change(&mut data.policy))
    }

    pub(crate) fn programme(self, change: impl FnOnce(&mut ProgrammeData)) -> World {
        let mut data = self.programme.data().clone();
        change(&mut data);
        World {
            programme: Programme::check(data).unwrap(),
            facts: self.facts,
        }
    }

    pub(crate) fn ask(&self, question: &Question) -> Verdict {
        decide(&self.programme, &self.facts, question, self.facts.as_of)
    }

    pub(crate) fn opens_benefits(&self) -> Verdict {
        self.ask(&Question::OpenBenefits)
    }

    pub(crate) fn activates(&self, benefit: &str) -> Verdict {
        self.ask(&Question::Activate {
            benefit: BenefitKey::parse(benefit).unwrap(),
        })
    }

    pub(crate) fn views_ids(&self, contract: &str) -> Verdict {
        self.ask(&Question::ViewIds {
            contract: contract.into(),
        })
    }

    pub(crate) fn creates(&self, incident: IncidentQuestion) -> Verdict {
        self.ask(&Question::CreateIncident(incident))
    }
}

/// A break-fix incident of the own company.
pub(crate) fn incident(product: &str, version: Option<&str>) -> IncidentQuestion {
    IncidentQuestion {
        beneficiary: Some(Beneficiary::OwnCompany),
        product: Some(product.into()),
        version: version.map(Into::into),
        kind: Some(IncidentKind::BreakFix),
        ..IncidentQuestion::default()
    }
}

/// A break-fix incident of the own company that a paid plan is to pay.
pub(crate) fn by_plan(plan: &str, product: &str, version: Option<&str>) -> IncidentQuestion {
    IncidentQuestion {
        funding: Some(crate::Funding::PaidPlan { plan: plan.into() }),
        ..incident(product, version)
    }
}

/// A break-fix incident of a customer.
pub(crate) fn customers(product: &str) -> IncidentQuestion {
    IncidentQuestion {
        beneficiary: Some(Beneficiary::Customer),
        ..incident(product, None)
    }
}

/// What the verdict says of one rule.
pub(crate) fn status(verdict: &Verdict, rule: RuleId) -> Status {
    verdict.rule(rule).unwrap().status
}

/// The numbers of the rules that say no, in order.
pub(crate) fn reasons(verdict: &Verdict) -> Vec<&'static str> {
    verdict.reasons().map(|reason| reason.rule.code()).collect()
}

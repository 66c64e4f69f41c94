//! Small worlds: a small programme and every combination of a few choices, counted through like a row of wheels.

use crate::worlds;
use entitlement_rules::{
    AccountFacts, AccountKind, Activation, Allotment, Balance, Beneficiary, BenefitActivation,
    BenefitKey, Contract, Date, EntryKind, Extensions, FailingSide, FailureReason, Funding, Impact,
    IncidentKind, IncidentQuestion, MembershipOffer, MembershipPortal, OfferStatus, Partner,
    Placement, Programme, Question, RefundReason, ResellerKind, Severity, Viewer,
};

/// One combination of choices, by its number. Each choice is one wheel: the number modulo its size.
pub(crate) struct Wheels {
    number: u64,
    combinations: u64,
}

impl Wheels {
    fn choose(&mut self, size: u64) -> usize {
        let chosen = self.number % size;
        self.number /= size;
        self.combinations *= size;
        chosen as usize
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.choose(list.len() as u64)].clone()
    }

    fn flag(&mut self) -> bool {
        self.choose(2) == 1
    }
}

/// A family of small worlds: what the wheels make, and how many combinations there are.
pub(crate) struct Family<T> {
    make: fn(&mut Wheels) -> T,
    pub(crate) size: u64,
}

impl<T> Family<T> {
    fn new(make: fn(&mut Wheels) -> T) -> Family<T> {
        let mut wheels = Wheels {
            number: 0,
            combinations: 1,
        };
        make(&mut wheels);
        Family {
            make,
            size: wheels.combinations,
        }
    }

    pub(crate) fn number(&self, number: u64) -> T {
        (self.make)(&mut Wheels {
            number,
            combinations: 1,
        })
    }
}

/// A question in a small world, which lives in one of the [`programmes`].
pub(crate) struct Case {
    pub(crate) programme: usize,
    pub(crate) facts: AccountFacts,
    pub(crate) question: Question,
}

/// The 2021 programme cut down to two competencies and a handful of products: as it is, without any extension, and
/// with other parameters, where the highest plan is the narrower one.
pub(crate) fn programmes() -> [Programme; 3] {
    let mut data = worlds::programme().data().clone();
    data.competencies
        .retain(|it| ["security", "datacenter"].contains(&it.id.as_str()));
    data.products.retain(|it| {
        [
            "windows-server",
            "exchange-server",
            "azure-virtual-machines",
            "azure-stack-hci",
            "azure-marketplace",
            "dynamics-365-field-service",
            "microsoft-teams",
            "skype-for-business-online",
        ]
        .contains(&it.id.as_str())
    });
    let mut strict = data.clone();
    strict.policy.extensions = Extensions::default();
    let mut other = data.clone();
    for plan in &mut other.plans {
        plan.level = match plan.id.as_str() {
            "advanced" => Some(5),
            "premier" => Some(2),
            _ => None,
        };
    }
    let mut local = other.plans.last().unwrap().clone();
    local.id = "local".into();
    local.level = Some(1);
    local.scope = Placement::OnPremises;
    other.plans.push(local);
    let extensions = &mut other.policy.extensions;
    let recent = extensions.recent.as_mut().unwrap();
    recent.versions_back = 0;
    recent.mainstream = false;
    extensions.renewal_reminders = None;
    extensions.contract_term.as_mut().unwrap().grace_days = 0;
    extensions.customer_plan.as_mut().unwrap().plan = "premier".into();
    extensions.refunds.as_mut().unwrap().reasons = vec![RefundReason::Withdrawn];
    let severities = extensions.severity_by_impact.as_mut().unwrap();
    severities.critical = Severity::B;
    severities.minimal = Severity::B;
    extensions.link_again.as_mut().unwrap().on = false;
    other
        .policy
        .reseller_plan
        .workloads
        .push("dynamics-365".into());
    [data, strict, other].map(|data| Programme::check(data).unwrap())
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn key(text: &str) -> BenefitKey {
    BenefitKey::parse(text).unwrap()
}

const TODAY: &str = "2021-03-04";

/// First and last days of a contract, around every edge.
const TERMS: [(&str, &str); 6] = [
    ("2021-03-05", "2022-03-05"), // starts tomorrow
    ("2021-03-04", "2022-03-04"), // starts today
    ("2020-03-04", "2021-03-04"), // ends today
    ("2020-03-03", "2021-03-03"), // first day of grace
    ("2020-02-02", "2021-02-02"), // last day of grace
    ("2020-02-01", "2021-02-01"), // over
];

fn offer(offer: &str, competency: Option<&str>, start: &str, anniversary: &str) -> MembershipOffer {
    MembershipOffer {
        offer: offer.into(),
        competency: competency.map(Into::into),
        start: date(start),
        anniversary: date(anniversary),
        status: OfferStatus::Active,
    }
}

/// What a partner may hold.
fn offers(choice: usize) -> Vec<MembershipOffer> {
    let (from, to) = ("2020-09-01", "2021-09-01");
    let pack = offer("action-pack", None, from, to);
    let silver = |competency| offer("silver", Some(competency), from, to);
    let gold = |competency| offer("gold", Some(competency), from, to);
    match choice {
        0 => vec![],
        1 => vec![pack],
        2 => vec![silver("datacenter")],
        3 => vec![gold("security")],
        4 => vec![silver("security"), gold("datacenter")],
        5 => vec![pack, gold("datacenter")],
        6 => vec![offer("silver", None, from, to)],
        7 => vec![MembershipOffer {
            status: OfferStatus::Lapsed,
            ..gold("security")
        }],
        8 => vec![offer("gold", Some("datacenter"), "2021-03-05", to)],
        9 => vec![offer("gold", Some("datacenter"), "2020-03-04", TODAY)],
        _ => vec![offer("gold", Some("datacenter"), from, "2021-03-03")],
    }
}

const ASSOCIATIONS: [&[&str]; 4] = [&[], &["mpn"], &["csp"], &["mpn", "csp"]];

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn viewer(associations: &[&str], roles: &[&str]) -> Viewer {
    Viewer {
        id: "u1".into(),
        name: "Ada".into(),
        kind: AccountKind::Work,
        associations: strings(associations),
        roles: strings(roles),
        operator: false,
    }
}

fn partner(offers: Vec<MembershipOffer>, activations: Vec<(&str, Activation)>) -> Partner {
    Partner {
        id: "p1".into(),
        name: "Alder".into(),
        region: "emea".into(),
        portal: MembershipPortal::PartnerCenter,
        offers,
        offers_hidden: false,
        plans: Vec::new(),
        reseller: None,
        activators: Vec::new(),
        activations: activations
            .into_iter()
            .map(|(benefit, activation)| BenefitActivation {
                benefit: key(benefit),
                activation,
            })
            .collect(),
    }
}

fn activation(choice: usize) -> Activation {
    match choice {
        0 => Activation::NotActivated,
        1 => Activation::Pending {
            requested_on: date("2021-03-01"),
            requested_by: "Ada".into(),
        },
        2 => Activation::Failed {
            on: date("2021-03-01"),
            reason: FailureReason::OfferLapsed,
        },
        3 => Activation::Active {
            contract: "lost".into(),
        },
        _ => Activation::Active {
            contract: "own".into(),
        },
    }
}

fn contract(reference: &str, benefit: &str, own: bool, term: (&str, &str)) -> Contract {
    Contract {
        reference: reference.into(),
        benefit: key(benefit),
        holder: "Alder".into(),
        own,
        access_id_masked: Some("••01".into()),
        contract_id_masked: Some("••02".into()),
        start: date(term.0),
        end: date(term.1),
        balance: Balance::granted(Allotment::Finite(5)),
        linked_on: Some(date(term.0)),
    }
}

fn show_ids(contract: &mut Contract, choice: usize) {
    if choice == 1 || choice == 3 {
        contract.access_id_masked = None;
    }
    if choice == 2 || choice == 3 {
        contract.contract_id_masked = None;
    }
}

/// What may have been granted, used, given back and lost.
fn balances() -> [Balance; 7] {
    let finite = Allotment::Finite;
    [
        Balance::granted(finite(1)),
        Balance::granted(finite(1)).with(EntryKind::Consume, finite(1)),
        Balance::granted(finite(2))
            .with(EntryKind::Consume, finite(2))
            .with(EntryKind::Refund, finite(1)),
        Balance::granted(finite(3)).with(EntryKind::Expire, finite(3)),
        Balance::granted(finite(3))
            .with(EntryKind::Consume, finite(1))
            .with(EntryKind::Refund, finite(2)),
        Balance::granted(Allotment::Unlimited).with(EntryKind::Consume, finite(9)),
        Balance::granted(Allotment::None),
    ]
}

fn facts(viewer: Viewer, partner: Option<Partner>, contracts: Vec<Contract>) -> AccountFacts {
    AccountFacts {
        revision: 1,
        as_of: date(TODAY),
        viewer,
        partner,
        contracts,
    }
}

/// Everything that is asked about the benefits page, its IDs and its activations.
pub(crate) fn pages() -> Family<Case> {
    Family::new(|wheels| {
        let question = match wheels.choose(7) {
            6 => Question::ComparePlans,
            0 => Question::OpenBenefits,
            1 => Question::ViewIds {
                contract: "own".into(),
            },
            2 => Question::ViewIds {
                contract: "elsewhere".into(),
            },
            3 => Question::Activate {
                benefit: key("product-support.action-pack"),
            },
            4 => Question::Activate {
                benefit: key("signature-cloud-support.action-pack"),
            },
            _ => Question::Activate {
                benefit: key("signature-cloud-support.competency"),
            },
        };
        let viewer = viewer(
            wheels.pick(&ASSOCIATIONS),
            wheels.pick(&[
                [].as_slice(),
                &["admin-agent"],
                &["mpn-partner-admin"],
                &["admin-agent", "global-admin"],
            ]),
        );
        let state = wheels.choose(5);
        let mut own = contract(
            "own",
            "signature-cloud-support.competency",
            true,
            wheels.pick(&TERMS),
        );
        show_ids(&mut own, wheels.choose(4));
        let elsewhere = contract("elsewhere", "product-support.competency", false, TERMS[1]);
        let mut partner = partner(
            offers(wheels.choose(11)),
            vec![("signature-cloud-support.competency", activation(state))],
        );
        partner.offers_hidden = wheels.flag();
        if wheels.flag() {
            partner.portal = MembershipPortal::PartnerMembershipCenter;
        }
        let mut contracts = vec![elsewhere];
        if state == 4 {
            contracts.push(own);
        }
        let partner = (wheels.choose(4) > 0).then_some(partner);
        Case {
            programme: wheels.choose(3),
            facts: facts(viewer, partner, contracts),
            question,
        }
    })
}

/// Entering the two IDs of a contract, and giving an incident back.
pub(crate) fn contracts() -> Family<Case> {
    Family::new(|wheels| {
        let named = wheels.pick(&["contract", "of-nobody"]).to_owned();
        let question = match wheels.choose(4) {
            0 => Question::Link { contract: named },
            reason => Question::Refund {
                contract: named,
                because: [
                    RefundReason::Duplicate,
                    RefundReason::ProductBug,
                    RefundReason::Withdrawn,
                ][reason - 1],
            },
        };
        let own = wheels.flag();
        let benefit = wheels.pick(&[
            "product-support.competency",
            "signature-cloud-support.action-pack",
        ]);
        let mut contract = contract("contract", benefit, own, wheels.pick(&TERMS));
        contract.balance = wheels.pick(&balances());
        show_ids(&mut contract, wheels.choose(4));
        if wheels.flag() {
            contract.linked_on = None;
        }
        let active = Activation::Active {
            contract: "contract".into(),
        };
        let partner = own.then(|| partner(offers(5), vec![(benefit, active)]));
        Case {
            programme: wheels.choose(3),
            facts: facts(
                viewer(wheels.pick(&ASSOCIATIONS), &[]),
                partner,
                vec![contract],
            ),
            question,
        }
    })
}

/// The product of an incident with its version and failing side.
const TARGETS: [(Option<&str>, Option<&str>, Option<FailingSide>); 17] = [
    (None, None, None),
    (None, None, Some(FailingSide::Cloud)),
    (Some("windows-server"), None, None),
    (Some("windows-server"), Some("2012-r2"), None),
    (Some("windows-server"), Some("2016"), None),
    (
        Some("windows-server"),
        Some("2019"),
        Some(FailingSide::Cloud),
    ),
    (Some("windows-server"), Some("2022"), None),
    (Some("exchange-server"), Some("2016"), None),
    (Some("windows-server"), Some("no-such-version"), None),
    (Some("azure-virtual-machines"), None, None),
    (Some("azure-marketplace"), None, None),
    (Some("dynamics-365-field-service"), None, None),
    (Some("microsoft-teams"), None, Some(FailingSide::OnPremises)),
    (Some("skype-for-business-online"), None, None),
    (Some("azure-stack-hci"), None, None),
    (Some("azure-stack-hci"), None, Some(FailingSide::Cloud)),
    (Some("azure-stack-hci"), None, Some(FailingSide::OnPremises)),
];

/// Incidents paid by anything that an account may hold, or asks for without holding it.
pub(crate) fn incidents() -> Family<Case> {
    Family::new(|wheels| {
        let (product, version, failing_side) = wheels.pick(&TARGETS);
        let question = IncidentQuestion {
            product: product.map(Into::into),
            version: version.map(Into::into),
            failing_side,
            beneficiary: wheels.pick(&[
                Some(Beneficiary::OwnCompany),
                Some(Beneficiary::Customer),
                None,
            ]),
            severity: None,
            impact: None,
            issues: None,
            kind: wheels.pick(&[
                Some(IncidentKind::BreakFix),
                Some(IncidentKind::Advisory),
                None,
            ]),
            funding: wheels.pick(&[
                None,
                Some(Funding::Contract {
                    contract: "own".into(),
                }),
                Some(Funding::Contract {
                    contract: "of-nobody".into(),
                }),
                Some(Funding::Benefit {
                    benefit: key("signature-cloud-support.competency"),
                }),
                Some(Funding::HeldIds),
                Some(Funding::ResellerPlan {
                    plan: "csp-plan".into(),
                }),
                Some(Funding::ResellerPlan {
                    plan: "no-such-plan".into(),
                }),
            ]),
        };
        let viewer = viewer(
            wheels.pick(&ASSOCIATIONS),
            wheels.pick(&[[].as_slice(), &["admin-agent"]]),
        );
        let benefit = wheels.pick(&[
            "product-support.competency",
            "signature-cloud-support.competency",
            "product-support.action-pack",
        ]);
        let state = wheels.choose(5);
        let mut own = contract("own", benefit, true, wheels.pick(&TERMS));
        own.balance = wheels.pick(&balances());
        show_ids(&mut own, wheels.choose(4));
        if wheels.flag() {
            own.linked_on = None;
        }
        let mut contracts = Vec::new();
        // Without an activation that names it, it is left over from an earlier one.
        let left_over = wheels.flag();
        if state == 4 || left_over {
            contracts.push(own);
        }
        match wheels.choose(3) {
            0 => {}
            1 => contracts.push(contract(
                "elsewhere",
                "product-support.competency",
                false,
                TERMS[1],
            )),
            _ => contracts.push(contract(
                "elsewhere",
                "signature-cloud-support.competency",
                false,
                TERMS[3],
            )),
        }
        let partner = partner(offers(wheels.choose(8)), vec![(benefit, activation(state))]);
        let partner = (wheels.choose(4) > 0).then_some(partner);
        if partner.is_none() {
            contracts.retain(|contract| !contract.own);
        }
        Case {
            programme: wheels.choose(3),
            facts: facts(viewer, partner, contracts),
            question: Question::CreateIncident(question),
        }
    })
}

/// Incidents paid by plans: what was bought, for whom, how urgent.
pub(crate) fn plans() -> Family<Case> {
    Family::new(|wheels| {
        let (product, version, failing_side) = wheels.pick(&TARGETS);
        let paid = |plan: &str| {
            Some(Funding::PaidPlan {
                plan: plan.to_owned(),
            })
        };
        let (severity, impact) = wheels.pick(&[
            (None, None),
            (Some(Severity::A), None),
            (None, Some(Impact::Minimal)),
            (Some(Severity::A), Some(Impact::Critical)),
            (Some(Severity::A), Some(Impact::Moderate)),
            (Some(Severity::B), Some(Impact::Minimal)),
            (Some(Severity::C), Some(Impact::Critical)),
        ]);
        let question = IncidentQuestion {
            product: product.map(Into::into),
            version: version.map(Into::into),
            failing_side,
            beneficiary: wheels.pick(&[
                Some(Beneficiary::OwnCompany),
                Some(Beneficiary::Customer),
                None,
            ]),
            kind: wheels.pick(&[
                Some(IncidentKind::BreakFix),
                Some(IncidentKind::Billing),
                None,
            ]),
            severity,
            impact,
            issues: wheels.pick(&[None, Some(0), Some(1), Some(2)]),
            funding: wheels.pick(&[
                None,
                paid("advanced"),
                paid("premier"),
                paid("local"),
                paid("no-such-plan"),
                paid("product-support"),
                Some(Funding::ResellerPlan {
                    plan: "csp-plan".into(),
                }),
            ]),
        };
        let viewer = viewer(
            wheels.pick(&ASSOCIATIONS),
            wheels.pick(&[[].as_slice(), &["admin-agent"]]),
        );
        let mut contracts = Vec::new();
        let mut activations = Vec::new();
        if wheels.flag() {
            let benefit = "signature-cloud-support.competency";
            let mut own = contract("own", benefit, true, TERMS[1]);
            own.balance = wheels.pick(&balances());
            contracts.push(own);
            activations.push((benefit, activation(4)));
        } else {
            wheels.choose(7);
        }
        let mut partner = partner(offers(3), activations);
        partner.plans = strings(wheels.pick(&[
            [].as_slice(),
            &["advanced"],
            &["premier"],
            &["local", "advanced"],
            &["premier", "advanced", "local"],
            &["no-such-plan", "product-support"],
        ]));
        partner.reseller = wheels.pick(&[
            None,
            Some(ResellerKind::DirectBill),
            Some(ResellerKind::IndirectProvider),
            Some(ResellerKind::IndirectReseller),
        ]);
        let partner = (wheels.choose(4) > 0).then_some(partner);
        if partner.is_none() {
            contracts.clear();
        }
        Case {
            programme: wheels.choose(3),
            facts: facts(viewer, partner, contracts),
            question: Question::CreateIncident(question),
        }
    })
}

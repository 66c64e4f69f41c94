//! Worlds made by chance, the same on every machine: a seed gives an account, and questions to ask about it.

#![allow(dead_code, reason = "each test file uses its own part")]

use entitlement_rules::{
    AccountFacts, AccountKind, Activation, Allotment, Balance, Beneficiary, BenefitActivation,
    BenefitKey, Contract, Date, EntryKind, FailingSide, FailureReason, Impact, IncidentKind,
    IncidentQuestion, MembershipOffer, MembershipPortal, Named, OfferStatus, Partner, Programme,
    Question, RefundReason, ResellerKind, Severity, Viewer,
};

/// The programme of the seed.
pub(crate) fn programme() -> Programme {
    read(include_str!("../../../../programmes/mpn-2021.json"))
}

/// Every programme that there is, the invented one included. What holds, holds for each.
pub(crate) fn programmes() -> [Programme; 3] {
    [
        programme(),
        read(include_str!("../../../../programmes/maicpp-2025.json")),
        read(include_str!("../programmes/harbour-2024.json")),
    ]
}

fn read(text: &str) -> Programme {
    Programme::read(text.as_bytes()).unwrap()
}

/// How many worlds to try: as many as `WORLDS` said when the tests were built (so that it reaches the browser too), or
/// else a number that takes seconds.
pub(crate) fn how_many(otherwise: u64) -> u64 {
    option_env!("WORLDS").map_or(otherwise, |worlds| worlds.parse().unwrap())
}

/// FNV-1a: tells whether two runs found the same, natively or in WebAssembly.
pub(crate) struct Digest(u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0xCBF2_9CE4_8422_2325)
    }
}

impl Digest {
    pub(crate) fn add(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// SplitMix64: small, and the same natively and in WebAssembly.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        (self.next() % u64::from(bound)) as u32
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u32) as usize]
    }

    /// A day in the three years around the programme's own date.
    fn date(&mut self, programme: &Programme) -> Date {
        let first = programme.data().as_of.plus_days(-640);
        first.plus_days(self.below(1_100) as i32)
    }

    fn some_of(&mut self, named: &[Named]) -> Vec<String> {
        let mut some = Vec::new();
        for entry in named {
            if self.once_in(2) {
                some.push(entry.id.clone());
            }
        }
        some
    }
}

/// An account made by chance.
pub(crate) fn account(programme: &Programme, chance: &mut Chance) -> AccountFacts {
    let data = programme.data();
    let as_of = chance.date(programme);
    let mut contracts = Vec::new();
    let partner = (!chance.once_in(6)).then(|| {
        let mut offers = Vec::new();
        for _ in 0..chance.below(4) {
            let offer = chance.pick(&data.offers);
            let start = chance.date(programme);
            let competency = (offer.needs_competency && !chance.once_in(12))
                .then(|| chance.pick(&data.competencies).id.clone());
            offers.push(MembershipOffer {
                offer: offer.id.clone(),
                competency,
                start,
                anniversary: start.plus_years(1 + chance.below(2) as i32),
                status: if chance.once_in(8) {
                    OfferStatus::Lapsed
                } else {
                    OfferStatus::Active
                },
            });
        }
        let mut activations = Vec::new();
        for package in packages(programme) {
            for benefit in &data.benefits {
                let key = BenefitKey {
                    benefit: benefit.id.clone(),
                    package: package.clone(),
                };
                let activation = match chance.below(5) {
                    0 => continue,
                    1 => Activation::Pending {
                        requested_on: chance.date(programme),
                        requested_by: "Ada".into(),
                    },
                    2 => Activation::Failed {
                        on: chance.date(programme),
                        reason: FailureReason::DetailsIncomplete,
                    },
                    _ => {
                        let reference = format!("c-{key}");
                        contracts.push(contract(&reference, &key, true, programme, chance));
                        Activation::Active {
                            contract: reference,
                        }
                    }
                };
                activations.push(BenefitActivation {
                    benefit: key,
                    activation,
                });
            }
        }
        Partner {
            id: "p1".into(),
            name: "Alder".into(),
            region: "emea".into(),
            portal: match chance.once_in(8) {
                true => MembershipPortal::PartnerMembershipCenter,
                false => MembershipPortal::PartnerCenter,
            },
            offers_hidden: chance.once_in(10),
            offers,
            plans: (data.plans.iter())
                .filter(|plan| plan.benefit.is_none() && chance.once_in(4))
                .map(|plan| plan.id.clone())
                .collect(),
            reseller: *chance.pick(&[
                None,
                Some(ResellerKind::DirectBill),
                Some(ResellerKind::IndirectReseller),
            ]),
            activators: vec!["Ada".into()],
            activations,
        }
    });
    if chance.once_in(3) {
        let key = benefit(programme, chance);
        contracts.push(contract("c-elsewhere", &key, false, programme, chance));
    }
    AccountFacts {
        revision: 1,
        as_of,
        viewer: Viewer {
            id: "u1".into(),
            name: "Ada".into(),
            kind: *chance.pick(&[AccountKind::Work, AccountKind::Personal]),
            associations: chance.some_of(&data.associations),
            roles: chance.some_of(&data.roles),
            operator: false,
        },
        partner,
        contracts,
    }
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A Global admin of a member of the seed's programme, on 4 March 2021, with these offers and their competencies.
pub(crate) fn member(offers: &[(&str, Option<&str>)]) -> AccountFacts {
    AccountFacts {
        revision: 1,
        as_of: day("2021-03-04"),
        viewer: Viewer {
            id: "u1".into(),
            name: "Ada".into(),
            kind: AccountKind::Work,
            associations: vec!["mpn".into()],
            roles: vec!["global-admin".into()],
            operator: false,
        },
        partner: Some(Partner {
            id: "p1".into(),
            name: "Alder".into(),
            region: "emea".into(),
            portal: MembershipPortal::PartnerCenter,
            offers: offers
                .iter()
                .map(|(offer, competency)| MembershipOffer {
                    offer: (*offer).into(),
                    competency: competency.map(Into::into),
                    start: day("2020-06-01"),
                    anniversary: day("2021-05-31"),
                    status: OfferStatus::Active,
                })
                .collect(),
            offers_hidden: false,
            plans: Vec::new(),
            reseller: None,
            activators: vec!["Ada".into()],
            activations: Vec::new(),
        }),
        contracts: Vec::new(),
    }
}

/// The packages of a programme's offers, each once.
pub(crate) fn packages(programme: &Programme) -> Vec<String> {
    let mut packages: Vec<String> = Vec::new();
    for offer in &programme.data().offers {
        if !packages.contains(&offer.package) {
            packages.push(offer.package.clone());
        }
    }
    packages
}

fn benefit(programme: &Programme, chance: &mut Chance) -> BenefitKey {
    BenefitKey {
        benefit: chance.pick(&programme.data().benefits).id.clone(),
        package: chance.pick(&packages(programme)).clone(),
    }
}

fn contract(
    reference: &str,
    key: &BenefitKey,
    own: bool,
    programme: &Programme,
    chance: &mut Chance,
) -> Contract {
    let start = chance.date(programme);
    let granted = match chance.below(4) {
        0 => Allotment::Unlimited,
        _ => Allotment::Finite(1 + chance.below(20)),
    };
    let used = Allotment::Finite(chance.below(8));
    let masked = |shown: bool| shown.then(|| "••••01".to_owned());
    Contract {
        reference: reference.into(),
        benefit: key.clone(),
        holder: "Alder".into(),
        own,
        access_id_masked: masked(!chance.once_in(12)),
        contract_id_masked: masked(!chance.once_in(12)),
        start,
        end: start.plus_years(1),
        balance: Balance::granted(granted).with(EntryKind::Consume, used),
        linked_on: (!own || chance.once_in(2)).then_some(start),
    }
}

/// An incident to ask about, now and then with facts left out.
pub(crate) fn incident(programme: &Programme, chance: &mut Chance) -> IncidentQuestion {
    let product = chance.pick(&programme.data().products);
    let version = (!product.versions.is_empty()).then(|| chance.pick(&product.versions).id.clone());
    IncidentQuestion {
        beneficiary: chance
            .pick(&[
                Some(Beneficiary::OwnCompany),
                Some(Beneficiary::Customer),
                None,
            ])
            .to_owned(),
        product: (!chance.once_in(8)).then(|| product.id.clone()),
        version: version.filter(|_| !chance.once_in(8)),
        failing_side: chance
            .pick(&[
                None,
                Some(FailingSide::Cloud),
                Some(FailingSide::OnPremises),
            ])
            .to_owned(),
        kind: (!chance.once_in(8)).then(|| {
            *chance.pick(&[
                IncidentKind::BreakFix,
                IncidentKind::BreakFix,
                IncidentKind::BreakFix,
                IncidentKind::Advisory,
                IncidentKind::Billing,
            ])
        }),
        severity: *chance.pick(&[
            None,
            Some(Severity::A),
            Some(Severity::B),
            Some(Severity::C),
        ]),
        impact: *chance.pick(&[None, None, Some(Impact::Critical), Some(Impact::Moderate)]),
        issues: *chance.pick(&[None, None, Some(1), Some(1), Some(2)]),
        funding: None,
    }
}

/// Everything that can be asked about an account.
pub(crate) fn questions(programme: &Programme, chance: &mut Chance) -> Vec<Question> {
    let benefit = benefit(programme, chance);
    let contract = match chance.once_in(3) {
        true => "c-elsewhere".to_owned(),
        false => format!("c-{benefit}"),
    };
    vec![
        Question::OpenBenefits,
        Question::ComparePlans,
        Question::ViewIds {
            contract: contract.clone(),
        },
        Question::Link {
            contract: contract.clone(),
        },
        Question::Refund {
            contract,
            because: *chance.pick(&[
                RefundReason::Duplicate,
                RefundReason::ProductBug,
                RefundReason::Withdrawn,
            ]),
        },
        Question::Activate { benefit },
        Question::CreateIncident(incident(programme, chance)),
    ]
}

//! What each plan would have been worth, on a partner's own past incidents.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{
    AccountFacts, Allotment, Beneficiary, FeeBasis, Figure, Funding, Gap, IncidentKind,
    IncidentQuestion, PastIncident, Period, PlanOutlook, Price, Programme, Question, Quote, Quotes,
    RuleId, decide, what_if,
};
use worlds::{Chance, account, day, incident, member, programme};

const WORLDS: u64 = 60;

fn harbour() -> Programme {
    Programme::read(include_bytes!("programmes/harbour-2024.json")).unwrap()
}

/// Incidents made by chance in the three years before the account's date.
fn history(programme: &Programme, facts: &AccountFacts, chance: &mut Chance) -> Vec<PastIncident> {
    (0..chance.below(40))
        .map(|_| PastIncident {
            opened_on: facts.as_of.plus_days(-(chance.below(1_100) as i32)),
            question: incident(programme, chance),
        })
        .collect()
}

fn in_every_world(law: impl Fn(&Programme, &AccountFacts, &[PastIncident])) {
    for programme in [programme(), harbour()] {
        for seed in 0..WORLDS {
            let mut chance = Chance::of(seed);
            let facts = account(&programme, &mut chance);
            let history = history(&programme, &facts, &mut chance);
            law(&programme, &facts, &history);
        }
    }
}

fn judged(programme: &Programme, facts: &AccountFacts, past: &[PastIncident]) -> Vec<PlanOutlook> {
    what_if(programme, facts, past, &Quotes::default())
}

/// A member of the seed's programme without a role, who holds these offers.
fn holder_of(offers: &[(&str, Option<&str>)]) -> AccountFacts {
    let mut facts = member(offers);
    facts.viewer.roles.clear();
    facts
}

fn past(on: &str, product: &str, version: Option<&str>) -> PastIncident {
    PastIncident {
        opened_on: day(on),
        question: IncidentQuestion {
            beneficiary: Some(Beneficiary::OwnCompany),
            product: Some(product.into()),
            version: version.map(Into::into),
            kind: Some(IncidentKind::BreakFix),
            ..IncidentQuestion::default()
        },
    }
}

/// So many incidents in the cloud, on one day.
fn in_the_cloud(count: usize, on: &str) -> Vec<PastIncident> {
    vec![past(on, "azure-virtual-machines", None); count]
}

fn of<'a>(outlooks: &'a [PlanOutlook], plan: &str) -> &'a PlanOutlook {
    outlooks.iter().find(|it| it.plan == plan).unwrap()
}

/// The rules that refuse, with how many incidents each.
fn reasons(outlook: &PlanOutlook) -> Vec<(&'static str, u32)> {
    let reasons = outlook.reasons.iter();
    reasons
        .map(|reason| (reason.rule.code(), reason.incidents))
        .collect()
}

fn price(hundredths: u64, currency: &str) -> Price {
    Price {
        hundredths,
        currency: currency.into(),
    }
}

fn quoted(plan: &str, hundredths: u64, currency: &str, per: Period) -> Quotes {
    Quotes {
        plans: vec![Quote {
            plan: plan.into(),
            price: price(hundredths, currency),
            per,
        }],
        incident: None,
    }
}

#[test]
fn every_incident_of_the_history_is_covered_or_not_by_every_plan() {
    in_every_world(|programme, facts, history| {
        let outlooks = judged(programme, facts, history);
        let plans: Vec<&str> = outlooks.iter().map(|it| it.plan.as_str()).collect();
        let all = programme.data().plans.iter();
        assert_eq!(plans, all.map(|plan| plan.id.as_str()).collect::<Vec<_>>());
        for outlook in outlooks {
            let counted = outlook.covered + outlook.not_covered;
            assert_eq!(counted as usize, history.len());
            let most = outlook.reasons.iter().map(|it| it.incidents).max();
            assert!(most.unwrap_or(0) + outlook.undecided <= outlook.not_covered);
        }
    });
}

#[test]
fn a_paid_plan_covers_what_the_law_says_on_the_incidents_own_day() {
    in_every_world(|programme, facts, history| {
        for outlook in judged(programme, facts, history) {
            let plan = programme.plan(&outlook.plan).unwrap();
            if plan.benefit.is_some() {
                continue;
            }
            let mut buyer = facts.clone();
            if let Some(partner) = &mut buyer.partner {
                partner.plans = vec![plan.id.clone()];
            }
            let covered = history.iter().filter(|past| {
                let question = Question::CreateIncident(IncidentQuestion {
                    funding: Some(Funding::PaidPlan {
                        plan: plan.id.clone(),
                    }),
                    ..past.question.clone()
                });
                decide(programme, &buyer, &question, past.opened_on).is_allowed()
            });
            assert_eq!(outlook.covered as usize, covered.count());
        }
    });
}

#[test]
fn the_top_plan_covers_at_least_what_a_lower_one_covers() {
    in_every_world(|programme, facts, history| {
        let outlooks = judged(programme, facts, history);
        let paid = || programme.paid_plans();
        let top = paid().find(|plan| programme.is_top_plan(plan)).unwrap();
        for lower in paid() {
            assert!(of(&outlooks, &top.id).covered >= of(&outlooks, &lower.id).covered);
        }
    });
}

#[test]
fn a_larger_allotment_never_covers_less() {
    in_every_world(|programme, facts, history| {
        let mut data = programme.data().clone();
        for row in data.benefits.iter_mut().flat_map(|it| &mut it.allotments) {
            if let Allotment::Finite(amount) = row.amount {
                row.amount = Allotment::Finite(amount + 3);
            }
        }
        let generous = Programme::check(data).unwrap();
        let before = judged(programme, facts, history);
        for (less, more) in before.iter().zip(judged(&generous, facts, history)) {
            assert!(more.covered >= less.covered);
        }
    });
}

#[test]
fn the_order_in_which_the_history_is_told_does_not_matter() {
    in_every_world(|programme, facts, history| {
        let mut backwards = history.to_vec();
        backwards.reverse();
        assert_eq!(
            judged(programme, facts, history),
            judged(programme, facts, &backwards)
        );
    });
}

#[test]
fn what_is_left_of_an_allotment_is_what_its_incidents_did_not_take() {
    in_every_world(|programme, facts, history| {
        for outlook in judged(programme, facts, history) {
            let taken = outlook
                .allotments
                .iter()
                .map(|used| match (used.granted, used.left) {
                    (Allotment::Finite(granted), Allotment::Finite(left)) => Some(granted - left),
                    _ => None,
                });
            if !outlook.allotments.is_empty()
                && let Some(taken) = taken.sum::<Option<u32>>()
            {
                assert_eq!(taken, outlook.covered);
            }
        }
    });
}

#[test]
fn a_spent_allotment_refuses_the_rest_of_its_contract_year_and_the_next_year_begins_anew() {
    let silver = holder_of(&[("silver", Some("datacenter"))]);
    let mut history = in_the_cloud(7, "2019-03-10");
    history.extend(in_the_cloud(2, "2020-03-09"));
    history.extend(in_the_cloud(1, "2020-03-10"));
    let outlooks = judged(&programme(), &silver, &history);
    let cloud = of(&outlooks, "signature-cloud-support");
    assert_eq!((cloud.covered, cloud.not_covered), (6, 4));
    assert_eq!(reasons(cloud), [("S17", 4), ("S27", 4)]);
    let years: Vec<_> = cloud
        .allotments
        .iter()
        .map(|it| (it.start, it.end, it.granted, it.left))
        .collect();
    assert_eq!(
        years,
        [
            (
                day("2019-03-10"),
                day("2020-03-09"),
                Allotment::Finite(5),
                Allotment::Finite(0)
            ),
            (
                day("2020-03-10"),
                day("2021-03-09"),
                Allotment::Finite(5),
                Allotment::Finite(4)
            ),
        ]
    );
}

#[test]
fn a_contract_lasts_as_many_years_as_the_programme_says() {
    let lasting_two_years = |on| {
        let mut data = programme().data().clone();
        let term = data.policy.extensions.contract_term.as_mut().unwrap();
        (term.on, term.years) = (on, 2);
        Programme::check(data).unwrap()
    };
    let silver = holder_of(&[("silver", Some("datacenter"))]);
    let history = [
        in_the_cloud(3, "2018-03-10"),
        in_the_cloud(3, "2020-03-09"),
        in_the_cloud(1, "2020-03-10"),
    ]
    .concat();
    let left = |programme: &Programme| -> Vec<Allotment> {
        let outlooks = judged(programme, &silver, &history);
        let contracts = of(&outlooks, "signature-cloud-support").allotments.iter();
        contracts.map(|it| it.left).collect()
    };
    let finite = |left: &[u32]| {
        left.iter()
            .copied()
            .map(Allotment::Finite)
            .collect::<Vec<_>>()
    };
    assert_eq!(left(&lasting_two_years(true)), finite(&[0, 4]));
    // Where the programme does not say how long one lasts, it is a year.
    assert_eq!(left(&lasting_two_years(false)), finite(&[2, 2, 4]));
}

#[test]
fn an_offer_that_does_not_carry_a_benefit_covers_nothing_by_it_and_the_law_says_why() {
    let history = in_the_cloud(3, "2021-02-01");
    for (facts, why) in [
        (
            holder_of(&[("action-pack", None)]),
            vec![("S13", 3), ("S20", 3)],
        ),
        (holder_of(&[]), vec![("S13", 3)]),
    ] {
        let outlooks = judged(&programme(), &facts, &history);
        let cloud = of(&outlooks, "signature-cloud-support");
        assert_eq!((cloud.covered, reasons(cloud)), (0, why));
        assert!(cloud.allotments.is_empty());
    }
}

#[test]
fn offers_of_two_packages_grant_together() {
    let both = holder_of(&[("action-pack", None), ("gold", Some("datacenter"))]);
    let history = [past("2021-02-01", "windows-server", Some("2019"))];
    let outlooks = judged(&programme(), &both, &history);
    let used = of(&outlooks, "product-support").allotments[0];
    assert_eq!(
        (used.granted, used.left),
        (Allotment::Finite(30), Allotment::Finite(29))
    );
}

#[test]
fn a_version_counts_as_it_stood_on_the_day() {
    let gold = holder_of(&[("gold", Some("datacenter"))]);
    let history = [
        past("2018-01-09", "windows-server", Some("2012-r2")),
        past("2021-01-09", "windows-server", Some("2012-r2")),
    ];
    let outlooks = judged(&programme(), &gold, &history);
    let on_premises = of(&outlooks, "product-support");
    assert_eq!(
        (on_premises.covered, reasons(on_premises)),
        (1, vec![("S25", 1)])
    );
}

#[test]
fn an_incident_that_lacks_a_fact_is_not_covered_and_no_rule_is_blamed() {
    let gold = holder_of(&[("gold", Some("datacenter"))]);
    let history = [past("2021-02-01", "windows-server", None)];
    let outlooks = judged(&programme(), &gold, &history);
    let on_premises = of(&outlooks, "product-support");
    assert_eq!((on_premises.not_covered, on_premises.undecided), (1, 1));
    assert!(on_premises.reasons.is_empty());
}

#[test]
fn an_account_without_a_partner_has_no_company_to_buy_a_plan_for() {
    let mut bare = holder_of(&[]);
    bare.partner = None;
    let outlooks = judged(&programme(), &bare, &in_the_cloud(2, "2021-02-01"));
    let premier = of(&outlooks, "premier");
    assert!(premier.reasons.iter().any(|it| it.rule == RuleId::S34));
    assert_eq!(premier.covered, 0);
}

#[test]
fn the_fee_of_the_begun_years_is_shared_by_the_incidents_covered_and_rounded_up() {
    let silver = holder_of(&[("silver", Some("datacenter"))]);
    let history = [
        in_the_cloud(5, "2019-03-10"),
        in_the_cloud(2, "2020-03-10"),
        vec![past("2019-05-01", "windows-server", Some("2019"))],
    ]
    .concat();
    let advanced = |quotes| {
        let outlooks = what_if(&programme(), &silver, &history, &quotes);
        of(&outlooks, "advanced").clone()
    };
    let known = advanced(Quotes::default());
    assert_eq!(known.covered, 7);
    let fee = known.fee.known().unwrap();
    let source = Some("rcpmag-2018".into());
    assert_eq!(fee.basis, FeeBasis::Programme { source });
    let year = known.a_year.known().unwrap();
    assert_eq!(year.price, price(1_500_000, "USD"));
    assert!(!year.twelve_months);
    // Two years of 15,000 for seven incidents: 4,285.714...
    assert_eq!(
        known.per_covered_incident,
        Figure::Known(price(428_572, "USD"))
    );
    assert_eq!(known.break_even, Figure::Unknown(Gap::NoIncidentPrice));

    let against = |hundredths, currency| {
        let incident = Some(price(hundredths, currency));
        advanced(Quotes {
            plans: Vec::new(),
            incident,
        })
        .break_even
    };
    assert_eq!(against(50_000, "usd"), Figure::Known(30));
    assert_eq!(against(49_900, "USD"), Figure::Known(31));
    assert_eq!(against(49_900, "EUR"), Figure::Unknown(Gap::OtherCurrency));
    assert_eq!(against(0, "USD"), Figure::Unknown(Gap::NoIncidentPrice));
}

#[test]
fn a_quote_counts_before_the_programmes_figure_and_a_month_is_taken_twelve_times_aloud() {
    let facts = holder_of(&[]);
    let history = in_the_cloud(4, "2021-02-01");
    let quotes = quoted("advanced", 99_950, "EUR", Period::Month);
    let outlooks = what_if(&programme(), &facts, &history, &quotes);
    let advanced = of(&outlooks, "advanced");
    assert_eq!(advanced.fee.known().unwrap().basis, FeeBasis::Quote);
    let year = advanced.a_year.known().unwrap();
    assert_eq!(year.price, price(1_199_400, "EUR"));
    assert!(year.twelve_months);
    assert_eq!(
        advanced.per_covered_incident,
        Figure::Known(price(299_850, "EUR"))
    );
}

#[test]
fn a_plan_charged_per_incident_costs_its_price_for_each_and_never_breaks_even() {
    let programme = harbour();
    let mut facts = holder_of(&[]);
    facts.viewer.associations.clear();
    let history = [
        past("2024-02-01", "fleet-map", None),
        past("2024-02-02", "tide-gauge", None),
    ];
    let outlooks = judged(&programme, &facts, &history);
    let pilot = of(&outlooks, "pilot");
    assert_eq!((pilot.covered, pilot.not_covered), (1, 1));
    assert_eq!(
        pilot.per_covered_incident,
        Figure::Known(price(9_000, "EUR"))
    );
    assert_eq!(pilot.a_year, Figure::Unknown(Gap::ChargedPerIncident));
    assert_eq!(pilot.break_even, Figure::Unknown(Gap::ChargedPerIncident));
}

#[test]
fn a_price_that_nobody_states_is_not_invented() {
    let facts = holder_of(&[]);
    let history = in_the_cloud(1, "2021-02-01");
    let outlooks = judged(&programme(), &facts, &history);
    let harbours = judged(&harbour(), &facts, &[]);
    for (outlook, gap) in [
        (of(&outlooks, "premier"), Gap::OnRequest),
        (of(&outlooks, "product-support"), Gap::ComesWithMembership),
        (of(&harbours, "harbourmaster"), Gap::NotPublished),
    ] {
        assert_eq!(outlook.fee, Figure::Unknown(gap));
        assert_eq!(outlook.a_year, Figure::Unknown(gap));
        assert_eq!(outlook.break_even, Figure::Unknown(gap));
    }
    let cover = of(&outlooks, "premier");
    let unknown = Figure::Unknown(Gap::OnRequest);
    assert_eq!((cover.covered, &cover.per_covered_incident), (1, &unknown));
}

#[test]
fn without_an_incident_covered_there_is_no_price_per_incident() {
    let outlooks = judged(&programme(), &holder_of(&[]), &[]);
    let advanced = of(&outlooks, "advanced");
    assert_eq!((advanced.covered, advanced.not_covered), (0, 0));
    assert_eq!(
        advanced.per_covered_incident,
        Figure::Unknown(Gap::NothingCovered)
    );
}

#[test]
fn a_sum_too_large_to_be_counted_is_said_to_be_so() {
    let facts = holder_of(&[]);
    let quotes = quoted("advanced", u64::MAX / 11, "EUR", Period::Month);
    let outlooks = what_if(
        &programme(),
        &facts,
        &in_the_cloud(1, "2021-02-01"),
        &quotes,
    );
    let advanced = of(&outlooks, "advanced");
    assert_eq!(advanced.a_year, Figure::Unknown(Gap::TooLarge));
    assert_eq!(
        advanced.per_covered_incident,
        Figure::Unknown(Gap::TooLarge)
    );
}

#[test]
fn outlooks_and_quotes_survive_the_wire() {
    in_every_world(|programme, facts, history| {
        let outlooks = judged(programme, facts, history);
        let text = serde_json::to_string(&outlooks).unwrap();
        assert_eq!(
            serde_json::from_str::<Vec<PlanOutlook>>(&text).unwrap(),
            outlooks
        );
    });
    let quotes = quoted("premier", 1, "EUR", Period::Year);
    let text = serde_json::to_string(&quotes).unwrap();
    assert_eq!(serde_json::from_str::<Quotes>(&text).unwrap(), quotes);
}

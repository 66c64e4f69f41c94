//! The plans side by side, as plain data: what the table shows and where each figure comes from.

use entitlement_rules::{
    AccountFacts, Allotment, Confidence, Contract, Date, Entitlement, Plan, PlanAttribute,
    PlanFigure, PlanValue, Programme, entitlements,
};

/// Some plans side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comparison {
    /// The plans, in the programme's order.
    pub(super) plans: Vec<Column>,
    /// The attributes, in the programme's order.
    pub(super) rows: Vec<Row>,
    /// The sources of all figures, in the order in which a reader meets them; source number 1 is the first.
    pub(super) sources: Vec<SourceNote>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) url: Option<String>,
    /// Whether it is bought, and does not come with a membership.
    pub(super) paid: bool,
    /// What the account has of it, when somebody is signed in.
    pub(super) held: Option<Held>,
}

/// What the account has of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    /// It comes with the membership: one entry for each package of offers that carries it.
    WithMembership(Vec<Grant>),
    /// It came with a membership that has ended, and its contract may still be used.
    Outlasting {
        /// Incidents left.
        left: Allotment,
        /// The last day on which it may be used.
        last_day: Date,
    },
    /// It comes with memberships, but not with this account's.
    NotWithMembership,
    /// The company has bought it.
    Bought,
    /// It can be bought.
    Buyable,
}

/// What one offer of the membership grants.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grant {
    /// Name of the offer.
    pub(super) offer: String,
    /// Incidents granted; `None` when the account's data does not say.
    pub(super) granted: Option<Allotment>,
    /// Incidents left, once the benefit is active.
    pub(super) left: Option<Allotment>,
}

/// An attribute of all plans.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    /// Whether the plans do not all say the same.
    pub(super) differs: bool,
    /// One cell for each plan, in the plans' order.
    pub(super) cells: Vec<Cell>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) value: PlanValue,
    /// Where it comes from; absent when no source states it.
    pub(super) origin: Option<Origin>,
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Number of the source in the list of sources, from 1.
    pub(super) number: u32,
    /// The day that the source describes.
    pub(super) as_of: Date,
    /// How far to trust it.
    pub(super) confidence: Confidence,
}

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SourceNote {
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) origin: Origin,
}

/// What a plan states of an attribute.
fn value(figure: Option<&PlanFigure>) -> &PlanValue {
    figure.map_or(&PlanValue::NotPublished, |figure| &figure.value)
}

impl Comparison {
    /// The plans that `chosen` picks by their id, with names in `language`, for an account or for anybody.
    pub(super) fn new(
        programme: &Programme,
        facts: Option<&AccountFacts>,
        language: &str,
        chosen: impl Fn(&str) -> bool,
    ) -> Comparison {
        let data = programme.data();
        let plans: Vec<&Plan> = data.plans.iter().filter(|plan| chosen(&plan.id)).collect();
        let figures: Vec<(&PlanAttribute, Vec<Option<&PlanFigure>>, bool)> = data
            .plan_attributes
            .iter()
            .map(|attribute| {
                let figures = plans.iter().map(|plan| plan.attributes.get(&attribute.id));
                let figures: Vec<Option<&PlanFigure>> = figures.collect();
                let mut pairs = figures.iter().zip(figures.iter().skip(1));
                let differs = pairs.any(|(one, next)| value(*one) != value(*next));
                (attribute, figures, differs)
            })
            .collect();
        let mut used = Vec::new();
        // What tells the plans apart is read first.
        let rows = [true, false]
            .into_iter()
            .flat_map(|first| {
                figures
                    .iter()
                    .filter(move |(.., differs)| *differs == first)
            })
            .map(|(attribute, figures, differs)| {
                let cells = figures.iter().map(|figure| Cell {
                    value: value(*figure).clone(),
                    origin: figure
                        .and_then(|figure| figure.source.as_deref())
                        .and_then(|id| origin(programme, &mut used, id)),
                });
                Row {
                    name: attribute.name.in_language(language).to_owned(),
                    differs: *differs,
                    cells: cells.collect(),
                }
            })
            .collect();
        let sources = used
            .iter()
            .filter_map(|(id, origin)| {
                let source = programme.source(id)?;
                Some(SourceNote {
                    title: source.title.clone(),
                    url: source.url.clone(),
                    origin: *origin,
                })
            })
            .collect();
        let plans = plans
            .into_iter()
            .map(|plan| Column {
                id: plan.id.clone(),
                name: plan.name.in_language(language).to_owned(),
                summary: plan.summary.in_language(language).to_owned(),
                url: plan.url.clone(),
                paid: plan.benefit.is_none(),
                held: facts.map(|facts| held(programme, facts, language, plan)),
            })
            .collect();
        Comparison {
            plans,
            rows,
            sources,
        }
    }
}

/// The number of the source with this id, a new one when it was not met before.
fn origin<'a>(
    programme: &Programme,
    used: &mut Vec<(&'a str, Origin)>,
    id: &'a str,
) -> Option<Origin> {
    if let Some((_, origin)) = used.iter().find(|(other, _)| *other == id) {
        return Some(*origin);
    }
    let source = programme.source(id)?;
    let origin = Origin {
        number: u32::try_from(used.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1),
        as_of: source.as_of,
        confidence: source.confidence,
    };
    used.push((id, origin));
    Some(origin)
}

fn held(programme: &Programme, facts: &AccountFacts, language: &str, plan: &Plan) -> Held {
    let Some(benefit) = &plan.benefit else {
        let bought = facts
            .partner
            .as_ref()
            .is_some_and(|partner| partner.plans.contains(&plan.id));
        return if bought { Held::Bought } else { Held::Buyable };
    };
    let mine: Vec<Entitlement<'_>> = entitlements(programme, facts, facts.as_of)
        .into_iter()
        .filter(|entitlement| entitlement.benefit.id == *benefit)
        .collect();
    let grants: Vec<Grant> = mine
        .iter()
        .filter_map(|entitlement| {
            let offer = entitlement.offers.first()?;
            let granted = entitlement.allotment();
            (granted != Some(Allotment::None)).then(|| Grant {
                offer: offer.name.in_language(language).to_owned(),
                granted,
                left: entitlement.contract.map(Contract::remaining),
            })
        })
        .collect();
    if !grants.is_empty() {
        return Held::WithMembership(grants);
    }
    let outlasting = mine
        .iter()
        .filter_map(|entitlement| entitlement.contract)
        .map(|contract| (contract, programme.last_usable_day(contract.end)))
        .find(|(_, last_day)| facts.as_of <= *last_day);
    match outlasting {
        Some((contract, last_day)) => Held::Outlasting {
            left: contract.remaining(),
            last_day,
        },
        None => Held::NotWithMembership,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entitlement_rules::{
        AccountKind, Activation, Balance, BenefitActivation, BenefitKey, EntryKind,
        MembershipOffer, MembershipPortal, OfferStatus, Partner, Viewer,
    };

    fn programme() -> Programme {
        let text = include_str!("../../../programmes/mpn-2021.json");
        Programme::check(serde_json::from_str(text).unwrap()).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// A partner that holds these offers, each earned with a competency or none.
    fn holding(offers: &[(&str, Option<&str>)]) -> AccountFacts {
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
                activators: Vec::new(),
                activations: Vec::new(),
            }),
            contracts: Vec::new(),
        }
    }

    fn spend_twelve_of_fifteen(facts: &mut AccountFacts) {
        let benefit = BenefitKey::parse("product-support.competency").unwrap();
        let partner = facts.partner.as_mut().unwrap();
        partner.activations.push(BenefitActivation {
            benefit: benefit.clone(),
            activation: Activation::Active {
                contract: "c1".into(),
            },
        });
        facts.contracts.push(Contract {
            reference: "c1".into(),
            benefit,
            holder: "Alder".into(),
            own: true,
            access_id_masked: None,
            contract_id_masked: None,
            start: day("2020-06-01"),
            end: day("2021-05-31"),
            balance: Balance::granted(Allotment::Finite(15))
                .with(EntryKind::Consume, Allotment::Finite(12)),
            linked_on: None,
        });
    }

    fn all(facts: &AccountFacts) -> Comparison {
        Comparison::new(&programme(), Some(facts), "en", |_| true)
    }

    fn held_of(comparison: &Comparison, plan: &str) -> Held {
        let column = comparison.plans.iter().find(|column| column.id == plan);
        column.unwrap().held.clone().unwrap()
    }

    #[test]
    fn every_figure_is_there_and_names_a_source_or_says_that_there_is_none() {
        let comparison = all(&holding(&[]));
        assert_eq!(comparison.plans.len(), 4);
        for row in &comparison.rows {
            assert_eq!(row.cells.len(), 4, "{}", row.name);
            for cell in &row.cells {
                let stated = !matches!(cell.value, PlanValue::OnRequest | PlanValue::NotPublished);
                assert!(cell.origin.is_some() || !stated, "{}: {cell:?}", row.name);
            }
        }
    }

    #[test]
    fn sources_are_numbered_in_the_order_in_which_they_are_met() {
        let comparison = all(&holding(&[]));
        let met: Vec<u32> = comparison
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter_map(|cell| cell.origin.map(|origin| origin.number))
            .collect();
        let mut highest = 0;
        for number in met {
            assert!(number <= highest + 1);
            highest = highest.max(number);
        }
        assert_eq!(comparison.sources.len(), usize::try_from(highest).unwrap());
        for (position, source) in comparison.sources.iter().enumerate() {
            assert_eq!(
                source.origin.number,
                u32::try_from(position + 1).unwrap(),
                "{}",
                source.title
            );
        }
    }

    #[test]
    fn a_price_that_only_a_magazine_states_is_unconfirmed() {
        let comparison = all(&holding(&[]));
        let fee = comparison
            .rows
            .iter()
            .find(|row| row.name == "Fee")
            .unwrap();
        let prices: Vec<&Cell> = fee
            .cells
            .iter()
            .filter(|cell| matches!(cell.value, PlanValue::Money { .. }))
            .collect();
        assert!(!prices.is_empty());
        for price in prices {
            assert_eq!(price.origin.unwrap().confidence, Confidence::ThirdParty);
        }
    }

    #[test]
    fn who_is_not_signed_in_sees_the_same_figures_and_nothing_of_any_account() {
        let anybody = Comparison::new(&programme(), None, "en", |_| true);
        let account = all(&holding(&[("silver", Some("datacenter"))]));
        assert_eq!(
            (&anybody.rows, &anybody.sources),
            (&account.rows, &account.sources)
        );
        assert!(anybody.plans.iter().all(|column| column.held.is_none()));
        let paid: Vec<bool> = anybody.plans.iter().map(|column| column.paid).collect();
        assert_eq!(paid, [false, false, true, true]);
    }

    #[test]
    fn a_partner_sees_what_is_granted_and_what_is_left() {
        let mut facts = holding(&[("silver", Some("datacenter"))]);
        spend_twelve_of_fifteen(&mut facts);
        let comparison = all(&facts);
        assert_eq!(
            held_of(&comparison, "product-support"),
            Held::WithMembership(vec![Grant {
                offer: "Silver".into(),
                granted: Some(Allotment::Finite(15)),
                left: Some(Allotment::Finite(3)),
            }])
        );
        assert_eq!(
            held_of(&comparison, "signature-cloud-support"),
            Held::WithMembership(vec![Grant {
                offer: "Silver".into(),
                granted: Some(Allotment::Finite(5)),
                left: None,
            }])
        );
    }

    #[test]
    fn after_the_membership_a_contract_is_named_until_its_last_day_and_not_beyond() {
        let mut facts = holding(&[("silver", Some("datacenter"))]);
        spend_twelve_of_fifteen(&mut facts);
        facts.as_of = day("2021-06-20");
        assert_eq!(
            held_of(&all(&facts), "product-support"),
            Held::Outlasting {
                left: Allotment::Finite(3),
                last_day: day("2021-06-30"),
            }
        );
        facts.as_of = day("2021-07-01");
        assert_eq!(
            held_of(&all(&facts), "product-support"),
            Held::NotWithMembership
        );
    }

    #[test]
    fn action_pack_carries_no_cloud_support() {
        let comparison = all(&holding(&[("action-pack", None)]));
        assert_eq!(
            held_of(&comparison, "signature-cloud-support"),
            Held::NotWithMembership
        );
    }

    #[test]
    fn a_silver_partner_without_a_competency_is_told_of_the_hole_and_nothing_is_guessed() {
        let comparison = all(&holding(&[("silver", None)]));
        let Held::WithMembership(grants) = held_of(&comparison, "product-support") else {
            panic!("the offer is there")
        };
        assert_eq!(grants[0].granted, None);
    }

    #[test]
    fn an_account_without_a_partner_has_none_of_the_plans() {
        let mut facts = holding(&[]);
        facts.partner = None;
        let comparison = all(&facts);
        assert_eq!(
            held_of(&comparison, "product-support"),
            Held::NotWithMembership
        );
        assert_eq!(held_of(&comparison, "premier"), Held::Buyable);
    }

    #[test]
    fn a_plan_that_the_company_bought_is_marked() {
        let mut facts = holding(&[]);
        facts
            .partner
            .as_mut()
            .unwrap()
            .plans
            .push("advanced".into());
        let comparison = all(&facts);
        assert_eq!(held_of(&comparison, "advanced"), Held::Bought);
        assert_eq!(held_of(&comparison, "premier"), Held::Buyable);
    }

    #[test]
    fn differences_are_counted_among_the_chosen_plans_alone() {
        let facts = holding(&[]);
        let paid = Comparison::new(&programme(), Some(&facts), "en", |id| {
            id == "advanced" || id == "premier"
        });
        assert_eq!(paid.plans.len(), 2);
        assert!(paid.rows.iter().any(|row| row.differs));
        assert!(paid.rows.iter().any(|row| !row.differs));
        assert!(
            paid.rows.is_sorted_by_key(|row| !row.differs),
            "those that differ come first"
        );
        let one = Comparison::new(&programme(), Some(&facts), "en", |id| id == "premier");
        assert!(one.rows.iter().all(|row| !row.differs));
    }
}

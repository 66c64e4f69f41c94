//! What a card of a benefit shows, as plain data: derived from the facts on every change, tested without a browser.

use crate::account::Known;
use crate::verdict::Names;
use entitlement_rules::{
    Activation, Allotment, BenefitKey, Cause, Contract, Date, Entitlement, FailureReason, Forecast,
    NextStep, Placement, Question, RuleId, Value, Verdict, changes, entitlements, forecast,
};

/// Where a benefit stands for its partner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// The membership's offers grant nothing of it (S13, S20).
    NotCarried,
    /// The account's data does not say how much the offers grant.
    DataIncomplete,
    /// The offers are over, and nothing of it was ever used.
    MembershipEnded,
    /// It can be asked for (S8).
    NotActivated,
    /// Asked for, not yet answered (S10).
    Pending {
        requested_on: Date,
        requested_by: String,
    },
    /// Rejected; it may be asked for again.
    Rejected { on: Date, reason: FailureReason },
    /// Answered, but the contract did not come with the account (S12).
    ContractMissing,
    /// The contract has not begun.
    NotStarted,
    /// It can be used.
    Usable,
    /// Past its end, inside the grace days (E7).
    Grace { last_usable: Date },
    /// No incidents remain (S27).
    Exhausted,
    /// Over (S16).
    Expired,
}

/// A support contract on a card.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ContractView {
    pub(super) reference: String,
    pub(super) access_id_masked: Option<String>,
    pub(super) contract_id_masked: Option<String>,
    pub(super) start: Date,
    pub(super) end: Date,
    pub(super) granted: Allotment,
    pub(super) remaining: Allotment,
    pub(super) used: u32,
    /// How its balance is going.
    pub(super) forecast: Forecast,
    pub(super) linked_on: Option<Date>,
    /// The viewer may see the two IDs (S11, S12).
    pub(super) may_reveal: bool,
}

/// An offer that grants a benefit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    /// Its name.
    pub(super) offer: String,
    /// Names of the competencies that it was earned with.
    pub(super) competencies: Vec<String>,
}

/// One benefit of the partner, or one contract that was linked from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Card {
    pub(super) name: String,
    pub(super) scope: Option<Placement>,
    /// The offers that grant it, the one that counts first.
    pub(super) sources: Vec<Source>,
    pub(super) allotment: Option<Allotment>,
    pub(super) state: State,
    pub(super) contract: Option<ContractView>,
    /// Why the viewer cannot activate it; `None` when they can, or when there is nothing to activate.
    pub(super) why_not: Option<WhyNot>,
    /// The rule that refuses it then.
    pub(super) refused_by: Option<RuleId>,
}

/// Why the viewer cannot activate a benefit.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WhyNot {
    /// Another role is needed (S9); names of the roles, and of colleagues who have one (E3).
    Role {
        roles: Vec<String>,
        people: Vec<String>,
    },
    /// An account with this association is needed (S1, S2).
    Association(String),
    /// The offers do not carry it, or the account does not say (S13).
    Tier,
    /// The membership is managed in the legacy portal (S38): the steps of the other path.
    Legacy(Vec<NextStep>),
    /// Some other rule, by its number.
    Rule(&'static str),
}

impl Card {
    /// Whether Activate is shown.
    pub(super) fn can_be_asked_for(&self) -> bool {
        match self.state {
            State::NotActivated | State::Rejected { .. } => true,
            // A renewed membership asks anew.
            State::Expired => !self.sources.is_empty(),
            _ => false,
        }
    }

    /// Whether its text asks for the membership to be renewed.
    pub(super) fn asks_to_renew(&self) -> bool {
        matches!(
            self.state,
            State::MembershipEnded | State::Grace { .. } | State::Expired
        )
    }

    /// Whether a new incident can be paid with it.
    pub(super) fn can_be_used(&self) -> bool {
        matches!(self.state, State::Usable | State::Grace { .. })
    }
}

/// An anniversary that the viewer is reminded of (E8).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reminder {
    /// Name of the offer.
    pub(super) offer: String,
    pub(super) anniversary: Date,
    pub(super) has_passed: bool,
}

/// The reminder that is due.
pub(super) fn reminder(known: &Known, language: &str) -> Option<Reminder> {
    let verdict = known.decide(&Question::OpenBenefits);
    let rule = verdict.rule(RuleId::E8)?;
    let (Value::Id(offer), Value::Date(anniversary)) =
        (rule.input("offer")?, rule.input("anniversary")?)
    else {
        return None;
    };
    Some(Reminder {
        offer: known.programme.offer(offer).map_or_else(
            || offer.clone(),
            |offer| offer.name.in_language(language).to_owned(),
        ),
        anniversary: *anniversary,
        has_passed: *anniversary < known.facts.as_of,
    })
}

/// Something that begins or ends, with names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coming {
    ContractStarts {
        benefit: String,
    },
    /// With the last day of grace, where there is any (E7).
    ContractEnds {
        benefit: String,
        last_usable: Option<Date>,
    },
    GraceEnds {
        benefit: String,
    },
    OfferStarts {
        offer: String,
    },
    OfferEnds {
        offer: String,
    },
    /// A reminder of an anniversary (E8).
    Reminder {
        offer: String,
    },
}

/// So many years are looked ahead: what is granted for a year changes within one.
const YEARS_AHEAD: i32 = 1;

/// What changes for the account's offers and contracts next, by its first day.
pub(super) fn coming(known: &Known, language: &'static str) -> Vec<(Date, Coming)> {
    let (programme, facts) = (&known.programme, &known.facts);
    let names = Names::new(programme, facts, language);
    let (from, to) = (facts.as_of, facts.as_of.plus_years(YEARS_AHEAD));
    // What happens on the same day has one order, whatever the server calls the contracts.
    let mut contracts: Vec<&Contract> = facts.contracts.iter().collect();
    contracts.sort_by_cached_key(|contract| names.contract(&contract.reference));
    let links = contracts.into_iter().map(|contract| Question::Link {
        contract: contract.reference.clone(),
    });
    let mut coming = Vec::new();
    for question in std::iter::once(Question::OpenBenefits).chain(links) {
        for change in changes(programme, facts, &question, from, to) {
            for cause in &change.because {
                let is_of_page = question == Question::OpenBenefits;
                let event = match cause {
                    Cause::OfferStarts { offer } if is_of_page => Coming::OfferStarts {
                        offer: names.offer(offer),
                    },
                    Cause::OfferEnds { offer } if is_of_page => Coming::OfferEnds {
                        offer: names.offer(offer),
                    },
                    Cause::ReminderDue { offer } if is_of_page => Coming::Reminder {
                        offer: names.offer(offer),
                    },
                    Cause::ContractStarts { contract } if !is_of_page => Coming::ContractStarts {
                        benefit: names.contract(contract),
                    },
                    Cause::ContractEnds { contract } if !is_of_page => {
                        let end = change.on.plus_days(-1);
                        let last = programme.last_usable_day(end);
                        Coming::ContractEnds {
                            benefit: names.contract(contract),
                            last_usable: (end < last).then_some(last),
                        }
                    }
                    Cause::GraceEnds { contract } if !is_of_page => Coming::GraceEnds {
                        benefit: names.contract(contract),
                    },
                    _ => continue,
                };
                if !coming.contains(&(change.on, event.clone())) {
                    coming.push((change.on, event));
                }
            }
        }
    }
    coming.sort_by_key(|(on, _)| *on);
    coming
}

/// Keys of the partner's benefits, in the order in which they are shown (S6).
pub(super) fn keys(known: &Known) -> Vec<BenefitKey> {
    let held = entitlements(&known.programme, &known.facts, known.facts.as_of);
    held.into_iter()
        .map(|entitlement| entitlement.key)
        .collect()
}

/// References of the contracts that are not on a benefit's card: those of other companies.
pub(super) fn linked_references(known: &Known) -> Vec<String> {
    let held = entitlements(&known.programme, &known.facts, known.facts.as_of);
    let on_cards = |contract: &Contract| {
        held.iter()
            .any(|entitlement| entitlement.contract == Some(contract))
    };
    let others = known
        .facts
        .contracts
        .iter()
        .filter(|contract| !on_cards(contract));
    others.map(|contract| contract.reference.clone()).collect()
}

/// The card of a benefit; `None` when the partner does not have it any more.
pub(super) fn card(known: &Known, key: &BenefitKey, language: &str) -> Option<Card> {
    let held = entitlements(&known.programme, &known.facts, known.facts.as_of);
    let entitlement = held.iter().find(|entitlement| entitlement.key == *key)?;
    let partner = known.facts.partner.as_ref()?;
    let mut sources: Vec<Source> = Vec::new();
    for offer in &entitlement.offers {
        let held = partner.offers.iter().filter(|held| held.offer == offer.id);
        let mut competencies = Vec::new();
        for held in held.filter(|held| held.is_active(known.facts.as_of)) {
            let competency = held.competency.as_ref();
            let name = competency
                .and_then(|id| known.programme.competency(id))
                .map(|it| &it.name);
            let name = name.map(|name| name.in_language(language).to_owned());
            competencies.extend(name.filter(|name| !competencies.contains(name)));
        }
        sources.push(Source {
            offer: offer.name.in_language(language).to_owned(),
            competencies,
        });
    }
    let state = state(known, entitlement);
    let mut card = Card {
        name: entitlement.benefit.name.in_language(language).to_owned(),
        scope: Some(entitlement.benefit.scope),
        sources,
        allotment: entitlement.allotment(),
        state,
        contract: entitlement
            .contract
            .map(|contract| contract_view(known, contract)),
        why_not: None,
        refused_by: None,
    };
    if card.can_be_asked_for() {
        let verdict = known.decide(&Question::Activate {
            benefit: key.clone(),
        });
        card.why_not = why_not(known, &verdict, language);
        card.refused_by = match card.why_not {
            Some(WhyNot::Legacy(_)) => Some(RuleId::S38),
            _ => verdict.reasons().next().map(|reason| reason.rule),
        };
    }
    Some(card)
}

/// The card of a contract that was linked from elsewhere.
pub(super) fn linked_card(
    known: &Known,
    reference: &str,
    language: &str,
) -> Option<(Card, String)> {
    let contract = known
        .facts
        .contracts
        .iter()
        .find(|contract| contract.reference == reference)?;
    let benefit = known.programme.benefit(&contract.benefit.benefit);
    let card = Card {
        name: benefit.map_or_else(
            || contract.benefit.benefit.clone(),
            |benefit| benefit.name.in_language(language).to_owned(),
        ),
        scope: benefit.map(|benefit| benefit.scope),
        sources: Vec::new(),
        allotment: None,
        state: contract_state(known, contract),
        contract: Some(contract_view(known, contract)),
        why_not: None,
        refused_by: None,
    };
    Some((card, contract.holder.clone()))
}

fn contract_view(known: &Known, contract: &Contract) -> ContractView {
    let view = Question::ViewIds {
        contract: contract.reference.clone(),
    };
    ContractView {
        reference: contract.reference.clone(),
        access_id_masked: contract.access_id_masked.clone(),
        contract_id_masked: contract.contract_id_masked.clone(),
        start: contract.start,
        end: contract.end,
        granted: contract.balance.granted,
        remaining: contract.remaining(),
        used: contract.balance.used(),
        forecast: forecast(contract, known.facts.as_of),
        linked_on: contract.linked_on,
        may_reveal: known.decide(&view).is_allowed(),
    }
}

fn state(known: &Known, entitlement: &Entitlement<'_>) -> State {
    match (&entitlement.activation, entitlement.contract) {
        (_, Some(contract)) => contract_state(known, contract),
        (Activation::Active { .. }, None) => State::ContractMissing,
        (
            Activation::Pending {
                requested_on,
                requested_by,
            },
            None,
        ) => State::Pending {
            requested_on: *requested_on,
            requested_by: requested_by.clone(),
        },
        (Activation::NotActivated | Activation::Failed { .. }, None) => {
            match (
                entitlement.allotment(),
                entitlement.offers.is_empty(),
                &entitlement.activation,
            ) {
                (_, true, _) => State::MembershipEnded,
                (None, false, _) => State::DataIncomplete,
                (Some(Allotment::None), ..) => State::NotCarried,
                (.., Activation::Failed { on, reason }) => State::Rejected {
                    on: *on,
                    reason: *reason,
                },
                _ => State::NotActivated,
            }
        }
    }
}

fn contract_state(known: &Known, contract: &Contract) -> State {
    let as_of = known.facts.as_of;
    let last_usable = known.programme.last_usable_day(contract.end);
    if as_of < contract.start {
        State::NotStarted
    } else if as_of > last_usable {
        State::Expired
    } else if !contract.shows_both_ids() {
        State::ContractMissing
    } else if !contract.remaining().has_one_left() {
        State::Exhausted
    } else if as_of > contract.end {
        State::Grace { last_usable }
    } else {
        State::Usable
    }
}

fn why_not(known: &Known, verdict: &Verdict, language: &str) -> Option<WhyNot> {
    let reason = verdict.reasons().next()?;
    if verdict.reasons().any(|reason| reason.rule == RuleId::S38) {
        // Whatever else is in the way here is not in the way there.
        let leads_on = |step: &&NextStep| {
            matches!(
                step,
                NextStep::OpenPortal { .. }
                    | NextStep::ContactRegion { .. }
                    | NextStep::ContactProgramme
            )
        };
        let steps = verdict.next_steps.iter().filter(leads_on).cloned();
        return Some(WhyNot::Legacy(steps.collect()));
    }
    let names = |name: &str| match reason.input(name) {
        Some(Value::Ids(ids) | Value::Names(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    Some(match reason.rule {
        RuleId::S9 => WhyNot::Role {
            roles: names("needed")
                .iter()
                .map(|id| {
                    known
                        .programme
                        .role(id)
                        .map_or(id.as_str(), |role| role.name.in_language(language))
                })
                .map(str::to_owned)
                .collect(),
            people: names("activators"),
        },
        RuleId::S1 | RuleId::S2 => {
            let data = known.programme.data();
            let needed = &known.programme.policy().member_association;
            let named = data.associations.iter().find(|named| named.id == *needed);
            WhyNot::Association(named.map_or_else(
                || needed.clone(),
                |named| named.name.in_language(language).to_owned(),
            ))
        }
        RuleId::S13 => WhyNot::Tier,
        other => WhyNot::Rule(other.code()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use entitlement_rules::{AccountFacts, MembershipPortal, Programme};
    use std::sync::Arc;

    fn known(account: &str) -> Known {
        let programme = include_str!("../../../programmes/mpn-2021.json");
        let programme = Programme::check(serde_json::from_str(programme).unwrap()).unwrap();
        let facts: AccountFacts = serde_json::from_str(account).unwrap();
        Known {
            facts: Arc::new(facts),
            programme: Arc::new(programme),
        }
    }

    fn partner(roles: &str, offers: &str, activations: &str, contracts: &str) -> Known {
        known(&format!(
            r#"{{"revision":1,"as_of":"2021-03-04",
                "viewer":{{"id":"u","name":"Ada","kind":"work","associations":["mpn"],"roles":[{roles}]}},
                "partner":{{"id":"p","name":"P","region":"emea","portal":"partner-center",
                    "offers":[{offers}],"activators":["Grace"],"activations":[{activations}]}},
                "contracts":[{contracts}]}}"#
        ))
    }

    const ADMIN: &str = r#""mpn-partner-admin""#;
    const SILVER: &str = r#"{"offer":"silver","competency":"datacenter","start":"2020-10-01",
        "anniversary":"2021-09-30","status":"active"}"#;
    const ACTIVE: &str = r#"{"benefit":"product-support.competency","activation":{"state":"active","contract":"c"}}"#;

    fn contract(end: &str, consumed: u32) -> String {
        format!(
            r#"{{"reference":"c","benefit":"product-support.competency","holder":"P","own":true,
                "access_id_masked":"1","contract_id_masked":"2","start":"2020-10-01","end":"{end}",
                "balance":{{"granted":15,"consumed":{consumed},"refunded":0,"expired":0}}}}"#
        )
    }

    fn product_support(known: &Known) -> Card {
        card(
            known,
            &BenefitKey::parse("product-support.competency").unwrap(),
            "en",
        )
        .unwrap()
    }

    #[test]
    fn a_new_benefit_says_where_it_comes_from_and_can_be_asked_for() {
        let card = product_support(&partner(ADMIN, SILVER, "", ""));
        assert_eq!(card.state, State::NotActivated);
        let silver = Source {
            offer: "Silver".into(),
            competencies: vec!["Datacenter".into()],
        };
        assert_eq!(card.sources, [silver]);
        assert_eq!(card.allotment, Some(Allotment::Finite(15)));
        assert_eq!(card.why_not, None);
    }

    #[test]
    fn an_admin_agent_is_told_who_can_activate() {
        let card = product_support(&partner(r#""admin-agent""#, SILVER, "", ""));
        assert_eq!(card.refused_by, Some(RuleId::S9));
        let Some(WhyNot::Role { roles, people }) = card.why_not else {
            panic!("{:?}", card.why_not)
        };
        assert_eq!(roles, ["Global admin", "MPN partner admin"]);
        assert_eq!(people, ["Grace"]);
    }

    #[test]
    fn a_member_of_the_legacy_portal_is_led_to_the_other_path() {
        let mut known = partner(r#""admin-agent""#, SILVER, "", "");
        let mut facts = AccountFacts::clone(&known.facts);
        facts.partner.as_mut().unwrap().portal = MembershipPortal::PartnerMembershipCenter;
        known.facts = Arc::new(facts);
        let Some(WhyNot::Legacy(steps)) = product_support(&known).why_not else {
            panic!("{:?}", product_support(&known).why_not)
        };
        assert!(matches!(
            steps[..],
            [NextStep::OpenPortal { .. }, NextStep::ContactRegion { .. }]
        ));
    }

    #[test]
    fn an_anniversary_is_announced_when_it_is_near_and_again_in_the_days_of_grace() {
        for (today, passed) in [
            ("2021-09-10", None),
            ("2021-09-20", Some(false)),
            ("2021-09-30", Some(false)),
            ("2021-10-10", None),
            ("2021-10-25", Some(true)),
        ] {
            let mut known = partner(ADMIN, SILVER, ACTIVE, &contract("2021-09-30", 3));
            let mut facts = AccountFacts::clone(&known.facts);
            facts.as_of = Date::parse(today).unwrap();
            known.facts = Arc::new(facts);
            let due = reminder(&known, "en");
            assert_eq!(due.as_ref().map(|due| due.has_passed), passed, "{today}");
            assert!(due.is_none_or(|due| due.offer == "Silver"));
        }
    }

    #[test]
    fn what_comes_next_is_named_by_its_first_day() {
        let known = partner(ADMIN, SILVER, ACTIVE, &contract("2021-09-30", 3));
        let day = |text| Date::parse(text).unwrap();
        let (offer, benefit) = ("Silver".to_owned(), "Microsoft Product Support".to_owned());
        let reminder = Coming::Reminder {
            offer: offer.clone(),
        };
        let ends = Coming::ContractEnds {
            benefit: benefit.clone(),
            last_usable: Some(day("2021-10-30")),
        };
        assert_eq!(
            coming(&known, "en"),
            [
                (day("2021-09-15"), reminder.clone()),
                (day("2021-10-01"), Coming::OfferEnds { offer }),
                (day("2021-10-01"), ends),
                (day("2021-10-23"), reminder),
                (day("2021-10-31"), Coming::GraceEnds { benefit }),
            ]
        );
    }

    #[test]
    fn a_contract_is_usable_until_its_grace_days_are_over() {
        for (end, state) in [
            ("2021-09-30", State::Usable),
            ("2021-03-04", State::Usable),
            (
                "2021-02-12",
                State::Grace {
                    last_usable: Date::parse("2021-03-14").unwrap(),
                },
            ),
            ("2021-01-31", State::Expired),
        ] {
            let card = product_support(&partner(ADMIN, SILVER, ACTIVE, &contract(end, 3)));
            assert_eq!(card.state, state, "{end}");
        }
    }

    #[test]
    fn a_spent_contract_is_shown_and_cannot_be_used() {
        let card = product_support(&partner(ADMIN, SILVER, ACTIVE, &contract("2021-09-30", 15)));
        assert_eq!(card.state, State::Exhausted);
        assert!(!card.can_be_used());
    }

    #[test]
    fn what_an_action_pack_does_not_carry_is_listed_all_the_same() {
        let offer = SILVER
            .replace("silver", "action-pack")
            .replace(r#""competency":"datacenter","#, "");
        let known = partner(ADMIN, &offer, "", "");
        let key = BenefitKey::parse("signature-cloud-support.action-pack").unwrap();
        assert!(keys(&known).contains(&key));
        assert_eq!(card(&known, &key, "en").unwrap().state, State::NotCarried);
    }

    #[test]
    fn a_silver_membership_without_its_competency_is_a_hole_in_the_data_not_a_guess() {
        let offer = SILVER.replace(r#""competency":"datacenter","#, "");
        assert_eq!(
            product_support(&partner(ADMIN, &offer, "", "")).state,
            State::DataIncomplete
        );
    }

    #[test]
    fn a_contract_of_another_company_has_its_own_card() {
        let contract = contract("2021-09-30", 1).replace(r#""own":true"#, r#""own":false"#);
        let known = partner(ADMIN, SILVER, "", &contract);
        assert_eq!(linked_references(&known), ["c"]);
        let (card, holder) = linked_card(&known, "c", "fr").unwrap();
        assert_eq!((card.state, holder.as_str()), (State::Usable, "P"));
        assert!(!card.contract.unwrap().may_reveal);
    }
}

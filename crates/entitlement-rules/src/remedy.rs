//! What would make it yes: the smallest sets of changes to the facts, the question or the date after which the same law
//! allows what it does not allow now.
//!
//! No table leads from a rule to a remedy. Every change that the programme and the account make possible is tried, the
//! rules are run on the changed facts, and only what they then allow is named. So a new rule needs no line here.
//!
//! ```text
//! Action Pack, an incident of the own company about an Azure virtual machine, refused:
//!   1  buy-plan advanced
//!   2  buy-plan premier
//!   3  hold-offer silver or gold, activate signature-cloud-support.competency, link its contract
//! ```
//!
//! **Search.** Breadth-first by the number of changes, at most [`MOST_CHANGES`]. A change is kept at a step only when, for
//! some way to pay that every earlier change of the set helped too, it takes away a rule that says no, fills a fact that
//! is needed, or opens the way. Of several changes of one kind with the same effect on every way one is followed; the
//! others are verified at the end and listed beside it. What did not help is tried again only where new rules say no.
//!
//! **Bound.** At most [`MOST_TRIES`] states are looked at in the search, each with the bare decision alone (no
//! explanation); an account that has more to try gets what was found until then, the smallest sets first.

use crate::account::{
    AccountFacts, BenefitActivation, BenefitKey, Contract, MembershipOffer, OfferStatus,
};
use crate::activation::Activation;
use crate::allotment::Allotment;
use crate::date::Date;
use crate::decide::{Account, decide};
use crate::entitlement::{Entitlement, entitlements};
use crate::ledger::Balance;
use crate::lifecycle::recency;
use crate::programme::{Offer, Placement, Product, Programme, Version};
use crate::question::{
    Beneficiary, FailingSide, Funding, IncidentKind, IncidentQuestion, Question, Severity,
};
use crate::rule_set::RuleSet;
use crate::timeline::boundaries;
use crate::verdict::{Need, Outcome};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The most changes that a remedy is made of.
pub const MOST_CHANGES: usize = 4;

/// The most states that one search looks at.
pub const MOST_TRIES: usize = 600;

/// Changes which together make it yes, none of them without need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What is to change, in the order in which it is done.
    pub changes: Vec<Change>,
    /// What would then pay, when an incident was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
    /// Incidents that would then be consumed from a finite allotment: 0 or 1.
    #[serde(default)]
    pub consumes: u32,
    /// The date on which the answer would be yes.
    pub as_of: Date,
}

/// One change. Where it lists several ids, each of them alone is enough and was verified with the first id of every
/// other list of the remedy; [`Remedy::apply`] takes the first.
///
/// The order of the variants is the order in which the changes of one remedy are done; how remedies are ordered is said
/// at [`remedies`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Change {
    /// Sign in with an account that has this association too.
    GainAssociation {
        /// Id of the association.
        association: String,
    },
    /// Get one of these roles.
    GainRole {
        /// Ids of the roles.
        roles: Vec<String>,
    },
    /// Sign in with an account that sees the company's offer, one of these.
    SeeOffers {
        /// Ids of the offers.
        offers: Vec<String>,
    },
    /// Renew the offers that the benefit comes with, for a year from their anniversary or from now, whichever is later,
    /// and get a new contract.
    Renew {
        /// Which benefit.
        benefit: BenefitKey,
    },
    /// Hold one of these offers, where a competency is needed with one that is no cloud competency.
    HoldOffer {
        /// Ids of the offers.
        offers: Vec<String>,
    },
    /// Hold the offer with one of these competencies.
    EarnCompetency {
        /// Id of the offer.
        offer: String,
        /// Ids of the competencies.
        competencies: Vec<String>,
    },
    /// Buy this paid plan.
    BuyPlan {
        /// Id of the plan.
        plan: String,
    },
    /// The programme's operator answers the pending request with a contract, as long as E7 says (one year without it).
    FulfilActivation {
        /// For which benefit.
        benefit: BenefitKey,
    },
    /// Somebody who may requests the benefit, and the operator answers with a contract.
    Activate {
        /// Which benefit.
        benefit: BenefitKey,
    },
    /// Enter both IDs of this contract.
    Link {
        /// The contract's reference; that of a contract which an earlier change brings is its benefit's after `new.`.
        contract: String,
    },
    /// Enter both IDs of a contract that somebody else holds and the account does not know yet (S28).
    LinkHeldIds {
        /// Ids of the programme's benefits that it may be for.
        benefits: Vec<String>,
    },
    /// Say which product it is, one of these.
    ChooseProduct {
        /// The products.
        products: Vec<ProductChoice>,
    },
    /// Choose one of these versions of the product.
    ChooseVersion {
        /// Id of the product.
        product: String,
        /// Ids of the versions.
        versions: Vec<String>,
    },
    /// Say that this side of a hybrid product fails.
    ChooseFailingSide {
        /// The sides.
        sides: Vec<FailingSide>,
    },
    /// Ask for this.
    ChooseKind {
        /// The kinds.
        kinds: Vec<IncidentKind>,
    },
    /// Raise it for them.
    ChooseBeneficiary {
        /// For whom.
        beneficiaries: Vec<Beneficiary>,
    },
    /// Give it one of these severities.
    ChooseSeverity {
        /// The severities.
        severities: Vec<Severity>,
    },
    /// Raise one incident per issue.
    SplitIncident,
    /// Let this pay instead of what was asked for.
    ChooseFunding {
        /// What pays.
        funding: Funding,
    },
    /// Wait: on this day, the first such day, the unchanged facts give yes.
    WaitUntil {
        /// The day.
        date: Date,
    },
}

/// A product, with its version where it has versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductChoice {
    /// Id of the product.
    pub product: String,
    /// Id of the version: the one that started last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The changes with a list, for a macro: the list, and what the change has beside it.
macro_rules! with_lists {
    ($each:ident) => {
        $each!(
            GainRole { roles },
            SeeOffers { offers },
            HoldOffer { offers },
            EarnCompetency {
                competencies,
                offer
            },
            LinkHeldIds { benefits },
            ChooseProduct { products },
            ChooseVersion { versions, product },
            ChooseFailingSide { sides },
            ChooseKind { kinds },
            ChooseBeneficiary { beneficiaries },
            ChooseSeverity { severities },
        )
    };
}

impl Remedy {
    /// The facts, the question and the date after the changes. What a change does not find (a contract, a benefit), it
    /// leaves as it is.
    #[must_use]
    pub fn apply(
        &self,
        programme: &Programme,
        facts: &AccountFacts,
        question: &Question,
        as_of: Date,
    ) -> (AccountFacts, Question, Date) {
        let mut state = State::of(facts, question, as_of);
        for change in &self.changes {
            state.apply(programme, change);
        }
        (
            Rc::unwrap_or_clone(state.facts),
            state.question,
            state.as_of,
        )
    }
}

impl Change {
    /// The change once for each id that it lists.
    #[must_use]
    pub fn alternatives(&self) -> Vec<Change> {
        macro_rules! each {
            ($($variant:ident { $list:ident $(, $fixed:ident)? }),+ $(,)?) => {
                match self {
                    $(Change::$variant { $list $(, $fixed)? } => $list
                        .iter()
                        .map(|it| Change::$variant { $list: vec![it.clone()] $(, $fixed: $fixed.clone())? })
                        .collect(),)+
                    _ => vec![self.clone()],
                }
            };
        }
        with_lists!(each)
    }

    /// Makes it in what is asked, the first of those that it lists; one that changes something else makes nothing there.
    pub fn make_in(&self, asked: &mut IncidentQuestion) {
        match self {
            Change::ChooseProduct { products } => {
                if let Some(choice) = products.first() {
                    asked.product = Some(choice.product.clone());
                    asked.version.clone_from(&choice.version);
                }
            }
            Change::ChooseVersion { product, versions }
                if asked.product.as_ref() == Some(product) =>
            {
                asked.version = versions.first().cloned();
            }
            Change::ChooseFailingSide { sides } => asked.failing_side = sides.first().copied(),
            Change::ChooseKind { kinds } => asked.kind = kinds.first().copied(),
            Change::ChooseBeneficiary { beneficiaries } => {
                asked.beneficiary = beneficiaries.first().copied();
            }
            Change::ChooseSeverity { severities } => asked.severity = severities.first().copied(),
            Change::SplitIncident => asked.issues = Some(1),
            Change::ChooseFunding { funding } => asked.funding = Some(funding.clone()),
            _ => {}
        }
    }

    /// Whether it is the other, which has one id, or lists its id.
    fn lists(&self, other: &Change) -> bool {
        macro_rules! contains {
            ($($variant:ident { $list:ident $(, $fixed:ident)? }),+ $(,)?) => {
                match (self, other) {
                    $((Change::$variant { $list, .. }, Change::$variant { $list: one, .. }) => {
                        self.is_like(other) && one.iter().all(|it| $list.contains(it))
                    })+
                    _ => self == other,
                }
            };
        }
        with_lists!(contains)
    }

    /// Whether one list could hold the ids of both.
    fn is_like(&self, other: &Change) -> bool {
        match (self, other) {
            (Change::EarnCompetency { offer, .. }, Change::EarnCompetency { offer: same, .. }) => {
                offer == same
            }
            (
                Change::ChooseVersion { product, .. },
                Change::ChooseVersion { product: same, .. },
            ) => product == same,
            _ => self.has_a_list() && std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    fn has_a_list(&self) -> bool {
        macro_rules! any {
            ($($variant:ident { $list:ident $(, $fixed:ident)? }),+ $(,)?) => {
                matches!(self, $(Change::$variant { .. })|+)
            };
        }
        with_lists!(any)
    }

    /// Adds the ids of a change that is like it.
    fn absorb(&mut self, other: &Change) {
        macro_rules! extend {
            ($($variant:ident { $list:ident $(, $fixed:ident)? }),+ $(,)?) => {
                match (self, other) {
                    $((Change::$variant { $list, .. }, Change::$variant { $list: more, .. }) => {
                        $list.extend_from_slice(more);
                    })+
                    _ => {}
                }
            };
        }
        with_lists!(extend);
    }

    /// Place in the order in which changes are done, and in the order of effort (see [`remedies`]).
    fn places(&self) -> (u8, u8) {
        match self {
            Change::GainAssociation { .. } => (0, 14),
            Change::GainRole { .. } => (1, 13),
            Change::SeeOffers { .. } => (2, 12),
            Change::Renew { .. } => (3, 16),
            Change::HoldOffer { .. } => (4, 17),
            Change::EarnCompetency { .. } => (5, 18),
            Change::BuyPlan { .. } => (6, 19),
            Change::FulfilActivation { .. } => (7, 10),
            Change::Activate { .. } => (8, 11),
            Change::Link { .. } => (9, 8),
            Change::LinkHeldIds { .. } => (10, 9),
            Change::ChooseProduct { .. } => (11, 1),
            Change::ChooseVersion { .. } => (12, 2),
            Change::ChooseFailingSide { .. } => (13, 3),
            Change::ChooseKind { .. } => (14, 4),
            Change::ChooseBeneficiary { .. } => (15, 5),
            Change::ChooseSeverity { .. } => (16, 6),
            Change::SplitIncident => (17, 7),
            Change::ChooseFunding { .. } => (18, 0),
            Change::WaitUntil { .. } => (19, 15),
        }
    }
}

/// The smallest sets of changes after which the answer to the question is yes; none when it is yes already, and none when
/// nothing within [`MOST_CHANGES`] changes helps (a marketplace product, a refund for a reason that does not count).
///
/// Every remedy is verified: with all its changes the law allows, without any one of them it does not. No remedy holds
/// all the changes of another. They are ordered by the number of changes, then by their hardest change, then by the next
/// hardest; from easy to hard: another funding, the product, the version, the failing side, the kind, the beneficiary,
/// the severity, one issue, linking, linking IDs from elsewhere, the operator's answer, an activation, another account of
/// the company, a role, an association, waiting, a renewal, an offer, a competency, a paid plan.
#[must_use]
pub fn remedies(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    as_of: Date,
) -> Vec<Remedy> {
    let start = State::of(facts, question, as_of);
    let ways = start.ways(programme);
    if ways.iter().any(Way::is_open) {
        return Vec::new();
    }
    let mut found = Search::from(programme, start.clone(), ways).run();
    found.extend(first_day(programme, &start));
    found.retain_mut(|changes| start.settle(programme, changes));
    found.sort_by_cached_key(|changes| {
        let mut efforts: Vec<u8> = changes.iter().map(|change| change.places().1).collect();
        efforts.sort_unstable_by(|one, other| other.cmp(one));
        (efforts.len(), efforts)
    });
    let mut remedies: Vec<Remedy> = Vec::new();
    for changes in found {
        if !holds_one_of(&changes, &remedies) {
            let remedy = start.remedy(programme, changes, &remedies);
            remedies.push(remedy);
        }
    }
    remedies
}

/// The first later day on which the unchanged facts give yes.
fn first_day(programme: &Programme, start: &State) -> Option<Vec<Change>> {
    let days = boundaries(programme, &start.facts, &start.question);
    let later = days.into_iter().map(|(day, _)| day);
    let date = later.filter(|day| start.as_of < *day).find(|day| {
        let then = State {
            as_of: *day,
            ..start.clone()
        };
        then.is_yes(programme)
    })?;
    Some(vec![Change::WaitUntil { date }])
}

/// Whether the changes hold all those of a remedy that is there already.
fn holds_one_of(changes: &[Change], remedies: &[Remedy]) -> bool {
    let listed = |wanted: &Change| changes.iter().any(|change| wanted.lists(change));
    remedies
        .iter()
        .any(|remedy| remedy.changes.iter().all(listed))
}

/// What the law is asked, under change.
#[derive(Clone)]
struct State {
    facts: Rc<AccountFacts>,
    question: Question,
    as_of: Date,
}

/// One way to get a yes, and what stands in it. A question about one thing has one.
#[derive(PartialEq)]
struct Way {
    /// What pays; a benefit's contract counts as the benefit, so that it is the same way before and after activation.
    by: Option<Funding>,
    outcome: Outcome,
    reasons: RuleSet,
}

impl Way {
    fn is_open(&self) -> bool {
        self.outcome == Outcome::Allowed
    }
}

fn is_within(some: RuleSet, all: RuleSet) -> bool {
    some.iter().all(|rule| all.contains(rule))
}

impl State {
    fn of(facts: &AccountFacts, question: &Question, as_of: Date) -> State {
        State {
            facts: Rc::new(facts.clone()),
            question: question.clone(),
            as_of,
        }
    }

    fn with(&self, programme: &Programme, changes: &[Change]) -> State {
        let mut state = self.clone();
        for change in changes {
            state.apply(programme, change);
        }
        state
    }

    /// Every way to a yes, by the bare decision; where something to pay is asked for, that one alone.
    fn ways(&self, programme: &Programme) -> Vec<Way> {
        if let Question::CreateIncident(asked) = &self.question {
            let account = Account::on(programme, &self.facts, self.as_of);
            let incident = account.incident(asked);
            let mut ways = Vec::new();
            for way in account.ways() {
                let by = way.funding();
                if asked.funding.is_none() || asked.funding == by {
                    let brief = account.covers(&incident, &way);
                    ways.push(Way {
                        by: by.map(|by| self.benefit_of(by)),
                        outcome: brief.outcome,
                        reasons: brief.reasons,
                    });
                }
            }
            if !ways.is_empty() {
                return ways;
            }
        }
        // One thing is asked about, or what is to pay is nothing that this account has.
        let verdict = decide(programme, &self.facts, &self.question, self.as_of);
        vec![Way {
            reasons: verdict.reasons().map(|reason| reason.rule).collect(),
            outcome: verdict.outcome,
            by: verdict.funding,
        }]
    }

    fn benefit_of(&self, funding: Funding) -> Funding {
        match &funding {
            Funding::Contract { contract } => {
                let held = self.contract(contract).filter(|held| held.own);
                held.map_or(funding, |held| Funding::Benefit {
                    benefit: held.benefit.clone(),
                })
            }
            _ => funding,
        }
    }

    fn contract(&self, reference: &str) -> Option<&Contract> {
        let mut contracts = self.facts.contracts.iter();
        contracts.find(|held| held.reference == reference)
    }

    fn is_yes(&self, programme: &Programme) -> bool {
        self.ways(programme).iter().any(Way::is_open)
    }

    /// The facts that are still needed on the ways that nothing else stands in.
    fn needs(&self, programme: &Programme) -> Vec<Need> {
        let verdict = decide(programme, &self.facts, &self.question, self.as_of);
        let open = verdict.candidates.into_iter();
        open.filter(|candidate| candidate.outcome == Outcome::Incomplete)
            .flat_map(|candidate| candidate.needs)
            .collect()
    }

    /// Puts the changes in the order in which they are done, names what pays in the end, and drops every change without
    /// which it is yes all the same. `false` when it is not yes in that order.
    fn settle(&self, programme: &Programme, changes: &mut Vec<Change>) -> bool {
        if changes
            .iter()
            .any(|it| matches!(it, Change::ChooseFunding { .. }))
        {
            let after = self.with(programme, changes);
            let verdict = decide(programme, &after.facts, &after.question, after.as_of);
            for change in changes.iter_mut() {
                if let (Change::ChooseFunding { funding }, Some(pays)) = (change, &verdict.funding)
                {
                    funding.clone_from(pays);
                }
            }
        }
        changes.sort_by_key(|change| change.places().0);
        if !self.with(programme, changes).is_yes(programme) {
            return false;
        }
        let mut at = 0;
        while at < changes.len() {
            let dropped = changes.remove(at);
            if self.with(programme, changes).is_yes(programme) {
                at = 0;
            } else {
                changes.insert(at, dropped);
                at += 1;
            }
        }
        true
    }

    /// The ways that are open.
    fn open(&self, programme: &Programme) -> Vec<Option<Funding>> {
        let ways = self.ways(programme).into_iter();
        ways.filter(Way::is_open).map(|way| way.by).collect()
    }

    /// The remedy that these changes are, with every other id that does the same.
    fn remedy(&self, programme: &Programme, changes: Vec<Change>, smaller: &[Remedy]) -> Remedy {
        let after = self.with(programme, &changes);
        let verdict = decide(programme, &after.facts, &after.question, after.as_of);
        let open = after.open(programme);
        let widened = (0..changes.len()).filter_map(|at| {
            let (before, [change, later @ ..]) = changes.split_at_checked(at)? else {
                return None;
            };
            let mut change = change.clone();
            if change.has_a_list() {
                self.widen(programme, before, &mut change, later, (&open, smaller));
            }
            Some(change)
        });
        Remedy {
            changes: widened.collect(),
            funding: verdict.funding,
            consumes: verdict.consumes,
            as_of: after.as_of,
        }
    }

    /// Adds to a change the other ids that could stand in its place: the same is open then, nothing is without need, and
    /// no smaller remedy is held.
    fn widen(
        &self,
        programme: &Programme,
        before: &[Change],
        change: &mut Change,
        later: &[Change],
        (open, smaller): (&[Option<Funding>], &[Remedy]),
    ) {
        let without = |list: &[Change], at: usize| {
            let mut fewer = list.to_vec();
            fewer.remove(at);
            fewer
        };
        let base = self.with(programme, before);
        let mut bases: Option<Vec<State>> = None;
        for other in base.possible(programme, true) {
            if !change.is_like(&other) || change.lists(&other) {
                continue;
            }
            let only = std::slice::from_ref(&other);
            let here = base.with(programme, only);
            if here.with(programme, later).open(programme) != open {
                continue;
            }
            let bases = bases.get_or_insert_with(|| {
                let fewer = (0..before.len()).map(|at| without(before, at));
                fewer.map(|fewer| self.with(programme, &fewer)).collect()
            });
            let idle = bases.iter().any(|base| {
                let fewer = base.with(programme, only).with(programme, later);
                fewer.is_yes(programme)
            }) || (0..later.len())
                .any(|at| here.with(programme, &without(later, at)).is_yes(programme));
            if !idle && !holds_one_of(&[before, only, later].concat(), smaller) {
                change.absorb(&other);
            }
        }
    }
}

/// A set of changes that has not led to a yes yet.
struct Node {
    state: State,
    ways: Rc<Vec<Way>>,
    /// Numbers of the changes, in the order in which they were made.
    made: Vec<usize>,
    /// The ways that every change of the set helped.
    towards: Vec<Option<Funding>>,
    parent: usize,
    /// Numbers of the changes that did not help here.
    useless: Vec<usize>,
}

struct Search<'a> {
    programme: &'a Programme,
    /// Every change that came up; its place is its number.
    changes: Vec<Change>,
    nodes: Vec<Node>,
    /// Sets of numbers, in order, that were met.
    met: Vec<Vec<usize>>,
    found: Vec<Vec<usize>>,
    tries: usize,
}

impl<'a> Search<'a> {
    fn from(programme: &'a Programme, state: State, ways: Vec<Way>) -> Search<'a> {
        let root = Node {
            state,
            ways: Rc::new(ways),
            made: Vec::new(),
            towards: Vec::new(),
            parent: 0,
            useless: Vec::new(),
        };
        Search {
            programme,
            changes: Vec::new(),
            nodes: vec![root],
            met: Vec::new(),
            found: Vec::new(),
            tries: 0,
        }
    }

    fn run(mut self) -> Vec<Vec<Change>> {
        // Nodes are added in the order of their size.
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            if node.made.len() == MOST_CHANGES || self.tries == MOST_TRIES {
                break;
            }
            self.expand(at);
            at += 1;
        }
        let changes = |set: &Vec<usize>| {
            let numbered = set.iter().filter_map(|number| self.changes.get(*number));
            numbered.cloned().collect()
        };
        self.found.iter().map(changes).collect()
    }

    fn number(&mut self, change: Change) -> usize {
        match self.changes.iter().position(|other| *other == change) {
            Some(number) => number,
            None => {
                self.changes.push(change);
                self.changes.len() - 1
            }
        }
    }

    fn expand(&mut self, at: usize) {
        let possible = match self.nodes.get(at) {
            Some(node) => node.state.possible(self.programme, false),
            None => return,
        };
        let numbered: Vec<(usize, Change)> = possible
            .into_iter()
            .map(|change| (self.number(change.clone()), change))
            .collect();
        let (Some(node), programme) = (self.nodes.get(at), self.programme) else {
            return;
        };
        let is_root = node.made.is_empty();
        let needs = match node
            .ways
            .iter()
            .any(|way| way.outcome == Outcome::Incomplete)
        {
            true => node.state.needs(programme),
            false => Vec::new(),
        };
        // What did not help one change earlier does not help now, unless other rules say no now.
        let parent = self.nodes.get(node.parent).filter(|_| !is_root);
        let repeat = parent.is_some_and(|parent| {
            let all: RuleSet = parent
                .ways
                .iter()
                .flat_map(|way| way.reasons.iter())
                .collect();
            let mut here = node
                .ways
                .iter()
                .filter(|way| node.towards.contains(&way.by));
            here.any(|way| !is_within(way.reasons, all))
        });
        let known_useless: &[usize] = parent.map_or(&[], |parent| &parent.useless);
        let mut useless = Vec::new();
        let mut siblings: Vec<(Change, Rc<Vec<Way>>)> = Vec::new();
        let mut children = Vec::new();
        for (number, change) in numbered {
            let fills = fills(&change, &needs);
            if !repeat && !fills && known_useless.contains(&number) {
                useless.push(number);
                continue;
            }
            let mut made = node.made.clone();
            made.push(number);
            let mut set = made.clone();
            set.sort_unstable();
            let holds = |smaller: &Vec<usize>| smaller.iter().all(|it| set.contains(it));
            if self.met.contains(&set) || self.found.iter().any(holds) {
                continue;
            }
            if self.tries == MOST_TRIES {
                break;
            }
            self.tries += 1;
            let mut state = node.state.clone();
            state.apply(programme, &change);
            let ways = Rc::new(state.ways(programme));
            if siblings.iter().any(|(other, same)| {
                *same == ways && (other.is_like(&change) || is_plain_offer(other, &change))
            }) {
                useless.push(number);
                continue;
            }
            if ways.iter().any(Way::is_open) {
                self.met.push(set);
                self.found.push(made);
                siblings.push((change, ways));
                continue;
            }
            let mut towards = Vec::new();
            for way in ways.iter() {
                if (is_root || node.towards.contains(&way.by)) && helps(&node.ways, way, fills) {
                    towards.push(way.by.clone());
                }
            }
            if towards.is_empty() {
                useless.push(number);
                siblings.push((change, ways));
                continue;
            }
            self.met.push(set);
            siblings.push((change, Rc::clone(&ways)));
            children.push(Node {
                state,
                ways,
                made,
                towards,
                parent: at,
                useless: Vec::new(),
            });
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.useless = useless;
        }
        self.nodes.append(&mut children);
    }
}

/// A competency for an offer that does what the offer with any competency does.
fn is_plain_offer(hold: &Change, earn: &Change) -> bool {
    matches!(
        (hold, earn),
        (Change::HoldOffer { .. }, Change::EarnCompetency { .. })
    )
}

/// Whether less stands in this way than before, or it was not there; a filled need counts where nothing was added.
fn helps(before: &[Way], way: &Way, fills: bool) -> bool {
    let mut same = before.iter().filter(|other| other.by == way.by);
    same.all(|other| {
        if other.outcome == Outcome::Incomplete {
            fills && is_within(way.reasons, other.reasons)
        } else {
            !is_within(other.reasons, way.reasons)
        }
    })
}

fn fills(change: &Change, needs: &[Need]) -> bool {
    let need = match change {
        Change::ChooseProduct { .. } => Need::Product,
        Change::ChooseVersion { .. } => Need::Version,
        Change::ChooseFailingSide { .. } => Need::FailingSide,
        Change::ChooseKind { .. } => Need::Kind,
        Change::ChooseBeneficiary { .. } => Need::Beneficiary,
        _ => return false,
    };
    needs.contains(&need)
}

/// What can be changed.
impl State {
    /// Every change that this account and this question leave open, each with one id. Of products that differ in nothing
    /// that a rule looks at, and of competencies, which differ only in being cloud competencies or not, `all` or the first.
    fn possible(&self, programme: &Programme, all: bool) -> Vec<Change> {
        let data = programme.data();
        let mut possible = Vec::new();
        for association in &data.associations {
            if !self.facts.viewer.associations.contains(&association.id) {
                possible.push(Change::GainAssociation {
                    association: association.id.clone(),
                });
            }
        }
        if self.facts.partner.is_some() {
            self.in_the_company(programme, all, &mut possible);
        }
        for contract in &self.facts.contracts {
            if contract.linked_on.is_none() {
                possible.push(Change::Link {
                    contract: contract.reference.clone(),
                });
            }
        }
        if let Question::CreateIncident(asked) = &self.question {
            // A company's people look at its own benefits first, unless they hold IDs and say so.
            if self.facts.partner.is_none() || asked.funding == Some(Funding::HeldIds) {
                possible.extend(data.benefits.iter().map(|benefit| Change::LinkHeldIds {
                    benefits: vec![benefit.id.clone()],
                }));
            }
            self.in_the_form(programme, asked, all, &mut possible);
        }
        possible
    }

    fn in_the_company(&self, programme: &Programme, all: bool, possible: &mut Vec<Change>) {
        let Some(partner) = &self.facts.partner else {
            return;
        };
        let data = programme.data();
        for role in &data.roles {
            if !self.facts.viewer.roles.contains(&role.id) {
                possible.push(Change::GainRole {
                    roles: vec![role.id.clone()],
                });
            }
        }
        for held in entitlements(programme, &self.facts, self.as_of) {
            possible.extend(self.of_benefit(programme, held));
        }
        for offer in &data.offers {
            let offers = || vec![offer.id.clone()];
            if partner.offers_hidden {
                possible.push(Change::SeeOffers { offers: offers() });
            }
            let is_held = partner.offers.iter().any(|held| {
                held.offer == offer.id
                    && held.is_active(self.as_of)
                    && (held.competency.is_some() || !offer.needs_competency)
            });
            if !is_held {
                possible.push(Change::HoldOffer { offers: offers() });
            }
        }
        let alike = |cloud| {
            data.competencies
                .iter()
                .filter(move |it| it.is_cloud == cloud)
        };
        let some = if all { usize::MAX } else { 1 };
        let competencies = alike(false).take(some).chain(alike(true).take(some));
        for offer in data.offers.iter().filter(|offer| offer.needs_competency) {
            for competency in competencies.clone() {
                possible.push(Change::EarnCompetency {
                    offer: offer.id.clone(),
                    competencies: vec![competency.id.clone()],
                });
            }
        }
        for plan in programme.paid_plans() {
            if !partner.plans.contains(&plan.id) {
                possible.push(Change::BuyPlan {
                    plan: plan.id.clone(),
                });
            }
        }
    }

    /// What can be done about a benefit that cannot be used as it is.
    fn of_benefit(&self, programme: &Programme, held: Entitlement<'_>) -> Option<Change> {
        let over = held
            .contract
            .is_some_and(|contract| programme.last_usable_day(contract.end) < self.as_of);
        let benefit = held.key;
        if held.offers.is_empty() {
            return Some(Change::Renew { benefit });
        }
        match held.activation {
            Activation::Pending { .. } => Some(Change::FulfilActivation { benefit }),
            Activation::NotActivated | Activation::Failed { .. } => {
                Some(Change::Activate { benefit })
            }
            Activation::Active { .. } => over.then_some(Change::Activate { benefit }),
        }
    }

    fn in_the_form(
        &self,
        programme: &Programme,
        asked: &IncidentQuestion,
        all: bool,
        possible: &mut Vec<Change>,
    ) {
        let product = asked.product.as_deref();
        match product.and_then(|id| programme.product(id)) {
            Some(product) => {
                for version in &product.versions {
                    if asked.version.as_ref() != Some(&version.id) {
                        possible.push(Change::ChooseVersion {
                            product: product.id.clone(),
                            versions: vec![version.id.clone()],
                        });
                    }
                }
                if product.placement == Placement::Hybrid {
                    for side in [FailingSide::OnPremises, FailingSide::Cloud] {
                        if asked.failing_side != Some(side) {
                            possible.push(Change::ChooseFailingSide { sides: vec![side] });
                        }
                    }
                }
            }
            // The product is what it is: only one that is not known is chosen.
            None if product.is_none() => {
                let products = &programme.data().products;
                for (at, product) in products.iter().enumerate() {
                    let mut earlier = products.iter().take(at);
                    if all || !earlier.any(|other| self.are_alike(other, product)) {
                        possible.push(Change::ChooseProduct {
                            products: vec![self.choice(product)],
                        });
                    }
                }
            }
            None => {}
        }
        for kind in [
            IncidentKind::BreakFix,
            IncidentKind::Advisory,
            IncidentKind::Billing,
        ] {
            if asked.kind != Some(kind) {
                possible.push(Change::ChooseKind { kinds: vec![kind] });
            }
        }
        for beneficiary in [Beneficiary::OwnCompany, Beneficiary::Customer] {
            if asked.beneficiary != Some(beneficiary) {
                possible.push(Change::ChooseBeneficiary {
                    beneficiaries: vec![beneficiary],
                });
            }
        }
        for severity in [Severity::A, Severity::B, Severity::C] {
            if asked.severity.is_some_and(|asked| asked != severity) {
                possible.push(Change::ChooseSeverity {
                    severities: vec![severity],
                });
            }
        }
        if asked.issues.is_some_and(|issues| issues > 1) {
            possible.push(Change::SplitIncident);
        }
        if asked.funding.is_some() {
            let account = Account::on(programme, &self.facts, self.as_of);
            let ways = account.ways().into_iter();
            possible.extend(
                ways.filter_map(|way| way.funding())
                    .filter(|it| *it != Funding::HeldIds && asked.funding.as_ref() != Some(it))
                    .map(|funding| Change::ChooseFunding { funding }),
            );
        }
    }

    fn choice(&self, product: &Product) -> ProductChoice {
        ProductChoice {
            product: product.id.clone(),
            version: self.newest(product).map(|version| version.id.clone()),
        }
    }

    fn newest<'p>(&self, product: &'p Product) -> Option<&'p Version> {
        let started = product.versions.iter().filter(|it| it.start <= self.as_of);
        started.max_by_key(|version| version.start)
    }

    /// Whether two products differ in nothing that a rule looks at, their newest versions included.
    fn are_alike(&self, one: &Product, other: &Product) -> bool {
        let recency = |product| {
            let newest = self.newest(product);
            newest.map(|version| recency(product, version, self.as_of))
        };
        one.workload == other.workload
            && one.placement == other.placement
            && one.ids_needed == other.ids_needed
            && one.marketplace == other.marketplace
            && one.retired == other.retired
            && one.versions.is_empty() == other.versions.is_empty()
            && recency(one) == recency(other)
    }
}

/// How it is changed.
impl State {
    fn apply(&mut self, programme: &Programme, change: &Change) {
        match change {
            Change::GainAssociation { association } => {
                let viewer = &mut Rc::make_mut(&mut self.facts).viewer;
                viewer.associations.push(association.clone());
            }
            Change::GainRole { roles } => {
                let viewer = &mut Rc::make_mut(&mut self.facts).viewer;
                viewer.roles.extend(roles.first().cloned());
            }
            Change::SeeOffers { offers } => {
                if let Some(partner) = &mut Rc::make_mut(&mut self.facts).partner {
                    partner.offers_hidden = false;
                }
                self.hold(programme, offers.first(), None);
            }
            Change::Renew { benefit } => self.renew(programme, benefit),
            Change::HoldOffer { offers } => self.hold(programme, offers.first(), None),
            Change::EarnCompetency {
                offer,
                competencies,
            } => self.hold(programme, Some(offer), competencies.first()),
            Change::BuyPlan { plan } => {
                if let Some(partner) = &mut Rc::make_mut(&mut self.facts).partner {
                    partner.plans.push(plan.clone());
                }
            }
            Change::FulfilActivation { benefit } | Change::Activate { benefit } => {
                self.activate(programme, benefit);
            }
            Change::Link { contract } => {
                let as_of = self.as_of;
                let contracts = &mut Rc::make_mut(&mut self.facts).contracts;
                for held in contracts.iter_mut().filter(|it| it.reference == *contract) {
                    held.linked_on = Some(as_of);
                }
            }
            Change::LinkHeldIds { benefits } => {
                if let Some(benefit) = benefits.first() {
                    self.link_held_ids(programme, benefit);
                }
            }
            Change::WaitUntil { date } => self.as_of = *date,
            _ => {
                if let Question::CreateIncident(asked) = &mut self.question {
                    change.make_in(asked);
                }
            }
        }
    }

    /// Holds an offer from today for a year.
    fn hold(&mut self, programme: &Programme, offer: Option<&String>, with: Option<&String>) {
        let Some(offer) = offer.and_then(|id| programme.offer(id)) else {
            return;
        };
        let start = self.as_of;
        if let Some(partner) = &mut Rc::make_mut(&mut self.facts).partner {
            partner.offers.push(MembershipOffer {
                offer: offer.id.clone(),
                competency: with.cloned().or_else(|| plain_competency(programme, offer)),
                start,
                anniversary: start.plus_years(1),
                status: OfferStatus::Active,
            });
        }
    }

    fn renew(&mut self, programme: &Programme, benefit: &BenefitKey) {
        let as_of = self.as_of;
        let Some(partner) = &mut Rc::make_mut(&mut self.facts).partner else {
            return;
        };
        let of_the_package = |held: &&mut MembershipOffer| {
            let offer = programme.offer(&held.offer);
            held.start <= as_of && offer.is_some_and(|offer| offer.package == benefit.package)
        };
        for held in partner.offers.iter_mut().filter(of_the_package) {
            held.status = OfferStatus::Active;
            held.anniversary = held.anniversary.max(as_of).plus_years(1);
        }
        self.activate(programme, benefit);
    }

    /// Gives the benefit a new contract of what the programme's row grants; the question follows from the benefit or its
    /// former contract to the new one.
    fn activate(&mut self, programme: &Programme, key: &BenefitKey) {
        let held = entitlements(programme, &self.facts, self.as_of);
        let held = held.into_iter().find(|held| held.key == *key);
        let Some(granted) = held.and_then(|held| held.allotment()) else {
            return;
        };
        if granted == Allotment::None {
            return;
        }
        let start = self.as_of;
        let facts = Rc::make_mut(&mut self.facts);
        let Some(partner) = &mut facts.partner else {
            return;
        };
        let reference = ["new.", &key.benefit, ".", &key.package].concat();
        let activation = Activation::Active {
            contract: reference.clone(),
        };
        let former = match partner.activations.iter_mut().find(|it| it.benefit == *key) {
            Some(entry) => std::mem::replace(&mut entry.activation, activation),
            None => {
                partner.activations.push(BenefitActivation {
                    benefit: key.clone(),
                    activation,
                });
                Activation::NotActivated
            }
        };
        let contract = contract(programme, key, granted, start);
        facts.contracts.push(Contract {
            reference: reference.clone(),
            holder: partner.name.clone(),
            own: true,
            ..contract
        });
        let former = match former {
            Activation::Active { contract } => Some(contract),
            _ => None,
        };
        match &mut self.question {
            Question::ViewIds { contract } | Question::Link { contract }
                if Some(&*contract) == former.as_ref() =>
            {
                *contract = reference;
            }
            Question::CreateIncident(IncidentQuestion {
                funding: Some(funding),
                ..
            }) => {
                let follows = match funding {
                    Funding::Contract { contract } => Some(&*contract) == former.as_ref(),
                    Funding::Benefit { benefit } => benefit == key,
                    _ => false,
                };
                if follows {
                    *funding = Funding::Contract {
                        contract: reference,
                    };
                }
            }
            _ => {}
        }
    }

    /// Links a contract of another company, which grants the most that the programme knows for the benefit.
    fn link_held_ids(&mut self, programme: &Programme, benefit: &str) {
        let rows = programme.benefit(benefit).map(|it| &it.allotments);
        let Some(row) = rows.and_then(|rows| rows.iter().max_by_key(|row| row.amount)) else {
            return;
        };
        let Some(offer) = programme.offer(&row.offer) else {
            return;
        };
        let key = BenefitKey {
            benefit: benefit.to_owned(),
            package: offer.package.clone(),
        };
        let held = Contract {
            linked_on: Some(self.as_of),
            ..contract(programme, &key, row.amount, self.as_of)
        };
        if let Question::CreateIncident(IncidentQuestion {
            funding: Some(funding),
            ..
        }) = &mut self.question
            && *funding == Funding::HeldIds
        {
            *funding = Funding::Contract {
                contract: held.reference.clone(),
            };
        }
        Rc::make_mut(&mut self.facts).contracts.push(held);
    }
}

/// The competency that an offer is taken to be held with: the programme's first that is no cloud competency, since any
/// other grants as much or more.
fn plain_competency(programme: &Programme, offer: &Offer) -> Option<String> {
    let competencies = &programme.data().competencies;
    let plain = competencies.iter().find(|competency| !competency.is_cloud);
    let any = plain
        .or(competencies.first())
        .filter(|_| offer.needs_competency);
    any.map(|competency| competency.id.clone())
}

/// A contract with both IDs from a day on, for as long as E7 says, or a year; nobody has linked it.
fn contract(programme: &Programme, key: &BenefitKey, granted: Allotment, start: Date) -> Contract {
    let term = &programme.policy().extensions.contract_term;
    let years = term
        .as_ref()
        .filter(|term| term.on)
        .map_or(1, |term| term.years);
    let next = start.plus_years(i32::try_from(years).unwrap_or(i32::MAX));
    Contract {
        reference: ["held.", &key.benefit].concat(),
        benefit: key.clone(),
        holder: String::new(),
        own: false,
        access_id_masked: Some(String::new()),
        contract_id_masked: Some(String::new()),
        start,
        end: next.plus_days(-1),
        balance: Balance::granted(granted),
        linked_on: None,
    }
}

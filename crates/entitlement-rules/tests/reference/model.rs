//! The rules of the programme as a person reads them from the documents, one function per rule and nothing clever.

use entitlement_rules::{
    AccountFacts, Activation, Allotment, AllotmentCondition, Beneficiary, BenefitKey, Contract,
    Date, FailingSide, Funding, Impact, IncidentKind, IncidentQuestion, MainstreamEnd,
    MembershipOffer, MembershipPortal, OfferStatus, Outcome, Placement, Plan, Product, Programme,
    ProgrammeData, Question, RefundReason, ResellerKind, Severity,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the model answers: the part of a verdict that decides whether somebody gets support.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// The answer; for an incident, that of the first of the best ways to pay.
    pub(crate) whole: Way,
    /// Every way to pay, by its JSON.
    pub(crate) ways: BTreeMap<String, Way>,
    /// The best ways to pay; several when nothing sets them apart.
    pub(crate) chosen: BTreeSet<String>,
    pub(crate) consumes: u32,
}

/// The answer for one way to pay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    pub(crate) outcome: Outcome,
    pub(crate) failing: BTreeSet<String>,
}

/// What one rule says.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Yes,
    No,
    /// It is not about this.
    Nothing,
    /// It depends on something that the question leaves out.
    Depends,
}
use Says::{Depends, No, Nothing, Yes};

fn yes_or_no(yes: bool) -> Says {
    if yes { Yes } else { No }
}

/// Answers a question on a date.
pub(crate) fn model(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    as_of: Date,
) -> Answer {
    let world = World {
        data: programme.data(),
        facts,
        as_of,
    };
    match question {
        Question::OpenBenefits => world.one(&world.open_benefits()),
        Question::Activate { benefit } => world.one(&world.activate(benefit)),
        Question::ViewIds { contract } => world.one(&world.view_ids(contract)),
        Question::Link { contract } => world.one(&world.link(contract)),
        Question::Refund { contract, because } => world.one(&world.refund(contract, *because)),
        Question::ComparePlans => world.one(&vec![("S35", world.s35())]),
        Question::CreateIncident(incident) => world.incident(incident),
    }
}

type Sayings = Vec<(&'static str, Says)>;

fn way(sayings: &Sayings) -> Way {
    let mut failing = BTreeSet::new();
    let mut depends = false;
    for (rule, says) in sayings {
        if *says == No {
            failing.insert((*rule).to_owned());
        }
        if *says == Depends {
            depends = true;
        }
    }
    let outcome = if !failing.is_empty() {
        Outcome::Refused
    } else if depends {
        Outcome::Incomplete
    } else {
        Outcome::Allowed
    };
    Way { outcome, failing }
}

struct World<'a> {
    data: &'a ProgrammeData,
    facts: &'a AccountFacts,
    as_of: Date,
}

// What the facts mean.
impl World<'_> {
    fn one(&self, sayings: &Sayings) -> Answer {
        let mut way = way(sayings);
        // S4: an empty state is not an error.
        if way.failing.len() == 1 && way.failing.contains("S4") {
            way.outcome = Outcome::Empty;
        }
        Answer {
            whole: way,
            ways: BTreeMap::new(),
            chosen: BTreeSet::new(),
            consumes: 0,
        }
    }

    fn is_member(&self) -> bool {
        let member = &self.data.policy.member_association;
        self.facts.viewer.associations.contains(member)
    }

    fn is_reseller(&self) -> bool {
        let reseller = &self.data.policy.reseller_association;
        self.facts.viewer.associations.contains(reseller)
    }

    /// A role counts only inside its own partner account.
    fn has_role(&self, wanted: &[String]) -> bool {
        if self.facts.partner.is_none() {
            return false;
        }
        for role in &self.facts.viewer.roles {
            if wanted.contains(role) {
                return true;
            }
        }
        false
    }

    fn in_force(&self, offer: &MembershipOffer) -> bool {
        offer.status == OfferStatus::Active
            && offer.start <= self.as_of
            && self.as_of <= offer.anniversary
    }

    fn offers_in_force(&self) -> Vec<&MembershipOffer> {
        let mut found = Vec::new();
        if let Some(partner) = &self.facts.partner {
            for offer in &partner.offers {
                if self.in_force(offer) {
                    found.push(offer);
                }
            }
        }
        found
    }

    fn activation_of(&self, key: &BenefitKey) -> Activation {
        if let Some(partner) = &self.facts.partner {
            for entry in &partner.activations {
                if entry.benefit == *key {
                    return entry.activation.clone();
                }
            }
        }
        Activation::NotActivated
    }

    fn contract(&self, reference: &str) -> Option<&Contract> {
        self.facts
            .contracts
            .iter()
            .find(|contract| contract.reference == reference)
    }

    fn package_of(&self, offer: &str) -> &str {
        for known in &self.data.offers {
            if known.id == offer {
                return &known.package;
            }
        }
        ""
    }

    fn offers_of_package(&self, package: &str) -> Vec<&MembershipOffer> {
        let mut found = self.offers_in_force();
        found.retain(|offer| self.package_of(&offer.offer) == package);
        found
    }

    fn competencies(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for offer in self.offers_in_force() {
            if let Some(competency) = &offer.competency {
                found.push(competency.as_str());
            }
        }
        found
    }

    /// S23: the cloud competencies are the ones that the programme lists as such.
    fn has_cloud_competency(&self) -> bool {
        for held in self.competencies() {
            for known in &self.data.competencies {
                if known.id == held && known.is_cloud {
                    return true;
                }
            }
        }
        false
    }

    /// S19-S22: what the partner's offers of a package grant; the maximum, never the sum. `None` where the account's
    /// data has a hole: an offer that is earned with a competency, and is held without one, grants nothing.
    fn grant(&self, key: &BenefitKey) -> Option<Allotment> {
        let benefit = self.data.benefits.iter().find(|it| it.id == key.benefit)?;
        let mut best = None;
        'held: for held in self.offers_of_package(&key.package) {
            for offer in &self.data.offers {
                if offer.id == held.offer && offer.needs_competency && held.competency.is_none() {
                    continue 'held;
                }
            }
            for row in &benefit.allotments {
                let counts = match row.when {
                    AllotmentCondition::Always => true,
                    AllotmentCondition::CloudCompetency => self.has_cloud_competency(),
                    AllotmentCondition::OtherCompetency => !self.has_cloud_competency(),
                };
                if row.offer == held.offer && counts {
                    best = best.max(Some(row.amount));
                }
            }
        }
        best
    }

    /// E7: the grace days after a contract's last day.
    fn grace_days(&self) -> i32 {
        match &self.data.policy.extensions.contract_term {
            Some(term) if term.on => term.grace_days as i32,
            _ => 0,
        }
    }

    /// S16: "until they expire".
    fn is_over(&self, contract: &Contract) -> bool {
        self.as_of > contract.end.plus_days(self.grace_days())
    }

    /// The sum of the ledger.
    fn left(&self, contract: &Contract) -> Allotment {
        let balance = contract.balance;
        match balance.granted {
            Allotment::Finite(granted) => {
                let used = i64::from(balance.consumed) - i64::from(balance.refunded);
                let left = i64::from(granted) - used.max(0) - i64::from(balance.expired);
                Allotment::Finite(left.max(0) as u32)
            }
            other => other,
        }
    }

    fn nothing_left(&self, contract: &Contract) -> bool {
        matches!(self.left(contract), Allotment::None | Allotment::Finite(0))
    }

    fn both_ids_shown(contract: &Contract) -> bool {
        contract.access_id_masked.is_some() && contract.contract_id_masked.is_some()
    }
}

// The benefits page.
impl World<'_> {
    fn open_benefits(&self) -> Sayings {
        vec![
            ("S1", self.s1()),
            ("S2", self.s2()),
            ("S4", self.s4()),
            ("S5", self.s5()),
            ("S7", self.s7()),
        ]
    }

    /// S1 the technical benefits page needs a sign-in associated with MPN.
    fn s1(&self) -> Says {
        yes_or_no(self.is_member())
    }

    /// S2 associated only with CSP: refused. S3 associated with both: S2 does not fire.
    fn s2(&self) -> Says {
        if self.is_reseller() && !self.is_member() {
            No
        } else {
            Nothing
        }
    }

    /// S4 no active membership offer: the empty state. What was asked for or handed over is still listed (S6).
    fn s4(&self) -> Says {
        if !self.is_member() || self.hidden() {
            return Nothing;
        }
        yes_or_no(!self.offers_in_force().is_empty() || self.something_was_asked_for())
    }

    fn something_was_asked_for(&self) -> bool {
        let Some(partner) = &self.facts.partner else {
            return false;
        };
        // E5: a contract that cannot be used any more is listed all the same.
        let listed_when_over = match &self.data.policy.extensions.list_unusable {
            Some(switch) => switch.on,
            None => false,
        };
        let mut found = false;
        for entry in &partner.activations {
            let over = match &entry.activation {
                Activation::Active { contract } => match self.contract(contract) {
                    Some(contract) => self.is_over(contract),
                    None => false,
                },
                _ => false,
            };
            if entry.activation != Activation::NotActivated && (listed_when_over || !over) {
                found = true;
            }
        }
        found
    }

    /// S5 the company has offers but this account cannot see them.
    fn s5(&self) -> Says {
        if self.is_member() && self.hidden() {
            No
        } else {
            Nothing
        }
    }

    fn hidden(&self) -> bool {
        match &self.facts.partner {
            Some(partner) => partner.offers_hidden,
            None => false,
        }
    }

    /// S7 the page's audience. E2: any member of the partner.
    fn s7(&self) -> Says {
        let any_member = match &self.data.policy.extensions.any_member_views {
            Some(switch) => switch.on,
            None => false,
        };
        if !self.is_member() {
            return Nothing;
        }
        yes_or_no(
            self.has_role(&self.data.policy.page_audience)
                || any_member && self.facts.partner.is_some(),
        )
    }

    fn activate(&self, key: &BenefitKey) -> Sayings {
        vec![
            ("S1", self.s1()),
            ("S2", self.s2()),
            ("S5", self.s5()),
            ("S7", self.s7()),
            ("S9", self.s9()),
            ("S10", self.s10(key)),
            ("S13", self.s13(key)),
            ("S20", self.s20(key)),
            ("S38", self.s38()),
        ]
    }

    /// S9 only Global admin or MPN partner admin may activate; Admin agent alone may not.
    fn s9(&self) -> Says {
        yes_or_no(self.has_role(&self.data.policy.activation_roles))
    }

    /// S10 a request enters Pending: there is one at a time, and none while a contract runs.
    fn s10(&self, key: &BenefitKey) -> Says {
        match self.activation_of(key) {
            Activation::NotActivated | Activation::Failed { .. } => Yes,
            Activation::Pending { .. } => No,
            Activation::Active { contract } => match self.contract(&contract) {
                Some(contract) => yes_or_no(self.is_over(contract)),
                None => No,
            },
        }
    }

    /// S13 Product Support: every tier. Signature: Gold and Silver only.
    fn s13(&self, key: &BenefitKey) -> Says {
        match self.grant(key) {
            None | Some(Allotment::None) => No,
            Some(_) => Yes,
        }
    }

    /// S20 Signature: Action Pack none.
    fn s20(&self, key: &BenefitKey) -> Says {
        match self.grant(key) {
            Some(Allotment::None) => No,
            _ => Nothing,
        }
    }

    /// S38 members of the legacy portal activate by another path.
    fn s38(&self) -> Says {
        match &self.facts.partner {
            Some(partner) => yes_or_no(partner.portal != MembershipPortal::PartnerMembershipCenter),
            None => Nothing,
        }
    }

    /// S35 plans can be compared.
    fn s35(&self) -> Says {
        yes_or_no(!self.data.plans.is_empty())
    }

    fn view_ids(&self, reference: &str) -> Sayings {
        vec![
            ("S1", self.s1()),
            ("S2", self.s2()),
            ("S5", self.s5()),
            ("S7", self.s7()),
            ("S11", self.s11(reference)),
            ("S12", self.s12_shown(reference)),
        ]
    }

    /// S11 the two IDs appear only after successful activation.
    fn s11(&self, reference: &str) -> Says {
        match self.contract(reference) {
            Some(contract) => yes_or_no(contract.own),
            None => No,
        }
    }

    /// S12 usable exactly when both IDs are shown.
    fn s12_shown(&self, reference: &str) -> Says {
        match self.contract(reference) {
            Some(contract) => yes_or_no(World::both_ids_shown(contract)),
            None => Nothing,
        }
    }
}

// Entering the two IDs, and giving an incident back.
impl World<'_> {
    /// S14 the first use needs both IDs: they are checked where they are kept. S16, S17 a tie that would have ended
    /// cannot be made.
    fn link(&self, reference: &str) -> Sayings {
        let Some(contract) = self.contract(reference) else {
            return vec![("S14", No)];
        };
        vec![
            ("S12", yes_or_no(World::both_ids_shown(contract))),
            ("S14", Yes),
            ("S15", self.s15_again(contract)),
            ("S16", self.s16(&Payer::Contract(contract))),
            ("S17", yes_or_no(!self.nothing_left(contract))),
        ]
    }

    /// S15 the benefit is tied to the account already. E4: linking it twice is harmless.
    fn s15_again(&self, contract: &Contract) -> Says {
        let harmless = match &self.data.policy.extensions.link_again {
            Some(switch) => switch.on,
            None => false,
        };
        match contract.linked_on {
            Some(_) => yes_or_no(harmless),
            None => Nothing,
        }
    }

    fn refund(&self, reference: &str, because: RefundReason) -> Sayings {
        let Some(contract) = self.contract(reference) else {
            return vec![("S27", No), ("E9", self.e9(because))];
        };
        vec![
            (
                "S27",
                yes_or_no(contract.balance.consumed > contract.balance.refunded),
            ),
            ("E9", self.e9(because)),
        ]
    }

    /// E9 refund when the incident turns out a duplicate or a product bug. Without it nothing allows a refund.
    fn e9(&self, because: RefundReason) -> Says {
        match &self.data.policy.extensions.refunds {
            Some(refunds) if refunds.on => yes_or_no(refunds.reasons.contains(&because)),
            _ => No,
        }
    }
}

/// What would pay for an incident.
enum Payer<'a> {
    /// A contract of the partner's, or one linked from elsewhere.
    Contract(&'a Contract),
    /// A benefit of the partner's that has no contract.
    Benefit(&'a BenefitKey),
    /// A contract that the person holds the two IDs of and has not linked.
    HeldIds,
    /// The resellers' plan.
    ResellerPlan(&'a str),
    /// A paid plan, bought or only asked for.
    PaidPlan(&'a str),
    /// A contract that this account does not have.
    UnknownContract,
    /// A benefit that this account does not have, or has under a contract.
    UnknownBenefit,
}

// Incidents.
impl World<'_> {
    fn incident(&self, ask: &IncidentQuestion) -> Answer {
        let held = self.ways_to_pay();
        let mut fundings = held.clone();
        if let Some(asked) = &ask.funding
            && !held.contains(asked)
        {
            fundings.push(asked.clone());
        }
        let mut ways = BTreeMap::new();
        let mut ranks = Vec::new();
        for funding in &fundings {
            let payer = self.payer(funding, &held);
            let way = way(&self.incident_paid_by(ask, &payer));
            let name = serde_json::to_string(funding).unwrap();
            ranks.push((self.rank(&way, &payer), name.clone()));
            ways.insert(name, way);
        }
        let best = ranks.iter().map(|(rank, _)| *rank).min();
        let mut chosen = BTreeSet::new();
        for (rank, name) in ranks {
            if Some(rank) == best {
                chosen.insert(name);
            }
        }
        if let Some(asked) = &ask.funding {
            let asked = serde_json::to_string(asked).unwrap();
            chosen = BTreeSet::from([asked]);
        }
        let first = chosen.first().unwrap();
        let whole = ways[first].clone();
        let mut consumes = 0;
        // S27 creating a covered incident consumes one from a finite allotment; Unlimited only counts.
        for funding in &fundings {
            if serde_json::to_string(funding).unwrap() == *first
                && whole.outcome == Outcome::Allowed
            {
                consumes = match self.payer(funding, &held) {
                    Payer::Contract(contract) => match self.left(contract) {
                        Allotment::Finite(_) => 1,
                        _ => 0,
                    },
                    Payer::HeldIds => 1,
                    _ => 0,
                };
            }
        }
        Answer {
            whole,
            ways,
            chosen,
            consumes,
        }
    }

    /// The partner's benefits, other contracts (linked from elsewhere, or left over from an earlier activation), the
    /// resellers' plan for resellers, the paid plans that were bought, and IDs held.
    fn ways_to_pay(&self) -> Vec<Funding> {
        let mut found = Vec::new();
        if self.facts.partner.is_some() {
            let mut packages: Vec<&str> = Vec::new();
            for offer in &self.data.offers {
                if !packages.contains(&offer.package.as_str()) {
                    packages.push(&offer.package);
                }
            }
            for package in packages {
                for benefit in &self.data.benefits {
                    let key = BenefitKey {
                        benefit: benefit.id.clone(),
                        package: package.to_owned(),
                    };
                    let activation = self.activation_of(&key);
                    if let Activation::Active { contract } = &activation
                        && self.contract(contract).is_some()
                    {
                        found.push(Funding::Contract {
                            contract: contract.clone(),
                        });
                    } else if !self.offers_of_package(package).is_empty()
                        || activation != Activation::NotActivated
                    {
                        found.push(Funding::Benefit { benefit: key });
                    }
                }
            }
        }
        for contract in &self.facts.contracts {
            let other = Funding::Contract {
                contract: contract.reference.clone(),
            };
            if !found.contains(&other) {
                found.push(other);
            }
        }
        if self.is_reseller() {
            found.push(Funding::ResellerPlan {
                plan: self.data.policy.reseller_plan.id.clone(),
            });
        }
        if let Some(partner) = &self.facts.partner {
            for plan in &partner.plans {
                found.push(Funding::PaidPlan { plan: plan.clone() });
            }
        }
        found.push(Funding::HeldIds);
        found
    }

    fn payer<'a>(&'a self, funding: &'a Funding, held: &[Funding]) -> Payer<'a> {
        match funding {
            Funding::Contract { contract } => match self.contract(contract) {
                Some(contract) => Payer::Contract(contract),
                None => Payer::UnknownContract,
            },
            Funding::Benefit { benefit } if held.contains(funding) => Payer::Benefit(benefit),
            Funding::Benefit { .. } => Payer::UnknownBenefit,
            Funding::HeldIds => Payer::HeldIds,
            Funding::ResellerPlan { plan } => Payer::ResellerPlan(plan),
            Funding::PaidPlan { plan } => Payer::PaidPlan(plan),
        }
    }

    /// Allowed, then incomplete, then refused. Of those that work, the resellers' plan, Unlimited, the finite contract
    /// that ends soonest, a paid plan, IDs held; of those that do not, what is meant for this kind of product, and then
    /// the one with the fewest reasons.
    fn rank(&self, way: &Way, payer: &Payer) -> (u32, u32, usize, u32, i32) {
        let outcome = match way.outcome {
            Outcome::Allowed => 0,
            Outcome::Incomplete => 1,
            Outcome::Refused | Outcome::Empty => 2,
        };
        let (kind, end) = match payer {
            Payer::ResellerPlan(_) => (0, 0),
            Payer::Contract(contract) => match self.left(contract) {
                Allotment::Unlimited => (1, 0),
                _ => (2, contract.end.days_since_epoch()),
            },
            Payer::Benefit(_) | Payer::UnknownContract | Payer::UnknownBenefit => (3, 0),
            Payer::PaidPlan(_) => (4, 0),
            Payer::HeldIds => (5, 0),
        };
        if outcome == 2 {
            let other_products = ["S24", "S26", "S30", "S36", "S37"]
                .iter()
                .any(|rule| way.failing.contains(*rule));
            let last = other_products || matches!(payer, Payer::HeldIds);
            return (outcome, u32::from(last), way.failing.len(), 0, 0);
        }
        (outcome, 0, 0, kind, end)
    }

    fn incident_paid_by(&self, ask: &IncidentQuestion, payer: &Payer) -> Sayings {
        vec![
            ("S8", self.s8(payer)),
            ("S12", self.s12(payer)),
            ("S13", self.s13_payer(payer)),
            ("S14", self.s14(ask, payer)),
            ("S16", self.s16(payer)),
            ("S17", self.s17(payer)),
            ("S18", self.s18(ask)),
            ("S20", self.s20_payer(payer)),
            ("S24", self.s24(ask, payer)),
            ("S25", self.s25(ask, payer)),
            ("S26", self.s26(ask, payer)),
            ("S27", self.s27(payer)),
            ("S28", self.s28(ask, payer)),
            ("S30", self.s30(ask, payer)),
            ("S31", self.s31(ask)),
            ("S32", self.s32(ask)),
            ("S34", self.s34(payer)),
            ("S36", self.s36(ask, payer)),
            ("S37", self.s37(ask, payer)),
            ("E10", self.e10(ask, payer)),
            ("E12", self.e12(ask, payer)),
            ("E13", self.e13(ask)),
            ("E14", self.e14(ask)),
            ("E15", self.e15(ask)),
            ("E18", self.e18(ask)),
        ]
    }

    fn product(&self, ask: &IncidentQuestion) -> Option<&Product> {
        let id = ask.product.as_ref()?;
        self.data.products.iter().find(|product| product.id == *id)
    }

    /// On which side the problem is; a hybrid product's side must be told.
    fn side(&self, ask: &IncidentQuestion) -> Option<FailingSide> {
        match self.product(ask)?.placement {
            Placement::OnPremises => Some(FailingSide::OnPremises),
            Placement::Cloud => Some(FailingSide::Cloud),
            Placement::Hybrid => ask.failing_side,
        }
    }

    /// What the benefit behind a payer covers.
    fn scope(&self, payer: &Payer) -> Option<Placement> {
        let id = match payer {
            Payer::Contract(contract) => &contract.benefit.benefit,
            Payer::Benefit(key) => &key.benefit,
            _ => return None,
        };
        for benefit in &self.data.benefits {
            if benefit.id == *id {
                return Some(benefit.scope);
            }
        }
        None
    }

    /// S8 a benefit must be activated before use. (One that is not granted cannot be activated: S13, S20.)
    fn s8(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Benefit(key) => {
                let granted = self.s13(key) == Yes;
                let asked_for = matches!(
                    self.activation_of(key),
                    Activation::Pending { .. } | Activation::Active { .. }
                );
                if granted {
                    yes_or_no(asked_for)
                } else {
                    Nothing
                }
            }
            Payer::Contract(_) => Yes,
            _ => Nothing,
        }
    }

    /// S12 a benefit is usable exactly when both IDs are shown; Pending is not usable.
    fn s12(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Benefit(key) => match self.activation_of(key) {
                Activation::Pending { .. } | Activation::Active { .. } => No,
                Activation::NotActivated | Activation::Failed { .. } => Nothing,
            },
            Payer::Contract(contract) => yes_or_no(World::both_ids_shown(contract)),
            _ => Nothing,
        }
    }

    fn s13_payer(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Benefit(key) => self.s13(key),
            Payer::UnknownBenefit => No,
            // A contract for a benefit that no offer of the programme carries.
            Payer::Contract(contract)
                if self
                    .data
                    .benefits
                    .iter()
                    .all(|known| known.id != contract.benefit.benefit) =>
            {
                No
            }
            _ => Nothing,
        }
    }

    fn s20_payer(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Benefit(key) => self.s20(key),
            Payer::Contract(contract) if contract.own => self.s20(&contract.benefit),
            _ => Nothing,
        }
    }

    /// S14 a user's first use needs both IDs. S15 after that they are not asked again. E6 some products need none.
    fn s14(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        let contract = match payer {
            Payer::Contract(contract) => contract,
            // Held, but not entered yet; or not held at all.
            Payer::HeldIds | Payer::UnknownContract => return No,
            _ => return Nothing,
        };
        if contract.linked_on.is_some() {
            return Yes;
        }
        let some_need_none = match &self.data.policy.extensions.products_without_ids {
            Some(switch) => switch.on,
            None => false,
        };
        if some_need_none {
            return match self.product(ask) {
                Some(product) => yes_or_no(!product.ids_needed),
                None => Depends,
            };
        }
        No
    }

    /// S16 the tie ends when the benefit expires.
    fn s16(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Contract(contract) => {
                yes_or_no(contract.start <= self.as_of && !self.is_over(contract))
            }
            _ => Nothing,
        }
    }

    /// S17 … or when no incidents remain (never for Unlimited).
    fn s17(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Contract(contract) if contract.linked_on.is_some() => {
                yes_or_no(!self.nothing_left(contract))
            }
            _ => Nothing,
        }
    }

    /// S18 support is for a specific problem, an error message, or a feature that does not work as expected.
    fn s18(&self, ask: &IncidentQuestion) -> Says {
        match ask.kind {
            None => Depends,
            Some(IncidentKind::BreakFix) => Yes,
            Some(IncidentKind::Advisory | IncidentKind::Billing) => No,
        }
    }

    /// S24 Product Support covers on-premises products only.
    fn s24(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        if self.scope(payer) != Some(Placement::OnPremises) {
            return Nothing;
        }
        match self.side(ask) {
            None => Depends,
            Some(side) => yes_or_no(side == FailingSide::OnPremises),
        }
    }

    /// S25 … and only recent versions. E1: N or N-1, and the version itself in mainstream support.
    fn s25(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        if self.scope(payer) != Some(Placement::OnPremises) {
            return Nothing;
        }
        match self.side(ask) {
            None => return Depends,
            Some(FailingSide::Cloud) => return Nothing,
            Some(FailingSide::OnPremises) => {}
        }
        let product = self.product(ask).unwrap();
        if product.versions.is_empty() {
            return Nothing;
        }
        let Some(asked) = &ask.version else {
            return Depends;
        };
        let Some(position) = product.versions.iter().position(|it| it.id == *asked) else {
            return No;
        };
        let version = &product.versions[position];
        if version.start > self.as_of {
            return No;
        }
        let mut newer = 0;
        for later in &product.versions[position + 1..] {
            if later.start <= self.as_of {
                newer += 1;
            }
        }
        let in_mainstream = match version.mainstream_end {
            MainstreamEnd::Modern => true,
            MainstreamEnd::On(last) => self.as_of <= last,
        };
        let in_extended = match version.extended_end {
            Some(last) => self.as_of <= last,
            None => false,
        };
        match &self.data.policy.extensions.recent {
            Some(recent) if recent.on => {
                yes_or_no(newer <= recent.versions_back && (in_mainstream || !recent.mainstream))
            }
            // Nothing says what recent is: any support still counts.
            _ => yes_or_no(in_mainstream || in_extended),
        }
    }

    /// S26 Signature covers cloud products only.
    fn s26(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        if self.scope(payer) != Some(Placement::Cloud) {
            return Nothing;
        }
        match self.side(ask) {
            None => Depends,
            Some(side) => yes_or_no(side == FailingSide::Cloud && !self.is_retired(ask)),
        }
    }

    /// S28 on-premises: any account may use it, if it has both IDs.
    fn s28(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        match payer {
            Payer::HeldIds if self.side(ask) != Some(FailingSide::Cloud) => No,
            _ => Nothing,
        }
    }

    fn is_retired(&self, ask: &IncidentQuestion) -> bool {
        match self.product(ask) {
            Some(product) => product.retired.is_some_and(|last| last < self.as_of),
            None => false,
        }
    }

    /// S27 a covered incident consumes one; at 0 it is refused.
    fn s27(&self, payer: &Payer) -> Says {
        match payer {
            Payer::Contract(contract) => yes_or_no(!self.nothing_left(contract)),
            _ => Nothing,
        }
    }

    /// S30 a CSP partner raising an Azure request may use the resellers' plan with no contract.
    fn s30(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        let Payer::ResellerPlan(plan) = payer else {
            return Nothing;
        };
        let known = &self.data.policy.reseller_plan;
        if *plan != known.id || !self.is_reseller() {
            return No;
        }
        if let Some(product) = self.product(ask)
            && !known.workloads.contains(&product.workload)
        {
            return No;
        }
        if ask.product.is_none() {
            return Depends;
        }
        Yes
    }

    /// E10 the resellers' plan does not cover the partner's own tenant.
    fn e10(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        let on = match &self.data.policy.extensions.reseller_plan_customers_only {
            Some(switch) => switch.on,
            None => false,
        };
        if !on || !matches!(payer, Payer::ResellerPlan(_)) {
            return Nothing;
        }
        match ask.beneficiary {
            None => Depends,
            Some(beneficiary) => yes_or_no(beneficiary == Beneficiary::Customer),
        }
    }

    /// S31 the Admin agent's way for a customer's cloud request.
    fn s31(&self, ask: &IncidentQuestion) -> Says {
        if !self.has_role(&self.data.policy.customer_roles) {
            return Nothing;
        }
        if self.side(ask) != Some(FailingSide::Cloud) {
            return Nothing;
        }
        match ask.beneficiary {
            Some(Beneficiary::Customer) => Yes,
            Some(Beneficiary::OwnCompany) | None => Nothing,
        }
    }

    /// S32 without Admin agent that way is closed.
    fn s32(&self, ask: &IncidentQuestion) -> Says {
        if self.has_role(&self.data.policy.customer_roles) {
            return Nothing;
        }
        if ask.beneficiary == Some(Beneficiary::OwnCompany)
            || self.side(ask) == Some(FailingSide::OnPremises)
        {
            return Nothing;
        }
        if ask.beneficiary.is_none() || self.side(ask).is_none() {
            return Depends;
        }
        No
    }

    /// S34 paid plans exist beside the benefits; one that the partner has bought pays.
    fn s34(&self, payer: &Payer) -> Says {
        let Payer::PaidPlan(id) = payer else {
            return Nothing;
        };
        let bought = match &self.facts.partner {
            Some(partner) => partner.plans.contains(&id.to_string()),
            None => false,
        };
        yes_or_no(bought && self.paid_plan(id).is_some())
    }

    /// A plan of the programme that is bought, not included.
    fn paid_plan(&self, id: &str) -> Option<&Plan> {
        let plan = self.data.plans.iter().find(|plan| plan.id == id)?;
        if plan.benefit.is_some() {
            return None;
        }
        Some(plan)
    }

    fn is_top(&self, plan: &Plan) -> bool {
        for other in &self.data.plans {
            if other.benefit.is_none() && other.level > plan.level {
                return false;
            }
        }
        true
    }

    /// S36 Premier is the top level.
    fn s36(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        match payer {
            Payer::PaidPlan(id) => match self.paid_plan(id) {
                Some(plan) if self.is_top(plan) => self.plan_covers(ask, plan),
                _ => Nothing,
            },
            _ => Nothing,
        }
    }

    /// S37 Advanced covers cloud products only.
    fn s37(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        match payer {
            Payer::PaidPlan(id) => match self.paid_plan(id) {
                Some(plan) if !self.is_top(plan) => self.plan_covers(ask, plan),
                _ => Nothing,
            },
            _ => Nothing,
        }
    }

    fn plan_covers(&self, ask: &IncidentQuestion, plan: &Plan) -> Says {
        match (plan.scope, self.side(ask)) {
            (Placement::Hybrid, _) => Yes,
            (_, None) => Depends,
            (Placement::Cloud, Some(side)) => yes_or_no(side == FailingSide::Cloud),
            (Placement::OnPremises, Some(side)) => yes_or_no(side == FailingSide::OnPremises),
        }
    }

    /// E12 some products of a reseller's customer need a paid plan of a least level.
    fn e12(&self, ask: &IncidentQuestion, payer: &Payer) -> Says {
        let Some(rule) = &self.data.policy.extensions.customer_plan else {
            return Nothing;
        };
        if !rule.on || !self.is_reseller() {
            return Nothing;
        }
        let enough = match payer {
            Payer::PaidPlan(id) => match (self.paid_plan(id), self.paid_plan(&rule.plan)) {
                (Some(plan), Some(least)) => plan.level >= least.level,
                _ => false,
            },
            _ => false,
        };
        self.for_customers_of(ask, &rule.workloads, yes_or_no(enough))
    }

    /// What a rule says that is about a customer's incident in some workloads.
    fn for_customers_of(&self, ask: &IncidentQuestion, workloads: &[String], says: Says) -> Says {
        if ask.beneficiary == Some(Beneficiary::OwnCompany) {
            return Nothing;
        }
        if let Some(product) = self.product(ask)
            && !workloads.contains(&product.workload)
        {
            return Nothing;
        }
        if says == No && (ask.beneficiary.is_none() || ask.product.is_none()) {
            return Depends;
        }
        says
    }

    /// E13 an indirect reseller cannot open a customer's Azure request.
    fn e13(&self, ask: &IncidentQuestion) -> Says {
        let on = match &self.data.policy.extensions.indirect_resellers_ask {
            Some(switch) => switch.on,
            None => false,
        };
        let kind = match &self.facts.partner {
            Some(partner) => partner.reseller,
            None => None,
        };
        let Some(kind) = kind else {
            return Nothing;
        };
        if !on || !self.is_reseller() {
            return Nothing;
        }
        let says = yes_or_no(kind != ResellerKind::IndirectReseller);
        self.for_customers_of(ask, &self.data.policy.reseller_plan.workloads, says)
    }

    /// E14 one issue per incident.
    fn e14(&self, ask: &IncidentQuestion) -> Says {
        match (&self.data.policy.extensions.one_issue, ask.issues) {
            (Some(switch), Some(issues)) if switch.on => yes_or_no(issues <= 1),
            _ => Nothing,
        }
    }

    /// E15 a marketplace product goes to its publisher.
    fn e15(&self, ask: &IncidentQuestion) -> Says {
        match (
            &self.data.policy.extensions.marketplace_to_publisher,
            self.product(ask),
        ) {
            (Some(switch), Some(product)) if switch.on && product.marketplace => No,
            // Until the product is told, it may be one of another publisher.
            (Some(switch), None)
                if switch.on && self.data.products.iter().any(|product| product.marketplace) =>
            {
                Depends
            }
            _ => Nothing,
        }
    }

    /// E18 severity follows business impact.
    fn e18(&self, ask: &IncidentQuestion) -> Says {
        let Some(rule) = &self.data.policy.extensions.severity_by_impact else {
            return Nothing;
        };
        let (Some(severity), Some(impact)) = (ask.severity, ask.impact) else {
            return Nothing;
        };
        if !rule.on {
            return Nothing;
        }
        let justified = match impact {
            Impact::Critical => rule.critical,
            Impact::Moderate => rule.moderate,
            Impact::Minimal => rule.minimal,
        };
        let urgency = |severity| match severity {
            Severity::A => 3,
            Severity::B => 2,
            Severity::C => 1,
        };
        yes_or_no(urgency(severity) <= urgency(justified))
    }
}

//! The rules of the programme, one per file: those of the seed document (S) and the extensions from later or
//! neighbouring documents (E), each of which the programme's policy switches. A file says in its first lines what the
//! rule demands and where the seed says so ("L37" is line 37 of the seed document), and ends with one example that
//! passes and one that is refused.
//!
//! A rule sees a [`Case`] and returns a [`Finding`]. It never looks at another rule's result: the order of evaluation
//! does not matter. An extension that reads, widens or completes a rule of the seed marks that rule's result with its
//! own number, and its own result only says that it spoke; one that refuses on its own grounds refuses under its own
//! number.

// Written out and not by the macro, so that tools which read source find the rules: mutation tests above all.
mod e01_recent_reading;
mod e02_any_member_views;
mod e03_activators_named;
mod e04_linked_twice;
mod e05_unusable_listed;
mod e06_products_without_ids;
mod e07_contract_term;
mod e08_reminders;
mod e09_refunds;
mod e10_customers_only;
mod e11_reference_targets;
mod e12_least_plan;
mod e13_indirect_resellers;
mod e14_one_issue;
mod e15_marketplace;
mod e16_region_contacts;
mod e17_advisory_hours;
mod e18_severity_by_impact;
mod s01_member_sign_in;
mod s02_reseller_only;
mod s03_both_associations;
mod s04_no_benefits_yet;
mod s05_wrong_account;
mod s06_listed_benefits;
mod s07_page_audience;
mod s08_activate_before_use;
mod s09_who_may_activate;
mod s10_request_is_pending;
mod s11_ids_after_activation;
mod s12_usable_when_ids_show;
mod s13_tiers_of_a_benefit;
mod s14_both_ids_once;
mod s15_tied_to_the_account;
mod s16_tie_ends_on_expiry;
mod s17_tie_ends_when_spent;
mod s18_specific_problem;
mod s19_product_support_allotment;
mod s20_tier_without_cloud_support;
mod s21_silver_cloud_allotment;
mod s22_gold_cloud_allotment;
mod s23_cloud_competencies;
mod s24_on_premises_only;
mod s25_recent_versions;
mod s26_cloud_only;
mod s27_one_is_consumed;
mod s28_any_account_with_both_ids;
mod s29_on_premises_portal;
mod s30_reseller_plan;
mod s31_admin_agents_way;
mod s32_closed_without_admin_agent;
mod s33_workload_portal;
mod s34_paid_plans;
mod s35_plans_compared;
mod s36_top_plan;
mod s37_plan_of_one_side;
mod s38_legacy_portal;

use crate::case::{Case, Finding, Seen, Trace};
use crate::programme::Programme;
use crate::question::QuestionKind;
use crate::verdict::{Input, Status, Value};
use light_json::FromJson;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a rule's file says about the rule itself.
struct Rule {
    /// Lines of the seed document that state it; none for an extension.
    seed: &'static [u16],
    /// The kinds of question that it speaks to.
    asks: Asks,
    /// What the programme sets for it. An extension that is not in force has no parameters.
    parameters: fn(&Programme) -> Vec<Input>,
    /// Whether the programme has it in force; a rule of the seed always is.
    in_force: fn(&Programme) -> bool,
}

impl Rule {
    /// A rule of the seed without parameters.
    const fn of_the_seed(seed: &'static [u16], asks: Asks) -> Rule {
        Rule {
            seed,
            asks,
            parameters: |_| Vec::new(),
            in_force: |_| true,
        }
    }

    /// An extension without parameters.
    const fn extension(asks: Asks, in_force: fn(&Programme) -> bool) -> Rule {
        Rule {
            seed: &[],
            asks,
            parameters: |_| Vec::new(),
            in_force,
        }
    }

    const fn with(self, parameters: fn(&Programme) -> Vec<Input>) -> Rule {
        Rule { parameters, ..self }
    }
}

/// A set of kinds of question.
#[derive(Clone, Copy)]
struct Asks(u8);

impl Asks {
    const INCIDENT: Asks = Asks::of(&[QuestionKind::CreateIncident]);
    /// The benefits page, and what is done on it.
    const PAGE: Asks = Asks::of(&[
        QuestionKind::OpenBenefits,
        QuestionKind::Activate,
        QuestionKind::ViewIds,
    ]);

    const fn of(kinds: &[QuestionKind]) -> Asks {
        let mut bits = 0;
        let mut rest = kinds;
        while let [kind, others @ ..] = rest {
            bits |= 1 << *kind as u8;
            rest = others;
        }
        Asks(bits)
    }

    const fn has(self, kind: QuestionKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

macro_rules! rules {
    ($($id:ident = $file:ident),+ $(,)?) => {
        /// The number of a rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[allow(missing_docs, reason = "the numbers are the names; each rule's file says what it demands")]
        pub enum RuleId { $($id),+ }

        impl RuleId {
            /// Every rule: those of the seed, then the extensions, each in the order of the numbers.
            pub const ALL: &[RuleId] = &[$(RuleId::$id),+];

            /// The rule's number as it is written, such as `S9`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(RuleId::$id => stringify!($id)),+ }
            }

            fn rule(self) -> &'static Rule {
                match self { $(RuleId::$id => &$file::RULE),+ }
            }

            /// Asks this rule alone.
            #[cfg(test)]
            pub(crate) fn ask<'a, T: Trace<'a>>(self, case: &Case<'a>, trace: &mut T) {
                let kind = case.question.kind();
                match self { $(RuleId::$id => {
                    let (status, needs) = match $file::RULE.asks.has(kind) {
                        true => $file::check(case, trace).said(),
                        false => (Status::NotApplicable, None),
                    };
                    let _ = trace.close(RuleId::$id, status, needs);
                }),+ }
            }
        }

        /// Asks every rule that speaks to this kind of question, in the order of their numbers. Straight-line code: each
        /// rule can be inlined, and where the kind is a constant those that do not speak to it cost nothing.
        #[inline(always)]
        pub(crate) fn ask_all<'a, T: Trace<'a>>(
            kind: QuestionKind,
            case: &Case<'a>,
            trace: &mut T,
        ) {
            $(
                let (status, needs) = match $file::RULE.asks.has(kind) {
                    true => $file::check(case, trace).said(),
                    false => (Status::NotApplicable, None),
                };
                if trace.close(RuleId::$id, status, needs).is_break() {
                    return;
                }
            )+
        }
    };
}

rules! {
    S1 = s01_member_sign_in,
    S2 = s02_reseller_only,
    S3 = s03_both_associations,
    S4 = s04_no_benefits_yet,
    S5 = s05_wrong_account,
    S6 = s06_listed_benefits,
    S7 = s07_page_audience,
    S8 = s08_activate_before_use,
    S9 = s09_who_may_activate,
    S10 = s10_request_is_pending,
    S11 = s11_ids_after_activation,
    S12 = s12_usable_when_ids_show,
    S13 = s13_tiers_of_a_benefit,
    S14 = s14_both_ids_once,
    S15 = s15_tied_to_the_account,
    S16 = s16_tie_ends_on_expiry,
    S17 = s17_tie_ends_when_spent,
    S18 = s18_specific_problem,
    S19 = s19_product_support_allotment,
    S20 = s20_tier_without_cloud_support,
    S21 = s21_silver_cloud_allotment,
    S22 = s22_gold_cloud_allotment,
    S23 = s23_cloud_competencies,
    S24 = s24_on_premises_only,
    S25 = s25_recent_versions,
    S26 = s26_cloud_only,
    S27 = s27_one_is_consumed,
    S28 = s28_any_account_with_both_ids,
    S29 = s29_on_premises_portal,
    S30 = s30_reseller_plan,
    S31 = s31_admin_agents_way,
    S32 = s32_closed_without_admin_agent,
    S33 = s33_workload_portal,
    S34 = s34_paid_plans,
    S35 = s35_plans_compared,
    S36 = s36_top_plan,
    S37 = s37_plan_of_one_side,
    S38 = s38_legacy_portal,
    E1 = e01_recent_reading,
    E2 = e02_any_member_views,
    E3 = e03_activators_named,
    E4 = e04_linked_twice,
    E5 = e05_unusable_listed,
    E6 = e06_products_without_ids,
    E7 = e07_contract_term,
    E8 = e08_reminders,
    E9 = e09_refunds,
    E10 = e10_customers_only,
    E11 = e11_reference_targets,
    E12 = e12_least_plan,
    E13 = e13_indirect_resellers,
    E14 = e14_one_issue,
    E15 = e15_marketplace,
    E16 = e16_region_contacts,
    E17 = e17_advisory_hours,
    E18 = e18_severity_by_impact,
}

impl RuleId {
    /// Lines of the seed document that state the rule; none for an extension.
    #[must_use]
    pub fn seed_lines(self) -> &'static [u16] {
        self.rule().seed
    }

    /// Whether it comes from a later or neighbouring document instead of the seed, and can be switched.
    #[must_use]
    pub fn is_extension(self) -> bool {
        self >= RuleId::E1
    }

    /// Whether the programme has it in force; a rule of the seed always is.
    #[must_use]
    pub fn is_in_force(self, programme: &Programme) -> bool {
        (self.rule().in_force)(programme)
    }

    /// The kinds of question that it speaks to.
    pub fn speaks_to(self) -> impl Iterator<Item = QuestionKind> {
        let asks = self.rule().asks;
        QuestionKind::ALL
            .into_iter()
            .filter(move |kind| asks.has(*kind))
    }

    /// What the programme sets for it; nothing while it is not in force.
    #[must_use]
    pub fn parameters(self, programme: &Programme) -> Vec<Input> {
        if self.is_in_force(programme) {
            (self.rule().parameters)(programme)
        } else {
            Vec::new()
        }
    }
}

/// What every rule's file needs.
mod prelude {
    pub(super) use super::{Asks, Rule, RuleId, parameter};
    pub(super) use crate::activation::Activation;
    pub(super) use crate::allotment::Allotment;
    pub(super) use crate::case::{Case, Finding, Payer, Seen, Trace};
    pub(super) use crate::programme::Placement;
    pub(super) use crate::question::{Beneficiary, IncidentKind, Question, QuestionKind};
    pub(super) use crate::verdict::{Need, NextStep, Value};
}

/// A parameter of a rule.
fn parameter(name: &'static str, value: Value) -> Input {
    Input {
        name: Cow::Borrowed(name),
        value,
    }
}

/// An extension in the programme's policy.
trait Switched {
    fn is_on(&self) -> bool;
}

macro_rules! switched {
    ($($extension:ident),+ $(,)?) => {
        $(impl Switched for crate::programme::$extension {
            fn is_on(&self) -> bool {
                self.on
            }
        })+
    };
}

switched!(
    Switch,
    RecentVersions,
    ContractTerm,
    RenewalReminders,
    Refunds,
    SeverityTargets,
    CustomerPlan,
    LegacyContacts,
    AdvisoryHours,
    SeverityByImpact,
);

/// The extension, when the programme names it and has it in force.
fn on<E: Switched>(extension: &Option<E>) -> Option<&E> {
    extension.as_ref().filter(|extension| extension.is_on())
}

/// A finding that carries the amount of a row which states this rule; not applicable for other rows.
fn states_amount<'a, 't, T: Trace<'a>>(
    case: &Case<'a>,
    trace: &'t mut T,
    rule: RuleId,
) -> Finding<'t, T> {
    match case.subject.entitlement.and_then(|held| held.row) {
        Some(row) if row.rule == rule => trace
            .pass_if(row.amount > crate::allotment::Allotment::None)
            .with("offer", || Seen::Id(&row.offer))
            .with("allotment", || Seen::Amount(row.amount)),
        _ => trace.not_applicable(),
    }
}

/// The rows of the programme's allotments that state this rule, as `benefit.offer` with its amount.
fn stated_amounts(programme: &Programme, rule: RuleId) -> Vec<Input> {
    let mut found = Vec::new();
    for benefit in &programme.data().benefits {
        for row in benefit.allotments.iter().filter(|row| row.rule == rule) {
            let when = match row.when {
                crate::programme::AllotmentCondition::Always => "",
                crate::programme::AllotmentCondition::CloudCompetency => ".cloud-competency",
                crate::programme::AllotmentCondition::OtherCompetency => ".other-competency",
            };
            found.push(Input {
                name: Cow::Owned(format!("{}.{}{when}", benefit.id, row.offer)),
                value: Value::Amount(row.amount),
            });
        }
    }
    found
}

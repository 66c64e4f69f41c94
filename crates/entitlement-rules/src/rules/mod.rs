//! The rules of the programme, one per file. Each says in its first lines what it demands and where the seed says so
//! ("L37" is line 37 of the seed document), and ends with one example that passes and one that is refused.
//!
//! A rule sees a [`Case`] and returns a [`Finding`]. It never looks at another rule's result: the order of evaluation
//! does not matter.

use crate::case::{Case, Finding};
use serde::{Deserialize, Serialize};

macro_rules! rules {
    ($($id:ident = $file:ident),+ $(,)?) => {
        $(mod $file;)+

        /// The number of a rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "the numbers are the names; each rule's file says what it demands")]
        pub enum RuleId { $($id),+ }

        impl RuleId {
            /// Every rule, in the order of the numbers.
            pub const ALL: &[RuleId] = &[$(RuleId::$id),+];

            /// Lines of the seed document that state the rule.
            #[must_use]
            pub fn seed_lines(self) -> &'static [u16] {
                match self { $(RuleId::$id => $file::SEED),+ }
            }

            /// The rule's number as it is written, such as `S9`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(RuleId::$id => stringify!($id)),+ }
            }

            pub(crate) fn check(self, case: &Case<'_>) -> Finding {
                match self { $(RuleId::$id => $file::check(case)),+ }
            }
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
}

/// What every rule's file needs.
mod prelude {
    pub(super) use crate::activation::Activation;
    pub(super) use crate::allotment::Allotment;
    pub(super) use crate::case::{Case, Finding};
    pub(super) use crate::programme::Placement;
    pub(super) use crate::question::{Beneficiary, IncidentKind, Question};
    pub(super) use crate::verdict::{ExtensionId, Need, NextStep, Value};
}

/// A finding that carries the amount of a row which states this rule; not applicable for other rows.
fn states_amount(case: &Case<'_>, rule: RuleId) -> Finding {
    use crate::verdict::Value;
    let Some(entitlement) = case.subject.entitlement else {
        return Finding::not_applicable();
    };
    match entitlement.row {
        Some(row) if row.rule == rule => {
            Finding::pass_if(row.amount > crate::allotment::Allotment::None)
                .with("offer", Value::Id(row.offer.clone()))
                .with("allotment", Value::Amount(row.amount))
        }
        _ => Finding::not_applicable(),
    }
}

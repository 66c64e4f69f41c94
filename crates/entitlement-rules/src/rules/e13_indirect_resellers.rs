//! E13: an indirect reseller cannot open a customer's request for a workload of the resellers' plan, whatever would pay:
//! its provider does.

use super::prelude::*;
use crate::account::ResellerKind;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.indirect_resellers_ask).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let extension = super::on(&case.programme.policy().extensions.indirect_resellers_ask);
    let kind = case
        .facts
        .partner
        .as_ref()
        .and_then(|partner| partner.reseller);
    let (Some(incident), Some(_), Some(kind)) = (case.incident, extension, kind) else {
        return trace.not_applicable();
    };
    let workloads = &case.programme.policy().reseller_plan.workloads;
    let allowed = kind != ResellerKind::IndirectReseller;
    match (incident.asked.beneficiary, incident.product) {
        _ if !case.standing.reseller => return trace.not_applicable(),
        (Some(Beneficiary::OwnCompany), _) => return trace.not_applicable(),
        (_, Some(product)) if !workloads.contains(&product.workload) => {
            return trace.not_applicable();
        }
        (Some(Beneficiary::Customer), Some(_)) => {}
        _ if allowed => return trace.not_applicable(),
        (_, None) => return trace.needs(Need::Product),
        (None, Some(_)) => return trace.needs(Need::Beneficiary),
    }
    trace
        .pass_if(allowed)
        .with("reseller", || {
            let code = match kind {
                ResellerKind::DirectBill => "direct-bill",
                ResellerKind::IndirectProvider => "indirect-provider",
                ResellerKind::IndirectReseller => "indirect-reseller",
            };
            Seen::Id(code)
        })
        .else_try(|| NextStep::AskIndirectProvider)
}

#[cfg(test)]
mod tests {
    use crate::testing::{customers, member, reasons};
    use crate::{NextStep, ResellerKind, Verdict};

    fn asked_by(kind: ResellerKind) -> Verdict {
        let mut world = member().associations(&["csp"]);
        world.partner().reseller = Some(kind);
        world.creates(customers("azure-virtual-machines"))
    }

    #[test]
    fn a_direct_bill_reseller_opens_its_customers_request() {
        assert!(asked_by(ResellerKind::DirectBill).is_allowed());
    }

    #[test]
    fn an_indirect_reseller_asks_its_provider() {
        let verdict = asked_by(ResellerKind::IndirectReseller);
        assert_eq!(reasons(&verdict), ["E13"]);
        assert!(verdict.next_steps.contains(&NextStep::AskIndirectProvider));
    }
}

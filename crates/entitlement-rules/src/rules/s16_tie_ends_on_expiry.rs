//! S16: the tie, and with it the use of the benefit, ends when the benefit expires (L73, L83). With E7 in force a
//! contract stays usable during its grace days, with a warning.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[73, 83];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(_), Some(contract)) = (case.incident(), case.subject.contract) else {
        return Finding::not_applicable();
    };
    let last_usable = case.programme.last_usable_day(contract.end);
    let in_time = contract.start <= case.as_of && case.as_of <= last_usable;
    let finding = Finding::pass_if(in_time)
        .with("start", Value::Date(contract.start))
        .with("end", Value::Date(contract.end));
    if in_time && contract.end < case.as_of {
        finding.with("last-usable-day", Value::Date(last_usable)).by(ExtensionId::E7).warn()
    } else {
        finding.else_try(NextStep::RenewMembership)
    }
}

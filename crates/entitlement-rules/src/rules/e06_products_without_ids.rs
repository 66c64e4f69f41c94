//! E6: some products, Microsoft 365 among them, ask for no IDs. S14 leaves them out by it, for the partner's own
//! contracts.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.products_without_ids).is_some()
})
.with(|programme| {
    let products = programme
        .data()
        .products
        .iter()
        .filter(|product| !product.ids_needed);
    vec![parameter(
        "products",
        Value::Ids(products.map(|it| it.id.clone()).collect()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if !exempts(case) {
        return trace.not_applicable();
    }
    trace
        .pass()
        .with("product", || super::s24_on_premises_only::product_id(case))
}

/// Once the product is known, this contract may need no IDs for it.
pub(super) fn may_exempt(case: &Case<'_>) -> bool {
    case.product().is_none()
        && case.subject.contract.is_some_and(|contract| contract.own)
        && super::on(&case.programme.policy().extensions.products_without_ids).is_some()
}

/// The incident needs no IDs to be paid by this contract.
pub(super) fn exempts(case: &Case<'_>) -> bool {
    case.subject.contract.is_some_and(|contract| contract.own)
        && case.product().is_some_and(|product| !product.ids_needed)
        && super::on(&case.programme.policy().extensions.products_without_ids).is_some()
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, incident, member, mpn, reasons, status};
    use crate::{Allotment, RuleId, Status, Value};

    fn not_linked() -> crate::testing::World {
        let world = member()
            .offer("gold", Some("security"))
            .active(SIGNATURE, Allotment::Unlimited);
        world.contract(|contract| contract.linked_on = None)
    }

    #[test]
    fn a_product_that_asks_for_no_ids_needs_no_link() {
        let verdict = not_linked().creates(incident("microsoft-teams", None));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(status(&verdict, RuleId::E6), Status::Pass);
    }

    #[test]
    fn without_it_every_product_needs_both_ids() {
        let world = not_linked().policy(|policy| policy.extensions.products_without_ids = None);
        assert_eq!(
            reasons(&world.creates(incident("microsoft-teams", None))),
            ["S14"]
        );
    }

    #[test]
    fn the_rule_book_names_the_products_that_ask_for_none() {
        let parameters = RuleId::E6.parameters(&mpn());
        let Value::Ids(products) = &parameters[0].value else {
            panic!("a list of products")
        };
        let named = |product: &str| products.iter().any(|it| it == product);
        assert!(named("microsoft-teams") && !named("sql-server"));
    }
}

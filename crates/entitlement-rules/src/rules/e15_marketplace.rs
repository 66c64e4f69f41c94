//! E15: a product that another publisher sells through the marketplace is supported by that publisher, whatever would
//! pay.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.marketplace_to_publisher).is_some()
})
.with(|programme| {
    let products = programme
        .data()
        .products
        .iter()
        .filter(|product| product.marketplace);
    vec![parameter(
        "products",
        Value::Ids(products.map(|it| it.id.clone()).collect()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let extension = super::on(&case.programme.policy().extensions.marketplace_to_publisher);
    match case.product() {
        None if extension.is_some() && case.programme.has_marketplace() => {
            trace.needs(Need::Product)
        }
        Some(product) if product.marketplace && extension.is_some() => trace
            .fail()
            .with("product", || Seen::Id(&product.id))
            .else_try(|| NextStep::AskPublisher {
                product: product.id.clone(),
            }),
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, World, incident, member, reasons, status};
    use crate::{Allotment, IncidentQuestion, NextStep, RuleId, Status};

    fn gold() -> World {
        let world = member()
            .offer("gold", Some("security"))
            .active(SIGNATURE, Allotment::Unlimited);
        world.programme(|data| {
            let mut sold = data
                .products
                .iter()
                .find(|it| it.id == "azure-virtual-machines")
                .unwrap()
                .clone();
            sold.id = "other-publishers-machine".into();
            sold.marketplace = true;
            data.products.push(sold);
        })
    }

    #[test]
    fn the_vendors_own_product_is_supported_here() {
        assert!(
            gold()
                .creates(incident("azure-virtual-machines", None))
                .is_allowed()
        );
    }

    #[test]
    fn which_product_it_is_about_matters_where_there_are_other_publishers_products() {
        let unnamed = || IncidentQuestion {
            product: None,
            ..incident("", None)
        };
        let asked = |world: World| status(&world.creates(unnamed()), RuleId::E15);
        assert_eq!(asked(gold()), Status::NeedsFact);
        let none = gold().programme(|data| data.products.retain(|it| !it.marketplace));
        assert_eq!(asked(none), Status::NotApplicable);
    }

    #[test]
    fn another_publishers_product_is_refused_with_whom_to_ask() {
        let verdict = gold().creates(incident("other-publishers-machine", None));
        assert_eq!(reasons(&verdict), ["E15"]);
        let product = "other-publishers-machine".to_owned();
        assert!(
            verdict
                .next_steps
                .contains(&NextStep::AskPublisher { product })
        );
    }
}

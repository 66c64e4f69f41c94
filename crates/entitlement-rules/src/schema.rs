//! JSON schemas of the types that write themselves to JSON by hand.

use crate::{Allotment, BenefitKey, Date, MainstreamEnd};
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn one_of(words: &[&str], other: impl Into<RefOr<Schema>>) -> OneOfBuilder {
    OneOfBuilder::new()
        .item(text().enum_values(Some(words.iter().copied())))
        .item(other)
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        text()
            .description(Some(
                "A day of the calendar, from 0001-01-01 to 9999-12-31.",
            ))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .examples(["2021-03-04"])
            .into()
    }
}

impl ToSchema for Date {}

impl PartialSchema for BenefitKey {
    fn schema() -> RefOr<Schema> {
        text()
            .description(Some(
                "One benefit of one package of offers: the ids of both, with a dot between them.",
            ))
            .pattern(Some(r"^[^.]+\.[^.]+$"))
            .examples(["product-support.competency"])
            .into()
    }
}

impl ToSchema for BenefitKey {}

impl PartialSchema for Allotment {
    fn schema() -> RefOr<Schema> {
        let count = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(u32::MAX));
        one_of(&["none", "unlimited"], count)
            .description(Some("How many incidents are granted, or are left."))
            .into()
    }
}

impl ToSchema for Allotment {}

impl PartialSchema for MainstreamEnd {
    fn schema() -> RefOr<Schema> {
        one_of(&["modern"], Ref::from_schema_name(Date::name()))
            .description(Some(
                "The last day of mainstream support; `modern` for a product that is supported as long as it is kept \
                 current.",
            ))
            .into()
    }
}

impl ToSchema for MainstreamEnd {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Date::name().into_owned(), Date::schema()));
    }
}

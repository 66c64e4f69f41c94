//! What a programme sets for a rule, as plain data: the parameter's name and its value by the names that people know.

use super::names::Names;
use super::reading::{Code, FactValue, InputName};
use crate::words::{self, Words};
use entitlement_rules::{Input, RuleId, Value};

/// A parameter of a rule, ready to be worded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(super) name: ParameterName,
    /// What the programme sets.
    pub(crate) value: FactValue,
}

/// What a parameter is called.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ParameterName {
    /// As a fact that rules look at.
    Fact(InputName),
    /// In its own words.
    Setting(Setting),
    /// As something that the programme has a name for.
    Named(String),
    /// What an offer grants of a benefit, and with which competency.
    Grant {
        benefit: String,
        offer: String,
        with: Option<Competency>,
    },
}

super::reading::codes! {
    /// The competency that an amount is granted with.
    Competency {
        Cloud = "cloud-competency" => with_cloud_competency,
        Other = "other-competency" => with_other_competency,
    }
}

super::reading::codes! {
    /// A parameter that is no fact of a question.
    Setting {
        NotEnough = "not-enough" => par_not_enough,
        Roles = "roles" => par_roles,
        UsuallyTakes = "usually-takes" => par_usually_takes,
        PaidPlans = "paid-plans" => par_paid_plans,
        Attributes = "attributes" => par_attributes,
        BenefitsPortal = "benefits-portal" => par_benefits_portal,
        Products = "products" => par_products,
        Workloads = "workloads" => par_workloads,
        Years = "years" => par_years,
        GraceDays = "grace-days" => par_grace_days,
        DaysBefore = "days-before" => par_days_before,
        DaysAfter = "days-after" => par_days_after,
        Reasons = "reasons" => par_reasons,
        HoursA = "a" => par_hours_a,
        HoursB = "b" => par_hours_b,
        HoursC = "c" => par_hours_c,
        Critical = "critical" => par_critical,
        Moderate = "moderate" => par_moderate,
        Minimal = "minimal" => par_minimal,
    }
}

/// Reads a parameter of a rule.
pub(crate) fn read(rule: RuleId, input: &Input, names: Names<'_>) -> Parameter {
    let key = input.name.as_ref();
    let each = |name: &dyn Fn(&str) -> String| named(&input.value, name);
    // Rules whose parameters are called as things of the programme.
    let of_the_programme = match rule {
        RuleId::S13 => Some((names.benefit(key), each(&|id| names.offer(id)))),
        RuleId::S33 => Some((names.workload(key), each(&|id| names.portal(id)))),
        RuleId::S36 | RuleId::S37 => Some((names.plan(key), plain(&input.value))),
        RuleId::E16 => Some((key.to_owned(), plain(&input.value))),
        RuleId::E17 => Some((names.offer(key), plain(&input.value))),
        _ => None,
    };
    if let Some((name, value)) = of_the_programme {
        return Parameter {
            name: ParameterName::Named(name),
            value,
        };
    }
    if let Some((benefit, rest)) = key.split_once('.') {
        let (offer, with) = match rest.split_once('.') {
            Some((offer, with)) => (offer, Competency::of_code(with)),
            None => (rest, None),
        };
        return Parameter {
            name: ParameterName::Grant {
                benefit: names.benefit(benefit),
                offer: names.offer(offer),
                with,
            },
            value: plain(&input.value),
        };
    }
    let (setting, fact) = (Setting::of_code(key), InputName::of_code(key));
    let value = match (key, fact) {
        ("benefits", _) => each(&|id| names.benefit(id)),
        ("legacy-portal" | "benefits-portal", _) => each(&|id| names.portal(id)),
        ("not-enough" | "roles", _) => each(&|id| names.role_or_association(id)),
        ("paid-plans", _) => each(&|id| names.plan(id)),
        ("attributes", _) => each(&|id| names.plan_attribute(id)),
        ("products", _) => each(&|id| names.product(id)),
        ("workloads", _) => each(&|id| names.workload(id)),
        (_, Some(fact)) => super::reading::value(fact, input, names, None),
        (_, None) => plain(&input.value),
    };
    let name = match (setting, fact) {
        (Some(setting), _) => ParameterName::Setting(setting),
        (None, Some(fact)) => ParameterName::Fact(fact),
        // Shown as it is, so that nothing is hidden.
        (None, None) => ParameterName::Named(key.to_owned()),
    };
    Parameter { name, value }
}

/// Ids as names.
fn named(value: &Value, name: &dyn Fn(&str) -> String) -> FactValue {
    match value {
        Value::Id(id) => FactValue::Names(vec![name(id)]),
        Value::Ids(ids) => FactValue::Names(ids.iter().map(|id| name(id)).collect()),
        other => plain(other),
    }
}

/// A value that names nothing of the programme's: codes of the law, numbers, texts.
fn plain(value: &Value) -> FactValue {
    match value {
        Value::Flag(flag) => FactValue::YesNo(*flag),
        Value::Count(count) => FactValue::Count(*count),
        Value::Amount(amount) => FactValue::Amount(*amount),
        Value::Date(day) => FactValue::Day(*day),
        Value::Missing => FactValue::Missing,
        Value::Name(own) => FactValue::Names(vec![own.clone()]),
        Value::Names(own) => FactValue::Names(own.clone()),
        Value::Id(id) => codes(std::slice::from_ref(id)),
        Value::Ids(ids) => codes(ids),
    }
}

fn codes(ids: &[String]) -> FactValue {
    let known: Option<Vec<Code>> = ids.iter().map(|id| Code::of_code(id)).collect();
    match known {
        Some(codes) => FactValue::Codes(codes),
        None => FactValue::Names(ids.to_vec()),
    }
}

/// What a parameter is called.
pub(crate) fn name(words: Words, parameter: &Parameter) -> String {
    match &parameter.name {
        ParameterName::Fact(fact) => fact.word(words).to_owned(),
        ParameterName::Setting(setting) => setting.word(words).to_owned(),
        ParameterName::Named(name) => name.clone(),
        ParameterName::Grant {
            benefit,
            offer,
            with,
        } => {
            let grant = words::verdict::benefit_of(words, benefit, offer);
            match with {
                Some(with) => words.listed(&[grant, with.word(words).to_owned()]),
                None => grant,
            }
        }
    }
}

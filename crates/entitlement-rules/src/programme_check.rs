//! What can be wrong with a programme file beyond its shape. Everything is looked at and every fault is reported at
//! once, with its JSON path, so that the engineer who edits the file mends it in one go.

use crate::RuleId;
use crate::date::Date;
use crate::programme::{
    AllotmentCondition, CustomerPlan, Fault, MainstreamEnd, PlanValue, ProgrammeData,
    RenewalReminders, SCHEMA, Words,
};

/// Every fault of the data, in the order of the file.
pub(crate) fn faults(data: &ProgrammeData) -> Vec<Fault> {
    let mut check = Check {
        data,
        faults: Vec::new(),
    };
    if data.schema != SCHEMA {
        check.fault("schema".into(), format!("this build reads schema {SCHEMA}"));
    }
    check.unique_ids();
    check.names();
    check.sources();
    check.competencies_and_offers();
    check.benefits();
    check.workloads_and_products();
    check.plans();
    check.policy();
    check.faults
}

struct Check<'a> {
    data: &'a ProgrammeData,
    faults: Vec<Fault>,
}

/// An id must be one that a URL, a key and a CSS-safe attribute can carry as it is.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Check<'_> {
    fn fault(&mut self, path: String, reason: impl Into<String>) {
        self.faults.push(Fault {
            path,
            reason: reason.into(),
        });
    }

    fn unique_ids(&mut self) {
        let data = self.data;
        let lists: [(&str, Vec<&str>); 11] = [
            (
                "sources",
                data.sources.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "associations",
                data.associations.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "roles",
                data.roles.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "areas",
                data.areas.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "competencies",
                data.competencies.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "offers",
                data.offers.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "benefits",
                data.benefits.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "portals",
                data.portals.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "workloads",
                data.workloads.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "products",
                data.products.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "plans",
                data.plans.iter().map(|it| it.id.as_str()).collect(),
            ),
        ];
        for (list, ids) in lists {
            self.ids(list, &ids);
        }
        let attributes: Vec<&str> = data
            .plan_attributes
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        self.ids("plan_attributes", &attributes);
        for (index, product) in data.products.iter().enumerate() {
            let versions: Vec<&str> = product.versions.iter().map(|it| it.id.as_str()).collect();
            self.ids(&format!("products[{index}].versions"), &versions);
        }
    }

    fn ids(&mut self, list: &str, ids: &[&str]) {
        let mut seen: Vec<&str> = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            if !is_id(id) {
                self.fault(
                    format!("{list}[{index}].id"),
                    "an id is 1 to 64 of a-z, 0-9 and \"-\"",
                );
            } else if seen.contains(id) {
                self.fault(
                    format!("{list}[{index}].id"),
                    format!("\"{id}\" is there twice"),
                );
            }
            seen.push(id);
        }
    }

    fn known(&mut self, path: String, kind: &str, id: &str, known: bool) {
        if !known {
            self.fault(path, format!("there is no {kind} \"{id}\""));
        }
    }

    fn source(&mut self, path: String, id: &str) {
        let known = self.data.sources.iter().any(|source| source.id == id);
        self.known(path, "source", id, known);
    }

    fn words(&mut self, path: String, words: &Words) {
        let missing = match words {
            Words::Same(text) => text.is_empty(),
            Words::PerLanguage(texts) => texts.get("en").is_none_or(String::is_empty),
        };
        if missing {
            self.fault(path, "the English text is missing");
        }
    }

    fn https(&mut self, path: String, url: &str) {
        if !url.starts_with("https://") {
            self.fault(path, "an address starts with https://");
        }
    }

    /// Everything that people see the name of.
    fn names(&mut self) {
        let data = self.data;
        macro_rules! names {
            ($($list:ident),*) => {$(
                for (index, named) in data.$list.iter().enumerate() {
                    self.words(format!(concat!(stringify!($list), "[{}].name"), index), &named.name);
                }
            )*};
        }
        names!(
            associations,
            roles,
            areas,
            competencies,
            offers,
            benefits,
            portals,
            workloads,
            plan_attributes,
            plans
        );
        let plan = &data.policy.reseller_plan;
        self.words("policy.reseller_plan.name".into(), &plan.name);
        for (index, step) in data.policy.customer_way.iter().enumerate() {
            self.words(format!("policy.customer_way[{index}].name"), &step.name);
        }
    }

    fn sources(&mut self) {
        for (index, source) in self.data.sources.iter().enumerate() {
            if let Some(url) = &source.url {
                self.https(format!("sources[{index}].url"), url);
            }
        }
    }

    fn competencies_and_offers(&mut self) {
        let data = self.data;
        for (index, competency) in data.competencies.iter().enumerate() {
            let area = data.areas.iter().any(|area| area.id == competency.area);
            self.known(
                format!("competencies[{index}].area"),
                "area",
                &competency.area,
                area,
            );
            self.source(format!("competencies[{index}].source"), &competency.source);
        }
        for (index, offer) in data.offers.iter().enumerate() {
            if !is_id(&offer.package) {
                self.fault(
                    format!("offers[{index}].package"),
                    "an id is 1 to 64 of a-z, 0-9 and \"-\"",
                );
            }
        }
    }

    /// Every benefit says for every offer what it grants, in every case, exactly once.
    fn benefits(&mut self) {
        let data = self.data;
        for (index, benefit) in data.benefits.iter().enumerate() {
            let path = format!("benefits[{index}].allotments");
            for (row_index, row) in benefit.allotments.iter().enumerate() {
                let known = data.offers.iter().any(|offer| offer.id == row.offer);
                self.known(
                    format!("{path}[{row_index}].offer"),
                    "offer",
                    &row.offer,
                    known,
                );
                self.source(format!("{path}[{row_index}].source"), &row.source);
                if !matches!(
                    row.rule,
                    RuleId::S19 | RuleId::S20 | RuleId::S21 | RuleId::S22
                ) {
                    self.fault(
                        format!("{path}[{row_index}].rule"),
                        "S19 to S22 state what an offer grants",
                    );
                }
            }
            for offer in &data.offers {
                let mut rows: Vec<AllotmentCondition> = benefit
                    .allotments
                    .iter()
                    .filter(|row| row.offer == offer.id)
                    .map(|row| row.when)
                    .collect();
                rows.sort_by_key(|when| *when as u8);
                let complete = rows == [AllotmentCondition::Always]
                    || rows
                        == [
                            AllotmentCondition::CloudCompetency,
                            AllotmentCondition::OtherCompetency,
                        ];
                if !complete {
                    self.fault(
                        path.clone(),
                        format!(
                            "offer \"{}\" needs one row \"always\", or one each for \
                             \"cloud-competency\" and \"other-competency\"",
                            offer.id
                        ),
                    );
                }
            }
        }
    }

    fn workloads_and_products(&mut self) {
        let data = self.data;
        for (index, portal) in data.portals.iter().enumerate() {
            self.https(format!("portals[{index}].url"), &portal.url);
            self.source(format!("portals[{index}].source"), &portal.source);
        }
        for (index, workload) in data.workloads.iter().enumerate() {
            let known = data
                .portals
                .iter()
                .any(|portal| portal.id == workload.portal);
            self.known(
                format!("workloads[{index}].portal"),
                "portal",
                &workload.portal,
                known,
            );
        }
        for (index, product) in data.products.iter().enumerate() {
            let path = format!("products[{index}]");
            let known = data
                .workloads
                .iter()
                .any(|workload| workload.id == product.workload);
            self.known(
                format!("{path}.workload"),
                "workload",
                &product.workload,
                known,
            );
            self.source(format!("{path}.source"), &product.source);
            if let (Some(start), Some(retired)) = (product.start, product.retired)
                && retired < start
            {
                self.fault(format!("{path}.retired"), "is before the start");
            }
            let mut previous: Option<Date> = None;
            for (at, version) in product.versions.iter().enumerate() {
                let path = format!("{path}.versions[{at}]");
                if let Some(source) = &version.source {
                    self.source(format!("{path}.source"), source);
                }
                if previous.is_some_and(|previous| version.start <= previous) {
                    self.fault(
                        format!("{path}.start"),
                        "is not after the start of the version before it",
                    );
                }
                previous = Some(version.start);
                let (end, named) = match version.mainstream_end {
                    MainstreamEnd::On(end) => (end, "mainstream end"),
                    MainstreamEnd::Modern => (version.start, "start"),
                };
                if end < version.start {
                    self.fault(format!("{path}.mainstream_end"), "is before the start");
                }
                if version.extended_end.is_some_and(|extended| extended < end) {
                    self.fault(
                        format!("{path}.extended_end"),
                        format!("is before the {named}"),
                    );
                }
            }
        }
    }

    fn plans(&mut self) {
        let data = self.data;
        let mut levels: Vec<u32> = Vec::new();
        for (index, plan) in data.plans.iter().enumerate() {
            let path = format!("plans[{index}]");
            match (plan.level, &plan.benefit) {
                (None, None) => self.fault(
                    format!("{path}.level"),
                    "a paid plan has a level, an included one names its benefit",
                ),
                (Some(_), Some(_)) => self.fault(
                    format!("{path}.level"),
                    "a plan that comes with a benefit has no level",
                ),
                (Some(level), None) if levels.contains(&level) => {
                    self.fault(format!("{path}.level"), "another plan has this level");
                }
                (Some(level), None) => levels.push(level),
                (None, Some(_)) => {}
            }
            self.words(format!("{path}.summary"), &plan.summary);
            if let Some(url) = &plan.url {
                self.https(format!("{path}.url"), url);
            }
            if let Some(benefit) = &plan.benefit {
                let known = data.benefits.iter().any(|it| it.id == *benefit);
                self.known(format!("{path}.benefit"), "benefit", benefit, known);
            }
            for (attribute, figure) in &plan.attributes {
                let path = format!("{path}.attributes.{attribute}");
                let known = data.plan_attributes.iter().any(|it| it.id == *attribute);
                self.known(path.clone(), "plan attribute", attribute, known);
                match &figure.value {
                    PlanValue::Text { words } => {
                        self.words(format!("{path}.value.words"), words);
                    }
                    PlanValue::Money {
                        note: Some(note), ..
                    } => {
                        self.words(format!("{path}.value.note"), note);
                    }
                    _ => {}
                }
                match (&figure.source, &figure.value) {
                    (Some(source), _) => self.source(format!("{path}.source"), source),
                    (None, PlanValue::OnRequest | PlanValue::NotPublished) => {}
                    (None, _) => self.fault(format!("{path}.source"), "a figure has a source"),
                }
            }
        }
    }

    fn policy(&mut self) {
        let data = self.data;
        let policy = &data.policy;
        for (field, id) in [
            ("member_association", &policy.member_association),
            ("reseller_association", &policy.reseller_association),
        ] {
            let known = data.associations.iter().any(|it| it.id == *id);
            self.known(format!("policy.{field}"), "association", id, known);
        }
        if policy.member_association == policy.reseller_association {
            self.fault(
                "policy.reseller_association".into(),
                "is the members' association too",
            );
        }
        for (field, roles) in [
            ("page_audience", &policy.page_audience),
            ("activation_roles", &policy.activation_roles),
            ("customer_roles", &policy.customer_roles),
        ] {
            for (index, role) in roles.iter().enumerate() {
                let known = data.roles.iter().any(|it| it.id == *role);
                self.known(format!("policy.{field}[{index}]"), "role", role, known);
            }
            if roles.is_empty() {
                self.fault(
                    format!("policy.{field}"),
                    "names no role, so nobody could do it",
                );
            }
        }
        let portals = [
            ("on_premises_portal", Some(&policy.on_premises_portal)),
            ("legacy_portal", policy.legacy_portal.as_ref()),
            ("benefits_portal", policy.benefits_portal.as_ref()),
        ];
        for (field, id) in portals {
            if let Some(id) = id {
                let known = data.portals.iter().any(|it| it.id == *id);
                self.known(format!("policy.{field}"), "portal", id, known);
            }
        }
        for (index, step) in policy.customer_way.iter().enumerate() {
            if let Some(id) = &step.portal {
                let known = data.portals.iter().any(|it| it.id == *id);
                let field = format!("policy.customer_way[{index}].portal");
                self.known(field, "portal", id, known);
            }
        }
        for (index, id) in policy.reseller_plan.workloads.iter().enumerate() {
            let known = data.workloads.iter().any(|it| it.id == *id);
            self.known(
                format!("policy.reseller_plan.workloads[{index}]"),
                "workload",
                id,
                known,
            );
        }
        self.extensions();
    }

    fn extensions(&mut self) {
        let extensions = &self.data.policy.extensions;
        for (name, source) in extensions.sources() {
            self.source(format!("policy.extensions.{name}.source"), source);
        }
        if let Some(term) = &extensions.contract_term
            && (term.years == 0 || term.years > 100 || term.grace_days > 3_660)
        {
            self.fault(
                "policy.extensions.E7".into(),
                "years are 1 to 100 and grace days at most 3660",
            );
        }
        if let Some(reminders) = &extensions.renewal_reminders {
            self.reminders(reminders);
        }
        if let Some(refunds) = &extensions.refunds {
            self.list("policy.extensions.E9.reasons", &refunds.reasons);
        }
        if let Some(customer_plan) = &extensions.customer_plan {
            self.customer_plan(customer_plan);
        }
        if let Some(legacy) = &extensions.legacy_contacts {
            let path = "policy.extensions.E16.contacts";
            if legacy.contacts.is_empty() {
                self.fault(path.into(), "is empty");
            }
            for (region, url) in &legacy.contacts {
                let path = format!("{path}.{region}");
                if !is_id(region) {
                    self.fault(path.clone(), "an id is 1 to 64 of a-z, 0-9 and \"-\"");
                }
                self.https(path, url);
            }
        }
        if let Some(advice) = &extensions.advisory_hours {
            for offer in advice.hours.keys() {
                let known = self.data.offers.iter().any(|it| it.id == *offer);
                let path = format!("policy.extensions.E17.hours.{offer}");
                self.known(path, "offer", offer, known);
            }
        }
        if let Some(severity) = &extensions.severity_by_impact {
            for (field, lesser, greater) in [
                ("moderate", severity.moderate, severity.critical),
                ("minimal", severity.minimal, severity.moderate),
            ] {
                if lesser < greater {
                    self.fault(
                        format!("policy.extensions.E18.{field}"),
                        "is more urgent than the severity of the impact above it",
                    );
                }
            }
        }
    }

    fn reminders(&mut self, reminders: &RenewalReminders) {
        for (field, days) in [
            ("days_before", reminders.days_before),
            ("days_after", reminders.days_after),
        ] {
            if !(1..=366).contains(&days) {
                self.fault(format!("policy.extensions.E8.{field}"), "is 1 to 366 days");
            }
        }
        if let Some(term) = &self.data.policy.extensions.contract_term
            && term.on
            && reminders.days_after > term.grace_days
        {
            self.fault(
                "policy.extensions.E8.days_after".into(),
                format!("is after the {} grace days of E7", term.grace_days),
            );
        }
    }

    fn customer_plan(&mut self, customer_plan: &CustomerPlan) {
        let data = self.data;
        self.list("policy.extensions.E12.workloads", &customer_plan.workloads);
        for (index, id) in customer_plan.workloads.iter().enumerate() {
            let known = data.workloads.iter().any(|it| it.id == *id);
            let path = format!("policy.extensions.E12.workloads[{index}]");
            self.known(path, "workload", id, known);
        }
        let path = "policy.extensions.E12.plan".to_owned();
        match data.plans.iter().find(|it| it.id == customer_plan.plan) {
            Some(plan) if plan.benefit.is_some() => self.fault(path, "is not a paid plan"),
            plan => self.known(path, "plan", &customer_plan.plan, plan.is_some()),
        }
    }

    /// A list that says something: not empty, nothing in it twice.
    fn list<T: PartialEq>(&mut self, path: &str, entries: &[T]) {
        if entries.is_empty() {
            self.fault(path.to_owned(), "is empty");
        }
        for (index, entry) in entries.iter().enumerate() {
            if entries.iter().take(index).any(|earlier| earlier == entry) {
                self.fault(format!("{path}[{index}]"), "is there twice");
            }
        }
    }
}

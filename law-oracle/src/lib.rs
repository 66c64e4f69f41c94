//! A second opinion on the law, in another language: may an incident be paid in this way, by Cedar policies that were
//! written from the programme's documents (`policies/mpn-2021.cedar`) and not from the law's code.
//!
//! Cedar decides everything that a policy can state: who may, which offer carries which benefit, dates, balances,
//! scope, recency. It cannot count or look for one element of a list that has several properties at once, so this is
//! translated into plain facts first:
//!
//! - which of the partner's offers are active on the day, and the competencies that they were earned with;
//! - the one product, version, benefit and contract that the question names;
//! - how many newer versions of the product have started.
//!
//! Only complete questions can be asked: to say which fact is missing is the law's own art.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression, Schema,
};
use entitlement_rules::{
    AccountFacts, Activation, Allotment, Beneficiary, BenefitKey, Contract, Date, FailingSide,
    Funding, Impact, IncidentKind, IncidentQuestion, MainstreamEnd, Partner, Placement, Programme,
    ResellerKind, Severity, Switch, recency,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::error::Error;
use std::str::FromStr;

const SCHEMA: &str = include_str!("../policies/schema.cedarschema");
const POLICIES: &str = include_str!("../policies/mpn-2021.cedar");

/// Anything that Cedar refuses, in its own words.
pub type Fault = Box<dyn Error + Send + Sync>;

/// The policies, read and validated against their schema.
pub struct Oracle {
    schema: Schema,
    policies: PolicySet,
    authorizer: Authorizer,
}

/// A question in Cedar's terms: the request, and the entities that it is about.
pub struct Asked {
    request: Request,
    entities: Entities,
}

/// What Cedar says.
#[derive(Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Permit (true) or deny.
    pub permits: bool,
    /// Numbers of the rules that stand behind it: the grounds of a permit, the reasons of a deny.
    pub rules: BTreeSet<String>,
}

impl Oracle {
    /// Reads the policies.
    ///
    /// # Errors
    /// What Cedar's parser or validator finds wrong with them.
    pub fn new() -> Result<Oracle, Fault> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA)?;
        let policies = PolicySet::from_str(POLICIES)?;
        let validator = cedar_policy::Validator::new(schema.clone());
        let judged = validator.validate(&policies, cedar_policy::ValidationMode::Strict);
        if !judged.validation_passed() {
            return Err(judged.to_string().into());
        }
        Ok(Oracle {
            schema,
            policies,
            authorizer: Authorizer::new(),
        })
    }

    /// Translates a complete question about one way to pay.
    ///
    /// # Errors
    /// A sentence that names the missing fact, or what Cedar refuses in the translation.
    pub fn ask(
        &self,
        programme: &Programme,
        facts: &AccountFacts,
        incident: &IncidentQuestion,
        funding: &Funding,
        as_of: Date,
    ) -> Result<Asked, Fault> {
        let account = uid("Account", &facts.viewer.id)?;
        let mut attributes = HashMap::from([
            ("associations".into(), texts(&facts.viewer.associations)),
            ("roles".into(), texts(&facts.viewer.roles)),
        ]);
        let mut entities = Vec::new();
        if let Some(partner) = &facts.partner {
            let entity = company(partner)?;
            let company = RestrictedExpression::new_entity_uid(entity.uid());
            attributes.insert("partner".into(), company);
            entities.push(entity);
        }
        entities.push(Entity::new(account.clone(), attributes, HashSet::new())?);
        let resource = resource(programme, facts, funding, as_of)?;
        let context = Context::from_pairs(context(programme, incident, as_of)?)?;
        let request = Request::new(
            account,
            uid("Action", "pay")?,
            resource.uid(),
            context,
            Some(&self.schema),
        )?;
        entities.push(resource);
        Ok(Asked {
            request,
            entities: Entities::from_entities(entities, Some(&self.schema))?,
        })
    }

    /// The numbers of all rules that the policies state.
    #[must_use]
    pub fn rules(&self) -> BTreeSet<String> {
        let policies = self.policies.policies();
        let rules = policies.filter_map(|policy| policy.annotation("id"));
        rules.map(str::to_owned).collect()
    }

    /// Asks Cedar alone, for its time to be taken.
    #[must_use]
    pub fn permits(&self, asked: &Asked) -> bool {
        self.authorizer
            .is_authorized(&asked.request, &self.policies, &asked.entities)
            .decision()
            == Decision::Allow
    }

    /// Asks Cedar, with the rules that stand behind its answer.
    ///
    /// # Errors
    /// When a policy could not be evaluated: Cedar leaves it out, and a forbid that is left out forbids nothing.
    pub fn opinion(&self, asked: &Asked) -> Result<Opinion, Fault> {
        let answer = self
            .authorizer
            .is_authorized(&asked.request, &self.policies, &asked.entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(error.to_string().into());
        }
        let rules = answer
            .diagnostics()
            .reason()
            .filter_map(|policy| Some(self.policies.annotation(policy, "id")?.to_owned()));
        Ok(Opinion {
            permits: answer.decision() == Decision::Allow,
            rules: rules.collect(),
        })
    }
}

fn company(partner: &Partner) -> Result<Entity, Fault> {
    let mut attributes = HashMap::from([("plans".into(), texts(&partner.plans))]);
    if let Some(kind) = partner.reseller {
        let kind = match kind {
            ResellerKind::DirectBill => "direct-bill",
            ResellerKind::IndirectProvider => "indirect-provider",
            ResellerKind::IndirectReseller => "indirect-reseller",
        };
        attributes.insert("reseller".into(), text(kind));
    }
    let uid = uid("Partner", &partner.id)?;
    Ok(Entity::new(uid, attributes, HashSet::new())?)
}

fn resource(
    programme: &Programme,
    facts: &AccountFacts,
    funding: &Funding,
    as_of: Date,
) -> Result<Entity, Fault> {
    match funding {
        Funding::Contract { contract } => {
            let contract = facts
                .contracts
                .iter()
                .find(|held| held.reference == *contract)
                .ok_or("the account does not have this contract")?;
            let fulfils = facts.partner.as_ref().and_then(|partner| {
                let entry = partner.activations.iter().find(|entry| {
                    matches!(&entry.activation, Activation::Active { contract: named }
                        if *named == contract.reference)
                })?;
                Some((partner, &entry.benefit))
            });
            let mut attributes = contract_attributes(contract)?;
            if let Some((partner, key)) = fulfils {
                let held = membership(programme, partner, key, as_of)?;
                attributes.insert("membership".into(), held);
            }
            let uid = uid("Contract", &contract.reference)?;
            Ok(Entity::new(uid, attributes, HashSet::new())?)
        }
        Funding::Benefit { benefit } => {
            let partner = facts
                .partner
                .as_ref()
                .ok_or("a benefit without a partner")?;
            let attributes = HashMap::from([
                ("benefit".into(), text(&benefit.benefit)),
                (
                    "membership".into(),
                    membership(programme, partner, benefit, as_of)?,
                ),
            ]);
            let uid = uid("Benefit", &benefit.to_string())?;
            Ok(Entity::new(uid, attributes, HashSet::new())?)
        }
        Funding::ResellerPlan { plan } => plan_entity("ResellerPlan", plan),
        Funding::PaidPlan { plan } => plan_entity("PaidPlan", plan),
        Funding::HeldIds => Ok(Entity::new_no_attrs(uid("HeldIds", "")?, HashSet::new())),
    }
}

fn plan_entity(kind: &str, plan: &str) -> Result<Entity, Fault> {
    let attributes = HashMap::from([("plan".into(), text(plan))]);
    Ok(Entity::new(uid(kind, plan)?, attributes, HashSet::new())?)
}

fn contract_attributes(
    contract: &Contract,
) -> Result<HashMap<String, RestrictedExpression>, Fault> {
    let (unlimited, count) = match contract.balance.granted {
        Allotment::None => (false, 0),
        Allotment::Finite(count) => (false, count),
        Allotment::Unlimited => (true, 0),
    };
    let granted = [("unlimited", flag(unlimited)), ("count", number(count))];
    let mut attributes = HashMap::from([
        ("benefit".into(), text(&contract.benefit.benefit)),
        ("own".into(), flag(contract.own)),
        (
            "accessIdShown".into(),
            flag(contract.access_id_masked.is_some()),
        ),
        (
            "contractIdShown".into(),
            flag(contract.contract_id_masked.is_some()),
        ),
        ("start".into(), day(contract.start)),
        ("end".into(), day(contract.end)),
        ("granted".into(), record(granted)?),
        ("consumed".into(), number(contract.balance.consumed)),
        ("refunded".into(), number(contract.balance.refunded)),
        ("expired".into(), number(contract.balance.expired)),
    ]);
    if let Some(linked) = contract.linked_on {
        attributes.insert("linkedOn".into(), day(linked));
    }
    Ok(attributes)
}

/// The offers of one package that are active on the day, the competencies of all that are, and the state of the
/// activation.
fn membership(
    programme: &Programme,
    partner: &Partner,
    key: &BenefitKey,
    as_of: Date,
) -> Result<RestrictedExpression, Fault> {
    let active = || partner.offers.iter().filter(|offer| offer.is_active(as_of));
    let of_package = active().filter(|held| {
        programme
            .offer(&held.offer)
            .is_some_and(|offer| offer.package == key.package)
    });
    let activation = partner
        .activations
        .iter()
        .find(|entry| entry.benefit == *key)
        .map_or("not-activated", |entry| match entry.activation {
            Activation::NotActivated => "not-activated",
            Activation::Pending { .. } => "pending",
            Activation::Active { .. } => "active",
            Activation::Failed { .. } => "failed",
        });
    record([
        ("package", text(&key.package)),
        ("offers", texts(of_package.map(|held| &held.offer))),
        (
            "competencies",
            texts(active().filter_map(|held| held.competency.as_ref())),
        ),
        ("activation", text(activation)),
    ])
}

fn context(
    programme: &Programme,
    incident: &IncidentQuestion,
    as_of: Date,
) -> Result<Vec<(String, RestrictedExpression)>, Fault> {
    let kind = match incident.kind.ok_or("the kind is missing")? {
        IncidentKind::BreakFix => "break-fix",
        IncidentKind::Advisory => "advisory",
        IncidentKind::Billing => "billing",
    };
    let beneficiary = match incident.beneficiary.ok_or("the beneficiary is missing")? {
        Beneficiary::OwnCompany => "own-company",
        Beneficiary::Customer => "customer",
    };
    let product = incident
        .product
        .as_deref()
        .and_then(|id| programme.product(id))
        .ok_or("the product is missing")?;
    let placement = match product.placement {
        Placement::OnPremises => "on-premises",
        Placement::Cloud => "cloud",
        Placement::Hybrid => "hybrid",
    };
    let mut about_product = vec![
        ("placement", text(placement)),
        ("workload", text(&product.workload)),
        ("idsNeeded", flag(product.ids_needed)),
        ("marketplace", flag(product.marketplace)),
    ];
    about_product.extend(product.retired.map(|last| ("retired", day(last))));
    let mut pairs = vec![
        ("asOf".into(), day(as_of)),
        ("kind".into(), text(kind)),
        ("beneficiary".into(), text(beneficiary)),
        ("product".into(), record(about_product)?),
        ("extensions".into(), extensions(programme)?),
    ];
    match (incident.failing_side, product.placement) {
        (None, Placement::Hybrid) => return Err("the failing side is missing".into()),
        (None, _) => {}
        (Some(FailingSide::OnPremises), _) => {
            pairs.push(("failingSide".into(), text("on-premises")));
        }
        (Some(FailingSide::Cloud), _) => pairs.push(("failingSide".into(), text("cloud"))),
    }
    pairs.extend((incident.severity).map(|severity| ("severity".into(), urgency(severity))));
    pairs.extend((incident.impact).map(|impact| {
        let impact = match impact {
            Impact::Critical => "critical",
            Impact::Moderate => "moderate",
            Impact::Minimal => "minimal",
        };
        ("impact".into(), text(impact))
    }));
    pairs.extend((incident.issues).map(|issues| ("issues".into(), number(issues))));
    if !product.versions.is_empty() {
        let version = incident
            .version
            .as_deref()
            .and_then(|id| product.version(id))
            .ok_or("the version is missing")?;
        let behind = recency(product, version, as_of)
            .versions_behind
            .unwrap_or(0);
        let mut about_version = vec![("start", day(version.start)), ("behind", number(behind))];
        if let MainstreamEnd::On(end) = version.mainstream_end {
            about_version.push(("mainstreamEnd", day(end)));
        }
        about_version.extend(version.extended_end.map(|end| ("extendedEnd", day(end))));
        pairs.push(("version".into(), record(about_version)?));
    }
    Ok(pairs)
}

fn extensions(programme: &Programme) -> Result<RestrictedExpression, Fault> {
    let all = &programme.policy().extensions;
    let is_on = |switch: &Option<Switch>| flag(switch.as_ref().is_some_and(|switch| switch.on));
    let grace = all.contract_term.as_ref().filter(|term| term.on);
    let mut fields = vec![
        ("someNeedNoIds", is_on(&all.products_without_ids)),
        ("graceDays", number(grace.map_or(0, |term| term.grace_days))),
        (
            "resellersCustomersOnly",
            is_on(&all.reseller_plan_customers_only),
        ),
        (
            "dynamicsNeedsPlan",
            flag(all.customer_plan.as_ref().is_some_and(|least| least.on)),
        ),
        ("indirectResellersAsk", is_on(&all.indirect_resellers_ask)),
        ("oneIssue", is_on(&all.one_issue)),
        (
            "marketplaceToPublisher",
            is_on(&all.marketplace_to_publisher),
        ),
    ];
    if let Some(table) = all.severity_by_impact.as_ref().filter(|table| table.on) {
        let table = [
            ("critical", urgency(table.critical)),
            ("moderate", urgency(table.moderate)),
            ("minimal", urgency(table.minimal)),
        ];
        fields.push(("severityByImpact", record(table)?));
    }
    if let Some(recent) = all.recent.as_ref().filter(|recent| recent.on) {
        let reading = [
            ("versionsBack", number(recent.versions_back)),
            ("mainstream", flag(recent.mainstream)),
        ];
        fields.push(("recent", record(reading)?));
    }
    record(fields)
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, Fault> {
    Ok(EntityUid::from_type_name_and_id(
        EntityTypeName::from_str(kind)?,
        EntityId::new(id),
    ))
}

fn record(
    fields: impl IntoIterator<Item = (&'static str, RestrictedExpression)>,
) -> Result<RestrictedExpression, Fault> {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
    Ok(RestrictedExpression::new_record(fields)?)
}

fn texts<'a>(all: impl IntoIterator<Item = &'a String>) -> RestrictedExpression {
    RestrictedExpression::new_set(all.into_iter().map(|one| text(one)))
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn flag(value: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(value)
}

fn number(value: u32) -> RestrictedExpression {
    RestrictedExpression::new_long(value.into())
}

fn urgency(severity: Severity) -> RestrictedExpression {
    number(match severity {
        Severity::A => 1,
        Severity::B => 2,
        Severity::C => 3,
    })
}

fn day(date: Date) -> RestrictedExpression {
    RestrictedExpression::new_long(date.days_since_epoch().into())
}

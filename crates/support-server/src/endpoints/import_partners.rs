//! PUT /operator/partners: enters many partner accounts, or says what is wrong with them. Each row is checked by itself.

use super::put_partner::{LIST_LENGTH, faults};
use super::{Reply, json};
use crate::Desk;
use crate::openapi::{Always, Replacement, SignIn, callers};
use crate::posted::{Put, joined, plain};
use crate::problem::Trouble;
use crate::store::NewPartner;
use axum::extract::State;
use entitlement_rules::{Date, MembershipOffer, OfferStatus};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashSet;
use support_api::desk::{
    Fault, IMPORT_ROWS, ImportFault, ImportOutcome, ImportReport, ImportedRow, PartnerImport,
};
use support_api::{ProblemCode, paths};

/// The same as [`PartnerImport`], with rows that are read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rows {
    #[serde(default)]
    dry_run: bool,
    rows: Vec<Value>,
}

/// Enter many partner accounts, or only check them
///
/// Each row is checked by itself, and everything that is wrong with it is told. Rows that are right are entered in one
/// transaction; an account that is there and is the same is left alone, so that the same can be sent again.
#[utoipa::path(
    put,
    path = paths::PARTNERS,
    operation_id = "import-partners",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    request_body = PartnerImport,
    responses(
        (status = 200, description = "What became, or would become, of each row", body = ImportReport),
        Replacement,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, put: Put<Rows>) -> Reply {
    put.person.demand_operator()?;
    let Rows { dry_run, rows } = put.body;
    if rows.len() > IMPORT_ROWS {
        return Err(Trouble::new(ProblemCode::TooLarge)
            .field("rows")
            .detail(format!("up to {IMPORT_ROWS} rows")));
    }
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(rows.len());
    for row in rows {
        let (partner, places, mut wrong) = read(row);
        let is_object = wrong.first().is_none_or(|fault| !fault.field.is_empty());
        for mut fault in faults(&desk.programme.programme, &partner) {
            // Offers that could not be read are not among those that were checked.
            for (at, place) in places.iter().enumerate().rev() {
                let (checked, sent) = (format!("offers[{at}]."), format!("offers[{place}]."));
                if fault.field.starts_with(&checked) {
                    fault.field = fault.field.replacen(&checked, &sent, 1);
                    break;
                }
            }
            wrong.extend(is_object.then_some(fault));
        }
        if !partner.id.is_empty() && !seen.insert(partner.id.clone()) {
            wrong.push(fault("id", Fault::Twice));
        }
        // A field whose value could not be read is not also empty.
        let mut named = HashSet::new();
        wrong.retain(|fault| named.insert(fault.field.clone()));
        checked.push((partner, wrong));
    }
    let right: Vec<NewPartner> = checked
        .iter()
        .filter(|(_, wrong)| wrong.is_empty())
        .map(|(partner, _)| partner.clone())
        .collect();
    let now = desk.clock.now();
    let outcomes = desk.store.import_partners(put.person, now, right, dry_run);
    let mut outcomes = outcomes.await?.into_iter();
    let rows = checked.into_iter().map(|(_, faults)| {
        let (outcome, changes) = match faults.is_empty() {
            true => outcomes.next().unwrap_or((ImportOutcome::Same, Vec::new())),
            false => (ImportOutcome::Wrong, Vec::new()),
        };
        ImportedRow {
            outcome,
            changes: changes.into_iter().map(str::to_owned).collect(),
            faults,
        }
    });
    let rows = rows.collect();
    json(&ImportReport { rows })
}

fn fault(field: &str, fault: Fault) -> ImportFault {
    ImportFault {
        field: field.to_owned(),
        fault,
    }
}

/// An object whose fields are taken out one by one, so that each is complained of.
struct Fields<'a> {
    path: &'a str,
    /// Absent when it is none: that is complained of already.
    object: Option<Map<String, Value>>,
    wrong: &'a mut Vec<ImportFault>,
}

impl<'a> Fields<'a> {
    fn of(value: Value, path: &'a str, wrong: &'a mut Vec<ImportFault>) -> Fields<'a> {
        let object = match value {
            Value::Object(object) => Some(object),
            _ => {
                wrong.push(fault(path, Fault::Malformed));
                None
            }
        };
        Fields {
            path,
            object,
            wrong,
        }
    }

    fn maybe<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.object.as_mut()?.remove(name);
        let value = value.filter(|value| !value.is_null())?;
        let read = serde_json::from_value(value).ok();
        if read.is_none() {
            let field = joined(self.path, name);
            self.wrong.push(fault(&field, Fault::Malformed));
        }
        read
    }

    fn must<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let object = self.object.as_ref()?;
        if object.get(name).is_none_or(Value::is_null) {
            let field = joined(self.path, name);
            self.wrong.push(fault(&field, Fault::Missing));
        }
        self.maybe(name)
    }

    /// Whatever is left is no field.
    fn end(self) {
        for name in self.object.iter().flat_map(Map::keys) {
            let field = joined(self.path, plain(name));
            self.wrong.push(fault(&field, Fault::UnknownField));
        }
    }
}

/// A row with whatever of it can be read, the places of those of its offers, and everything that cannot be read.
fn read(row: Value) -> (NewPartner, Vec<usize>, Vec<ImportFault>) {
    let mut wrong = Vec::new();
    let mut fields = Fields::of(row, "", &mut wrong);
    let id: Option<String> = fields.must("id");
    let name: Option<String> = fields.must("name");
    let region: Option<String> = fields.must("region");
    let portal = fields.must("portal");
    let offers: Vec<Value> = fields.maybe("offers").unwrap_or_default();
    let plans: Vec<String> = fields.maybe("plans").unwrap_or_default();
    let reseller = fields.maybe("reseller");
    let activators: Vec<String> = fields.maybe("activators").unwrap_or_default();
    fields.end();
    if offers.len() > LIST_LENGTH {
        wrong.push(fault("offers", Fault::TooMany));
    }
    let offers = offers.into_iter().take(LIST_LENGTH).enumerate();
    let offers = offers.filter_map(|(at, offer)| Some((at, read_offer(offer, at, &mut wrong)?)));
    let (places, offers) = offers.unzip();
    let partner = NewPartner {
        id: id.unwrap_or_default().trim().to_owned(),
        name: name.unwrap_or_default().trim().to_owned(),
        region: region.unwrap_or_default().trim().to_owned(),
        portal: portal.unwrap_or(entitlement_rules::MembershipPortal::PartnerCenter),
        offers,
        plans,
        reseller,
        activators: activators
            .iter()
            .map(|name| name.trim().to_owned())
            .collect(),
    };
    (partner, places, wrong)
}

/// An offer, when all that it must have can be read.
fn read_offer(value: Value, at: usize, wrong: &mut Vec<ImportFault>) -> Option<MembershipOffer> {
    let path = format!("offers[{at}]");
    let mut fields = Fields::of(value, &path, wrong);
    let offer: Option<String> = fields.must("offer");
    let competency = fields.maybe("competency");
    let start: Option<Date> = fields.must("start");
    let anniversary: Option<Date> = fields.must("anniversary");
    let status: Option<OfferStatus> = fields.must("status");
    fields.end();
    Some(MembershipOffer {
        offer: offer?,
        competency,
        start: start?,
        anniversary: anniversary?,
        status: status?,
    })
}

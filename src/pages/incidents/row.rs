//! What one incident says, with the programme's names in place of its ids.

use crate::account::Known;
use entitlement_rules::{AccountFacts, BenefitKey, Funding, Programme};
use std::sync::Arc;
use support_api::{Incident, IncidentStatus, Severity};

/// An incident with names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: String,
    /// Product and version.
    pub(super) product: String,
    pub(super) severity: Severity,
    pub(super) status: IncidentStatus,
    /// RFC 3339.
    pub(super) created_at: String,
    pub(super) created_by: String,
    /// Whom it is for, when not the company itself.
    pub(super) customer: Option<String>,
    pub(super) payer: Payer,
    /// Incidents taken from a finite allotment: 0 or 1.
    pub(super) consumed: u32,
    /// It only tries the way out.
    pub(super) test: bool,
}

/// The rows of a list, each with the incident and all of them with the account that they were made of.
#[derive(Clone)]
pub(super) struct Rows {
    known: Known,
    made: Vec<(Arc<Incident>, Arc<Row>)>,
}

/// Two lists are the same when they say the same.
impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Rows {
    /// Of these incidents. What was made of the same before is taken from there: a list becomes longer at its end.
    pub(super) fn new(
        incidents: &[Arc<Incident>],
        known: &Known,
        language: &str,
        before: Option<&Rows>,
    ) -> Rows {
        let is_same = |before: &&Rows| {
            Arc::ptr_eq(&before.known.facts, &known.facts)
                && Arc::ptr_eq(&before.known.programme, &known.programme)
        };
        let before = before.filter(is_same).map_or(&[][..], |it| &it.made);
        let rows = incidents.iter().enumerate().map(|(at, incident)| {
            let row = before.get(at).filter(|(of, _)| Arc::ptr_eq(of, incident));
            let row = row.map_or_else(
                || Arc::new(Row::new(incident, &known.programme, &known.facts, language)),
                |(_, row)| Arc::clone(row),
            );
            (Arc::clone(incident), row)
        });
        Rows {
            known: known.clone(),
            made: rows.collect(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.made.iter().map(|(_, row)| row)
    }

    pub(super) fn len(&self) -> usize {
        self.made.len()
    }
}

/// What paid for an incident.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Payer {
    /// A support benefit, named; with the company that holds it, when that is another one.
    Benefit {
        name: String,
        holder: Option<String>,
    },
    /// A support contract that this account no longer sees.
    Contract,
    /// The two IDs that somebody held.
    HeldIds,
    /// A plan that needs no contract, named.
    Plan(String),
}

impl Row {
    /// The incident with the names of `programme` in `language`.
    pub(super) fn new(
        incident: &Incident,
        programme: &Programme,
        facts: &AccountFacts,
        language: &str,
    ) -> Row {
        Row {
            id: incident.id.clone(),
            number: incident.number.clone(),
            title: incident.title.clone(),
            product: product(incident, programme),
            severity: incident.severity,
            status: incident.status,
            created_at: incident.created_at.clone(),
            created_by: incident.created_by.clone(),
            customer: incident.customer.clone(),
            payer: payer(incident, programme, facts, language),
            consumed: incident.consumed,
            test: incident.test,
        }
    }
}

/// The product with its version; the ids where the programme of today no longer lists them.
fn product(incident: &Incident, programme: &Programme) -> String {
    let product = programme.product(&incident.product);
    let name = product.map_or(incident.product.as_str(), |product| product.name.as_str());
    match &incident.version {
        None => name.to_owned(),
        Some(id) => {
            let version = product.and_then(|product| product.version(id));
            format!(
                "{name} {}",
                version.map_or(id.as_str(), |version| version.name.as_str())
            )
        }
    }
}

fn payer(
    incident: &Incident,
    programme: &Programme,
    facts: &AccountFacts,
    language: &str,
) -> Payer {
    let benefit = |key: &BenefitKey, holder: Option<String>| Payer::Benefit {
        name: programme
            .benefit(&key.benefit)
            .map_or(key.benefit.as_str(), |benefit| {
                benefit.name.in_language(language)
            })
            .to_owned(),
        holder,
    };
    match &incident.funding {
        Funding::Contract { contract } => {
            let held = facts
                .contracts
                .iter()
                .find(|held| held.reference == *contract);
            match (held, &incident.benefit) {
                (Some(held), _) => benefit(&held.benefit, (!held.own).then(|| held.holder.clone())),
                (None, Some(key)) => benefit(key, None),
                (None, None) => Payer::Contract,
            }
        }
        Funding::Benefit { benefit: key } => benefit(key, None),
        Funding::HeldIds => Payer::HeldIds,
        Funding::PaidPlan { plan } => Payer::Plan(programme.plan(plan).map_or_else(
            || plan.clone(),
            |plan| plan.name.in_language(language).to_owned(),
        )),
        Funding::ResellerPlan { plan } => {
            let reseller_plan = &programme.policy().reseller_plan;
            if reseller_plan.id == *plan {
                Payer::Plan(reseller_plan.name.in_language(language).to_owned())
            } else {
                Payer::Plan(plan.clone())
            }
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    use entitlement_rules::{
        AccountFacts, AccountKind, Balance, Beneficiary, BenefitKey, Contract, Date, Funding,
        IncidentKind, Programme, Viewer,
    };
    use support_api::{Incident, IncidentStatus, Severity};

    pub(crate) fn programme() -> Programme {
        let text = include_str!("../../../programmes/mpn-2021.json");
        Programme::check(serde_json::from_str(text).unwrap()).unwrap()
    }

    pub(crate) fn incident(id: &str) -> Incident {
        Incident {
            id: id.into(),
            number: format!("PS-{id}"),
            status: IncidentStatus::Open,
            created_at: "2021-03-04T09:30:00Z".into(),
            created_by: "Ada Lovelace".into(),
            beneficiary: Beneficiary::OwnCompany,
            customer: None,
            product: "windows-server".into(),
            version: Some("2019".into()),
            failing_side: None,
            kind: IncidentKind::BreakFix,
            severity: Severity::B,
            title: "Updates fail with 0x800f0922".into(),
            description: None,
            contacts: Vec::new(),
            test: false,
            funding: Funding::Contract {
                contract: "c1".into(),
            },
            benefit: BenefitKey::parse("product-support.competency"),
            consumed: 1,
            portal: Some("support-for-business".into()),
            timeline: Vec::new(),
        }
    }

    pub(crate) fn facts(holder: &str, own: bool) -> AccountFacts {
        let day = Date::parse("2021-03-04").unwrap();
        AccountFacts {
            revision: 1,
            as_of: day,
            viewer: Viewer {
                id: "u1".into(),
                name: "Ada".into(),
                kind: AccountKind::Work,
                associations: Vec::new(),
                roles: Vec::new(),
                operator: false,
            },
            partner: None,
            contracts: vec![Contract {
                reference: "c1".into(),
                benefit: BenefitKey::parse("product-support.competency").unwrap(),
                holder: holder.into(),
                own,
                access_id_masked: None,
                contract_id_masked: None,
                start: day,
                end: day.plus_years(1),
                balance: Balance::granted(entitlement_rules::Allotment::Finite(15)),
                linked_on: None,
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{facts, incident, programme};
    use super::*;

    fn row(incident: &Incident, facts: &AccountFacts) -> Row {
        Row::new(incident, &programme(), facts, "fr")
    }

    #[test]
    fn a_longer_list_keeps_its_rows_until_the_account_changes() {
        let known = |holder| Known {
            facts: Arc::new(facts(holder, true)),
            programme: Arc::new(programme()),
        };
        let (alder, birch) = (known("Alder"), known("Birch"));
        let mut incidents = vec![Arc::new(incident("7"))];
        let short = Rows::new(&incidents, &alder, "fr", None);
        incidents.push(Arc::new(incident("6")));
        let longer = Rows::new(&incidents, &alder, "fr", Some(&short));
        let first = |rows: &Rows| Arc::clone(rows.iter().next().unwrap());
        assert!(Arc::ptr_eq(&first(&short), &first(&longer)));
        assert!(short != longer);
        let anew = Rows::new(&incidents, &birch, "fr", Some(&longer));
        assert!(!Arc::ptr_eq(&first(&longer), &first(&anew)));
        assert!(longer == anew);
    }

    #[test]
    fn a_row_names_the_product_the_version_and_what_paid() {
        let row = row(&incident("7"), &facts("Alder", true));
        assert_eq!(row.product, "Windows Server 2019");
        assert_eq!(
            row.payer,
            Payer::Benefit {
                name: "Support produits Microsoft".into(),
                holder: None
            }
        );
    }

    #[test]
    fn another_companys_contract_is_named_with_the_company() {
        let Payer::Benefit { holder, .. } = row(&incident("7"), &facts("Birch", false)).payer
        else {
            panic!("not a benefit")
        };
        assert_eq!(holder.as_deref(), Some("Birch"));
    }

    #[test]
    fn a_product_that_the_programme_dropped_is_still_shown() {
        let mut old = incident("7");
        old.product = "dropped-product".into();
        assert_eq!(
            row(&old, &facts("Alder", true)).product,
            "dropped-product 2019"
        );
    }

    #[test]
    fn a_plan_is_called_by_its_name() {
        let resellers = Funding::ResellerPlan {
            plan: "csp-plan".into(),
        };
        let paid = Funding::PaidPlan {
            plan: "advanced".into(),
        };
        for (funding, name) in [
            (resellers, "Fournisseur de solutions cloud"),
            (paid, "Support avancé pour les partenaires"),
        ] {
            let mut azure = incident("7");
            azure.funding = funding;
            let payer = row(&azure, &facts("Alder", true)).payer;
            assert_eq!(payer, Payer::Plan(name.into()));
        }
    }
}

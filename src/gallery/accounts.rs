//! The accounts that the law is asked about here, from `accounts.json`, and the programme that it decides by.

use crate::account::Known;
use crate::pages::parts::new_incident::Entries;
use entitlement_rules::{
    AccountFacts, AccountKind, BenefitActivation, BenefitKey, Contract, Date, MembershipOffer,
    MembershipPortal, Partner, Programme, ProgrammeData, Question, ResellerKind, Viewer,
};
use light_json::FromJson;
use std::collections::BTreeMap;
use std::sync::Arc;
use support_api::{Incident, LedgerLine, PendingActivation};

const ACCOUNTS: &str = include_str!("accounts.json");
const PROGRAMME: &str = include_str!("../../programmes/mpn-2021.json");

/// What the file has.
#[derive(FromJson)]
pub(super) struct Accounts {
    /// The day of every case that names none.
    as_of: Date,
    viewer: Viewer,
    /// Their company, with nothing yet.
    partner: Partner,
    offers: BTreeMap<String, MembershipOffer>,
    contracts: BTreeMap<String, Contract>,
    /// Benefits, each in the state that it is named for.
    pub(super) cards: Vec<Case>,
    /// Contracts of other companies.
    pub(super) linked: Vec<Case>,
    /// Accounts as a whole.
    pub(super) benefits: Vec<Case>,
    /// Accounts that the page of benefits has nothing to show for.
    pub(super) doors: Vec<Case>,
    /// Questions, each with the answer that it is named for.
    pub(super) answers: Vec<Case>,
    /// Questions, each with what can pay or with how far the resellers' way is open.
    pub(super) ways: Vec<Case>,
    pub(super) customer_ways: Vec<Case>,
    /// The form, each time with the answer that it is named for; and complete, to be looked over.
    pub(super) forms: Vec<Case>,
    pub(super) reviews: Vec<Case>,
    /// What was typed into the form, everything.
    pub(super) typed: Entries,
    /// What the account has of each plan.
    pub(super) plans: Vec<Case>,
    /// Contracts with the lines of their balances.
    pub(super) balances: Vec<Case>,
    /// Who is signed in.
    pub(super) menus: Vec<Case>,
    /// One to which everything has happened.
    pub(super) incident: Incident,
    /// One in each status, and what else a row can say.
    pub(super) incidents: Vec<Incident>,
    /// Requests that wait at the desk.
    pub(super) requests: Vec<PendingActivation>,
}

/// What an account has besides what every one has.
#[derive(FromJson)]
pub(super) struct Case {
    /// The state that the law finds it in, as the code calls it, and what else is to be said.
    pub(super) name: String,
    as_of: Option<Date>,
    kind: Option<AccountKind>,
    #[serde(default)]
    operator: bool,
    associations: Option<Vec<String>>,
    roles: Option<Vec<String>>,
    portal: Option<MembershipPortal>,
    reseller: Option<ResellerKind>,
    #[serde(default)]
    offers_hidden: bool,
    /// Names of the file's offers.
    #[serde(default)]
    offers: Vec<String>,
    #[serde(default)]
    activations: Vec<BenefitActivation>,
    /// Names of the file's contracts.
    #[serde(default)]
    contracts: Vec<String>,
    #[serde(default)]
    plans: Vec<String>,
    /// Its programme lets nobody see what is not for their role: it has no extension E2.
    #[serde(default)]
    strict: bool,
    /// The benefit whose card is shown.
    pub(super) benefit: Option<BenefitKey>,
    /// What the law is asked.
    pub(super) question: Option<Question>,
    /// What was entered.
    pub(super) entries: Option<Entries>,
    /// What happened to the balance, newest first.
    #[serde(default)]
    pub(super) lines: Vec<LedgerLine>,
}

impl Accounts {
    /// Reads the file.
    ///
    /// # Errors
    /// With the innermost field that does not fit.
    pub(super) fn read() -> Result<Accounts, &'static str> {
        light_json::from_str(ACCOUNTS).map_err(|fault| fault.field)
    }

    /// What is known in a case.
    pub(super) fn known(&self, case: &Case, programme: &Arc<Programme>) -> Known {
        let mut viewer = self.viewer.clone();
        if let Some(associations) = &case.associations {
            viewer.associations.clone_from(associations);
        }
        viewer.kind = case.kind.unwrap_or(viewer.kind);
        viewer.operator = case.operator;
        if let Some(roles) = &case.roles {
            viewer.roles.clone_from(roles);
        }
        let mut partner = self.partner.clone();
        let offers = case.offers.iter();
        partner.offers = offers
            .filter_map(|name| self.offers.get(name).cloned())
            .collect();
        partner.portal = case.portal.unwrap_or(partner.portal);
        partner.reseller = case.reseller;
        partner.offers_hidden = case.offers_hidden;
        partner.activations.clone_from(&case.activations);
        partner.plans.clone_from(&case.plans);
        let contracts = case.contracts.iter();
        let facts = AccountFacts {
            revision: 1,
            as_of: case.as_of.unwrap_or(self.as_of),
            viewer,
            partner: Some(partner),
            contracts: contracts
                .filter_map(|name| self.contracts.get(name).cloned())
                .collect(),
        };
        let programme = match case.strict {
            true => strict(programme),
            false => Arc::clone(programme),
        };
        Known {
            facts: Arc::new(facts),
            programme,
        }
    }
}

/// Reads the programme.
///
/// # Errors
/// With the innermost field that does not fit.
pub(super) fn programme() -> Result<Arc<Programme>, &'static str> {
    let data: ProgrammeData = light_json::from_str(PROGRAMME).map_err(|fault| fault.field)?;
    Programme::check(data)
        .map(Arc::new)
        .map_err(|_| "the programme")
}

/// The same programme without extension E2.
pub(super) fn strict(programme: &Arc<Programme>) -> Arc<Programme> {
    let mut data = programme.data().clone();
    data.policy.extensions.any_member_views = None;
    Programme::check(data).map_or_else(|_| Arc::clone(programme), Arc::new)
}

/// Names and a day for sentences that have a place for them.
pub(super) struct Named {
    /// A benefit.
    pub(super) benefit: String,
    /// A company.
    pub(super) company: String,
    /// Roles.
    pub(super) roles: Vec<String>,
    /// People.
    pub(super) people: Vec<String>,
    /// What somebody has typed in one line.
    pub(super) typed: String,
    /// A day.
    pub(super) day: Date,
}

impl Named {
    /// From the file and the programme, in this language.
    ///
    /// # Errors
    /// With what cannot be read.
    pub(super) fn read(language: &str) -> Result<Named, &'static str> {
        let (accounts, programme) = (Accounts::read()?, programme()?);
        let data = programme.data();
        let benefit = data.benefits.first().ok_or("benefits")?;
        let roles = data.policy.activation_roles.iter();
        let roles = roles.filter_map(|id| programme.role(id));
        Ok(Named {
            benefit: benefit.name.in_language(language).to_owned(),
            company: accounts.partner.name,
            roles: roles
                .map(|role| role.name.in_language(language).to_owned())
                .collect(),
            people: accounts.partner.activators,
            typed: accounts.incident.title,
            day: accounts.as_of,
        })
    }
}

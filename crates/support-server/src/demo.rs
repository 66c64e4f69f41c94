//! The demo partners: eleven obviously invented companies, each in a state worth looking at. They are entered by the
//! same steps, judged by the same law, as real ones; only their clock is set back.

use crate::auth::Person;
use crate::clock::{Clock, Moment};
use crate::endpoints::{activate_benefit, create_incident, fulfil_activation};
use crate::idempotency::{Once, fingerprint};
use crate::store::{Failure, Handover, NewPartner, Store};
use entitlement_rules::{
    AccountFacts, AccountKind, Beneficiary, BenefitKey, Date, Funding, IncidentKind,
    MembershipOffer, MembershipPortal, OfferStatus, Programme, Question, ResellerKind,
};
use serde::Deserialize;
use std::sync::Arc;
use support_api::{NewIncident, Severity, SupportIds};

/// The people whom the demo issuer knows; the server binds them to their companies.
const PEOPLE: &str = include_str!("../../demo-issuer/people.json");
/// Under this name the data file remembers how far its clock is ahead.
const CLOCK: &str = "demo-clock-ahead-ms";
/// Under this name it remembers whose people are bound to their companies.
const BOUND_TO: &str = "demo-issuer";

#[derive(Deserialize)]
struct DemoPerson {
    subject: String,
    name: String,
    /// Id and name of the company, when the person belongs to one.
    partner: Option<String>,
    company: Option<String>,
    kind: AccountKind,
    associations: Vec<String>,
    roles: Vec<String>,
    #[serde(default)]
    operator: bool,
    /// Signed in with an account that cannot see the company's offers (S5).
    #[serde(default)]
    offers_hidden: bool,
}

impl DemoPerson {
    fn at(&self, issuer: &str) -> Person {
        Person {
            issuer: issuer.to_owned(),
            subject: self.subject.clone(),
            tenant: None,
            name: self.name.clone(),
            kind: self.kind,
            associations: self.associations.clone(),
            roles: self.roles.clone(),
            operator: self.operator,
        }
    }
}

/// How a company stands. Days count back from the demo's first day: 20 is twenty days ago, -20 in twenty days.
struct Standing {
    company: &'static str,
    region: &'static str,
    portal: MembershipPortal,
    /// Offer, competency, anniversary.
    offers: &'static [(&'static str, Option<&'static str>, i32)],
    plans: &'static [&'static str],
    reseller: Option<ResellerKind>,
    benefits: &'static [Held],
}

/// A benefit that was asked for.
struct Held {
    benefit: &'static str,
    by: &'static str,
    contract: Option<HeldContract>,
}

struct HeldContract {
    /// Last day.
    ends: i32,
    ids: (&'static str, &'static str),
    linked_by: Option<&'static str>,
    /// How many incidents that person took.
    used: i32,
}

/// The accounts were entered before the first contract began.
const ENTERED: i32 = 730;

const PRODUCT_SUPPORT: &str = "product-support.competency";
const CLOUD_SUPPORT: &str = "signature-cloud-support.competency";

const fn standing(
    company: &'static str,
    offers: &'static [(&'static str, Option<&'static str>, i32)],
    benefits: &'static [Held],
) -> Standing {
    let portal = MembershipPortal::PartnerCenter;
    Standing {
        company,
        region: "americas",
        portal,
        offers,
        plans: &[],
        reseller: None,
        benefits,
    }
}

const fn contract(
    ends: i32,
    ids: (&'static str, &'static str),
    linked_by: Option<&'static str>,
    used: i32,
) -> Option<HeldContract> {
    Some(HeldContract {
        ends,
        ids,
        linked_by,
        used,
    })
}

const STANDINGS: &[Standing] = &[
    standing("alder-works", &[("action-pack", None, -150)], &[]),
    standing(
        "birch-systems",
        &[("silver", Some("datacenter"), -120)],
        &[
            Held {
                benefit: PRODUCT_SUPPORT,
                by: "bruno",
                contract: contract(
                    -120,
                    ("DEMO-ACCESS-2210", "DEMO-CONTRACT-9034"),
                    Some("bruno"),
                    12,
                ),
            },
            Held {
                benefit: CLOUD_SUPPORT,
                by: "bruno",
                contract: None,
            },
        ],
    ),
    standing(
        "cedar-cloud",
        &[
            ("gold", Some("cloud-platform"), -200),
            ("silver", Some("messaging"), -200),
        ],
        &[
            Held {
                benefit: PRODUCT_SUPPORT,
                by: "chen",
                contract: contract(
                    -200,
                    ("DEMO-ACCESS-3318", "DEMO-CONTRACT-5507"),
                    Some("chen"),
                    2,
                ),
            },
            Held {
                benefit: CLOUD_SUPPORT,
                by: "chen",
                contract: contract(
                    -200,
                    ("DEMO-ACCESS-8871", "DEMO-CONTRACT-6642"),
                    Some("chen"),
                    4,
                ),
            },
        ],
    ),
    Standing {
        reseller: Some(ResellerKind::DirectBill),
        ..standing("dogwood-reseller", &[], &[])
    },
    standing(
        "elm-devops",
        &[("gold", Some("devops"), 20)],
        &[Held {
            benefit: PRODUCT_SUPPORT,
            by: "emil",
            contract: contract(
                20,
                ("DEMO-ACCESS-4453", "DEMO-CONTRACT-1189"),
                Some("emil"),
                5,
            ),
        }],
    ),
    Standing {
        plans: &["advanced"],
        ..standing(
            "fir-consulting",
            &[("silver", Some("application-development"), -90)],
            &[Held {
                benefit: PRODUCT_SUPPORT,
                by: "farah",
                contract: contract(
                    -90,
                    ("DEMO-ACCESS-6015", "DEMO-CONTRACT-2297"),
                    Some("farah"),
                    15,
                ),
            }],
        )
    },
    Standing {
        company: "ginkgo-services",
        region: "emea",
        portal: MembershipPortal::PartnerMembershipCenter,
        offers: &[("action-pack", None, -75)],
        plans: &[],
        reseller: None,
        benefits: &[],
    },
    standing("iris-labs", &[], &[]),
    standing(
        "juniper-data",
        &[("gold", Some("data-platform"), -300)],
        &[],
    ),
    Standing {
        company: "kauri-retail",
        region: "emea",
        portal: MembershipPortal::PartnerCenter,
        offers: &[("silver", Some("data-analytics"), -180)],
        plans: &[],
        reseller: None,
        benefits: &[
            Held {
                benefit: PRODUCT_SUPPORT,
                by: "keiko",
                contract: contract(-180, ("DEMO-ACCESS-4711", "DEMO-CONTRACT-0815"), None, 0),
            },
            Held {
                benefit: CLOUD_SUPPORT,
                by: "keiko",
                contract: None,
            },
        ],
    },
    standing(
        "maple-apps",
        &[("silver", Some("application-development"), -240)],
        &[
            Held {
                benefit: PRODUCT_SUPPORT,
                by: "mira",
                contract: contract(-240, ("DEMO-ACCESS-5129", "DEMO-CONTRACT-8403"), None, 0),
            },
            Held {
                benefit: CLOUD_SUPPORT,
                by: "mira",
                contract: contract(-240, ("DEMO-ACCESS-9962", "DEMO-CONTRACT-1574"), None, 0),
            },
        ],
    ),
];

/// Product, version, severity, title, description.
type Story = (
    &'static str,
    Option<&'static str>,
    Severity,
    &'static str,
    &'static str,
);

const ON_PREMISES: &[Story] = &[
    (
        "windows-server",
        Some("2019"),
        Severity::B,
        "Failover cluster loses a node after patching",
        "After the January updates one of three nodes leaves the cluster every night. Event 1135, then 1177. Validation passes.",
    ),
    (
        "sql-server",
        Some("2019"),
        Severity::A,
        "Availability group stuck in RESOLVING",
        "The primary of our production group went to RESOLVING after a storage hiccup and does not come back. Error 41131.",
    ),
    (
        "sharepoint-server",
        Some("2019"),
        Severity::C,
        "Search crawl stops at 2,000 items",
        "A full crawl ends without an error after exactly 2,000 items. Index reset and new search application tried.",
    ),
    (
        "exchange-server",
        Some("2019"),
        Severity::B,
        "Mail queues grow on one transport server",
        "Queue to the edge grows during backups with 451 4.7.0. The other servers in the group are fine.",
    ),
    (
        "visual-studio",
        Some("2019"),
        Severity::C,
        "Debugger detaches from 32-bit services",
        "Attaching to a 32-bit Windows service works for some seconds, then the debugger detaches without a message.",
    ),
    (
        "azure-devops-server",
        Some("2019"),
        Severity::B,
        "Build agents show as offline",
        "After moving the application tier all self-hosted agents stay offline, although their logs show a connection.",
    ),
    (
        "windows-server",
        Some("2016"),
        Severity::C,
        "DFS replication backlog does not shrink",
        "Backlog of about 40,000 files between two members, no conflicts, no error events. Staging quota was raised.",
    ),
    (
        "system-center-operations-manager",
        Some("2019"),
        Severity::C,
        "Alerts arrive an hour late",
        "Alerts of the Linux management pack arrive with a delay of one hour since the time change.",
    ),
    (
        "sql-server",
        Some("2017"),
        Severity::B,
        "Query plan flips every morning",
        "The first run of a nightly aggregate takes 40 minutes instead of 3 until statistics are updated by hand.",
    ),
    (
        "biztalk-server",
        Some("2020"),
        Severity::B,
        "Receive location disables itself",
        "An SFTP receive location is disabled after two failed connections although the retry count is ten.",
    ),
];

const CLOUD: &[Story] = &[
    (
        "azure-virtual-machines",
        None,
        Severity::A,
        "Virtual machine does not boot after resize",
        "The machine hangs at the boot screen since it was resized. Redeploy was tried twice. Serial console shows no output.",
    ),
    (
        "azure-sql-database",
        None,
        Severity::B,
        "Failover group endpoint resolves to the old primary",
        "Two hours after a planned failover the listener still resolves to the old region for some clients.",
    ),
    (
        "power-bi",
        None,
        Severity::C,
        "Scheduled refresh fails with a gateway timeout",
        "Refresh of one data set fails since Monday with a gateway timeout. Other data sets over the same gateway work.",
    ),
    (
        "dynamics-365-business-central",
        None,
        Severity::B,
        "Posting of invoices locks for minutes",
        "Posting an invoice blocks other users for two to three minutes since the last update of the environment.",
    ),
    (
        "azure-app-service",
        None,
        Severity::C,
        "Custom domain shows the wrong certificate",
        "After renewal some visitors still get the old certificate of one custom domain.",
    ),
];

/// Fills an empty data file with the demo partners, and returns the clock that goes with it. A file that was filled
/// earlier keeps its clock.
///
/// # Errors
/// A sentence: the file holds something else, or the programme is not the one that the demo is made for.
pub async fn prepare(
    store: &Store,
    programme: &Arc<Programme>,
    issuer: &str,
) -> Result<Clock, String> {
    let plainly = |failure: Failure| match failure {
        Failure::Refused(trouble) => format!(
            "the demo partners do not fit this programme: {} {}",
            trouble.problem.title,
            trouble.problem.detail.as_deref().unwrap_or("")
        ),
        Failure::Store(error) => format!("the demo partners cannot be entered: {error}"),
    };
    let people: Vec<DemoPerson> =
        serde_json::from_str(PEOPLE).map_err(|error| format!("the demo's people: {error}"))?;
    let entry = Entry {
        store,
        programme,
        issuer,
        people: &people,
    };
    if let Some(ahead) = store.about(CLOCK).await.map_err(plainly)? {
        let ahead = ahead
            .parse()
            .map_err(|_| "the demo's clock in the data file is broken")?;
        // People belong to their issuer, which may listen on another port this time.
        if store.about(BOUND_TO).await.map_err(plainly)?.as_deref() != Some(issuer) {
            entry.bind_everybody().await.map_err(plainly)?;
        }
        return Ok(Clock::ahead_by(ahead));
    }
    if store.has_partners().await.map_err(plainly)? {
        return Err("--demo needs an empty data file: this one holds partners already".into());
    }
    entry.everything().await.map_err(plainly)?;
    // Noted last: a file that was only half filled is not taken for a demo.
    let clock = Clock::starting_at(Moment::morning_of(programme.data().as_of));
    store
        .note(CLOCK, clock.ahead().to_string())
        .await
        .map_err(plainly)?;
    tracing::info!(partners = STANDINGS.len(), "the demo partners are entered");
    Ok(clock)
}

struct Entry<'a> {
    store: &'a Store,
    programme: &'a Arc<Programme>,
    issuer: &'a str,
    people: &'a [DemoPerson],
}

impl Entry<'_> {
    async fn everything(&self) -> Result<(), Failure> {
        for standing in STANDINGS {
            self.company(standing).await?;
        }
        self.bind_everybody().await?;
        for standing in STANDINGS {
            for held in standing.benefits {
                self.benefit(standing.company, held).await?;
            }
        }
        Ok(())
    }

    async fn bind_everybody(&self) -> Result<(), Failure> {
        for person in self.people.iter().filter(|person| person.partner.is_some()) {
            let (issuer, subject) = (self.issuer.to_owned(), person.subject.clone());
            let sees_offers = !person.offers_hidden;
            self.store
                .bind(
                    self.entered(),
                    issuer,
                    subject,
                    person.partner.clone(),
                    sees_offers,
                )
                .await?;
        }
        self.store.note(BOUND_TO, self.issuer.to_owned()).await
    }

    /// Who entered the accounts, and when.
    fn entered(&self) -> (Person, Moment) {
        let operator = self.person(|it| it.operator);
        (
            operator.unwrap_or_else(|| Person::of_the_program("demo")),
            Moment::morning_of(self.day(ENTERED)),
        )
    }

    fn day(&self, back: i32) -> Date {
        self.programme.data().as_of.plus_days(-back)
    }

    fn person(&self, is_it: impl Fn(&DemoPerson) -> bool) -> Option<Person> {
        self.people
            .iter()
            .find(|person| is_it(person))
            .map(|person| person.at(self.issuer))
    }

    async fn company(&self, standing: &Standing) -> Result<(), Failure> {
        let id = standing.company;
        let staff: Vec<&DemoPerson> = self
            .people
            .iter()
            .filter(|person| person.partner.as_deref() == Some(id))
            .collect();
        let name = staff.iter().find_map(|person| person.company.clone());
        let may_activate = &self.programme.policy().activation_roles;
        let offers = standing
            .offers
            .iter()
            .map(|(offer, competency, back)| MembershipOffer {
                offer: (*offer).to_owned(),
                competency: competency.map(str::to_owned),
                // Members for two years, so that the benefits were asked for inside the membership.
                start: self.day(*back).plus_years(-2),
                anniversary: self.day(*back),
                status: OfferStatus::Active,
            });
        let activators = staff
            .iter()
            .filter(|person| person.roles.iter().any(|role| may_activate.contains(role)))
            .map(|person| person.name.clone());
        let (by, at) = self.entered();
        let partner = NewPartner {
            id: id.to_owned(),
            name: name.unwrap_or_else(|| id.to_owned()),
            region: standing.region.to_owned(),
            portal: standing.portal,
            offers: offers.collect(),
            plans: standing.plans.iter().map(|&plan| plan.to_owned()).collect(),
            reseller: standing.reseller,
            activators: activators.collect(),
        };
        self.store.put_partner(by, at, partner).await.map(drop)
    }

    async fn benefit(&self, company: &str, held: &Held) -> Result<(), Failure> {
        let (Some(key), Some(person)) = (
            BenefitKey::parse(held.benefit),
            self.person(|it| it.subject == held.by),
        ) else {
            return Ok(());
        };
        let (first_day, last_day) = match &held.contract {
            Some(contract) => {
                let last = self.day(contract.ends);
                (last.plus_days(1).plus_years(-1), last)
            }
            None => (self.day(waits(company)), self.day(waits(company))),
        };
        let asked = match &held.contract {
            Some(_) => Moment::morning_of(first_day.plus_days(-3)),
            None => Moment::morning_of(first_day),
        };
        let (programme, benefit) = (Arc::clone(self.programme), key.clone());
        let judge =
            move |account: &AccountFacts| activate_benefit::judge(&programme, account, &benefit);
        let once = key_for(&person, "activation", company, held.benefit);
        self.store
            .request_activation(once, person, asked, key.clone(), judge)
            .await?;
        let Some(contract) = &held.contract else {
            return Ok(());
        };
        self.hand_over(company, &key, contract, first_day, last_day)
            .await?;
        let linked_by = contract
            .linked_by
            .and_then(|by| self.person(|it| it.subject == by));
        let Some(person) = linked_by else {
            return Ok(());
        };
        let now = Moment::morning_of(first_day);
        let once = key_for(&person, "link", company, held.benefit);
        self.store
            .link_contract(once, person.clone(), now, ids(contract), |_, _| Ok(()))
            .await?;
        self.incidents(&person, &key, contract.used, first_day, last_day)
            .await
    }

    async fn hand_over(
        &self,
        company: &str,
        key: &BenefitKey,
        contract: &HeldContract,
        start: Date,
        end: Date,
    ) -> Result<(), Failure> {
        let Some(operator) = self.person(|it| it.operator) else {
            return Ok(());
        };
        let (programme, benefit) = (Arc::clone(self.programme), key.clone());
        let judge =
            move |account: &AccountFacts| fulfil_activation::judge(&programme, account, &benefit);
        let once = key_for(&operator, "fulfilment", company, &key.to_string());
        let handover = Handover {
            ids: ids(contract),
            start,
            end,
        };
        let now = Moment::morning_of(start);
        self.store
            .fulfil(
                once,
                operator,
                now,
                company.to_owned(),
                key.clone(),
                handover,
                judge,
            )
            .await?;
        Ok(())
    }

    /// Incidents spread evenly from the contract's first day to yesterday, or to its end.
    async fn incidents(
        &self,
        person: &Person,
        key: &BenefitKey,
        count: i32,
        start: Date,
        end: Date,
    ) -> Result<(), Failure> {
        let account = self.store.account(person.clone(), start).await?;
        let contract = account
            .contracts
            .iter()
            .find(|it| it.own && it.benefit == *key);
        let Some(contract) = contract else {
            return Ok(());
        };
        let cloud = key.to_string() == CLOUD_SUPPORT;
        let stories = if cloud { CLOUD } else { ON_PREMISES };
        let days = start.days_until(end.min(self.day(1)));
        for (number, story) in (1..=count).zip(stories.iter().cycle()) {
            let (product, version, severity, title, description) = *story;
            let request = NewIncident {
                beneficiary: Beneficiary::OwnCompany,
                customer: None,
                product: product.to_owned(),
                version: version.map(str::to_owned),
                failing_side: None,
                kind: IncidentKind::BreakFix,
                severity,
                impact: None,
                funding: Funding::Contract {
                    contract: contract.reference.clone(),
                },
                title: title.to_owned(),
                description: description.to_owned(),
                contacts: Vec::new(),
                test: false,
            };
            let day = start.plus_days(days * number / (count + 1));
            let now = Moment(Moment::morning_of(day).0 + i64::from(number) * 1_380_000);
            let request = create_incident::checked(self.programme, request)?;
            let question = Question::CreateIncident(request.question());
            let programme = Arc::clone(self.programme);
            let judge = move |account: &AccountFacts| {
                create_incident::judge(&programme, account, &question)
            };
            let once = key_for(person, "incident", &key.to_string(), &number.to_string());
            self.store
                .open_incident(once, person.clone(), now, request, judge)
                .await?;
        }
        Ok(())
    }
}

/// For how many days a request of a company has waited: one longer than the others.
fn waits(company: &str) -> i32 {
    if company == "kauri-retail" { 9 } else { 2 }
}

fn ids(contract: &HeldContract) -> SupportIds {
    let (access_id, contract_id) = contract.ids;
    SupportIds {
        access_id: access_id.to_owned(),
        contract_id: contract_id.to_owned(),
    }
}

fn key_for(person: &Person, step: &str, what: &str, which: &str) -> Once {
    let key = format!("demo-{step}-{what}-{which}");
    Once {
        issuer: person.issuer.clone(),
        subject: person.subject.clone(),
        fingerprint: fingerprint("demo", &key, b""),
        key,
    }
}

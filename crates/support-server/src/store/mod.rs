//! What the desk remembers. The functions here are the steps of the domain, each one transaction; they are written once
//! (`steps/`) and taken on either of two engines (`engine/`): SQLite in a file, or PostgreSQL. A change asks its caller to judge the facts **inside** that transaction, so that whoever comes second is judged
//! on what the first one left.

mod db;
mod engine;
mod facts;
mod ledger;
mod numbers;
mod seal;
mod steps;

pub use engine::Commits;
pub(crate) use seal::to_hex;
pub use seal::{Seal, masked};
pub use steps::desk::Imported;
pub(crate) use steps::sessions::{Given, Lasting, Times};

use crate::auth::Person;
use crate::clock::Moment;
use crate::handover::queue::{Away, DeadLetters, Event, Queue};
use crate::idempotency::{Answer, Once};
use crate::problem::Trouble;
use engine::Step;
use engine::postgres::Postgres;
use engine::sqlite::Sqlite;
use entitlement_rules::{
    AccountFacts, Allotment, BenefitKey, Date, FailureReason, MembershipOffer, MembershipPortal,
    ResellerKind,
};
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use steps::{
    Change, Ended, Whose, Work, activations, audit, contracts, copy, desk, desk_calls, history,
    incident_changes, incidents, keeping, outbox, partners, sessions,
};
use support_api::desk::{AuditEntry, DeskIncident, PartnerPeople, PartnerSummary};
use support_api::handover::DeskCall;
use support_api::{
    DeadLetter, Impact, Incident, IncidentStatus, LedgerLine, NewIncident, NewRefund, ProblemCode,
    Severity, SupportIds,
};
use tokio::sync::Notify;

/// What goes wrong below the domain.
#[derive(Debug)]
pub enum StoreError {
    /// The store cannot be reached, or does not answer.
    Away(&'static str),
    /// The store answers, and cannot do it right now.
    Busy(&'static str),
    /// SQLite refused a statement.
    Sqlite(rusqlite::Error),
    /// PostgreSQL refused a statement.
    Postgres(Box<tokio_postgres::Error>),
    /// Somebody else's transaction was in the way, time and again.
    LostRace(String),
    /// What was read is not what was once written.
    Corrupt(&'static str),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::Away(why) | StoreError::Busy(why) | StoreError::Corrupt(why) => {
                out.write_str(why)
            }
            StoreError::Sqlite(error) => error.fmt(out),
            StoreError::Postgres(error) => error.fmt(out),
            StoreError::LostRace(how) => write!(out, "a race was lost: {how}"),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Sqlite(error)
    }
}

/// Why a step was not taken.
#[derive(Debug)]
pub enum Failure {
    /// It is refused; nothing was changed.
    Refused(Trouble),
    /// It could not be done; nothing was changed.
    Store(StoreError),
}

impl Failure {
    /// As of a step that refuses nothing.
    fn store(self) -> StoreError {
        match self {
            Failure::Store(error) => error,
            Failure::Refused(_) => StoreError::Corrupt("a step refused what it never refuses"),
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure::Refused(trouble)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        match failure {
            Failure::Refused(trouble) => trouble,
            Failure::Store(error) => {
                tracing::error!(%error, "the store failed");
                match error {
                    StoreError::Away(_) | StoreError::Busy(_) | StoreError::LostRace(_) => {
                        Trouble::unavailable()
                    }
                    StoreError::Sqlite(rusqlite::Error::SqliteFailure(cause, _))
                        if is_passing(cause.code) =>
                    {
                        Trouble::unavailable()
                    }
                    StoreError::Sqlite(_) | StoreError::Postgres(_) | StoreError::Corrupt(_) => {
                        Trouble::new(ProblemCode::Internal)
                    }
                }
            }
        }
    }
}

/// Causes that go away: a full disk, a lock, an I/O error.
fn is_passing(code: rusqlite::ErrorCode) -> bool {
    use rusqlite::ErrorCode::{
        DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, SystemIoFailure,
    };
    matches!(
        code,
        DatabaseBusy | DatabaseLocked | DiskFull | OutOfMemory | SystemIoFailure
    )
}

/// A partner account as it is entered.
#[derive(Clone, Debug)]
pub struct NewPartner {
    /// Stable id.
    pub id: String,
    /// Company name.
    pub name: String,
    /// Region code.
    pub region: String,
    /// Which portal manages the membership.
    pub portal: MembershipPortal,
    /// Membership offers.
    pub offers: Vec<MembershipOffer>,
    /// Ids of the paid plans that it has bought.
    pub plans: Vec<String>,
    /// What kind of reseller it is, when it is one and that is known.
    pub reseller: Option<ResellerKind>,
    /// Names of those who may activate.
    pub activators: Vec<String>,
}

/// What the operator hands over.
#[derive(Clone, Debug)]
pub struct Handover {
    /// Both IDs.
    pub ids: SupportIds,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// What the rules say about a request for activation that the operator fulfils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fulfilled {
    /// It gets this many incidents.
    Granted(Allotment),
    /// It cannot be fulfilled any more, and ends.
    Ended(FailureReason),
}

/// How an incident is covered, as the law says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Reference of the contract that pays; absent when the resellers' plan does.
    pub contract: Option<String>,
    /// The benefit behind it.
    pub benefit: Option<BenefitKey>,
    /// Incidents taken from a finite allotment: 0 or 1.
    pub consumed: u32,
    /// Where it goes on.
    pub portal: Option<String>,
}

/// A request for activation that waits, with its partner's facts.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which benefit.
    pub benefit: BenefitKey,
    /// When it was asked for.
    pub requested_at: Moment,
    /// On which day.
    pub requested_on: Date,
    /// Who asked.
    pub requested_by: String,
    /// The partner as the operator sees it.
    pub account: AccountFacts,
}

/// After which request for activation a list of them goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterWaiting {
    /// When it was asked for.
    pub requested_at: Moment,
    /// By which partner.
    pub partner: String,
    /// Which benefit.
    pub benefit: BenefitKey,
}

/// Tries with unknown IDs that one person may make in [`LINK_WINDOW_MS`].
pub const LINK_TRIES: u32 = 10;
/// A quarter of an hour, in milliseconds.
pub const LINK_WINDOW_MS: i64 = 15 * 60_000;

/// Which incidents to list.
#[derive(Clone, Debug, Default)]
pub struct IncidentFilter {
    /// How many at most.
    pub limit: u32,
    /// The id after which to go on.
    pub after: Option<String>,
    /// By creation.
    pub order: Order,
    /// Only those that are neither resolved, nor closed, nor cancelled.
    pub unfinished: bool,
    /// Only those that stand so.
    pub status: Option<IncidentStatus>,
    /// Only those about this product.
    pub product: Option<String>,
    /// Only those of this severity.
    pub severity: Option<Severity>,
    /// Only those that the benefit or the plan with this id pays.
    pub paid_by: Option<String>,
    /// Only those created then or later.
    pub created_from: Option<Moment>,
    /// Only those created then or earlier.
    pub created_until: Option<Moment>,
    /// Only those whose number, title or customer has this text in it, in capitals or not.
    pub text: Option<String>,
}

/// In which order incidents are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The youngest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Which incidents of every company to list.
#[derive(Clone, Debug, Default)]
pub struct DeskFilter {
    /// How many at most.
    pub limit: u32,
    /// Severity and id of the incident after which to go on.
    pub after: Option<(Severity, String)>,
    /// Which come first.
    pub order: DeskOrder,
    /// Only those of this partner.
    pub partner: Option<String>,
    /// Only those that are neither resolved, nor closed, nor cancelled.
    pub unfinished: bool,
    /// Only those that stand so.
    pub status: Option<IncidentStatus>,
    /// Only those of this severity.
    pub severity: Option<Severity>,
    /// Only those whose number, title or customer has this text in it, in capitals or not.
    pub text: Option<String>,
}

/// In which order an operator sees incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeskOrder {
    /// The most severe first, and of the same severity the oldest.
    #[default]
    WorstFirst,
    /// The oldest first.
    OldestFirst,
    /// The youngest first.
    NewestFirst,
}

/// What [`Store::check`] counted, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Partner accounts.
    pub partners: u64,
    /// Contracts.
    pub contracts: u64,
    /// Incidents.
    pub incidents: u64,
    /// Lines of the ledger.
    pub ledger_lines: u64,
    /// Events for other systems.
    pub events: u64,
    /// What is wrong, a sentence each; up to a hundred of them.
    pub faults: Vec<String>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} partners, {} contracts, {} incidents, {} lines of the ledger, {} events",
            self.partners, self.contracts, self.incidents, self.ledger_lines, self.events
        )
    }
}

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waited {
    /// How many events.
    pub events: u64,
    /// For how long the longest due one has waited.
    pub longest: Duration,
}

/// The store.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    /// Rung when something was changed: there may be an event to hand over.
    written: Arc<Notify>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Postgres),
}

impl Store {
    /// Opens the data file, makes it when it is absent, and brings its tables up to date.
    ///
    /// # Errors
    /// A sentence that names the file: not a database, of another version, or sealed with another key.
    pub async fn open(path: &Path, seal: Seal, commits: Commits) -> Result<Store, String> {
        let named = |error: StoreError| format!("the data file {}: {error}", path.display());
        let seal = Arc::new(seal);
        let sqlite = Sqlite::open(path, &seal, commits).map_err(named)?;
        let store = Store {
            engine: Engine::Sqlite(Arc::new(sqlite)),
            written: Arc::default(),
        };
        store.check_seal(&seal).await.map_err(named)?;
        store.check_whole().await.map_err(named)?;
        Ok(store)
    }

    /// Connects to a PostgreSQL database with up to so many connections, and brings its tables up to date when it may.
    ///
    /// # Errors
    /// A sentence about what is wrong with the database; never its address, which can have a password in it.
    pub async fn connect(
        url: &str,
        connections: usize,
        seal: Seal,
        migrates: bool,
        commits: Commits,
    ) -> Result<Store, String> {
        let named = |error: StoreError| format!("the database: {error}");
        let seal = Arc::new(seal);
        let postgres = Postgres::connect(url, connections, &seal, migrates, commits);
        let store = Store {
            engine: Engine::Postgres(postgres.await.map_err(named)?),
            written: Arc::default(),
        };
        store.check_seal(&seal).await.map_err(named)?;
        store.check_whole().await.map_err(named)?;
        Ok(store)
    }

    /// The data must have been sealed with a key that is known here, or with none yet.
    async fn check_seal(&self, seal: &Seal) -> Result<(), StoreError> {
        match self.about(SEAL).await.map_err(Failure::store)? {
            None => self.note(SEAL, seal.mark()).await.map_err(Failure::store),
            Some(mark) if seal.knows(&mark) => Ok(()),
            Some(_) => Err(StoreError::Corrupt(
                "its IDs are sealed with another key file",
            )),
        }
    }

    /// One transaction that may write.
    async fn change<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.change(step).await,
            Engine::Postgres(postgres) => postgres.change(step).await,
        }
    }

    /// One transaction that sees one state of everything and writes nothing.
    async fn read<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(step).await,
            Engine::Postgres(postgres) => postgres.read(step).await,
        }
    }

    /// One change, at most once per key.
    async fn once(&self, change: Change<impl Work>) -> Result<Answer, Failure> {
        match self.change(change).await? {
            Ended::Done(answer) => {
                self.written.notify_one();
                Ok(answer)
            }
            Ended::Refused(trouble) => Err(trouble.into()),
        }
    }

    /// The facts of a person's account.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn account(&self, person: Person, as_of: Date) -> Result<AccountFacts, Failure> {
        self.read(facts::ReadAccount { person, as_of }).await
    }

    /// The `revision` that those facts have.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn account_revision(&self, person: Person) -> Result<u64, Failure> {
        self.read(facts::ReadRevision { person }).await
    }

    /// A partner asks for the activation of a benefit. Answers 202 with the account after it.
    ///
    /// # Errors
    /// What `judge` refuses; a key that was used with another body; the store.
    pub async fn request_activation(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        benefit: BenefitKey,
        judge: impl Fn(&AccountFacts) -> Result<Option<Allotment>, Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        let judge = Box::new(judge);
        let work = activations::Request { benefit, judge };
        self.once(Change {
            once,
            person,
            now,
            whose: Whose::TheirOwn,
            work,
        })
        .await
    }

    /// Up to `limit` requests for activation that wait for the operator, oldest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn waiting_activations(
        &self,
        operator: Person,
        as_of: Date,
        limit: u32,
        after: Option<AfterWaiting>,
    ) -> Result<Vec<Waiting>, Failure> {
        self.read(activations::Queue {
            operator,
            as_of,
            limit,
            after,
        })
        .await
    }

    /// The operator hands over a contract for a pending activation. Answers 200 with where the activation stands.
    ///
    /// # Errors
    /// Nothing is pending; what `judge` refuses; IDs that another contract has; the store.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is a different fact of one step"
    )]
    pub async fn fulfil(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        partner: String,
        benefit: BenefitKey,
        handover: Handover,
        judge: impl Fn(&AccountFacts) -> Result<Fulfilled, Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        self.once(Change {
            once,
            person: operator,
            now,
            whose: Whose::Partner(partner),
            work: activations::Fulfil {
                benefit,
                handover,
                judge: Box::new(judge),
            },
        })
        .await
    }

    /// The operator refuses a pending activation. Answers 200 with where the activation stands.
    ///
    /// # Errors
    /// Nothing is pending; the store.
    pub async fn reject(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        partner: String,
        benefit: BenefitKey,
        reason: FailureReason,
    ) -> Result<Answer, Failure> {
        self.once(Change {
            once,
            person: operator,
            now,
            whose: Whose::Partner(partner),
            work: activations::Reject { benefit, reason },
        })
        .await
    }

    /// A person ties a contract to their account with both its IDs. Answers 201, or 200 when it was tied already, with
    /// the account after it.
    ///
    /// # Errors
    /// No contract has this pair; too many such tries; what `judge` refuses of the contract; the store.
    pub async fn link_contract(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        ids: SupportIds,
        judge: impl Fn(&AccountFacts, &str) -> Result<(), Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        let judge = Box::new(judge);
        self.once(Change {
            once,
            person,
            now,
            whose: Whose::TheirOwn,
            work: contracts::Link { ids, judge },
        })
        .await
    }

    /// Shows the two IDs of a contract, and writes down who saw them.
    ///
    /// # Errors
    /// No such contract in the person's account; what `judge` refuses; the store.
    pub async fn reveal_ids(
        &self,
        person: Person,
        now: Moment,
        contract: String,
        judge: impl Fn(&AccountFacts) -> Result<(), Trouble> + Send + Sync + 'static,
    ) -> Result<SupportIds, Failure> {
        self.change(contracts::Reveal {
            person,
            now,
            contract,
            judge: Box::new(judge),
        })
        .await
    }

    /// Creates an incident and takes it from the contract that pays. Answers 201 with the incident and the account
    /// after it.
    ///
    /// # Errors
    /// What `judge` refuses; a key that was used with another body; the store.
    pub async fn open_incident(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        request: NewIncident,
        judge: impl Fn(&AccountFacts) -> Result<Cover, Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        let judge = Box::new(judge);
        self.once(Change {
            once,
            person,
            now,
            whose: Whose::TheirOwn,
            work: incidents::Open { request, judge },
        })
        .await
    }

    /// Incidents that a person may see, without their descriptions.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn incidents(
        &self,
        person: Person,
        filter: IncidentFilter,
    ) -> Result<Vec<Incident>, Failure> {
        self.read(incidents::List { person, filter }).await
    }

    /// An incident that a person may see.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn incident(&self, person: Person, id: String) -> Result<Option<Incident>, Failure> {
        self.read(incidents::Read { person, id }).await
    }

    /// A person takes an incident back. Answers 200 with it.
    ///
    /// # Errors
    /// They cannot see it; it stands elsewhere; the store.
    pub async fn cancel_incident(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        incident: String,
    ) -> Result<Answer, Failure> {
        let deed = incident_changes::Deed::Cancel;
        self.act(once, person, now, incident, deed).await
    }

    /// A person reopens an incident. Answers 200 with it.
    ///
    /// # Errors
    /// They cannot see it; it stands elsewhere, or was over for too long; the store.
    pub async fn reopen_incident(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        incident: String,
    ) -> Result<Answer, Failure> {
        let deed = incident_changes::Deed::Reopen;
        self.act(once, person, now, incident, deed).await
    }

    /// A person writes on an incident. Answers 200 with it.
    ///
    /// # Errors
    /// They cannot see it; it is over; the store.
    pub async fn comment_incident(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        incident: String,
        text: String,
    ) -> Result<Answer, Failure> {
        let deed = incident_changes::Deed::Comment(text);
        self.act(once, person, now, incident, deed).await
    }

    /// A person makes an incident more or less urgent. Answers 200 with it.
    ///
    /// # Errors
    /// They cannot see it; it is over; what `judge` refuses of the incident as it would be; the store.
    pub async fn change_severity(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        incident: String,
        (severity, impact): (Severity, Option<Impact>),
        judge: impl Fn(&AccountFacts, &NewIncident) -> Result<(), Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        let judge = Box::new(judge);
        let deed = incident_changes::Deed::Severity {
            severity,
            impact,
            judge,
        };
        self.act(once, person, now, incident, deed).await
    }

    async fn act(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        incident: String,
        deed: incident_changes::Deed,
    ) -> Result<Answer, Failure> {
        self.once(Change {
            once,
            person,
            now,
            whose: Whose::TheirOwn,
            work: incident_changes::Act { incident, deed },
        })
        .await
    }

    /// Acts on a verified call of the vendor's system, unless a call with this id was acted on before.
    ///
    /// # Errors
    /// It names what is not there, or what is not in the state for it; what `judge` refuses; the store.
    pub async fn desk_call(
        &self,
        id: String,
        now: Moment,
        call: DeskCall,
        judge: impl Fn(&AccountFacts) -> Result<Fulfilled, Trouble> + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        let deed = desk_calls::Deed::of(call, Box::new(judge));
        self.change(desk_calls::Call { id, now, deed }).await?;
        self.written.notify_one();
        Ok(())
    }

    /// Begins a session under the SHA-256 of its id, and ends the one that the browser had before.
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn begin_session(
        &self,
        id: Vec<u8>,
        person: Person,
        given: Given,
        times: Times,
        former: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        let begin = sessions::Begin {
            id,
            person,
            given,
            times,
            former,
        };
        self.change(begin).await
    }

    /// Whose session this is, when it still lasts.
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn session(
        &self,
        id: Vec<u8>,
        now: Moment,
    ) -> Result<Option<Lasting>, Failure> {
        self.read(sessions::Find { id, now }).await
    }

    /// What a session that is due is renewed by, for one caller on whichever server until a moment, or until
    /// [`Store::renew_session`].
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn claim_session(
        &self,
        id: Vec<u8>,
        now: Moment,
        until: Moment,
    ) -> Result<Option<Given>, Failure> {
        self.change(sessions::Claim { id, now, until }).await
    }

    /// Notes what came of renewing a session: the person as they are now and until when that counts, when they were
    /// told; what it is renewed by from now on, when that is another; and when.
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn renew_session(
        &self,
        id: Vec<u8>,
        person: Option<(Person, Moment)>,
        given: Option<Given>,
        due_at: Moment,
    ) -> Result<(), Failure> {
        let renew = sessions::Renew {
            id,
            person,
            given,
            due_at,
        };
        self.change(renew).await
    }

    /// Ends a session. What the provider gave for it can be taken until a moment, by [`Store::leave_session`].
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn end_session(&self, id: Vec<u8>, until: Moment) -> Result<(), Failure> {
        self.change(sessions::End { id, until }).await
    }

    /// What the provider gave for a session that is over; once.
    ///
    /// # Errors
    /// When the store is away.
    pub(crate) async fn leave_session(
        &self,
        id: Vec<u8>,
        now: Moment,
    ) -> Result<Option<Given>, Failure> {
        self.change(sessions::Leave { id, now }).await
    }

    /// The operator gives back what an incident consumed. Answers 200 with the partner's account.
    ///
    /// # Errors
    /// The partner has no such incident; nothing was taken, or it was given back; what `judge` refuses of the contract
    /// that paid; the store.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is a different fact of one step"
    )]
    pub async fn refund(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        partner: String,
        incident: String,
        refund: NewRefund,
        judge: impl Fn(&AccountFacts, &str) -> Result<(), Trouble> + Send + Sync + 'static,
    ) -> Result<Answer, Failure> {
        self.once(Change {
            once,
            person: operator,
            now,
            whose: Whose::Partner(partner),
            work: incident_changes::Refund {
                incident,
                reason: refund.reason,
                note: refund.note,
                judge: Box::new(judge),
            },
        })
        .await
    }

    /// The operator raises or, below zero, lowers what a contract was granted. Answers 200 with the partner's account.
    ///
    /// # Errors
    /// The partner has no such contract; the balance does not allow it; the store.
    pub async fn correct(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        partner: String,
        contract: String,
        correction: support_api::Correction,
    ) -> Result<Answer, Failure> {
        let support_api::Correction { by, reason } = correction;
        self.once(Change {
            once,
            person: operator,
            now,
            whose: Whose::Partner(partner),
            work: incident_changes::Correct {
                contract,
                by,
                reason,
            },
        })
        .await
    }

    /// Lines of the history of a contract in a person's account, or in that of the `partner` that an operator looks into,
    /// newest first, each with its number; `after` is the number of a line. `None` when the account has no such contract.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn history(
        &self,
        person: Person,
        partner: Option<String>,
        as_of: Date,
        contract: String,
        limit: u32,
        after: Option<i64>,
    ) -> Result<Option<Vec<(i64, LedgerLine)>>, Failure> {
        self.read(history::History {
            person,
            partner,
            as_of,
            contract,
            limit,
            after,
        })
        .await
    }

    /// Whether it both reads and writes.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Failure> {
        self.read(partners::HasPartners).await?;
        self.change(partners::HasPartners).await.map(drop)
    }

    /// Enters a partner account, or what is new about one that is there. Its revision after that.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn put_partner(
        &self,
        by: Person,
        now: Moment,
        partner: NewPartner,
    ) -> Result<u64, Failure> {
        let put = partners::PutPartner { by, now, partner };
        self.change(put).await
    }

    /// Enters partner accounts in one transaction, or says with `dry_run` what that would do. What each was beside what
    /// was entered before, in their order.
    ///
    /// # Errors
    /// When the store is away; then none was entered.
    pub async fn import_partners(
        &self,
        by: Person,
        now: Moment,
        partners: Vec<NewPartner>,
        dry_run: bool,
    ) -> Result<Vec<Imported>, Failure> {
        let import = desk::Import {
            by,
            now,
            partners,
            dry_run,
        };
        match dry_run {
            true => self.read(import).await,
            false => self.change(import).await,
        }
    }

    /// Up to `limit` partner accounts whose id or name has a text in it, by id; `after` is the id of one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn partners(
        &self,
        text: Option<String>,
        limit: u32,
        after: Option<String>,
    ) -> Result<Vec<PartnerSummary>, Failure> {
        self.read(desk::Partners { text, limit, after }).await
    }

    /// The facts of a partner account as the operator sees it: all of them.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn partner_account(
        &self,
        operator: Person,
        partner: String,
        as_of: Date,
    ) -> Result<Option<AccountFacts>, Failure> {
        self.read(desk::ReadAccount {
            operator,
            partner,
            as_of,
        })
        .await
    }

    /// Who belongs to a partner account.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn people(&self, partner: String) -> Result<Option<PartnerPeople>, Failure> {
        self.read(desk::People(partner)).await
    }

    /// Incidents of every company, without their descriptions.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn board(&self, filter: DeskFilter) -> Result<Vec<DeskIncident>, Failure> {
        self.read(desk::Board(filter)).await
    }

    /// An incident of a partner.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn desk_incident(
        &self,
        partner: String,
        incident: String,
    ) -> Result<Option<DeskIncident>, Failure> {
        self.read(desk::ReadIncident { partner, incident }).await
    }

    /// The operator says where a partner's incident stands. Answers 200 with it.
    ///
    /// # Errors
    /// The partner has no such incident; it does not stand at `from`; the store.
    pub async fn move_incident(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        (partner, incident): (String, String),
        (from, to): (IncidentStatus, IncidentStatus),
    ) -> Result<Answer, Failure> {
        let deed = desk::Deed::Move { from, to };
        self.act_at_desk(once, operator, now, (partner, incident), deed)
            .await
    }

    /// The operator writes on a partner's incident. Answers 200 with it.
    ///
    /// # Errors
    /// The partner has no such incident; it is over; the store.
    pub async fn comment_at_desk(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        (partner, incident): (String, String),
        text: String,
    ) -> Result<Answer, Failure> {
        let deed = desk::Deed::Comment(text);
        self.act_at_desk(once, operator, now, (partner, incident), deed)
            .await
    }

    async fn act_at_desk(
        &self,
        once: Once,
        operator: Person,
        now: Moment,
        (partner, incident): (String, String),
        deed: desk::Deed,
    ) -> Result<Answer, Failure> {
        self.once(Change {
            once,
            person: operator,
            now,
            whose: Whose::Partner(partner),
            work: desk::Act { incident, deed },
        })
        .await
    }

    /// Up to `limit` entries of the audit trail, newest first, about one partner or all; `after` is the id of one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn trail(
        &self,
        partner: Option<String>,
        limit: u32,
        after: Option<String>,
    ) -> Result<Vec<AuditEntry>, Failure> {
        self.read(audit::Trail {
            partner,
            limit,
            after,
        })
        .await
    }

    /// A partner account as it was entered, with its revision.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn partner(&self, id: String) -> Result<Option<(NewPartner, u64)>, Failure> {
        self.read(partners::ReadPartner(id)).await
    }

    /// Binds everybody of a directory who has no binding of their own to a partner account; a later binding replaces
    /// an earlier one.
    ///
    /// # Errors
    /// There is no such partner; the store.
    pub async fn bind_tenant(
        &self,
        (by, now): (Person, Moment),
        issuer: String,
        tenant: String,
        partner: String,
    ) -> Result<(), Failure> {
        self.change(partners::BindTenant {
            by,
            now,
            issuer,
            tenant,
            partner,
        })
        .await
    }

    /// Up to `limit` events that were given up, by partner and id; `after` is that of an event.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn dead_letters(
        &self,
        limit: u32,
        after: Option<(String, String)>,
    ) -> Result<Vec<DeadLetter>, Failure> {
        self.read(outbox::Dead { limit, after }).await
    }

    /// Binds a person to a partner account, or to none; a later binding replaces an earlier one.
    ///
    /// # Errors
    /// There is no such partner; the store.
    pub async fn bind(
        &self,
        (by, now): (Person, Moment),
        issuer: String,
        subject: String,
        partner: Option<String>,
        sees_offers: bool,
    ) -> Result<(), Failure> {
        self.change(partners::Bind {
            by,
            now,
            issuer,
            subject,
            partner,
            sees_offers,
        })
        .await
    }

    /// Whether any partner account is entered.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn has_partners(&self) -> Result<bool, Failure> {
        self.read(partners::HasPartners).await
    }

    /// A fact about the store itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn about(&self, name: &'static str) -> Result<Option<String>, Failure> {
        self.read(partners::About(name)).await
    }

    /// Notes a fact about the store itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn note(&self, name: &'static str, value: String) -> Result<(), Failure> {
        self.change(partners::Note(name, Some(value))).await
    }

    /// What rings after every change.
    #[must_use]
    pub fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.written)
    }

    /// What waits in the outbox.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn waits(&self, now: Moment) -> Result<Waited, Failure> {
        self.read(outbox::Waits { now }).await
    }

    /// Proves that everything adds up: every ledger line follows from the one before it, every balance is the sum of its
    /// lines, and incidents, ledger and events agree.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn check(&self) -> Result<Report, Failure> {
        self.read(keeping::Check).await
    }

    /// Whether everything in it is sealed with this current key.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn is_sealed_with(&self, seal: &Seal) -> Result<bool, Failure> {
        Ok(self
            .about(SEAL)
            .await?
            .is_some_and(|mark| mark == seal.mark()))
    }

    /// Seals with the current key what former ones sealed. How many contracts and sessions it were.
    ///
    /// # Errors
    /// When the store is away; what was sealed until then stays sealed.
    pub async fn reseal(&self, seal: &Seal) -> Result<usize, Failure> {
        let mut count = 0;
        loop {
            match self.change(keeping::Reseal).await? {
                0 => break,
                some => count += some,
            }
        }
        self.note(SEAL, seal.mark()).await?;
        Ok(count)
    }

    /// Forgets the answers kept for whoever asks again, when they were given before `before` (real time). How many.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn forget_answers(&self, before: Moment) -> Result<usize, Failure> {
        let mut count = 0;
        loop {
            match self.change(keeping::Forget { before }).await? {
                0 => return Ok(count),
                some => count += some,
            }
        }
    }

    /// Writes off what is left of contracts whose last day was before `before`. How many contracts.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn expire(&self, by: &Person, now: Moment, before: Date) -> Result<usize, Failure> {
        let mut count = 0;
        loop {
            let operator = by.clone();
            let expire = keeping::Expire {
                operator,
                now,
                before,
            };
            match self.change(expire).await? {
                0 => return Ok(count),
                some => count += some,
            }
        }
    }

    /// Writes a copy of one state of everything, as JSON lines. How many rows.
    ///
    /// # Errors
    /// When the store is away, or the copy cannot be written.
    pub async fn backup(&self, to: impl Write + Send + 'static) -> Result<u64, Failure> {
        let to = std::sync::Mutex::new(to);
        self.read(copy::Backup { to }).await
    }

    /// Reads a copy into this store, which must be empty. A copy that is not whole leaves a store that is not used.
    ///
    /// # Errors
    /// A sentence: what is wrong with the copy, or that the store is not empty, or away.
    pub async fn restore(&self, from: impl BufRead) -> Result<(), String> {
        let plainly = |failure| match failure {
            Failure::Store(error) => format!("the copy cannot be put into the store: {error}"),
            Failure::Refused(_) => "the store refuses the copy".to_owned(),
        };
        if self.has_partners().await.map_err(plainly)? {
            return Err("the store is not empty".to_owned());
        }
        self.note(RESTORING, "begun".to_owned())
            .await
            .map_err(plainly)?;
        let (mut reading, mut whole) = (copy::Reading::default(), false);
        for (number, line) in (1_u64..).zip(from.lines()) {
            let line = line.map_err(|error| format!("line {number} cannot be read: {error}"))?;
            let said = reading
                .line(&line)
                .map_err(|what| format!("line {number} {what}"))?;
            for said in said {
                match said {
                    copy::Said::Put(put) => self.change(put).await.map_err(plainly)?,
                    copy::Said::Number(from) => self.change(from).await.map_err(plainly)?,
                    copy::Said::End => whole = true,
                }
            }
        }
        match whole {
            true => {
                let whole = partners::Note(RESTORING, None);
                self.change(whole).await.map_err(plainly)
            }
            false => Err("the copy breaks off before its end".to_owned()),
        }
    }

    /// What was being restored must have come to its end.
    async fn check_whole(&self) -> Result<(), StoreError> {
        match self.about(RESTORING).await.map_err(Failure::store)? {
            None => Ok(()),
            Some(_) => Err(StoreError::Corrupt(
                "a copy was put into it that is not whole: begin again with an empty store",
            )),
        }
    }
}

impl Store {
    async fn handed(&self, event: &Event, how: outbox::How) -> Result<(), Away> {
        let event = event.clone();
        let handed = outbox::Handed { event, how };
        self.change(handed).await.map_err(away)
    }
}

/// The loop only needs to know that it must ask again; the log gets the cause.
fn away(failure: Failure) -> Away {
    let _logged = Trouble::from(failure);
    Away
}

impl Queue for Store {
    async fn claim(&self, limit: usize, now: Moment, lease: Duration) -> Result<Vec<Event>, Away> {
        let claim = outbox::Claim { limit, now, lease };
        self.change(claim).await.map_err(away)
    }

    async fn delivered(
        &self,
        event: &Event,
        now: Moment,
        receipt: Option<&str>,
    ) -> Result<(), Away> {
        let receipt = receipt.map(str::to_owned);
        let how = outbox::How::Delivered { now, receipt };
        self.handed(event, how).await
    }

    async fn failed(
        &self,
        event: &Event,
        now: Moment,
        retry_at: Option<Moment>,
        why: &str,
    ) -> Result<(), Away> {
        let why = why.to_owned();
        let how = outbox::How::Failed { now, retry_at, why };
        self.handed(event, how).await
    }

    async fn put_back(&self, event: &Event, due_at: Moment, why: &str) -> Result<(), Away> {
        let why = why.to_owned();
        let how = outbox::How::PutBack { due_at, why };
        self.handed(event, how).await
    }

    async fn hurry(&self, now: Moment) -> Result<(), Away> {
        self.change(outbox::Hurry { now }).await.map_err(away)
    }

    async fn replay(&self, which: &DeadLetters, now: Moment) -> Result<u64, Away> {
        let which = which.clone();
        self.change(outbox::Replay { which, now })
            .await
            .map_err(away)
    }
}

/// Under this name a store remembers which key its IDs are sealed with.
const SEAL: &str = "seal";
/// Under this name a store remembers that a copy is being put into it.
const RESTORING: &str = "restoring";

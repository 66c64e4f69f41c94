//! What the desk remembers. The functions here are the steps of the domain, each one transaction; SQL is in the files
//! below. A change asks its caller to judge the facts **inside** that transaction, so that whoever comes second is judged
//! on what the first one left.

mod facts;
mod incidents;
mod ledger;
mod numbers;
mod readers;
mod seal;
mod sqlite;
mod writer;

pub(crate) use seal::to_hex;
pub use seal::{Seal, masked};
pub use writer::Commits;

use crate::auth::Person;
use crate::clock::Moment;
use crate::idempotency::{Answer, Once};
use crate::problem::Trouble;
use entitlement_rules::{
    AccountFacts, Allotment, BenefitKey, Date, FailureReason, MembershipOffer, MembershipPortal,
    ResellerKind,
};
use readers::Readers;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use support_api::{Incident, NewIncident, ProblemCode, SupportIds};
use writer::Writer;

/// What goes wrong below the domain.
#[derive(Debug)]
pub enum StoreError {
    /// The store cannot take or keep anything right now.
    Away(&'static str),
    /// The database refused a statement.
    Database(rusqlite::Error),
    /// What was read is not what was once written.
    Corrupt(&'static str),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::Away(why) | StoreError::Corrupt(why) => out.write_str(why),
            StoreError::Database(error) => error.fmt(out),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Database(error)
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

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Store(StoreError::Database(error))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        match failure {
            Failure::Refused(trouble) => trouble,
            Failure::Store(error) => {
                tracing::error!(%error, "the store failed");
                match error {
                    StoreError::Away(_) => Trouble::unavailable(),
                    StoreError::Database(rusqlite::Error::SqliteFailure(cause, _))
                        if is_passing(cause.code) =>
                    {
                        Trouble::unavailable()
                    }
                    StoreError::Database(_) | StoreError::Corrupt(_) => {
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
    /// Since when.
    pub requested_on: Date,
    /// Who asked.
    pub requested_by: String,
    /// The partner as the operator sees it.
    pub account: AccountFacts,
}

/// Tries with unknown IDs that one person may make in [`LINK_WINDOW_MS`].
pub const LINK_TRIES: u32 = 10;
/// A quarter of an hour, in milliseconds.
pub const LINK_WINDOW_MS: i64 = 15 * 60_000;

/// The store.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    seal: Arc<Seal>,
}

impl Store {
    /// Opens the data file, makes it when it is absent, and brings its tables up to date.
    ///
    /// # Errors
    /// A sentence that names the file: not a database, of a newer version, or sealed with another key.
    pub fn open(path: &Path, seal: Seal, commits: Commits) -> Result<Store, String> {
        let named = |error: StoreError| format!("the data file {}: {error}", path.display());
        let connection = sqlite::open(path).map_err(named)?;
        sqlite::check_seal(&connection, &seal).map_err(named)?;
        let writer = Writer::start(connection, commits)
            .map_err(|error| format!("the writing thread cannot start: {error}"))?;
        let readers = Readers::open(path).map_err(named)?;
        Ok(Store {
            writer: Arc::new(writer),
            readers: Arc::new(readers),
            seal: Arc::new(seal),
        })
    }

    /// The facts of a person's account.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn account(&self, person: Person, as_of: Date) -> Result<AccountFacts, Failure> {
        let seal = Arc::clone(&self.seal);
        self.readers
            .run(move |connection| Ok(facts::account(connection, &seal, &person, as_of)?))
            .await
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
        judge: impl FnOnce(&AccountFacts) -> Result<(), Trouble> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let seal = Arc::clone(&self.seal);
        self.change(once, move |connection| {
            let account = facts::account(connection, &seal, &person, now.date())?;
            judge(&account)?;
            sqlite::request_activation(connection, &account, &person, now, &benefit)?;
            sqlite::answer(
                202,
                None,
                &facts::account(connection, &seal, &person, now.date())?,
            )
        })
        .await
    }

    /// Requests for activation that wait for the operator, oldest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn waiting_activations(
        &self,
        operator: Person,
        as_of: Date,
    ) -> Result<Vec<Waiting>, Failure> {
        let seal = Arc::clone(&self.seal);
        self.readers
            .run(move |connection| {
                Ok(sqlite::waiting_activations(
                    connection, &seal, &operator, as_of,
                )?)
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
        judge: impl FnOnce(&AccountFacts) -> Result<Fulfilled, Trouble> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let seal = Arc::clone(&self.seal);
        self.change(once, move |connection| {
            let account =
                facts::account_of_partner(connection, &seal, &operator, &partner, now.date())?
                    .ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
            let pending = sqlite::pending(connection, &partner, &benefit)?;
            let after = match judge(&account)? {
                Fulfilled::Ended(reason) => sqlite::end_activation(
                    connection, &operator, now, &partner, &benefit, pending, reason,
                )?,
                Fulfilled::Granted(allotment) => sqlite::hand_over(
                    connection, &seal, &operator, now, &partner, &benefit, pending, &handover,
                    allotment,
                )?,
            };
            sqlite::answer(200, None, &after)
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
        self.change(once, move |connection| {
            let pending = sqlite::pending(connection, &partner, &benefit)?;
            let after = sqlite::end_activation(
                connection, &operator, now, &partner, &benefit, pending, reason,
            )?;
            sqlite::answer(200, None, &after)
        })
        .await
    }

    /// A person ties a contract to their account with both its IDs. Answers 201, or 200 when it was tied already, with
    /// the account after it.
    ///
    /// # Errors
    /// No contract has this pair; too many such tries; the store.
    pub async fn link_contract(
        &self,
        once: Once,
        person: Person,
        now: Moment,
        ids: SupportIds,
    ) -> Result<Answer, Failure> {
        let seal = Arc::clone(&self.seal);
        let linked = self
            .writer
            .run(move |connection| {
                if let Some(answer) = sqlite::answered_before(connection, &once)? {
                    return Ok(Some(answer));
                }
                sqlite::check_link_tries(connection, &person)?;
                let Some(first) = sqlite::link(connection, &seal, &person, now, &ids)? else {
                    // Not an error for the transaction: the try must be counted.
                    sqlite::count_failed_link(connection, &person)?;
                    return Ok(None);
                };
                let account = facts::account(connection, &seal, &person, now.date())?;
                let answer = sqlite::answer(if first { 201 } else { 200 }, None, &account)?;
                sqlite::remember(connection, &once, &answer)?;
                Ok(Some(answer))
            })
            .await?;
        linked.ok_or_else(|| Trouble::new(ProblemCode::UnknownIds).into())
    }

    /// Shows the two IDs of a contract, and writes down who saw them. It is not remembered by its key: the IDs are
    /// written nowhere but under their seal, and seeing them twice is seeing them.
    ///
    /// # Errors
    /// No such contract in the person's account; what `judge` refuses; the store.
    pub async fn reveal_ids(
        &self,
        person: Person,
        now: Moment,
        contract: String,
        judge: impl FnOnce(&AccountFacts) -> Result<(), Trouble> + Send + 'static,
    ) -> Result<SupportIds, Failure> {
        let seal = Arc::clone(&self.seal);
        self.writer
            .run(move |connection| {
                let account = facts::account(connection, &seal, &person, now.date())?;
                if !account
                    .contracts
                    .iter()
                    .any(|held| held.reference == contract)
                {
                    return Err(Trouble::new(ProblemCode::NotFound).into());
                }
                judge(&account)?;
                Ok(sqlite::reveal(connection, &seal, &person, now, &contract)?)
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
        judge: impl FnOnce(&AccountFacts) -> Result<Cover, Trouble> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let seal = Arc::clone(&self.seal);
        self.change(once, move |connection| {
            let account = facts::account(connection, &seal, &person, now.date())?;
            let cover = judge(&account)?;
            let incident = incidents::open(connection, &account, &person, now, &request, &cover)?;
            let account = facts::account(connection, &seal, &person, now.date())?;
            let location = format!(
                "{}{}",
                support_api::paths::BASE,
                support_api::paths::incident(&incident.id)
            );
            let created = support_api::IncidentCreated { incident, account };
            sqlite::answer(201, Some(location), &created)
        })
        .await
    }

    /// Up to `limit` incidents that a person may see, newest first, older than `after`, without their descriptions.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn incidents(
        &self,
        person: Person,
        limit: u32,
        after: Option<String>,
    ) -> Result<Vec<Incident>, Failure> {
        self.readers
            .run(move |connection| {
                Ok(incidents::list(
                    connection,
                    &person,
                    limit,
                    after.as_deref(),
                )?)
            })
            .await
    }

    /// An incident that a person may see.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn incident(&self, person: Person, id: String) -> Result<Option<Incident>, Failure> {
        self.readers
            .run(move |connection| Ok(incidents::read(connection, &person, &id)?))
            .await
    }

    /// Whether both the writer and a reader do their work.
    ///
    /// # Errors
    /// When one of them does not.
    pub async fn ready(&self) -> Result<(), Failure> {
        self.readers
            .run(|connection| Ok(sqlite::version(connection).map(drop)?))
            .await?;
        self.writer
            .run(|connection| Ok(sqlite::version(connection).map(drop)?))
            .await
    }

    /// Enters a partner account.
    ///
    /// # Errors
    /// When it is there already, or the store is away.
    pub async fn add_partner(&self, partner: NewPartner) -> Result<(), Failure> {
        self.writer
            .run(move |connection| Ok(sqlite::add_partner(connection, &partner)?))
            .await
    }

    /// Binds a person to a partner account, or to none; a later binding replaces an earlier one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn bind(
        &self,
        issuer: String,
        subject: String,
        partner: Option<String>,
        sees_offers: bool,
    ) -> Result<(), Failure> {
        self.writer
            .run(move |connection| {
                let partner = partner.as_deref();
                Ok(sqlite::bind(
                    connection,
                    &issuer,
                    &subject,
                    partner,
                    sees_offers,
                )?)
            })
            .await
    }

    /// Whether any partner account is entered.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn has_partners(&self) -> Result<bool, Failure> {
        self.readers
            .run(|connection| Ok(sqlite::has_partners(connection)?))
            .await
    }

    /// A fact about the data file itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn about(&self, name: &'static str) -> Result<Option<String>, Failure> {
        self.readers
            .run(move |connection| Ok(sqlite::about(connection, name)?))
            .await
    }

    /// Notes a fact about the data file itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn note(&self, name: &'static str, value: String) -> Result<(), Failure> {
        self.writer
            .run(move |connection| Ok(sqlite::note(connection, name, &value)?))
            .await
    }

    /// Reads the whole ledger and names every line whose hash does not follow from the line before it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn broken_ledger_lines(&self) -> Result<Vec<String>, Failure> {
        self.readers
            .run(|connection| Ok(ledger::broken_lines(connection)?))
            .await
    }

    /// One change, at most once per key: a key that was answered is answered again with the same bytes.
    async fn change<F>(&self, once: Once, work: F) -> Result<Answer, Failure>
    where
        F: FnOnce(&Connection) -> Result<Answer, Failure> + Send + 'static,
    {
        self.writer
            .run(move |connection| {
                if let Some(answer) = sqlite::answered_before(connection, &once)? {
                    return Ok(answer);
                }
                let answer = work(connection)?;
                sqlite::remember(connection, &once, &answer)?;
                Ok(answer)
            })
            .await
    }
}

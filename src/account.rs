//! The one state that all pages share: the facts of the signed-in person's account, and the programme that they are
//! judged by. Anybody may read the programme; it comes with and without an account. Verdicts are derived and never stored.

use crate::backend::{Backend, Problem};
use crate::remote::{Fetched, Remote};
use crate::signals::{RwSignal, StoredValue, whenever};
use entitlement_rules::{
    AccountFacts, Portal, Programme, Question, Remedy, Verdict, decide, membership_portal, remedies,
};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// The account together with its programme.
#[derive(Clone, PartialEq)]
pub(crate) struct Known {
    /// What the server knows of the account.
    pub(crate) facts: Arc<AccountFacts>,
    /// What the programme says.
    pub(crate) programme: Arc<Programme>,
}

impl Known {
    /// The law's answer, for the server's date.
    pub(crate) fn decide(&self, question: &Question) -> Verdict {
        decide(&self.programme, &self.facts, question, self.facts.as_of)
    }

    /// What would make it yes, for the server's date. It costs far more than an answer.
    pub(crate) fn remedies(&self, question: &Question) -> Vec<Remedy> {
        remedies(&self.programme, &self.facts, question, self.facts.as_of)
    }

    /// Where the partner manages membership, benefits and offers, where the programme says so.
    pub(crate) fn membership_portal(&self) -> Option<&Portal> {
        membership_portal(&self.programme, &self.facts)
    }
}

/// What anybody may read; and the account, when somebody is signed in.
#[derive(Clone, PartialEq)]
pub(crate) struct Public {
    /// What the programme says.
    pub(crate) programme: Arc<Programme>,
    /// What the server knows of the account.
    pub(crate) facts: Option<Arc<AccountFacts>>,
}

/// The shared state of one element.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    facts: Fetched<Arc<AccountFacts>>,
    programme: Fetched<Arc<Programme>>,
    backend: Backend,
    /// The incident that was created here last, until its page has said so.
    created: StoredValue<Option<String>>,
    /// When the server was last asked, in milliseconds since 1970.
    seen: StoredValue<f64>,
    /// Since when the server says by itself that something has changed; while it does.
    told: StoredValue<Option<f64>>,
    /// How often it was asked for anew and came.
    returns: RwSignal<u32>,
}

/// The account of the surrounding app.
pub(crate) fn account() -> Account {
    expect_context::<Account>()
}

impl Account {
    /// Nothing is known yet, and nothing was asked for.
    pub(crate) fn new(backend: Backend) -> Account {
        Account {
            facts: Fetched::new(),
            programme: Fetched::new(),
            backend,
            created: StoredValue::new(None),
            seen: StoredValue::new(0.0),
            told: StoredValue::new(None),
            returns: RwSignal::new(0),
        }
    }

    /// What the gallery shows: it is there.
    #[cfg(feature = "gallery")]
    pub(crate) fn holding(backend: Backend, known: Known) -> Account {
        let account = Account::new(backend);
        account.facts.put(known.facts);
        account.programme.put(known.programme);
        account
    }

    /// Where it stands: it is there with its programme.
    pub(crate) fn now(self) -> Remote<Known> {
        self.facts.now().with(|facts| {
            facts.and_then(|facts| {
                self.programme.now().with(|programme| {
                    programme.and_then(|programme| {
                        Remote::Ready(Known {
                            facts: Arc::clone(facts),
                            programme: Arc::clone(programme),
                        })
                    })
                })
            })
        })
    }

    /// The account, when it is there.
    pub(crate) fn known(self) -> Option<Known> {
        self.now().ready().cloned()
    }

    /// The account as it is at this moment, when it is there.
    pub(crate) fn known_untracked(self) -> Option<Known> {
        let facts = self.facts.now();
        let programme = self.programme.now();
        Some(Known {
            facts: facts.try_with_untracked(|now| now.ready().cloned())??,
            programme: programme.try_with_untracked(|now| now.ready().cloned())??,
        })
    }

    /// Where that stands which a page for anybody is drawn from: it is there once the programme is, and it is known whether
    /// somebody is signed in.
    pub(crate) fn public(self) -> Remote<Public> {
        self.programme.now().with(|programme| {
            programme.and_then(|programme| {
                let public = |facts| {
                    Remote::Ready(Public {
                        programme: Arc::clone(programme),
                        facts,
                    })
                };
                self.facts.now().with(|facts| match facts {
                    Remote::Failed(_) => public(None),
                    facts => facts.and_then(|facts| public(Some(Arc::clone(facts)))),
                })
            })
        })
    }

    /// Why there is no account, when that is so.
    pub(crate) fn missing(self) -> Option<Problem> {
        self.facts.now().with(|now| match now {
            Remote::Failed(problem) => Some(problem.clone()),
            _ => None,
        })
    }

    /// Why the account on show could not be brought up to date, when that is so.
    pub(crate) fn stale(self) -> Option<Problem> {
        self.facts.stale().get()
    }

    /// Does something each time that the account comes, where it is there already: the host page has it asked for once somebody is
    /// signed in again.
    pub(crate) fn on_return(self, then: Callback<()>) {
        whenever(self.returns, then);
    }

    /// Fetches it, and the programme while that is not there.
    pub(crate) fn fetch(self) {
        let backend = self.backend;
        self.facts.fetch(async move {
            let facts = backend.account().await?;
            self.is_seen();
            if self.known_untracked().is_some() {
                self.returns.update(|returns| *returns += 1);
            }
            Ok(Arc::new(facts))
        });
        if self
            .programme
            .now()
            .with_untracked(|now| now.ready().is_none())
        {
            self.programme.fetch(async move {
                let data = backend.programme().await?;
                // A programme that this build's law cannot check is one that it does not understand.
                let programme = Programme::check(data).map_err(|_| Problem::Unreadable)?;
                Ok(Arc::new(programme))
            });
        }
    }

    /// Whether the server says by itself when something changes: then it need not be asked. What may have changed before it
    /// began to was asked for once since.
    pub(crate) fn is_told(self) -> bool {
        let since = self.told.try_get_value().flatten();
        since.is_some_and(|since| self.seen.try_get_value().is_some_and(|seen| seen >= since))
    }

    /// The server begins to say so, or ends it.
    pub(crate) fn set_told(self, told: bool) {
        let since = told.then(js_sys::Date::now);
        self.told.try_update_value(|now| *now = since);
    }

    /// How long ago the server was last asked.
    pub(crate) fn age(self) -> Duration {
        let seen = self.seen.try_get_value().unwrap_or_default();
        Duration::from_millis((js_sys::Date::now() - seen).max(0.0) as u64)
    }

    fn is_seen(self) {
        self.seen
            .try_update_value(|seen| *seen = js_sys::Date::now());
    }

    /// Forgets everything and fetches again: another person, or another server.
    pub(crate) fn start_again(self) {
        self.facts.forget();
        self.programme.forget();
        self.fetch();
    }

    /// Nobody is signed in any more: what is known of whoever was is forgotten.
    pub(crate) fn is_signed_out(self) {
        self.facts.forget();
        self.facts.now().set(Remote::Failed(Problem::SignedOut));
    }

    /// Looks whether the facts on show are still so, without a word to the reader.
    pub(crate) fn look_again(self) {
        if self.known_untracked().is_none() {
            return;
        }
        let backend = self.backend;
        leptos::task::spawn_local(async move {
            let facts = match backend.account_quietly().await {
                Some(Ok(facts)) => facts,
                // It was ended in another tab, or by the provider.
                Some(Err(_)) => return self.fetch(),
                None => return,
            };
            // Somebody else may be signed in by now.
            let shown = self
                .known_untracked()
                .map(|known| known.facts.viewer.id.clone());
            if shown.as_ref() == Some(&facts.viewer.id) {
                self.is_seen();
                self.put(facts);
            }
        });
    }

    /// Takes facts that came with the answer to something else, unless newer ones are there already.
    pub(crate) fn put(self, facts: AccountFacts) {
        match self.known_untracked() {
            Some(known) if *known.facts == facts => self.facts.stale().set(None),
            Some(known)
                if known.facts.revision <= facts.revision
                    || known.facts.viewer.id != facts.viewer.id =>
            {
                self.facts.put(Arc::new(facts));
            }
            Some(_) => {}
            None => self.fetch(),
        }
    }

    /// Takes the fresh facts that came with a refusal, if there are any.
    pub(crate) fn learn_from(self, problem: &Problem) {
        if let Some(facts) = problem.fresh_account() {
            self.put(facts.clone());
        }
    }

    /// Remembers that the incident with this id was created here just now, so that its page can say so.
    pub(crate) fn created(self, incident: &str) {
        self.created.set_value(Some(incident.to_owned()));
    }

    /// Whether the incident with this id was created here just now; true once.
    pub(crate) fn takes_created(self, incident: &str) -> bool {
        let is_it = self.created.get_value().as_deref() == Some(incident);
        if is_it {
            self.created.set_value(None);
        }
        is_it
    }
}

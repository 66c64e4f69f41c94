//! An outbox in memory that keeps the promises of the trait.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use support_server::clock::Moment;
use support_server::handover::queue::{Away, DeadLetters, Event, Queue};

#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) event: Event,
    due_at: Moment,
    leased_until: Option<Moment>,
    pub(crate) delivered_at: Option<Moment>,
    pub(crate) is_dead: bool,
    pub(crate) last_error: Option<String>,
    pub(crate) receipt: Option<String>,
}

impl Row {
    fn waits(&self) -> bool {
        self.delivered_at.is_none() && !self.is_dead
    }

    fn is_leased(&self, now: Moment) -> bool {
        self.leased_until.is_some_and(|until| until > now)
    }
}

/// By partner, then by id.
type Rows = BTreeMap<String, BTreeMap<String, Row>>;

#[derive(Default)]
pub(crate) struct Memory {
    rows: Mutex<Rows>,
}

impl Memory {
    pub(crate) fn write(&self, event: Event, now: Moment) {
        let row = Row {
            due_at: now,
            leased_until: None,
            delivered_at: None,
            is_dead: false,
            last_error: None,
            receipt: None,
            event,
        };
        let (partner, id) = (row.event.partner.clone(), row.event.id.clone());
        let mut rows = self.rows();
        let before = rows.entry(partner).or_default().insert(id, row);
        assert!(before.is_none(), "an id was written twice");
    }

    pub(crate) fn all(&self) -> Vec<Row> {
        let rows = self.rows();
        rows.values().flat_map(BTreeMap::values).cloned().collect()
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap()
    }

    /// Changes an event's row, when this try still holds it.
    fn held(&self, event: &Event, change: impl FnOnce(&mut Row)) {
        let mut rows = self.rows();
        let row = rows
            .get_mut(&event.partner)
            .unwrap()
            .get_mut(&event.id)
            .unwrap();
        if row.event.tries == event.tries && row.delivered_at.is_none() {
            row.leased_until = None;
            change(row);
        }
    }
}

impl Queue for Memory {
    async fn claim(&self, limit: usize, now: Moment, lease: Duration) -> Result<Vec<Event>, Away> {
        let mut rows = self.rows();
        let mut heads: Vec<&mut Row> = rows
            .values_mut()
            .filter_map(|rows| rows.values_mut().find(|row| row.waits()))
            .filter(|row| row.due_at <= now && !row.is_leased(now))
            .collect();
        heads.sort_by_key(|row| row.due_at);
        let claimed = heads.into_iter().take(limit).map(|row| {
            row.leased_until = Some(Moment(now.0 + lease.as_millis() as i64));
            row.event.tries += 1;
            row.event.clone()
        });
        Ok(claimed.collect())
    }

    async fn delivered(
        &self,
        event: &Event,
        now: Moment,
        receipt: Option<&str>,
    ) -> Result<(), Away> {
        let mut rows = self.rows();
        let row = rows
            .get_mut(&event.partner)
            .unwrap()
            .get_mut(&event.id)
            .unwrap();
        row.delivered_at.get_or_insert(now);
        row.receipt = receipt.map(str::to_owned);
        Ok(())
    }

    async fn failed(
        &self,
        event: &Event,
        _: Moment,
        retry_at: Option<Moment>,
        why: &str,
    ) -> Result<(), Away> {
        self.held(event, |row| {
            row.last_error = Some(why.to_owned());
            match retry_at {
                Some(at) => row.due_at = at,
                None => row.is_dead = true,
            }
        });
        Ok(())
    }

    async fn put_back(&self, event: &Event, due_at: Moment, why: &str) -> Result<(), Away> {
        self.held(event, |row| {
            row.last_error = Some(why.to_owned());
            row.event.tries -= 1;
            row.due_at = due_at;
        });
        Ok(())
    }

    async fn hurry(&self, now: Moment) -> Result<(), Away> {
        let mut rows = self.rows();
        let rows = rows.values_mut().flat_map(BTreeMap::values_mut);
        for row in rows.filter(|row| row.waits() && !row.is_leased(now)) {
            row.due_at = row.due_at.min(now);
        }
        Ok(())
    }

    async fn replay(&self, which: &DeadLetters, now: Moment) -> Result<u64, Away> {
        let mut rows = self.rows();
        let rows = rows.values_mut().flat_map(BTreeMap::values_mut);
        let is_meant = |event: &Event| match which {
            DeadLetters::All => true,
            DeadLetters::Of(partner) => event.partner == *partner,
            DeadLetters::One { partner, id } => event.partner == *partner && event.id == *id,
        };
        let mut count = 0;
        for row in rows.filter(|row| row.is_dead && is_meant(&row.event)) {
            (row.is_dead, row.due_at, row.event.tries) = (false, now, 0);
            count += 1;
        }
        Ok(count)
    }
}

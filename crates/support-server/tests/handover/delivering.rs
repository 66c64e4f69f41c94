//! The delivering loop under a controlled clock, with recipients that misbehave.

use crate::events::event;
use crate::memory::Memory;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support_server::clock::Moment;
use support_server::handover::deliver::Deliverer;
use support_server::handover::queue::{DeadLetters, Event, Queue};
use support_server::handover::recipient::{Failure, Recipient};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const HOUR: u64 = 3_600;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// What arrives, and what the recipient answers.
struct Sink<Behaviour> {
    arrivals: Mutex<Vec<(Event, Moment)>>,
    behaviour: Behaviour,
}

impl<B: Fn(&Event, Moment) -> Answer + Send + Sync + 'static> Recipient for Sink<B> {
    fn hand_over(&self, event: &Event, now: Moment) -> Result<Option<String>, Failure> {
        let answer = (self.behaviour)(event, now);
        let has_arrived = matches!(answer, Answer::Taken | Answer::TakenUnsaid);
        if has_arrived {
            self.arrivals.lock().unwrap().push((event.clone(), now));
        }
        match answer {
            Answer::Taken => Ok(Some(format!("receipt of {}", event.id))),
            Answer::TakenUnsaid | Answer::Away => Err(Failure::Away {
                why: "it broke the connection".into(),
                wish: None,
            }),
            Answer::Refused => Err(Failure::Refused("it answered 422".into())),
            Answer::Gone => Err(Failure::Gone),
        }
    }
}

enum Answer {
    Taken,
    /// It took the event, and broke the connection before it said so.
    TakenUnsaid,
    Away,
    Refused,
    Gone,
}

/// A loop at work on the paused clock of the test.
struct Work<B> {
    memory: Arc<Memory>,
    sink: Arc<Sink<B>>,
    written: Arc<Notify>,
    resume: Arc<Notify>,
    started: Instant,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

fn since(started: Instant) -> Moment {
    Moment(i64::try_from(started.elapsed().as_millis()).unwrap())
}

impl<B: Fn(&Event, Moment) -> Answer + Send + Sync + 'static> Work<B> {
    fn start(behaviour: B) -> Work<B> {
        let (memory, started) = (Arc::new(Memory::default()), Instant::now());
        let sink = Arc::new(Sink {
            arrivals: Mutex::default(),
            behaviour,
        });
        let (written, resume) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let chance = Mutex::new(Chance(1));
        let deliverer = Deliverer {
            queue: Arc::clone(&memory),
            recipient: Arc::<Sink<B>>::clone(&sink),
            at_once: 4,
            written: Arc::clone(&written),
            resume: Arc::clone(&resume),
            now: Arc::new(move || since(started)),
            chance: Arc::new(move || chance.lock().unwrap().next()),
        };
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(deliverer.run(async {
            let _ = stopped.await;
        }));
        Work {
            memory,
            sink,
            written,
            resume,
            started,
            stop,
            running,
        }
    }

    fn write(&self, partner: usize, number: u32) {
        let partner = format!("partner-{partner}");
        let payload = format!("{{\"number\":{number}}}");
        let event = Event {
            partner,
            tries: 0,
            ..event("incident.created", number, payload)
        };
        let now = since(self.started);
        self.memory.write(event, now);
        self.written.notify_one();
    }

    /// What arrived of each partner, in order.
    fn arrived(&self) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (event, _) in self.sink.arrivals.lock().unwrap().iter() {
            all.entry(event.partner.clone())
                .or_default()
                .push(event.id.clone());
        }
        all
    }

    async fn end(self) -> Arc<Memory> {
        self.stop.send(()).unwrap();
        self.running.await.unwrap();
        self.memory
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_down_for_72_hours_and_then_breaks_every_tenth_connection_gets_every_event_in_order()
 {
    let chance = Mutex::new(Chance(7));
    let back_at = Moment(73 * 3_600_000);
    let work = Work::start(move |_, now| {
        let dice = chance.lock().unwrap().next() % 20;
        match (now, dice) {
            (now, _) if now >= Moment(3_600_000) && now < back_at => Answer::Away,
            (_, 0) => Answer::Away,
            (_, 1) => Answer::TakenUnsaid,
            _ => Answer::Taken,
        }
    });
    let mut written: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for number in 0..600 {
        let partner = number % 20;
        work.write(partner, number as u32);
        let ids = written.entry(format!("partner-{partner}")).or_default();
        ids.push(event("", number as u32, String::new()).id);
        sleep(Duration::from_secs(75 * HOUR / 600)).await;
    }
    sleep(Duration::from_secs(HOUR)).await;

    let mut repeated = 0;
    for (partner, mut arrived) in work.arrived() {
        let before = arrived.len();
        // A repetition follows at once: nothing of the partner comes between.
        arrived.dedup();
        repeated += before - arrived.len();
        assert_eq!(arrived, written[&partner], "{partner}");
    }
    assert!(
        repeated > 10,
        "the sink took {repeated} events without saying so"
    );
    let first_back = {
        let arrivals = work.sink.arrivals.lock().unwrap();
        let after = arrivals
            .iter()
            .map(|(_, at)| *at)
            .filter(|at| *at >= back_at);
        after.min().unwrap()
    };
    assert!(
        first_back.0 - back_at.0 <= 60_000,
        "it was noticed late: {first_back:?}"
    );
    let rows = work.end().await.all();
    assert_eq!(rows.len(), 600);
    assert!(
        rows.iter()
            .all(|row| row.delivered_at.is_some() && !row.is_dead)
    );
    // The outage cost nobody their tries.
    assert!(rows.iter().all(|row| row.event.tries <= 8));
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_of_minutes_all_that_waits_goes_as_soon_as_one_event_is_taken() {
    let work = Work::start(|_, now| match now < Moment(180_000) {
        true => Answer::Away,
        false => Answer::Taken,
    });
    for number in 1..=10 {
        work.write(number as usize, number);
    }
    sleep(Duration::from_secs(185)).await;
    // Each has been tried twice, and is due again five minutes after the second try.
    assert!(work.arrived().is_empty());
    work.write(11, 11);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(work.arrived().len(), 11);
    work.end().await;
}

#[tokio::test(start_paused = true)]
async fn two_replicas_hand_over_each_event_once_and_in_order() {
    let work = Work::start(|_, _| Answer::Taken);
    let (started, never) = (work.started, Arc::new(Notify::new()));
    let replica = Deliverer {
        queue: Arc::clone(&work.memory),
        recipient: Arc::clone(&work.sink) as Arc<dyn Recipient>,
        at_once: 4,
        written: Arc::clone(&work.written),
        resume: never,
        now: Arc::new(move || since(started)),
        chance: Arc::new(|| 0),
    };
    let replica = tokio::spawn(replica.run(std::future::pending()));
    for number in 0..200 {
        work.write(number as usize % 10, number);
    }
    sleep(Duration::from_secs(600)).await;
    let arrived = work.arrived();
    assert_eq!(arrived.len(), 10);
    for ids in arrived.values() {
        assert!(ids.len() == 20 && ids.is_sorted(), "{ids:?}");
    }
    replica.abort();
    assert!(
        work.end()
            .await
            .all()
            .iter()
            .all(|row| row.event.tries == 1)
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_always_refused_becomes_a_dead_letter_and_no_longer_holds_up_its_partner()
{
    let takes_all = Arc::new(AtomicBool::new(false));
    let work = Work::start({
        let takes_all = Arc::clone(&takes_all);
        move |event, _| match event.id.ends_with("01") && !takes_all.load(Ordering::Relaxed) {
            true => Answer::Refused,
            false => Answer::Taken,
        }
    });
    for (partner, number) in [(1, 1), (1, 2), (2, 3)] {
        work.write(partner, number);
    }
    sleep(Duration::from_secs(HOUR)).await;
    assert_eq!(work.arrived().keys().collect::<Vec<_>>(), ["partner-2"]);
    sleep(Duration::from_secs(90 * HOUR)).await;
    let arrived = work.arrived();
    assert!(arrived["partner-1"][0].ends_with("02"));
    let rows = work.memory.all();
    assert!(rows[0].is_dead && rows[0].event.tries == 10);
    assert_eq!(rows[0].last_error.as_deref(), Some("it answered 422"));
    let receipt = format!("receipt of {}", rows[1].event.id);
    assert_eq!(rows[1].receipt, Some(receipt));

    takes_all.store(true, Ordering::Relaxed);
    let other = DeadLetters::Of("partner-2".into());
    let now = since(work.started);
    assert_eq!(work.memory.replay(&other, now).await, Ok(0));
    assert_eq!(work.memory.replay(&DeadLetters::All, now).await, Ok(1));
    sleep(Duration::from_secs(10)).await;
    assert!(work.arrived()["partner-1"][1].ends_with("01"));
    assert!(
        work.end()
            .await
            .all()
            .iter()
            .all(|row| row.delivered_at.is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn after_410_nothing_is_sent_and_nothing_is_lost_until_somebody_resumes() {
    let is_gone = Arc::new(AtomicBool::new(true));
    let calls = Arc::new(Mutex::new(0));
    let work = Work::start({
        let (is_gone, calls) = (Arc::clone(&is_gone), Arc::clone(&calls));
        move |_, _| {
            *calls.lock().unwrap() += 1;
            match is_gone.load(Ordering::Relaxed) {
                true => Answer::Gone,
                false => Answer::Taken,
            }
        }
    });
    work.write(1, 1);
    sleep(Duration::from_secs(60)).await;
    for number in 2..50 {
        work.write(number as usize % 5, number);
        sleep(Duration::from_secs(HOUR)).await;
    }
    assert_eq!(*calls.lock().unwrap(), 1);
    is_gone.store(false, Ordering::Relaxed);
    work.resume.notify_one();
    sleep(Duration::from_secs(60)).await;
    let rows = work.end().await.all();
    assert!(
        rows.iter()
            .all(|row| row.delivered_at.is_some() && row.event.tries == 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_what_is_being_handed_over_end_and_begins_nothing() {
    let (entered, has_entered) = std::sync::mpsc::channel();
    let (leave, may_leave) = std::sync::mpsc::channel::<()>();
    let (entered, may_leave) = (Mutex::new(entered), Mutex::new(may_leave));
    let work = Work::start(move |_, _| {
        entered.lock().unwrap().send(()).unwrap();
        may_leave.lock().unwrap().recv().unwrap();
        Answer::Taken
    });
    work.write(1, 1);
    work.write(1, 2);
    // Off the loop's thread, which must go on meanwhile.
    tokio::task::spawn_blocking(move || has_entered.recv().unwrap())
        .await
        .unwrap();
    work.stop.send(()).unwrap();
    tokio::task::yield_now().await;
    assert!(!work.running.is_finished());
    leave.send(()).unwrap();
    work.running.await.unwrap();
    let rows = work.memory.all();
    assert!(rows[0].delivered_at.is_some());
    assert!(rows[1].delivered_at.is_none() && rows[1].event.tries == 0);
}

#[tokio::test(start_paused = true)]
async fn what_another_replica_left_behind_is_taken_when_its_lease_has_run_out() {
    let work = Work::start(|_, _| Answer::Taken);
    let lost = {
        work.memory
            .write(event("incident.created", 1, "{}".into()), Moment(0));
        let lease = Duration::from_secs(90);
        work.memory
            .claim(1, Moment(0), lease)
            .await
            .unwrap()
            .remove(0)
    };
    sleep(Duration::from_secs(60)).await;
    assert!(work.arrived().is_empty());
    sleep(Duration::from_secs(60)).await;
    assert_eq!(work.arrived().len(), 1);
    // The other comes back and says that it failed: too late.
    work.memory
        .failed(&lost, Moment(200_000), None, "late")
        .await
        .unwrap();
    let rows = work.end().await.all();
    assert!(rows[0].delivered_at.is_some() && !rows[0].is_dead);
}

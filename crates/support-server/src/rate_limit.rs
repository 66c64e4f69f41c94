//! How often one caller may do something: a token bucket per caller.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most callers that are remembered; those beyond share one bucket.
const CALLERS: usize = 65_536;
/// Largest number in a [`Rate`].
const MOST: u32 = 1_000_000;

/// So many a minute in the long run, and so many at once. Written `60/30`; both from 1 to 1 000 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    per_minute: NonZeroU32,
    at_once: NonZeroU32,
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Rate, ()> {
        let number = |text: &str| -> Result<NonZeroU32, ()> {
            let number: NonZeroU32 = text.parse().map_err(|_| ())?;
            if number.get() > MOST {
                Err(())
            } else {
                Ok(number)
            }
        };
        let (per_minute, at_once) = text.split_once('/').ok_or(())?;
        Ok(Rate {
            per_minute: number(per_minute)?,
            at_once: number(at_once)?,
        })
    }
}

/// Counts what each caller does. Its memory is bounded whoever calls, and it reads no clock of its own.
pub struct RateLimit<K> {
    /// After this long, one more is there.
    interval: Duration,
    /// How long an empty bucket takes to be full.
    whole: Duration,
    callers: usize,
    time: Box<dyn Fn() -> Instant + Send + Sync>,
    buckets: Mutex<Buckets<K>>,
}

/// A bucket is the one moment at which it will be full again. One that is full already need not be remembered.
struct Buckets<K> {
    full_at: HashMap<K, Instant>,
    /// The bucket of all callers for whom there is no room.
    shared: Instant,
    swept: Instant,
}

impl<K: Eq + Hash> RateLimit<K> {
    /// Every caller's bucket is full. `time` is steady: [`Instant::now`], or a test's own.
    #[must_use]
    pub fn new(rate: Rate, time: impl Fn() -> Instant + Send + Sync + 'static) -> RateLimit<K> {
        let now = time();
        let interval = Duration::from_secs(60) / rate.per_minute.get();
        RateLimit {
            interval,
            whole: interval * rate.at_once.get(),
            callers: CALLERS,
            time: Box::new(time),
            buckets: Mutex::new(Buckets {
                full_at: HashMap::new(),
                shared: now,
                swept: now,
            }),
        }
    }

    /// Counts one.
    ///
    /// # Errors
    /// How long to wait for the next one; it was not counted.
    pub fn take(&self, caller: K) -> Result<(), Duration> {
        self.room(caller, true)
    }

    /// Whether there is room for one; it is not counted.
    ///
    /// # Errors
    /// How long to wait until there is.
    pub fn has_room(&self, caller: K) -> Result<(), Duration> {
        self.room(caller, false)
    }

    fn room(&self, caller: K, taken: bool) -> Result<(), Duration> {
        let now = (self.time)();
        // A thread that panicked meanwhile left whole numbers behind.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Buckets {
            full_at,
            shared,
            swept,
        } = &mut *buckets;
        if full_at.len() >= self.callers && now.duration_since(*swept) >= Duration::from_secs(1) {
            full_at.retain(|_, full_at| *full_at > now);
            *swept = now;
        }
        let known = full_at.contains_key(&caller);
        let mut full = now;
        let bucket = if !taken && !known && full_at.len() < self.callers {
            &mut full
        } else if known || full_at.len() < self.callers {
            full_at.entry(caller).or_insert(now)
        } else {
            shared
        };
        let full_at = now.max(*bucket) + self.interval;
        let wait = full_at.duration_since(now).saturating_sub(self.whole);
        if wait.is_zero() {
            if taken {
                *bucket = full_at;
            }
            return Ok(());
        }
        Err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A limit, and its clock in milliseconds.
    fn limit(rate: &str) -> (RateLimit<u32>, Arc<AtomicU64>) {
        let millis = Arc::new(AtomicU64::new(0));
        let (start, shown) = (Instant::now(), Arc::clone(&millis));
        let time = move || start + Duration::from_millis(shown.load(Ordering::Relaxed));
        (RateLimit::new(rate.parse().unwrap(), time), millis)
    }

    #[test]
    fn what_was_not_used_up_is_there_at_once_and_then_one_by_one() {
        let (limit, clock) = limit("60/3");
        for _ in 0..3 {
            assert_eq!(limit.take(1), Ok(()));
        }
        assert_eq!(limit.take(1), Err(Duration::from_secs(1)));
        clock.store(999, Ordering::Relaxed);
        assert_eq!(limit.take(1), Err(Duration::from_millis(1)));
        clock.store(1_000, Ordering::Relaxed);
        assert_eq!(limit.take(1), Ok(()));
        assert_eq!(limit.take(1), Err(Duration::from_secs(1)));
        // However long nobody asks, no more than the bucket is there.
        clock.store(3_600_000, Ordering::Relaxed);
        for _ in 0..3 {
            assert_eq!(limit.take(1), Ok(()));
        }
        assert!(limit.take(1).is_err());
    }

    #[test]
    fn looking_whether_there_is_room_takes_none() {
        let (limit, _) = limit("60/1");
        for _ in 0..3 {
            assert_eq!(limit.has_room(1), Ok(()));
        }
        assert_eq!(limit.take(1), Ok(()));
        assert_eq!(limit.has_room(1), Err(Duration::from_secs(1)));
        assert_eq!(limit.buckets.lock().unwrap().full_at.len(), 1);
        assert_eq!(limit.has_room(2), Ok(()));
        assert_eq!(limit.buckets.lock().unwrap().full_at.len(), 1);
    }

    #[test]
    fn one_callers_haste_is_nobody_elses_wait() {
        let (limit, _) = limit("60/1");
        assert_eq!(limit.take(1), Ok(()));
        assert!(limit.take(1).is_err());
        assert_eq!(limit.take(2), Ok(()));
    }

    #[test]
    fn a_crowd_of_callers_takes_no_more_memory_and_locks_nobody_out_for_good() {
        let (mut limit, clock) = limit("60/2");
        limit.callers = 100;
        for caller in 0..10_000 {
            let _ = limit.take(caller);
        }
        let remembered = |limit: &RateLimit<u32>| limit.buckets.lock().unwrap().full_at.len();
        assert_eq!(remembered(&limit), 100);
        assert!(
            limit.take(10_000).is_err(),
            "the crowd has emptied its bucket"
        );
        assert_eq!(limit.take(99), Ok(()), "known callers keep their own");
        clock.store(2_000, Ordering::Relaxed);
        assert_eq!(limit.take(10_000), Ok(()));
        assert_eq!(remembered(&limit), 1, "full buckets are forgotten");
    }

    #[test]
    fn a_rate_is_two_numbers_above_nothing() {
        for wrong in [
            "",
            "60",
            "60/",
            "/30",
            "0/30",
            "60/0",
            "-1/3",
            "60/30/1",
            "1/1000001",
        ] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
        // The slowest and the widest can be counted with.
        let (limit, _) = limit("1/1000000");
        assert_eq!(limit.take(1), Ok(()));
    }
}

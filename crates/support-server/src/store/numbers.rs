//! Ids of rows.

use super::StoreError;
use crate::clock::Moment;
use ring::rand::{SecureRandom, SystemRandom};
use std::cell::Cell;

thread_local! {
    /// The last moment that an id was made for on this thread, and how many were made for it.
    static LAST: Cell<(i64, u16)> = const { Cell::new((i64::MIN, 0)) };
}

/// A UUIDv7. Ids made by the writing thread sort in the order of their making, also inside one millisecond.
pub(super) fn new_id(at: Moment) -> Result<String, StoreError> {
    let mut random = [0; 10];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| StoreError::Away("no random bytes"))?;
    let count = match LAST.get() {
        (last, count) if last == at.0 => count.saturating_add(1),
        _ => 0,
    };
    LAST.set((at.0, count));
    // The twelve bits after the version count inside the millisecond.
    let [first, second, ..] = &mut random;
    [*first, *second] = count.to_be_bytes();
    let millis = u64::try_from(at.0).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Ok(id.hyphenated().to_string())
}

/// What is less than every id that is made at a moment or later, and greater than those made before.
pub(super) fn before_ids_of(at: Moment) -> String {
    let millis = u64::try_from(at.0).unwrap_or(0);
    // Neither version nor variant: no id is the same.
    uuid::Uuid::from_u128(u128::from(millis) << 80).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_before_a_moment_and_since_is_told_apart_by_the_ids() {
        let moment = Moment(1_614_848_400_000);
        let before = new_id(Moment(moment.0 - 1)).unwrap();
        let since = new_id(moment).unwrap();
        assert!(before < before_ids_of(moment) && before_ids_of(moment) < since);
        assert!(before_ids_of(Moment(-1)) < before);
    }

    #[test]
    fn ids_sort_by_the_order_in_which_they_were_made() {
        let mut ids = Vec::new();
        for moment in [1_614_848_400_000, 1_614_848_400_000, 1_614_848_400_001] {
            for _ in 0..100 {
                ids.push(new_id(Moment(moment)).unwrap());
            }
        }
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(ids, sorted);
        assert!(ids.iter().all(|id| id.as_bytes()[14] == b'7'));
    }
}

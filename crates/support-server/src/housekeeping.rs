//! What the server does beside answering: it writes off what is left of contracts that are over, forgets answers that
//! nobody will ask for again, and says how much waits to be handed over. Every server of a database does it; each piece of
//! it is done once.

use crate::Desk;
use crate::auth::Person;
use crate::clock::Moment;
use crate::observe::metrics;
use crate::store::Failure;
use std::pin::pin;
use std::time::Duration;

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(10);
/// How many looks there are from one tidying to the next.
const LOOKS: u32 = 360;
/// For how long an answer is kept for whoever asks again, in days: an allotment is scarce, a form may lie open for long.
const KEPT_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;

/// Keeps house until `stop`.
pub async fn run(desk: Desk, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut look = 0_u32;
    loop {
        if let Ok(waits) = desk.store.waits(Moment::real()).await {
            metrics::outbox(waits.events, waits.longest);
        }
        if look.is_multiple_of(LOOKS)
            && let Err(failure) = tidy(&desk).await
        {
            tracing::warn!(?failure, "tidying was left for later");
        }
        look = look.wrapping_add(1);
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn tidy(desk: &Desk) -> Result<(), Failure> {
    let now = desk.clock.now();
    // Beyond the grace days (E7) nothing of a contract is usable.
    let today = now.date();
    let usable = desk.programme.programme.last_usable_day(today);
    let over = today.plus_days(today.days_since_epoch() - usable.days_since_epoch());
    let server = Person::of_the_program("support-server");
    let expired = desk.store.expire(&server, now, over).await?;
    let kept_since = Moment(Moment::real().0 - KEPT_DAYS * DAY_MS);
    let forgotten = desk.store.forget_answers(kept_since).await?;
    if expired > 0 || forgotten > 0 {
        tracing::info!(expired, forgotten, "tidied");
    }
    Ok(())
}

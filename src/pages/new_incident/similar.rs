//! Open incidents of the partner that may be about the same: shown before another one is sent, never in its way.

use crate::backend::backend;
use crate::incident::Zone;
use crate::navigator::PageLink;
use crate::remote::{Fetched, Remote};
use crate::route::Route;
use crate::signals::{Memo, RwSignal};
use crate::ui::{Notice, announcer};
use crate::words::{self, Moment, Words, words};
use leptos::prelude::*;
use support_api::{Incident, IncidentPage};

/// Open incidents of the product that are looked at, the newest first: as many as the server tells at a time.
const LOOKED_AT: u32 = 100;
/// Most that are shown.
const MOST: usize = 3;
/// A word of a title that is shorter says little.
const LEAST_LETTERS: usize = 4;

/// The incidents, as soon as a product and a title are there.
#[component]
pub(super) fn Similar(
    /// Id of the product.
    product: RwSignal<String>,
    /// The title.
    title: RwSignal<String>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let (backend, announcer) = (backend(), announcer());
    let found = Fetched::<IncidentPage>::new();
    let has_title = Memo::new(move |_| title.with(|title| title.trim().len() >= LEAST_LETTERS));
    Effect::new(move |_| {
        let product = product.get();
        // Nothing is asked for that nothing could be like.
        if product.is_empty() || !has_title.get() {
            return;
        }
        found.forget();
        found.fetch(async move {
            let narrowed = [("product", product.as_str()), ("unfinished", "true")];
            backend.incidents(LOOKED_AT, None, &narrowed).await
        });
    });
    let alike = Memo::new(move |_| {
        found.now().with(|now| {
            let page = now.ready().filter(|_| has_title.get())?;
            Some(title.with(|title| alike(&page.incidents, title)))
        })
    });
    let has_some =
        Memo::new(move |_| alike.with(|alike| alike.as_ref().is_some_and(|it| !it.is_empty())));
    Effect::new(move |_| {
        if has_some.get() {
            announcer.say(say::similar_title(words));
        }
    });
    let is_unknown =
        move || has_title.get() && found.now().with(|now| matches!(now, Remote::Failed(_)));
    view! { class="ps",
        {move || alike.get().filter(|alike| !alike.is_empty()).map(|alike| notice(words, alike))}
        {move || is_unknown().then(|| unknown(words))}
    }
}

/// What is said of incidents that are alike.
pub(super) fn notice(words: Words, alike: Vec<Incident>) -> impl IntoView {
    use words::new_incident as say;
    let items = alike.into_iter().map(move |incident| {
        let when = Moment::parse(&incident.created_at);
        let when = when.map(|when| say::similar_when(words, when, &incident.created_by));
        view! { class="ps",
            <li>
                <PageLink to=Route::Incident(incident.id)>{incident.number}" "{incident.title}</PageLink>
                {when.map(|when| view! { class="ps", <p class="hint">{when}</p> })}
            </li>
        }
    });
    view! { class="ps",
        <Notice title=say::similar_title(words)>
            <p>{say::similar_text(words)}</p>
            <ul class="steps">{items.collect_view()}</ul>
            <Zone/>
        </Notice>
    }
}

/// What is said where it is not known whether there are any.
pub(super) fn unknown(words: Words) -> impl IntoView {
    let text = words::new_incident::similar_unknown(words);
    view! { class="ps", <p class="hint">{text}</p> }
}

/// Those whose titles share words with this one: the most words first, then the newest.
fn alike(incidents: &[Incident], title: &str) -> Vec<Incident> {
    let sought = telling_words(title);
    let mut found: Vec<(usize, &Incident)> = incidents
        .iter()
        .map(|incident| {
            let words = telling_words(&incident.title);
            let shared = words.iter().filter(|word| sought.contains(word));
            (shared.count(), incident)
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    found.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let found = found.into_iter().take(MOST);
    found.map(|(_, incident)| incident.clone()).collect()
}

/// The longer words of a title, each once, in lower case.
fn telling_words(title: &str) -> Vec<String> {
    let lower = title.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let mut words: Vec<String> = words
        .filter(|word| word.chars().count() >= LEAST_LETTERS)
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(title: &str) -> Incident {
        let json = serde_json::json!({
            "id": title, "number": "PS-1", "status": "open", "created_at": "2021-03-04T09:00:00Z",
            "created_by": "Ada", "beneficiary": "own-company", "product": "sql-server", "kind": "break-fix",
            "severity": "b", "title": title, "funding": { "by": "held-ids" }, "consumed": 0,
        });
        serde_json::from_value(json).unwrap()
    }

    fn titles(title: &str) -> Vec<String> {
        let incidents = [
            incident("Backups fail at night"),
            incident("Backups fail with error 5"),
            incident("Setup stops"),
        ];
        let found = alike(&incidents, title).into_iter();
        found.map(|incident| incident.title).collect()
    }

    #[test]
    fn incidents_that_share_words_are_alike_and_those_that_share_most_come_first() {
        assert_eq!(
            titles("Backups fail with an ERROR"),
            ["Backups fail with error 5", "Backups fail at night"]
        );
    }

    #[test]
    fn nothing_is_alike_that_shares_only_short_words() {
        assert_eq!(titles("at 5"), [""; 0]);
        assert_eq!(titles(""), [""; 0]);
    }
}

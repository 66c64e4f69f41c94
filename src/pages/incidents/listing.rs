//! The incidents that were fetched so far, in the order that the reader chose.

use crate::backend::{Backend, Problem};
use crate::route::View;
use std::borrow::Cow;
use std::sync::Arc;
use support_api::{Incident, IncidentPage, IncidentStatus, Severity};

/// Incidents that are shown at a time.
pub(super) const PAGE: u32 = 25;
/// Most incidents that the server tells at a time.
pub(super) const MOST: u32 = 100;

/// Where an incident can stand, with the code that an address has for it.
pub(super) const STATUSES: [(&str, IncidentStatus); 6] = [
    ("open", IncidentStatus::Open),
    ("in-progress", IncidentStatus::InProgress),
    ("waiting-for-partner", IncidentStatus::WaitingForPartner),
    ("resolved", IncidentStatus::Resolved),
    ("closed", IncidentStatus::Closed),
    ("cancelled", IncidentStatus::Cancelled),
];
/// How bad it can be.
pub(super) const SEVERITIES: [(&str, Severity); 3] =
    [("a", Severity::A), ("b", Severity::B), ("c", Severity::C)];
/// Oldest first; anything else is newest first.
pub(super) const OLDEST: &str = "oldest";

/// A view as the server is asked for it. What an address says that is none of a part's values is left out. `instant` reads a time
/// of a day.
fn narrowed(
    view: &View,
    instant: fn(&str, &str) -> Option<String>,
) -> Vec<(&'static str, Cow<'_, str>)> {
    let is_status = STATUSES.iter().any(|(code, _)| *code == view.status);
    let is_severity = SEVERITIES.iter().any(|(code, _)| *code == view.severity);
    let parts = [
        ("order", &view.order, view.order == OLDEST),
        ("status", &view.status, is_status),
        ("product", &view.product, !view.product.is_empty()),
        ("severity", &view.severity, is_severity),
        ("paid_by", &view.paid_by, !view.paid_by.is_empty()),
        ("text", &view.text, !view.text.trim().is_empty()),
    ];
    let parts = parts.into_iter().filter(|(.., says)| *says);
    let days = [
        ("created_from", instant(&view.from, "00:00:00")),
        ("created_until", instant(&view.to, "23:59:59.999")),
    ];
    let days = days.into_iter();
    parts
        .map(|(name, value, _)| (name, Cow::Borrowed(value.trim())))
        .chain(days.filter_map(|(name, instant)| Some((name, Cow::Owned(instant?)))))
        .collect()
}

/// The last millisecond that a date has a year of four digits.
const LAST: f64 = 253_402_300_799_999.0;

/// This time of a day in the reader's own zone, as the server reads it: RFC 3339, in UTC. `None` where the day is none. There are no
/// incidents of years that cannot be written so.
fn instant(day: &str, time: &str) -> Option<String> {
    let at = js_sys::Date::parse(&format!("{day}T{time}"));
    at.is_finite().then(|| {
        let at = js_sys::Date::new(&at.clamp(0.0, LAST).into());
        at.to_iso_string().into()
    })
}

/// The next `limit` incidents of a view.
pub(super) async fn next_page(
    backend: Backend,
    view: &View,
    limit: u32,
    after: Option<&str>,
) -> Result<IncidentPage, Problem> {
    let narrowed = narrowed(view, instant);
    let narrowed: Vec<_> = narrowed.iter().map(|(name, it)| (*name, &**it)).collect();
    backend.incidents(limit, after, &narrowed).await
}

/// The pages of one view that were fetched so far, as one list. An incident that stays in it stays the same in memory, by which
/// it is known what need not be made again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listing {
    view: View,
    incidents: Vec<Arc<Incident>>,
    next: Option<String>,
}

impl Listing {
    /// What it lists.
    pub(super) fn view(&self) -> &View {
        &self.view
    }

    /// The incidents.
    pub(super) fn incidents(&self) -> &[Arc<Incident>] {
        &self.incidents
    }

    /// Where the next page begins; `None` when everything is here.
    pub(super) fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Adds the page that began at `after`, and says how many incidents came with it. A page that does not follow the
    /// last one adds nothing: the list was fetched anew in the meantime.
    pub(super) fn append(&mut self, after: &str, page: IncidentPage) -> u32 {
        if self.next() != Some(after) {
            return 0;
        }
        let had = self.incidents.len();
        for incident in page.incidents {
            if !self.incidents.iter().any(|here| here.id == incident.id) {
                self.incidents.push(Arc::new(incident));
            }
        }
        self.next = page.next;
        u32::try_from(self.incidents.len() - had).unwrap_or(u32::MAX)
    }

    /// The list with a fresh first page of a view. What was fetched beyond it stays, as long as the view is the same and
    /// the two pieces meet.
    pub(super) fn refreshed(mut self, view: View, first: IncidentPage) -> Listing {
        let mut incidents: Vec<_> = first.incidents.into_iter().map(Arc::new).collect();
        let mut next = first.next;
        let meets = incidents
            .last()
            .filter(|_| self.view == view && next.is_some())
            .and_then(|last| self.incidents.iter().position(|here| here.id == last.id));
        if let Some(position) = meets {
            let beyond = self.incidents.split_off(position + 1);
            if !beyond.is_empty() {
                incidents.extend(beyond);
                next = self.next;
            }
        }
        Listing {
            view,
            incidents,
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::testing::incident;
    use super::*;

    fn page(ids: &[&str], next: Option<&str>) -> IncidentPage {
        IncidentPage {
            incidents: ids.iter().map(|id| incident(id)).collect(),
            next: next.map(Into::into),
        }
    }

    fn ids(listing: &Listing) -> String {
        let ids: Vec<&str> = listing
            .incidents()
            .iter()
            .map(|incident| incident.id.as_str())
            .collect();
        ids.join(" ")
    }

    fn two_pages() -> Listing {
        let mut listing =
            Listing::default().refreshed(View::default(), page(&["9", "8"], Some("8")));
        assert_eq!(listing.append("8", page(&["7", "6"], Some("6"))), 2);
        listing
    }

    #[test]
    fn show_more_adds_the_next_page_until_there_is_none() {
        let mut listing = two_pages();
        assert_eq!(listing.next(), Some("6"));
        assert_eq!(listing.append("6", page(&["5"], None)), 1);
        assert_eq!(ids(&listing), "9 8 7 6 5");
        assert_eq!(listing.next(), None);
    }

    #[test]
    fn an_answer_that_comes_twice_is_shown_once() {
        let mut listing = two_pages();
        assert_eq!(listing.append("8", page(&["7", "6"], Some("6"))), 0);
        assert_eq!(ids(&listing), "9 8 7 6");
    }

    #[test]
    fn a_new_incident_comes_first_and_the_older_pages_stay() {
        let listing = two_pages().refreshed(View::default(), page(&["10", "9"], Some("9")));
        assert_eq!(ids(&listing), "10 9 8 7 6");
        assert_eq!(listing.next(), Some("6"));
    }

    #[test]
    fn older_pages_that_no_longer_follow_are_fetched_again_when_asked() {
        let listing = two_pages().refreshed(View::default(), page(&["12", "11"], Some("11")));
        assert_eq!(ids(&listing), "12 11");
        assert_eq!(listing.next(), Some("11"));
    }

    #[test]
    fn a_view_that_was_narrowed_shows_nothing_of_the_one_before() {
        let open = View {
            status: "open".into(),
            ..View::default()
        };
        let listing = two_pages().refreshed(open, page(&["9", "7"], Some("7")));
        assert_eq!(ids(&listing), "9 7");
        assert_eq!(listing.next(), Some("7"));
    }

    #[test]
    fn what_is_no_longer_there_goes_with_the_fresh_page() {
        let listing = two_pages().refreshed(View::default(), page(&["9", "8"], None));
        assert_eq!(ids(&listing), "9 8");
        assert_eq!(listing.next(), None);
    }

    /// A clock that reads days of March alone, so that no browser is needed.
    fn march(day: &str, time: &str) -> Option<String> {
        day.starts_with("2021-03").then(|| format!("{day} {time}"))
    }

    fn asked(view: &View) -> String {
        let asked = narrowed(view, march).into_iter();
        let asked: Vec<_> = asked.map(|(name, it)| format!("{name}={it}")).collect();
        asked.join(" & ")
    }

    #[test]
    fn the_server_is_asked_for_all_that_makes_sense_and_for_nothing_else() {
        let view = View {
            text: " disk ".into(),
            status: "nowhere".into(),
            severity: "b".into(),
            paid_by: "product-support".into(),
            from: "yesterday".into(),
            order: OLDEST.into(),
            ..View::default()
        };
        assert_eq!(
            asked(&view),
            "order=oldest & severity=b & paid_by=product-support & text=disk"
        );
        assert_eq!(asked(&View::default()), "");
    }

    #[test]
    fn both_days_of_creation_count_whole() {
        let view = View {
            from: "2021-03-02".into(),
            to: "2021-03-04".into(),
            ..View::default()
        };
        assert_eq!(
            asked(&view),
            "created_from=2021-03-02 00:00:00 & created_until=2021-03-04 23:59:59.999"
        );
    }
}

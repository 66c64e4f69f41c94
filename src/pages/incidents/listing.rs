//! The incidents that were fetched so far, in the order that the reader chose.

use crate::backend::{Backend, Problem};
use crate::route::View;
use entitlement_rules::Funding;
use std::sync::Arc;
use support_api::{Incident, IncidentPage, IncidentStatus, Severity};

/// Incidents that are shown at a time.
pub(super) const PAGE: u32 = 25;
/// Most incidents that the server tells at a time.
pub(super) const MOST: u32 = 100;
/// Most calls for one page: what the server cannot find by itself is looked for among what it tells.
const CALLS: u32 = 10;

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

/// The part of a view that the server can find by itself. What an address says that is none of its values is left out.
pub(super) fn narrowed(view: &View) -> Vec<(&'static str, &str)> {
    let is_status = STATUSES.iter().any(|(code, _)| *code == view.status);
    let is_severity = SEVERITIES.iter().any(|(code, _)| *code == view.severity);
    let parts = [
        ("order", &view.order, view.order == OLDEST),
        ("status", &view.status, is_status),
        ("product", &view.product, !view.product.is_empty()),
        ("severity", &view.severity, is_severity),
        ("text", &view.text, !view.text.trim().is_empty()),
    ];
    let parts = parts.into_iter().filter(|(.., says)| *says);
    parts.map(|(name, value, _)| (name, value.trim())).collect()
}

/// The part of a view that the server cannot find: who paid, and the days of creation.
pub(super) struct Sieve {
    paid_by: String,
    /// In milliseconds since 1970, in the reader's own zone.
    from: f64,
    to: f64,
    oldest_first: bool,
}

impl Sieve {
    /// Of this view; `moment` reads a point in time.
    pub(super) fn new(view: &View, moment: fn(&str) -> f64) -> Sieve {
        let at = |day: &str, time: &str, open: f64| match moment(&format!("{day}T{time}")) {
            at if at.is_finite() => at,
            _ => open,
        };
        Sieve {
            paid_by: view.paid_by.clone(),
            from: at(&view.from, "00:00:00", f64::NEG_INFINITY),
            to: at(&view.to, "23:59:59.999", f64::INFINITY),
            oldest_first: view.order == OLDEST,
        }
    }

    fn is_open(&self) -> bool {
        self.paid_by.is_empty() && self.from.is_infinite() && self.to.is_infinite()
    }

    /// Leaves what the view asks for. Whether anything that follows can be among it.
    fn sift(&self, incidents: &mut Vec<Incident>, moment: fn(&str) -> f64) -> bool {
        let mut goes_on = true;
        incidents.retain(|incident| {
            let at = moment(&incident.created_at);
            goes_on = if self.oldest_first {
                at <= self.to
            } else {
                at >= self.from
            };
            let is_paid = self.paid_by.is_empty() || paid_by(incident) == self.paid_by;
            is_paid && at >= self.from && at <= self.to
        });
        goes_on
    }
}

/// Id of the benefit or the plan that paid.
fn paid_by(incident: &Incident) -> &str {
    match (&incident.funding, &incident.benefit) {
        (Funding::ResellerPlan { plan } | Funding::PaidPlan { plan }, _) => plan,
        (Funding::Benefit { benefit }, _) | (_, Some(benefit)) => &benefit.benefit,
        (Funding::Contract { .. } | Funding::HeldIds, None) => "",
    }
}

/// The point in time that a text names, in milliseconds since 1970; a day without a zone is the reader's own.
fn moment(text: &str) -> f64 {
    js_sys::Date::parse(text)
}

/// The next incidents of a view: `at_least` where there are so many, unless it would take too long to find them.
pub(super) async fn next_page(
    backend: Backend,
    view: &View,
    at_least: u32,
    mut after: Option<String>,
) -> Result<IncidentPage, Problem> {
    let sieve = Sieve::new(view, moment);
    let limit = if sieve.is_open() { at_least } else { MOST };
    let mut incidents = Vec::new();
    for _ in 0..CALLS {
        let mut page = backend
            .incidents(limit, after.as_deref(), &narrowed(view))
            .await?;
        let goes_on = sieve.is_open() || sieve.sift(&mut page.incidents, moment);
        incidents.append(&mut page.incidents);
        after = page.next.filter(|_| goes_on);
        if after.is_none() || incidents.len() >= at_least as usize {
            break;
        }
    }
    Ok(IncidentPage {
        incidents,
        next: after,
    })
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

    #[test]
    fn the_server_is_asked_for_what_it_knows_alone() {
        let view = View {
            text: " disk ".into(),
            status: "nowhere".into(),
            severity: "b".into(),
            paid_by: "product-support".into(),
            order: OLDEST.into(),
            ..View::default()
        };
        let asked = [("order", OLDEST), ("severity", "b"), ("text", "disk")];
        assert_eq!(narrowed(&view), asked);
    }

    /// A clock of hours alone, so that days can be compared without a browser.
    fn hours(text: &str) -> f64 {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<f64>().ok();
        let day = number(8..10).map(|day| day * 24.0);
        day.zip(number(11..13))
            .map_or(f64::NAN, |(day, hour)| day + hour)
    }

    fn sifted(view: View, days: &[u32]) -> (String, bool) {
        let mut found: Vec<Incident> = days
            .iter()
            .map(|day| Incident {
                created_at: format!("2021-03-{day:02}T09:30:00Z"),
                ..incident(&day.to_string())
            })
            .collect();
        let goes_on = Sieve::new(&view, hours).sift(&mut found, hours);
        let ids: Vec<String> = found.into_iter().map(|it| it.id).collect();
        (ids.join(" "), goes_on)
    }

    #[test]
    fn the_days_of_creation_are_both_included_and_end_the_search() {
        let view = |order: &str| View {
            from: "2021-03-02".into(),
            to: "2021-03-04".into(),
            order: order.into(),
            ..View::default()
        };
        assert_eq!(sifted(view(""), &[5, 4, 3, 2]), ("4 3 2".into(), true));
        assert_eq!(sifted(view(""), &[3, 2, 1]), ("3 2".into(), false));
        assert_eq!(sifted(view(OLDEST), &[1, 2]), ("2".into(), true));
        assert_eq!(sifted(view(OLDEST), &[4, 5]), ("4".into(), false));
    }

    #[test]
    fn incidents_are_found_by_the_benefit_or_the_plan_that_paid() {
        let paid_by = |id: &str| View {
            paid_by: id.into(),
            ..View::default()
        };
        assert_eq!(sifted(paid_by("product-support"), &[5, 4]).0, "5 4");
        assert_eq!(sifted(paid_by("csp-plan"), &[5, 4]), (String::new(), true));
        let mut plan = incident("1");
        plan.funding = Funding::PaidPlan {
            plan: "advanced".into(),
        };
        assert_eq!(super::paid_by(&plan), "advanced");
    }
}

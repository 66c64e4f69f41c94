//! The incidents that were fetched so far, newest first.

use support_api::{Incident, IncidentPage};

/// The pages that were fetched so far, as one list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listing {
    incidents: Vec<Incident>,
    next: Option<String>,
}

impl Listing {
    /// The incidents.
    pub(super) fn incidents(&self) -> &[Incident] {
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
                self.incidents.push(incident);
            }
        }
        self.next = page.next;
        u32::try_from(self.incidents.len() - had).unwrap_or(u32::MAX)
    }

    /// The list with a fresh first page. What was fetched beyond it stays, as long as the two pieces meet.
    pub(super) fn refreshed(mut self, first: IncidentPage) -> Listing {
        let mut incidents = first.incidents;
        let mut next = first.next;
        let meets = incidents
            .last()
            .and_then(|last| self.incidents.iter().position(|here| here.id == last.id));
        if let Some(position) = meets {
            let beyond = self.incidents.split_off(position + 1);
            if !beyond.is_empty() {
                incidents.extend(beyond);
                next = self.next;
            }
        }
        Listing { incidents, next }
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
        let mut listing = Listing::default().refreshed(page(&["9", "8"], Some("8")));
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
        let listing = two_pages().refreshed(page(&["10", "9"], Some("9")));
        assert_eq!(ids(&listing), "10 9 8 7 6");
        assert_eq!(listing.next(), Some("6"));
    }

    #[test]
    fn older_pages_that_no_longer_follow_are_fetched_again_when_asked() {
        let listing = two_pages().refreshed(page(&["12", "11"], Some("11")));
        assert_eq!(ids(&listing), "12 11");
        assert_eq!(listing.next(), Some("11"));
    }
}

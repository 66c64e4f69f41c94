//! The gallery: every part that pages are made of, in every state, on one page for whoever works on them, and for the tests that
//! look at them. It is in builds for development alone (the feature `gallery`); a release has no page of this address.
//!
//! [`parts`] shows those of `ui`; [`troubles`] what is said when something does not come; [`law`] what is derived from a verdict,
//! by the law, from the programme and the accounts in `accounts.json`; [`incidents`] what a person reads of an incident;
//! [`new_incident`] and [`pages`] the parts of single pages, as far as they need nothing that only a server can tell.
//!
//! What a part says are the product's own sentences in the reader's language. The names of parts and states are those of the
//! code, and stand here in English. Nothing that is pressed here reaches a server.

mod accounts;
mod incidents;
mod law;
mod new_incident;
mod pages;
mod parts;
mod specimen;
mod troubles;

use crate::account::Account;
use crate::backend::Backend;
use crate::connection::connection;
use crate::element::host;
use crate::frame::Page;
use crate::navigator::{PageLink, navigator};
use crate::route::Route;
use crate::session::Session;
use crate::signals::StoredValue;
use crate::ui::element_by_id;
use leptos::context::Provider;
use leptos::html;
use leptos::prelude::*;
use specimen::{English, id_of};

const TITLE: &str = "Gallery";
const LEAD: &str =
    "Every part that pages are made of, in every state. Each name is a link to its specimen.";

/// No server is there: what is pressed fails, as it does for a reader whose connection is gone.
const NOWHERE: &str = "/no-server-of-the-gallery";

/// A name, and what shows the specimens.
type Group = (&'static str, fn() -> AnyView);

const GROUPS: [Group; 16] = [
    ("Buttons", parts::buttons),
    ("Fields", parts::fields),
    ("Messages", parts::messages),
    ("Figures", parts::figures),
    ("Troubles", troubles::troubles),
    ("Answers", law::answers),
    ("Benefits", law::benefits),
    ("Benefits that cannot be shown", law::doors),
    ("New incident", new_incident::new_incident),
    ("Incidents", incidents::incidents),
    ("Plans", pages::plans),
    ("Coverage", pages::coverage),
    ("Use", pages::usage),
    ("Rule book", pages::rule_book),
    ("Desk", pages::desk),
    ("Frame", pages::frame),
];

/// The page.
#[component]
pub(crate) fn GalleryPage() -> impl IntoView {
    let session = Session::new(host(), None, navigator());
    let backend = Backend::new(session, connection(), Some(NOWHERE.to_owned()), None);
    let account = Account::new(backend);
    account.is_signed_out();
    view! { class="ps",
        <Page title=TITLE>
            // Nobody's account, for what is shown here; the frame keeps the reader's own.
            <Provider value=session>
                <Provider value=backend>
                    <Provider value=account>
                        <Specimens/>
                    </Provider>
                </Provider>
            </Provider>
        </Page>
    }
}

/// The contents, and the groups.
#[component]
fn Specimens() -> impl IntoView {
    let navigator = navigator();
    let place = NodeRef::<html::Div>::new();
    let is_first = StoredValue::new(!navigator.focus_is_due());
    Effect::new(move |_| {
        let led_to = match navigator.route() {
            Route::Gallery(Some(id)) => id,
            _ => return,
        };
        let Some(place) = place.get() else { return };
        let with_focus = !is_first.get_value();
        is_first.set_value(false);
        // After the page's own heading, which takes the focus of whoever comes from another page.
        request_animation_frame(move || {
            if let Some(specimen) = element_by_id(&place, &led_to) {
                specimen.scroll_into_view();
                if with_focus {
                    // A specimen that is gone by now leaves the focus where it is.
                    let _ = specimen.focus();
                }
            }
        });
        navigator.announce(TITLE);
    });
    let contents = GROUPS.map(|(name, _)| {
        let to = Route::Gallery(Some(id_of(name)));
        view! { class="ps", <li><PageLink to=to><English text=name/></PageLink></li> }
    });
    let groups = GROUPS.map(|(name, show)| {
        view! { class="ps",
            <section class="section" aria-labelledby=id_of(name)>
                <h2 id=id_of(name) tabindex="-1"><English text=name/></h2>
                <div class="cards">{show()}</div>
            </section>
        }
    });
    view! { class="ps",
        <p class="lead"><English text=LEAD/></p>
        <nav aria-label="Groups of the gallery" lang="en">
            <ul class="steps">{contents.collect_view()}</ul>
        </nav>
        <div class="page" node_ref=place>{groups.collect_view()}</div>
    }
}

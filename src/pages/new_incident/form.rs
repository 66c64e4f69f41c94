//! The state of the form: one signal per field.

use super::entries::{Contact, Entries, Missing, code_of, funding_code};
use crate::account::Known;
use crate::route::Prefill;
use crate::signals::RwSignal;
use crate::words::{self, Words};
use entitlement_rules::{Beneficiary, Funding, IncidentQuestion, Question};

/// The state of the form, and the ways between it and [`Entries`].
macro_rules! form {
    ($($field:ident),+) => {
        /// One signal per field, each as in [`Entries`].
        #[derive(Clone, Copy)]
        pub(super) struct Form {
            $(pub(super) $field: RwSignal<String>,)+
            pub(super) contacts: RwSignal<Vec<ContactForm>>,
            pub(super) test: RwSignal<bool>,
        }

        impl Form {
            pub(super) fn new(entries: Entries) -> Form {
                Form {
                    $($field: RwSignal::new(entries.$field),)+
                    contacts: RwSignal::new(contacts(entries.contacts)),
                    test: RwSignal::new(entries.test),
                }
            }

            /// What is entered now.
            pub(super) fn entries(self) -> Entries {
                Entries {
                    $($field: self.$field.get(),)+
                    contacts: self.contacts.get().into_iter().map(ContactForm::entered).collect(),
                    test: self.test.get(),
                }
            }

            /// Replaces what is entered.
            pub(super) fn put(self, entries: Entries) {
                $(self.$field.set(entries.$field);)+
                self.contacts.set(contacts(entries.contacts));
                self.test.set(entries.test);
            }
        }
    };
}

form!(
    beneficiary,
    customer,
    product,
    version,
    failing_side,
    kind,
    impact,
    severity,
    funding,
    title,
    description,
    expected,
    error_text,
    since,
    steps,
    tried
);

/// One signal per part of a contact: name, e-mail address, phone number, language, time zone.
#[derive(Clone, Copy)]
pub(super) struct ContactForm(pub(super) [RwSignal<String>; 5]);

impl ContactForm {
    pub(super) fn new(contact: Contact) -> ContactForm {
        let parts = [
            contact.name,
            contact.email,
            contact.phone,
            contact.language,
            contact.time_zone,
        ];
        ContactForm(parts.map(RwSignal::new))
    }

    fn entered(self) -> Contact {
        let [name, email, phone, language, time_zone] = self.0.map(|part| part.get());
        Contact {
            name,
            email,
            phone,
            language,
            time_zone,
        }
    }
}

fn contacts(entered: Vec<Contact>) -> Vec<ContactForm> {
    entered.into_iter().map(ContactForm::new).collect()
}

impl Form {
    /// What is asked of the law. A way to pay that the account does not have any more is left to the law again.
    pub(super) fn question(self, known: &Known) -> Question {
        let mut asked = self.entries().question(&known.programme);
        if let Some(funding) = asked.funding.take() {
            let open = Question::CreateIncident(asked.clone());
            let verdict = known.decide(&open);
            let mut ways = verdict.candidates.iter();
            let is_there = ways.any(|way| way.funding == funding);
            asked.funding = is_there.then_some(funding);
        }
        Question::CreateIncident(asked)
    }
}

/// What the form starts with: for the own company, or for a customer where the account can raise nothing else, and
/// what the link that led here has answered.
pub(super) fn first_entries(known: &Known, prefill: &Prefill) -> Entries {
    let policy = known.programme.policy();
    let has = |association: &String| known.facts.viewer.associations.contains(association);
    let reseller_only = has(&policy.reseller_association) && !has(&policy.member_association);
    let beneficiary = if reseller_only {
        Beneficiary::Customer
    } else {
        Beneficiary::OwnCompany
    };
    answered(
        Entries {
            beneficiary: code_of(beneficiary),
            ..Entries::default()
        },
        prefill,
    )
}

/// Entries with the answers of a link in place of their own. What was typed stays.
pub(super) fn answered(mut entries: Entries, prefill: &Prefill) -> Entries {
    let parts = [
        (&mut entries.product, &prefill.product),
        (&mut entries.version, &prefill.version),
        (&mut entries.failing_side, &prefill.side),
        (&mut entries.kind, &prefill.kind),
        (&mut entries.beneficiary, &prefill.whom),
        (&mut entries.severity, &prefill.severity),
    ];
    for (part, answer) in parts.into_iter().filter(|(_, answer)| !answer.is_empty()) {
        part.clone_from(answer);
    }
    if !prefill.contract.is_empty() {
        entries.funding = funding_code(&Funding::Contract {
            contract: prefill.contract.clone(),
        });
    }
    entries
}

/// The question of these entries as a link has it, asked on this day: nobody's name, no contract, nothing that was typed.
pub(super) fn shared(entries: &Entries, known: &Known) -> Prefill {
    Prefill {
        asked_on: known.facts.as_of.to_string(),
        ..Prefill::asking(&entries.question(&known.programme))
    }
}

/// Whether the product, and its version where it has some, have been chosen.
pub(super) fn names_a_product(asked: &IncidentQuestion, known: &Known) -> bool {
    let product = asked
        .product
        .as_deref()
        .and_then(|product| known.programme.product(product));
    product.is_some_and(|product| product.versions.is_empty() || asked.version.is_some())
}

/// Ids of the fields, which errors and next steps lead to.
pub(super) mod field {
    pub(in super::super) const BENEFICIARY: &str = "for-whom";
    pub(in super::super) const CUSTOMER: &str = "customer";
    pub(in super::super) const PRODUCT: &str = "product";
    pub(in super::super) const VERSION: &str = "version";
    pub(in super::super) const SIDE: &str = "failing-side";
    pub(in super::super) const KIND: &str = "kind";
    pub(in super::super) const FUNDING: &str = "funding";
    pub(in super::super) const ACCESS_ID: &str = "access-id";
    pub(in super::super) const IMPACT: &str = "impact";
    pub(in super::super) const SEVERITY: &str = "severity";
    pub(in super::super) const TITLE: &str = "incident-title";
    pub(in super::super) const DESCRIPTION: &str = "description";
    pub(in super::super) const ERROR_TEXT: &str = "error-text";

    /// Of a part of a contact.
    pub(in super::super) fn contact(part: &str, place: usize) -> String {
        format!("contact-{part}-{place}")
    }
}

impl Missing {
    /// Id of the field.
    pub(super) fn field(self) -> String {
        let field = match self {
            Missing::Beneficiary => field::BENEFICIARY,
            Missing::Customer => field::CUSTOMER,
            Missing::Product => field::PRODUCT,
            Missing::Version => field::VERSION,
            Missing::FailingSide => field::SIDE,
            Missing::Kind => field::KIND,
            Missing::Severity => field::SEVERITY,
            Missing::Title => field::TITLE,
            Missing::Description | Missing::Shorter => field::DESCRIPTION,
            Missing::ErrorText => field::ERROR_TEXT,
            Missing::ContactName(place) => return field::contact("name", place),
            Missing::ContactReach(place) | Missing::ContactEmail(place) => {
                return field::contact("email", place);
            }
        };
        field.to_owned()
    }

    /// Whether the field comes before the two IDs.
    pub(super) fn comes_before_ids(self) -> bool {
        self.section() == Section::Coverage
    }

    /// Which part of the form has the field.
    pub(super) fn section(self) -> Section {
        match self {
            Missing::Beneficiary
            | Missing::Customer
            | Missing::Product
            | Missing::Version
            | Missing::FailingSide
            | Missing::Kind => Section::Coverage,
            Missing::Severity => Section::Severity,
            Missing::Title | Missing::Description | Missing::ErrorText | Missing::Shorter => {
                Section::Problem
            }
            Missing::ContactName(_) | Missing::ContactReach(_) | Missing::ContactEmail(_) => {
                Section::Contacts
            }
        }
    }
}

/// A part of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// What decides whether it is covered.
    Coverage,
    /// What pays.
    Funding,
    /// How bad it is.
    Severity,
    /// What happens.
    Problem,
    /// Who may be reached.
    Contacts,
}

impl Section {
    /// Every one.
    pub(super) const ALL: [Section; 5] = [
        Section::Coverage,
        Section::Funding,
        Section::Severity,
        Section::Problem,
        Section::Contacts,
    ];

    /// Id of its heading.
    pub(super) fn head(self) -> &'static str {
        match self {
            Section::Coverage => "part-coverage",
            Section::Funding => "part-funding",
            Section::Severity => "part-severity",
            Section::Problem => "part-problem",
            Section::Contacts => "part-contacts",
        }
    }

    /// Its heading.
    pub(super) fn title(self, words: Words) -> &'static str {
        use words::new_incident as say;
        match self {
            Section::Coverage => say::part_coverage(words),
            Section::Funding => say::funding(words),
            Section::Severity => say::part_severity(words),
            Section::Problem => say::part_problem(words),
            Section::Contacts => say::part_contacts(words),
        }
    }
}

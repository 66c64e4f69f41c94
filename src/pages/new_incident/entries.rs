//! What was entered, as plain data: the question that it asks the law, what is missing in it, and the incident that it
//! becomes. An Access ID or a Contract ID is never part of it, so that it can be kept as a draft.

use entitlement_rules::{
    Beneficiary, FailingSide, Funding, Impact, IncidentKind, IncidentQuestion, Placement, Product,
    Programme, RuleId,
};
use light_json::FromJson;
use serde::Serialize;
use support_api::{DESCRIPTION_LENGTH, IncidentContact, NewIncident, Severity, looks_like_email};

/// The fields of the form; each is empty while nothing was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[serde(default)]
pub(crate) struct Entries {
    /// Code of a [`Beneficiary`].
    pub(super) beneficiary: String,
    /// Name of the customer.
    pub(super) customer: String,
    /// Id of a product.
    pub(super) product: String,
    /// Id of one of its versions.
    pub(super) version: String,
    /// Code of a [`FailingSide`].
    pub(super) failing_side: String,
    /// Code of an [`IncidentKind`], or one of [`ERROR`] and [`FEATURE`].
    pub(super) kind: String,
    /// Code of an [`Impact`]; may stay empty.
    pub(super) impact: String,
    /// Code of a [`Severity`].
    pub(super) severity: String,
    /// A [`Funding`], as [`funding_code`] writes it; empty for the law's own suggestion.
    pub(super) funding: String,
    /// Title.
    pub(super) title: String,
    /// What happens.
    pub(super) description: String,
    /// What was expected instead.
    pub(super) expected: String,
    /// The text of the error.
    pub(super) error_text: String,
    /// Since when.
    pub(super) since: String,
    /// How it can be seen again.
    pub(super) steps: String,
    /// What was tried.
    pub(super) tried: String,
    /// Who may be reached.
    pub(super) contacts: Vec<Contact>,
    /// Whether it only tries the way out.
    pub(super) test: bool,
}

/// Somebody who may be reached; each part is empty while nothing was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromJson)]
#[serde(default)]
pub(crate) struct Contact {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) language: String,
    pub(super) time_zone: String,
}

/// Code of a specific problem that shows as an error message (S18): its text is asked for.
pub(super) const ERROR: &str = "error";
/// Code of a specific problem that is a feature which does not work as expected (S18).
pub(super) const FEATURE: &str = "feature";

/// A field that has to be filled in, or in another way, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Beneficiary,
    Customer,
    Product,
    Version,
    FailingSide,
    Kind,
    Severity,
    Title,
    Description,
    ErrorText,
    /// All answers together are too long.
    Shorter,
    /// The name of a contact, by its place.
    ContactName(usize),
    /// A way to reach it.
    ContactReach(usize),
    /// An e-mail address that is one.
    ContactEmail(usize),
}

impl Contact {
    /// Nobody was named here, and no way to reach them.
    fn is_blank(&self) -> bool {
        let parts = [&self.name, &self.email, &self.phone];
        parts.iter().all(|part| part.trim().is_empty())
    }

    fn missing(&self, place: usize) -> Option<Missing> {
        let (name, email, phone) = (self.name.trim(), self.email.trim(), self.phone.trim());
        if self.is_blank() {
            None
        } else if name.is_empty() {
            Some(Missing::ContactName(place))
        } else if email.is_empty() && phone.is_empty() {
            Some(Missing::ContactReach(place))
        } else if !email.is_empty() && !looks_like_email(email) {
            Some(Missing::ContactEmail(place))
        } else {
            None
        }
    }

    fn sent(&self) -> IncidentContact {
        let part = |part: &String| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
        IncidentContact {
            name: self.name.trim().to_owned(),
            email: part(&self.email),
            phone: part(&self.phone),
            language: part(&self.language),
            time_zone: part(&self.time_zone),
        }
    }
}

impl Entries {
    /// The product, when one was chosen.
    pub(super) fn product<'a>(&self, programme: &'a Programme) -> Option<&'a Product> {
        programme.product(&self.product)
    }

    fn version(&self, product: &Product) -> Option<String> {
        product
            .version(&self.version)
            .map(|version| version.id.clone())
    }

    fn failing_side(&self, product: &Product) -> Option<FailingSide> {
        match product.placement {
            Placement::Hybrid => of_code(&self.failing_side),
            Placement::OnPremises | Placement::Cloud => None,
        }
    }

    /// The effect on the business, where the programme looks at it (E18).
    fn impact(&self, programme: &Programme) -> Option<Impact> {
        of_code(&self.impact).filter(|_| RuleId::E18.is_in_force(programme))
    }

    /// What is asked for: three ways to say that something specific fails are one to the law.
    pub(super) fn kind(&self) -> Option<IncidentKind> {
        match self.kind.as_str() {
            ERROR | FEATURE => Some(IncidentKind::BreakFix),
            code => of_code(code),
        }
    }

    /// What pays, when the person has chosen it.
    pub(super) fn funding(&self) -> Option<Funding> {
        light_json::from_str(&self.funding).ok()
    }

    /// What is asked of the law. Answers to questions that the chosen product does not raise are left out.
    pub(super) fn question(&self, programme: &Programme) -> IncidentQuestion {
        let product = self.product(programme);
        IncidentQuestion {
            beneficiary: of_code(&self.beneficiary),
            product: product.map(|product| product.id.clone()),
            version: product.and_then(|product| self.version(product)),
            failing_side: product.and_then(|product| self.failing_side(product)),
            kind: self.kind(),
            severity: of_code(&self.severity),
            impact: self.impact(programme),
            issues: None,
            funding: self.funding(),
        }
    }

    /// The incident, paid by `funding`, with all answers about the problem in one `description`.
    ///
    /// # Errors
    /// Every field that is missing, in the order of the form.
    pub(super) fn incident(
        &self,
        programme: &Programme,
        funding: &Funding,
        description: String,
    ) -> Result<NewIncident, Vec<Missing>> {
        let mut missing = Vec::new();
        let mut need = |is_there: bool, field: Missing| {
            if !is_there {
                missing.push(field);
            }
        };
        let beneficiary: Option<Beneficiary> = of_code(&self.beneficiary);
        need(beneficiary.is_some(), Missing::Beneficiary);
        let customer =
            (beneficiary == Some(Beneficiary::Customer)).then(|| self.customer.trim().to_owned());
        need(
            customer.as_ref().is_none_or(|name| !name.is_empty()),
            Missing::Customer,
        );
        let product = self.product(programme);
        need(product.is_some(), Missing::Product);
        let version = product.and_then(|product| self.version(product));
        let has_versions = product.is_some_and(|product| !product.versions.is_empty());
        need(version.is_some() || !has_versions, Missing::Version);
        let failing_side = product.and_then(|product| self.failing_side(product));
        let is_hybrid = product.is_some_and(|product| product.placement == Placement::Hybrid);
        need(failing_side.is_some() || !is_hybrid, Missing::FailingSide);
        let kind = self.kind();
        need(kind.is_some(), Missing::Kind);
        let severity: Option<Severity> = of_code(&self.severity);
        need(severity.is_some(), Missing::Severity);
        let title = self.title.trim();
        need(!title.is_empty(), Missing::Title);
        need(!self.description.trim().is_empty(), Missing::Description);
        need(
            self.kind != ERROR || !self.error_text.trim().is_empty(),
            Missing::ErrorText,
        );
        need(
            description.chars().count() <= DESCRIPTION_LENGTH,
            Missing::Shorter,
        );
        let contacts = self.contacts.iter().enumerate();
        missing.extend(contacts.filter_map(|(place, contact)| contact.missing(place)));
        let contacts = self.contacts.iter().filter(|contact| !contact.is_blank());
        match (beneficiary, product, kind, severity) {
            (Some(beneficiary), Some(product), Some(kind), Some(severity))
                if missing.is_empty() =>
            {
                Ok(NewIncident {
                    beneficiary,
                    customer,
                    product: product.id.clone(),
                    version,
                    failing_side,
                    kind,
                    severity,
                    impact: self.impact(programme),
                    funding: funding.clone(),
                    title: title.to_owned(),
                    description,
                    contacts: contacts.map(Contact::sent).collect(),
                    test: self.test,
                })
            }
            _ => Err(missing),
        }
    }
}

/// The value that a field has for one of its codes.
pub(super) fn code_of(value: impl Serialize) -> String {
    let json = serde_json::to_string(&value).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

/// The value that the funding field has for a way to pay.
pub(super) fn funding_code(funding: &Funding) -> String {
    serde_json::to_string(funding).unwrap_or_default()
}

fn of_code<T: FromJson>(code: &str) -> Option<T> {
    light_json::from_text(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> Programme {
        let text = include_str!("../../../programmes/mpn-2021.json");
        Programme::check(serde_json::from_str(text).unwrap()).unwrap()
    }

    fn filled_in() -> Entries {
        Entries {
            beneficiary: "own-company".into(),
            product: "windows-server".into(),
            version: "2019".into(),
            kind: "break-fix".into(),
            impact: "moderate".into(),
            severity: "b".into(),
            title: " Cluster node restarts ".into(),
            description: "Since Monday.".into(),
            ..Entries::default()
        }
    }

    fn missing(entries: &Entries) -> Vec<Missing> {
        entries
            .incident(&programme(), &Funding::HeldIds, entries.description.clone())
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn a_form_that_is_filled_in_becomes_the_incident_that_was_shown() {
        let description = "Since Monday.".to_owned();
        let incident = filled_in()
            .incident(&programme(), &Funding::HeldIds, description)
            .unwrap();
        assert_eq!(incident.title, "Cluster node restarts");
        assert_eq!(incident.severity, Severity::B);
        assert_eq!(incident.impact, Some(Impact::Moderate));
        assert_eq!(incident.version.as_deref(), Some("2019"));
        assert_eq!(incident.customer, None);
        assert_eq!(
            incident.question(),
            IncidentQuestion {
                funding: Some(Funding::HeldIds),
                ..filled_in().question(&programme())
            }
        );
    }

    #[test]
    fn the_effect_on_the_business_may_be_left_out_and_is_where_the_programme_ignores_it() {
        let silent = Entries {
            impact: String::new(),
            ..filled_in()
        };
        assert!(missing(&silent).is_empty());
        let mut data = programme().data().clone();
        data.policy.extensions.severity_by_impact = None;
        let without = Programme::check(data).unwrap();
        assert_eq!(filled_in().question(&without).impact, None);
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once_in_the_order_of_the_form() {
        assert_eq!(
            missing(&Entries::default()),
            [
                Missing::Beneficiary,
                Missing::Product,
                Missing::Kind,
                Missing::Severity,
                Missing::Title,
                Missing::Description
            ]
        );
        let for_a_customer = Entries {
            beneficiary: "customer".into(),
            customer: "  ".into(),
            version: String::new(),
            title: " ".into(),
            ..filled_in()
        };
        assert_eq!(
            missing(&for_a_customer),
            [Missing::Customer, Missing::Version, Missing::Title]
        );
        let hybrid = Entries {
            product: "azure-stack-hub".into(),
            ..filled_in()
        };
        assert_eq!(missing(&hybrid), [Missing::FailingSide]);
    }

    #[test]
    fn what_was_answered_for_another_product_does_not_count() {
        let entries = Entries {
            product: "azure-virtual-machines".into(),
            failing_side: "cloud".into(),
            ..filled_in()
        };
        let question = entries.question(&programme());
        assert_eq!((question.version, question.failing_side), (None, None));
        assert!(missing(&entries).is_empty());
    }

    #[test]
    fn a_way_to_pay_survives_the_form() {
        let contract = Funding::Contract {
            contract: "c-1".into(),
        };
        let entries = Entries {
            funding: funding_code(&contract),
            ..filled_in()
        };
        assert_eq!(entries.funding(), Some(contract));
        assert_eq!(filled_in().funding(), None);
    }

    #[test]
    fn an_error_message_and_a_feature_are_specific_problems_and_the_message_is_asked_for() {
        for code in [ERROR, FEATURE] {
            let entries = Entries {
                kind: code.into(),
                error_text: "0x80070005".into(),
                ..filled_in()
            };
            let asked = entries.question(&programme()).kind;
            assert_eq!(asked, Some(IncidentKind::BreakFix));
            assert!(missing(&entries).is_empty());
        }
        let silent = Entries {
            kind: ERROR.into(),
            ..filled_in()
        };
        assert_eq!(missing(&silent), [Missing::ErrorText]);
    }

    #[test]
    fn answers_that_are_too_long_together_are_said_to_be() {
        let long = Entries {
            description: "x".repeat(DESCRIPTION_LENGTH + 1),
            ..filled_in()
        };
        assert_eq!(missing(&long), [Missing::Shorter]);
    }

    #[test]
    fn a_contact_that_was_begun_needs_a_name_and_a_way_and_a_blank_one_is_nobody() {
        let contact = |name: &str, email: &str, phone: &str| Contact {
            name: name.into(),
            email: email.into(),
            phone: phone.into(),
            time_zone: "Europe/Paris".into(),
            ..Contact::default()
        };
        let entries = Entries {
            contacts: vec![
                contact("", "", " "),
                contact("Léa", " lea@birch.example ", ""),
                contact("", "lea@birch.example", ""),
                contact("Léa", "", ""),
                contact("Léa", "lea", "1"),
            ],
            ..filled_in()
        };
        assert_eq!(
            missing(&entries),
            [
                Missing::ContactName(2),
                Missing::ContactReach(3),
                Missing::ContactEmail(4)
            ]
        );
        let good = Entries {
            contacts: entries.contacts.into_iter().take(2).collect(),
            test: true,
            ..filled_in()
        };
        let incident = good.incident(&programme(), &Funding::HeldIds, "x".into());
        let incident = incident.unwrap();
        assert!(incident.test);
        let [lea] = incident.contacts.try_into().unwrap();
        assert_eq!(lea.email.as_deref(), Some("lea@birch.example"));
        assert_eq!((lea.phone, lea.language), (None, None));
    }

    #[test]
    fn every_code_of_a_field_reads_back() {
        for kind in [
            IncidentKind::BreakFix,
            IncidentKind::Advisory,
            IncidentKind::Billing,
        ] {
            assert_eq!(of_code(&code_of(kind)), Some(kind));
        }
        for impact in [Impact::Critical, Impact::Moderate, Impact::Minimal] {
            assert_eq!(of_code(&code_of(impact)), Some(impact));
        }
        for severity in [Severity::A, Severity::B, Severity::C] {
            assert_eq!(of_code(&code_of(severity)), Some(severity));
        }
    }
}

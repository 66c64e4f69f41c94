//! Request Tracker 5 by its REST 2.0 interface: each incident and each request for activation becomes one ticket, however
//! often it is delivered. The ticket carries our id in a custom field, and is looked for by it before it is made.

use super::queue::Event;
use super::reach::{Answer, Call, Reach};
use super::recipient::{Failure, Recipient, refusal};
use crate::clock::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use support_api::handover::{
    ACTIVATION_REQUESTED, ActivationHandover, INCIDENT_CREATED, IncidentHandover,
};
use ureq::http::Method;

/// One queue of one Request Tracker.
pub struct RequestTracker {
    reach: Box<dyn Reach>,
    base: String,
    queue: String,
    id_field: String,
    token: String,
    /// Whether the queue was found to have what is needed.
    is_ready: AtomicBool,
}

impl RequestTracker {
    /// `base` is the address of the web interface; `queue` and `id_field` are names, `token` is an authentication token
    /// whose account may see the queue and its tickets, create some, see the field and set it at first.
    #[must_use]
    pub fn new(
        reach: Box<dyn Reach>,
        base: &str,
        queue: String,
        id_field: String,
        token: String,
    ) -> RequestTracker {
        RequestTracker {
            reach,
            base: format!("{}/REST/2.0", base.trim_end_matches('/')),
            queue,
            id_field,
            token,
            is_ready: AtomicBool::new(false),
        }
    }
}

impl Recipient for RequestTracker {
    fn hand_over(&self, event: &Event, _: Moment) -> Result<Option<String>, Failure> {
        let Some(ticket) = Ticket::of(event)? else {
            // Nothing that an agent would work on.
            return Ok(None);
        };
        if !self.is_ready.load(Ordering::Relaxed) {
            self.check()?;
            self.is_ready.store(true, Ordering::Relaxed);
        }
        if let Some(number) = self.find(&ticket.id)? {
            return Ok(Some(number));
        }
        let number = self.create(&ticket)?;
        match self.find(&ticket.id) {
            Ok(Some(found)) => Ok(Some(found)),
            // It is there: to fail now would make another one.
            Ok(None) => {
                tracing::error!(ticket = %number, "Request Tracker hides a new ticket's id field: it would be made again");
                Ok(Some(number))
            }
            Err(_) => Ok(Some(number)),
        }
    }
}

/// A ticket to be.
#[derive(Debug, PartialEq, Eq)]
struct Ticket {
    /// What it is found by: the incident's id, or the event's.
    id: String,
    subject: String,
    text: String,
}

impl Ticket {
    fn of(event: &Event) -> Result<Option<Ticket>, Failure> {
        let ticket = match event.kind.as_str() {
            INCIDENT_CREATED => incident(&read(event)?),
            ACTIVATION_REQUESTED => activation(&read(event)?, event),
            _ => return Ok(None),
        };
        // It stands inside a query.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        match ticket.id.bytes().all(is_plain) {
            true => Ok(Some(ticket)),
            false => Err(Failure::Refused("its id is not one of ours".into())),
        }
    }
}

fn read<'a, T: Deserialize<'a>>(event: &'a Event) -> Result<T, Failure> {
    serde_json::from_str(&event.payload)
        .map_err(|_| Failure::Refused("its data is not that of its type".into()))
}

fn incident(handover: &IncidentHandover) -> Ticket {
    let IncidentHandover { partner, incident } = handover;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("Incident", &incident.number);
    line("Id", &incident.id);
    line("Partner", &format!("{} ({})", partner.name, partner.id));
    line("Created by", &incident.created_by);
    line("Created at", &incident.created_at);
    line("Severity", &words(&incident.severity));
    line("Kind", &words(&incident.kind));
    line("Product", &incident.product);
    if let Some(version) = &incident.version {
        line("Version", version);
    }
    if let Some(side) = &incident.failing_side {
        line("Failing side", &words(side));
    }
    line("For", &words(&incident.beneficiary));
    if let Some(customer) = &incident.customer {
        line("Customer", customer);
    }
    line("Paid by", &words(&incident.funding));
    if let Some(benefit) = &incident.benefit {
        line("Benefit", &benefit.to_string());
    }
    if let Some(portal) = &incident.portal {
        line("Goes on in", portal);
    }
    for contact in &incident.contacts {
        let parts = [
            Some(&contact.name),
            contact.email.as_ref(),
            contact.phone.as_ref(),
            contact.language.as_ref(),
            contact.time_zone.as_ref(),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        line("Contact", &parts.join(", "));
    }
    if incident.test {
        line("Test", "consumes nothing, nobody has a problem");
    }
    let description = incident.description.as_deref().unwrap_or_default();
    let _ = write!(text, "\n{description}\n");
    Ticket {
        id: incident.id.clone(),
        subject: match incident.test {
            true => format!("[{}] [TEST] {}", incident.number, incident.title),
            false => format!("[{}] {}", incident.number, incident.title),
        },
        text,
    }
}

fn activation(request: &ActivationHandover, event: &Event) -> Ticket {
    let allotment = request.allotment.as_ref().map_or("unknown".into(), words);
    let ActivationHandover {
        partner,
        partner_name,
        benefit,
        requested_on,
        requested_by,
        ..
    } = request;
    Ticket {
        id: event.id.clone(),
        subject: format!("Activation of {benefit} for {partner_name}"),
        text: format!(
            "Partner: {partner_name} ({partner})\nBenefit: {benefit}\nGranted now: {allotment}\n\
             Requested by: {requested_by}\nRequested on: {requested_on}\n"
        ),
    }
}

/// The words by which a value crosses the wire, one after the other.
fn words(value: &impl Serialize) -> String {
    fn all(value: &Value) -> String {
        match value {
            Value::String(word) => word.clone(),
            Value::Object(fields) => {
                let words: Vec<String> = fields.values().map(all).collect();
                words.join(" ")
            }
            other => other.to_string(),
        }
    }
    all(&json!(value))
}

#[derive(Deserialize)]
struct Queue {
    #[serde(rename = "TicketCustomFields")]
    fields: Vec<Field>,
    #[serde(rename = "_hyperlinks")]
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
}

#[derive(Deserialize)]
struct Link {
    r#ref: String,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Named>,
}

/// A ticket's number is a string in lists and after it was made.
#[derive(Deserialize)]
struct Named {
    id: String,
}

impl RequestTracker {
    /// Without the field no ticket would ever be found again.
    fn check(&self) -> Result<(), Failure> {
        let path = format!("queue/{}", encoded(&self.queue));
        let queue: Queue = self.call(Method::GET, &path, String::new(), 200)?;
        if !queue.fields.iter().any(|field| field.name == self.id_field) {
            return Err(Failure::away(
                "its queue lacks the id field, or hides it from us",
            ));
        }
        match queue.links.iter().any(|link| link.r#ref == "create") {
            true => Ok(()),
            false => Err(Failure::away("we may not create tickets in its queue")),
        }
    }

    /// The first ticket with this id, wherever it was moved to since.
    fn find(&self, id: &str) -> Result<Option<String>, Failure> {
        let query = format!("'CF.{{{}}}' = '{id}'", self.id_field);
        let path = format!("tickets?orderby=id&query={}", encoded(&query));
        let found: Found = self.call(Method::GET, &path, String::new(), 200)?;
        Ok(found.items.into_iter().next().map(|ticket| ticket.id))
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Failure> {
        let body = json!({
            "Queue": self.queue,
            "Subject": ticket.subject,
            "ContentType": "text/plain",
            "Content": ticket.text,
            "CustomFields": { (self.id_field.as_str()): ticket.id },
        });
        let made: Named = self.call(Method::POST, "ticket", body.to_string(), 201)?;
        Ok(made.id)
    }

    fn call<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: String,
        hoped_for: u16,
    ) -> Result<T, Failure> {
        let mut headers = vec![("authorization", format!("token {}", self.token))];
        if !body.is_empty() {
            headers.push(("content-type", "application/json".into()));
        }
        let url = format!("{}/{path}", self.base);
        let answer = self.reach.call(&Call {
            method,
            url,
            headers,
            body,
        })?;
        match &answer {
            Answer {
                status,
                body: Some(body),
                ..
            } if *status == hoped_for => serde_json::from_slice(body)
                .map_err(|_| Failure::away("its answer is not Request Tracker's")),
            // The queue or the interface is not there any more; a ticket system does not say so for ever.
            Answer { status: 410, .. } => Err(Failure::away("it answered 410")),
            _ => Err(refusal(&answer)),
        }
    }
}

/// A text as part of a path or of a query.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte.into());
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_names_the_contacts_and_says_in_its_subject_that_it_is_a_test() {
        let handover = json!({
            "partner": { "id": "birch", "name": "Birch Systems" },
            "incident": {
                "id": "0177", "number": "PS-7", "status": "open", "created_at": "2021-03-04T09:00:00Z",
                "created_by": "Ada", "beneficiary": "own-company", "product": "sql-server", "kind": "break-fix",
                "severity": "b", "title": "Backups fail", "funding": { "by": "held-ids" }, "consumed": 0,
                "contacts": [
                    { "name": "Léa Roux", "email": "lea@birch.example", "time_zone": "Europe/Paris" },
                    { "name": "Tom", "phone": "+44 20 7946 0000", "language": "English" },
                ],
                "test": true,
            },
        });
        let ticket = incident(&serde_json::from_value(handover).unwrap());
        assert_eq!(ticket.subject, "[PS-7] [TEST] Backups fail");
        for line in [
            "Contact: Léa Roux, lea@birch.example, Europe/Paris\n",
            "Contact: Tom, +44 20 7946 0000, English\n",
            "Test: ",
        ] {
            assert!(ticket.text.contains(line), "{}", ticket.text);
        }
    }
}

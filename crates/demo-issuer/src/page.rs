//! The page where the visitor chooses who to be: plain HTML, no script.

use crate::people::Person;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

// No form-action: Chromium holds it against the redirect back to the client, too.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every page.
fn html(status: StatusCode, body: String) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body).into_response()
}

/// The page's style sheet.
pub(crate) async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("sign-in.css"),
    )
        .into_response()
}

/// The list of people. `request` is carried on as it came.
pub(crate) fn choose(french: bool, people: &[Person], request: &[(&str, &str)]) -> Response {
    let (lang, title, notice, no_company) = if french {
        (
            "fr",
            "Qui voulez-vous être ?",
            "Fournisseur d’identité de démonstration : pas de mot de passe, personnes et sociétés inventées.",
            "Sans société",
        )
    } else {
        (
            "en",
            "Who do you want to be?",
            "Demo identity provider: no password, invented people and companies.",
            "No company",
        )
    };
    let mut hidden = String::new();
    for (name, value) in request {
        hidden.push_str(&format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escaped(value)
        ));
    }
    let mut companies: Vec<Option<&str>> = Vec::new();
    for person in people {
        if !companies.contains(&person.company.as_deref()) {
            companies.push(person.company.as_deref());
        }
    }
    companies.sort_by_key(|company| company.is_none());
    let mut list = String::new();
    for company in companies {
        list.push_str(&format!(
            "<h2>{}</h2><ul>",
            escaped(company.unwrap_or(no_company))
        ));
        for person in people
            .iter()
            .filter(|person| person.company.as_deref() == company)
        {
            list.push_str(&entry(french, person));
        }
        list.push_str("</ul>");
    }
    html(
        StatusCode::OK,
        document(
            lang,
            title,
            &format!(
                "<p class=\"notice\">{notice}</p><h1>{title}</h1>\
                 <form method=\"get\" action=\"/authorize\">{hidden}{list}</form>"
            ),
        ),
    )
}

fn entry(french: bool, person: &Person) -> String {
    let about = if french {
        &person.about.fr
    } else {
        &person.about.en
    };
    let subject = escaped(&person.subject);
    let held = match &person.holds {
        Some(ids) => {
            let (access, contract) = if french {
                ("ID d’accès", "ID de contrat")
            } else {
                ("Access ID", "Contract ID")
            };
            format!(
                "<dl><div><dt>{access}</dt><dd>{}</dd></div><div><dt>{contract}</dt><dd>{}</dd></div></dl>",
                escaped(&ids.access_id),
                escaped(&ids.contract_id)
            )
        }
        None => String::new(),
    };
    format!(
        "<li><button name=\"person\" value=\"{subject}\" aria-describedby=\"about-{subject}\">{}</button>\
         <p id=\"about-{subject}\">{}</p>{held}</li>",
        escaped(&person.name),
        escaped(about)
    )
}

/// A request that is not the demonstration site's.
pub(crate) fn broken(french: bool, redirect: &str) -> Response {
    let (lang, title, text, back) = if french {
        (
            "fr",
            "Demande de connexion incomplète",
            "Cette adresse n’est utile que depuis le site de démonstration.",
            "Aller au site de démonstration",
        )
    } else {
        (
            "en",
            "Incomplete sign-in request",
            "This address is of use from the demonstration site alone.",
            "Go to the demonstration site",
        )
    };
    let body = format!(
        "<h1>{title}</h1><p>{text}</p><p><a href=\"{}\">{back}</a></p>",
        escaped(redirect)
    );
    html(StatusCode::BAD_REQUEST, document(lang, title, &body))
}

fn document(lang: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/sign-in.css\"></head>\
         <body><main>{body}</main></body></html>"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Text as a query value.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_carries_never_becomes_markup() {
        assert_eq!(
            escaped("\"><script>'&"),
            "&quot;&gt;&lt;script&gt;&#39;&amp;"
        );
        assert_eq!(percent_encoded("a b&c=d\r\n"), "a%20b%26c%3Dd%0D%0A");
    }
}

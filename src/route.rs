//! Every page of the app and its path: the only place that makes or reads addresses of pages.
//!
//! An Access ID or a Contract ID is never part of a path.

use entitlement_rules::{
    Beneficiary, FailingSide, IncidentKind, IncidentQuestion, RuleId, Severity,
};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The partner's technical support benefits: the start page.
    Benefits,
    /// What was used of the benefits; with the support contract whose balance is shown, by the server's own reference.
    Usage(Option<String>),
    /// The list of incidents.
    Incidents(View),
    /// One incident, by its id.
    Incident(String),
    /// The form that opens an incident.
    NewIncident(Prefill),
    /// The support plans side by side.
    Plans,
    /// What each way to pay covers, on a day.
    Coverage(Coverage),
    /// The rules of the programme, and the one that the reader is led to.
    Rules(Option<RuleId>),
    /// What another programme sets differently, by its id; empty while none is chosen.
    Compare(String),
    /// A section of the programme operator's desk.
    Operator(Desk),
    /// Every part of the pages in every state, for whoever works on them; and the specimen that the reader is led to.
    #[cfg(feature = "gallery")]
    Gallery(Option<String>),
    /// A path that no page has.
    NotFound,
}

/// What a link to the new incident form already answers; each part is empty while it does not. What the parts can be, the
/// form knows. But for the contract, which no shared link has, nothing in it says who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefill {
    /// Id of the product.
    pub(crate) product: String,
    /// Id of its version.
    pub(crate) version: String,
    /// The side that fails.
    pub(crate) side: String,
    /// What is asked for.
    pub(crate) kind: String,
    /// Whether it is for the own company or for a customer; never for which one.
    pub(crate) whom: String,
    /// How bad it is.
    pub(crate) severity: String,
    /// The day on which somebody asked this, `YYYY-MM-DD`, and shared the question.
    pub(crate) asked_on: String,
    /// Reference of the support contract that is to pay; the server's own reference, not the Contract ID.
    pub(crate) contract: String,
}

/// How the list of incidents is narrowed and ordered; each part is empty while it is not. What the parts can be, the list
/// knows: whatever else stands in an address is kept and does nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// Text that the number, the title or the customer has.
    pub(crate) text: String,
    /// Where they stand.
    pub(crate) status: String,
    /// How bad they are.
    pub(crate) severity: String,
    /// Id of the product.
    pub(crate) product: String,
    /// Id of the benefit or the plan that paid.
    pub(crate) paid_by: String,
    /// The first day of their creation, `YYYY-MM-DD`.
    pub(crate) from: String,
    /// The last day of their creation.
    pub(crate) to: String,
    /// Which come first.
    pub(crate) order: String,
}

/// What the coverage page shows; each part is empty while it is not chosen. What the parts can be, the page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// The day, `YYYY-MM-DD`.
    pub(crate) on: String,
    /// Another day: only what differs from it is shown.
    pub(crate) since: String,
    /// Parts of product names.
    pub(crate) search: String,
    /// Id of the workload.
    pub(crate) family: String,
    /// The way to pay.
    pub(crate) way: String,
    /// Whose incidents.
    pub(crate) whom: String,
    /// Whose ways to pay.
    pub(crate) of: String,
}

/// A section of the operator's desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Desk {
    /// Requests for activation that wait.
    #[default]
    Queue,
    /// The incidents of every partner.
    Incidents(Board),
    /// One of them.
    Incident {
        /// Id of the partner account.
        partner: String,
        /// Its id.
        id: String,
    },
    /// The partner accounts, or those whose id or name has a text.
    Accounts(String),
    /// One of them, by its id.
    Account(String),
    /// Who did what, about every account or the one with this id.
    Audit(String),
    /// Many accounts entered at once.
    Import,
}

/// How the incidents of every partner are narrowed and ordered; each part is empty while it is not. What the parts can be,
/// the board knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Board {
    /// Text that the number, the title or the customer has.
    pub(crate) text: String,
    /// Where they stand.
    pub(crate) status: String,
    /// How bad they are.
    pub(crate) severity: String,
    /// Id of the partner account.
    pub(crate) partner: String,
    /// Which come first.
    pub(crate) order: String,
}

/// The path in the host's site that all pages lie under: `/support`, without a slash at its end; empty for the whole
/// site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base(String);

impl Base {
    /// From a path such as `/support` or `/support/`.
    pub(crate) fn new(path: &str) -> Base {
        Base(path.trim_end_matches('/').to_owned())
    }
}

/// What precedes the path in a host page's fragment, so that the host's own anchors are left alone.
const FRAGMENT_PREFIX: &str = "#/support";

impl Route {
    /// The page of a path such as `/incidents/42`; [`Route::NotFound`] when no page has it.
    pub(crate) fn parse(path: &str) -> Route {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        match (segments.next(), segments.next(), segments.next()) {
            (None, _, _) | (Some("benefits"), None, _) => Route::Benefits,
            (Some("benefits"), Some("usage"), None) => {
                let contract = Prefill::parse(query).contract;
                Route::Usage((!contract.is_empty()).then_some(contract))
            }
            (Some("incidents"), None, _) => Route::Incidents(View::parse(query)),
            (Some("incidents"), Some("new"), None) => Route::NewIncident(Prefill::parse(query)),
            (Some("incidents"), Some(id), None) => {
                decode(id).map_or(Route::NotFound, Route::Incident)
            }
            (Some("plans"), None, _) => Route::Plans,
            (Some("coverage"), None, _) => Route::Coverage(Coverage::parse(query)),
            (Some("rules"), None, _) => Route::Rules(None),
            (Some("rules"), Some("compare"), None) => Route::Compare(asked(query, "with")),
            (Some("rules"), Some(number), None) => {
                let mut rules = RuleId::ALL.iter();
                let named = rules.find(|rule| rule.code().eq_ignore_ascii_case(number));
                named.map_or(Route::NotFound, |rule| Route::Rules(Some(*rule)))
            }
            (Some("operator"), section, id) => {
                Desk::parse(section, id, segments, query).map_or(Route::NotFound, Route::Operator)
            }
            #[cfg(feature = "gallery")]
            (Some("gallery"), None, _) => Route::Gallery(None),
            #[cfg(feature = "gallery")]
            (Some("gallery"), Some(specimen), None) => {
                decode(specimen).map_or(Route::NotFound, |id| Route::Gallery(Some(id)))
            }
            _ => Route::NotFound,
        }
    }

    /// The path, with its query.
    pub(crate) fn path(&self) -> String {
        match self {
            Route::Benefits => "/benefits".into(),
            Route::Usage(contract) => {
                let nothing = String::new();
                let contract = contract.as_ref().unwrap_or(&nothing);
                format!("/benefits/usage{}", query([("contract", contract)]))
            }
            Route::Incidents(view) => format!("/incidents{}", view.query()),
            Route::Incident(id) => format!("/incidents/{}", encode(id)),
            Route::NewIncident(prefill) => format!("/incidents/new{}", prefill.query()),
            Route::Plans => "/plans".into(),
            Route::Coverage(coverage) => format!("/coverage{}", coverage.query()),
            Route::Rules(None) => "/rules".into(),
            Route::Rules(Some(rule)) => format!("/rules/{}", rule.code()),
            Route::Compare(other) => format!("/rules/compare{}", query([("with", other)])),
            Route::Operator(desk) => desk.path(),
            #[cfg(feature = "gallery")]
            Route::Gallery(None) => "/gallery".into(),
            #[cfg(feature = "gallery")]
            Route::Gallery(Some(specimen)) => format!("/gallery/{}", encode(specimen)),
            Route::NotFound => "/not-found".into(),
        }
    }

    /// The page, however it is narrowed: what is drawn once and follows its address.
    pub(crate) fn page(&self) -> Route {
        match self {
            Route::Incidents(_) => Route::Incidents(View::default()),
            Route::Coverage(_) => Route::Coverage(Coverage::default()),
            Route::Operator(Desk::Incidents(_)) => {
                Route::Operator(Desk::Incidents(Board::default()))
            }
            Route::Operator(Desk::Accounts(_)) => Route::Operator(Desk::Accounts(String::new())),
            Route::Operator(Desk::Audit(_)) => Route::Operator(Desk::Audit(String::new())),
            Route::Usage(_) => Route::Usage(None),
            Route::Compare(_) => Route::Compare(String::new()),
            #[cfg(feature = "gallery")]
            Route::Gallery(_) => Route::Gallery(None),
            other => other.clone(),
        }
    }

    /// Whether it needs nobody to be signed in.
    pub(crate) fn is_for_anybody(&self) -> bool {
        match self {
            Route::Plans
            | Route::Coverage(_)
            | Route::Rules(_)
            | Route::Compare(_)
            | Route::NotFound => true,
            #[cfg(feature = "gallery")]
            Route::Gallery(_) => true,
            Route::Benefits
            | Route::Usage(_)
            | Route::Incidents(_)
            | Route::Incident(_)
            | Route::NewIncident(_)
            | Route::Operator(_) => false,
        }
    }

    /// The page that a host page's fragment asks for; `None` when the fragment is not ours.
    pub(crate) fn parse_fragment(fragment: &str) -> Option<Route> {
        let path = fragment.strip_prefix(FRAGMENT_PREFIX)?;
        (path.is_empty() || path.starts_with(['/', '?'])).then(|| Route::parse(path))
    }

    /// The fragment that brings back this page.
    pub(crate) fn fragment(&self) -> String {
        format!("{FRAGMENT_PREFIX}{}", self.path())
    }

    /// The page that an address of the host's site asks for, by its path and its query with the `?`; `None` when it does
    /// not lie under `base`.
    pub(crate) fn parse_under(base: &Base, path: &str, query: &str) -> Option<Route> {
        let path = path.strip_prefix(&base.0)?;
        (path.is_empty() || path.starts_with('/')).then(|| Route::parse(&format!("{path}{query}")))
    }

    /// The path in the host's site that brings back this page.
    pub(crate) fn path_under(&self, base: &Base) -> String {
        format!("{}{}", base.0, self.path())
    }

    /// A stable code of the kind of page, for the `navigate` event.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Route::Benefits => "benefits",
            Route::Usage(_) => "usage",
            Route::Incidents(_) => "incidents",
            Route::Incident(_) => "incident",
            Route::NewIncident(_) => "new-incident",
            Route::Plans => "plans",
            Route::Coverage(_) => "coverage",
            Route::Rules(_) | Route::Compare(_) => "rules",
            Route::Operator(_) => "operator",
            #[cfg(feature = "gallery")]
            Route::Gallery(_) => "gallery",
            Route::NotFound => "not-found",
        }
    }
}

/// One part of a query; empty where it is not there or makes no sense.
fn asked(query: &str, name: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(key, _)| *key == name);
    found
        .and_then(|(_, value)| decode(value))
        .unwrap_or_default()
}

impl View {
    /// Whether all incidents are listed, the newest first.
    pub(crate) fn is_plain(&self) -> bool {
        *self == View::default()
    }

    /// What of it is typed letter by letter; the rest is chosen at once.
    pub(crate) fn typed(&self) -> [&str; 3] {
        [&self.text, &self.from, &self.to]
    }

    fn parse(query: &str) -> View {
        let mut view = View::default();
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let part = match key {
                "text" => &mut view.text,
                "status" => &mut view.status,
                "severity" => &mut view.severity,
                "product" => &mut view.product,
                "paid-by" => &mut view.paid_by,
                "from" => &mut view.from,
                "to" => &mut view.to,
                "order" => &mut view.order,
                _ => continue,
            };
            *part = decode(value).unwrap_or_default();
        }
        view
    }

    fn query(&self) -> String {
        query([
            ("text", &self.text),
            ("status", &self.status),
            ("severity", &self.severity),
            ("product", &self.product),
            ("paid-by", &self.paid_by),
            ("from", &self.from),
            ("to", &self.to),
            ("order", &self.order),
        ])
    }
}

impl Desk {
    /// The section below `/operator`, with the segments of its path; `None` when there is none.
    fn parse<'a>(
        section: Option<&str>,
        id: Option<&str>,
        mut more: impl Iterator<Item = &'a str>,
        query: &str,
    ) -> Option<Desk> {
        let asked = |name: &str| asked(query, name);
        match (section, id, more.next(), more.next()) {
            (None, ..) => Some(Desk::Queue),
            (Some("incidents"), None, ..) => Some(Desk::Incidents(Board {
                text: asked("text"),
                status: asked("status"),
                severity: asked("severity"),
                partner: asked("partner"),
                order: asked("order"),
            })),
            (Some("incidents"), Some(partner), Some(id), None) => Some(Desk::Incident {
                partner: decode(partner)?,
                id: decode(id)?,
            }),
            (Some("accounts"), None, ..) => Some(Desk::Accounts(asked("text"))),
            (Some("accounts"), Some(id), None, _) => decode(id).map(Desk::Account),
            (Some("audit"), None, ..) => Some(Desk::Audit(asked("partner"))),
            (Some("import"), None, ..) => Some(Desk::Import),
            _ => None,
        }
    }

    fn path(&self) -> String {
        match self {
            Desk::Queue => "/operator".into(),
            Desk::Incidents(board) => format!(
                "/operator/incidents{}",
                query([
                    ("text", &board.text),
                    ("status", &board.status),
                    ("severity", &board.severity),
                    ("partner", &board.partner),
                    ("order", &board.order),
                ])
            ),
            Desk::Incident { partner, id } => {
                format!("/operator/incidents/{}/{}", encode(partner), encode(id))
            }
            Desk::Accounts(text) => format!("/operator/accounts{}", query([("text", text)])),
            Desk::Account(id) => format!("/operator/accounts/{}", encode(id)),
            Desk::Audit(partner) => format!("/operator/audit{}", query([("partner", partner)])),
            Desk::Import => "/operator/import".into(),
        }
    }
}

impl Coverage {
    fn parse(query: &str) -> Coverage {
        let mut coverage = Coverage::default();
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let part = match key {
                "on" => &mut coverage.on,
                "since" => &mut coverage.since,
                "search" => &mut coverage.search,
                "family" => &mut coverage.family,
                "way" => &mut coverage.way,
                "for" => &mut coverage.whom,
                "of" => &mut coverage.of,
                _ => continue,
            };
            *part = decode(value).unwrap_or_default();
        }
        coverage
    }

    fn query(&self) -> String {
        query([
            ("on", &self.on),
            ("since", &self.since),
            ("search", &self.search),
            ("family", &self.family),
            ("way", &self.way),
            ("for", &self.whom),
            ("of", &self.of),
        ])
    }
}

impl Prefill {
    /// A link that lets this contract pay.
    pub(crate) fn paid_by(contract: Option<String>) -> Prefill {
        Prefill {
            contract: contract.unwrap_or_default(),
            ..Prefill::default()
        }
    }

    /// A link that asks this question of the present day; who pays is left open.
    pub(crate) fn asking(question: &IncidentQuestion) -> Prefill {
        let side = question.failing_side.map(|side| match side {
            FailingSide::OnPremises => "on-premises",
            FailingSide::Cloud => "cloud",
        });
        let whom = question.beneficiary.map(|whom| match whom {
            Beneficiary::OwnCompany => "own-company",
            Beneficiary::Customer => "customer",
        });
        let kind = question.kind.map(|kind| match kind {
            IncidentKind::BreakFix => "break-fix",
            IncidentKind::Advisory => "advisory",
            IncidentKind::Billing => "billing",
        });
        let severity = question.severity.map(|severity| match severity {
            Severity::A => "a",
            Severity::B => "b",
            Severity::C => "c",
        });
        Prefill {
            product: question.product.clone().unwrap_or_default(),
            version: question.version.clone().unwrap_or_default(),
            side: side.unwrap_or_default().to_owned(),
            kind: kind.unwrap_or_default().to_owned(),
            whom: whom.unwrap_or_default().to_owned(),
            severity: severity.unwrap_or_default().to_owned(),
            ..Prefill::default()
        }
    }

    fn parse(query: &str) -> Prefill {
        let mut prefill = Prefill::default();
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let part = match key {
                "product" => &mut prefill.product,
                "version" => &mut prefill.version,
                "side" => &mut prefill.side,
                "kind" => &mut prefill.kind,
                "for" => &mut prefill.whom,
                "severity" => &mut prefill.severity,
                "asked-on" => &mut prefill.asked_on,
                "contract" => &mut prefill.contract,
                _ => continue,
            };
            *part = decode(value).unwrap_or_default();
        }
        prefill
    }

    fn query(&self) -> String {
        query([
            ("product", &self.product),
            ("version", &self.version),
            ("side", &self.side),
            ("kind", &self.kind),
            ("for", &self.whom),
            ("severity", &self.severity),
            ("asked-on", &self.asked_on),
            ("contract", &self.contract),
        ])
    }
}

/// The query that says every part that says something.
fn query<const PARTS: usize>(parts: [(&str, &String); PARTS]) -> String {
    let mut query = String::new();
    for (key, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(key);
        query.push('=');
        query.push_str(&encode(value));
    }
    query
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes [`encode`]; `None` when the text is not well encoded, or is empty.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_route() -> Vec<Route> {
        let product = "windows-server".to_owned();
        vec![
            Route::Benefits,
            Route::Usage(None),
            Route::Usage(Some("c 1".into())),
            Route::Incidents(View::default()),
            Route::Incidents(View {
                text: "disk & CPU".into(),
                status: "in-progress".into(),
                severity: "a".into(),
                product: "windows-server".into(),
                paid_by: "product-support".into(),
                from: "2021-03-01".into(),
                to: "2021-03-04".into(),
                order: "oldest".into(),
            }),
            Route::Incident("0199-ab".into()),
            Route::Incident("a/b é".into()),
            Route::NewIncident(Prefill::default()),
            Route::NewIncident(Prefill {
                product: product.clone(),
                ..Prefill::default()
            }),
            Route::NewIncident(Prefill::paid_by(Some("c-1".into()))),
            Route::NewIncident(Prefill {
                product: product.clone(),
                contract: "c 1".into(),
                ..Prefill::default()
            }),
            Route::NewIncident(Prefill {
                product,
                version: "2019".into(),
                side: "cloud".into(),
                kind: "break-fix".into(),
                whom: "customer".into(),
                severity: "b".into(),
                asked_on: "2021-03-04".into(),
                contract: String::new(),
            }),
            Route::Plans,
            Route::Coverage(Coverage::default()),
            Route::Coverage(Coverage {
                on: "2021-07-14".into(),
                since: "2021-03-04".into(),
                search: "sql server".into(),
                family: "on-premises".into(),
                way: "product-support.competency".into(),
                whom: "customer".into(),
                of: "programme".into(),
            }),
            Route::Rules(None),
            Route::Rules(Some(RuleId::S12)),
            Route::Compare(String::new()),
            Route::Compare("maicpp-2025".into()),
            Route::Operator(Desk::Queue),
            Route::Operator(Desk::Incidents(Board::default())),
            Route::Operator(Desk::Incidents(Board {
                text: "disk & CPU".into(),
                status: "open".into(),
                severity: "a".into(),
                partner: "birch".into(),
                order: "oldest".into(),
            })),
            Route::Operator(Desk::Incident {
                partner: "birch/é".into(),
                id: "0199-ab".into(),
            }),
            Route::Operator(Desk::Accounts(String::new())),
            Route::Operator(Desk::Accounts("birch & sons".into())),
            Route::Operator(Desk::Account("birch/é".into())),
            Route::Operator(Desk::Audit(String::new())),
            Route::Operator(Desk::Audit("birch".into())),
            Route::Operator(Desk::Import),
            Route::NotFound,
        ]
    }

    /// The site map. A change here breaks links that people have kept.
    #[test]
    fn the_address_of_every_page_is_the_one_that_people_have_kept() {
        let addresses: Vec<String> = every_route().iter().map(Route::fragment).collect();
        assert_eq!(
            addresses,
            [
                "#/support/benefits",
                "#/support/benefits/usage",
                "#/support/benefits/usage?contract=c%201",
                "#/support/incidents",
                "#/support/incidents?text=disk%20%26%20CPU&status=in-progress&severity=a&product=windows-server\
                 &paid-by=product-support&from=2021-03-01&to=2021-03-04&order=oldest",
                "#/support/incidents/0199-ab",
                "#/support/incidents/a%2Fb%20%C3%A9",
                "#/support/incidents/new",
                "#/support/incidents/new?product=windows-server",
                "#/support/incidents/new?contract=c-1",
                "#/support/incidents/new?product=windows-server&contract=c%201",
                "#/support/incidents/new?product=windows-server&version=2019&side=cloud&kind=break-fix&for=customer\
                 &severity=b&asked-on=2021-03-04",
                "#/support/plans",
                "#/support/coverage",
                "#/support/coverage?on=2021-07-14&since=2021-03-04&search=sql%20server&family=on-premises\
                 &way=product-support.competency&for=customer&of=programme",
                "#/support/rules",
                "#/support/rules/S12",
                "#/support/rules/compare",
                "#/support/rules/compare?with=maicpp-2025",
                "#/support/operator",
                "#/support/operator/incidents",
                "#/support/operator/incidents?text=disk%20%26%20CPU&status=open&severity=a&partner=birch&order=oldest",
                "#/support/operator/incidents/birch%2F%C3%A9/0199-ab",
                "#/support/operator/accounts",
                "#/support/operator/accounts?text=birch%20%26%20sons",
                "#/support/operator/accounts/birch%2F%C3%A9",
                "#/support/operator/audit",
                "#/support/operator/audit?partner=birch",
                "#/support/operator/import",
                "#/support/not-found",
            ]
        );
    }

    #[test]
    fn every_address_leads_back_to_its_page() {
        for route in every_route() {
            assert_eq!(Route::parse_fragment(&route.fragment()), Some(route));
        }
    }

    #[test]
    fn under_a_base_every_address_leads_back_to_its_page() {
        for base in ["", "/", "/support", "/partners/support/"].map(Base::new) {
            for route in every_route() {
                let address = route.path_under(&base);
                let (path, query) = match address.find('?') {
                    Some(position) => address.split_at(position),
                    None => (address.as_str(), ""),
                };
                assert_eq!(Route::parse_under(&base, path, query), Some(route));
            }
        }
    }

    #[test]
    fn a_base_is_matched_as_whole_segments() {
        let base = Base::new("/support");
        for path in ["/support", "/support/", "/support/benefits"] {
            assert_eq!(
                Route::parse_under(&base, path, ""),
                Some(Route::Benefits),
                "{path}"
            );
        }
        for path in ["/", "/support-docs/plans", "/supporters", "/help/support"] {
            assert_eq!(Route::parse_under(&base, path, ""), None, "{path}");
        }
    }

    #[test]
    fn the_start_page_needs_no_path() {
        for fragment in ["#/support", "#/support/", "#/support/benefits/"] {
            assert_eq!(
                Route::parse_fragment(fragment),
                Some(Route::Benefits),
                "{fragment}"
            );
        }
    }

    #[test]
    fn the_hosts_own_anchors_are_not_ours() {
        for fragment in [
            "",
            "#",
            "#about",
            "#/supporters",
            "#/support-docs/page",
            "#support",
        ] {
            assert_eq!(Route::parse_fragment(fragment), None, "{fragment}");
        }
    }

    #[test]
    fn a_broken_address_is_a_page_that_says_so() {
        for path in [
            "/nowhere",
            "/incidents/1/2",
            "/incidents/%zz",
            "/incidents/%",
            "/plans/x",
            "/benefits/x",
            "/rules/S0",
            "/rules/S12/x",
            "/operator/x",
            "/operator/incidents/birch",
            "/operator/incidents/birch/1/x",
            "/operator/accounts/birch/x",
        ] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }
}

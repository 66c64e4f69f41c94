//! The API's document (OpenAPI 3.1), made from the endpoints and the types of their messages.
//!
//! Each endpoint says beside its handler what it takes and answers; what many have in common is said here. A test holds
//! the document against the routes, another against `docs/openapi.json`.

use crate::endpoints::{
    activate_benefit, ask_verdict, cancel_incident, change_severity, comment_at_desk,
    comment_incident, correct_balance, create_incident, desk_calls, end_session, finish_session,
    follow_account, fulfil_activation, get_account, get_benefits, get_desk_incident, get_incident,
    get_openapi, get_partner, get_partner_account, get_partner_people, get_programme,
    import_partners, leave_session, link_contract, list_activations, list_audit, list_dead_letters,
    list_desk_incidents, list_incidents, list_ledger, list_partner_ledger, list_partners,
    list_programmes, move_incident, put_partner, put_person, put_tenant, read_programme,
    refund_incident, reject_activation, reopen_incident, replay_dead_letters, resume_handover,
    reveal_ids, start_session,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use support_api::{AccountChange, PROBLEM_JSON, Problem};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi as _};

/// Who may call, as the document groups the operations.
pub(crate) mod callers {
    pub(crate) const ANYBODY: &str = "anybody";
    pub(crate) const SIGNED_IN: &str = "signed-in";
    pub(crate) const PARTNER: &str = "partner";
    pub(crate) const OPERATOR: &str = "operator";
    pub(crate) const VENDOR: &str = "vendor";
    pub(crate) const BROWSER: &str = "browser";
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Partner Support",
        description = "The support desk of a partner programme: what a partner is entitled to, incidents against it, and \
            the verdicts of the programme's rules. Every error is an `application/problem+json` with a stable `code`; \
            every answer has an `x-request-id`, which the server's log names too. An unknown field or parameter is \
            refused.",
    ),
    servers((url = "/api/v1")),
    tags(
        (name = callers::ANYBODY, description = "Without signing in"),
        (name = callers::SIGNED_IN, description = "Whoever is signed in; the law and the ownership of things decide"),
        (name = callers::PARTNER, description = "A partner's staff"),
        (name = callers::OPERATOR, description = "The programme's own desk"),
        (name = callers::VENDOR, description = "The vendor's system, by its signature"),
        (name = callers::BROWSER, description = "A page of the server's own site, where the server signs people in. With the \
            session's cookie and `x-partner-support-session: 1` its requests need no token"),
    ),
    paths(
        get_openapi::handle,
        get_programme::handle,
        list_programmes::handle,
        read_programme::handle,
        ask_verdict::handle,
        get_account::handle,
        get_benefits::handle,
        follow_account::handle,
        link_contract::handle,
        list_incidents::handle,
        create_incident::handle,
        get_incident::handle,
        cancel_incident::handle,
        reopen_incident::handle,
        comment_incident::handle,
        change_severity::handle,
        list_ledger::handle,
        activate_benefit::handle,
        reveal_ids::handle,
        list_activations::handle,
        fulfil_activation::handle,
        reject_activation::handle,
        list_desk_incidents::handle,
        get_desk_incident::handle,
        move_incident::handle,
        comment_at_desk::handle,
        refund_incident::handle,
        correct_balance::handle,
        list_partner_ledger::handle,
        list_partners::handle,
        import_partners::handle,
        get_partner_account::handle,
        get_partner_people::handle,
        list_audit::handle,
        get_partner::handle,
        put_partner::handle,
        put_person::handle,
        put_tenant::handle,
        list_dead_letters::handle,
        replay_dead_letters::handle,
        resume_handover::handle,
        desk_calls::handle,
        start_session::handle,
        finish_session::handle,
        end_session::handle,
        leave_session::handle,
    ),
    components(schemas(Problem, AccountChange)),
    modifiers(&Bearer),
)]
struct Document;

/// How callers say who they are.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of an issuer that the server trusts."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The document as it is served, with a line break at its end.
pub(crate) fn document() -> Result<String, serde_json::Error> {
    let mut document = serde_json::to_value(Document::openapi())?;
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    mend(&mut document, &schemas);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// What the derived schemas cannot say by themselves.
fn mend(value: &mut Value, schemas: &Map<String, Value>) {
    if let Value::Object(object) = value {
        // Parts that allow no further fields contradict each other unless they are made one.
        if let Some(whole) = object.get("allOf").and_then(|parts| united(parts, schemas)) {
            object.remove("allOf");
            object.extend(whole);
        }
        if let Some(Value::Array(variants)) = object.get_mut("oneOf") {
            variants.iter_mut().for_each(close);
        }
        if let Some(Value::String(text)) = object.get_mut("description") {
            // Our addresses are the document's own.
            while let Some(start) = text.find(" [`paths::")
                && let Some(length) = text.get(start..).and_then(|rest| rest.find("`]"))
            {
                text.replace_range(start..start + length + 2, "");
            }
            *text = text.replace("[`", "`").replace("`]", "`");
        }
        // A count goes as far as its type does, which is farther than an `int32`.
        let is_count = object.get("format") == Some(&"int32".into())
            && object.get("minimum") == Some(&0.into());
        if is_count && !object.contains_key("maximum") {
            object.insert("maximum".to_owned(), u32::MAX.into());
            object.insert("format".to_owned(), "int64".into());
        }
        // A body may be left out; `null` it may not be.
        if let Some(schema) = object
            .get_mut("requestBody")
            .and_then(|body| body.pointer_mut("/content/application~1json/schema"))
            && let Some(some) = schema.pointer("/oneOf/0").cloned()
        {
            *schema = some;
        }
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|it| mend(it, schemas)),
        Value::Array(list) => list.iter_mut().for_each(|it| mend(it, schemas)),
        _ => {}
    }
}

/// One object with the fields of all parts.
fn united(parts: &Value, schemas: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut whole = Map::new();
    for part in parts.as_array()? {
        let name = part.get("$ref").and_then(Value::as_str);
        let part = match name.and_then(|name| name.rsplit('/').next()) {
            Some(name) => schemas.get(name)?,
            None => part,
        };
        for (key, value) in part.as_object()? {
            match (whole.get_mut(key), value) {
                (Some(Value::Object(all)), Value::Object(more)) => all.extend(more.clone()),
                (Some(Value::Array(all)), Value::Array(more)) => all.extend(more.clone()),
                (Some(_), _) => {}
                (None, _) => {
                    whole.insert(key.clone(), value.clone());
                }
            }
        }
    }
    Some(whole)
}

/// A variant with fields beside its tag takes no others; one that is its tag alone overlooks them.
fn close(variant: &mut Value) {
    let fields = variant.get("properties").and_then(Value::as_object);
    if fields.is_some_and(|fields| fields.len() > 1)
        && let Value::Object(variant) = variant
    {
        variant.insert("additionalProperties".into(), false.into());
    }
}

fn header(
    name: &str,
    required: Required,
    description: &str,
    schema: ObjectBuilder,
) -> Vec<Parameter> {
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(schema));
    vec![header.build()]
}

/// The header of every change: [`support_api::IDEMPOTENCY_KEY`].
pub(crate) struct Key;

impl IntoParams for Key {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        header(
            "Idempotency-Key",
            Required::True,
            "Made once per intended change. The same key with the same body gives the first answer again.",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(64))
                .pattern(Some("^[!-~]+$")),
        )
    }
}

/// The header of every request with a session: [`support_api::SESSION_HEADER`].
pub(crate) struct SessionHeader;

impl IntoParams for SessionHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        header(
            "X-Partner-Support-Session",
            Required::True,
            "`1`. No page of another site can send it.",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^1$")),
        )
    }
}

/// The header that names the copy that the caller has.
pub(crate) struct Copy;

impl IntoParams for Copy {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        header(
            "If-None-Match",
            Required::False,
            "The `ETag` of the copy that the caller has: 304 when it is still the current one.",
            ObjectBuilder::new().schema_type(Type::String),
        )
    }
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn responses<const N: usize>(all: [(&str, ResponseBuilder); N]) -> Responses {
    all.into_iter()
        .map(|(status, response)| (status.to_owned(), response.build().into()))
        .collect()
}

fn problem(description: &str) -> ResponseBuilder {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content)
}

fn with_header(response: ResponseBuilder, name: &str, kind: Type, says: &str) -> ResponseBuilder {
    let header = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .description(Some(says))
        .build();
    response.header(name, header)
}

fn later(description: &str) -> ResponseBuilder {
    let says = "Seconds after which trying again makes sense";
    with_header(problem(description), "Retry-After", Type::Integer, says)
}

/// What every operation may answer.
pub(crate) struct Always;

impl IntoResponses for Always {
    fn responses() -> Responses {
        responses([
            ("429", later("Too many requests of this caller")),
            (
                "4XX",
                problem("The request is not one that can be answered"),
            ),
            ("503", later("The server cannot answer right now")),
            ("5XX", problem("The server failed")),
        ])
    }
}

/// What an operation may answer whose caller must be signed in.
pub(crate) struct SignIn;

impl IntoResponses for SignIn {
    fn responses() -> Responses {
        let nobody = problem("No token, or one that does not hold");
        let says = "The scheme: `Bearer`";
        responses([
            (
                "401",
                with_header(nobody, "WWW-Authenticate", Type::String, says),
            ),
            ("403", problem("Signed in, but the role does not allow it")),
        ])
    }
}

/// What a PUT may answer.
pub(crate) struct Replacement;

impl IntoResponses for Replacement {
    fn responses() -> Responses {
        responses([
            ("400", problem("No JSON of the expected shape")),
            ("413", problem("The body is longer than 64 KiB")),
            ("415", problem("The body is not `application/json`")),
            ("422", problem("A value is not valid; `field` says which")),
        ])
    }
}

/// What a change may answer.
pub(crate) struct Change;

impl IntoResponses for Change {
    fn responses() -> Responses {
        responses([
            (
                "400",
                problem("No JSON of the expected shape, or no Idempotency-Key"),
            ),
            (
                "409",
                problem(
                    "`refused`: the law says no, its verdict and fresh facts are with it; `state-changed`: somebody was \
                     faster; `still-running`: the same request is not answered yet",
                ),
            ),
            ("413", problem("The body is longer than 64 KiB")),
            ("415", problem("The body is not `application/json`")),
            (
                "422",
                problem("A value is not valid, or the Idempotency-Key was used with another body"),
            ),
        ])
    }
}

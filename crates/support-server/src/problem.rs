//! Every error leaves as `application/problem+json`, with its stable code.
//!
//! A [`Trouble`] rides on the response as an extension; the outermost layer ([`crate::routes`]) writes the body, because
//! only it knows the request's id.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use support_api::{Problem, ProblemCode};

/// A problem on its way out.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The body.
    pub problem: Box<Problem>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

impl Trouble {
    /// A problem with nothing but its code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Trouble {
        Trouble {
            problem: Box::new(Problem::new(code)),
            retry_after: None,
        }
    }

    /// The store or the identity provider does not answer.
    #[must_use]
    pub fn unavailable() -> Trouble {
        Trouble::new(ProblemCode::Unavailable).retry_after(5)
    }

    /// This caller has to wait.
    #[must_use]
    pub fn too_many(wait: Duration) -> Trouble {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Trouble::new(ProblemCode::TooManyRequests).retry_after(seconds)
    }

    /// One value of the body is wrong.
    #[must_use]
    pub fn invalid(field: &str, detail: &str) -> Trouble {
        Trouble::new(ProblemCode::Invalid)
            .field(field)
            .detail(detail)
    }

    /// Adds what is wrong with this very request; never anything that the request carried.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Trouble {
        self.problem.detail = Some(detail.into());
        self
    }

    /// Names the field that is wrong.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Trouble {
        self.problem.field = Some(path.into());
        self
    }

    /// Seconds after which trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Trouble {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Trouble {
        Trouble {
            problem: Box::new(problem),
            retry_after: None,
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response.extensions_mut().insert(self);
        response
    }
}

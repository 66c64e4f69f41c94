//! Everything that can stand in the way, each as a sentence with what to do about it.

use std::fmt;
use std::io;

#[derive(Debug)]
pub(crate) enum Problem {
    /// Something the machine lacks and this project may not or cannot install.
    Missing {
        what: String,
        remedy: String,
    },
    PortInUse {
        port: u16,
        whose: &'static str,
        flag: &'static str,
    },
    /// A program that was asked to do one thing failed; `detail` is the end of what it said.
    StepFailed {
        step: String,
        detail: String,
    },
    /// A program that should have stayed did not.
    Died {
        name: &'static str,
        how: String,
    },
    NotHealthy {
        name: &'static str,
        url: String,
    },
    Usage(String),
    /// The closing line of `cargo xtask test` has said it already.
    TestsFailed,
    Interrupted,
    Io {
        doing: String,
        source: io::Error,
    },
}

impl Problem {
    /// Gives an I/O error the sentence it lacks: what was being done.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { what, remedy } => write!(f, "{what} is missing. {remedy}"),
            Self::PortInUse { port, whose, flag } => write!(
                f,
                "port {port}, meant for the {whose}, is in use. Stop the program that holds it, \
                 or choose another with {flag} N."
            ),
            Self::StepFailed { step, detail } if detail.is_empty() => write!(f, "{step} failed."),
            Self::StepFailed { step, detail } => write!(f, "{step} failed:\n{detail}"),
            Self::Died { name, how } => {
                write!(
                    f,
                    "the {name} ended ({how}), so everything else was stopped. \
                     Its last lines are above."
                )
            }
            Self::NotHealthy { name, url } => {
                write!(f, "the {name} runs but does not answer at {url}.")
            }
            Self::Usage(sentence) => f.write_str(sentence),
            Self::TestsFailed => f.write_str("tests failed."),
            Self::Interrupted => f.write_str("interrupted."),
            Self::Io { doing, source } => write!(f, "{doing}: {source}."),
        }
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

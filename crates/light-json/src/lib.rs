//! JSON in few bytes of WebAssembly. `#[derive(FromJson)]` beside serde's `Deserialize` reads the same attributes, so that
//! a type has one definition of its wire; the server goes on with serde, the browser reads by this.
//!
//! The text is parsed once into a flat list of nodes, and every type takes itself from there by calls that are shared:
//! per field of a struct the derived code holds a number and a call. serde's own code keeps a state per field instead,
//! and one copy of each type per way it can be met.
//!
//! ```
//! #[derive(serde::Deserialize, light_json::FromJson)]
//! struct Message {
//!     id: String,
//!     #[serde(default)]
//!     count: u32,
//! }
//! let message: Message = light_json::from_str(r#"{"id":"m1"}"#).unwrap();
//! assert_eq!((&*message.id, message.count), ("m1", 0));
//! ```
//!
//! An attribute that it does not know is an error, not something to read over:
//!
//! ```compile_fail
//! #[derive(serde::Deserialize, light_json::FromJson)]
//! struct Message {
//!     id: String,
//!     #[serde(default, alias = "number")]
//!     count: u32,
//! }
//! ```
//!
//! What serde reads is read alike and what it refuses is refused, but for this:
//!
//! - A field that a type does not know is ignored whatever the type says, so that an app understands a newer server.
//! - There is one spelling: a struct is an object (never a list of its fields), and a variant without content is its name
//!   (never an object with that name, nor a number).
//! - What is ignored must be JSON too.

mod document;
mod types;

pub use document::{Fields, Json};
pub use light_json_derive::FromJson;

use document::Document;

/// A type that can be read from JSON. Derived; by hand for a type that writes itself as a text.
pub trait FromJson: Sized {
    /// The value that the JSON stands for; `None` when it stands for none.
    fn from_json(json: Json<'_>) -> Option<Self>;

    /// What it means that the field is not there; `None` where it must be.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// Why a text could not be read. It holds nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The innermost field with what does not fit, or that is missing; empty when the text is no JSON or does not fit as
    /// a whole.
    pub field: &'static str,
}

/// Reads a text.
///
/// # Errors
/// When it is no JSON, is nested deeper than 127 lists and objects, or does not fit the type.
pub fn from_str<T: FromJson>(text: &str) -> Result<T, Fault> {
    let document = Document::parse(text).ok_or(Fault { field: "" })?;
    T::from_json(document.root()).ok_or(Fault {
        field: document.fault(),
    })
}

/// Reads a value whose JSON is a text: a date, a code.
#[must_use]
pub fn from_text<T: FromJson>(text: &str) -> Option<T> {
    T::from_json(Document::of_text(text).root())
}

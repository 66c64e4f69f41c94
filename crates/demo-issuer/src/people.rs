//! The demo people. The server seeds their partner accounts from the same file.

use serde::Deserialize;

/// Somebody whom the visitor may be.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) subject: String,
    pub(crate) name: String,
    /// Name of the company that the person works for, when there is one.
    pub(crate) company: Option<String>,
    pub(crate) kind: String,
    pub(crate) associations: Vec<String>,
    pub(crate) roles: Vec<String>,
    #[serde(default)]
    pub(crate) operator: bool,
    pub(crate) about: About,
    /// Two invented IDs, shown on the page so that the visitor can type them.
    pub(crate) holds: Option<HeldIds>,
}

/// Who the person is, in a sentence.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct About {
    pub(crate) en: String,
    pub(crate) fr: String,
}

/// IDs that the person was given.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct HeldIds {
    pub(crate) access_id: String,
    pub(crate) contract_id: String,
}

/// Everybody, in the order of the page.
pub(crate) fn all() -> Result<Vec<Person>, serde_json::Error> {
    serde_json::from_str(include_str!("../people.json"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn everybody_can_be_told_apart() {
        let people = super::all().unwrap();
        for (index, person) in people.iter().enumerate() {
            let before = people.iter().take(index);
            assert!(before.clone().all(|other| other.subject != person.subject));
            assert!(before.clone().all(|other| other.name != person.name));
        }
    }
}

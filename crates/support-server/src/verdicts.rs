//! Questions to the law from elsewhere: the same for the endpoint and for the command.

use crate::posted;
use crate::problem::Trouble;
use crate::programme_file::ProgrammeFile;
use entitlement_rules::{Date, ProgrammeData, changes, decide, remedies};
use serde_json::Value;
use std::sync::Arc;
use support_api::{
    ProblemCode, VERDICT_LIST_LENGTH, VERDICT_TEXT_LENGTH, VerdictAnswer, VerdictRequest,
};

/// The programmes whose rules can be asked and read.
#[derive(Clone)]
pub struct Programmes(Arc<[ProgrammeFile]>);

impl Programmes {
    /// Programmes with different ids.
    ///
    /// # Errors
    /// A sentence that names the id that two of them have.
    pub fn new(programmes: Vec<ProgrammeFile>) -> Result<Programmes, String> {
        let mut ids: Vec<&str> = programmes.iter().map(|it| it.data().id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some(*one),
            _ => None,
        }) {
            Some(id) => Err(format!("two of the programme files have the id {id}")),
            None => Ok(Programmes(programmes.into())),
        }
    }

    /// Answers one [`VerdictRequest`], on its own day or else on `today`.
    ///
    /// # Errors
    /// A problem that says what is wrong with the request and where: `bad-request`, `too-large` or
    /// `unknown-programme`.
    pub fn answer(&self, request: &[u8], today: Date) -> Result<VerdictAnswer, Trouble> {
        let request: VerdictRequest = posted::read(request)?;
        // As the law would see it, whatever fields its types have.
        let seen =
            serde_json::to_value(&request).map_err(|_| Trouble::new(ProblemCode::Internal))?;
        bounded(&seen, "")?;
        let programme = &self
            .of(&request.programme)
            .ok_or_else(|| self.unknown())?
            .programme;
        let as_of = request.as_of.unwrap_or(today);
        let facts = request.facts.on(as_of);
        let question = &request.question;
        Ok(VerdictAnswer {
            verdict: decide(programme, &facts, question, as_of),
            remedies: request
                .remedies
                .then(|| remedies(programme, &facts, question, as_of)),
            changes: request
                .changes_until
                .map(|until| changes(programme, &facts, question, as_of, until)),
        })
    }

    /// All of them, the one that the server decides by first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ProgrammeData> {
        self.0.iter().map(ProgrammeFile::data)
    }

    /// The one with this id.
    pub(crate) fn of(&self, id: &str) -> Option<&ProgrammeFile> {
        self.0.iter().find(|it| it.data().id == id)
    }

    fn unknown(&self) -> Trouble {
        let ids: Vec<&str> = self.all().map(|it| it.id.as_str()).collect();
        Trouble::new(ProblemCode::UnknownProgramme)
            .field("programme")
            .detail(format!("this server knows: {}", ids.join(", ")))
    }
}

/// Every way to pay is judged and repeats the facts that it was judged on: without a bound, a small request would have a
/// very large answer.
fn bounded(value: &Value, path: &str) -> Result<(), Trouble> {
    let too_large = |limit: usize, unit: &str| {
        let detail = format!("{path} has more than {limit} {unit}");
        let trouble = Trouble::new(ProblemCode::TooLarge);
        Err(trouble.detail(detail).field(path))
    };
    match value {
        Value::Array(list) if list.len() > VERDICT_LIST_LENGTH => {
            too_large(VERDICT_LIST_LENGTH, "entries")
        }
        Value::String(text) if text.chars().count() > VERDICT_TEXT_LENGTH => {
            too_large(VERDICT_TEXT_LENGTH, "characters")
        }
        Value::Array(list) => list
            .iter()
            .enumerate()
            .try_for_each(|(index, entry)| bounded(entry, &format!("{path}[{index}]"))),
        Value::Object(fields) => fields
            .iter()
            .try_for_each(|(name, field)| bounded(field, &posted::joined(path, name))),
        _ => Ok(()),
    }
}

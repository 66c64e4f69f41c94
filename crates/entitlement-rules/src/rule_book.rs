//! The rules of a programme as data: what each demands, and with which parameters; and where two programmes differ.

use crate::programme::Programme;
use crate::question::QuestionKind;
use crate::rules::RuleId;
use crate::verdict::Input;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What is known of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePage {
    /// Its number.
    pub rule: RuleId,
    /// What it demands, for the engineer, in English: the words of its own file.
    pub statement: Cow<'static, str>,
    /// Lines of the seed document that state it; none for an extension.
    pub seed_lines: Cow<'static, [u16]>,
    /// Whether it comes from a later or neighbouring document instead of the seed, and can be switched.
    pub extension: bool,
    /// Whether the programme has it in force.
    pub in_force: bool,
    /// The kinds of question that it speaks to.
    pub speaks_to: Vec<QuestionKind>,
    /// What the programme sets for it; nothing while it is not in force.
    pub parameters: Vec<Input>,
}

/// A rule that two programmes set differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDifference {
    /// Its number.
    pub rule: RuleId,
    /// In the first programme.
    pub before: Setting,
    /// In the second.
    pub after: Setting,
}

/// How a programme sets a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Whether the programme has it in force.
    pub in_force: bool,
    /// What it sets for it; nothing while it is not in force.
    pub parameters: Vec<Input>,
}

/// Every rule, in the order of the numbers, with what the programme sets for it.
#[must_use]
pub fn rule_book(programme: &Programme) -> Vec<RulePage> {
    RuleId::ALL
        .iter()
        .map(|&rule| {
            let Setting {
                in_force,
                parameters,
            } = setting(rule, programme);
            RulePage {
                rule,
                statement: Cow::Borrowed(statement(rule)),
                seed_lines: Cow::Borrowed(rule.seed_lines()),
                extension: rule.is_extension(),
                in_force,
                speaks_to: rule.speaks_to().collect(),
                parameters,
            }
        })
        .collect()
}

/// The rules that are in force in one programme alone, or have other parameters, in the order of the numbers.
#[must_use]
pub fn difference(before: &Programme, after: &Programme) -> Vec<RuleDifference> {
    RuleId::ALL
        .iter()
        .map(|&rule| RuleDifference {
            rule,
            before: setting(rule, before),
            after: setting(rule, after),
        })
        .filter(|found| found.before != found.after)
        .collect()
}

fn setting(rule: RuleId, programme: &Programme) -> Setting {
    Setting {
        in_force: rule.is_in_force(programme),
        parameters: rule.parameters(programme),
    }
}

/// The words of the rule's own file, taken from there when this crate is built.
fn statement(rule: RuleId) -> &'static str {
    include!(concat!(env!("OUT_DIR"), "/statements.rs"))
}

//! The browser's reader of JSON beside the server's.

use entitlement_rules::{AccountFacts, BenefitActivation, ProgrammeData, Question, Verdict};
use light_json::FromJson;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Error, Value};
use std::fmt::Debug;
use support_api::{ActivationQueue, Incident, IncidentCreated, IncidentPage, Problem, SupportIds};

/// What the browser reads is what the server's reader makes of the same text, or both refuse it: every message that the
/// browser reads, tried on any text.
///
/// # Panics
/// When one reads otherwise.
pub fn light_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let tree = serde_json::from_str(text);
    alike::<AccountFacts>(text, &tree);
    alike::<BenefitActivation>(text, &tree);
    alike::<ProgrammeData>(text, &tree);
    alike::<Question>(text, &tree);
    alike::<Verdict>(text, &tree);
    alike::<SupportIds>(text, &tree);
    alike::<Incident>(text, &tree);
    alike::<IncidentCreated>(text, &tree);
    alike::<IncidentPage>(text, &tree);
    alike::<ActivationQueue>(text, &tree);
    alike::<Problem>(text, &tree);
}

fn alike<T>(text: &str, tree: &Result<Value, Error>)
where
    T: FromJson + DeserializeOwned + Serialize + PartialEq + Debug,
{
    let light: Option<T> = light_json::from_str(text).ok();
    let serde: Result<T, Error> = serde_json::from_str(text);
    match (light, serde, tree) {
        (None, Err(_), _) => {}
        (light, Ok(serde), Err(_)) => assert_eq!(light, None, "no JSON, read as {serde:?}"),
        (Some(light), Ok(serde), Ok(_)) => assert_eq!(light, serde),
        (None, Ok(serde), Ok(tree)) => assert!(
            is_spelled_otherwise(tree, &written(&serde)),
            "refused, yet it is {serde:?}"
        ),
        // A number that nobody can hold, in a field that nobody knows.
        (Some(light), Err(_), Err(fault)) => assert!(
            fault.to_string().starts_with("number out of range"),
            "{fault}, yet it is read as {light:?}"
        ),
        (Some(light), Err(fault), Ok(tree)) => only_newer(&light, &fault, tree),
    }
}

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("every message can be written")
}

/// Whether something in the tree is not how it is written: a list for an object, an object or a number for a name.
fn is_spelled_otherwise(tree: &Value, written: &Value) -> bool {
    match (tree, written) {
        (Value::Array(_), Value::Object(_))
        | (Value::Object(_) | Value::Number(_), Value::String(_)) => true,
        (Value::Array(tree), Value::Array(written)) => tree
            .iter()
            .zip(written)
            .any(|(tree, written)| is_spelled_otherwise(tree, written)),
        (Value::Object(tree), Value::Object(written)) => written.iter().any(|(name, written)| {
            tree.get(name)
                .is_some_and(|tree| is_spelled_otherwise(tree, written))
        }),
        _ => false,
    }
}

/// What serde refuses is read for no other reason than fields that are not known: without them it reads the same, and
/// each of them alone is what it refuses.
fn only_newer<T>(light: &T, fault: &Error, tree: &Value)
where
    T: DeserializeOwned + Serialize + PartialEq + Debug,
{
    assert!(
        !fault.to_string().contains("duplicate field"),
        "{fault}, yet it is read as {light:?}"
    );
    let mut known = tree.clone();
    let mut others = Vec::new();
    take_others(&mut known, &written(light), String::new(), &mut others);
    let read: T = serde_json::from_value(known.clone()).expect("the known fields can be read");
    assert_eq!(read, *light);
    for (place, name, value) in others {
        let mut with = known.clone();
        if let Some(Value::Object(fields)) = with.pointer_mut(&place) {
            fields.insert(name.clone(), value);
        }
        match serde_json::from_value::<T>(with) {
            Ok(read) => assert_eq!(read, *light, "{place}/{name} has been read over"),
            Err(fault) => assert!(
                fault
                    .to_string()
                    .starts_with(&format!("unknown field `{name}`")),
                "{fault}, yet it is read as {light:?}"
            ),
        }
    }
}

/// Takes the fields out of the tree that are not written: each by the pointer to its object, its name and its value.
fn take_others(
    tree: &mut Value,
    written: &Value,
    place: String,
    others: &mut Vec<(String, String, Value)>,
) {
    match (tree, written) {
        (Value::Array(tree), Value::Array(written)) => {
            for (index, (tree, written)) in tree.iter_mut().zip(written).enumerate() {
                take_others(tree, written, format!("{place}/{index}"), others);
            }
        }
        (Value::Object(tree), Value::Object(written)) => {
            for (name, mut value) in std::mem::take(tree) {
                match written.get(&name) {
                    Some(written) => {
                        let escaped = name.replace('~', "~0").replace('/', "~1");
                        take_others(&mut value, written, format!("{place}/{escaped}"), others);
                        tree.insert(name, value);
                    }
                    None => others.push((place.clone(), name, value)),
                }
            }
        }
        _ => {}
    }
}

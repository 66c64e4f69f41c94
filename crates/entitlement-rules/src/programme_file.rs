//! A programme's file, from bytes to a checked [`Programme`]: everything that is wrong with it at once.
//!
//! A derived `Deserialize` stops at the first mistake. So the file is read again after each one, with a stand-in where
//! the mistake was, until there is nothing new to say; the stand-ins are then thrown away with the data.

use crate::programme::{Fault, Programme, ProgrammeData};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

/// More faults than this are not looked for: whoever sees them has opened the wrong file.
const MOST_FAULTS: usize = 100;

impl Programme {
    /// Reads and checks a programme's file.
    ///
    /// # Errors
    /// Every fault at once, each with its JSON path: keys that are there twice, unknown and missing fields, wrong
    /// types; where all of the file could be read, also what [`Programme::check`] finds. A file that is no JSON has
    /// one fault, with its line and column in place of the path. Of a file with more than 100 faults, the first 100.
    pub fn read(bytes: &[u8]) -> Result<Programme, Vec<Fault>> {
        let mut faults = Vec::new();
        let json = parse(bytes, &mut faults)?;
        let mut reading = Reading {
            faults: RefCell::new(faults),
            ..Reading::default()
        };
        let data = reading.read(&json);
        let mut faults = reading.faults.into_inner();
        if let Some(data) = data {
            match Programme::check(data) {
                Ok(programme) if faults.is_empty() => return Ok(programme),
                Ok(_) => {}
                Err(more) => faults.extend(more),
            }
        }
        faults.truncate(MOST_FAULTS);
        Err(faults)
    }
}

/// The file as JSON; keys that are there twice are noted, and the last one counts.
fn parse(bytes: &[u8], faults: &mut Vec<Fault>) -> Result<Value, Vec<Fault>> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let path = String::new();
    DeserializeSeed::deserialize(Node { path, faults }, &mut json)
        .and_then(|value| json.end().map(|()| value))
        .map_err(|error| {
            let place = format!("line {} column {}", error.line(), error.column());
            let text = error.to_string();
            let reason = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
            vec![Fault {
                reason: reason.to_owned(),
                path: place,
            }]
        })
}

/// The path of a field.
fn field(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    match (plain, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[{name:?}]"),
    }
}

/// The path of an entry of a list.
fn entry(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

/// A value of the file while it is parsed, with its path.
struct Node<'a> {
    path: String,
    faults: &'a mut Vec<Fault>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        if text.chars().any(char::is_control) {
            self.faults.push(Fault {
                path: self.path,
                reason: "holds a control character".into(),
            });
        }
        Ok(text.into())
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(value) = list.next_element_seed(Node {
            path: entry(&self.path, entries.len()),
            faults: self.faults,
        })? {
            entries.push(value);
        }
        Ok(Value::Array(entries))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let path = field(&self.path, &name);
            if fields.contains_key(&name) {
                self.faults.push(Fault {
                    path: path.clone(),
                    reason: "is there twice".into(),
                });
            }
            let faults = &mut *self.faults;
            fields.insert(name, object.next_value_seed(Node { path, faults })?);
        }
        Ok(Value::Object(fields))
    }
}

/// The reading of a file, over and over until every mistake is known.
#[derive(Default)]
struct Reading {
    faults: RefCell<Vec<Fault>>,
    /// Paths of fields that the format does not have.
    unknown: RefCell<BTreeSet<String>>,
    /// Paths where a stand-in takes the place of what is wrong or missing.
    wrong: BTreeSet<String>,
}

impl Reading {
    /// The data, or nothing when some of it is a stand-in.
    fn read(&mut self, json: &Value) -> Option<ProgrammeData> {
        loop {
            let seed = PhantomData::<ProgrammeData>;
            let stop = match At::read(json, String::new(), self, seed) {
                Ok(data) => return self.wrong.is_empty().then_some(data),
                Err(stop) => stop,
            };
            let mut wrong = stop.path.unwrap_or_default();
            if !self.wrong.contains(&wrong) {
                let path = if wrong.is_empty() {
                    "$".into()
                } else {
                    wrong.clone()
                };
                self.faults.get_mut().push(Fault {
                    path,
                    reason: stop.reason,
                });
            }
            // No stand-in fits there: the whole that it is a part of is the next to go.
            while !self.wrong.insert(wrong.clone()) {
                wrong.truncate(wrong.rfind(['.', '['])?);
            }
            if wrong.is_empty() || self.faults.get_mut().len() >= MOST_FAULTS {
                return None;
            }
        }
    }

    fn unknown(&self, path: String) {
        if self.unknown.borrow_mut().insert(path.clone()) {
            self.faults.borrow_mut().push(Fault {
                path,
                reason: "there is no such field".into(),
            });
        }
    }
}

/// Why a reading stopped, and where as soon as that is known.
#[derive(Debug, Default)]
struct Stop {
    path: Option<String>,
    /// The field that the object at the path lacks.
    missing: Option<&'static str>,
    reason: String,
}

impl Stop {
    /// The innermost place counts.
    fn at(mut self, path: &str) -> Stop {
        if self.path.is_none() {
            self.path = Some(match self.missing {
                Some(name) => field(path, name),
                None => path.to_owned(),
            });
        }
        self
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: fmt::Display>(reason: T) -> Stop {
        Stop {
            reason: reason.to_string(),
            ..Stop::default()
        }
    }
    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Stop {
        match found {
            de::Unexpected::Unit => Stop::custom(format_args!("is null, expected {expected}")),
            _ => Stop::custom(format_args!("is {found}, expected {expected}")),
        }
    }
    fn missing_field(name: &'static str) -> Stop {
        Stop {
            missing: Some(name),
            reason: "is missing".into(),
            ..Stop::default()
        }
    }
}

/// A value of the file, with its path.
struct At<'a> {
    json: &'a Value,
    path: String,
    reading: &'a Reading,
}

impl<'a> At<'a> {
    fn read<T: DeserializeSeed<'a>>(
        json: &'a Value,
        path: String,
        reading: &'a Reading,
        seed: T,
    ) -> Result<T::Value, Stop> {
        let at = At {
            json,
            path: path.clone(),
            reading,
        };
        seed.deserialize(at).map_err(|stop| stop.at(&path))
    }
}

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.json {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => visitor.visit_u64(value),
                (None, Some(value)) => visitor.visit_i64(value),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(entries) => visitor.visit_seq(Entries {
                path: self.path,
                entries: entries.iter().enumerate(),
                reading: self.reading,
            }),
            Value::Object(fields) => visitor.visit_map(Fields {
                fields: fields
                    .iter()
                    .map(|(name, json)| (name.as_str(), field(&self.path, name), Some(json)))
                    .filter(|(_, path, _)| !self.reading.wrong.contains(path))
                    .collect::<Vec<_>>()
                    .into_iter(),
                next: None,
                reading: self.reading,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.json {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.json {
            Value::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let Value::Object(fields) = self.json else {
            return self.deserialize_any(visitor);
        };
        for name in fields.keys() {
            if !names.contains(&name.as_str()) {
                self.reading.unknown(field(&self.path, name));
            }
        }
        visitor.visit_map(Fields {
            fields: names
                .iter()
                .map(|&name| (name, field(&self.path, name), fields.get(name)))
                .filter_map(|(name, path, json)| {
                    let wrong = self.reading.wrong.contains(&path);
                    (wrong || json.is_some()).then_some((name, path, json.filter(|_| !wrong)))
                })
                .collect::<Vec<_>>()
                .into_iter(),
            next: None,
            reading: self.reading,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The entries of a list, without those that are known to be wrong.
struct Entries<'a> {
    path: String,
    entries: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
    reading: &'a Reading,
}

impl<'de> de::SeqAccess<'de> for Entries<'de> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        for (index, json) in self.entries.by_ref() {
            let path = entry(&self.path, index);
            if !self.reading.wrong.contains(&path) {
                return At::read(json, path, self.reading, seed).map(Some);
            }
        }
        Ok(None)
    }
}

/// The fields of an object by name and path; one without a value is shown as a stand-in.
struct Fields<'a> {
    fields: std::vec::IntoIter<(&'a str, String, Option<&'a Value>)>,
    next: Option<(String, Option<&'a Value>)>,
    reading: &'a Reading,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        let Some((name, path, json)) = self.fields.next() else {
            return Ok(None);
        };
        self.next = Some((path, json));
        seed.deserialize(de::value::BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Stop> {
        match self.next.take() {
            Some((path, Some(json))) => At::read(json, path, self.reading, seed),
            Some((path, None)) => seed.deserialize(StandIn).map_err(|stop| stop.at(&path)),
            None => Err(de::Error::custom("a value without a name")),
        }
    }
}

/// Something of whatever type is asked for, so that the reading can go on.
struct StandIn;

impl<'de> Deserializer<'de> for StandIn {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_borrowed_str("none")
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_bool(false)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_u32(0)
    }
    /// A text that is a date too.
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_borrowed_str("2000-01-01")
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_none()
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_seq(de::value::SeqDeserializer::new(
            std::iter::empty::<StandIn>(),
        ))
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_struct("", &[], visitor)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let fields = names.iter().map(|&name| (name, StandIn));
        visitor.visit_map(de::value::MapDeserializer::new(fields))
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_enum(
            variants
                .first()
                .copied()
                .unwrap_or_default()
                .into_deserializer(),
        )
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Stop> for StandIn {
    type Deserializer = StandIn;
    fn into_deserializer(self) -> StandIn {
        self
    }
}

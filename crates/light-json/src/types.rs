//! The types of the standard library that messages are made of.

use crate::{FromJson, Json};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl FromJson for bool {
    fn from_json(json: Json<'_>) -> Option<bool> {
        json.flag()
    }
}

macro_rules! naturals {
    ($($number:ident)*) => {$(
        impl FromJson for $number {
            fn from_json(json: Json<'_>) -> Option<$number> {
                $number::try_from(json.natural($number::MAX.into())?).ok()
            }
        }
    )*};
}

naturals!(u16 u32 u64);

impl FromJson for i64 {
    fn from_json(json: Json<'_>) -> Option<i64> {
        json.whole()
    }
}

impl FromJson for String {
    fn from_json(json: Json<'_>) -> Option<String> {
        json.text().map(str::to_owned)
    }
}

impl FromJson for Cow<'static, str> {
    fn from_json(json: Json<'_>) -> Option<Cow<'static, str>> {
        String::from_json(json).map(Cow::Owned)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json<'_>) -> Option<Option<T>> {
        match json.is_null() {
            true => Some(None),
            false => T::from_json(json).map(Some),
        }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: Json<'_>) -> Option<Box<T>> {
        T::from_json(json).map(Box::new)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>) -> Option<Vec<T>> {
        let mut entries = Vec::new();
        for entry in json.list()? {
            entries.push(T::from_json(entry)?);
        }
        Some(entries)
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: Json<'_>) -> Option<BTreeMap<String, T>> {
        let mut inside = json.object()?;
        let mut entries = BTreeMap::new();
        while let (Some(name), Some(value)) = (inside.next(), inside.next()) {
            entries.insert(String::from_json(name)?, T::from_json(value)?);
        }
        Some(entries)
    }
}

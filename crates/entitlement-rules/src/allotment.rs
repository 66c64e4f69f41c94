//! How many incidents a benefit grants.

use light_json::{FromJson, Json};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// How many incidents are granted, or are left. Ordered: `None` < `Finite(n)` < `Unlimited`.
///
/// On the wire it is `"none"`, a whole number, or `"unlimited"`. A missing figure is none of these: it is an
/// absent [`Option`], and the law fails closed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allotment {
    /// The tier does not carry this benefit.
    None,
    /// This many incidents.
    Finite(u32),
    /// Incidents are counted but never run out.
    Unlimited,
}

impl Allotment {
    /// What is left after `used` incidents; never below zero, and `Unlimited` never shrinks.
    #[must_use]
    pub fn less(self, used: u32) -> Allotment {
        match self {
            Allotment::Finite(granted) => Allotment::Finite(granted.saturating_sub(used)),
            other => other,
        }
    }

    /// Whether one more incident fits.
    #[must_use]
    pub fn has_one_left(self) -> bool {
        matches!(self, Allotment::Unlimited | Allotment::Finite(1..))
    }
}

impl Serialize for Allotment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Allotment::None => serializer.serialize_str("none"),
            Allotment::Finite(count) => serializer.serialize_u32(*count),
            Allotment::Unlimited => serializer.serialize_str("unlimited"),
        }
    }
}

impl<'de> Deserialize<'de> for Allotment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Allotment, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Allotment;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("\"none\", \"unlimited\" or a whole number of incidents")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Allotment, E> {
                match text {
                    "none" => Ok(Allotment::None),
                    "unlimited" => Ok(Allotment::Unlimited),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Allotment, E> {
                u32::try_from(count)
                    .map(Allotment::Finite)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(count), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl FromJson for Allotment {
    fn from_json(json: Json<'_>) -> Option<Allotment> {
        match json.text() {
            Some("none") => Some(Allotment::None),
            Some("unlimited") => Some(Allotment::Unlimited),
            Some(_) => None,
            None => u32::from_json(json).map(Allotment::Finite),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_less_than_any_count_and_unlimited_is_more() {
        assert!(Allotment::None < Allotment::Finite(0));
        assert!(Allotment::Finite(u32::MAX) < Allotment::Unlimited);
    }

    #[test]
    fn a_balance_never_goes_below_zero() {
        assert_eq!(Allotment::Finite(3).less(5), Allotment::Finite(0));
        assert_eq!(Allotment::Unlimited.less(5), Allotment::Unlimited);
    }

    #[test]
    fn the_wire_knows_three_words_and_nothing_else() {
        for (json, allotment) in [
            ("\"none\"", Allotment::None),
            ("15", Allotment::Finite(15)),
            ("\"unlimited\"", Allotment::Unlimited),
        ] {
            assert_eq!(serde_json::from_str::<Allotment>(json).unwrap(), allotment);
            assert_eq!(serde_json::to_string(&allotment).unwrap(), json);
        }
        for json in ["\"many\"", "-1", "1.5", "null", "5000000000"] {
            assert!(serde_json::from_str::<Allotment>(json).is_err(), "{json}");
        }
    }
}

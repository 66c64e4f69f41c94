//! What serde reads is read alike, and what it refuses is refused.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use light_json::{FromJson, Json, from_str, from_text};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Reads the text by both; what both say.
fn both<T>(text: &str) -> Option<T>
where
    T: FromJson + for<'de> Deserialize<'de> + Debug + PartialEq,
{
    let light: Option<T> = from_str(text).ok();
    assert_eq!(light, serde_json::from_str(text).ok(), "{text}");
    light
}

#[derive(Debug, PartialEq, Default, Deserialize, FromJson)]
struct Everything {
    id: Id,
    flag: bool,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    count: u32,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default = "seven")]
    week: u16,
    large: Option<Box<u64>>,
    step: Option<Step>,
    fact: Option<Fact>,
    words: Option<Words>,
    hours: Option<BTreeMap<String, u32>>,
    code: Option<Cow<'static, str>>,
    quotes: Option<Quotes>,
}

fn seven() -> u16 {
    7
}

#[derive(Debug, PartialEq, Default, Deserialize, FromJson)]
struct Id(String);

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    BreakFix,
    #[serde(rename = "question")]
    Advisory,
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(rename_all = "lowercase")]
enum Severity {
    A,
    BToo,
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(tag = "step", rename_all = "kebab-case")]
enum Step {
    Wait,
    OpenPortal { portal: String, at: Option<u32> },
    Look(Quotes),
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    Flag(bool),
    AllIds(Vec<String>),
    Missing,
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(untagged, expecting = "words")]
enum Words {
    Same(String),
    PerLanguage(BTreeMap<String, String>),
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(default)]
struct Quotes {
    price: u64,
    per: Option<String>,
}

impl Default for Quotes {
    fn default() -> Quotes {
        Quotes {
            price: 3,
            per: Some("year".into()),
        }
    }
}

/// The least of it, with these fields more.
fn with(fields: &str) -> String {
    format!(r#"{{"id":"a","flag":true,"count":1{fields}}}"#)
}

#[test]
fn every_form_of_type_is_read() {
    let text = with(
        r#","type":"break-fix","names":["a","b"],"week":5,"large":18446744073709551615,"step":{"portal":"p","step":"open-portal"},
        "fact":{"all-ids":["x"]},"words":{"en":"x"},"hours":{"gold":20,"silver":10},"code":"c","quotes":{"price":1,"per":null}"#,
    );
    let read: Everything = both(&text).unwrap();
    assert_eq!(read.hours.unwrap().len(), 2);
    let least: Everything = both(&with("")).unwrap();
    assert_eq!((least.week, least.names.len()), (7, 0));
    for fields in [
        r#","type":"question","fact":"missing","words":"w","step":{"step":"wait"},"quotes":{}"#,
        r#","fact":{"flag":false},"step":{"step":"look","price":9}"#,
        r#","type":null,"large":null,"step":null,"fact":null,"words":null,"hours":null,"code":null"#,
    ] {
        assert!(both::<Everything>(&with(fields)).is_some(), "{fields}");
    }
    assert_eq!(both(r#""btoo""#), Some(Severity::BToo));
    assert_eq!(both(r#""a""#), Some(Severity::A));
    assert_eq!(from_text("break-fix"), Some(Kind::BreakFix));
    assert_eq!(from_text::<u32>("1"), None);
}

#[test]
fn what_is_missing_twice_there_of_another_type_or_out_of_range_is_refused_with_its_field() {
    for (text, field) in [
        (r#"{"id":"a","flag":true}"#, "count"),
        (&*with(r#","count":1"#), "count"),
        (&*with(r#","names":null"#), "names"),
        (&*with(r#","names":["a",1]"#), "names"),
        (&*with(r#","week":65536"#), "week"),
        (&*with(r#","week":-1"#), "week"),
        (&*with(r#","week":1.0"#), "week"),
        (&*with(r#","week":1e2"#), "week"),
        (&*with(r#","week":-0"#), "week"),
        (&*with(r#","large":18446744073709551616"#), "large"),
        (&*with(r#","type":"breakFix""#), "type"),
        (&*with(r#","type":"advisory""#), "type"),
        (&*with(r#","step":{"portal":"p"}"#), "step"),
        (&*with(r#","step":{"step":"fly"}"#), "step"),
        (&*with(r#","step":{"step":"wait","step":"wait"}"#), "step"),
        (&*with(r#","step":{"step":"open-portal"}"#), "portal"),
        (&*with(r#","fact":"flag""#), "fact"),
        (&*with(r#","fact":{"missing":true}"#), "fact"),
        (&*with(r#","fact":{"flag":true,"flag":true}"#), "fact"),
        (&*with(r#","fact":{}"#), "fact"),
        (&*with(r#","words":7"#), "words"),
        (&*with(r#","words":{"en":7}"#), "words"),
        (&*with(r#","hours":{"gold":-1}"#), "hours"),
        (&*with(r#","quotes":{"price":null}"#), "price"),
        ("[]", ""),
        ("null", ""),
        ("", ""),
    ] {
        assert_eq!(both::<Everything>(text), None);
        assert_eq!(
            from_str::<Everything>(text).unwrap_err().field,
            field,
            "{text}"
        );
    }
}

#[test]
fn a_field_that_only_a_newer_server_knows_is_ignored() {
    #[derive(Debug, PartialEq, FromJson)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        count: u32,
    }
    let read = from_str(r#"{"new":[{"count":2}],"count":1,"new":{}}"#);
    assert_eq!(read, Ok(Strict { count: 1 }));
}

#[test]
fn there_is_one_spelling_of_a_struct_and_of_a_variant() {
    assert!(from_str::<Quotes>(r#"[1,"year"]"#).is_err());
    assert!(from_str::<Kind>(r#"{"break-fix":null}"#).is_err());
}

#[test]
fn texts_are_read_with_every_escape() {
    for text in [
        r#""""#,
        r#""plain é 文 🦀""#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""é\u00E9 \ud83e\udd80 a\u0000b\uffff""#,
        "\"\u{7f}\u{2028}\"",
    ] {
        assert!(both::<String>(text).is_some(), "{text}");
    }
    for text in [
        r#"""#,
        r#""a"#,
        r#""\"#,
        r#""\x""#,
        r#""\u""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\ud800""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud800\u0041""#,
        r#""\ud800\ud800""#,
        r#""\udc00""#,
        r#""\ud83e\ue000""#,
        "\"a\nb\"",
        "\"\u{0}\"",
        "\"\u{1f}\"",
        r#"'a'"#,
        r#""a"b"#,
        r#""a""b""#,
    ] {
        assert_eq!(both::<String>(text), None);
    }
}

#[test]
fn numbers_are_read_to_their_limits() {
    for (text, number) in [
        ("0", 0),
        (" 7\n", 7),
        ("4294967295", u64::from(u32::MAX)),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(both::<u64>(text), Some(number));
        assert_eq!(both::<i64>(text), i64::try_from(number).ok());
        assert_eq!(
            both::<u32>(text).map(u64::from),
            u32::try_from(number).ok().map(u64::from)
        );
    }
    for text in [
        "-0",
        "-1",
        "00",
        "01",
        "+1",
        "1.",
        ".5",
        "1.5",
        "1e",
        "1e+",
        "1e5",
        "1E-2",
        "-",
        "--1",
        "0x1",
        "1_0",
        "NaN",
        "Infinity",
        "18446744073709551616",
        "-9223372036854775809",
        "1e400",
        "1e-400",
        "1 2",
        "1,",
        "١",
    ] {
        assert_eq!(both::<u64>(text), None);
        assert_eq!(both::<u32>(text), None);
        both::<i64>(text);
    }
    assert_eq!(both::<i64>("-1"), Some(-1));
    assert_eq!(both::<i64>("-9223372036854775808"), Some(i64::MIN));
}

/// Any JSON.
struct Anything;

impl FromJson for Anything {
    fn from_json(_: Json<'_>) -> Option<Anything> {
        Some(Anything)
    }
}

#[test]
fn every_text_is_json_for_both_or_for_none() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let objects = |depth: usize| r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth);
    for (text, is_json) in [
        ("[]", true),
        ("[ ]", true),
        ("[1,[2,{}],null,true,false,-1.5e+7]", true),
        ("{\"a\" : 1 , \"a\":2}\r\n\t ", true),
        (&*deep(127), true),
        (&*deep(128), false),
        (&*objects(127), true),
        (&*objects(128), false),
        (&*"[".repeat(1_000_000), false),
        (&*"[1,".repeat(1_000_000), false),
        (" ", false),
        ("[", false),
        ("[1", false),
        ("[1,", false),
        ("[1,]", false),
        ("[,1]", false),
        ("[1 2]", false),
        ("[1}", false),
        ("[]]", false),
        ("{", false),
        ("{}}", false),
        ("{1:2}", false),
        ("{a:1}", false),
        ("{\"a\"}", false),
        ("{\"a\":}", false),
        ("{\"a\":1,}", false),
        ("{\"a\":1 \"b\":2}", false),
        ("{\"a\":1]", false),
        ("tru", false),
        ("truE", false),
        ("nul", false),
        ("falsy", false),
        ("nulll", false),
        ("\u{feff}1", false),
        ("\u{a0}1", false),
        ("// x\n1", false),
    ] {
        let light = from_str::<Anything>(text).is_ok();
        let serde = serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert_eq!((light, serde), (is_json, is_json), "{:.40}", text);
    }
}

//! Numbers, dates, lists and plurals as the browser writes them.

use super::Moment;
use entitlement_rules::Date;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, milliseconds: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type ListFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<ListFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &ListFormat, names: &js_sys::Array) -> Result<String, JsValue>;
}

const DAY: f64 = 86_400_000.0;

/// The formats of one locale. A format that the browser cannot make falls back to a plain notation.
///
/// Digits are those of the reader's tag, as CLDR has them: `ar` and `ar-MA` write 12, `ar-EG` and `ar-SA` write ١٢; a tag such as
/// `ar-u-nu-arab` chooses. Days are of the Gregorian calendar for everybody, as contracts and the browsers' fields for dates have them.
pub(super) struct Formats {
    number: Option<NumberFormat>,
    date: Option<DateTimeFormat>,
    moment: Option<DateTimeFormat>,
    any_of: Option<ListFormat>,
    all_of: Option<ListFormat>,
    plural: Option<PluralRules>,
}

impl Formats {
    pub(super) fn new(tag: &str, language: &str) -> Formats {
        let tag = if NumberFormat::new(tag).is_ok() {
            tag
        } else {
            language
        };
        let calendar = ("calendar", "gregory");
        let day = options(&[("dateStyle", "long"), ("timeZone", "UTC"), calendar]);
        let moment = options(&[("dateStyle", "medium"), ("timeStyle", "short"), calendar]);
        let any_of = options(&[("type", "disjunction")]);
        let all_of = options(&[("type", "conjunction")]);
        Formats {
            number: NumberFormat::new(tag).ok(),
            date: DateTimeFormat::new(tag, &day).ok(),
            moment: DateTimeFormat::new(tag, &moment).ok(),
            any_of: ListFormat::new(tag, &any_of).ok(),
            all_of: ListFormat::new(tag, &all_of).ok(),
            // The sentences' own language decides, not the region's notation.
            plural: PluralRules::new(language).ok(),
        }
    }

    pub(super) fn number(&self, number: u32) -> String {
        match &self.number {
            Some(format) => format.format(f64::from(number)),
            None => number.to_string(),
        }
    }

    /// Whether a comma stands before the decimals.
    pub(super) fn has_decimal_comma(&self) -> bool {
        let number = self.number.as_ref();
        number.is_some_and(|format| format.format(1.5).contains(','))
    }

    pub(super) fn date(&self, date: Date) -> String {
        match &self.date {
            Some(format) => format.format(f64::from(date.days_since_epoch()) * DAY),
            None => date.to_string(),
        }
    }

    pub(super) fn moment(&self, Moment(at): Moment) -> String {
        self.moment
            .as_ref()
            .map(|format| format.format(at))
            .unwrap_or_default()
    }

    pub(super) fn any_of(&self, names: &[String]) -> String {
        join(self.any_of.as_ref(), names)
    }

    pub(super) fn all_of(&self, names: &[String]) -> String {
        join(self.all_of.as_ref(), names)
    }

    pub(super) fn plural(&self, count: u32) -> String {
        match &self.plural {
            Some(rules) => rules.select(f64::from(count)),
            None => "other".into(),
        }
    }
}

fn join(format: Option<&ListFormat>, names: &[String]) -> String {
    let list: js_sys::Array = names.iter().map(|name| JsValue::from_str(name)).collect();
    match format.and_then(|format| format.format(&list).ok()) {
        Some(text) => text,
        None => names.join(", "),
    }
}

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object.into()
}

/// The name of the reader's time zone, such as `Europe/Paris`.
pub(crate) fn time_zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()?
        .as_string()
}

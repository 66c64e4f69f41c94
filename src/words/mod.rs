//! Every sentence that a person reads.
//!
//! The sentences live in `src/words/<language>/<page>.json`, one file per page. The build turns each key into one
//! function of the module named for the file, so that a page says `words::benefits::title(words)`:
//!
//! | In the JSON | In Rust |
//! | --- | --- |
//! | `"title": "Support plans"` | `title(words) -> &'static str` |
//! | `"held_by": "Held by {company}"` | `held_by(words, company: &str) -> String` |
//! | `"ends": "Ends on {day:date}"` | `ends(words, day: Date) -> String` |
//! | `"opened": "Opened {when:moment}"` | `opened(words, when: Moment) -> String` |
//! | `"limit": "At most {size:number}"` | `limit(words, size: u32) -> String` |
//! | `"left": {"one": "{count} left", "other": "{count} left"}` | `left(words, count: u32) -> String` |
//!
//! A new sentence is added to every language, or the build fails and says which key is missing where. French needs
//! the plural categories `one`, `many` and `other`; English `one` and `other`. Numbers, dates and plurals are the
//! browser's own (`Intl`). Proper names (products, plans, competencies) are data, not words.

use entitlement_rules::Date;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

mod intl;

/// A language that the sentences exist in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// The language of a BCP 47 tag such as `fr-CA`; `None` when the product does not speak it.
    pub(crate) fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Language::En),
            "fr" => Some(Language::Fr),
            _ => None,
        }
    }

    /// The language's own tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }
}

/// The first of `tags` whose language the product speaks, else English.
/// The order of `tags` is the caller's: the element's attribute, the host page's language, the browser's languages.
pub(crate) fn choose_tag<'a>(tags: impl IntoIterator<Item = &'a str>) -> &'a str {
    tags.into_iter()
        .find(|tag| Language::of_tag(tag).is_some())
        .unwrap_or("en")
}

/// A point in time, in milliseconds since 1970-01-01 UTC, shown in the reader's own zone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Moment(f64);

impl Moment {
    /// The moment of an RFC 3339 text; `None` when the text is no such thing.
    pub(crate) fn parse(text: &str) -> Option<Moment> {
        let at = js_sys::Date::parse(text);
        at.is_finite().then_some(Moment(at))
    }
}

/// The reader's language and notation. Pages take it from the context with [`words`] and hand it to the sentences.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    language: Language,
    intl: StoredValue<intl::Formats, LocalStorage>,
}

impl Words {
    /// Words for a BCP 47 tag; a tag in no language of the product gives English.
    pub(crate) fn for_tag(tag: &str) -> Words {
        let language = Language::of_tag(tag).unwrap_or(Language::En);
        Words {
            language,
            intl: StoredValue::new_local(intl::Formats::new(tag, language)),
        }
    }

    /// The language.
    pub(crate) fn language(self) -> Language {
        self.language
    }

    /// A whole number in the reader's notation.
    pub(crate) fn number(self, number: u32) -> String {
        self.intl
            .try_with_value(|intl| intl.number(number))
            .unwrap_or_else(|| number.to_string())
    }

    /// A calendar day in the reader's notation.
    pub(crate) fn date(self, date: Date) -> String {
        self.intl
            .try_with_value(|intl| intl.date(date))
            .unwrap_or_else(|| date.to_string())
    }

    /// A day and a time of day in the reader's notation and zone.
    pub(crate) fn moment(self, moment: Moment) -> String {
        self.intl
            .try_with_value(|intl| intl.moment(moment))
            .unwrap_or_default()
    }

    /// Several names as one phrase: "Ada, Grace or Linus".
    pub(crate) fn any_of(self, names: &[String]) -> String {
        self.intl
            .try_with_value(|intl| intl.any_of(names))
            .unwrap_or_else(|| names.join(", "))
    }

    /// Several names as one phrase: "Silver and Gold".
    pub(crate) fn all_of(self, names: &[String]) -> String {
        self.intl
            .try_with_value(|intl| intl.all_of(names))
            .unwrap_or_else(|| names.join(", "))
    }

    /// What stands between the cells of a file that the reader's spreadsheet opens: a semicolon where numbers have a comma.
    pub(crate) fn cell_separator(self) -> char {
        let has_comma = self.intl.try_with_value(intl::Formats::has_decimal_comma);
        if has_comma == Some(true) { ';' } else { ',' }
    }

    /// The plural category of a number in the reader's language.
    fn plural(self, count: u32) -> String {
        self.intl
            .try_with_value(|intl| intl.plural(count))
            .unwrap_or_else(|| "other".into())
    }
}

/// The words of the surrounding app.
pub(crate) fn words() -> Words {
    use_context::<Words>().unwrap_or_else(|| Words::for_tag("en"))
}

/// Puts the values into the places `{0}` to `{9}` of a sentence.
fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let position = after
            .bytes()
            .next()
            .map_or(0, |digit| usize::from(digit.wrapping_sub(b'0')));
        out.push_str(values.get(position).copied().unwrap_or_default());
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// The browser's languages, the preferred one first.
pub(crate) fn browser_tags() -> Vec<String> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    window
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag: JsValue| tag.as_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_product_speaks_is_chosen() {
        assert_eq!(choose_tag(["de-CH", "fr-CH", "en"]), "fr-CH");
        assert_eq!(choose_tag(["ja"]), "en");
        assert_eq!(choose_tag([]), "en");
    }

    #[test]
    fn a_name_with_a_brace_is_shown_as_it_is() {
        assert_eq!(
            fill("Held by {0}, for {1}.", &["{1} Ltd", "Ada"]),
            "Held by {1} Ltd, for Ada."
        );
        assert_eq!(fill("{0}", &["x"]), "x");
    }
}

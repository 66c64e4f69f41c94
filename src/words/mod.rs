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
//! The functions hold English. The sentences of another language come as a file of their own, one a line, which the loader hands over
//! ([`learn`]) when it is the reader's.
//!
//! A new sentence is added to every language, or the build fails and says which key is missing where, and which plural
//! categories the language has (`LANGUAGES` in `build.rs`). Numbers, dates and plurals are the
//! browser's own (`Intl`). Proper names (products, plans, competencies) are data, not words; in a language that is written from
//! right to left the build puts them between isolates, so that their punctuation stays with them.

use entitlement_rules::Date;
use leptos::prelude::*;
use std::cell::RefCell;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

mod intl;

pub(crate) use intl::time_zone;

/// The language that the program speaks by itself.
const ENGLISH: &str = "en";
/// English as the build makes it for developers: accented, longer, and in brackets.
const PSEUDO: &str = "en-xa";

thread_local! {
    /// The languages that came after the program, each by its tag with its sentences. They are few and stay.
    static LEARNED: RefCell<Vec<(&'static str, &'static [&'static str])>> = const { RefCell::new(Vec::new()) };
    /// What was spoken on this page so far.
    static SPEECHES: RefCell<Vec<Speech>> = const { RefCell::new(Vec::new()) };
}

/// A language with a notation.
struct Speech {
    tag: String,
    language: &'static str,
    /// The sentences; none where the program's own are meant.
    lines: &'static [&'static str],
    intl: intl::Formats,
}

/// Takes in the sentences of a language: one a line, in the order of the generated functions.
pub(crate) fn learn(tag: &str, lines: &str) {
    let language = language_of(tag);
    LEARNED.with_borrow_mut(|learned| {
        if learned.iter().any(|(known, _)| *known == language) {
            return;
        }
        let lines: Vec<&'static str> = String::leak(lines.to_owned()).lines().collect();
        learned.push((String::leak(language), Vec::leak(lines)));
    });
}

/// The language of a BCP 47 tag such as `fr-CA`. The pseudo-locale is one by itself.
fn language_of(tag: &str) -> String {
    if tag.eq_ignore_ascii_case(PSEUDO) {
        return PSEUDO.to_owned();
    }
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
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

/// The reader's language and notation. Pages take it from the context with [`words`] and hand it to the sentences. Every view keeps
/// one, so it is but a place in [`SPEECHES`].
#[derive(Clone, Copy)]
pub(crate) struct Words(u32);

impl Words {
    /// Words for a BCP 47 tag; in English where no sentences of its language came ([`learn`]).
    pub(crate) fn for_tag(tag: &str) -> Words {
        let wanted = language_of(tag);
        let learned = LEARNED.with_borrow(|learned| {
            let mut learned = learned.iter();
            learned.find(|(language, _)| *language == wanted).copied()
        });
        let (language, lines) = learned.unwrap_or((ENGLISH, &[]));
        SPEECHES.with_borrow_mut(|speeches| {
            let place = speeches
                .iter()
                .position(|speech| speech.tag == tag && speech.language == language);
            let place = place.unwrap_or_else(|| {
                speeches.push(Speech {
                    tag: tag.to_owned(),
                    language,
                    lines,
                    intl: intl::Formats::new(tag, language),
                });
                speeches.len() - 1
            });
            Words(u32::try_from(place).unwrap_or_default())
        })
    }

    /// What `of` makes of this speech; nothing where there is none.
    fn of<T>(self, of: impl FnOnce(&Speech) -> T) -> Option<T> {
        SPEECHES.with_borrow(|speeches| {
            let place = usize::try_from(self.0).ok()?;
            speeches.get(place).map(of)
        })
    }

    /// The tag of the language.
    pub(crate) fn language(self) -> &'static str {
        self.of(|speech| speech.language).unwrap_or(ENGLISH)
    }

    /// The direction in which the language is written, as the attribute `dir` has it.
    pub(crate) fn direction(self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.language()) {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// The sentence of a line, which is `english` in English.
    #[inline(never)]
    fn text(self, line: usize, english: &'static &'static str) -> &'static &'static str {
        self.of(|speech| speech.lines)
            .and_then(|lines| lines.get(line))
            .unwrap_or(english)
    }

    /// The form for `count` of the sentence of a line. A line is the form `other`; further ones follow it, each after a tab and
    /// its plural category with a colon.
    fn form(self, line: usize, english: &'static &'static str, count: u32) -> &'static str {
        let mut forms = self.text(line, english).split('\t');
        let other = forms.next().unwrap_or_default();
        let category = self.plural(count);
        forms
            .find_map(|form| form.strip_prefix(category.as_str())?.strip_prefix(':'))
            .unwrap_or(other)
    }

    /// A whole number in the reader's notation.
    pub(crate) fn number(self, number: u32) -> String {
        self.of(|speech| speech.intl.number(number))
            .unwrap_or_else(|| number.to_string())
    }

    /// A calendar day in the reader's notation.
    pub(crate) fn date(self, date: Date) -> String {
        self.of(|speech| speech.intl.date(date))
            .unwrap_or_else(|| date.to_string())
    }

    /// A day and a time of day in the reader's notation and zone.
    pub(crate) fn moment(self, moment: Moment) -> String {
        self.of(|speech| speech.intl.moment(moment))
            .unwrap_or_default()
    }

    /// Several names as one phrase: "Ada, Grace or Linus".
    pub(crate) fn any_of(self, names: &[String]) -> String {
        let names = self.isolated(names);
        self.of(|speech| speech.intl.any_of(&names))
            .unwrap_or_else(|| names.join(", "))
    }

    /// Several names as one phrase: "Silver and Gold".
    pub(crate) fn all_of(self, names: &[String]) -> String {
        let names = self.isolated(names);
        self.of(|speech| speech.intl.all_of(&names))
            .unwrap_or_else(|| names.join(", "))
    }

    /// Several names one after another: "Silver, Gold".
    pub(crate) fn listed(self, names: &[String]) -> String {
        self.isolated(names).join(ui::comma(self))
    }

    /// Names as they stand in a row: where the language is written from right to left, the row is too, and each name keeps its own
    /// order.
    fn isolated(self, names: &[String]) -> Vec<String> {
        let mut names = names.to_vec();
        if names.len() > 1 && self.direction() == "rtl" {
            let mut mark = "\u{200f}";
            for name in &mut names {
                *name = format!("{mark}\u{2068}{name}\u{2069}");
                mark = "";
            }
        }
        names
    }

    /// What stands between the cells of a file that the reader's spreadsheet opens: a semicolon where numbers have a comma.
    pub(crate) fn cell_separator(self) -> char {
        let has_comma = self.of(|speech| speech.intl.has_decimal_comma());
        if has_comma == Some(true) { ';' } else { ',' }
    }

    /// The plural category of a number in the reader's language.
    fn plural(self, count: u32) -> String {
        self.of(|speech| speech.intl.plural(count))
            .unwrap_or_else(|| "other".into())
    }
}

/// The words of the surrounding app.
pub(crate) fn words() -> Words {
    use_context::<Words>().unwrap_or_else(|| Words::for_tag(ENGLISH))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_brace_is_shown_as_it_is() {
        assert_eq!(
            fill("Held by {0}, for {1}.", &["{1} Ltd", "Ada"]),
            "Held by {1} Ltd, for Ada."
        );
        assert_eq!(fill("{0}", &["x"]), "x");
    }
}

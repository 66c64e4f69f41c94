//! Turns `src/words/<language>/<page>.json` into one function per sentence. The functions hold English; each further language
//! becomes a section of its own in the module, `words.<language>`, with one sentence a line. After the build that section is
//! written beside the module, to be loaded where that language is spoken: `src/words/mod.rs` says how a line is read.
//!
//! The build fails, naming every place with its file and key, when a language lacks a key, has one too many, names a placeholder
//! that the English sentence does not have (or leaves one out), or lacks a plural category that its language needs.
//! A sentence that no page shows is an unused function, which the linter reports.
//!
//! One language more is made here out of English, the pseudo-locale `en-XA`: accented, longer, and in brackets. In it a developer
//! sees what has no room and what does not come from `src/words`. A release leaves it out.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// A language that the product speaks.
struct Language {
    /// Its BCP 47 tag, which is also its folder.
    tag: &'static str,
    /// The plural categories that CLDR gives it for whole numbers.
    categories: &'static [&'static str],
    /// Whether it is written from right to left.
    right_to_left: bool,
}

/// The languages, the reference first.
const LANGUAGES: [Language; 4] = [
    Language {
        tag: "en",
        categories: &["one", "other"],
        right_to_left: false,
    },
    Language {
        tag: "ar",
        categories: &["zero", "one", "two", "few", "many", "other"],
        right_to_left: true,
    },
    Language {
        tag: "de",
        categories: &["one", "other"],
        right_to_left: false,
    },
    Language {
        tag: "fr",
        categories: &["one", "many", "other"],
        right_to_left: false,
    },
];

/// The pseudo-locale, as its section and the loader call it.
const PSEUDO: &str = "en-xa";

/// How the text of a placeholder is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// `{name}`: as it is.
    Text,
    /// `{name:number}`: a whole number in the reader's notation.
    Number,
    /// `{name:date}`: a calendar day.
    Date,
    /// `{name:moment}`: a day and a time of day in the reader's zone.
    Moment,
}

impl Kind {
    fn parse(word: &str) -> Option<Kind> {
        match word {
            "number" => Some(Kind::Number),
            "date" => Some(Kind::Date),
            "moment" => Some(Kind::Moment),
            _ => None,
        }
    }

    fn rust_type(self) -> &'static str {
        match self {
            Kind::Text => "&str",
            Kind::Number => "u32",
            Kind::Date => "entitlement_rules::Date",
            Kind::Moment => "crate::words::Moment",
        }
    }

    fn rust_value(self, name: &str) -> String {
        match self {
            Kind::Text => name.to_owned(),
            Kind::Number => format!("&words.number({name})"),
            Kind::Date => format!("&words.date({name})"),
            Kind::Moment => format!("&words.moment({name})"),
        }
    }
}

type Placeholders = Vec<(String, Kind)>;

/// One sentence in one language: a single text, or one text for each plural category.
enum Sentence {
    Plain(String),
    Plural(BTreeMap<String, String>),
}

impl Sentence {
    fn texts(&self) -> Vec<&str> {
        match self {
            Sentence::Plain(text) => vec![text],
            Sentence::Plural(texts) => texts.values().map(String::as_str).collect(),
        }
    }
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/words");
    // The splitter goes by what the linker would throw away once it is done.
    if env::var_os("CARGO_FEATURE_PARTS").is_some() {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
    let mut faults = Vec::new();
    if let Err(fault) = generate(&mut faults) {
        faults.push(fault);
    }
    for fault in &faults {
        println!("cargo::error={fault}");
    }
    if !faults.is_empty() {
        process::exit(1);
    }
}

/// Writes the functions and sections. What is wrong with the sentences goes to `faults`, all of it, so that one build names all that
/// has to be written.
fn generate(faults: &mut Vec<String>) -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|fault| fault.to_string())?);
    let mut languages = Vec::new();
    for language in LANGUAGES {
        languages.push(read_language(&root, &language, faults)?);
    }
    let Some((english, others)) = languages.split_first() else {
        return Err("no languages".into());
    };
    for (language, pages) in LANGUAGES.iter().skip(1).zip(others) {
        compare(english, language.tag, pages, faults)?;
    }
    if !faults.is_empty() {
        return Ok(());
    }

    let right_to_left: Vec<&str> = LANGUAGES
        .iter()
        .filter(|language| language.right_to_left)
        .map(|language| language.tag)
        .collect();
    let mut out = format!(
        "/// The languages that are written from right to left.\n\
         const RIGHT_TO_LEFT: &[&str] = &{right_to_left:?};\n"
    );
    let mut lines = vec![String::new(); others.len()];
    let mut pseudo = String::new();
    let mut line = 0;
    for (page, sentences) in english {
        let _ = writeln!(
            out,
            "pub(crate) mod {page} {{\n    use crate::words::Words;"
        );
        for (key, sentence) in sentences {
            let arguments = all_placeholders(sentence)
                .map_err(|fault| format!("{page}.json: {key}: {fault}"))?;
            if arguments.len() > 10 {
                return Err(format!("{page}.json: {key}: more than ten placeholders"));
            }
            write_function(&mut out, key, line, sentence, &arguments)?;
            for ((language, pages), lines) in LANGUAGES.iter().skip(1).zip(others).zip(&mut lines) {
                let translated = pages.get(page).and_then(|page| page.get(key));
                if let Some(sentence) = translated {
                    lines.push_str(&packed(sentence, &arguments, language.right_to_left)?);
                }
                lines.push('\n');
            }
            pseudo.push_str(&packed(&in_pseudo(sentence), &arguments, false)?);
            pseudo.push('\n');
            line += 1;
        }
        out.push_str("}\n");
    }
    let sections = LANGUAGES.iter().skip(1).map(|language| language.tag);
    for (tag, lines) in sections.zip(&lines).chain([(PSEUDO, &pseudo)]) {
        let (name, length) = (tag.to_uppercase().replace('-', "_"), lines.len());
        let _ = writeln!(
            out,
            "#[cfg(target_arch = \"wasm32\")]\n\
             #[allow(unsafe_code, dead_code, reason = \"nothing reads the section when the program runs\")]\n\
             #[unsafe(link_section = \"words.{tag}\")]\n\
             static {name}: [u8; {length}] = *b{};",
            bytes(lines)
        );
    }
    let target =
        PathBuf::from(env::var("OUT_DIR").map_err(|fault| fault.to_string())?).join("words.rs");
    fs::write(&target, out).map_err(|fault| format!("{}: {fault}", target.display()))
}

type Pages = BTreeMap<String, BTreeMap<String, Sentence>>;

/// The sentences of a language by page and key. A sentence that cannot be read goes to `faults` and is left out.
fn read_language(
    root: &Path,
    language: &Language,
    faults: &mut Vec<String>,
) -> Result<Pages, String> {
    let folder = format!("src/words/{}", language.tag);
    let mut pages = Pages::new();
    let entries = fs::read_dir(root.join(&folder)).map_err(|fault| format!("{folder}: {fault}"))?;
    for entry in entries {
        let path = entry.map_err(|fault| fault.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let shown = format!("{folder}/{name}.json");
        if !is_name(&name) {
            return Err(format!("{shown}: a file name is made of a-z, 0-9 and _"));
        }
        let text = fs::read_to_string(&path).map_err(|fault| format!("{shown}: {fault}"))?;
        let value: Map<String, Value> =
            serde_json::from_str(&text).map_err(|fault| format!("{shown}: {fault}"))?;
        let mut sentences = BTreeMap::new();
        for (key, value) in value {
            if !is_name(&key) {
                faults.push(format!("{shown}: {key}: a key is made of a-z, 0-9 and _"));
            }
            match read_sentence(value, language.categories) {
                Ok(sentence) => {
                    if language.right_to_left && sentence.texts().into_iter().any(begins_in_latin) {
                        faults.push(format!("{shown}: {key}: put \\u200f (a mark) before what is not written from right to left"));
                    }
                    sentences.insert(key, sentence);
                }
                Err(fault) => faults.push(format!("{shown}: {key}: {fault}")),
            }
        }
        pages.insert(name, sentences);
    }
    Ok(pages)
}

fn read_sentence(value: Value, categories: &[&str]) -> Result<Sentence, String> {
    match value {
        Value::String(text) => {
            placeholders(&text)?;
            Ok(Sentence::Plain(text))
        }
        Value::Object(forms) => {
            let mut texts = BTreeMap::new();
            for (category, text) in forms {
                if !categories.contains(&category.as_str()) {
                    return Err(format!(
                        "plural category {category:?} does not exist in this language"
                    ));
                }
                let Value::String(text) = text else {
                    return Err(format!("plural category {category:?} must be a text"));
                };
                placeholders(&text)?;
                texts.insert(category, text);
            }
            match categories
                .iter()
                .find(|category| !texts.contains_key(**category))
            {
                Some(missing) => Err(format!("plural category {missing:?} is missing")),
                None => Ok(Sentence::Plural(texts)),
            }
        }
        _ => Err("must be a text, or an object of plural categories".into()),
    }
}

/// Every difference between a language and English is a fault.
fn compare(
    english: &Pages,
    language: &str,
    pages: &Pages,
    faults: &mut Vec<String>,
) -> Result<(), String> {
    let none = BTreeMap::new();
    for page in english
        .keys()
        .chain(pages.keys().filter(|page| !english.contains_key(*page)))
    {
        let file = format!("src/words/{language}/{page}.json");
        let sentences = english.get(page).unwrap_or(&none);
        let others = pages.get(page).unwrap_or(&none);
        for (key, sentence) in sentences
            .iter()
            .filter(|(key, _)| !others.contains_key(*key))
        {
            let text = sentence.texts().pop().unwrap_or_default();
            faults.push(format!("{file}: {key} is missing; English says {text:?}"));
        }
        for (key, sentence) in others {
            let place = format!("{file}: {key}");
            let Some(wanted) = sentences.get(key) else {
                faults.push(format!("{place}: English has no such key"));
                continue;
            };
            if matches!(wanted, Sentence::Plural(_)) != matches!(sentence, Sentence::Plural(_)) {
                faults.push(format!("{place}: plural in one language alone"));
            }
            let wanted = all_placeholders(wanted)?;
            let found = all_placeholders(sentence)?;
            for (name, kind) in &wanted {
                match found.iter().find(|(other, _)| other == name) {
                    None => faults.push(format!("{place}: placeholder {{{name}}} is missing")),
                    Some((_, other)) if other != kind => faults.push(format!(
                        "{place}: placeholder {{{name}}} is of another kind than in English"
                    )),
                    Some(_) => {}
                }
            }
            let is_known = |name: &str| wanted.iter().any(|(other, _)| other == name);
            for (name, _) in found.iter().filter(|(name, _)| !is_known(name)) {
                faults.push(format!("{place}: English has no placeholder {{{name}}}"));
            }
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// The placeholders of all forms of a sentence, in the order in which they first appear.
fn all_placeholders(sentence: &Sentence) -> Result<Placeholders, String> {
    let mut all = Placeholders::new();
    if matches!(sentence, Sentence::Plural(_)) {
        all.push(("count".into(), Kind::Number));
    }
    for text in sentence.texts() {
        for (name, kind) in placeholders(text)? {
            match all.iter().find(|(other, _)| *other == name) {
                Some((_, other)) if *other != kind => {
                    return Err(format!("placeholder {{{name}}} has two kinds"));
                }
                Some(_) => {}
                None => all.push((name, kind)),
            }
        }
    }
    Ok(all)
}

fn placeholders(text: &str) -> Result<Placeholders, String> {
    if text.contains(['\n', '\t']) {
        return Err("a text has no line break and no tab".into());
    }
    let mut found = Placeholders::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        if rest[open..].starts_with('}') {
            return Err("a } without its {".into());
        }
        let inside = &rest[open + 1..];
        let close = inside.find('}').ok_or("a { without its }")?;
        let (name, kind) = match inside[..close].split_once(':') {
            None if &inside[..close] == "count" => ("count", Kind::Number),
            None => (&inside[..close], Kind::Text),
            Some((name, kind)) => (
                name,
                Kind::parse(kind).ok_or_else(|| format!("{kind:?} is no kind of placeholder"))?,
            ),
        };
        // `words` is what every generated function calls its first parameter.
        if !is_name(name) || name == "words" {
            return Err(format!("{name:?} is no name for a placeholder"));
        }
        found.push((name.to_owned(), kind));
        rest = &inside[close + 1..];
    }
    Ok(found)
}

/// The text with its placeholders written as positions: `{when:date}` becomes `{0}`. Where `isolated`, what is put in stands
/// between FSI and PDI, so that a name in another script neither turns nor is turned by what stands around it.
fn positional(text: &str, arguments: &Placeholders, isolated: bool) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    for (name, kind) in placeholders(text)? {
        let Some((before, after)) = rest.split_once('{') else {
            break;
        };
        let Some((_, after)) = after.split_once('}') else {
            break;
        };
        let position = arguments
            .iter()
            .position(|(other, _)| *other == name)
            .unwrap_or_default();
        let _ = if isolated && kind == Kind::Text {
            write!(out, "{before}\u{2068}{{{position}}}\u{2069}")
        } else {
            write!(out, "{before}{{{position}}}")
        };
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether the first letter of a text in another script would turn the rest of it around: where there is a rest.
fn begins_in_latin(text: &str) -> bool {
    let plain = text.split(['{', '}']).step_by(2).collect::<String>();
    let is_latin = |letter: char| letter.is_ascii_alphabetic();
    let mut letters = plain
        .chars()
        .filter(|letter| letter.is_alphabetic() || *letter == '\u{200f}');
    let first = letters.next();
    let has_rest = text.contains('{') || !letters.clone().all(is_latin);
    first.is_none_or(is_latin) && has_rest
}

/// A sentence as one line: its text; or, of a plural, the text of `other` and then each form that differs from it, with its
/// category before it, tabs between them.
fn packed(sentence: &Sentence, arguments: &Placeholders, isolated: bool) -> Result<String, String> {
    match sentence {
        Sentence::Plain(text) => positional(text, arguments, isolated),
        Sentence::Plural(forms) => {
            let other = forms.get("other").cloned().unwrap_or_default();
            let mut line = positional(&other, arguments, isolated)?;
            for (category, text) in forms.iter().filter(|(_, text)| **text != other) {
                let text = positional(text, arguments, isolated)?;
                let _ = write!(line, "\t{category}:{text}");
            }
            Ok(line)
        }
    }
}

/// An English sentence in the pseudo-locale.
fn in_pseudo(sentence: &Sentence) -> Sentence {
    match sentence {
        Sentence::Plain(text) => Sentence::Plain(accented(text)),
        Sentence::Plural(forms) => Sentence::Plural(
            forms
                .iter()
                .map(|(category, text)| (category.clone(), accented(text)))
                .collect(),
        ),
    }
}

/// A text in brackets with accents on its letters and two fifths longer, its placeholders as they are: `[Ţïţļé ~~]`.
fn accented(text: &str) -> String {
    const PLAIN: &str = "AaBbCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz";
    const ACCENTED: &str = "ÅåƁƀÇçÐðÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž";
    let mut out = String::from("[");
    let mut letters = 0;
    let mut inside = false;
    for letter in text.chars() {
        inside = (inside || letter == '{') && letter != '}';
        let accented = PLAIN.chars().position(|plain| plain == letter);
        let accented = accented.and_then(|place| ACCENTED.chars().nth(place));
        out.push(accented.filter(|_| !inside).unwrap_or(letter));
        letters += usize::from(!inside);
    }
    // Words of some length, so that lines break as between real ones.
    for place in 0..letters.div_ceil(5) * 2 {
        out.push_str(if place % 6 == 0 { " ~" } else { "~" });
    }
    out.push(']');
    out
}

/// A text as the inside of a Rust byte string.
fn bytes(text: &str) -> String {
    format!("\"{}\"", text.as_bytes().escape_ascii())
}

fn write_function(
    out: &mut String,
    key: &str,
    line: usize,
    sentence: &Sentence,
    arguments: &Placeholders,
) -> Result<(), String> {
    for text in sentence.texts() {
        let _ = writeln!(out, "    /// {}", text.replace('[', "\\["));
    }
    let parameters: String = arguments
        .iter()
        .map(|(name, kind)| format!(", {name}: {}", kind.rust_type()))
        .collect();
    let text = format!("{line}, &{:?}", packed(sentence, arguments, false)?);
    let text = match sentence {
        Sentence::Plain(_) => format!("words.text({text})"),
        Sentence::Plural(_) => format!("words.form({text}, count)"),
    };
    let (returns, body) = if arguments.is_empty() {
        ("&'static str", text)
    } else {
        let values: Vec<String> = arguments
            .iter()
            .map(|(name, kind)| kind.rust_value(name))
            .collect();
        let values = values.join(", ");
        ("String", format!("crate::words::fill({text}, &[{values}])"))
    };
    let _ = writeln!(
        out,
        "    pub(crate) fn {key}(words: Words{parameters}) -> {returns} {{\n        {body}\n    }}"
    );
    Ok(())
}

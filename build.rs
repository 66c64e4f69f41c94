//! Turns `src/words/<language>/<page>.json` into one function per sentence. The functions hold English; each further language
//! becomes a section of its own in the module, `words.<language>`, with one sentence a line. After the build that section is
//! written beside the module, to be loaded where that language is spoken: `src/words/mod.rs` says how a line is read.
//!
//! The build fails, naming the file and the key, when a language lacks a key, has one too many, names a placeholder
//! that the English sentence does not have (or leaves one out), or lacks a plural category that its language needs.
//! A sentence that no page shows is an unused function, which the linter reports.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// The languages, the reference first, each with the plural categories that CLDR gives it for whole numbers.
const LANGUAGES: [(&str, &[&str]); 2] =
    [("en", &["one", "other"]), ("fr", &["one", "many", "other"])];

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
    if let Err(fault) = generate() {
        println!("cargo::error={fault}");
        process::exit(1);
    }
}

fn generate() -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|fault| fault.to_string())?);
    let words = root.join("src/words");
    let mut languages = Vec::new();
    for (language, categories) in LANGUAGES {
        languages.push((language, read_language(&words.join(language), categories)?));
    }
    let Some(((reference, english), others)) = languages.split_first() else {
        return Err("no languages".into());
    };
    for (language, pages) in others {
        compare(reference, english, language, pages)?;
    }

    let mut out = String::new();
    let mut lines = vec![String::new(); others.len()];
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
            for ((_, pages), lines) in others.iter().zip(&mut lines) {
                let translated = pages.get(page).and_then(|page| page.get(key));
                if let Some(sentence) = translated {
                    lines.push_str(&packed(sentence, &arguments)?);
                }
                lines.push('\n');
            }
            line += 1;
        }
        out.push_str("}\n");
    }
    for ((language, _), lines) in others.iter().zip(&lines) {
        let (name, length) = (language.to_uppercase(), lines.len());
        let _ = writeln!(
            out,
            "#[cfg(target_arch = \"wasm32\")]\n\
             #[allow(unsafe_code, dead_code, reason = \"nothing reads the section when the program runs\")]\n\
             #[unsafe(link_section = \"words.{language}\")]\n\
             static {name}: [u8; {length}] = *b{};",
            bytes(lines)
        );
    }
    let target =
        PathBuf::from(env::var("OUT_DIR").map_err(|fault| fault.to_string())?).join("words.rs");
    fs::write(&target, out).map_err(|fault| format!("{}: {fault}", target.display()))
}

type Pages = BTreeMap<String, BTreeMap<String, Sentence>>;

fn read_language(folder: &Path, categories: &[&str]) -> Result<Pages, String> {
    let mut pages = Pages::new();
    let entries = fs::read_dir(folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|fault| fault.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let shown = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|fault| format!("{shown}: {fault}"))?;
        let value: Map<String, Value> =
            serde_json::from_str(&text).map_err(|fault| format!("{shown}: {fault}"))?;
        let mut sentences = BTreeMap::new();
        for (key, value) in value {
            let place = format!("{shown}: {key}");
            if !is_name(&key) {
                return Err(format!("{place}: a key is made of a-z, 0-9 and _"));
            }
            let sentence =
                read_sentence(value, categories).map_err(|fault| format!("{place}: {fault}"))?;
            sentences.insert(key, sentence);
        }
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        if !is_name(&name) {
            return Err(format!("{shown}: a file name is made of a-z, 0-9 and _"));
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

/// Every difference between a language and the reference is a fault.
fn compare(reference: &str, english: &Pages, language: &str, pages: &Pages) -> Result<(), String> {
    for page in english.keys().chain(pages.keys()) {
        if !english.contains_key(page) || !pages.contains_key(page) {
            return Err(format!(
                "src/words: {page}.json exists in one of {reference}, {language} alone"
            ));
        }
    }
    for (page, sentences) in english {
        let Some(other) = pages.get(page) else {
            continue;
        };
        for key in sentences.keys() {
            if !other.contains_key(key) {
                return Err(format!(
                    "src/words/{language}/{page}.json: key {key:?} is missing"
                ));
            }
        }
        for (key, sentence) in other {
            let place = format!("src/words/{language}/{page}.json: {key}");
            let Some(wanted) = sentences.get(key) else {
                return Err(format!("{place}: {reference} has no such key"));
            };
            if matches!(wanted, Sentence::Plural(_)) != matches!(sentence, Sentence::Plural(_)) {
                return Err(format!("{place}: plural in one language alone"));
            }
            let wanted = all_placeholders(wanted)?;
            let found = all_placeholders(sentence)?;
            for (name, kind) in &wanted {
                match found.iter().find(|(other, _)| other == name) {
                    None => return Err(format!("{place}: placeholder {{{name}}} is missing")),
                    Some((_, other)) if other != kind => {
                        return Err(format!(
                            "{place}: placeholder {{{name}}} is of another kind than in {reference}"
                        ));
                    }
                    Some(_) => {}
                }
            }
            if let Some((name, _)) = found
                .iter()
                .find(|(name, _)| !wanted.iter().any(|(other, _)| other == name))
            {
                return Err(format!(
                    "{place}: {reference} has no placeholder {{{name}}}"
                ));
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

/// The text with its placeholders written as positions: `{when:date}` becomes `{0}`.
fn positional(text: &str, arguments: &Placeholders) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    for (name, _) in placeholders(text)? {
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
        let _ = write!(out, "{before}{{{position}}}");
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A sentence as one line: its text; or, of a plural, the text of `other` and then each form that differs from it, with its
/// category before it, tabs between them.
fn packed(sentence: &Sentence, arguments: &Placeholders) -> Result<String, String> {
    match sentence {
        Sentence::Plain(text) => positional(text, arguments),
        Sentence::Plural(forms) => {
            let other = forms.get("other").cloned().unwrap_or_default();
            let mut line = positional(&other, arguments)?;
            for (category, text) in forms.iter().filter(|(_, text)| **text != other) {
                let _ = write!(line, "\t{category}:{}", positional(text, arguments)?);
            }
            Ok(line)
        }
    }
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
    let text = format!("{line}, &{:?}", packed(sentence, arguments)?);
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

//! What the file, the environment and the flags say, each value with its place; not yet what it means.

use super::keys::{FILE_VARIABLE, KEYS, Key, PREFIX, SECTIONS, Shape, nearest};
use super::{Fault, shown};
use lexopt::Arg::{Long, Short, Value};
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Longest settings file that is read, in bytes.
const LONGEST_FILE: usize = 1 << 20;

/// Where a value comes from. What comes later counts before what comes earlier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Default,
    /// A file in the directory that the service manager keeps credentials in.
    Credential(PathBuf),
    /// The settings file, with the line.
    File(String, usize),
    Variable(String),
    Flag(&'static str),
}

impl Source {
    /// Flags alike, variables alike: which of them count first.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Source::Default => 0,
            Source::Credential(_) => 1,
            Source::File(..) => 2,
            Source::Variable(_) => 3,
            Source::Flag(_) => 4,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::Credential(file) => write!(f, "{}", file.display()),
            Source::File(file, line) => write!(f, "{file}:{line}"),
            Source::Variable(name) => f.write_str(name),
            Source::Flag(flag) => write!(f, "--{flag}"),
        }
    }
}

/// A value as it was written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) texts: Vec<String>,
    pub(super) source: Source,
}

/// All that was said.
pub(super) struct Gathered {
    written: BTreeMap<&'static str, Written>,
    pub(super) places: Places,
    pub(super) faults: Vec<Fault>,
    /// Reads the files with secrets that settings name.
    pub(super) read_file: fn(&Path) -> std::io::Result<String>,
}

/// Where things stand in the settings file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The file's name and its text.
    file: Option<(String, String)>,
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may hold what should not be there.
        f.write_str("Places")
    }
}

impl Places {
    /// A fault that was found inside a section, with the place where it stands.
    #[must_use]
    pub fn of(&self, section: &str, fault: &entitlement_rules::Fault) -> Fault {
        Fault::new(self.at(section, &fault.path), &*fault.reason)
    }

    /// The place of a path inside a section, such as `issuers[0].tenants[1]`, or of as much of it as the file has.
    pub(super) fn at(&self, section: &str, path: &str) -> String {
        let name = format!("{section}.{path}");
        let Some((_, text)) = &self.file else {
            return name;
        };
        let (all, _) = DeTable::parse_recoverable(text);
        let all = DeValue::Table(all.into_inner());
        let mut span = None;
        let mut at = Some(&all);
        for part in name.split(['.', '[']) {
            let inner = at.and_then(|it| match part.strip_suffix(']').map(str::parse) {
                Some(index) => it.get(index.unwrap_or(usize::MAX)),
                None => it.get(part),
            });
            span = inner.map(Spanned::span).or(span);
            at = inner.map(Spanned::get_ref);
        }
        match self.line(span) {
            Some(place) => format!("{place}: {name}"),
            None => name,
        }
    }

    /// Everything that the file says in a section, with its path and its place.
    pub(super) fn said(&self, section: &str) -> Vec<(String, String, String)> {
        let mut said = Vec::new();
        if let Some((file, text)) = &self.file {
            let (mut all, _) = DeTable::parse_recoverable(text);
            if let Some(section_said) = all.get_mut().remove(section) {
                leaves(section, &section_said, &mut |path, value, position| {
                    let place = format!("{file}:{}", line(text, position));
                    said.push((path.to_owned(), value, place));
                });
            }
        }
        said
    }

    fn line(&self, span: Option<std::ops::Range<usize>>) -> Option<String> {
        let ((file, text), span) = (self.file.as_ref()?, span?);
        Some(format!("{file}:{}", line(text, span.start)))
    }
}

/// Every value in a value that holds no other, with its path and its position.
fn leaves(path: &str, value: &Spanned<DeValue<'_>>, each: &mut impl FnMut(&str, String, usize)) {
    let text = match value.get_ref() {
        DeValue::Table(entries) => {
            for (name, value) in entries {
                leaves(&format!("{path}.{}", name.get_ref()), value, each);
            }
            return;
        }
        DeValue::Array(entries) => {
            for (index, value) in entries.iter().enumerate() {
                leaves(&format!("{path}[{index}]"), value, each);
            }
            return;
        }
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(time) => time.to_string(),
    };
    each(path, text, value.span().start);
}

/// The place in a file's text, as a line from 1.
fn line(text: &str, position: usize) -> usize {
    1 + text
        .bytes()
        .take(position)
        .filter(|byte| *byte == b'\n')
        .count()
}

impl Gathered {
    /// Nothing so far.
    pub(super) fn reading(read_file: fn(&Path) -> std::io::Result<String>) -> Gathered {
        Gathered {
            written: BTreeMap::new(),
            places: Places::default(),
            faults: Vec::new(),
            read_file,
        }
    }

    /// Reads flags, environment and the file that one of them names. Asking for help is `None`.
    pub(super) fn from(
        parser: lexopt::Parser,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Option<Gathered> {
        let mut gathered = Gathered::reading(super::short_file);
        let mut file = None;
        gathered.environment(environment, &mut file);
        if !gathered.flags(parser, &mut file) {
            return None;
        }
        if let Some((path, source)) = file {
            match std::fs::read_to_string(&path) {
                Ok(text) => gathered.file(&path.display().to_string(), text),
                Err(error) => {
                    let path = path.display();
                    gathered.fault(source, format!("{path} cannot be read: {error}"));
                }
            }
        }
        Some(gathered)
    }

    pub(super) fn fault(&mut self, at: impl ToString, reason: impl Into<String>) {
        self.faults.push(Fault::new(at, reason));
    }

    /// Keeps a value unless there is one that counts before it.
    fn put(&mut self, key: &'static Key, texts: Vec<String>, source: Source) {
        let written = Written { texts, source };
        match self.written.get_mut(key.name) {
            // A repeated flag adds to a list.
            Some(there) if there.source == written.source && key.shape == Shape::Many => {
                there.texts.extend(written.texts);
            }
            Some(there) if there.source.rank() > written.source.rank() => {}
            _ => drop(self.written.insert(key.name, written)),
        }
    }

    /// `false` when help is asked for.
    fn flags(&mut self, mut parser: lexopt::Parser, file: &mut Option<(PathBuf, Source)>) -> bool {
        // The value of a flag that nobody knows is no fault of its own.
        let mut after_unknown = false;
        loop {
            let argument = match parser.next() {
                Ok(Some(argument)) => argument,
                Ok(None) => return true,
                Err(error) => {
                    self.fault("the command line", error.to_string());
                    return true;
                }
            };
            let was_unknown = std::mem::take(&mut after_unknown);
            let (flag, key) = match argument {
                Long("help") | Short('h') => return false,
                Long("settings") => ("settings", None),
                Long(flag) => match KEYS.iter().find(|key| key.flag == flag) {
                    Some(key) => (key.flag, Some(key)),
                    None => {
                        let known = KEYS.iter().map(|key| key.flag).chain(["settings", "help"]);
                        let meant = nearest(flag, known).map(|it| format!("--{it}"));
                        let flag = format!("--{flag}");
                        self.unknown(&flag, "option", meant);
                        // `--unknown=value`
                        let _ = parser.optional_value();
                        after_unknown = true;
                        continue;
                    }
                },
                Short(letter) => {
                    self.unknown(&format!("-{letter}"), "option", None);
                    after_unknown = true;
                    continue;
                }
                // It may be a secret that was put in the wrong place.
                Value(_) if was_unknown => continue,
                Value(_) => {
                    self.fault("the command line", "holds a value without its option");
                    continue;
                }
            };
            let source = Source::Flag(flag);
            if let Some(key) = key.filter(|key| key.shape == Shape::Switch) {
                match parser.optional_value() {
                    Some(_) => self.fault(source, "takes no value"),
                    None => self.put(key, vec!["true".to_owned()], source),
                }
                continue;
            }
            let Ok(value) = parser.value() else {
                self.fault(source, "needs a value");
                continue;
            };
            match (key, value.into_string()) {
                (_, Err(_)) => self.fault(source, "must be text"),
                (None, Ok(path)) => *file = Some((path.into(), source)),
                (Some(key), Ok(text)) => self.put(key, vec![text], source),
            }
        }
    }

    fn environment(
        &mut self,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        file: &mut Option<(PathBuf, Source)>,
    ) {
        for (name, value) in environment {
            // An empty variable is one that was not set.
            let (Ok(name), false) = (name.into_string(), value.is_empty()) else {
                continue;
            };
            if name == "CREDENTIALS_DIRECTORY" {
                self.credentials(Path::new(&value));
                continue;
            }
            let key = KEYS.iter().find(|key| key.variable() == name);
            if key.is_none() && name != FILE_VARIABLE {
                if name.starts_with(PREFIX) {
                    let known: Vec<String> = KEYS.iter().map(Key::variable).collect();
                    let known = known.iter().map(String::as_str).chain([FILE_VARIABLE]);
                    let meant = nearest(&name, known).map(str::to_owned);
                    self.unknown(&name, "variable", meant);
                }
                continue;
            }
            let source = Source::Variable(name);
            match (key, value.into_string()) {
                (_, Err(_)) => self.fault(source, "must be text"),
                (None, Ok(path)) => *file = Some((path.into(), source)),
                (Some(key), Ok(text)) => {
                    let texts = match key.shape {
                        Shape::Many => text.split(',').map(|it| it.trim().to_owned()).collect(),
                        _ => vec![text],
                    };
                    self.put(key, texts, source);
                }
            }
        }
    }

    /// What systemd's `LoadCredential=` has put beside the service, under the names that are known.
    fn credentials(&mut self, directory: &Path) {
        for (name, credential) in [
            ("store.url_file", "database-url"),
            ("store.ids_key_file", "ids-key"),
            ("sign_in.client_secret_file", "sign-in-client-secret"),
        ] {
            let file = directory.join(credential);
            let key = KEYS.iter().find(|key| key.name == name);
            if let (Some(key), true, Some(text)) = (key, file.is_file(), file.to_str()) {
                let texts = vec![text.to_owned()];
                self.put(key, texts, Source::Credential(file));
            }
        }
    }

    fn unknown(&mut self, at: &str, what: &str, meant: Option<String>) {
        let hint = meant.map_or(String::new(), |it| format!("; did you mean {it}?"));
        self.fault(at, format!("is no {what} of this program{hint}"));
    }

    /// The text of a settings file.
    pub(super) fn file(&mut self, name: &str, text: String) {
        if text.len() > LONGEST_FILE {
            self.fault(name, "is too long for a settings file");
            return;
        }
        // What cannot be read is said without quoting it: there may be a secret on that line.
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in &errors {
            let line = line(&text, error.span().map_or(0, |span| span.start));
            self.fault(
                format!("{name}:{line}"),
                format!("is no TOML: {}", error.message()),
            );
        }
        if errors.is_empty() {
            self.entries(name, &text, "", table.into_inner());
        }
        self.places.file = Some((name.to_owned(), text));
    }

    fn entries(&mut self, file: &str, text: &str, section: &str, table: DeTable<'_>) {
        for (name, mut value) in table {
            let at = Source::File(file.to_owned(), line(text, name.span().start));
            let path = match section {
                "" => name.get_ref().to_string(),
                section => format!("{section}.{}", name.get_ref()),
            };
            let key = KEYS.iter().find(|key| key.name == path);
            let has_keys = || {
                let mut sections = KEYS.iter().filter_map(|key| key.name.split_once('.'));
                sections.any(|it| it.0 == path)
            };
            let is_section =
                section.is_empty() && (SECTIONS.contains(&path.as_str()) || has_keys());
            match (value.get_mut(), key) {
                (DeValue::Table(table), None) if is_section => {
                    self.entries(file, text, &path, std::mem::take(table));
                }
                // Its own type knows what else it holds.
                (_, None) if SECTIONS.contains(&section) => {}
                (_, None) if is_section => {
                    self.fault(at, format!("{path} must be a section: [{path}]"));
                }
                (_, None) => {
                    let meant = nearest(&path, KEYS.iter().map(|key| key.name));
                    self.unknown(
                        &format!("{at}: {path}"),
                        "setting",
                        meant.map(str::to_owned),
                    );
                }
                (value, Some(key)) => match texts(value, key.shape) {
                    Ok(texts) => self.put(key, texts, at),
                    Err(what) => self.fault(at, format!("{path} must be {what}")),
                },
            }
        }
    }

    /// What is written for a setting, and where; its default when nothing is.
    pub(super) fn written(&self, name: &str) -> Option<Written> {
        let key = KEYS.iter().find(|key| key.name == name)?;
        let default = || Written {
            texts: vec![key.default.to_owned()],
            source: Source::Default,
        };
        let set = self.written.get(name).cloned();
        set.or_else(|| (!key.default.is_empty()).then(default))
    }

    /// Reads one value. Nothing when it is not set, or wrong: then that is among the faults.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.read_all(name, read)?.pop()
    }

    /// Reads every value of a list.
    pub(super) fn read_all<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let Written { texts, source } = self.written(name)?;
        let mut values = Vec::with_capacity(texts.len());
        for text in texts {
            match read(&text) {
                Ok(value) => values.push(value),
                Err(reason) => {
                    let at = match source {
                        // A flag and a variable say by their name which setting it is.
                        Source::File(..) => format!("{source}: {name} = {}", shown(&text)),
                        _ => format!("{source} {}", shown(&text)),
                    };
                    self.fault(at, reason);
                }
            }
        }
        Some(values)
    }

    /// Says that a setting must be set.
    pub(super) fn missing(&mut self, name: &str) {
        if let Some(key) = KEYS.iter().find(|key| key.name == name) {
            let (flag, variable) = (key.flag, key.variable());
            self.fault(
                format!("--{flag}"),
                format!("is missing (or {variable}, or {name} in the settings file)"),
            );
        }
    }

    /// Reads a section into its type: what the file says under its name, and the flags and variables of settings inside.
    pub(super) fn section<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let mut table = self
            .places
            .file
            .as_ref()
            .map_or_else(DeTable::new, |(_, text)| {
                let (mut all, _) = DeTable::parse_recoverable(text);
                match all.get_mut().remove(name).map(Spanned::into_inner) {
                    Some(DeValue::Table(table)) => table,
                    _ => DeTable::new(),
                }
            });
        for (key, written) in &self.written {
            let inside = key.strip_prefix(name).and_then(|it| it.strip_prefix('.'));
            let (Some(inside), Some(text)) = (inside, written.texts.first()) else {
                continue;
            };
            if !matches!(written.source, Source::File(..)) {
                let value = DeValue::String(text.as_str().into());
                table.remove(inside);
                table.insert(Spanned::new(0..0, inside.into()), Spanned::new(0..0, value));
            }
        }
        let table = Spanned::new(0..0, table);
        let error = match T::deserialize(table.into_deserializer()) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let span = error.span().filter(|span| !span.is_empty());
        let at = self
            .places
            .line(span)
            .unwrap_or_else(|| format!("[{name}]"));
        self.fault(at, error.message());
        None
    }
}

/// The texts of a value in the file, or what it should have been.
fn texts(value: &DeValue<'_>, shape: Shape) -> Result<Vec<String>, &'static str> {
    match (value, shape) {
        (DeValue::Array(entries), Shape::Many) => {
            let entries = entries.iter().map(|entry| entry.get_ref().as_str());
            let texts: Option<Vec<_>> = entries.map(|it| it.map(str::to_owned)).collect();
            texts.ok_or("a list of texts")
        }
        (_, Shape::Many) => Err("a list of texts"),
        (DeValue::Boolean(value), Shape::Switch) => Ok(vec![value.to_string()]),
        (_, Shape::Switch) => Err("true or false"),
        (DeValue::String(text), Shape::One) => Ok(vec![text.to_string()]),
        (DeValue::Integer(number), Shape::One) => Ok(vec![number.to_string()]),
        (_, Shape::One) => Err("a text or a whole number"),
    }
}

//! Takes the statement of every rule from the first paragraph of its file in `src/rules/`, so that it is written once.
//!
//! `//! S7: the page is meant for **Global admins** (L21-L25).` becomes "The page is meant for Global admins.": without
//! the number, the lines of the seed document and the emphasis.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/rules");
    let mut arms = String::new();
    let files: Result<Vec<_>, _> = fs::read_dir("src/rules")?.collect();
    let mut paths: Vec<_> = files?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let Some((number, _)) = name.split_once('_') else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let (rule, statement) = statement(&text)
            .ok_or_else(|| format!("{}: expected `//! {number}: …`", path.display()))?;
        writeln!(arms, "RuleId::{rule} => {statement:?},")?;
    }
    let out = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("statements.rs"),
        format!("match rule {{\n{arms}}}\n"),
    )?;
    Ok(())
}

/// The rule's number, and its statement, out of its file.
fn statement(text: &str) -> Option<(&str, String)> {
    let (rule, _) = text.strip_prefix("//! ")?.split_once(": ")?;
    let lines: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .collect();
    let words = lines.join(" ").replace("**", "");
    let words = without_seed_lines(words.strip_prefix(rule)?.strip_prefix(": ")?);
    let mut letters = words.chars();
    let first = letters.next()?.to_uppercase();
    Some((rule, first.chain(letters).collect()))
}

/// Leaves out what says where the seed document states it, such as ` (L48, L62-L65)`.
fn without_seed_lines(text: &str) -> String {
    let mut parts = text.split(" (");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((inside, after)) if inside.split(", ").all(names_lines) => kept.push_str(after),
            _ => {
                kept.push_str(" (");
                kept.push_str(part);
            }
        }
    }
    kept
}

/// `L48` or `L62-L65`.
fn names_lines(text: &str) -> bool {
    text.split('-').all(|line| {
        line.strip_prefix('L')
            .is_some_and(|number| number.parse::<u16>().is_ok())
    })
}

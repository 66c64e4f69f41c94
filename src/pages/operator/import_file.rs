//! Reads a file of accounts into rows as the API takes them. What is in a row the server judges, not this.

use std::collections::HashSet;
use support_api::desk::{Fault, ImportFault};
use wasm_bindgen::{JsCast, JsValue};

/// Most bytes of a file.
pub(super) const LONGEST: usize = 4 * 1_024 * 1_024;
/// Most rows of a file.
pub(super) const MOST: usize = 10_000;
/// Most bytes of a row, so that some fit into a call.
const ROW: usize = 24 * 1_024;

/// The columns of a CSV file, by the names of the API's fields.
pub(super) const COLUMNS: [&str; 8] = [
    "id",
    "name",
    "region",
    "portal",
    "offers",
    "plans",
    "reseller",
    "activators",
];
/// Between the entries of a list inside a cell, and between the parts of an offer.
const ENTRY: char = '|';
const PART: char = ':';

/// A row of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// The line of a CSV file that it begins on, or its place in a list; from 1.
    pub(super) place: u32,
    /// The id that it has, as far as one can be read.
    pub(super) id: String,
    /// As the API takes it.
    pub(super) json: String,
    /// Why it need not be sent.
    pub(super) fault: Option<ImportFault>,
}

/// Why a file is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// There is nothing in it.
    Empty,
    /// It has more than [`LONGEST`] bytes.
    TooLong,
    /// It has more than [`MOST`] rows.
    TooMany,
    /// It begins like JSON and is none, or no list of objects.
    NotJson,
    /// It has a quote that does not end.
    OpenQuote,
    /// Its first line does not name the columns, `id` among them.
    NoHead,
}

/// The rows of a file: JSON where it begins like that, else CSV.
pub(super) fn read(text: &str) -> Result<Vec<Row>, Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = match text.trim_start().chars().next() {
        None => return Err(Unreadable::Empty),
        Some('[' | '{') => read_json(text)?,
        Some(_) => read_csv(text)?,
    };
    if rows.is_empty() {
        return Err(Unreadable::Empty);
    }
    if rows.len() > MOST {
        return Err(Unreadable::TooMany);
    }
    let mut seen = HashSet::new();
    for row in &mut rows {
        let fault = |field: &str, fault| {
            Some(ImportFault {
                field: field.to_owned(),
                fault,
            })
        };
        if row.json.len() > ROW {
            row.fault = fault("", Fault::Text);
        } else if !row.id.is_empty() && !seen.insert(row.id.clone()) {
            row.fault = fault("id", Fault::Twice);
        }
    }
    Ok(rows)
}

/// A list of objects, or an object with such a list called `rows`. The browser reads it: what it says of a row goes to the
/// server as it is.
fn read_json(text: &str) -> Result<Vec<Row>, Unreadable> {
    let field = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    let whole = js_sys::JSON::parse(text).map_err(|_| Unreadable::NotJson)?;
    let list = match whole.dyn_into::<js_sys::Array>() {
        Ok(list) => Some(list),
        Err(object) => field(&object, "rows").and_then(|rows| rows.dyn_into().ok()),
    };
    let list = list.ok_or(Unreadable::NotJson)?;
    if list.length() as usize > MOST {
        return Err(Unreadable::TooMany);
    }
    let rows = (1..).zip(list.iter()).map(|(place, row)| {
        let json = js_sys::JSON::stringify(&row).ok();
        Row {
            place,
            id: field(&row, "id")
                .and_then(|id| id.as_string())
                .unwrap_or_default()
                .trim()
                .to_owned(),
            json: json.and_then(|json| json.as_string()).unwrap_or_default(),
            fault: None,
        }
    });
    Ok(rows.collect())
}

fn read_csv(text: &str) -> Result<Vec<Row>, Unreadable> {
    let head = text.trim_start().lines().next().unwrap_or_default();
    let separator = [';', '\t', ',']
        .into_iter()
        .max_by_key(|it| head.matches(*it).count())
        .unwrap_or(',');
    let mut lines = cells(text, separator)
        .ok_or(Unreadable::OpenQuote)?
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let (_, head) = lines.next().ok_or(Unreadable::Empty)?;
    let head: Vec<String> = head.iter().map(|it| it.trim().to_lowercase()).collect();
    if !head.iter().any(|name| name == "id") {
        return Err(Unreadable::NoHead);
    }
    let rows = lines.map(|(place, cells)| {
        let mut fields = Vec::new();
        let mut id = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let cell = cell.trim();
            // A cell beyond the head has no name, which is none that the server knows.
            let name = head.get(column).map_or("", String::as_str);
            if cell.is_empty() {
                continue;
            }
            if name == "id" {
                cell.clone_into(&mut id);
            }
            let value = match name {
                "offers" => list(cell, offer),
                "plans" | "activators" => list(cell, quoted),
                _ => quoted(cell),
            };
            fields.push(format!("{}:{value}", quoted(name)));
        }
        Row {
            place,
            id,
            json: format!("{{{}}}", fields.join(",")),
            fault: None,
        }
    });
    Ok(rows.collect())
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn list(cell: &str, entry: fn(&str) -> String) -> String {
    let entries = cell.split(ENTRY).map(str::trim);
    let entries = entries.filter(|it| !it.is_empty()).map(entry);
    format!("[{}]", entries.collect::<Vec<String>>().join(","))
}

/// `offer:competency:start:anniversary:status`; the status is `active` where it is left out. What is missing the server says.
fn offer(text: &str) -> String {
    let parts: Vec<&str> = text.split(PART).map(str::trim).collect();
    let names = ["offer", "competency", "start", "anniversary", "status"];
    let mut fields = Vec::new();
    for (position, name) in names.into_iter().enumerate() {
        let value = parts.get(position).copied().unwrap_or_default();
        let value = if name == "status" && value.is_empty() {
            "active"
        } else {
            value
        };
        if !value.is_empty() {
            fields.push(format!("{}:{}", quoted(name), quoted(value)));
        }
    }
    for surplus in parts.iter().skip(names.len()) {
        fields.push(format!("\"\":{}", quoted(surplus)));
    }
    format!("{{{}}}", fields.join(","))
}

/// The cells of each line as RFC 4180 has them, with the number of the line that they begin on; `None` when a quote does
/// not end.
fn cells(text: &str, separator: char) -> Option<Vec<(u32, Vec<String>)>> {
    let mut lines = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut line, mut begun) = (1_u32, 1_u32);
    let mut is_quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter == '\n' {
            line = line.saturating_add(1);
        }
        match letter {
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            _ if is_quoted => cell.push(letter),
            '"' if cell.trim().is_empty() => {
                cell.clear();
                is_quoted = true;
            }
            '\r' => {}
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                lines.push((begun, std::mem::take(&mut cells)));
                begun = line;
            }
            _ if letter == separator => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if is_quoted {
        return None;
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        lines.push((begun, cells));
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Vec<String> {
        let rows = read(text).unwrap();
        rows.into_iter().map(|row| row.json).collect()
    }

    #[test]
    fn a_line_of_a_csv_file_is_a_row_of_the_api() {
        let text = "\u{feff}id;name;region;portal;offers;activators\r\n\
            birch;\"Birch; \"\"Sons\"\"\";emea;partner-center;\
            gold:data-platform:2020-09-01:2021-09-01|action-pack::2020-01-01:2021-01-01:lapsed;Ada | Ben\r\n\r\n\
            cedar;Cedar;;;;\r\n";
        assert_eq!(
            json(text),
            [
                r#"{"id":"birch","name":"Birch; \"Sons\"","region":"emea","portal":"partner-center","offers":[{"offer":"gold","competency":"data-platform","start":"2020-09-01","anniversary":"2021-09-01","status":"active"},{"offer":"action-pack","start":"2020-01-01","anniversary":"2021-01-01","status":"lapsed"}],"activators":["Ada","Ben"]}"#,
                r#"{"id":"cedar","name":"Cedar"}"#,
            ]
        );
        let places: Vec<u32> = read(text).unwrap().iter().map(|row| row.place).collect();
        assert_eq!(places, [2, 4]);
    }

    #[test]
    fn a_line_break_inside_quotes_counts_as_a_line_of_the_file() {
        let rows = read("id,name\nbirch,\"Birch\nSons\"\ncedar,Cedar").unwrap();
        assert_eq!((rows[0].place, rows[1].place), (2, 4));
        assert!(rows[0].json.contains(r"Birch\nSons"));
    }

    #[test]
    fn the_same_account_twice_is_told_at_the_second() {
        let rows = read("id,name\nbirch,Birch\ncedar,Cedar\nbirch,Birch again").unwrap();
        let faults: Vec<bool> = rows.iter().map(|row| row.fault.is_some()).collect();
        assert_eq!(faults, [false, false, true]);
    }

    #[test]
    fn what_is_no_file_of_accounts_says_why() {
        assert_eq!(read(" \n"), Err(Unreadable::Empty));
        assert_eq!(read("id,name"), Err(Unreadable::Empty));
        assert_eq!(read("name,region\nBirch,emea"), Err(Unreadable::NoHead));
        assert_eq!(read("id,name\nbirch,\"Birch"), Err(Unreadable::OpenQuote));
        assert_eq!(read(&"x".repeat(LONGEST + 1)), Err(Unreadable::TooLong));
        let many = format!("id\n{}", "x\n".repeat(MOST + 1));
        assert_eq!(read(&many), Err(Unreadable::TooMany));
        let long = format!("id,name\nbirch,{}", "x".repeat(ROW));
        assert!(read(&long).unwrap()[0].fault.is_some());
    }
}

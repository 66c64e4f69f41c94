//! Tables as files that a spreadsheet opens.

/// As RFC 4180 writes it, with a byte order mark, by which a spreadsheet knows the letters. A cell that a spreadsheet would
/// take for a formula has an apostrophe before it.
pub(crate) fn csv(table: &[Vec<String>], separator: char) -> String {
    let mut file = String::from('\u{feff}');
    for line in table {
        for (position, cell) in line.iter().enumerate() {
            if position > 0 {
                file.push(separator);
            }
            let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let cell = if is_formula {
                format!("'{cell}")
            } else {
                cell.clone()
            };
            if cell.contains([separator, '"', '\r', '\n']) {
                file.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                file.push_str(&cell);
            }
        }
        file.push_str("\r\n");
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(title: &str, separator: char) -> String {
        let cells = vec!["PS-1".to_owned(), title.to_owned(), String::new()];
        let written = csv(&[cells], separator);
        let cells = written.strip_prefix('\u{feff}').unwrap();
        let rest = cells.strip_prefix("PS-1").unwrap();
        let end = format!("{separator}\r\n");
        let title = rest.strip_prefix(separator).unwrap().strip_suffix(&end);
        title.unwrap().to_owned()
    }

    #[test]
    fn a_cell_with_a_separator_a_quote_or_a_line_break_is_quoted() {
        assert_eq!(line("plain; yes", ','), "plain; yes");
        assert_eq!(line("a, b", ','), "\"a, b\"");
        assert_eq!(line("a; b", ';'), "\"a; b\"");
        assert_eq!(line("say \"no\"", ','), "\"say \"\"no\"\"\"");
        assert_eq!(line("one\r\ntwo", ','), "\"one\r\ntwo\"");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(line(formula, ','), format!("'{formula}"));
        }
        assert_eq!(line("\r=1", ','), "\"'\r=1\"");
        assert_eq!(line("=HYPERLINK(\"x\")", ','), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(line("a=1", ','), "a=1");
    }
}

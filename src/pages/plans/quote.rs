//! Prices as people type them.

use entitlement_rules::{PlanValue, Price, ProgrammeData};

/// Signs that stand for one currency most of the time.
const SIGNS: [(char, &str); 4] = [('€', "EUR"), ('£', "GBP"), ('¥', "JPY"), ('$', "USD")];

/// The price in a text such as `16 500,50 EUR`, `$1,250` or `1200`; `None` when no amount stands there. A text that names no
/// currency is in `usual`.
pub(super) fn price(text: &str, usual: &str) -> Option<Price> {
    let amount = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let is_amount = |letter: char| letter.is_ascii_digit() || is_mark(letter);
    let amount = amount.split(|letter| !is_amount(letter)).next()?;
    let amount = amount.trim_end_matches(is_mark);
    // What follows the last mark are hundredths, when there are one or two digits and the mark is there once.
    let (whole, part) = match amount.rsplit_once(['.', ',']) {
        Some((whole, part)) if (1..=2).contains(&part.len()) && !has_same_mark(amount, whole) => {
            (whole, part)
        }
        _ => (amount, ""),
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let part: u64 = format!("{part:0<2}").parse().ok()?;
    let hundredths = digits.parse::<u64>().ok()?.checked_mul(100)?;
    Some(Price {
        hundredths: hundredths.checked_add(part)?,
        currency: currency(text).unwrap_or(usual).to_owned(),
    })
}

/// What stands between groups of digits, or before the hundredths.
fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}')
}

/// Whether the mark after `whole` stands in it too.
fn has_same_mark(amount: &str, whole: &str) -> bool {
    let mark = amount
        .get(whole.len()..)
        .and_then(|rest| rest.chars().next());
    mark.is_some_and(|mark| whole.contains(mark))
}

fn currency(text: &str) -> Option<&str> {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphabetic());
    let code = words.find(|word| word.len() == 3 && word.bytes().all(|it| it.is_ascii_uppercase()));
    let sign = || SIGNS.iter().find(|(sign, _)| text.contains(*sign));
    code.or_else(|| sign().map(|(_, code)| *code))
}

/// The currency of the programme's own figures; empty when it has none.
pub(super) fn usual_currency(programme: &ProgrammeData) -> String {
    let figures = programme
        .plans
        .iter()
        .flat_map(|plan| plan.attributes.values());
    let mut currencies = figures.filter_map(|figure| match &figure.value {
        PlanValue::Money { currency, .. } => Some(currency.clone()),
        _ => None,
    });
    currencies.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_read_as_people_write_it() {
        for (text, hundredths, currency) in [
            ("1200", 120_000, "USD"),
            ("16,500", 1_650_000, "USD"),
            ("16 500,50 EUR", 1_650_050, "EUR"),
            ("16.500,5 €", 1_650_050, "EUR"),
            ("$1,250.75 a month", 125_075, "USD"),
            ("about CHF 1’000.", 100_000, "CHF"),
            ("1,234,567", 123_456_700, "USD"),
            ("0", 0, "USD"),
        ] {
            let price = price(text, "USD").unwrap();
            assert_eq!(
                (price.hundredths, &*price.currency),
                (hundredths, currency),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_amount_is_no_quote() {
        for text in ["", "on request", "USD", "99999999999999999999"] {
            assert_eq!(price(text, "USD"), None, "{text}");
        }
    }
}

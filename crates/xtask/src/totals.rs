//! How many tests ran, read from the closing lines of those who ran them.

use std::fmt;
use std::ops::{Add, AddAssign};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Totals {
    pub(crate) const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    pub(crate) const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// Sums all closing lines of the form `test result: ok. 3 passed; 0 failed; 1 ignored; …`:
    /// libtest writes one for each test binary, and so does the wasm runner.
    pub(crate) fn from_libtest(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else {
                continue;
            };
            for count in counts.split([';', '.']) {
                let mut words = count.split_whitespace();
                let (Some(number), Some(what)) = (words.next(), words.next()) else {
                    continue;
                };
                let Ok(number) = number.parse::<u32>() else {
                    continue;
                };
                match what {
                    "passed" => sum.passed += number,
                    "failed" => sum.failed += number,
                    "ignored" => sum.skipped += number,
                    _ => {}
                }
            }
        }
        sum
    }

    /// Reads the closing lines of Node's runner (`ℹ pass 12`, `ℹ fail 0`, …).
    pub(crate) fn from_node(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, count)) = line.split_once("ℹ ") else {
                continue;
            };
            let mut words = count.split(|c: char| c.is_whitespace() || c == '\u{1b}');
            let (Some(what), Some(number), rest) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            // Only a colour code may follow; a test's own message may look alike.
            if rest.is_some_and(|rest| !rest.starts_with('[')) {
                continue;
            }
            let Ok(number) = number.parse::<u32>() else {
                continue;
            };
            match what {
                "pass" => sum.passed = number,
                "fail" | "cancelled" => sum.failed += number,
                "skipped" | "todo" => sum.skipped += number,
                _ => {}
            }
        }
        sum
    }

    /// The totals of a part, never better than its exit status: a runner that failed without a
    /// failing test (it did not compile, it crashed) is one failure, and so is one that ran nothing.
    pub(crate) fn judged(self, succeeded: bool) -> Self {
        let silent = self.passed == 0 && self.failed == 0;
        if (!succeeded && self.failed == 0) || silent {
            self + Self::ONE_FAILED
        } else {
            self
        }
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_binary_counts() {
        let output = "\
running 3 tests
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: FAILED. 10 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s
";
        let totals = Totals::from_libtest(output);
        assert_eq!(totals.to_string(), "13 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn nodes_closing_lines_count_with_and_without_colours() {
        for output in [
            "ℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\n",
            "\u{1b}[34mℹ pass 3\u{1b}[39m\n\u{1b}[34mℹ fail 1\u{1b}[39m\n\u{1b}[34mℹ cancelled 1\u{1b}[39m\n\u{1b}[34mℹ skipped 1\u{1b}[39m\n",
        ] {
            assert_eq!(
                Totals::from_node(output).to_string(),
                "3 passed, 2 failed, 1 skipped"
            );
        }
    }

    #[test]
    fn a_test_that_prints_a_similar_line_does_not_change_the_totals() {
        let output = "ℹ fail 7 times in a row\nℹ pass 2\nℹ fail 0\n";
        assert_eq!(Totals::from_node(output).to_string(), "2 passed, 0 failed");
    }

    #[test]
    fn a_run_that_crashed_or_ran_nothing_is_a_failure() {
        let some = Totals {
            passed: 4,
            ..Totals::default()
        };
        assert_eq!(some.judged(true).failed, 0);
        assert_eq!(some.judged(false).failed, 1);
        assert_eq!(Totals::default().judged(true).failed, 1);
        assert_eq!(Totals::default().judged(false).failed, 1);
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_any() {
        assert_eq!(Totals::ONE_PASSED.to_string(), "1 passed, 0 failed");
    }
}

//! What was typed after the command's name.

use std::str::FromStr;

use crate::problem::Problem;

/// The words not yet understood; what is left at the end is a mistake that must be said.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes `--name` out and says whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|word| word == name) {
            Some(at) => {
                self.0.remove(at);
                true
            }
            None => false,
        }
    }

    /// Takes `--name N` or `--name=N` out.
    ///
    /// # Errors
    /// When `N` is missing or no port number (1 to 65535).
    pub(crate) fn port(&mut self, name: &str) -> Result<Option<u16>, Problem> {
        self.number(name, "a port number from 1 to 65535")
    }

    /// Takes `--name N` or `--name=N` out.
    ///
    /// # Errors
    /// When `N` is missing or no number from 1 to 4294967295.
    pub(crate) fn count(&mut self, name: &str) -> Result<Option<u32>, Problem> {
        self.number(name, "a number from 1")
    }

    fn number<N>(&mut self, name: &str, wanted: &str) -> Result<Option<N>, Problem>
    where
        N: FromStr + PartialOrd + Default,
    {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match value.parse::<N>() {
            Ok(number) if number > N::default() => Ok(Some(number)),
            _ => Err(Problem::Usage(format!(
                "{name} wants {wanted}, not `{value}`."
            ))),
        }
    }

    /// Takes `--name VALUE` or `--name=VALUE` out; an empty text where the value is missing.
    fn value(&mut self, name: &str) -> Option<String> {
        let joined = format!("{name}=");
        let mut words = self.0.iter();
        let at = words.position(|word| word == name || word.starts_with(&joined))?;
        let word = self.0.remove(at);
        Some(match word.strip_prefix(&joined) {
            Some(value) => value.to_owned(),
            None if at < self.0.len() => self.0.remove(at),
            None => String::new(),
        })
    }

    /// Takes `--name FILE` or `--name=FILE` out.
    ///
    /// # Errors
    /// When no file is named.
    pub(crate) fn file(&mut self, name: &str) -> Result<Option<String>, Problem> {
        self.text(name, "a file")
    }

    /// Takes `--name LIST` or `--name=LIST` out, a list with commas.
    ///
    /// # Errors
    /// When nothing is listed.
    pub(crate) fn list(&mut self, name: &str) -> Result<Option<String>, Problem> {
        self.text(name, "a list with commas")
    }

    fn text(&mut self, name: &str, wanted: &str) -> Result<Option<String>, Problem> {
        match self.value(name) {
            Some(text) if text.is_empty() => Err(Problem::Usage(format!("{name} wants {wanted}."))),
            text => Ok(text),
        }
    }

    /// Takes the first word out that is no flag.
    pub(crate) fn word(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Everything left, for a program that is started with it.
    pub(crate) fn rest(self) -> Vec<String> {
        self.0
    }

    /// # Errors
    /// When a word was not understood by anyone.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(Problem::Usage(format!(
                "`{word}` is not understood here; `cargo xtask help` lists what is."
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn a_port_may_follow_a_space_or_an_equals_sign() {
        assert_eq!(typed("--port 9000").port("--port").unwrap(), Some(9000));
        assert_eq!(typed("--port=9000").port("--port").unwrap(), Some(9000));
        assert_eq!(typed("--fresh").port("--port").unwrap(), None);
    }

    #[test]
    fn a_port_that_is_no_port_is_refused_in_a_sentence() {
        for line in ["--port", "--port http", "--port 0", "--port=70000"] {
            let said = typed(line).port("--port").unwrap_err().to_string();
            assert!(said.contains("--port wants a port number"), "{said}");
        }
    }

    #[test]
    fn a_folder_may_stand_before_or_after_a_flag() {
        for line in ["--twice out", "out --twice"] {
            let mut arguments = typed(line);
            assert!(arguments.flag("--twice"));
            assert_eq!(arguments.word().as_deref(), Some("out"));
            arguments.finish().unwrap();
        }
        assert_eq!(typed("--twcie").word(), None);
    }

    #[test]
    fn a_mistyped_flag_is_named() {
        let mut arguments = typed("--fresh --prot 1");
        assert!(arguments.flag("--fresh"));
        assert!(
            arguments
                .finish()
                .unwrap_err()
                .to_string()
                .contains("--prot")
        );
    }
}

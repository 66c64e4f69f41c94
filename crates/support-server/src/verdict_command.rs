//! `support-server verdict`: questions to the law on standard input, answers on standard output.

use crate::problem::Trouble;
use crate::verdicts::Programmes;
use entitlement_rules::Date;
use serde::Serialize;
use std::io::{BufRead, Read, Result, Write};
use support_api::{Problem, ProblemCode, VERDICT_REQUEST_LENGTH};

/// Bytes of a line that are looked at in one go.
const PART: u64 = 64 * 1_024;

/// Answers questions until the input ends, one line for each, as soon as it is whole: the verdict, or the problem with
/// the number of its line. A question may span lines, unless they begin with a brace in the first column: there the
/// next question begins, whatever came before. `today` is asked for each question that names no day.
///
/// Returns whether every question had a verdict.
///
/// # Errors
/// The input or the output broke.
pub fn run(
    programmes: &Programmes,
    mut input: impl BufRead,
    mut output: impl Write,
    today: impl Fn() -> Date,
) -> Result<bool> {
    let mut all_answered = true;
    let mut answer = |question: &mut Question| -> Result<()> {
        let question = std::mem::take(question);
        let verdict = match question.length {
            ..=VERDICT_REQUEST_LENGTH => programmes.answer(&question.text, today()),
            _ => Err(Trouble::new(ProblemCode::TooLarge)),
        };
        let mut line = match verdict {
            Ok(verdict) => serde_json::to_vec(&verdict)?,
            Err(trouble) => {
                all_answered = false;
                serde_json::to_vec(&NoQuestion {
                    line: question.line,
                    problem: *trouble.problem,
                })?
            }
        };
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()
    };
    let (mut question, mut part) = (Question::default(), Vec::new());
    let (mut line, mut begins_line) = (1, true);
    loop {
        part.clear();
        input.by_ref().take(PART).read_until(b'\n', &mut part)?;
        let is_over = part.is_empty();
        let begins_question = begins_line && part.starts_with(b"{");
        if (is_over || begins_question) && !question.is_blank() {
            answer(&mut question)?;
        }
        if is_over {
            break;
        }
        question.add(&part, line);
        begins_line = part.ends_with(b"\n");
        if begins_line {
            line += 1;
            if question.is_blank() {
                question = Question::default();
            } else if question.is_whole() {
                answer(&mut question)?;
            }
        }
    }
    Ok(all_answered)
}

/// The answer to what was no question.
#[derive(Serialize)]
struct NoQuestion {
    /// The input's line where it began, counted from 1.
    line: u64,
    #[serde(flatten)]
    problem: Problem,
}

/// A question as far as it was read. Past the limit its bytes are counted, but not kept.
#[derive(Default)]
struct Question {
    text: Vec<u8>,
    length: usize,
    line: u64,
    depth: usize,
    in_text: bool,
    is_escaped: bool,
}

impl Question {
    fn add(&mut self, part: &[u8], line: u64) {
        if self.length == 0 {
            self.line = line;
        }
        if self.length <= VERDICT_REQUEST_LENGTH {
            self.text.extend_from_slice(part);
        }
        self.length = self.length.saturating_add(part.len());
        for byte in part {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_text => self.is_escaped = true,
                b'"' => self.in_text = !self.in_text,
                b'{' | b'[' if !self.in_text => self.depth = self.depth.saturating_add(1),
                b'}' | b']' if !self.in_text => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn is_blank(&self) -> bool {
        self.text.trim_ascii().is_empty() && self.length <= VERDICT_REQUEST_LENGTH
    }

    /// At the end of a line: nothing that the next line says can belong to it, or mend it.
    fn is_whole(&self) -> bool {
        self.depth == 0 || self.in_text
    }
}

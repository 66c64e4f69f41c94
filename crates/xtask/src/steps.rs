//! One program run to its end, with its time shown and its output kept.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::children::{Running, how_it_ended};
use crate::problem::Problem;
use crate::progress::{say, spell};
use crate::project::Lane;

const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// A step that takes less is not worth a line of its own when all went well.
const WORTH_A_LINE: Duration = Duration::from_millis(700);
const TAIL_LINES: usize = 60;

/// Runs a program whose output only matters when it fails; it is kept in `.tools/log/`.
///
/// # Errors
/// [`Problem::StepFailed`] with the end of the output, or [`Problem::Interrupted`].
pub(crate) fn quietly(lane: &Lane, step: &str, command: &mut Command) -> Result<(), Problem> {
    let folder = lane.project.path(".tools/log");
    fs::create_dir_all(&folder).map_err(Problem::io("making .tools/log"))?;
    let file_name: String = step
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let log = folder.join(format!("{file_name}.log"));
    let file = File::create(&log).map_err(Problem::io(format!("writing {}", log.display())))?;
    let same = file
        .try_clone()
        .map_err(Problem::io(format!("writing {}", log.display())))?;

    let started = Instant::now();
    let mut running = Running::start(command.stdout(file).stderr(same))?;
    let mut said = started;
    let mut announced = false;
    let status = running.wait(lane, || {
        if !announced && started.elapsed() > WORTH_A_LINE {
            announced = true;
            say(&format!("  … {step}"));
        }
        if said.elapsed() > SIGN_OF_LIFE {
            said = Instant::now();
            let last = tail(&log, 1);
            say(&format!(
                "  … {step}: {} so far; {}",
                spell(started.elapsed()),
                last.trim()
            ));
        }
    })?;
    if status.success() {
        if announced {
            say(&format!("  ✓ {step}: {}", spell(started.elapsed())));
        }
        return Ok(());
    }
    Err(Problem::StepFailed {
        step: format!("{step} ({})", how_it_ended(status)),
        detail: tail(&log, TAIL_LINES),
    })
}

/// Runs a program whose output is shown as it comes and also given back.
///
/// # Errors
/// When it cannot be started, or [`Problem::Interrupted`]. A failure of the program is no error
/// here: the second value says whether it succeeded.
pub(crate) fn shown(lane: &Lane, command: &mut Command) -> Result<(String, bool), Problem> {
    let mut running = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let text = Arc::new(Mutex::new(String::new()));
    let readers: Vec<_> = running
        .pipes()
        .into_iter()
        .flatten()
        .map(|pipe| {
            let text = Arc::clone(&text);
            thread::spawn(move || copy_lines(pipe, &text))
        })
        .collect();
    let status = running.wait(lane, || ())?;
    for reader in readers {
        let _ = reader.join();
    }
    let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((text, status.success()))
}

fn copy_lines(pipe: Box<dyn Read + Send>, text: &Mutex<String>) {
    for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(&line);
        text.push('\n');
    }
}

/// The last lines of a file, or nothing when it cannot be read.
fn tail(path: &Path, lines: usize) -> String {
    const ENOUGH: i64 = 16 * 1024;
    let mut text = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        // A shorter file refuses to go back so far: then all of it is read.
        let _ = file.seek(SeekFrom::End(-ENOUGH));
        file.read_to_end(&mut text)
    });
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&text);
    let kept: Vec<&str> = text
        .lines()
        .rev()
        .filter(|line| !line.trim().is_empty())
        .take(lines)
        .collect();
    kept.into_iter().rev().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn a_failed_step_shows_the_end_of_what_was_said() {
        let lane = Lane::alone(&Project::find().unwrap());
        let problem = quietly(
            &lane,
            "a step that fails",
            Command::new("sh").args(["-c", "echo the reason; exit 7"]),
        )
        .unwrap_err()
        .to_string();
        assert!(
            problem.contains("a step that fails (exit code 7)"),
            "{problem}"
        );
        assert!(problem.ends_with("the reason"), "{problem}");
    }

    #[test]
    fn shown_output_is_given_back_with_the_outcome() {
        let lane = Lane::alone(&Project::find().unwrap());
        let (text, succeeded) = shown(
            &lane,
            Command::new("sh").args(["-c", "echo shown; echo and this >&2; exit 1"]),
        )
        .unwrap();
        assert!(text.contains("shown\n") && text.contains("and this\n"));
        assert!(!succeeded);
    }
}

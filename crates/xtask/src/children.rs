//! Programs started from here, each with all its descendants, and never left behind.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::Problem;
use crate::progress::say;
use crate::project::Lane;

const LOOK_EVERY: Duration = Duration::from_millis(40);
/// The server finishes its last commits in this time; what still runs afterwards is killed.
const GRACE: Duration = Duration::from_secs(8);

/// A program in a process group of its own: Ctrl-C reaches it through xtask alone, in order,
/// and its descendants end with it. Dropping it stops it.
pub(crate) struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    /// # Errors
    /// When the program is not there or may not be run.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Problem> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(Problem::io(format!("starting {name}")))?;
        Ok(Self {
            child,
            ended: false,
        })
    }

    /// Starts a program whose every line is shown behind `label` and, where asked, also sent on.
    ///
    /// # Errors
    /// As [`Running::start`].
    pub(crate) fn start_labelled(
        command: &mut Command,
        label: &'static str,
        lines: Option<Sender<String>>,
    ) -> Result<Self, Problem> {
        let mut running = Self::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        if let Some(out) = running.child.stdout.take() {
            show(out, label, lines.clone());
        }
        if let Some(err) = running.child.stderr.take() {
            show(err, label, lines);
        }
        Ok(running)
    }

    /// The pipes of a program that was started with piped output.
    pub(crate) fn pipes(&mut self) -> [Option<Box<dyn Read + Send>>; 2] {
        [
            self.child.stdout.take().map(|pipe| Box::new(pipe) as _),
            self.child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ]
    }

    /// The status of a program that has ended by itself.
    ///
    /// # Errors
    /// When the operating system cannot say.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Problem> {
        let status = self
            .child
            .try_wait()
            .map_err(Problem::io("asking after a program"))?;
        self.ended |= status.is_some();
        Ok(status)
    }

    /// Waits for the end, calling `meanwhile` now and then.
    ///
    /// # Errors
    /// [`Problem::Interrupted`] when a person, or the lane's neighbour, asked to stop.
    pub(crate) fn wait(
        &mut self,
        lane: &Lane,
        mut meanwhile: impl FnMut(),
    ) -> Result<ExitStatus, Problem> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if lane.stopping() {
                self.stop();
                return Err(Problem::Interrupted);
            }
            meanwhile();
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Asks the whole group to end, waits, and kills what did not.
    pub(crate) fn stop(&mut self) {
        if self.ended {
            return;
        }
        self.signal("TERM");
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                break;
            }
            thread::sleep(LOOK_EVERY);
        }
        // The leader may have gone before a grandchild did.
        self.signal("KILL");
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.ended = true;
    }

    fn signal(&self, name: &str) {
        // The shell's own `kill`: the program of that name is not on every small machine.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -s {name} -- -{}", self.child.id())])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn show(pipe: impl Read + Send + 'static, label: &'static str, lines: Option<Sender<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if !line.is_empty() {
                say(&format!("{label:>7} │ {line}"));
            }
            if let Some(lines) = &lines {
                let _ = lines.send(line);
            }
        }
    });
}

/// "exit code 1", "signal 9".
pub(crate) fn how_it_ended(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no exit code".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn stopping_a_program_stops_its_descendants_too() {
        let mut running = Running::start(
            Command::new("sh")
                .args(["-c", "sleep 300 & echo $!; wait"])
                .stdout(Stdio::piped()),
        )
        .unwrap();
        let [out, _] = running.pipes();
        let mut first_line = String::new();
        BufReader::new(out.unwrap())
            .read_line(&mut first_line)
            .unwrap();
        running.stop();
        let grandchild = first_line.trim();
        let is_alive = || {
            std::fs::read_to_string(format!("/proc/{grandchild}/stat"))
                .is_ok_and(|stat| !stat.contains(") Z "))
        };
        // Killed is not yet gone on a busy machine.
        let killed = Instant::now();
        while is_alive() && killed.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(!is_alive(), "sleep {grandchild} outlived its parent");
    }

    #[test]
    fn a_wait_ends_when_the_neighbouring_lane_gives_up() {
        let project = Project::find().unwrap();
        let lane = Lane::alone(&project);
        lane.cancel_all();
        let mut running = Running::start(Command::new("sleep").arg("300")).unwrap();
        assert!(matches!(
            running.wait(&lane, || ()),
            Err(Problem::Interrupted)
        ));
    }

    #[test]
    fn how_a_program_ended_is_said_in_words() {
        let status = |script: &str| {
            Command::new("sh")
                .args(["-c", script])
                .status()
                .map(how_it_ended)
                .unwrap()
        };
        assert_eq!(status("exit 3"), "exit code 3");
        assert_eq!(status("kill -9 $$"), "signal 9");
    }
}

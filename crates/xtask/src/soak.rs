//! `cargo xtask soak`: the promises of `cargo xtask test` about the law and its readers, for hours instead of seconds, and
//! about the systems of others on those systems themselves.

use std::time::Instant;

use crate::api;
use crate::arguments::Arguments;
use crate::audits;
use crate::browser;
use crate::database;
use crate::hosts;
use crate::patroni;
use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::request_tracker;
use crate::steps::shown;
use crate::test::{Part, check, close, libtest, on_postgres, oracle, part, wasm_tests};
use crate::tools;
use crate::totals::Totals;
use crate::tracer;

const WORLDS: u32 = 1_000_000;
const MINUTES: u32 = 10;
const CASES: u32 = 20_000;
/// Cedar takes a thousand times as long as the law.
const WORLDS_OF_THE_LAW_PER_WORLD_OF_CEDAR: u32 = 10;
const KILLS_OF_FILE: u32 = 200;
const KILLS_OF_DATABASE: u32 = 100;
const CRASHES: u32 = 20;
/// Tests of the server by the beginning of their name, and how many rounds each has on either engine.
const ON_BOTH: [(&str, u32); 3] = [
    ("over_http_too", 50),
    ("twenty_thousand_retries", 100),
    ("no_incident_is_acknowledged", 200),
];
const FULL_DISKS: u32 = 50;
const SERIALIZABLE_RACES: u32 = 50;
const AWAY_SECONDS: u32 = 30;
const PRIMARIES: u32 = 10;
/// Tests of the law that notice almost every change to it.
const ON_RECORD: [&str; 3] = ["scenarios", "same_everywhere", "derived_everywhere"];
/// Each with its own seeds.
const FUZZ_TARGETS: [(&str, &str); 6] = [
    ("programme_file", "programmes"),
    ("verdict_body", "fuzz/seeds/verdict_body"),
    ("claims_mapping", "fuzz/seeds/claims_mapping"),
    ("settings", "fuzz/seeds/settings"),
    ("webhook_signature", "fuzz/seeds/webhook_signature"),
    ("light_json", "fuzz/seeds/light_json"),
];

/// Goes on after a failure, so that one run shows everything. Without a named part, runs all of them.
///
/// # Errors
/// [`Problem::TestsFailed`] after the closing line, or [`Problem::Interrupted`].
pub(crate) fn run(project: &Project, mut arguments: Arguments) -> Result<(), Problem> {
    let worlds = arguments.count("--worlds")?.unwrap_or(WORLDS);
    let minutes = arguments.count("--minutes")?.unwrap_or(MINUTES);
    let cases = arguments.count("--cases")?.unwrap_or(CASES);
    let named = [
        "laws", "wasm", "oracle", "fuzz", "faults", "patroni", "api", "handover", "hosts",
        "audits", "mutants",
    ];
    let named = named.map(|name| arguments.flag(name));
    arguments.finish()?;
    let all = !named.contains(&true);
    let [
        laws,
        wasm,
        oracle,
        fuzz,
        faults,
        patroni,
        api,
        handover,
        hosts,
        audits,
        mutants,
    ] = named.map(|is_named| all || is_named);

    let started = Instant::now();
    let lane = Lane::alone(project);
    let soak = Soak {
        lane: &lane,
        worlds,
        minutes,
    };
    let mut parts: Vec<Part> = Vec::new();
    if laws {
        part(&mut parts, "laws, model, digest", || soak.laws())?;
    }
    if wasm {
        part(&mut parts, "the same in wasm", || soak.wasm())?;
    }
    if oracle {
        part(&mut parts, "the law against Cedar", || soak.oracle())?;
    }
    if fuzz {
        for (target, seeds) in FUZZ_TARGETS {
            part(&mut parts, target, || soak.fuzz(target, seeds))?;
        }
    }
    if api {
        part(&mut parts, "the API by its document", || {
            api::asked(&lane, cases)
        })?;
    }
    if handover {
        part(&mut parts, "hand-over to the real desk", || soak.handover())?;
    }
    if hosts {
        part(&mut parts, "a release on real hosts", || {
            hosts::serve_a_release(&lane)
        })?;
    }
    if audits {
        part(&mut parts, "pages judged by others", || {
            audits::judged(&lane, &[])
        })?;
    }
    if faults {
        part(&mut parts, "faults under SQLite", || soak.faults_of_file())?;
        part(&mut parts, "faults under PostgreSQL", || {
            soak.faults_of_database()
        })?;
    }
    if patroni {
        part(&mut parts, "a cluster loses its primary", || soak.patroni())?;
    }
    if mutants {
        part(&mut parts, "mutants of the rules", || soak.mutants())?;
    }
    close(&parts, started.elapsed())
}

struct Soak<'a> {
    lane: &'a Lane,
    worlds: u32,
    minutes: u32,
}

impl Soak<'_> {
    /// Every test of the law, on many worlds; among them the one that compares it with the model.
    fn laws(&self) -> Result<Totals, Problem> {
        let digest = self.digest()?;
        libtest(
            self.lane,
            self.lane
                .project
                .cargo()
                .args(["test", "--release", "--package", "entitlement-rules"])
                .args(["--lib", "--tests", "--no-fail-fast"])
                .env("WORLDS", self.worlds.to_string())
                .env("DIGEST", digest),
        )
    }

    /// The same verdicts in the browser as natively.
    fn wasm(&self) -> Result<Totals, Problem> {
        let digest = self.digest()?;
        tools::prepare(&self.lane.project)?;
        let browser = browser::prepare(self.lane)?;
        libtest(
            self.lane,
            wasm_tests(&self.lane.project, &browser)
                .args(["--release", "--test", "same_everywhere"])
                .env("WORLDS", self.worlds.to_string())
                .env("DIGEST", digest)
                .env("WASM_BINDGEN_TEST_TIMEOUT", "7200"),
        )
    }

    /// What the native law says about this many worlds, as one line. The record in the repository is about fewer, so
    /// the test that prints it fails.
    fn digest(&self) -> Result<String, Problem> {
        let (output, _) = shown(
            self.lane,
            self.lane
                .project
                .cargo()
                .args(["test", "--release", "--package", "entitlement-rules"])
                .args(["--test", "same_everywhere", "--", "--nocapture"])
                .env("WORLDS", self.worlds.to_string())
                .env_remove("DIGEST"),
        )?;
        let line = output.lines().find(|line| is_digest(line));
        line.map(str::to_owned).ok_or_else(|| Problem::StepFailed {
            step: "deciding the worlds natively".to_owned(),
            detail: String::new(),
        })
    }

    fn oracle(&self) -> Result<Totals, Problem> {
        let worlds = (self.worlds / WORLDS_OF_THE_LAW_PER_WORLD_OF_CEDAR).max(1);
        libtest(
            self.lane,
            oracle(&self.lane.project)
                .arg("--release")
                .env("WORLDS", worlds.to_string()),
        )
    }

    /// One fuzz target. Without a sanitizer the stable compiler will do, and the code under test has no `unsafe`.
    fn fuzz(&self, target: &str, seeds: &str) -> Result<Totals, Problem> {
        tools::fuzzer(self.lane)?;
        let project = &self.lane.project;
        let corpus = format!("fuzz/corpus/{target}");
        std::fs::create_dir_all(project.path(&corpus))
            .map_err(Problem::io(format!("making {corpus}")))?;
        let seconds = u64::from(self.minutes) * 60;
        check(
            self.lane,
            project
                .cargo()
                .args(["fuzz", "run", "--sanitizer", "none"])
                .args(["--features", "libfuzzer", target, &corpus, seeds, "--"])
                .arg(format!("-max_total_time={seconds}"))
                .args(["-dict=fuzz/json.dict", "-timeout=10"])
                .args(["-print_final_stats=1", "-verbosity=0"]),
        )
    }

    /// Request Tracker itself, for what the tests replay; with `RECORD` set its answers are recorded anew.
    fn handover(&self) -> Result<Totals, Problem> {
        let tracker = request_tracker::start(self.lane)?;
        libtest(
            self.lane,
            self.lane
                .project
                .cargo()
                .args(["test", "--package", "support-server", "--test", "handover"])
                .args(["--", "--ignored"])
                .env("REQUEST_TRACKER", &tracker.address)
                .env("REQUEST_TRACKER_TOKEN_FILE", &tracker.token_file),
        )
    }

    /// A server on a data file is killed many times under load, its disk is full, many clients race.
    fn faults_of_file(&self) -> Result<Totals, Problem> {
        tracer::prepare(self.lane)?;
        let faults = |name: &str, count: u32| {
            let mut command = self.lane.project.cargo();
            command
                .args(["test", "--package", "support-server", "--test", "api"])
                .args(["--", "--nocapture", name])
                .env("FAULTS", count.to_string());
            libtest(self.lane, &mut command)
        };
        let mut totals = faults("a_server_that_is_killed", KILLS_OF_FILE)?;
        totals += faults("a_full_disk", FULL_DISKS)?;
        for (name, rounds) in ON_BOTH {
            totals += faults(name, rounds)?;
        }
        Ok(totals)
    }

    /// The same with servers on a database, and with the database itself.
    fn faults_of_database(&self) -> Result<Totals, Problem> {
        tracer::prepare(self.lane)?;
        database::prepare(self.lane)?;
        let faults = |name: &str, count: u32| {
            let mut command = on_postgres(&self.lane.project);
            command
                .args(["--nocapture", name])
                .env("FAULTS", count.to_string())
                .env("AWAY_SECONDS", AWAY_SECONDS.to_string());
            libtest(self.lane, &mut command)
        };
        let mut totals = faults("a_server_that_is_killed", KILLS_OF_DATABASE)?;
        totals += faults("one_of_two", KILLS_OF_DATABASE)?;
        totals += faults("a_database_that_crashes", CRASHES)?;
        totals += faults("while_the_database_is", 1)?;
        totals += faults("races_end_the_same", SERIALIZABLE_RACES)?;
        for (name, rounds) in ON_BOTH {
            totals += faults(name, rounds)?;
        }
        // Everything once more where the database takes each transaction for one that may not overlap with others.
        let mut serializable = on_postgres(&self.lane.project);
        serializable.env("TEST_ISOLATION", "serializable");
        Ok(totals + libtest(self.lane, &mut serializable)?)
    }

    /// A cluster of database servers loses the one that takes the writes, time and again.
    fn patroni(&self) -> Result<Totals, Problem> {
        let etcd = patroni::prepare(self.lane)?;
        let mut command = self.lane.project.cargo();
        command
            .args(["test", "--package", "support-server", "--test", "api"])
            .args(["--", "--ignored", "--nocapture", "the_primary_of_a_cluster"])
            .env("ETCD", etcd)
            .env("FAULTS", PRIMARIES.to_string());
        libtest(self.lane, &mut command)
    }

    /// Every small change to the rules is noticed by a test; what is left out is in `.cargo/mutants.toml`. Building takes
    /// most of the time, so it is done without optimising, the tests with what is on record are asked first, and all tests
    /// about the rest.
    fn mutants(&self) -> Result<Totals, Problem> {
        tools::mutator(self.lane)?;
        let ask = |more: &[String]| {
            let project = &self.lane.project;
            let mut command = project.cargo();
            command
                .args(["mutants", "--package", "entitlement-rules"])
                .args(["--no-times", "--colors", "never", "--output"])
                .arg(project.target())
                .arg("--cargo-arg=--config=profile.dev.package.entitlement-rules.opt-level=0")
                .args(more)
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                // Its copies of the tree are built where they are.
                .env_remove("CARGO_TARGET_DIR");
            shown(self.lane, &mut command)
        };
        let (output, noticed_all) =
            ask(&ON_RECORD.map(|test| format!("--cargo-arg=--test={test}")))?;
        let first = Mutants::from_closing_line(&output);
        if noticed_all {
            return Ok(first.totals().judged(true));
        }
        let (output, succeeded) =
            ask(&["--iterate", "--cargo-arg=--lib", "--cargo-arg=--tests"].map(str::to_owned))?;
        let rest = Mutants::from_closing_line(&output);
        let all = Mutants {
            caught: first.caught + rest.caught,
            unviable: first.unviable + rest.unviable,
            ..rest
        };
        Ok(all.totals().judged(succeeded))
    }
}

/// How many mutants came to which end.
#[derive(Default)]
struct Mutants {
    missed: u32,
    caught: u32,
    unviable: u32,
    timeouts: u32,
}

impl Mutants {
    /// Reads cargo-mutants' closing line: `9 mutants tested: 1 missed, 6 caught, 1 unviable, 1 timeouts`.
    fn from_closing_line(output: &str) -> Self {
        let mut all = Self::default();
        let closing = output
            .lines()
            .rev()
            .find_map(|line| line.split_once(" mutants tested"));
        let counts = closing.map_or("", |(_, rest)| {
            rest.rsplit_once(": ").map_or(rest, |it| it.1)
        });
        for count in counts.split(", ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what.trim() {
                "missed" => all.missed = number,
                "caught" => all.caught = number,
                "unviable" => all.unviable = number,
                "timeouts" => all.timeouts = number,
                _ => {}
            }
        }
        all
    }

    /// A mutant that does not compile proves nothing; one that runs into its time limit was noticed.
    fn totals(&self) -> Totals {
        Totals {
            passed: self.caught + self.timeouts,
            failed: self.missed,
            skipped: self.unviable,
        }
    }
}

fn is_digest(line: &str) -> bool {
    line.split_once(" verdicts, FNV-1a ")
        .is_some_and(|(count, digest)| {
            count.parse::<u32>().is_ok() && u64::from_str_radix(digest, 16).is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_mutant_is_a_failure() {
        let output =
            "Found 9 mutants\n9 mutants tested: 1 missed, 6 caught, 1 unviable, 1 timeouts\n";
        let totals = Mutants::from_closing_line(output).totals();
        assert_eq!(totals.to_string(), "7 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn only_the_digest_itself_is_taken_for_it() {
        assert!(is_digest("7000000 verdicts, FNV-1a 00c0ffee00c0ffee"));
        assert!(!is_digest("left: 7 verdicts, FNV-1a 00c0ffee00c0ffee"));
    }
}

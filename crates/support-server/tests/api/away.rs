//! The disk is full, or the database is away: callers are told so at once, and all is well when it is over, with nobody
//! doing anything. `FAULTS` says how often the disk is full, `AWAY_SECONDS` for how long the database is away.

use crate::desk::*;
use crate::faults::{self, Load, agent, cloud_incident};
use crate::postgres::Cluster;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What a caller is told: the status, the kind of body, when to come again, and how long it took.
struct Told {
    status: u16,
    kind: String,
    retry_after: Option<String>,
    took: Duration,
}

impl Told {
    #[track_caller]
    fn assert_is_unavailable(&self) {
        assert_eq!(self.status, 503);
        assert_eq!(self.kind, "application/problem+json");
        assert!(self.retry_after.is_some());
    }
}

fn told(asked: Result<ureq::http::Response<ureq::Body>, ureq::Error>, since: Instant) -> Told {
    let mut answer = asked.expect("an answer");
    answer.body_mut().read_to_string().expect("a whole answer");
    let header = |name: &str| Some(answer.headers().get(name)?.to_str().unwrap().to_owned());
    Told {
        status: answer.status().as_u16(),
        kind: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after"),
        took: since.elapsed(),
    }
}

fn write(agent: &ureq::Agent, address: &str, load: &Load) -> Told {
    let since = Instant::now();
    let key = unique();
    load.unanswered.lock().unwrap().push(key.clone());
    let asked = agent
        .post(format!("http://{address}/api/v1/incidents"))
        .header("authorization", format!("Bearer {}", load.token))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .send(cloud_incident(&load.contract).to_string());
    told(asked, since)
}

fn read(agent: &ureq::Agent, address: &str, load: &Load) -> Told {
    let since = Instant::now();
    let asked = agent
        .get(format!("http://{address}/api/v1/incidents"))
        .header("authorization", format!("Bearer {}", load.token))
        .call();
    told(asked, since)
}

/// A disk of its own that is soon full.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None when this process may not make one.
    fn of_megabytes(size: u32) -> Option<SmallDisk> {
        let path = std::env::temp_dir().join(format!("support-small-disk-{}", unique()));
        std::fs::create_dir_all(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}m"), "tmpfs"])
            .arg(&path)
            .output();
        if mounted.is_ok_and(|it| it.status.success()) {
            return Some(SmallDisk(path));
        }
        std::fs::remove_dir(&path).unwrap();
        None
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Fills it but for so many bytes.
    fn fill(&self, left: u64) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        while filler.write_all(&[0; 4_096]).is_ok() {}
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(left)).unwrap();
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// Whoever comes next writes what waits in the log to the data file, and begins the log anew.
fn empty_the_log(data: &Path) {
    let data = rusqlite::Connection::open(data).unwrap();
    data.busy_timeout(Duration::from_secs(10)).unwrap();
    data.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_turns_writes_away_loses_nothing_and_needs_no_restart() {
    if crate::postgres::is_chosen() {
        return;
    }
    let Some(disk) = SmallDisk::of_megabytes(64) else {
        eprintln!("skipped: making a small disk needs root (mount -t tmpfs)");
        return;
    };
    let desk = TestDesk::open_file_in(&disk.0).await;
    let load = Load::on(&desk).await;
    let program = faults::start(&desk.store_arguments(), &desk.issuer.address, &[]);
    let agent = agent();
    let mut longest = Duration::ZERO;
    for point in 0..faults::faults(5) {
        // Most of the time the log must grow; every fifth time it is where it is, and the data file must.
        if point % 5 != 4 {
            empty_the_log(&disk.0.join("desk.sqlite"));
        }
        let clients = load.start(point, std::slice::from_ref(&program.address));
        load.wait_for(10, &clients);
        // Somewhere in the 60 pages that the next few incidents need.
        disk.fill(u64::try_from(point * 7_919 % 61).unwrap() * 4_096);
        // Clients take nothing but 201 and 503 for an answer.
        let before = load.unanswered.lock().unwrap().len();
        while load.unanswered.lock().unwrap().len() < before + 20 {
            assert!(!clients.iter().any(|it| it.is_finished()), "one gave up");
            std::thread::sleep(Duration::from_millis(1));
        }
        load.end(clients);
        // One incident alone needs fewer pages than several that are written together: it may find room where they found none.
        (0..1_000)
            .map(|_| write(&agent, &program.address, &load))
            .find(|told| told.status != 201)
            .expect("a full disk takes no more incidents")
            .assert_is_unavailable();
        assert_eq!(
            read(&agent, &program.address, &load).status,
            200,
            "reads go on"
        );
        disk.make_room();
        let back = Instant::now();
        while write(&agent, &program.address, &load).status != 201 {
            assert!(back.elapsed() < Duration::from_secs(60), "writes go on");
        }
        longest = longest.max(back.elapsed());
    }
    eprintln!(
        "{} acknowledged; the first write succeeded at most {longest:?} after there was room",
        load.acknowledged.lock().unwrap().len()
    );
    load.settle(&desk, &program.address).await;
}

/// For how long the database is away.
fn away_for() -> Duration {
    let seconds = std::env::var("AWAY_SECONDS").map_or(6, |seconds| seconds.parse().unwrap());
    Duration::from_secs(seconds)
}

/// Takes the database away under load, asks while it is away, and brings it back.
async fn while_away(
    name: &str,
    options: &'static str,
    leave: impl Fn(&mut Cluster),
    come_back: impl Fn(&mut Cluster),
) {
    let mut cluster = Cluster::start(&format!("{name}-{}", unique()), options);
    let desk = TestDesk::open_at(&cluster.address("public")).await;
    let load = Load::on(&desk).await;
    let program = faults::start(&desk.store_arguments(), &desk.issuer.address, &[]);
    let agent = agent();
    let clients = load.start(0, std::slice::from_ref(&program.address));
    load.wait_for(50, &clients);
    leave(&mut cluster);
    let left = Instant::now();
    // Those who were in the middle of it are told too.
    load.end(clients);
    let mut longest = Duration::ZERO;
    let mut asked = 0;
    // It comes back only after these were answered.
    while asked < 2 || left.elapsed() < away_for() {
        let answers = [
            write(&agent, &program.address, &load),
            read(&agent, &program.address, &load),
        ];
        for answer in answers {
            answer.assert_is_unavailable();
            longest = longest.max(answer.took);
            asked += 1;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    come_back(&mut cluster);
    let back = Instant::now();
    let clients = load.start(1, std::slice::from_ref(&program.address));
    load.wait_for(1, &clients);
    let first = back.elapsed();
    load.wait_for(50, &clients);
    while read(&agent, &program.address, &load).status != 200 {
        assert!(back.elapsed() < Duration::from_secs(60), "reads go on");
    }
    let all = back.elapsed();
    load.end(clients);
    eprintln!(
        "{name} for {:?}: {asked} were told so, each within {longest:?}; the first write succeeded {first:?} and reads \
         {all:?} after it was back",
        left.elapsed() - all
    );
    load.settle(&desk, &program.address).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn while_the_database_is_stopped_callers_are_told_to_come_again() {
    while_away("stopped", "", Cluster::crash, Cluster::go_on).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn while_the_database_is_frozen_callers_are_told_to_come_again() {
    while_away("frozen", "", |it| it.freeze(), |it| it.thaw()).await;
}

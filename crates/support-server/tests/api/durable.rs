//! What is acknowledged is durable at that moment: the system calls of the built program show in which order things are done.

use crate::desk::*;
use crate::faults::{self, Load};
use crate::postgres;
use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// One system call: when it began (its arguments are known) or ended (its result is).
struct Call<'a> {
    thread: &'a str,
    name: &'a str,
    /// The arguments with their data, or the result with the data that was read.
    text: &'a str,
    begins: bool,
    ends: bool,
}

/// Reads a line of strace's: `4711 name(arguments) = result`, or one of its halves when another thread was in between.
fn call(line: &str) -> Option<Call<'_>> {
    let (thread, rest) = line.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    if let Some(resumed) = rest.strip_prefix("<... ") {
        let (name, text) = resumed.split_once(" resumed>")?;
        return Some(Call {
            thread,
            name,
            text,
            begins: false,
            ends: true,
        });
    }
    let (name, text) = rest.split_once('(')?;
    Some(Call {
        thread,
        name,
        text,
        begins: true,
        ends: !text.ends_with("<unfinished ...>"),
    })
}

/// The ids of incidents in this text.
fn ids<'a>(text: &'a str, known: &'a HashSet<String>) -> impl Iterator<Item = String> + 'a {
    known.iter().filter(|id| text.contains(*id)).cloned()
}

/// The number of the file or socket that a call is about.
fn descriptor(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Has incidents created while somebody writes down the program's system calls.
async fn traced(
    desk: &TestDesk,
    calls: &str,
    create: impl FnOnce(&Arc<Load>, &str),
) -> (String, HashSet<String>) {
    let load = Load::on(desk).await;
    let program = faults::start(&desk.store_arguments(), &desk.issuer.address, &[]);
    let log = desk.folder.0.join("strace");
    let mut strace = Command::new("strace")
        .args(["-f", "-y", "-s", "16384", "-e", &format!("trace={calls}")])
        .arg("-o")
        .arg(&log)
        .args(["-p", &program.child.id().to_string()])
        .stderr(Stdio::null())
        .spawn()
        .expect("strace is installed: apt-get install strace");
    let started = Instant::now();
    while !is_traced(program.child.id()) {
        assert!(started.elapsed() < Duration::from_secs(60), "it is traced");
        std::thread::sleep(Duration::from_millis(20));
    }
    create(&load, &program.address);
    assert!(load.unanswered.lock().unwrap().is_empty());
    drop(program);
    strace.wait().unwrap();
    let acknowledged = load.acknowledged.lock().unwrap();
    assert_eq!(
        acknowledged.len(),
        load.answers.load(Ordering::Relaxed),
        "each has an incident of its own"
    );
    let log = std::fs::read(log).unwrap();
    let log = String::from_utf8_lossy(&log).into_owned();
    (log, acknowledged.values().cloned().collect())
}

/// Several clients at once.
fn together(load: &Arc<Load>, address: &str) {
    let clients = load.start(0, &[address.to_owned()]);
    load.wait_for(faults::faults(60), &clients);
    load.end(clients);
}

/// Whether every thread of a process is traced.
fn is_traced(process: u32) -> bool {
    let threads = std::fs::read_dir(Path::new("/proc").join(process.to_string()).join("task"));
    threads.unwrap().flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        status
            .lines()
            .any(|line| line.starts_with("TracerPid:") && line != "TracerPid:\t0")
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_incident_is_acknowledged_before_it_is_on_the_disk() {
    let desk = TestDesk::open().await;
    let (log, acknowledged) = match postgres::is_chosen() {
        false => {
            traced(
                &desk,
                "pwrite64,pwritev,fsync,fdatasync,write,writev,sendto,sendmsg",
                together,
            )
            .await
        }
        true => {
            traced(
                &desk,
                "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg",
                together,
            )
            .await
        }
    };
    // Handed to the system or to the database, by the file or socket that it went to.
    let mut handed: Vec<(String, String)> = Vec::new();
    let mut durable: HashSet<String> = HashSet::new();
    let mut answered = HashSet::new();
    let mut half: Vec<(&str, String)> = Vec::new();
    for line in log.lines() {
        let Some(call) = call(line) else { continue };
        // What a half that ends is about stands in the half that began.
        let place = match call.begins {
            true => descriptor(call.text).to_owned(),
            false => {
                let begun = half.iter().rposition(|(thread, _)| *thread == call.thread);
                begun.map(|at| half.swap_remove(at).1).unwrap_or_default()
            }
        };
        if call.begins && !call.ends {
            half.push((call.thread, place.clone()));
        }
        let becomes_durable = match call.name {
            "fsync" | "fdatasync" => call.ends && call.text.ends_with("= 0"),
            "read" | "readv" | "recvfrom" | "recvmsg" => call.text.contains(r"\vCOMMIT\0"),
            _ => false,
        };
        if becomes_durable {
            handed.retain(|(to, id)| {
                let is_there = *to == place;
                if is_there {
                    durable.insert(id.clone());
                }
                !is_there
            });
        } else if call.begins && call.text.contains("HTTP/1.1 201") {
            for id in ids(call.text, &acknowledged) {
                assert!(durable.contains(&id), "{id} was acknowledged too early");
                answered.insert(id);
            }
        } else if call.begins {
            let found = ids(call.text, &acknowledged).filter(|id| !durable.contains(id));
            handed.extend(found.map(|id| (place.clone(), id)));
        }
    }
    assert_eq!(answered, acknowledged, "every acknowledgement was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_comes_alone_waits_for_the_disk_once() {
    if postgres::is_chosen() {
        // It is the database that waits.
        return;
    }
    const INCIDENTS: usize = 12;
    let desk = TestDesk::open().await;
    let one_by_one = |load: &Arc<Load>, address: &str| {
        let agent = faults::agent();
        for number in 0..INCIDENTS {
            load.create(&agent, address, format!("alone-{number}"));
        }
    };
    let (log, acknowledged) = traced(&desk, "fsync,fdatasync", one_by_one).await;
    assert_eq!(acknowledged.len(), INCIDENTS);
    // The first one besides makes the file, and waits for its folder.
    let waits = log.lines().filter_map(call);
    let waits = waits.filter(|call| call.begins && call.text.contains("-wal>"));
    assert_eq!(waits.count(), INCIDENTS);
}

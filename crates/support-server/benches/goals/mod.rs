//! What a bench has found of the goals, for the table of all of them: a file in the folder that `BENCH_RESULTS` names, when it
//! names one.

use std::fs;
use std::path::Path;

/// One goal, and what was reached.
pub(crate) struct Goal {
    /// Its name, such as `S1`.
    pub(crate) goal: &'static str,
    /// What was measured, with its unit.
    pub(crate) text: String,
    pub(crate) ours: f64,
    /// The figure that ours is held against, and whose it is.
    pub(crate) peer: Option<(f64, &'static str)>,
    pub(crate) ratio: Option<f64>,
    pub(crate) wanted: &'static str,
    pub(crate) reached: bool,
}

/// Leaves what was found of a bench.
pub(crate) fn leave(bench: &str, goals: &[Goal]) {
    let Some(folder) = std::env::var_os("BENCH_RESULTS") else {
        return;
    };
    fs::create_dir_all(&folder).unwrap();
    let file = Path::new(&folder).join(format!("{bench}.json"));
    fs::write(file, json(goals)).unwrap();
}

/// The same as a text, one line.
pub(crate) fn json(goals: &[Goal]) -> String {
    let goals: Vec<String> = goals
        .iter()
        .map(|it| {
            let number = |value: Option<f64>| {
                value
                    .filter(|it| it.is_finite())
                    .map_or_else(|| "null".to_owned(), |it| it.to_string())
            };
            let (peer, name) = it.peer.unzip();
            format!(
                r#"{{"goal":{},"text":{},"ours":{},"peer":{},"peerName":{},"ratio":{},"wanted":{},"reached":{}}}"#,
                text(it.goal),
                text(&it.text),
                number(Some(it.ours)),
                number(peer),
                name.map_or_else(|| "null".to_owned(), text),
                number(it.ratio),
                text(it.wanted),
                it.reached
            )
        })
        .collect();
    format!("{{\"goals\":[{}]}}\n", goals.join(","))
}

fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

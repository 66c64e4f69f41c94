//! What the law costs, in instructions and allocations: counted by Valgrind, so that they say the same on a busy machine as on an idle
//! one, and held to budgets.

use std::process::Stdio;

use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::progress::say;
use crate::project::{Lane, on_path};
use crate::steps::quietly;
use crate::totals::Totals;

const VALGRIND: Needed = Needed {
    what: "Valgrind, which counts instructions and allocations,",
    step: "Valgrind from Debian",
    packages: &["valgrind"],
    otherwise: "put `valgrind` on the PATH",
};

/// What `examples/cost.rs` of the law does, and the most that doing it once may take, on average over its cases.
struct Budget {
    what: &'static str,
    said: &'static str,
    /// Instructions of an optimised program on x86-64.
    instructions: u64,
    allocations: f64,
}

/// A tenth above what was counted when they were set. What answers without an explanation takes no memory at all.
const BUDGETS: [Budget; 7] = [
    Budget {
        what: "permits",
        said: "whether one way pays",
        instructions: 280,
        allocations: 0.0,
    },
    Budget {
        what: "covers",
        said: "the same, with every rule that refuses",
        instructions: 770,
        allocations: 0.0,
    },
    Budget {
        what: "explain",
        said: "the same, with what every rule says",
        instructions: 18_600,
        allocations: 23.0,
    },
    Budget {
        what: "account",
        said: "what an account holds",
        instructions: 4_450,
        allocations: 13.0,
    },
    Budget {
        what: "decide",
        said: "a verdict on every way to pay",
        instructions: 152_000,
        allocations: 195.0,
    },
    Budget {
        what: "remedies",
        said: "what would make it yes",
        instructions: 6_000_000,
        allocations: 12_000.0,
    },
    Budget {
        what: "matrix",
        said: "the whole catalogue against every way",
        instructions: 480_000,
        allocations: 230.0,
    },
];
/// How often each is done in the two runs whose difference counts.
const TIMES: [u32; 2] = [1, 3];

/// Counts, and prints a line for each.
///
/// # Errors
/// When Valgrind cannot be installed, or the law not be built or run.
pub(crate) fn judge(lane: &Lane) -> Result<Totals, Problem> {
    prepare(lane)?;
    let project = &lane.project;
    quietly(
        lane,
        "the law, optimised",
        project
            .cargo()
            .args(["build", "--release", "--package", "entitlement-rules"])
            .args(["--example", "cost"]),
    )?;
    let mut totals = Totals::default();
    say("  Instructions and allocations, each with its budget:");
    for budget in BUDGETS {
        let instructions = each(lane, &budget, "callgrind", "Collected : ")?;
        let allocations = each(lane, &budget, "dhat", " bytes in ")?;
        // Budgets of instructions are of one architecture.
        let is_slower = cfg!(target_arch = "x86_64") && instructions > budget.instructions as f64;
        let is_over = is_slower || allocations > budget.allocations;
        say(&format!(
            "  {} {:<40} {instructions:>11.0} of {:>9} {allocations:>10.1} of {:>7}",
            if is_over { '✗' } else { '✓' },
            budget.said,
            budget.instructions,
            budget.allocations,
        ));
        totals += match is_over {
            true => Totals::ONE_FAILED,
            false => Totals::ONE_PASSED,
        };
    }
    Ok(totals)
}

fn prepare(lane: &Lane) -> Result<(), Problem> {
    if on_path("valgrind").is_some() {
        return Ok(());
    }
    VALGRIND.install(lane)?;
    match on_path("valgrind") {
        Some(_) => Ok(()),
        None => Err(VALGRIND.missing(Lacking::AfterInstallation)),
    }
}

/// What doing it once takes more, as the tool of Valgrind's says it in the line with `mark`.
fn each(lane: &Lane, budget: &Budget, tool: &str, mark: &str) -> Result<f64, Problem> {
    let [(few, least), (many, most)] = [
        counted(lane, budget.what, TIMES[0], tool, mark)?,
        counted(lane, budget.what, TIMES[1], tool, mark)?,
    ];
    Ok((most - least) as f64 / (many - few) as f64)
}

/// How often it was done, and what the whole program took.
fn counted(
    lane: &Lane,
    what: &str,
    times: u32,
    tool: &str,
    mark: &str,
) -> Result<(i64, i64), Problem> {
    let project = &lane.project;
    let program = project.target().join("release/examples/cost");
    let output = project
        .command("valgrind")
        .arg(format!("--tool={tool}"))
        .arg(format!("--{tool}-out-file=/dev/null"))
        .arg(program)
        .args([what, &times.to_string()])
        .stdin(Stdio::null())
        .output()
        .map_err(Problem::io("running Valgrind"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let number = |text: &str| text.trim().replace(',', "").parse().ok();
    let done = number(&String::from_utf8_lossy(&output.stdout));
    let took = said
        .lines()
        .find_map(|line| line.split_once(mark))
        .and_then(|(_, after)| number(after.split_whitespace().next()?));
    match done.zip(took) {
        Some(counted) if output.status.success() => Ok(counted),
        _ => Err(Problem::StepFailed {
            step: format!("counting what `{what}` takes"),
            detail: said.into_owned(),
        }),
    }
}

//! What was found, for people and for programs.

use std::fmt::Write as _;

use serde_json::json;

use crate::goal::Met;
use crate::machine::{self, Machine};
use crate::measure::{Extent, Finding, Measurements};
use crate::task::Task;
use crate::task::engine::RINGBACK;

/// The goals, case by case, as a table.
#[must_use]
pub fn goals(findings: &[Finding]) -> String {
    let heads = ["goal", "case", "against", "ratio", "half of the rounds", "floor", "aim", "met"].map(str::to_owned);
    let mut rows = vec![heads];
    for Finding { goal, case, outcome } in findings {
        let (ratio, spread, met) = match outcome {
            Ok(ratio) => (
                goal.shown(ratio.ratio),
                format!("{} to {}", goal.shown(ratio.low), goal.shown(ratio.high)),
                goal.met(ratio.ratio).name(),
            ),
            Err(reason) => ("-".into(), format!("skipped: {reason}"), "skipped"),
        };
        let [floor, aim] = [goal.floor, goal.aim].map(|mark| goal.shown(mark));
        rows.push([goal.name.into(), (*case).into(), goal.against(), ratio, spread, floor, aim, met.into()]);
    }
    table(&rows)
}

/// How many goals are met, in a line.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let met = |least: Met| {
        let reached = findings
            .iter()
            .filter(|finding| finding.outcome.as_ref().is_ok_and(|ratio| finding.goal.met(ratio.ratio) >= least));
        reached.count()
    };
    let skipped = findings.iter().filter(|finding| finding.outcome.is_err()).count();
    let (floors, aims) = (met(Met::Floor), met(Met::Aim));
    format!("{} cases: {floors} reach the floor, {aims} of them the aim; {skipped} skipped", findings.len())
}

/// The goals as an array of objects: `goal`, `case`, `ratio` (null if it was skipped), `floor`, `aim`, `met`.
///
/// A ratio of speeds says how many times as fast ours is; a cost is a share (0.05 is 5 %), and meets what it is not above.
#[must_use]
pub fn json(findings: &[Finding]) -> String {
    let rows: Vec<serde_json::Value> = findings
        .iter()
        .map(|Finding { goal, case, outcome }| {
            let ratio = outcome.as_ref().ok().map(|ratio| (ratio.ratio * 10_000.0).round() / 10_000.0);
            let met = outcome.as_ref().map_or(Met::None, |ratio| goal.met(ratio.ratio)).name();
            json!({"goal": goal.name, "case": case, "ratio": ratio, "floor": goal.floor, "aim": goal.aim, "met": met})
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&rows).unwrap_or_default();
    text.push('\n');
    text
}

/// How fast everybody was, in gigabytes a second: a table for each task.
#[must_use]
pub fn speeds(measurements: &Measurements) -> String {
    let mut text = String::new();
    for task in Task::ALL {
        let keys = measurements.shapes.iter().flat_map(|run| run.results.keys());
        let mut engines: Vec<&str> = keys.filter(|(other, _)| *other == task).map(|(_, engine)| *engine).collect();
        engines.sort_by_key(|engine| (!engine.starts_with(RINGBACK), *engine));
        engines.dedup();
        let heads = std::iter::once(task.name()).chain(measurements.shapes.iter().map(|run| run.shape.name()));
        let mut rows: Vec<Vec<String>> = vec![heads.map(str::to_owned).collect()];
        for engine in engines {
            let speed = |run: &crate::measure::ShapeRun| match run.results.get(&(task, engine)) {
                Some(result) => format!("{:.2}", run.bytes() as f64 / result.median()),
                None => "-".into(),
            };
            rows.push(std::iter::once(engine.to_owned()).chain(measurements.shapes.iter().map(speed)).collect());
        }
        let _ = writeln!(text, "{}", table(&rows));
    }
    let _ = writeln!(text, "Ledger, with a million submissions expected, nanoseconds for each delivery:\n");
    for result in &measurements.ledger {
        let _ = writeln!(text, "- {}: {:.0}", result.engine, result.median() / crate::ledger::BATCH as f64);
    }
    text
}

/// The documents: how many variants of each shape, and how long they are.
#[must_use]
pub fn documents(measurements: &Measurements) -> String {
    let mut rows = vec![["shape", "variants", "shortest", "median", "longest"].map(str::to_owned)];
    for run in &measurements.shapes {
        let lengths = &run.lengths;
        let length = |at: usize| lengths.get(at).map_or_else(String::new, usize::to_string);
        let [first, middle, last] = [0, lengths.len() / 2, lengths.len() - 1].map(length);
        rows.push([run.shape.name().to_owned(), lengths.len().to_string(), first, middle, last]);
    }
    table(&rows)
}

/// The record of a run, to be kept.
#[must_use]
pub fn record(measurements: &Measurements, findings: &[Finding], machine: &Machine) -> String {
    let extent = match measurements.extent {
        Extent::Quick => "quick",
        Extent::Full => "full",
    };
    let versions: Vec<String> = machine::peers().iter().map(|(name, version)| format!("{name} {version}")).collect();
    let mut text = format!("# Measured on {}\n\n", machine.date);
    let _ = writeln!(text, "- Run: {extent}, {} rounds.", measurements.extent.rounds());
    let _ = writeln!(
        text,
        "- Processor: {}, {} threads; {}.",
        machine.processor,
        machine.threads,
        machine.features.join(", ")
    );
    let _ = writeln!(text, "- System: {}.", machine.system);
    let _ = writeln!(text, "- Compilers: {}; portable build, no target-cpu.", machine.compilers.join("; "));
    let _ = writeln!(text, "- Peers: {}.", versions.join(", "));
    #[cfg(feature = "peers")]
    let _ = writeln!(text, "- simdjson uses its implementation for {}.", crate::peers::simdjson::implementation());
    let _ = writeln!(text, "\n## Goals\n\n{}\n{}.", goals(findings), summary(findings));
    let _ = writeln!(text, "\n## Documents, in bytes\n\n{}", documents(measurements));
    let _ = writeln!(text, "## Gigabytes a second\n\n{}", speeds(measurements));
    let _ = writeln!(text, "How to read this: [README.md](../README.md).");
    text
}

/// Columns as wide as their widest cell, in the way of Markdown.
fn table<Row: AsRef<[String]>>(rows: &[Row]) -> String {
    let columns = rows.first().map_or(0, |row| row.as_ref().len());
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| row.as_ref()[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.as_ref().iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
        if at == 0 {
            let lines: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
            let _ = writeln!(text, "| {} |", lines.join(" | "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::GOALS;
    use crate::race::Ratio;

    fn findings() -> [Finding; 2] {
        let ratio = Ratio { ratio: 3.0, low: 2.5, high: 3.25 };
        [
            Finding { goal: &GOALS[0], case: "100 kB", outcome: Ok(ratio) },
            Finding { goal: &GOALS[1], case: "small", outcome: Err("yyjson is not in this build".into()) },
        ]
    }

    #[test]
    fn programs_get_six_members_of_each_case() {
        let rows: serde_json::Value = serde_json::from_str(&json(&findings())).unwrap();
        assert_eq!(
            rows,
            json!([
                {"goal": GOALS[0].name, "case": "100 kB", "ratio": 3.0, "floor": 2.2, "aim": 3.5, "met": "floor"},
                {"goal": GOALS[1].name, "case": "small", "ratio": null, "floor": 1.5, "aim": 2.0, "met": "none"},
            ])
        );
    }

    #[test]
    fn people_get_a_table_that_says_what_was_skipped() {
        let text = goals(&findings());
        assert!(text.lines().all(|line| line.matches(" | ").count() == 7 || line.starts_with("| -")), "{text}");
        assert!(text.contains("skipped: yyjson is not in this build"), "{text}");
        assert_eq!(summary(&findings()), "2 cases: 1 reach the floor, 0 of them the aim; 1 skipped");
    }
}

//! `goals`: measures, prints how far every goal is reached, and writes it down where asked to.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ringback_benches::allocations::Counting;
use ringback_benches::machine::Machine;
use ringback_benches::measure::{Extent, measure};
use ringback_benches::report;

const USAGE: &str = "\
usage: goals [--quick] [--json FILE] [--record FOLDER]

  --quick          only what the goals need, in less than a minute
  --json FILE      write the goals as an array of {goal, case, ratio, floor, aim, met}
  --record FOLDER  write FOLDER/DATE-MACHINE.md and .json

exit codes: 0 everything was measured, 1 a file could not be written, 2 usage, 3 something was skipped";

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Options {
    extent: Extent,
    json: Option<PathBuf>,
    record: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprintln!("error: {wrong}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if cfg!(debug_assertions) {
        eprintln!("warning: this build is not optimised; what it measures means nothing");
    }
    let measurements = measure(options.extent);
    let findings = measurements.findings();
    println!("{}", report::goals(&findings));
    if options.extent == Extent::Full {
        println!("{}\n{}", report::documents(&measurements), report::speeds(&measurements));
    }
    println!("{}", report::summary(&findings));

    let mut files = Vec::new();
    if let Some(file) = options.json {
        files.push((file, report::json(&findings)));
    }
    if let Some(folder) = options.record {
        let machine = Machine::here();
        let name = format!("{}-{}", machine.date, machine.slug());
        files.push((folder.join(format!("{name}.md")), report::record(&measurements, &findings, &machine)));
        files.push((folder.join(format!("{name}.json")), report::json(&findings)));
    }
    for (file, text) in files {
        if let Err(error) = write(&file, &text) {
            eprintln!("error: {}: {error}", file.display());
            return ExitCode::FAILURE;
        }
        println!("written: {}", file.display());
    }
    if findings.iter().any(|finding| finding.outcome.is_err()) { ExitCode::from(3) } else { ExitCode::SUCCESS }
}

/// None if help is wanted.
fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { extent: Extent::Full, json: None, record: None };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().map(PathBuf::from).ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => options.extent = Extent::Quick,
            "--json" => options.json = Some(value()?),
            "--record" => options.record = Some(value()?),
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("not understood: {argument}")),
        }
    }
    Ok(Some(options))
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, text)
}

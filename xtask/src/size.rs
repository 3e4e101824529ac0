//! What the example for microcontrollers costs: flash by module, stack, memory for each submission.
//!
//! Each two bytes of code are asked where they come from, with all functions that were inlined there; they count for the
//! innermost file that is ours or a dependency's, and for the library only if there is none.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::debian;
use crate::project::Project;
use crate::steps::embedded::{self, BOARDS};

/// The goals: floor and aim.
const GOALS: [(&str, usize, usize); 3] =
    [("flash", 24 * 1024, 16 * 1024), ("stack", 2 * 1024, 1024), ("bytes a submission", 40, 36)];

/// Prints the table. The error says what is missing.
pub fn embedded(project: &Project) -> Result<(), String> {
    let bare = embedded::ready(project)?;
    let board = &BOARDS[0];
    let run = embedded::receive(project, &bare, board, embedded::MEASURED)?;
    // What counts in flash is the program that does not report on itself, as long as it answers in the same way.
    embedded::receive(project, &bare, board, &[])?;
    let program = debian::folder(project, board.target)?.join("receiver");
    let symbols = symbols(project, &program)?;
    let flash = symbols.iter().find(|symbol| symbol.name == "flash_size").map_or(0, |symbol| symbol.address);

    let modules = modules(project, &program, &symbols)?;
    let code: usize = modules.values().sum();
    let mut rows: Vec<(&str, usize)> = modules.iter().map(|(name, size)| (name.as_str(), *size)).collect();
    rows.push(("constants, tables and what the static data begins as", flash.saturating_sub(code)));
    rows.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    println!("flash of {} by module, in bytes:", board.target);
    rows.iter().for_each(|(name, size)| println!("{size:>8}  {name}"));
    println!("{flash:>8}  in all\n");

    let reported = |name: &str| {
        run.report.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")?.parse::<usize>().ok())
    };
    let measured = |name: &str| if name == "flash" { Some(flash) } else { reported(name) };
    println!("{:<20}{:>8}{:>8}{:>8}", "", "is", "floor", "aim");
    for (name, floor, aim) in GOALS {
        let is = measured(name).ok_or_else(|| format!("the program does not report: {name}"))?;
        let verdict = if is <= aim {
            "aim met"
        } else if is <= floor {
            "floor met"
        } else {
            "missed"
        };
        println!("{name:<20}{is:>8}{floor:>8}{aim:>8}  {verdict}");
    }
    if let Some(start) = reported("stack at start") {
        println!("The stack is the deepest one while deliveries come in; setting up took {start} bytes of it before.");
    }
    Ok(())
}

struct Symbol {
    address: usize,
    size: usize,
    is_code: bool,
    name: String,
}

fn symbols(project: &Project, program: &Path) -> Result<Vec<Symbol>, String> {
    let mut nm = project.command("nm");
    nm.args(["--print-size", "--defined-only"]).arg(program);
    Ok(project.output(nm)?.lines().filter_map(symbol).collect())
}

/// One line of `nm`: address, perhaps a size, a letter, a name.
fn symbol(line: &str) -> Option<Symbol> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (address, size, letter, name) = match words[..] {
        [address, letter, name] => (address, "0", letter, name),
        [address, size, letter, name] => (address, size, letter, name),
        _ => return None,
    };
    let number = |digits| usize::from_str_radix(digits, 16).ok();
    let is_code = letter.eq_ignore_ascii_case("t") && !name.starts_with('$');
    Some(Symbol { address: number(address)?, size: number(size)?, is_code, name: name.to_owned() })
}

/// How much code comes from which module.
fn modules(project: &Project, program: &Path, symbols: &[Symbol]) -> Result<BTreeMap<String, usize>, String> {
    let code = symbols.iter().filter(|symbol| symbol.is_code);
    // The lowest bit of an address says that the instructions are short ones.
    let addresses = code.flat_map(|symbol| (symbol.address & !1..(symbol.address & !1) + symbol.size).step_by(2));
    let asked: String = addresses.map(|address| format!("{address:#x}\n")).collect();

    let mut command = project.command("addr2line");
    command.args(["--addresses", "--functions", "--inlines", "--exe"]).arg(program);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().expect("standard input was piped");
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().expect("the writer does not panic").map_err(|error| error.to_string())?;

    let mut modules = BTreeMap::new();
    let answer = String::from_utf8_lossy(&output.stdout);
    for place in answer.split("\n0x") {
        // Pairs of a function and a file follow the address, the innermost one first.
        let files: Vec<&str> = place.lines().skip(2).step_by(2).collect();
        let module = files.iter().find_map(|file| module(file)).unwrap_or_else(|| "the library core".to_owned());
        *modules.entry(module).or_insert(0) += 2;
    }
    Ok(modules)
}

/// The module that a file belongs to: a room of the core, the example, or a dependency. None for the library.
fn module(file: &str) -> Option<String> {
    let (folder, source) = file.rsplit_once("/src/").filter(|_| !file.contains("/library/"))?;
    let krate = folder.rsplit('/').next()?;
    let room = source.split(['/', ':']).next()?.trim_end_matches(".rs");
    Some(if krate == "core" { format!("core: {room}") } else { krate.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_for_a_room_of_the_core_or_for_its_crate() {
        assert_eq!(module("/a/core/src/json/scalar.rs:7").as_deref(), Some("core: json"));
        assert_eq!(module("/a/core/src/receiver.rs:7 (discriminator 2)").as_deref(), Some("core: receiver"));
        assert_eq!(module("/registry/sha2-0.11.1/src/sha256.rs:7").as_deref(), Some("sha2-0.11.1"));
        assert_eq!(module("/usr/lib/rustlib/src/rust/library/core/src/option.rs:7"), None);
        assert_eq!(module("??:0"), None);
    }

    #[test]
    fn symbols_have_a_size_or_none() {
        let sized = symbol("00000041 00000138 t _RNv").unwrap();
        assert_eq!((sized.address, sized.size, sized.is_code), (0x41, 0x138, true));
        let bare = symbol("0000bbb0 A flash_size").unwrap();
        assert_eq!((bare.address, bare.size, bare.is_code), (0xbbb0, 0, false));
        assert!(!symbol("00000830 t $d").unwrap().is_code);
    }
}

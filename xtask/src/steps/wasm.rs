//! The core as WebAssembly, without any generated code around it, in Node.

use super::embedded::{VECTORS, skipped};
use crate::debian::{self, Bare};
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "wasm",
    claim: "the core reads documents as WebAssembly in Node, and the vectors come out right there",
    folder: VECTORS,
    run: wasm,
}];

const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "ringback-vectors-on-wasm";
const MODULE: &str = "ringback_vectors_on_wasm.wasm";

fn wasm(project: &Project) -> Outcome {
    if project.command("node").arg("--version").output().is_err() {
        return Ok(skipped("there is no node"));
    }
    let bare = match Bare::ready(project) {
        Ok(bare) => bare,
        Err(why) => return Ok(skipped(&why)),
    };
    let module = debian::folder(project, TARGET)?.join(MODULE);
    project.run(bare.build(project, VECTORS, TARGET, &["--package", PACKAGE, "--no-default-features"])?)?;
    let size = std::fs::metadata(&module).map_err(|error| format!("{}: {error}", module.display()))?.len();
    println!("the module without vectors: {size} bytes");
    project.run(bare.build(project, VECTORS, TARGET, &["--package", PACKAGE])?)?;

    let mut node = project.command("node");
    node.arg(project.path(VECTORS).join("run.mjs")).arg(&module);
    let said = project.output(node)?;
    print!("{said}");
    let right = said.lines().find_map(|line| line.strip_prefix("right: ")?.parse::<usize>().ok());
    let mut tally = Tally::default();
    tally.passed += right.ok_or("the module does not say how many vectors came out right")?;
    Ok(tally)
}

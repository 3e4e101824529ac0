//! The packages for other languages, as the steps of those languages have built them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Python, in the environment that the package is installed in.
#[must_use]
pub fn python(script: &str) -> Command {
    let mut command = Command::new(interpreter().expect("the package was looked for before"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script));
    command
}

/// Why there is no Python package to play with, if there is none.
#[must_use]
pub fn missing_python() -> Option<&'static str> {
    let imports = |python| works(Command::new(python).args(["-c", "import fastapi, ringback, uvicorn"]));
    let there = interpreter().is_some_and(imports);
    (!there).then_some("the Python package is not built: the step `python` does")
}

/// Why there is no Node package to play with, if there is none.
#[must_use]
pub fn missing_node() -> Option<&'static str> {
    let package = super::root().join("node");
    let there = works(Command::new("node").args(["-e", "require(process.argv[1])"]).arg(package));
    (!there).then_some("the Node package is not built: the step `node` does")
}

fn interpreter() -> Option<PathBuf> {
    std::env::var_os("RINGBACK_PACKAGE_PYTHON").map(PathBuf::from)
}

fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

//! The Python package: built as a wheel, installed into an environment of its own, tested there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::embedded::skipped;
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "python",
    claim: "the Python package builds, says what the vectors say, receives behind real servers, and its types hold",
    folder: "python",
    run: python,
}];

/// What the tests and the build need, each at one version.
const REQUIREMENTS: &str = "python/requirements.txt";

/// An example that is tested with the package, seen from its folder.
const EXAMPLE: &str = "../examples/fastapi";

fn python(project: &Project) -> Outcome {
    let Some(interpreter) = interpreter(project) else {
        return Ok(skipped("there is no Python 3.11 or later with the module venv"));
    };
    let environment = environment(project, &interpreter)?;
    let packages = install(project, &environment)?;

    let program = program(project)?;
    let run = |arguments: &[&str]| {
        let mut command = project.command(&program);
        command.args(arguments).current_dir(project.path("python")).env("RINGBACK_PYTHON_PACKAGES", &packages);
        command
    };
    let mut tally = Tally::default();
    let mut tests = vec!["-m", "pytest", "--color=no", "-q", "-rs", "tests"];
    tests.extend([EXAMPLE].into_iter().filter(|folder| project.path("python").join(folder).is_dir()));
    project.read_along(run(&tests), |line| count(&mut tally, line))?;

    let cache = environment.join("mypy");
    let cache = cache.to_str().ok_or("the path of the target directory is not UTF-8")?;
    project.run(run(&["-m", "mypy", "--cache-dir", cache, "python", "tests/typed.py"]))?;
    let stubs = ["-m", "mypy.stubtest", "--mypy-config-file", "pyproject.toml", "--allowlist", "stubtest.allow"];
    project.run(run(&[&stubs[..], &["--ignore-unused-allowlist", "ringback"]].concat()))?;
    tally.passed += 2;
    Ok(tally)
}

/// Measures the package beside what one would pick instead: one run for the readers, one for the servers.
pub fn bench(project: &Project, arguments: &[&str]) -> Result<(), String> {
    let interpreter = interpreter(project).ok_or("there is no Python 3.11 or later with the module venv")?;
    let environment = environment(project, &interpreter)?;
    install(project, &environment)?;
    let mut peers = pip(project, &environment);
    peers.args(["install", "--quiet", "--requirement", "python/benches/requirements.txt"]);
    project.run(peers)?;
    let mut race = project.command(environment.join("bin/python"));
    race.arg("python/benches/race.py").args(arguments);
    project.run(race)?;
    let mut servers = project.command(environment.join("bin/python"));
    servers.arg("python/benches/http_race.py");
    project.run(servers)
}

/// The first Python that is young enough.
fn interpreter(project: &Project) -> Option<String> {
    let fit = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    ["python3", "python3.13", "python3.12", "python3.11"].into_iter().map(str::to_owned).find(|name| {
        let mut asked = project.command(name);
        asked.args(["-c", fit]).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    })
}

/// An environment with everything that is required, made anew when that changes.
fn environment(project: &Project, interpreter: &str) -> Result<PathBuf, String> {
    let folder = target(project)?.join("venv");
    let required = project.read(REQUIREMENTS)?;
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == required) {
        return Ok(folder);
    }
    let mut made = project.command(interpreter);
    made.args(["-m", "venv", "--clear"]).arg(&folder);
    project.run(made)?;
    let mut pip = pip(project, &folder);
    pip.args(["install", "--quiet", "--requirement", REQUIREMENTS]);
    project.run(pip)?;
    std::fs::write(&stamp, required).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(folder)
}

/// Builds the wheel and the source archive, and installs the wheel. Gives the folder that both lie in.
fn install(project: &Project, environment: &Path) -> Result<PathBuf, String> {
    let packages = target(project)?.join("packages");
    let _ = std::fs::remove_dir_all(&packages);
    let mut wheel = pip(project, environment);
    wheel.args(["wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir"]).arg(&packages).arg("./python");
    project.run(wheel)?;
    let mut archive = project.command(environment.join("bin/python"));
    archive.args(["-c", "import sys, ringback_build; ringback_build.build_sdist(sys.argv[1])"]).arg(&packages);
    archive.current_dir(project.path("python")).env("PYTHONPATH", "backend").env("PATH", path(environment)?);
    project.output(archive)?;
    let mut pip = pip(project, environment);
    pip.args(["install", "--quiet", "--force-reinstall", "--no-deps", "--no-index", "--only-binary", ":all:"]);
    pip.arg("--find-links").arg(&packages).arg("ringback");
    project.run(pip)?;
    Ok(packages)
}

/// The search path with the programs of the environment in front.
fn path(environment: &Path) -> Result<OsString, String> {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(environment.join("bin")).chain(std::env::split_paths(&others));
    std::env::join_paths(all).map_err(|error| error.to_string())
}

fn pip(project: &Project, environment: &Path) -> Command {
    let mut pip = project.command(environment.join("bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check"]);
    // A build finds maturin there.
    if let Ok(path) = path(environment) {
        pip.env("PATH", path);
    }
    pip
}

/// The Python of the environment that the package is installed in, once the step has run.
pub fn program(project: &Project) -> Result<PathBuf, String> {
    Ok(target(project)?.join("venv/bin/python"))
}

/// Where it is built, beside everything else.
pub fn target(project: &Project) -> Result<PathBuf, String> {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(PathBuf::from(target).join("python"))
}

/// Takes in a line of pytest: at its end `5 passed, 1 skipped in 0.12s`, and before that one for each reason to skip.
fn count(tally: &mut Tally, line: &str) {
    if let Some((times, reason)) = line.strip_prefix("SKIPPED [").and_then(|rest| rest.split_once("] ")) {
        let reason = reason.split_once(": ").map_or(reason, |(_place, reason)| reason);
        (0..times.parse().unwrap_or(1)).for_each(|_| tally.skip(reason));
    } else if let Some((before, _)) = line.split_once(" passed") {
        tally.passed += before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pytest_says_is_counted() {
        let mut tally = Tally::default();
        for line in ["....s [100%]", "SKIPPED [2] tests/test_a.py:7: no corpus", "5 passed, 2 skipped in 0.12s"] {
            count(&mut tally, line);
        }
        assert_eq!((tally.passed, tally.skipped.get("no corpus")), (5, Some(&2)));
    }
}

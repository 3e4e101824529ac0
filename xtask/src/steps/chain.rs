//! The whole chain, played through: official SDKs submit, proxies and usual receivers are examined, and every server of
//! ours gets the same script of deliveries. The packages for Python and Node take part as their own steps have built them,
//! which come before.

use std::path::Path;

use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "chain",
    claim: "SDKs, proxies, usual receivers and every server of ours, played through with the simulator",
    folder: "tests/chain",
    run: chain,
}];

fn chain(project: &Project) -> Outcome {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let room = Path::new(target).join("chain");
    std::fs::create_dir_all(&room).map_err(|error| error.to_string())?;
    for tool in ["node", "npm", "python3"] {
        let mut version = project.command(tool);
        version.arg("--version");
        if project.output(version).is_err() {
            let mut tally = Tally::default();
            tally.skip(&format!("{tool} is not installed"));
            return Ok(tally);
        }
    }
    let modules = packages_of_npm(project, &room)?;
    let python = packages_of_python(project, &room)?;
    let ours = ["ringback-cli", "ringback-example-axum", "ringback-ffi"];
    project.run(
        project.cargo(
            &[&["build", "--locked"], &ours.map(|name| format!("--package={name}")).each_ref().map(String::as_str)[..]]
                .concat(),
        ),
    )?;
    let built = Path::new(target).join("debug");
    if Path::new("/usr/include/microhttpd.h").is_file() {
        let mut compile = project.command("cc");
        compile.args(["-std=c11", "-O1", "-Iffi/include", "examples/libmicrohttpd/server.c", "-o"]);
        compile.arg(built.join("libmicrohttpd")).arg(built.join("libringback.a"));
        compile.args(["-lmicrohttpd", "-lpthread", "-ldl", "-lm", "-lgcc_s"]);
        project.run(compile)?;
    }
    let command = built.join("ringback");
    let variables = [
        ("RINGBACK_COMMAND", command.into_os_string()),
        ("RINGBACK_PYTHON", python.into()),
        ("RINGBACK_PACKAGE_PYTHON", super::python::program(project)?.into_os_string()),
        ("NODE_PATH", modules.into()),
    ];
    project.cargo_test_with(&["--package", "ringback-chain", "--features", "run"], &variables)
}

/// Installs what the lock file names, unless it is there. Where they are.
fn packages_of_npm(project: &Project, room: &Path) -> Result<String, String> {
    let modules = room.join("node_modules").display().to_string();
    let lock = project.read("tests/chain/package-lock.json")?;
    once(&room.join("npm.stamp"), &lock, || {
        for name in ["package.json", "package-lock.json"] {
            let text = project.read(&format!("tests/chain/{name}"))?;
            std::fs::write(room.join(name), text).map_err(|error| error.to_string())?;
        }
        let mut install = project.command("npm");
        project.run({
            install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(room).current_dir(room);
            install
        })
    })?;
    Ok(modules)
}

/// Makes an environment with what the requirements name, unless it is there. Its Python.
fn packages_of_python(project: &Project, room: &Path) -> Result<String, String> {
    let folder = room.join("python");
    let python = folder.join("bin/python").display().to_string();
    let requirements = project.read("tests/chain/requirements.txt")?;
    once(&room.join("python.stamp"), &requirements, || {
        let mut environment = project.command("python3");
        environment.args(["-m", "venv", "--clear"]).arg(&folder);
        project.run(environment)?;
        let mut install = project.command(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
        install.arg(project.path("tests/chain/requirements.txt"));
        project.run(install)
    })?;
    Ok(python)
}

/// Does something unless it was done before for the same text.
fn once(stamp: &Path, text: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    if std::fs::read_to_string(stamp).is_ok_and(|done| done == text) {
        return Ok(());
    }
    work()?;
    std::fs::write(stamp, text).map_err(|error| format!("{}: {error}", stamp.display()))
}

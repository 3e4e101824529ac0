//! What Debian packages have and a rustup without further targets has not: a compiler with the source of its library,
//! so that programs can be built for processors without an operating system, and an emulator of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;

/// Debian's compiler, cargo and the source of the library, all of one version.
const COMPILER: [(&str, &str); 3] = [
    ("rustc-web", "/usr/bin/rustc"),
    ("cargo-web", "/usr/bin/cargo"),
    ("rust-web-src", "/usr/lib/rustlib/src/rust/library/core/Cargo.toml"),
];

/// The emulator of boards with an Arm processor.
const EMULATOR: (&str, &str) = ("qemu-system-arm", "/usr/bin/qemu-system-arm");

/// What watches programs run, with the headers of its interface.
const WATCHER: [(&str, &str); 2] =
    [("valgrind", "/usr/bin/valgrind"), ("valgrind", "/usr/include/valgrind/memcheck.h")];

/// Builds for targets whose library is built from source.
pub struct Bare {
    linker: PathBuf,
}

impl Bare {
    /// Installs what is missing. The error says why it cannot be had here: a reason to skip.
    pub fn ready(project: &Project) -> Result<Bare, String> {
        install(project, &COMPILER)?;
        let rustc = |argument: &[&str]| {
            let mut command = project.command("rustc");
            command.args(argument);
            project.output(command)
        };
        let version = rustc(&["-vV"])?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
        let sysroot = rustc(&["--print", "sysroot"])?;
        let linker = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld");
        if linker.is_file() { Ok(Bare { linker }) } else { Err("rustc comes without rust-lld".into()) }
    }

    /// A build of the workspace in this folder, with the library `core` from source, optimised. Its outcome lies in
    /// [`folder`].
    pub fn build(
        &self,
        project: &Project,
        workspace: &str,
        target: &str,
        arguments: &[&str],
    ) -> Result<Command, String> {
        self.command(project, "build", workspace, target, arguments)
    }

    /// The same by another verb of cargo, such as `rustc`, which hands arguments on to the compiler.
    pub fn command(
        &self,
        project: &Project,
        verb: &str,
        workspace: &str,
        target: &str,
        arguments: &[&str],
    ) -> Result<Command, String> {
        let linker = format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"));
        let mut command = project.command("/usr/bin/cargo");
        // Cargo looks for its settings from the folder that it is called in.
        command.current_dir(project.path(workspace));
        command.args([verb, "--release", "--locked", "-Zbuild-std=core", "--target", target, "--target-dir"]);
        command.arg(target_folder(project)?).args(arguments);
        // The unstable option is the one that builds the library.
        command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc").env(linker, &self.linker);
        for foreign in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(foreign);
        }
        Ok(command)
    }
}

/// Where the programs for a target are put.
pub fn folder(project: &Project, target: &str) -> Result<PathBuf, String> {
    Ok(target_folder(project)?.join(target).join("release"))
}

/// Installs the emulator if it is missing; the error is a reason to skip.
pub fn emulator(project: &Project) -> Result<(), String> {
    install(project, &[EMULATOR])
}

/// Installs valgrind if it is missing; the error is a reason to skip.
pub fn valgrind(project: &Project) -> Result<(), String> {
    install(project, &WATCHER)
}

fn target_folder(project: &Project) -> Result<PathBuf, String> {
    let metadata = project.metadata("Cargo.toml")?;
    let folder = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(Path::new(folder).join("bare"))
}

/// Installs the packages whose files are not there.
fn install(project: &Project, packages: &[(&str, &str)]) -> Result<(), String> {
    let absent = |(_, file): &&(&str, &str)| !Path::new(file).is_file();
    let missing: Vec<&str> = packages.iter().filter(absent).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(format!("{wanted} of Debian is missing, and there is no apt-get"));
    }
    // Images clean the archives after each run of apt; a folder of our own is left alone.
    let archives = std::env::temp_dir().join(format!("ringback-apt-{}", std::process::id()));
    std::fs::create_dir_all(archives.join("partial")).map_err(|error| error.to_string())?;
    let lock = "DPkg::Lock::Timeout=300";
    let store = format!("Dir::Cache::archives={}", archives.display());
    let mut update = as_root(project);
    update.args(["apt-get", "update", "-q", "-o", lock]);
    let mut get = as_root(project);
    get.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends"]);
    get.args(["-o", &store, "-o", lock]).args(&missing);
    let outcome = project.run(update).and_then(|()| project.run(get));
    let _ = std::fs::remove_dir_all(&archives);
    outcome.map_err(|why| format!("{wanted} of Debian cannot be installed: {why}"))?;
    match packages.iter().find(absent) {
        None => Ok(()),
        Some((package, file)) => Err(format!("the package {package} does not bring {file}")),
    }
}

/// `env`, by root or through `sudo`.
fn as_root(project: &Project) -> Command {
    let root = Path::new("/usr/bin/sudo").is_file().then_some("sudo");
    let user = project.output({
        let mut command = project.command("id");
        command.arg("-u");
        command
    });
    match (user.as_deref().map(str::trim), root) {
        (Ok("0"), _) | (_, None) => project.command("env"),
        (_, Some(sudo)) => project.command(sudo),
    }
}

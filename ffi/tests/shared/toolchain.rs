//! The C library, installed into a folder of the tests, and the programs that compile against it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Where the library is installed.
pub struct Tree {
    pub prefix: PathBuf,
}

/// The tree that `cargo xtask install-c` lays down, made once for each test program.
pub fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let prefix = folder("tree");
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(root()).args(["xtask", "install-c", "--prefix"]).arg(&prefix);
        succeed(&mut command);
        Tree { prefix }
    })
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in a folder of the repository")
}

/// An empty folder of this name for what the tests of one program make.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ringback-ffi").join(env!("CARGO_CRATE_NAME")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Whether all of these programs are here; says what is skipped if not.
pub fn have(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| Command::new(program).arg("--version").output().is_err());
    if let Some(missing) = missing {
        println!("skipped: there is no {missing}");
    }
    missing.is_none()
}

/// How a program is linked.
#[derive(Clone, Copy, PartialEq)]
pub enum Linkage {
    Shared,
    Static,
}

impl Tree {
    /// What `pkg-config` says about a package, in a tree of its own before those of the system.
    pub fn package(&self, arguments: &[&str]) -> Vec<String> {
        let mut command = Command::new("pkg-config");
        command.env("PKG_CONFIG_PATH", self.prefix.join("lib/pkgconfig")).args(arguments);
        succeed(&mut command).split_whitespace().map(str::to_owned).collect()
    }

    /// Compiles a program: the compiler with its flags, the source, and what `pkg-config` gives for these packages.
    pub fn compile(&self, compiler: &[&str], source: &Path, packages: &[&str], linkage: Linkage) -> PathBuf {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let program = folder(&format!("{stem}-{}", number())).join(&*stem);
        let mut command = Command::new(compiler[0]);
        command.args(&compiler[1..]).arg(source).arg("-o").arg(&program);
        match linkage {
            Linkage::Shared => {
                command.args(self.package(&[&["--cflags", "--libs"], packages].concat()));
                // Found at run time, wherever the tests keep it.
                command.arg(format!("-Wl,-rpath,{}", self.prefix.join("lib").display()));
            }
            Linkage::Static => {
                let flags = self.package(&[&["--static", "--cflags", "--libs"], packages].concat());
                command.args(flags.iter().map(|flag| if flag == "-lringback" { "-l:libringback.a" } else { flag }));
            }
        }
        command.args(["-lpthread", "-lm"]);
        succeed(&mut command);
        program
    }
}

/// A number that no other call in this process gets.
pub fn number() -> usize {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// Runs a command that must succeed, and gives what it printed.
pub fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs a program that must succeed.
pub fn run(program: impl AsRef<OsStr>, arguments: &[&str]) -> String {
    succeed(Command::new(program.as_ref()).args(arguments))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

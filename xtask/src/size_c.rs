//! What the C library adds to a small program: `cargo xtask size-c`.
//!
//! One source is compiled four times: without a library, with the archive of ours, with a receiver too, and with yyjson,
//! which is what a C program would parse with otherwise. All are optimised, rid of what nobody calls, and stripped.

use std::fs;
use std::path::{Path, PathBuf};

use crate::install_c;
use crate::project::Project;

/// Builds and prints; gives the reason if yyjson has to be left out.
pub fn report(project: &Project) -> Result<Option<String>, String> {
    let metadata = project.metadata("ffi/Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let folder = Path::new(target).join("size-c");
    let prefix = folder.join("prefix").display().to_string();
    install_c::install(project, &prefix)?;

    let bench = Bench { project, folder };
    let none = bench.size("none", &[])?;
    let include = format!("-I{prefix}/include");
    let native = native(&format!("{prefix}/lib/pkgconfig/ringback.pc"))?;
    let archive = format!("{prefix}/lib/libringback.a");
    let ours = |name: &str, more: &[&str]| {
        let flags = [&["-DRINGBACK", &include, &archive], more].concat();
        let flags = flags.into_iter().chain(native.split_whitespace());
        bench.size(name, &flags.collect::<Vec<_>>())
    };
    println!("{:>12}  {none:>9}  the program without a library", "");
    let added = |size: u64| size.saturating_sub(none);
    println!("{:>12}  {:>9}  libringback adds, to print a transcript", "+", added(ours("ringback", &[])?));
    println!("{:>12}  {:>9}  libringback adds, with a receiver", "+", added(ours("receiver", &["-DRECEIVE"])?));
    match bench.yyjson() {
        Ok((include, source)) => {
            let size = bench.size("yyjson", &["-DYYJSON", &include, &source])?;
            println!("{:>12}  {:>9}  yyjson adds, to print a transcript", "+", added(size));
            Ok(None)
        }
        Err(why) => {
            let first = why.lines().next().unwrap_or_default();
            println!("yyjson is left out: {why}");
            Ok(Some(format!("there is no yyjson: {first}")))
        }
    }
}

/// Where the programs are built.
struct Bench<'p> {
    project: &'p Project,
    folder: PathBuf,
}

impl Bench<'_> {
    /// The bytes of the program with these flags.
    fn size(&self, name: &str, flags: &[&str]) -> Result<u64, String> {
        let program = self.folder.join(name);
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut compile = self.project.command(compiler);
        compile.args(["-std=c99", "-O2", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-s"]);
        compile.arg("ffi/tests/c/size.c").args(flags).arg("-o").arg(&program);
        self.project.output(compile)?;
        fs::metadata(&program).map(|file| file.len()).map_err(|error| format!("{}: {error}", program.display()))
    }

    /// Where the header and the source of yyjson are, out of the crate that carries them. Nothing of ours depends on it.
    fn yyjson(&self) -> Result<(String, String), String> {
        let package = self.folder.join("yyjson-source");
        let manifest = package.join("Cargo.toml");
        let failed = |error: std::io::Error| format!("{}: {error}", manifest.display());
        fs::create_dir_all(package.join("src")).map_err(failed)?;
        fs::write(package.join("src/lib.rs"), "").map_err(failed)?;
        let text = "[package]\nname = \"yyjson-source\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\nyyjson-sys = \"=0.1.0\"\n\n[workspace]\n";
        fs::write(&manifest, text).map_err(failed)?;
        let manifest = manifest.display().to_string();
        let command = self.project.cargo(&["metadata", "--format-version=1", "--manifest-path", &manifest]);
        let metadata: serde_json::Value =
            serde_json::from_str(&self.project.output(command)?).map_err(|error| error.to_string())?;
        let mut packages = metadata["packages"].as_array().into_iter().flatten();
        let found = packages.find(|package| package["name"] == "yyjson-sys");
        let manifest = found.and_then(|package| package["manifest_path"].as_str()).ok_or("it was not found")?;
        let source = Path::new(manifest).with_file_name("yyjson").join("src");
        Ok((format!("-I{}", source.display()), source.join("yyjson.c").display().to_string()))
    }
}

/// What the archive needs besides itself.
fn native(description: &str) -> Result<String, String> {
    let text = fs::read_to_string(description).map_err(|error| format!("{description}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Libs.private: "));
    line.map(str::to_owned).ok_or_else(|| format!("{description} does not say what the archive needs"))
}

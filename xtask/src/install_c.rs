//! Builds the C library and lays it down where C programs look: `cargo xtask install-c --prefix DIR`.
//!
//! The tree can be moved as a whole: `ringback.pc` finds everything relative to itself.
//!
//! ```text
//! include/ringback.h
//! lib/libringback.a
//! lib/libringback.so -> libringback.so.MAJOR -> libringback.so.VERSION
//! lib/pkgconfig/ringback.pc
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;

/// Builds and installs.
pub fn install(project: &Project, prefix: &str) -> Result<(), String> {
    let prefix = std::path::absolute(prefix).map_err(|error| format!("{prefix}: {error}"))?;
    let built = build(project)?;
    let (lib, include) = (prefix.join("lib"), prefix.join("include"));
    let package_config = lib.join("pkgconfig");
    for folder in [&package_config, &include] {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    }
    copy(&project.path("ffi/include/ringback.h"), &include.join("ringback.h"))?;
    copy(&built.archive, &lib.join("libringback.a"))?;
    strip(project, &lib.join("libringback.a"));

    let whole = format!("libringback.so.{}", built.version);
    let major = format!("libringback.so.{}", built.version.split('.').next().unwrap_or_default());
    copy(&built.shared, &lib.join(&whole))?;
    strip(project, &lib.join(&whole));
    link(&whole, &lib.join(&major))?;
    link(&major, &lib.join("libringback.so"))?;
    write(&package_config.join("ringback.pc"), &description(&built))
}

/// What a build gave.
struct Built {
    version: String,
    shared: PathBuf,
    archive: PathBuf,
    /// What a program links besides the archive, such as `-lpthread`.
    native: String,
}

fn build(project: &Project) -> Result<Built, String> {
    let metadata = project.metadata("ffi/Cargo.toml")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.into_iter().find(|package| package["name"] == "ringback-ffi");
    let version = package.and_then(|package| package["version"].as_str()).ok_or("ringback-ffi has no version")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let release = Path::new(target).join("release");

    let mut command = project.cargo(&["rustc", "--release", "--locked", "--package", "ringback-ffi", "--lib"]);
    command.args(["--", "--print", "native-static-libs"]);
    let output = command.output().map_err(|error| format!("cargo rustc: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("cargo rustc: {}\n{said}", output.status));
    }
    let native = native_libraries(&said).ok_or("rustc does not say what the archive needs")?;
    Ok(Built {
        version: version.to_owned(),
        shared: release.join("libringback.so"),
        archive: release.join("libringback.a"),
        native,
    })
}

/// What rustc says a static library needs.
fn native_libraries(said: &str) -> Option<String> {
    let line = said.lines().find_map(|line| line.split_once("native-static-libs:"))?;
    Some(line.1.trim().to_owned())
}

/// The description that `pkg-config` reads.
fn description(built: &Built) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include\n\
         \n\
         Name: ringback\n\
         Description: Receives Deepgram callbacks, so that no transcript is lost\n\
         Version: {}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -lringback\n\
         Libs.private: {}\n",
        built.version, built.native
    )
}

/// Takes the debug symbols out, most of which are those of the standard library. Without `strip` the file is merely large.
fn strip(project: &Project, file: &Path) {
    let mut command = project.command("strip");
    command.arg("--strip-debug").arg(file);
    let _ = command.output();
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    // A library that a program has loaded is replaced, not written over.
    remove(to)?;
    fs::copy(from, to).map(|_| ()).map_err(|error| failed(from, &error))
}

fn write(to: &Path, text: &str) -> Result<(), String> {
    fs::write(to, text).map_err(|error| failed(to, &error))
}

fn link(name: &str, at: &Path) -> Result<(), String> {
    remove(at)?;
    #[cfg(unix)]
    return std::os::unix::fs::symlink(name, at).map_err(|error| failed(at, &error));
    #[cfg(not(unix))]
    Err(format!("{}: there are no links to {name} on this system", at.display()))
}

fn remove(file: &Path) -> Result<(), String> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(file, &error)),
        _ => Ok(()),
    }
}

fn failed(file: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_archive_needs_is_found_among_other_notes() {
        let said = "   Compiling x\nnote: link against these\n\nnote: native-static-libs: -lgcc_s -lc\n\n";
        assert_eq!(native_libraries(said).as_deref(), Some("-lgcc_s -lc"));
        assert_eq!(native_libraries("nothing"), None);
    }

    #[test]
    fn the_description_names_no_place() {
        let built = Built {
            version: "1.2.3".into(),
            shared: "somewhere/libringback.so".into(),
            archive: "somewhere/libringback.a".into(),
            native: "-lc".into(),
        };
        let text = description(&built);
        assert!(text.starts_with("prefix=${pcfiledir}/../..\n") && text.contains("\nVersion: 1.2.3\n"));
        assert!(!text.contains("somewhere"));
    }
}

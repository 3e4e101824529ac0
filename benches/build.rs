//! Notes which compilers are used, and compiles the bridge to simdjson. The library itself comes out of the crate
//! `simdjson-sys`.

use std::ffi::OsStr;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/peers/simdjson.cpp");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    println!("cargo:rustc-env=BENCHES_RUSTC={}", version(&rustc));
    #[cfg(feature = "peers")]
    let cxx = version(bridge().path().as_os_str());
    #[cfg(not(feature = "peers"))]
    let cxx = "";
    println!("cargo:rustc-env=BENCHES_CXX={cxx}");
}

#[cfg(feature = "peers")]
fn bridge() -> cc::Tool {
    // cmake, which that crate builds with, leaves the folder that it installed to.
    let root = std::env::var_os("DEP_SIMDJSON_ROOT").expect("simdjson-sys says where it is installed");
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++17")
        // As simdjson itself is compiled.
        .opt_level(3)
        .define("NDEBUG", None)
        .include(std::path::Path::new(&root).join("include"))
        .file("src/peers/simdjson.cpp");
    build.compile("ringback_benches_simdjson");
    build.get_compiler()
}

/// The first line of what a compiler says about itself.
fn version(compiler: &OsStr) -> String {
    let output = Command::new(compiler).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

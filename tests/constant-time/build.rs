//! Compiles what talks to valgrind: its interface is macros for C.

fn main() {
    println!("cargo::rerun-if-changed=src/watch.c");
    cc::Build::new().file("src/watch.c").compile("watch");
}

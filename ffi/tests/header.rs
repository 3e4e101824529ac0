//! The header: generated from the source, committed, complete, documented.

use std::path::Path;

/// Generates the header out of the source.
fn generated() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).expect("cbindgen.toml can be read");
    let bindings = cbindgen::Builder::new().with_crate(folder).with_config(config).generate();
    let mut header = Vec::new();
    bindings.expect("cbindgen understands the source").write(&mut header);
    String::from_utf8(header).expect("the header is text")
}

#[test]
fn the_committed_header_is_the_generated_one() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/ringback.h");
    let generated = generated();
    if std::env::var_os("RINGBACK_WRITE_HEADER").is_some() {
        std::fs::write(&committed, &generated).expect("the header can be written");
    }
    let committed = std::fs::read_to_string(committed).expect("the header is there");
    assert!(
        committed == generated,
        "include/ringback.h is not what the source says: RINGBACK_WRITE_HEADER=1 cargo test -p ringback-ffi --test header"
    );
}

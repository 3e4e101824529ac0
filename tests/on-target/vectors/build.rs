//! Turns the vectors, which are JSON, into constants: the target has neither files nor an allocator.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

fn main() {
    let folder = Path::new("../../vectors");
    let mut code = String::new();
    for (table, topics, convert) in TABLES {
        writeln!(code, "pub const {}: &[{table}] = &[", table.to_uppercase()).unwrap();
        for topic in *topics {
            let path = folder.join(topic).with_extension("json");
            println!("cargo::rerun-if-changed={}", path.display());
            let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for case in file["cases"].as_array().unwrap() {
                writeln!(code, "    {table} {{ name: {:?}, {} }},", name(topic, case), convert(case)).unwrap();
            }
        }
        code += "];\n";
    }
    std::fs::write(Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("vectors.rs"), code).unwrap();
}

/// The type of the cases, the files that they come from, and what turns one of them into the fields of the type.
type Table = (&'static str, &'static [&'static str], fn(&Value) -> String);

const TABLES: &[Table] = &[
    ("Malformed", &["json_errors"], |case| format!("body: {}, error: {}", bytes(&case["body"]), error(case))),
    ("Number", &["numbers"], |case| {
        let digits = case["name"].as_str().unwrap();
        let number = |member: &str| match case[member].as_str() {
            Some(digits) => format!("Some({digits})"),
            None => "None".to_owned(),
        };
        let bits = case["f64"].as_str().map(|bits| format!("0x{bits}"));
        format!(
            "digits: {digits:?}, i64: {}, u64: {}, millis: {}, bits: {}",
            number("i64"),
            number("u64"),
            number("millis"),
            option(bits)
        )
    }),
    ("Pointer", &["pointers"], |case| {
        let raw = case["raw"].as_str().map(|raw| format!("{raw:?}"));
        let found =
            if case["error"].is_null() { format!("Ok({})", option(raw)) } else { format!("Err({})", error(case)) };
        format!("body: {}, pointer: {:?}, found: {found}", bytes(&case["body"]), case["pointer"].as_str().unwrap())
    }),
    ("Id", &["request_ids"], |case| {
        let uuid = case["uuid"].as_str().map(|uuid| byte_string(&hexadecimal(uuid)));
        let read =
            if case["error"].is_null() { format!("Ok({})", option(uuid)) } else { format!("Err({})", error(case)) };
        format!("text: {:?}, read: {read}", case["text"].as_str().unwrap())
    }),
    ("Document", &["transcripts", "analyses", "streams", "failures", "unknown"], |case| {
        let facts = &case["facts"];
        let text = |member: &str| option(facts[member].as_str().map(|text| format!("{text:?}")));
        format!(
            "body: {}, kind: {}, request_id: {}, transcript: {}",
            bytes(&case["body"]),
            facts["kind"],
            text("request_id"),
            text("transcript")
        )
    }),
    ("Ticket", &["tickets_verified"], |case| {
        let keys = case["keys"].as_array().unwrap().iter().map(|key| byte_string(&hexadecimal(key.as_str().unwrap())));
        let ticket = &case["ticket"];
        let verified = if case["error"].is_null() {
            format!("Ok(({}, {}, {}))", ticket["job"], ticket["key"], option(ticket["lateness"].as_u64()))
        } else {
            format!("Err({})", error(case))
        };
        let text =
            |member: &Value| member.as_str().map(|text| byte_string(text.as_bytes())).unwrap_or_else(|| bytes(member));
        format!(
            "keys: &[{}], audience: {:?}, now: {}, grace: {}, uses: {:?}, user: {}, password: {}, verified: {verified}",
            keys.collect::<Vec<_>>().join(", "),
            case["audience"].as_str().unwrap_or_default(),
            case["now"],
            case["grace"].as_u64().unwrap_or(1_260_000),
            case["uses"].as_str().unwrap_or("dsrt"),
            text(&case["user"]),
            text(&case["password"])
        )
    }),
];

fn name(topic: &str, case: &Value) -> String {
    format!("{topic}: {}", case["name"].as_str().unwrap())
}

fn option(value: Option<impl ToString>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({})", value.to_string()))
}

fn error(case: &Value) -> String {
    format!("({}, {})", case["error"], case["offset"].as_u64().unwrap_or(0))
}

/// The bytes of one of the three ways in which vectors write them.
fn bytes(value: &Value) -> String {
    if let Some(text) = value["utf8"].as_str() {
        return byte_string(text.as_bytes());
    }
    if let Some(digits) = value["hex"].as_str() {
        return byte_string(&hexadecimal(digits));
    }
    let parts = value["repeat"].as_array().expect("bytes are utf8, hex or repeat");
    let times = |part: &Value| part[0].as_str().unwrap().repeat(part[1].as_u64().unwrap() as usize);
    byte_string(parts.iter().map(times).collect::<String>().as_bytes())
}

fn byte_string(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii())
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let digits = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

//! What a measurement was made on, and with.

use std::time::{SystemTime, UNIX_EPOCH};

/// The machine, the compilers, the day.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The processor's name for itself.
    pub processor: String,
    /// How many threads there are.
    pub threads: usize,
    /// The instruction sets that matter here and are there.
    pub features: Vec<&'static str>,
    /// Operating system and architecture.
    pub system: String,
    /// The compilers.
    pub compilers: Vec<&'static str>,
    /// The day, in UTC, as year, month, day with hyphens.
    pub date: String,
}

impl Machine {
    /// This one, today.
    #[must_use]
    pub fn here() -> Machine {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Machine {
            processor: processor().unwrap_or_else(|| "unknown processor".into()),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            features: features(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            compilers: [env!("BENCHES_RUSTC"), env!("BENCHES_CXX")]
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect(),
            date: date(seconds / 86_400),
        }
    }

    /// A name for files: the processor's, in small letters and hyphens.
    #[must_use]
    pub fn slug(&self) -> String {
        let plain = self.processor.replace("(R)", " ").replace("(TM)", " ").to_lowercase();
        let words: Vec<&str> =
            plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        format!("{}-{}", words.join("-"), std::env::consts::ARCH)
    }
}

/// Packages of the lock file that are compared, with their versions.
#[must_use]
pub fn peers() -> Vec<(&'static str, &'static str)> {
    const LOCK: &str = include_str!("../Cargo.lock");
    const NAMES: [&str; 7] =
        ["serde_json", "sonic-rs", "simd-json", "jiter", "hashbrown", "simdjson-sys", "yyjson-sys"];
    let field = |package: &'static str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.map(|value| value.trim_matches('"'))
    };
    let versions = |wanted: &str| {
        let packages = LOCK.split("[[package]]").filter(move |package| field(package, "name") == Some(wanted));
        packages.filter_map(move |package| field(package, "version")).max()
    };
    NAMES.iter().filter_map(|name| Some((*name, versions(name)?))).collect()
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    let found = [
        ("SSE4.2", is_x86_feature_detected!("sse4.2")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("BMI2", is_x86_feature_detected!("bmi2")),
        ("AVX-512 BW", is_x86_feature_detected!("avx512bw")),
        ("AVX-512 VBMI2", is_x86_feature_detected!("avx512vbmi2")),
    ];
    found.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> Vec<&'static str> {
    Vec::new()
}

/// The date of this many days after the first of 1970, in the Gregorian calendar.
fn date(days: u64) -> String {
    // Counted from the first of March of the year 0, so that leap days come last in a year.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{of_month:02}", era * 400 + year + turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_know_leap_years() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_512), "2026-02-28");
        assert_eq!(date(20_513), "2026-03-01");
    }

    #[test]
    fn every_peer_is_in_the_lock_file() {
        let found: Vec<&str> = peers().into_iter().map(|(name, _)| name).collect();
        assert!(found.contains(&"serde_json") && found.contains(&"simdjson-sys"), "{found:?}");
    }

    #[test]
    fn a_slug_can_be_part_of_a_file_name() {
        let machine = Machine { processor: "Intel(R) Xeon(R) CPU @ 2.60GHz".into(), ..Machine::here() };
        assert_eq!(machine.slug(), format!("intel-xeon-cpu-2-60ghz-{}", std::env::consts::ARCH));
    }
}

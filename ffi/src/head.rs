//! The head of a request, told header by header.

use ringback_core::Head;

use crate::boundary::{Given, guard};
use crate::result::ringback_result;
use crate::str::ringback_str;

/// The head of a request in the making. It is there only within the callback that `ringback_begin` calls.
///
/// Threads: that of the callback.
pub struct ringback_head {
    /// What it borrows is the caller's, who keeps it until `ringback_begin` returns, as the head is.
    pub(crate) head: Head<'static>,
}

/// Tells one header, as it came. Every occurrence must be told, so that repetitions are seen; those that no receiver needs
/// are passed over.
///
/// Parameters: `head`: what the callback was given. `name`: in any case. `value`: any bytes; absent is like empty.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: the value is borrowed until `ringback_begin` returns.
///
/// Threads: that of the callback.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_head_add(
    head: Option<&mut ringback_head>,
    name: ringback_str<'_>,
    value: ringback_str<'static>,
) -> ringback_result {
    guard(|| {
        let head = head.given()?;
        let name = name.raw()?;
        let value = if value.is_absent() { b"" } else { value.raw()? };
        // A name that is no text is none that a receiver needs.
        if let Ok(name) = std::str::from_utf8(name) {
            head.head = head.head.header(name, value);
        }
        Ok(())
    })
}

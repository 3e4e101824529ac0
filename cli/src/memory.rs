//! What the process keeps of the memory that it has freed.
//!
//! Bodies are large, come and go, and are freed by other threads than asked for them. The allocator of glibc takes the first
//! of them from the system and gives it back; from then on it keeps all that is up to 32 MiB for the next time, in a heap for
//! each thread, and up to 64 MiB at the end of each heap. Each thread that once had a large body would hold on to as much
//! for ever, beyond any budget. So large blocks always come from the system and go back to it.

/// From this size on a block comes from the system. Below it are the bodies of a call of some hours.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 1 << 20;

/// Sees to it that large blocks go back to the system. To be called before there are threads.
pub fn return_what_is_large() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for parameter in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: `mallopt` takes two numbers and changes how the allocator chooses from then on; no other thread is there
        // that could allocate meanwhile. If it refuses, all is as it was.
        unsafe { libc::mallopt(parameter, LARGE) };
    }
}

//! What the system says of this process: memory, open files, threads.

/// Taken at one moment; what the system does not tell is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Process {
    resident_bytes: Option<f64>,
    n_files: Option<f64>,
    n_threads: Option<f64>,
}

/// This process now.
pub fn now() -> Process {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| -> Option<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    // The folder that is being read is open itself.
    let files = std::fs::read_dir("/proc/self/fd").map(|files| u32::try_from(files.count()).unwrap_or(0)).ok();
    Process {
        resident_bytes: field("VmRSS:").map(|kib| kib * 1024.0),
        n_files: files.map(|n| f64::from(n.saturating_sub(1))),
        n_threads: field("Threads:"),
    }
}

impl Process {
    pub(super) fn gauges(&self) -> impl Iterator<Item = (&'static str, &'static str, f64)> {
        [
            ("process_resident_memory_bytes", "Memory in use.", self.resident_bytes),
            ("process_open_fds", "Open files.", self.n_files),
            ("process_threads", "Threads.", self.n_threads),
        ]
        .into_iter()
        .filter_map(|(name, help, value)| Some((name, help, value?)))
    }
}

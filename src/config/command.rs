//! A command that gives a secret, and what it started: none of it outlives the wait.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longest wait for a password command; one that asks a person would hold up the start for ever.
const WAIT: Duration = Duration::from_secs(10);

/// What the command prints, a byte more than `n_max` at most.
pub(super) fn answer(command: &str, n_max: u64) -> Result<Vec<u8>, String> {
    within(WAIT, command, n_max)
}

fn within(wait: Duration, command: &str, n_max: u64) -> Result<Vec<u8>, String> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // A group of its own, so that what the shell started can be ended with it.
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cannot start the command: {error}"))?;
    let stdout = child.stdout.take();
    let (done, read) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.map(|out| out.take(n_max + 1).read_to_end(&mut bytes));
        let _ = done.send(read.transpose().map(|_| bytes));
    });
    let read = read.recv_timeout(wait);
    match (read, ended(&mut child)) {
        (Ok(Ok(bytes)), Some(status)) if status.success() => Ok(bytes),
        (Ok(_), Some(status)) => Err(format!("the command failed ({status})")),
        _ => Err(format!("the command did not answer within {} s", wait.as_secs())),
    }
}

/// How the command ended; one that lingers after its answer is killed.
fn ended(child: &mut Child) -> Option<ExitStatus> {
    for _ in 0..20 {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // The shell knows how to end a group; the group is still the child's, which was not waited for yet.
    let group = format!("kill -s KILL -- -{}", child.id());
    let _ = Command::new("/bin/sh").args(["-c", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hanging_command_started_does_not_outlive_it() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let command = format!("sleep 60 & echo $! > {}; wait", pid.display());
        assert!(within(Duration::from_millis(300), &command, 9).unwrap_err().contains("did not answer"));
        let pid = std::fs::read_to_string(pid).unwrap();
        let stat = format!("/proc/{}/stat", pid.trim());
        let is_gone = || !std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z"));
        // A signal takes its moment.
        assert!((0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            is_gone()
        }));
    }

    #[test]
    fn a_command_that_answers_is_heard() {
        assert_eq!(answer("echo hunter2", 99), Ok(b"hunter2\n".to_vec()));
    }
}

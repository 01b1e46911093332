//! A server under test: a child process that is ended with the value that holds it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::client::Client;
use crate::interrupt::Interrupt;
use crate::request::Request;

const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(10);
/// Short against any start-up that is measured, long enough not to take the processor from the starting server.
const PAUSE: Duration = Duration::from_micros(250);
const LOG_BYTES_SHOWN: usize = 4_000;

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first 200 on the health route.
    pub(crate) ready_after: Duration,
    child: Child,
    log: PathBuf,
}

/// In MiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) resident: f64,
    /// Pages shared with other processes count in parts (`Pss`).
    pub(crate) proportional: f64,
    /// The most that was ever resident.
    pub(crate) peak: f64,
}

/// An address that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Server {
    /// Starts the process and waits until `health_path` answers 200. Its output goes to the file `log`.
    pub(crate) fn start(
        mut command: Command,
        address: SocketAddr,
        health_path: &str,
        log: &Path,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let started = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("{command:?} could not be started"))?;
        let mut server = Self {
            address,
            ready_after: Duration::ZERO,
            child,
            log: log.to_owned(),
        };
        while !is_healthy(address, health_path) {
            interrupt.check()?;
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended with {status}:\n{}", server.log_end());
            }
            if started.elapsed() > START_LIMIT {
                bail!(
                    "{command:?} was not ready after {START_LIMIT:?}:\n{}",
                    server.log_end()
                );
            }
            sleep(PAUSE);
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    /// Asks the process to end, waits for it, and ends it by force when it does not listen.
    pub(crate) fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP_LIMIT {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            sleep(Duration::from_millis(2));
        }
        bail!(
            "the process did not end within {STOP_LIMIT:?}:\n{}",
            self.log_end()
        );
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// All that the process printed so far.
    pub(crate) fn log(&self) -> Result<String> {
        fs::read_to_string(&self.log).with_context(|| self.log.display().to_string())
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = self.read_proc("status")?;
        let rollup = self.read_proc("smaps_rollup")?;
        Ok(Memory {
            resident: mib_of(&status, "VmRSS:")?,
            proportional: mib_of(&rollup, "Pss:")?,
            peak: mib_of(&status, "VmHWM:")?,
        })
    }

    /// Runs `act` and says what processor time the server spent meanwhile, in all its threads.
    pub(crate) fn while_measured<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
        let before = self.processor_time()?;
        let done = act()?;
        Ok((done, self.processor_time()?.saturating_sub(before)))
    }

    fn processor_time(&self) -> Result<Duration> {
        processor_time_of(&self.read_proc("stat")?)
    }

    fn read_proc(&self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).with_context(|| path)
    }

    /// The end of what the process printed.
    pub(crate) fn log_end(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_BYTES_SHOWN)..]).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn is_healthy(address: SocketAddr, path: &str) -> bool {
    let answer = Client::connect(address).and_then(|mut client| client.send(Request::get(path)));
    answer.is_ok_and(|answer| answer.status == 200)
}

fn mib_of(table: &str, key: &str) -> Result<f64> {
    let line = table.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|line| line.split_whitespace().next());
    let kib: u32 = number.with_context(|| format!("no {key} in /proc"))?.parse()?;
    Ok(f64::from(kib) / 1024.0)
}

/// `utime` and `stime`, fields 14 and 15 of proc(5)'s stat, counted after the name, which may contain spaces.
fn processor_time_of(stat: &str) -> Result<Duration> {
    let (_, after_name) = stat.rsplit_once(") ").context("no name in /proc/PID/stat")?;
    let mut fields = after_name.split(' ').skip(11);
    let mut ticks = 0;
    for _ in 0..2 {
        ticks += fields
            .next()
            .context("no times in /proc/PID/stat")?
            .parse::<u32>()?;
    }
    let ticks_per_second = u32::try_from(rustix::param::clock_ticks_per_second())?;
    Ok(Duration::from_secs(u64::from(ticks)) / ticks_per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_with_a_name_of_two_words() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 10 0 0 0 150 50 0 0 20 0 4 0 100 1 1";
        assert_eq!(processor_time_of(stat).unwrap(), Duration::from_secs(2));
    }

    #[test]
    fn memory_lines() {
        let resident = mib_of("Name:\tx\nVmRSS:\t   29696 kB\n", "VmRSS:").unwrap();
        assert!((resident - 29.0).abs() < f64::EPSILON);
        assert!(mib_of("Name:\tx\n", "VmRSS:").is_err());
    }
}

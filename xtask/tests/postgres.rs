//! The private PostgreSQL is gone when its owner is, in whatever way the owner ends.

#![cfg(test)]

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `cargo xtask postgres`, and the folder of its server.
struct Owner {
    process: Child,
    folder: PathBuf,
}

fn start() -> Owner {
    // Whoever runs the tests in the background lets them ignore Ctrl-C, and a program inherits that; a terminal does not.
    let mut process = Command::new("env")
        .args(["--default-signal=INT", env!("CARGO_BIN_EXE_xtask"), "postgres"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let folder = folder_of(address.trim());
    assert!(folder.join(".s.PGSQL.5432").exists(), "no server behind {address}");
    Owner { process, folder }
}

fn folder_of(address: &str) -> PathBuf {
    let host = address.strip_prefix("postgresql://yibao@").and_then(|rest| rest.strip_suffix("/yibao"));
    PathBuf::from(host.unwrap_or_else(|| panic!("not an address: {address}")).replace("%2F", "/"))
}

fn server_process(folder: &Path) -> String {
    let file = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().to_owned()
}

fn ends(mut what: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while what() {
        if started.elapsed() > Duration::from_secs(30) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}

fn is_alive(process: &str) -> bool {
    Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().unwrap().success()
}

/// Sends `signal` to the owner and to all in its process group, as a terminal does with Ctrl-C.
fn leaves_nothing_behind_after(signal: &str) {
    let mut owner = start();
    let server = server_process(&owner.folder);
    assert!(is_alive(&server));
    Command::new("kill").args([signal, "--", &format!("-{}", owner.process.id())]).status().unwrap();
    let ended = ends(|| owner.process.try_wait().unwrap().is_none());
    if !ended {
        owner.process.kill().unwrap();
    }
    assert!(ended, "the owner runs on after {signal}");
    assert!(ends(|| owner.folder.exists()), "{} stays after {signal}", owner.folder.display());
    assert!(ends(|| is_alive(&server)), "server {server} runs on after {signal}");
}

#[test]
fn nothing_is_left_behind_after_ctrl_c() {
    leaves_nothing_behind_after("-INT");
}

#[test]
fn nothing_is_left_behind_after_a_kill() {
    leaves_nothing_behind_after("-KILL");
}

#[test]
fn a_command_gets_the_address_and_its_code_is_passed_on() {
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["postgres", "--", "sh", "-c", "echo $TEST_DATABASE_URL; exit 7"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(7), "{}", String::from_utf8_lossy(&ran.stderr));
    let address = String::from_utf8(ran.stdout).unwrap();
    assert!(!folder_of(address.trim()).exists(), "{address} stays");
}

#[test]
fn the_server_keeps_what_it_has_acknowledged_and_takes_no_network_connections() {
    let query = "psql -qAt $DATABASE_URL -c \"select string_agg(current_setting(name), ' ' order by name) from pg_settings \
                 where name in ('fsync', 'listen_addresses', 'max_connections', 'server_encoding', 'synchronous_commit')\"";
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["postgres", "--", "sh", "-c", query])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(ran.stdout).unwrap(),
        "on  200 UTF8 on\n",
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

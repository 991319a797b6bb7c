//! A private PostgreSQL: in a folder of its own, reached through a socket in that folder, gone when its owner is.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::time::Duration;

use crate::failure::{Context, Failure, Result};
use crate::requirements::{self, Places, Requirement};
use crate::run;

/// The role and the database of the private server.
const NAME: &str = "yibao";

/// The user that runs the server where this process is root, for PostgreSQL refuses to run as root.
const USERS: [&str; 2] = ["postgres", "yibao-test"];

/// What is put at the end of the server's `postgresql.conf`, besides the folder of its socket.
///
/// `fsync` stays on: tests that kill the server rest on it.
const SETTINGS: &str = "
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_min_messages = fatal
";

/// The longest path that a unix socket can have on Linux, without the ending zero.
const LONGEST_SOCKET_PATH: usize = 107;

/// Waits for its standard input to end, which happens when the owner of the pipe ends in whatever way, and then stops
/// the server in the folder $1 by the command in the other arguments and removes the folder.
const GUARDIAN: &str = r#"
trap '' INT TERM HUP
folder=$1
shift
cat >/dev/null
if [ -e "$folder/data/postmaster.pid" ]; then "$@" >/dev/null; fi
rm -rf -- "$folder"
"#;

/// A running private server. Dropping it stops the server and removes its folder; so does the end of this process,
/// by Ctrl-C or any other signal.
#[derive(Debug)]
pub struct Server {
    url: String,
    user: User,
    programs: PathBuf,
    folder: Folder,
}

impl Server {
    /// Starts the server whose programs are in the folder `programs`, with one empty database in it.
    pub fn start(programs: &Path) -> Result<Self> {
        let user = User::choose()?;
        let folder = Folder::create(&user, programs)?;
        let data = folder.path.join("data");

        let mut initdb = user.command(&programs.join("initdb"), &folder.path);
        initdb.arg("--pgdata").arg(&data).args(["--username", NAME, "--auth", "trust"]);
        initdb.args(["--locale=C", "--encoding=UTF8", "--no-instructions", "--no-sync"]);
        run::output(&mut initdb)?;
        configure(&data, &folder.path)?;

        let log = folder.path.join("log");
        let mut start = user.command(&programs.join("pg_ctl"), &folder.path);
        start.args(["start", "--wait", "--silent", "--pgdata"]).arg(&data).arg("--log").arg(&log);
        run::output(&mut start).map_err(|failure| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            Failure::new(format!("{failure}\n{}", log.trim_end()))
        })?;

        let mut createdb = user.command(&programs.join("createdb"), &folder.path);
        createdb.arg("--host").arg(&folder.path).args(["--username", NAME, NAME]);
        run::output(&mut createdb)?;

        let url = url(&folder.path)?;
        Ok(Self { url, user, programs: programs.to_path_buf(), folder })
    }

    /// The address of its database, in a form that libpq and the Rust clients understand.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn is_running(&self) -> bool {
        let mut status = self.user.command(&self.programs.join("pg_ctl"), &self.folder.path);
        status.args(["status", "--pgdata"]).arg(self.folder.path.join("data"));
        run::output(&mut status).is_ok()
    }
}

fn configure(data: &Path, folder: &Path) -> Result<()> {
    let path = data.join("postgresql.conf");
    let written = std::fs::read_to_string(&path).context(path.display())?;
    let settings = format!("{written}{SETTINGS}unix_socket_directories = '{}'\n", folder.display());
    std::fs::write(&path, settings).context(path.display())
}

fn url(folder: &Path) -> Result<String> {
    let folder =
        folder.to_str().ok_or_else(|| Failure::new("the temporary folder has a name that is not UTF-8"))?;
    let socket = format!("{folder}/.s.PGSQL.5432");
    if socket.len() > LONGEST_SOCKET_PATH {
        return Err(Failure::new(format!(
            "the path {socket} is too long for a socket; set TMPDIR to a folder with a shorter name"
        )));
    }
    Ok(format!("postgresql://{NAME}@{}/{NAME}", percent_encoded(folder)))
}

/// Everything but letters, digits, `-`, `.`, `_` as `%XX` (RFC 3986 section 2.1).
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Who runs the server: this process's own user, or an unprivileged one where this process is root.
#[derive(Debug)]
struct User(Option<&'static str>);

impl User {
    fn choose() -> Result<Self> {
        if !run::is_root()? {
            return Ok(Self(None));
        }
        let exists = |name: &&str| run::output(Command::new("id").args(["-u", name])).is_ok();
        if let Some(name) = USERS.into_iter().find(|name| exists(name)) {
            return Ok(Self(Some(name)));
        }
        let [_, name] = USERS;
        let mut add = Command::new("useradd");
        add.args(["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]);
        run::output(&mut add)?;
        Ok(Self(Some(name)))
    }

    /// A command that runs `program` as this user in `folder`.
    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match self.0 {
            None => Command::new(program),
            Some(name) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", name, "--regid", name, "--init-groups", "--"]).arg(program);
                command
            }
        };
        // The environment of the caller may name another server, port or language.
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(|name| name.starts_with("PG") || name.starts_with("LC_")) {
                command.env_remove(variable);
            }
        }
        command.env("LC_ALL", "C").current_dir(folder);
        command
    }
}

/// The folder of a server, with the guardian that clears it away.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    guardian: Child,
    // The guardian acts when this closes.
    pipe: Option<ChildStdin>,
}

impl Folder {
    fn create(user: &User, programs: &Path) -> Result<Self> {
        let template = std::env::temp_dir().join("yibao-pg.XXXXXX");
        let made = run::output(Command::new("mktemp").arg("-d").arg(template))?;
        let path = PathBuf::from(made.trim_end());
        let data = path.join("data");
        let mut stop = user.command(&programs.join("pg_ctl"), &path);
        stop.args(["stop", "--wait", "--mode=immediate", "--pgdata"]).arg(&data);

        let mut guardian = Command::new("sh");
        guardian
            .arg("-c")
            .arg(GUARDIAN)
            .arg("guardian")
            .arg(&path)
            .arg(stop.get_program())
            .args(stop.get_args());
        // A process group of its own, so that Ctrl-C at the terminal does not reach it.
        guardian
            .process_group(0)
            .current_dir("/")
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut guardian = guardian.spawn().context("cannot run sh")?;
        let pipe = guardian.stdin.take();
        let folder = Self { path, guardian, pipe };
        if let Some(name) = user.0 {
            run::output(Command::new("chown").arg(format!("{name}:")).arg(&folder.path))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.pipe = None;
        match self.guardian.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => eprintln!("{} could not be cleared away ({status})", self.path.display()),
            Err(error) => eprintln!("{} could not be cleared away: {error}", self.path.display()),
        }
    }
}

fn start() -> Result<Server> {
    let found = requirements::provide(&[Requirement::Postgres], &Places::of_this_machine())?;
    let [(_, programs)] = found.as_slice() else {
        return Err(Failure::new("PostgreSQL was not found"));
    };
    Server::start(programs)
}

/// The caller's `PATH` after the server's own programs, so that `psql` and `pgbench` are of the same version as it.
fn path_with(programs: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(programs.to_path_buf()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context(programs.display())
}

/// Starts a private server, prints its address and keeps it until Ctrl-C.
///
/// Fails when the server ends by itself.
pub fn keep() -> Result<()> {
    let server = start()?;
    println!("{}", server.url());
    eprintln!("PostgreSQL runs until Ctrl-C.");
    while server.is_running() {
        std::thread::sleep(Duration::from_secs(2));
    }
    Err(Failure::new("the server has ended by itself"))
}

/// Runs `command` with the address of a private server in `DATABASE_URL` and `TEST_DATABASE_URL`, and the server's
/// programs on its `PATH`; ends with its code.
pub fn lend(command: &[&str]) -> Result<ExitCode> {
    let [program, arguments @ ..] = command else {
        return Err(Failure::new("name the command to run after `--`"));
    };
    let server = start()?;
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", path_with(&server.programs)?);
    command.env("DATABASE_URL", server.url()).env("TEST_DATABASE_URL", server.url());
    let status = command.status().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(format!("there is no program {program}")),
        _ => Failure::new(format!("cannot run {program}: {error}")),
    })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_folder_of_the_socket() {
        let url = url(Path::new("/tmp/yibao-pg.a b")).unwrap();
        assert_eq!(url, "postgresql://yibao@%2Ftmp%2Fyibao-pg.a%20b/yibao");
    }

    #[test]
    fn a_folder_too_deep_for_a_socket_is_refused() {
        let deep = PathBuf::from(format!("/{}", "d".repeat(94)));
        assert!(url(&deep).unwrap_err().to_string().contains("TMPDIR"));
        assert!(url(&PathBuf::from(format!("/{}", "d".repeat(92)))).is_ok());
    }
}

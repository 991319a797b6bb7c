//! The programs that a test runs: the product with its synthetic people, chromedriver, and the reader of codes. Each is
//! the test's own, on free ports, and ends with it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

/// How long a program may take to start. It is a bound for broken ones, far above what a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// The value of a variable that `cargo xtask test` sets.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests by `cargo xtask test`, which sets it up")
    })
}

/// A program that ends when this is dropped.
struct Program {
    child: Child,
}

impl Program {
    /// Starts `command`, and returns with the first line of its output in which `ready` finds what it looks for. The
    /// rest of the output is read and dropped, so that the program never waits for a reader.
    fn start<T: Send + 'static>(
        mut command: Command,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> (Self, T) {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let output = child.stdout.take().expect("the output is piped");
        let program = Self { child };
        let (found, finding) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(output);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                if let Some(what) = ready(line.trim_end()) {
                    // Nobody waits any more when the test has failed already.
                    let _ = found.send(what);
                    let _ = std::io::copy(&mut lines.by_ref(), &mut std::io::sink());
                    return;
                }
                line.clear();
            }
        });
        let what = finding
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("{name} did not say that it is ready: {error}"));
        (program, what)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An insured person of the demonstration.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) id_number: String,
    pub(crate) phone: String,
    pub(crate) card_number: String,
    pub(crate) pin: String,
}

/// An institution of the demonstration, with one member of its staff.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Institution {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) staff_no: String,
    pub(crate) password: String,
}

#[derive(Debug, Deserialize)]
struct Cast {
    url: String,
    people: Vec<Person>,
    institutions: Vec<Institution>,
}

/// `yibao demo`, which has played its own story and serves.
pub(crate) struct Demo {
    _program: Program,
    _folder: TempDir,
    cast: Cast,
}

impl Demo {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let data = folder.path().join("demo");
        let mut command = Command::new(variable("YIBAO_BIN"));
        command.current_dir(root).args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        // To the product, every variable of this kind is a setting.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("YIBAO_"))
        {
            command.env_remove(name);
        }
        let (program, ()) =
            Program::start(command, |line| line.starts_with("Now in the browser").then_some(()));
        let script = std::fs::read(data.join("demo.json")).expect("demo.json");
        let cast = serde_json::from_slice(&script).expect("the cast in demo.json");
        Self { _program: program, _folder: folder, cast }
    }

    /// Where it serves, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.cast.url
    }

    /// The person of this name.
    pub(crate) fn person(&self, name: &str) -> &Person {
        self.cast.people.iter().find(|person| person.name == name).expect("somebody of that name")
    }

    /// The institution of this name.
    pub(crate) fn institution(&self, name: &str) -> &Institution {
        self.cast.institutions.iter().find(|each| each.name == name).expect("an institution of that name")
    }
}

/// chromedriver, which starts browsers.
pub(crate) struct Driver {
    _program: Program,
    /// Where it listens on this machine.
    pub(crate) port: u16,
}

impl Driver {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(variable("CHROMEDRIVER_BIN"));
        command.args(["--port=0", "--log-level=SEVERE"]);
        let (program, port) = Program::start(command, |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Self { _program: program, port }
    }
}

/// What a reader of codes sees in a picture: the kind of each code and its text.
pub(crate) fn read_codes(picture: &[u8]) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("screen.png");
    std::fs::write(&file, picture).expect("the picture is written");
    let output =
        Command::new(variable("ZBARIMG_BIN")).arg("--quiet").arg(&file).output().expect("zbarimg runs");
    String::from_utf8(output.stdout)
        .expect("text")
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(kind, text)| (kind.to_owned(), text.to_owned()))
        .collect()
}

/// The folder for pictures of the pages, if they are wanted.
pub(crate) fn screenshot_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("SCREENSHOT_DIR")?);
    std::fs::create_dir_all(&folder).expect("the folder of the screenshots");
    Some(folder)
}

//! The programs that tests need besides Rust: found, installed where that is allowed, or asked for.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::run;

/// The oldest PostgreSQL that the product supports.
const OLDEST_POSTGRES: u32 = 15;

/// Something that tests need and that Rust does not bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// The server programs of PostgreSQL.
    Postgres,
    /// The browser.
    Chromium,
    /// The program that drives the browser.
    Chromedriver,
    /// The decoder of QR codes and barcodes.
    Zbarimg,
    /// A font with Chinese characters, without which screenshots show empty boxes.
    ChineseFont,
    /// The command line of OpenSSL, against which signatures are checked.
    Openssl,
}

impl Requirement {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 6] =
        [Self::Postgres, Self::Chromium, Self::Chromedriver, Self::Zbarimg, Self::ChineseFont, Self::Openssl];

    /// The variable by which a test learns where it is.
    pub fn variable(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("TEST_DATABASE_URL"),
            Self::Chromium => Some("CHROMIUM_BIN"),
            Self::Chromedriver => Some("CHROMEDRIVER_BIN"),
            Self::Zbarimg => Some("ZBARIMG_BIN"),
            Self::ChineseFont => None,
            Self::Openssl => Some("OPENSSL_BIN"),
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Postgres => "the PostgreSQL server programs, version 15 or later",
            Self::Chromium => "the browser Chromium",
            Self::Chromedriver => "chromedriver, of the same version as Chromium",
            Self::Zbarimg => "zbarimg, the barcode reader",
            Self::ChineseFont => "a font with Chinese characters, and fc-list to find it",
            Self::Openssl => "the openssl command",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Chromium => &["chromium"],
            Self::Chromedriver => &["chromium-driver"],
            Self::Zbarimg => &["zbar-tools"],
            Self::ChineseFont => &["fonts-noto-cjk", "fontconfig"],
            Self::Openssl => &["openssl"],
        }
    }
}

/// Where to look.
#[derive(Clone, Debug)]
pub struct Places {
    /// Folders with programs.
    pub programs: Vec<PathBuf>,
    /// A folder that holds, for each version of PostgreSQL, a folder with `bin` in it, as Debian does.
    pub postgres_versions: PathBuf,
}

impl Places {
    /// The places of this machine.
    pub fn of_this_machine() -> Self {
        Self { programs: run::search_path(), postgres_versions: PathBuf::from("/usr/lib/postgresql") }
    }

    /// Where `requirement` is met: the program, or for PostgreSQL the folder of its programs.
    pub fn find(&self, requirement: Requirement) -> Option<PathBuf> {
        let program = |names: &[&str]| run::find_program(names, &self.programs);
        match requirement {
            Requirement::Postgres => self.find_postgres(),
            Requirement::Chromium => {
                program(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
            }
            Requirement::Chromedriver => program(&["chromedriver"]),
            Requirement::Zbarimg => program(&["zbarimg"]),
            Requirement::ChineseFont => program(&["fc-list"]).filter(|lister| lists_a_chinese_font(lister)),
            Requirement::Openssl => program(&["openssl"]),
        }
    }

    fn find_postgres(&self) -> Option<PathBuf> {
        let installed = std::fs::read_dir(&self.postgres_versions).into_iter().flatten().flatten();
        let folders =
            installed.map(|version| version.path().join("bin")).chain(self.programs.iter().cloned());
        let usable = folders.filter_map(|folder| {
            let complete = ["initdb", "pg_ctl", "createdb"]
                .iter()
                .all(|name| run::find_program(&[name], std::slice::from_ref(&folder)).is_some());
            let version = postgres_version(&folder.join("postgres"))?;
            (complete && version >= OLDEST_POSTGRES).then_some((version, folder))
        });
        usable.max_by_key(|(version, _)| *version).map(|(_, folder)| folder)
    }
}

/// The major version that `postgres --version` tells, as in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn postgres_version(server: &Path) -> Option<u32> {
    let told = run::output(Command::new(server).arg("--version")).ok()?;
    let version = told.split("(PostgreSQL)").nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn lists_a_chinese_font(lister: &Path) -> bool {
    run::output(Command::new(lister).args([":lang=zh-cn", "family"]))
        .is_ok_and(|fonts| !fonts.trim().is_empty())
}

/// Finds what `needed` lists; installs what is missing where this process may, and fails with what to install otherwise.
pub fn provide(needed: &[Requirement], places: &Places) -> Result<Vec<(Requirement, PathBuf)>> {
    if missing(needed, places).is_empty() || !may_install()? {
        return provide_by(None, needed, places);
    }
    provide_by(Some(&install), needed, places)
}

/// Installs what was not found.
type Installer<'a> = &'a dyn Fn(&[Requirement]) -> Result<()>;

fn provide_by(
    installer: Option<Installer<'_>>,
    needed: &[Requirement],
    places: &Places,
) -> Result<Vec<(Requirement, PathBuf)>> {
    if let Some(install) = installer {
        install(&missing(needed, places))?;
    }
    let missing = missing(needed, places);
    if !missing.is_empty() {
        return Err(Failure::new(what_to_install(&missing)));
    }
    Ok(needed.iter().filter_map(|&requirement| Some((requirement, places.find(requirement)?))).collect())
}

fn missing(needed: &[Requirement], places: &Places) -> Vec<Requirement> {
    needed.iter().copied().filter(|&requirement| places.find(requirement).is_none()).collect()
}

fn packages(missing: &[Requirement]) -> Vec<&'static str> {
    missing.iter().flat_map(|requirement| requirement.debian_packages()).copied().collect()
}

fn what_to_install(missing: &[Requirement]) -> String {
    let list: Vec<String> =
        missing.iter().map(|requirement| format!("  - {}", requirement.description())).collect();
    format!(
        "These tests need programs that were not found:\n{}\nOn Debian: apt-get install {}",
        list.join("\n"),
        packages(missing).join(" ")
    )
}

fn may_install() -> Result<bool> {
    let debian = Path::new("/etc/debian_version").exists();
    let apt = run::find_program(&["apt-get"], &run::search_path()).is_some();
    Ok(debian && apt && run::is_root()?)
}

fn install(missing: &[Requirement]) -> Result<()> {
    let packages = packages(missing);
    println!("Installing {}", packages.join(" "));
    // The lists of packages may be absent (a fresh container) or old; only then are they worth the time.
    if apt_get(&["install", "--yes", "--no-install-recommends"], &packages).is_err() {
        println!("Fetching the lists of packages and trying again");
        apt_get(&["update"], &[])?;
        apt_get(&["install", "--yes", "--no-install-recommends"], &packages)?;
    }
    Ok(())
}

fn apt_get(arguments: &[&str], packages: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).args(packages).env("DEBIAN_FRONTEND", "noninteractive");
    run::output(&mut command).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::scratch::Scratch;

    fn places(scratch: &Scratch) -> Places {
        Places {
            programs: vec![scratch.path().join("bin")],
            postgres_versions: scratch.path().join("postgresql"),
        }
    }

    fn add_postgres(scratch: &Scratch, folder: &str, version: &str) {
        scratch.program(&format!("{folder}/postgres"), &format!("echo 'postgres (PostgreSQL) {version}'"));
        for name in ["initdb", "pg_ctl", "createdb"] {
            scratch.program(&format!("{folder}/{name}"), "true");
        }
    }

    #[test]
    fn an_empty_machine_lacks_everything() {
        let scratch = Scratch::new("empty");
        assert_eq!(missing(&Requirement::ALL, &places(&scratch)), Requirement::ALL);
    }

    #[test]
    fn what_is_missing_is_named_with_its_packages() {
        let told = what_to_install(&[Requirement::Postgres, Requirement::ChineseFont]);
        assert!(told.contains("PostgreSQL server programs, version 15 or later"), "{told}");
        assert!(told.ends_with("apt-get install postgresql fonts-noto-cjk fontconfig"), "{told}");
    }

    #[test]
    fn without_the_right_to_install_all_that_is_missing_is_told_at_once() {
        let scratch = Scratch::new("told");
        scratch.program("bin/zbarimg", "true");
        let needed = [Requirement::Zbarimg, Requirement::Chromium, Requirement::Openssl];
        let failure = provide_by(None, &needed, &places(&scratch)).unwrap_err();
        assert_eq!(failure, Failure::new(what_to_install(&[Requirement::Chromium, Requirement::Openssl])));
    }

    #[test]
    fn what_is_missing_is_installed_and_then_found() {
        let scratch = Scratch::new("installed");
        let zbarimg = scratch.program("bin/zbarimg", "true");
        let needed = [Requirement::Zbarimg, Requirement::Openssl];
        let install = |missing: &[Requirement]| {
            assert_eq!(missing, [Requirement::Openssl]);
            scratch.program("bin/openssl", "true");
            Ok(())
        };
        let found = provide_by(Some(&install), &needed, &places(&scratch)).unwrap();
        let openssl = scratch.path().join("bin/openssl");
        assert_eq!(found, [(Requirement::Zbarimg, zbarimg), (Requirement::Openssl, openssl)]);
    }

    #[test]
    fn an_installation_that_brings_too_old_a_program_is_no_success() {
        let scratch = Scratch::new("stale");
        let install = |_: &[Requirement]| {
            add_postgres(&scratch, "postgresql/13/bin", "13.22");
            Ok(())
        };
        let failure = provide_by(Some(&install), &[Requirement::Postgres], &places(&scratch)).unwrap_err();
        assert!(failure.to_string().contains("version 15 or later"), "{failure}");
    }

    #[test]
    fn the_newest_postgres_is_taken() {
        let scratch = Scratch::new("newest");
        add_postgres(&scratch, "postgresql/9.6/bin", "9.6.24");
        add_postgres(&scratch, "postgresql/16/bin", "16.4 (Debian 16.4-1)");
        add_postgres(&scratch, "bin", "15.2");
        let found = places(&scratch).find(Requirement::Postgres);
        assert_eq!(found, Some(scratch.path().join("postgresql/16/bin")));
    }

    #[test]
    fn a_postgres_that_is_too_old_or_incomplete_does_not_count() {
        let scratch = Scratch::new("old");
        add_postgres(&scratch, "postgresql/14/bin", "14.20");
        scratch.program("postgresql/17/bin/postgres", "echo 'postgres (PostgreSQL) 17.0'");
        assert_eq!(places(&scratch).find(Requirement::Postgres), None);
        add_postgres(&scratch, "bin", "17beta1");
        assert_eq!(places(&scratch).find(Requirement::Postgres), Some(scratch.path().join("bin")));
    }

    #[test]
    fn a_font_lister_that_lists_nothing_is_not_a_font() {
        let scratch = Scratch::new("font");
        scratch.program("bin/fc-list", "true");
        assert_eq!(places(&scratch).find(Requirement::ChineseFont), None);
        scratch.program("bin/fc-list", "echo Noto Sans CJK SC");
        assert!(places(&scratch).find(Requirement::ChineseFont).is_some());
    }
}

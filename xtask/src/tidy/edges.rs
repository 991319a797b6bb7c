//! Which crates touch the outside: one has the database, few listen, few dial out.

use super::rust_source::RustSource;
use super::{Finding, has_word, line_of_dependency};
use crate::workspace::{File, Use, Workspace};

/// Something outside that only some crates may touch.
struct Edge {
    what: &'static str,
    crates: &'static [&'static str],
    dependencies: &'static [&'static str],
    code: &'static [&'static str],
}

const EDGES: [Edge; 3] = [
    Edge {
        what: "a database",
        crates: &["store"],
        dependencies: &[
            "rusqlite",
            "libsqlite3-sys",
            "postgres",
            "tokio-postgres",
            "deadpool-postgres",
            "sqlx",
        ],
        code: &[],
    },
    Edge {
        what: "listening",
        crates: &["server", "sandbox"],
        dependencies: &["axum"],
        code: &["TcpListener", "UnixListener", "UdpSocket", "axum::serve"],
    },
    Edge {
        what: "dialling out",
        crates: &["connectors", "sandbox", "yibao"],
        dependencies: &["reqwest"],
        code: &["TcpStream::connect", "UnixStream::connect", "reqwest", "hyper_util::client"],
    },
];

impl Edge {
    fn advice(&self, name: &str) -> String {
        format!("{} is for {} alone; move what uses {name} there", self.what, self.crates.join(", "))
    }
}

/// Checks the dependencies and the code of all crates; tests may stand in for the outside.
pub fn check(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    EDGES
        .iter()
        .flat_map(|edge| [check_dependencies(edge, workspace, files), check_code(edge, files)].concat())
        .collect()
}

fn check_dependencies(edge: &Edge, workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in workspace.packages.iter().filter(|package| !edge.crates.contains(&package.name.as_str())) {
        for dependency in
            package.dependencies.iter().filter(|dependency| dependency.needed_for == Use::Product)
        {
            if edge.dependencies.contains(&dependency.name.as_str()) {
                let line = line_of_dependency(files, package, &dependency.name);
                findings.push(Finding::new(&package.manifest(), line, edge.advice(&dependency.name)));
            }
        }
    }
    findings
}

fn check_code(edge: &Edge, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = files.iter().filter(|file| file.is(&["rs"]) && is_product(&file.path));
    for file in code.filter(|file| !edge.crates.iter().any(|name| file.is_of_crate(name))) {
        let source = RustSource::read(&file.text);
        for (number, line) in source.product_lines() {
            if let Some(word) = edge.code.iter().find(|word| has_word(line, word)) {
                findings.push(Finding::new(&file.path, number, edge.advice(word)));
            }
        }
    }
    findings
}

/// Whether the file at `path` is a crate's code and not its tests.
fn is_product(path: &str) -> bool {
    path.starts_with("crates/")
        && path.contains("/src/")
        && !path.ends_with("/tests.rs")
        && !path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package, workspace};

    fn in_code(path: &str, text: &str) -> Vec<String> {
        check(&workspace(vec![]), &[file(path, text)]).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_database_driver_outside_store_is_caught() {
        let packages =
            vec![package("store", &["rusqlite"], &[]), package("server", &["rusqlite"], &["postgres"])];
        let found = check(&workspace(packages), &[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("a database is for store alone"), "{found:?}");
    }

    #[test]
    fn a_listener_outside_the_server_is_caught() {
        let text = "\nlet listener = TcpListener::bind(address).await?;\n";
        let found = in_code("crates/yibao/src/demo.rs", text);
        assert_eq!(
            found,
            [
                "crates/yibao/src/demo.rs:2: listening is for server, sandbox alone; move what uses TcpListener there"
            ]
        );
        assert_eq!(in_code("crates/server/src/lib.rs", text), [""; 0]);
    }

    #[test]
    fn dialling_out_elsewhere_is_caught() {
        let text = "reqwest::Client::new()";
        assert_eq!(in_code("crates/server/src/http.rs", text).len(), 1);
        assert_eq!(in_code("crates/connectors/src/http.rs", text), [""; 0]);
        let packages = vec![package("server", &["reqwest"], &[])];
        assert_eq!(check(&workspace(packages), &[]).len(), 1);
    }

    #[test]
    fn tests_may_stand_in_for_the_outside() {
        let text = "TcpListener::bind(address)";
        assert_eq!(in_code("crates/connectors/tests/it/main.rs", text), [""; 0]);
        assert_eq!(in_code("crates/connectors/src/http/tests.rs", text), [""; 0]);
        let inside = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}\n");
        assert_eq!(in_code("crates/connectors/src/http.rs", &inside), [""; 0]);
    }
}

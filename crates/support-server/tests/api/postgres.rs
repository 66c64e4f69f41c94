//! A PostgreSQL server of the tests' own, from the machine's packages, on a socket in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Whether the tests run on PostgreSQL: `TEST_STORE=postgres`. Otherwise they run on SQLite.
pub(crate) fn is_chosen() -> bool {
    match std::env::var("TEST_STORE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("TEST_STORE is sqlite or postgres, not {other}"),
    }
}

/// A database server that is stopped when it is dropped.
pub(crate) struct Cluster {
    pub(crate) folder: PathBuf,
    programs: PathBuf,
    options: &'static str,
    server: Option<std::process::Child>,
}

/// Nothing is kept for long: it may be lost.
const FAST: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";
const FAST_SERIALIZABLE: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c default_transaction_isolation=serializable";
const CONNECTIONS: &str = "-c max_connections=300 -c shared_buffers=64MB";

impl Cluster {
    /// Makes a new one and starts it. As it is used in earnest, but for `options`.
    pub(crate) fn start(name: &str, options: &'static str) -> Cluster {
        let mut cluster = Cluster {
            folder: own_folder(name),
            programs: programs(),
            options,
            server: None,
        };
        let made = cluster
            .program("initdb")
            .args(["--auth=trust", "--username=desk", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(cluster.folder.join("data"))
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        cluster.go_on();
        cluster
    }

    /// Starts it again.
    pub(crate) fn go_on(&mut self) {
        let socket = self.folder.to_string_lossy().into_owned();
        let server = self
            .program("postgres")
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-c", "listen_addresses=", "-c"])
            .arg(format!("unix_socket_directories={socket}"))
            .args(CONNECTIONS.split(' '))
            .args(self.options.split(' ').filter(|it| !it.is_empty()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.server = Some(server);
        let started = Instant::now();
        while !self.takes_connections() {
            assert!(started.elapsed() < Duration::from_secs(60), "it starts");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn takes_connections(&self) -> bool {
        let asked = self
            .program("pg_isready")
            .arg("--quiet")
            .arg("--host")
            .arg(&self.folder)
            .status();
        asked.unwrap().success()
    }

    /// Stops it where it is: connections stay, new ones are taken by the system, and nobody answers.
    pub(crate) fn freeze(&self) {
        self.signal_all("STOP");
    }

    /// Lets it go on from there.
    pub(crate) fn thaw(&self) {
        self.signal_all("CONT");
    }

    /// The server first, so that it starts no more processes, then those that it has.
    fn signal_all(&self, signal: &str) {
        let server = self.server.as_ref().unwrap().id().to_string();
        let tell = |processes: Vec<&str>| {
            let mut kill = Command::new("kill");
            kill.args(["-s", signal]).args(processes);
            // Some of them may have ended meanwhile.
            let _ = kill.stderr(Stdio::null()).status();
        };
        tell(vec![&server]);
        let children = format!("/proc/{server}/task/{server}/children");
        tell(
            std::fs::read_to_string(children)
                .unwrap()
                .split_whitespace()
                .collect(),
        );
    }

    /// Ends it as a crash does: at once, with nothing put in order.
    pub(crate) fn crash(&mut self) {
        self.signal("QUIT");
    }

    fn signal(&mut self, signal: &str) {
        if let Some(mut server) = self.server.take() {
            let _ = Command::new("kill")
                .args(["-s", signal, &server.id().to_string()])
                .status();
            let _ = server.wait();
        }
    }

    /// Where a schema of its own is found.
    pub(crate) fn address(&self, schema: &str) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://desk@{host}/postgres?options=-c%20search_path%3D{schema}")
    }

    /// A program that the database's own user runs, and that ends with this process.
    fn program(&self, name: &str) -> Command {
        as_database_user(&self.programs.join(name), "QUIT")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.signal("QUIT");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A program of the database's own user, which no database may run as root. It is sent this signal when the thread that
/// started it ends.
pub(crate) fn as_database_user(program: &Path, at_the_end: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", at_the_end]);
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(program).current_dir("/");
    command
}

/// A new folder that belongs to the database's user.
pub(crate) fn own_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("support-postgres-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    if is_root() {
        let owned = Command::new("chown").arg("postgres").arg(&folder).status();
        assert!(owned.unwrap().success());
    }
    folder
}

fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output().unwrap();
    asked.stdout == b"0\n"
}

/// The newest version that is installed.
pub(crate) fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let newest = installed
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .expect("PostgreSQL is installed: apt-get install postgresql");
    Path::new("/usr/lib/postgresql")
        .join(newest.to_string())
        .join("bin")
}

/// Followed by the number of the process whose tests share it.
const SHARED_NAME: &str = "shared-";

/// Nobody ends after the last test, so whoever comes next removes the folders of processes that are gone.
fn remove_what_others_left() {
    let folders = std::fs::read_dir(std::env::temp_dir()).unwrap();
    for folder in folders.flatten() {
        let name = folder.file_name();
        let process = name.to_str().and_then(|name| {
            name.strip_prefix("support-postgres-")?
                .strip_prefix(SHARED_NAME)
        });
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = std::fs::remove_dir_all(folder.path());
        }
    }
}

/// The server that the tests of this process share. It ends with the process.
pub(crate) fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| {
        let options = match std::env::var("TEST_ISOLATION").as_deref() {
            Ok("serializable") => FAST_SERIALIZABLE,
            Err(_) => FAST,
            Ok(other) => panic!("TEST_ISOLATION is serializable or not set, not {other}"),
        };
        let (give, take) = std::sync::mpsc::channel();
        // The server ends with the thread that started it, and a test's thread ends with the test.
        std::thread::spawn(move || {
            remove_what_others_left();
            let name = format!("{SHARED_NAME}{}", std::process::id());
            give.send(Cluster::start(&name, options)).unwrap();
            loop {
                std::thread::park();
            }
        });
        take.recv().unwrap()
    })
}

/// A client of a schema, beside the product's own.
pub(crate) async fn client(address: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

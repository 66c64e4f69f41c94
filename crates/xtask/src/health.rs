//! "Does it answer yet?", asked without an HTTP library.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::children::{Running, how_it_ended};
use crate::problem::Problem;
use crate::project::Lane;

const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `GET path` answers 200 on this machine's `port`.
///
/// # Errors
/// When the program ends first, does not answer in half a minute, or a person asks to stop.
pub(crate) fn wait_for(
    lane: &Lane,
    name: &'static str,
    running: &mut Running,
    port: u16,
    path: &str,
) -> Result<(), Problem> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = running.ended()? {
            return Err(Problem::Died {
                name,
                how: how_it_ended(status),
            });
        }
        if lane.stopping() {
            return Err(Problem::Interrupted);
        }
        if answers(port, path) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(Problem::NotHealthy {
        name,
        url: format!("http://127.0.0.1:{port}{path}"),
    })
}

fn answers(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut status = [0_u8; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// # Errors
/// When another program holds the port.
pub(crate) fn check_free(
    port: u16,
    whose: &'static str,
    flag: &'static str,
) -> Result<(), Problem> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(Problem::PortInUse { port, whose, flag })
        }
        Err(source) => Err(Problem::Io {
            doing: format!("listening on port {port}"),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    fn answering(line: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut asked = BufReader::new(stream);
            // All of it: what is left unread would reset the connection before the answer is read.
            let mut line_of_request = String::new();
            while line_of_request != "\r\n" {
                line_of_request.clear();
                asked.read_line(&mut line_of_request).unwrap();
            }
            write!(asked.get_mut(), "HTTP/1.1 {line}\r\n\r\n").unwrap();
        });
        port
    }

    #[test]
    fn only_200_counts_as_healthy() {
        assert!(answers(answering("200 OK"), "/livez"));
        assert!(!answers(answering("503 Service Unavailable"), "/livez"));
    }

    #[test]
    fn a_taken_port_is_named_with_the_flag_that_changes_it() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let said = check_free(port, "server", "--port")
            .unwrap_err()
            .to_string();
        assert!(said.contains(&port.to_string()), "{said}");
        assert!(said.contains("--port N"), "{said}");
    }
}

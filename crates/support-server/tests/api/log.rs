//! Everything that any test of this program logs.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use support_server::observe::logs;
use support_server::settings::{LogFormat, LogSettings};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

thread_local! {
    static HERE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Where it is kept.
#[derive(Clone, Default)]
pub(crate) struct Kept(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        HERE.with_borrow_mut(|here| here.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Kept;

    fn make_writer(&'a self) -> Kept {
        self.clone()
    }
}

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What the program itself writes of it, at its most talkative.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// That, as lines of JSON.
pub(crate) fn lines() -> String {
    String::from_utf8(LINES.lock().unwrap().clone()).unwrap()
}

/// Keeps it from now on.
pub(crate) fn log() -> &'static Kept {
    static LOG: OnceLock<Kept> = OnceLock::new();
    LOG.get_or_init(|| {
        let kept = Kept::default();
        let everything = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(kept.clone());
        let settings = LogSettings {
            level: tracing::Level::TRACE,
            format: Some(LogFormat::Json),
        };
        let lines = logs::lines(&settings, false, || Lines);
        let subscriber = tracing_subscriber::registry().with(everything).with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        kept
    })
}

/// What was logged on this thread since this was last asked: by one test alone.
pub(crate) fn logged_here() -> String {
    String::from_utf8(HERE.take()).unwrap()
}

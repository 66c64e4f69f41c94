//! The programme's file, read and checked once. A broken one stops the server before it starts, with everything that
//! is wrong and where.

use crate::store::to_hex;
use axum::body::Bytes;
use entitlement_rules::{Fault, Programme, ProgrammeData};
use ring::digest;
use std::path::Path;
use std::sync::Arc;

/// A checked programme, with the bytes it was read from: the browser gets the very same.
#[derive(Clone)]
pub struct ProgrammeFile {
    /// The checked programme.
    pub programme: Arc<Programme>,
    /// The file's bytes.
    pub bytes: Bytes,
    /// Their entity tag.
    pub etag: Arc<str>,
}

impl ProgrammeFile {
    /// Checks the bytes of a programme's file.
    ///
    /// # Errors
    /// Every fault, with its JSON path and the reason.
    pub fn check(bytes: Vec<u8>) -> Result<ProgrammeFile, Vec<Fault>> {
        let programme = Programme::read(&bytes)?;
        let digest = digest::digest(&digest::SHA256, &bytes);
        let tag = to_hex(digest.as_ref().get(..12).unwrap_or_default());
        Ok(ProgrammeFile {
            programme: Arc::new(programme),
            etag: format!("\"{tag}\"").into(),
            bytes: bytes.into(),
        })
    }

    /// What it says.
    #[must_use]
    pub fn data(&self) -> &ProgrammeData {
        self.programme.data()
    }
}

/// Reads and checks a programme's file.
///
/// # Errors
/// Sentences that name the file, the JSON path and the reason: every fault, one per line.
pub fn read(path: &Path) -> Result<ProgrammeFile, String> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|error| format!("the programme file {shown} cannot be read: {error}"))?;
    ProgrammeFile::check(bytes).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        format!(
            "the programme file {shown} is broken:\n{}",
            faults.join("\n")
        )
    })
}

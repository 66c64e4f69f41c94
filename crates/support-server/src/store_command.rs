//! `support-server migrate`, `check`, `backup`, `restore` and `rotate-ids-key`: what is done to a store beside serving it.

use crate::settings::{StoreSettings, StoreUrl};
use crate::store::{Commits, Failure, Seal, Store, StoreError};
use std::io::{BufRead, Write};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreCommand {
    /// Bring the tables up to date.
    Migrate,
    /// Prove that everything adds up.
    Check,
    /// Write a copy of everything to standard output.
    Backup,
    /// Put a copy from standard input into an empty store.
    Restore,
    /// Seal the IDs with a new key.
    RotateIdsKey,
}

impl StoreCommand {
    /// The command of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<StoreCommand> {
        Some(match name {
            "migrate" => StoreCommand::Migrate,
            "check" => StoreCommand::Check,
            "backup" => StoreCommand::Backup,
            "restore" => StoreCommand::Restore,
            "rotate-ids-key" => StoreCommand::RotateIdsKey,
            _ => return None,
        })
    }
}

/// Opens the store: the one place that knows which one it is. `migrates`: whether it may bring a database's tables up to
/// date; those of a file are always brought.
///
/// # Errors
/// A sentence.
pub async fn open(settings: &StoreSettings, migrates: bool) -> Result<Store, String> {
    open_sealed(settings, Seal::from_file(&settings.ids_key_file)?, migrates).await
}

async fn open_sealed(
    settings: &StoreSettings,
    seal: Seal,
    migrates: bool,
) -> Result<Store, String> {
    match &settings.url {
        StoreUrl::Sqlite(file) => Store::open(file, seal, Commits::Grouped).await,
        StoreUrl::Postgres(url) => {
            let commits = Commits::Grouped;
            Store::connect(url, settings.connections, seal, migrates, commits).await
        }
    }
}

/// Does it. What it has to say goes to `told`; `Ok(false)` when `check` found something wrong.
///
/// # Errors
/// A sentence, when it could not be done.
pub async fn run(
    command: StoreCommand,
    settings: &StoreSettings,
    from: impl BufRead,
    to: impl Write + Send + 'static,
    mut told: impl Write,
) -> Result<bool, String> {
    let mut tell = |sentence: &str| drop(writeln!(told, "{sentence}"));
    if command == StoreCommand::RotateIdsKey {
        tell(&rotate_ids_key(settings).await?);
        return Ok(true);
    }
    let migrates = matches!(command, StoreCommand::Migrate | StoreCommand::Restore);
    let store = open(settings, migrates).await?;
    match command {
        StoreCommand::Migrate => tell("the tables are up to date"),
        StoreCommand::Backup => {
            let rows = store.backup(to).await.map_err(plainly)?;
            tell(&format!("{rows} rows"));
        }
        StoreCommand::Restore => store.restore(from).await?,
        StoreCommand::Check | StoreCommand::RotateIdsKey => {}
    }
    if matches!(command, StoreCommand::Migrate | StoreCommand::Backup) {
        return Ok(true);
    }
    let report = store.check().await.map_err(plainly)?;
    tell(&report.to_string());
    for fault in &report.faults {
        tell(fault);
    }
    if report.faults.is_empty() {
        tell("everything adds up");
    }
    Ok(report.faults.is_empty())
}

/// Draws a new key when everything is sealed with the current one, then seals with the current key what former ones
/// sealed. Run again after it was interrupted, it goes on.
async fn rotate_ids_key(settings: &StoreSettings) -> Result<String, String> {
    let file = &settings.ids_key_file;
    let mut seal = Seal::from_file(file)?;
    let store = open_sealed(settings, Seal::from_file(file)?, false).await?;
    if store.is_sealed_with(&seal).await.map_err(plainly)? {
        seal = Seal::with_new_key(file)?;
    }
    drop(store);
    let store = open_sealed(settings, Seal::from_file(file)?, false).await?;
    let count = store.reseal(&seal).await.map_err(plainly)?;
    Ok(format!(
        "{count} contracts and sessions were sealed with the first key of {}; no key behind it is needed any more",
        file.display()
    ))
}

fn plainly(failure: Failure) -> String {
    match failure {
        Failure::Store(
            error @ (StoreError::Away(_) | StoreError::Busy(_) | StoreError::Corrupt(_)),
        ) => error.to_string(),
        Failure::Store(error) => format!("the store failed: {error}"),
        Failure::Refused(_) => "the store refused".to_owned(),
    }
}

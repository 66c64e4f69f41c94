//! How the two IDs of a contract are kept: encrypted, with a key of that contract's own, and found again by a keyed
//! hash of the pair. Both keys come from one master key in a file beside the data. What the provider gave for a session is
//! encrypted likewise.
//!
//! The file may hold several master keys, one a line. The first one seals; the others still open what they sealed, until
//! `rotate-ids-key` has sealed it anew.

use super::StoreError;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::io::{Read, Write};
use std::path::Path;
use support_api::SupportIds;

/// The master keys.
pub struct Seal {
    current: MasterKey,
    former: Vec<MasterKey>,
}

struct MasterKey {
    key: hmac::Key,
    /// Stands in front of what it sealed.
    name: [u8; NAME_LENGTH],
}

/// No key in a log.
impl std::fmt::Debug for Seal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seal(hidden)")
    }
}

const KEY_LENGTH: usize = 32;
const NAME_LENGTH: usize = 4;

/// What a derived key is for.
const CONTRACT: &[u8] = b"contract";
const SESSION: &[u8] = b"session";
const BROKEN: StoreError = StoreError::Corrupt("what was sealed cannot be opened");

impl Seal {
    /// A seal with these 32 bytes as its key.
    #[must_use]
    pub fn with_key(key: &[u8; KEY_LENGTH]) -> Seal {
        Seal::with_keys(key, &[])
    }

    /// A seal with a current key, which still opens what the former ones sealed.
    #[must_use]
    pub fn with_keys(current: &[u8; KEY_LENGTH], former: &[[u8; KEY_LENGTH]]) -> Seal {
        Seal {
            current: MasterKey::new(current),
            former: former.iter().map(MasterKey::new).collect(),
        }
    }

    /// Reads the key file (64 hexadecimal digits a line, the current key first), or makes one that only its owner can
    /// read.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn from_file(path: &Path) -> Result<Seal, String> {
        let shown = path.display();
        let mut text = String::new();
        match std::fs::File::open(path) {
            Ok(mut file) => {
                file.read_to_string(&mut text).map_err(|error| {
                    format!("the IDs' key file {shown} cannot be read: {error}")
                })?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                text = make_key_file(path).map_err(|error| {
                    format!("the IDs' key file {shown} cannot be made: {error}")
                })?;
            }
            Err(error) => {
                return Err(format!(
                    "the IDs' key file {shown} cannot be opened: {error}"
                ));
            }
        }
        let keys: Option<Vec<_>> = text.split_whitespace().map(from_hex).collect();
        match keys.as_deref() {
            Some([current, former @ ..]) => Ok(Seal::with_keys(current, former)),
            _ => Err(format!(
                "the IDs' key file {shown} must hold 64 hexadecimal digits a line"
            )),
        }
    }

    /// Draws a new key and writes it in front of those in the key file, which is replaced as a whole.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn with_new_key(path: &Path) -> Result<Seal, String> {
        let written = || {
            let former = std::fs::read_to_string(path)?;
            let mut beside = path.as_os_str().to_owned();
            beside.push(".new");
            let beside = Path::new(&beside);
            write_private(beside, &format!("{}\n{former}", to_hex(&new_key()?)))?;
            std::fs::rename(beside, path)
        };
        written().map_err(|error| {
            format!(
                "the IDs' key file {} cannot be changed: {error}",
                path.display()
            )
        })?;
        Seal::from_file(path)
    }

    /// A mark by which the store remembers which key it was sealed with.
    #[must_use]
    pub fn mark(&self) -> String {
        self.current.mark()
    }

    /// Whether a store with this mark can be opened.
    #[must_use]
    pub fn knows(&self, mark: &str) -> bool {
        self.keys().any(|key| key.mark() == mark)
    }

    /// The current key, then the former ones.
    fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.current).chain(&self.former)
    }

    /// The keyed hash by which a contract is found from its two IDs. It tells nothing about either one alone, and looking
    /// it up takes the same time whether one of the two was right or none.
    #[must_use]
    pub fn pair_mark(&self, ids: &SupportIds) -> Vec<u8> {
        self.current.pair_mark(ids)
    }

    /// The same with every key, the current one first: what a former one sealed is found by that one's.
    #[must_use]
    pub fn pair_marks(&self, ids: &SupportIds) -> Vec<Vec<u8>> {
        self.keys().map(|key| key.pair_mark(ids)).collect()
    }

    /// What stands in front of everything that the current key sealed.
    pub(super) fn current_name(&self) -> &[u8] {
        &self.current.name
    }

    /// Encrypts both IDs for one contract.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn close(&self, reference: &str, ids: &SupportIds) -> Result<Vec<u8>, StoreError> {
        self.close_for(CONTRACT, reference.as_bytes(), pack(ids))
    }

    /// Encrypts what the provider gave for a session.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(super) fn close_grant(&self, session: &[u8], grant: String) -> Result<Vec<u8>, StoreError> {
        self.close_for(SESSION, session, grant.into_bytes())
    }

    fn close_for(
        &self,
        purpose: &[u8],
        whose: &[u8],
        mut sealed: Vec<u8>,
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        let random = SystemRandom::new();
        random
            .fill(&mut nonce)
            .map_err(|_| StoreError::Away("no random bytes"))?;
        self.current
            .of(purpose, whose)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(whose),
                &mut sealed,
            )
            .map_err(|_| StoreError::Corrupt("nothing can be sealed"))?;
        Ok([&self.current.name[..], &nonce, &sealed].concat())
    }

    /// Decrypts both IDs of a contract.
    ///
    /// # Errors
    /// When they were sealed with a key that is not known here, for another contract, or were changed since.
    pub fn open(&self, reference: &str, sealed: &[u8]) -> Result<SupportIds, StoreError> {
        let opened = self.open_for(CONTRACT, reference.as_bytes(), sealed)?;
        unpack(&opened).ok_or(BROKEN)
    }

    /// Decrypts what the provider gave for a session.
    ///
    /// # Errors
    /// As [`Seal::open`].
    pub(super) fn open_grant(&self, session: &[u8], sealed: &[u8]) -> Result<String, StoreError> {
        let opened = self.open_for(SESSION, session, sealed)?;
        String::from_utf8(opened).map_err(|_| BROKEN)
    }

    fn open_for(&self, purpose: &[u8], whose: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (name, rest) = sealed.split_first_chunk::<NAME_LENGTH>().ok_or(BROKEN)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(BROKEN)?;
        let key = self.keys().find(|key| key.name == *name).ok_or(BROKEN)?;
        let mut bytes = rest.to_vec();
        let opened = key
            .of(purpose, whose)?
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(whose),
                &mut bytes,
            )
            .map_err(|_| BROKEN)?;
        Ok(opened.to_vec())
    }
}

impl MasterKey {
    fn new(key: &[u8; KEY_LENGTH]) -> MasterKey {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut name = [0; NAME_LENGTH];
        for (to, from) in name.iter_mut().zip(derive(&key, b"name", b"").as_ref()) {
            *to = *from;
        }
        MasterKey { key, name }
    }

    fn mark(&self) -> String {
        to_hex(derive(&self.key, b"mark", b"").as_ref())
    }

    fn pair_mark(&self, ids: &SupportIds) -> Vec<u8> {
        derive(&self.key, b"pair", &pack(ids)).as_ref().to_vec()
    }

    /// Every contract and every session has its own key, so that a nonce drawn twice by chance tells nothing.
    fn of(&self, purpose: &[u8], whose: &[u8]) -> Result<LessSafeKey, StoreError> {
        let key = derive(&self.key, purpose, whose);
        UnboundKey::new(&CHACHA20_POLY1305, key.as_ref())
            .map(LessSafeKey::new)
            .map_err(|_| StoreError::Corrupt("no key to seal with"))
    }
}

fn derive(key: &hmac::Key, purpose: &[u8], what: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(&(purpose.len() as u64).to_be_bytes());
    context.update(purpose);
    context.update(what);
    context.sign()
}

/// Characters that stand before the last ones of a shown ID.
const MASK: &str = "••••";

/// An ID behind a mask: its last four characters, or fewer of a short one, so that at least two thirds stay hidden.
#[must_use]
pub fn masked(id: &str) -> String {
    let length = id.chars().count();
    let shown = (length / 3).min(4);
    let tail: String = id.chars().skip(length - shown).collect();
    format!("{MASK}{tail}")
}

fn pack(ids: &SupportIds) -> Vec<u8> {
    let access = ids.access_id.as_bytes();
    let length = (access.len() as u64).to_be_bytes();
    [length.as_slice(), access, ids.contract_id.as_bytes()].concat()
}

fn unpack(bytes: &[u8]) -> Option<SupportIds> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (access, contract) =
        rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    Some(SupportIds {
        access_id: std::str::from_utf8(access).ok()?.to_owned(),
        contract_id: std::str::from_utf8(contract).ok()?.to_owned(),
    })
}

fn make_key_file(path: &Path) -> std::io::Result<String> {
    let text = to_hex(&new_key()?);
    write_private(path, &text)?;
    Ok(text)
}

fn new_key() -> std::io::Result<[u8; KEY_LENGTH]> {
    let mut key = [0; KEY_LENGTH];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| std::io::Error::other("no random bytes"))?;
    Ok(key)
}

/// A new file that only its owner can read, on the disk when this returns.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; KEY_LENGTH]> {
    let mut key = [0; KEY_LENGTH];
    if text.len() != KEY_LENGTH * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, position) in key.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(position..position + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(access: &str, contract: &str) -> SupportIds {
        SupportIds {
            access_id: access.into(),
            contract_id: contract.into(),
        }
    }

    #[test]
    fn sealed_ids_open_with_the_same_key_for_the_same_contract_alone() {
        let (seal, other) = (Seal::with_key(&[1; 32]), Seal::with_key(&[2; 32]));
        let sealed = seal.close("c-1", &ids("ACCESS", "CONTRACT")).unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"ACCESS"));
        assert!(seal.open("c-1", &sealed).unwrap() == ids("ACCESS", "CONTRACT"));
        assert!(seal.open("c-2", &sealed).is_err());
        assert!(other.open("c-1", &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(seal.open("c-1", &changed).is_err());
        assert!(seal.open("c-1", &[]).is_err());
    }

    #[test]
    fn a_former_key_opens_what_it_sealed_and_seals_no_more() {
        let (old, new) = ([1; 32], [2; 32]);
        let (before, after) = (Seal::with_key(&old), Seal::with_keys(&new, &[old]));
        let one = ids("ACCESS", "CONTRACT");
        let sealed = before.close("c-1", &one).unwrap();
        assert!(after.open("c-1", &sealed).unwrap() == one);
        assert!(!sealed.starts_with(after.current_name()));
        assert!(after.pair_marks(&one).contains(&before.pair_mark(&one)));
        assert!(after.knows(&before.mark()));
        let sealed = after.close("c-1", &one).unwrap();
        assert!(sealed.starts_with(after.current_name()));
        assert!(before.open("c-1", &sealed).is_err());
        assert!(!before.knows(&after.mark()));
    }

    #[test]
    fn a_pair_is_found_by_both_ids_together() {
        let seal = Seal::with_key(&[1; 32]);
        let mark = seal.pair_mark(&ids("AB", "C"));
        assert_eq!(mark, seal.pair_mark(&ids("AB", "C")));
        assert_ne!(mark, seal.pair_mark(&ids("A", "BC")));
        assert_ne!(mark, Seal::with_key(&[2; 32]).pair_mark(&ids("AB", "C")));
    }

    #[test]
    fn a_mask_hides_most_of_an_id() {
        assert_eq!(masked("123456789012"), "••••9012");
        assert_eq!(masked("abc"), "••••c");
        assert_eq!(masked("ab"), "••••");
    }

    #[test]
    fn a_key_file_is_made_once_and_read_again() {
        let path = std::env::temp_dir().join(format!("ids-key-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let first = Seal::from_file(&path).unwrap().mark();
        assert_eq!(Seal::from_file(&path).unwrap().mark(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        std::fs::write(&path, "not a key").unwrap();
        assert!(
            Seal::from_file(&path)
                .unwrap_err()
                .contains("64 hexadecimal digits")
        );
        std::fs::remove_file(&path).unwrap();
    }
}

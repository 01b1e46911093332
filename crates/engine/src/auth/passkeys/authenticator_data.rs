//! What the authenticator vouches for (Web Authentication, 6.1 and 6.5.1).

use cbor4ii::core::Value;
use cbor4ii::core::dec::{Decode, Read};
use cbor4ii::core::utils::SliceReader;
use mainstay_core::limits::CREDENTIAL_BYTES_MAX;
use ring::digest::{SHA256, digest};

use super::Fault;
use super::relying_party::RelyingParty;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;
const KNOWN_MODEL_BYTES: usize = 16;

#[derive(Debug, Clone, Copy)]
pub(super) struct AuthenticatorData<'a> {
    party_hash: &'a [u8],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) credential: Option<AttestedCredential<'a>>,
}

/// A credential that was made just now.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttestedCredential<'a> {
    pub(super) id: &'a [u8],
    /// A `COSE_Key`.
    pub(super) public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let (party_hash, rest) = split(bytes, 32)?;
        let (flags, rest) = split(rest, 1)?;
        let (count, mut rest) = split(rest, 4)?;
        let flags = flags[0];
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (attested, after) = AttestedCredential::read(rest)?;
            credential = Some(attested);
            rest = after;
        }
        if flags & HAS_EXTENSIONS != 0 {
            // None was asked for; what is said without being asked is signed, and of no use.
            (_, rest) = read_value(rest)?;
        }
        if !rest.is_empty() {
            return Err(Fault::Malformed);
        }
        let count: [u8; 4] = count.try_into().map_err(|_| Fault::Malformed)?;
        Ok(Self {
            party_hash,
            flags,
            sign_count: u32::from_be_bytes(count),
            credential,
        })
    }

    /// What has to be true of each answer: it was made for this host, by somebody whom the device knows.
    pub(super) fn check(&self, party: &RelyingParty) -> Result<(), Fault> {
        if self.party_hash != digest(&SHA256, party.id.as_bytes()).as_ref() {
            return Err(Fault::RelyingParty);
        }
        if !self.has(USER_PRESENT) {
            return Err(Fault::UserPresence);
        }
        if !self.has(USER_VERIFIED) {
            return Err(Fault::UserVerification);
        }
        if self.backed_up() && !self.backup_eligible() {
            return Err(Fault::Backup);
        }
        Ok(())
    }

    pub(super) fn backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    pub(super) fn backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl<'a> AttestedCredential<'a> {
    fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Fault> {
        // The model of the authenticator. Nobody vouches for it.
        let (_, rest) = split(bytes, KNOWN_MODEL_BYTES)?;
        let (length, rest) = split(rest, 2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length == 0 || length > CREDENTIAL_BYTES_MAX {
            return Err(Fault::Malformed);
        }
        let (id, rest) = split(rest, length)?;
        let (_, after) = read_value(rest)?;
        let public_key = &rest[..rest.len() - after.len()];
        Ok((Self { id, public_key }, after))
    }
}

/// The first value of CBOR, and what follows.
pub(super) fn read_value(bytes: &[u8]) -> Result<(Value, &[u8]), Fault> {
    let mut reader = SliceReader::new(bytes);
    let value = Value::decode(&mut reader).map_err(|_| Fault::Malformed)?;
    let Ok(left) = reader.fill(bytes.len());
    let left = left.as_ref().len();
    Ok((value, &bytes[bytes.len() - left..]))
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), Fault> {
    bytes.split_at_checked(at).ok_or(Fault::Malformed)
}

//! What is hashed and signed, byte for byte. Nothing here may change without another name in its first bytes.

use mainstay_store::journal::{EntryRef, StoredEntry};
use mainstay_store::seals::Seal;
use ring::digest::{Context, Digest, SHA256, digest};

/// What stands before each text that is hashed or signed, so that none can be taken for one of another kind.
const ENTRY: &[u8] = b"mainstay journal entry 1\0";
const HEAD: &[u8] = b"mainstay journal head 1\0";
const SEAL: &[u8] = b"mainstay journal seal 1\0";

/// The head before the first seal.
pub(super) const EMPTY_HEAD: [u8; 32] = [0; 32];
/// An entry in the list of a seal: its number and its digest.
pub(super) const ITEM_BYTES: usize = 8 + 32;

/// The numbers and digests of entries, one after the other.
pub(super) fn digests(entries: &[StoredEntry]) -> Vec<u8> {
    let mut items = Vec::with_capacity(entries.len() * ITEM_BYTES);
    let mut encoded = Vec::with_capacity(256);
    for entry in entries {
        items.extend_from_slice(&entry.seq.to_be_bytes());
        items.extend_from_slice(entry_digest(&entry.borrowed(), &mut encoded).as_ref());
    }
    items
}

/// The digest of an entry; what is hashed is put together in `encoded`.
pub(super) fn entry_digest(entry: &EntryRef<'_>, encoded: &mut Vec<u8>) -> Digest {
    encode(entry, encoded);
    digest(&SHA256, encoded)
}

/// The head behind these entries: it covers them and everything before.
pub(super) fn head(previous: &[u8], digests: &[u8]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(HEAD);
    context.update(previous);
    context.update(digests);
    context.finish().as_ref().to_vec()
}

/// What is signed of a seal.
pub(super) fn signed(seal: &Seal) -> Vec<u8> {
    let mut text = SEAL.to_vec();
    for number in [seal.number, seal.last_seq, seal.at.as_micros()] {
        text.extend_from_slice(&number.to_be_bytes());
    }
    text.extend_from_slice(&seal.head);
    text
}

/// Is this payload the one that the entry was written with?
pub(super) fn has_its_payload(entry: &EntryRef<'_>) -> bool {
    digest(&SHA256, entry.payload.as_bytes()).as_ref() == entry.payload_hash
}

/// Every column of an entry but the payload, of which only the hash counts: it can be erased. Numbers are eight bytes, the
/// highest first. What may be missing has a byte before it, 0 or 1. Texts and hashes have their length before them.
fn encode(entry: &EntryRef<'_>, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(ENTRY);
    number(entry.seq, out);
    number(entry.at, out);
    bytes(entry.kind.as_bytes(), out);
    bytes(entry.actor_kind.as_bytes(), out);
    for id in [&entry.actor_id, &entry.request_id, &entry.record_id] {
        optional(id.as_ref(), out, |id, out| out.extend_from_slice(id.as_bytes()));
    }
    for text in [entry.address, entry.collection] {
        optional(text, out, |text, out| bytes(text.as_bytes(), out));
    }
    number(entry.release, out);
    optional(entry.version, out, number);
    bytes(entry.payload_hash, out);
}

fn number(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn bytes(value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(value.len() as u64).to_be_bytes());
    out.extend_from_slice(value);
}

fn optional<T>(value: Option<T>, out: &mut Vec<u8>, write: impl FnOnce(T, &mut Vec<u8>)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        write(value, out);
    }
}

/// A seal without its list, in one line.
pub(super) fn checkpoint(seal: &Seal) -> String {
    format!(
        "{} {} {} {} {}",
        seal.number,
        seal.last_seq,
        seal.at,
        hex(&seal.head),
        hex(&seal.signature)
    )
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

//! What somebody did is found however far apart the entries lie.

use mainstay_core::RecordId;
use mainstay_store::journal::search::{Way, page};
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::TestDatabase;

use super::open;

/// At the edges of spans, with many spans between some of them.
const NUMBERS: [i64; 12] = [
    1, 4095, 4096, 4097, 8191, 8192, 20_000, 70_000, 70_001, 300_000, 900_000, 900_001,
];

fn actor(number: usize) -> RecordId {
    RecordId::from_bytes([u8::try_from(number % 3).expect("it is small"); 16])
}

fn insert(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    for (place, seq) in NUMBERS.into_iter().enumerate() {
        let actor = actor(place);
        tx.execute(
            "INSERT INTO _journal (seq, at, kind, actor_kind, actor_id, release, payload, payload_hash)
             VALUES (?1, 0, 'auth.signed_in', 'user', ?2, 1, '{}', ?3)",
            &[Bind::Int(seq), Bind::from(&actor), Bind::Blob(&[0; 32])],
        )?;
    }
    Ok(())
}

#[tokio::test]
async fn every_page_of_an_actor_has_the_newest_acts_below_its_number() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = open(&database, 4);
    db.write(Priority::Interactive, insert)
        .await
        .expect("the entries can be written");
    let below = [1, 2, 4096, 4097, 8192, 69_999, 70_002, 899_999, 900_001, i64::MAX];
    for (of, below, limit) in (0..4).flat_map(|of| {
        let pages = below
            .into_iter()
            .flat_map(|below| [1, 2, 50].map(|limit| (below, limit)));
        pages.map(move |(below, limit)| (of, below, limit))
    }) {
        let who = if of == 3 {
            RecordId::from_bytes([9; 16])
        } else {
            actor(of)
        };
        let mut expected: Vec<i64> = (0..NUMBERS.len())
            .filter(|place| actor(*place) == who && NUMBERS[*place] < below)
            .map(|place| NUMBERS[place])
            .collect();
        expected.reverse();
        expected.truncate(limit as usize);
        let read = move |tx: &mut Tx<'_>| page(tx, &Way::Actor(who), below, limit);
        let found = db.read(read).await.expect("the journal can be read");
        let found: Vec<i64> = found.iter().map(|entry| entry.seq).collect();
        assert_eq!(found, expected, "actor {of}, below {below}, at most {limit}");
    }
}

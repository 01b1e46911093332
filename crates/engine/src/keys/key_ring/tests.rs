use mainstay_testkit::TestRandom;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

fn states(ring: &KeyRing, purpose: Purpose) -> Vec<(String, &'static str)> {
    let of_purpose = ring.keys().iter().filter(|key| key.purpose == purpose);
    of_purpose
        .map(|key| (key.id.clone(), key.state.as_str()))
        .collect()
}

#[test]
fn rotation_moves_each_key_on_and_touches_no_other_purpose() {
    let chance = TestRandom::default();
    let first = KeyRing::fresh(None, at(1), &chance);
    let second = first.rotated(Purpose::Signing, at(2), &chance);
    let ids: Vec<String> = states(&second, Purpose::Signing)
        .into_iter()
        .map(|key| key.0)
        .collect();
    assert_eq!(
        states(&second, Purpose::Signing),
        [
            (ids[0].clone(), "retired"),
            (ids[1].clone(), "active"),
            (ids[2].clone(), "next")
        ]
    );
    assert_eq!(
        states(&first, Purpose::Encryption),
        states(&second, Purpose::Encryption)
    );
    assert_eq!(
        first.active(Purpose::Signing).id,
        ids[0],
        "the next of before is active"
    );
    assert_eq!(
        second.find(Purpose::Signing, &ids[0]).unwrap().retired_at,
        Some(at(2))
    );
    assert!(second.without(&ids[1]).is_none(), "an active key stays");
    assert_eq!(
        states(&second.without(&ids[0]).unwrap(), Purpose::Signing).len(),
        2
    );
    assert!(KeyRing::new(second.keys().to_vec()).is_ok());
}

#[test]
fn the_id_of_a_key_begins_with_a_letter() {
    let chance = TestRandom::default();
    for _ in 0..100 {
        let ring = KeyRing::fresh(None, at(1), &chance);
        for key in ring.keys() {
            assert!(
                key.id.starts_with(|first: char| first.is_ascii_alphabetic()),
                "{}",
                key.id
            );
        }
    }
}

#[test]
fn secrets_that_nobody_drew_are_refused() {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    for (text, fault) in [
        ("change me!".to_owned(), SecretFault::Encoding),
        (String::new(), SecretFault::Length(0)),
        (encode(&[7; 31]), SecretFault::Length(31)),
        (encode(&[0; 32]), SecretFault::Example),
        (encode(b"0123456789abcdef0123456789abcdef"), SecretFault::Example),
        (
            encode(b"this-is-a-secret-of-32-characters"[..32].as_ref()),
            SecretFault::Example,
        ),
    ] {
        assert_eq!(Secret::parse(&text), Err(fault), "{text}");
    }
    let drawn = Secret::fresh(&TestRandom::default());
    assert_eq!(Secret::parse(&drawn.to_text()), Ok(drawn.clone()));
    assert_eq!(format!("{drawn:?}"), "Secret(..)");
}

#[test]
fn keys_must_go_together() {
    let chance = TestRandom::default();
    let ring = KeyRing::fresh(None, at(1), &chance);
    let keys = ring.keys();
    let mut twice = keys.to_vec();
    twice.push(keys[0].clone());
    assert_eq!(
        KeyRing::new(twice).unwrap_err(),
        RingFault::SameId(keys[0].id.clone())
    );
    let mut renamed = keys.to_vec();
    renamed.push(Key {
        id: "copy".to_owned(),
        ..keys[0].clone()
    });
    assert!(matches!(KeyRing::new(renamed), Err(RingFault::SameSecret(..))));
    let encryption = keys.iter().filter(|key| key.purpose == Purpose::Encryption);
    assert_eq!(
        KeyRing::new(encryption.cloned().collect()).unwrap_err(),
        RingFault::NoneActive(Purpose::Signing)
    );
    let mut two = keys.to_vec();
    two.push(Key::fresh(Purpose::Signing, KeyState::Active, at(1), &chance));
    assert!(matches!(
        KeyRing::new(two),
        Err(RingFault::Several { count: 2, .. })
    ));
}

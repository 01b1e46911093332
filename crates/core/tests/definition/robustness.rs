//! Damaged definitions give faults with good places, never a panic.

use mainstay_core::definition::{Definition, SourceFile};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::applications::applications;

/// What a slip of the hand puts into a file.
const PIECES: &str = "| |\n|\"|'|\"\"\"|[|]|[[checks]]|{|}|=|#|.|,|3|true|inf|\"now()\"|2026-01-31|ä|\0|type = \"json\"|\
                      required = true|soft_delete = true|users|things";

#[derive(Debug)]
struct Damage {
    file: Index,
    start: Index,
    length: usize,
    piece: &'static str,
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop::sample::select(PIECES.split('|').collect::<Vec<_>>());
    (any::<Index>(), any::<Index>(), 0..20_usize, piece).prop_map(|(file, start, length, piece)| Damage {
        file,
        start,
        length,
        piece,
    })
}

fn apply(files: &mut [SourceFile], damage: &Damage) {
    let file = damage.file.index(files.len());
    let characters: Vec<char> = files[file].text.chars().collect();
    let start = damage.start.index(characters.len() + 1);
    let end = (start + damage.length).min(characters.len());
    let (before, after) = (&characters[..start], &characters[end..]);
    files[file].text = before
        .iter()
        .copied()
        .chain(damage.piece.chars())
        .chain(after.iter().copied())
        .collect();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told_at_good_places(app in any::<Index>(), damages in prop::collection::vec(damage(), 1..6)) {
        let mut applications = applications();
        let app = app.index(applications.len());
        let (_, mut files) = applications.swap_remove(app);
        for damage in &damages {
            apply(&mut files, damage);
        }
        let faults = Definition::read(files.clone()).err().unwrap_or_default();
        for fault in &faults {
            let file = files.iter().find(|file| file.path == fault.path);
            let text = file.map_or("", |file| &file.text);
            prop_assert!(text.get(fault.span.clone()).is_some(), "{:?}", fault);
            prop_assert!(!fault.message.contains('\n'), "{:?}", fault);
        }
    }
}

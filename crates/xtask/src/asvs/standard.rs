//! The requirements of OWASP ASVS 5.0.0 by number and level. Their texts belong to the standard and are not copied.

/// Whoever cites a requirement says of which version, since numbers change.
pub(crate) const PREFIX: &str = "v5.0.0-";
/// Level 2 includes level 1.
const LEVEL: u8 = 2;

pub(crate) struct Chapter {
    pub(crate) number: usize,
    /// In our words.
    pub(crate) title: &'static str,
    /// A text for each section, with the level of each of its requirements as a digit.
    sections: &'static [&'static str],
}

const fn chapter(number: usize, title: &'static str, sections: &'static [&'static str]) -> Chapter {
    Chapter {
        number,
        title,
        sections,
    }
}

pub(crate) const CHAPTERS: [Chapter; 17] = [
    chapter(
        1,
        "Encoding and injection",
        &["22", "1111122223", "112222222223", "222", "123"],
    ),
    chapter(2, "Validation and sequences", &["122", "112", "12223", "23"]),
    chapter(
        3,
        "Browsers",
        &["3", "113", "12223", "11222233", "11122333", "3", "22333"],
    ),
    chapter(4, "APIs", &["12233", "23333", "22", "1222"]),
    chapter(5, "Files", &["2", "112333", "113", "222"]),
    chapter(
        6,
        "Authentication",
        &[
            "122",
            "111111112222",
            "11223333",
            "112233",
            "22222333",
            "2223",
            "33",
            "2222",
        ],
    ),
    chapter(7, "Sessions", &["222", "1111", "22", "11222", "223", "22"]),
    chapter(8, "Authorization", &["1233", "1123", "133", "23"]),
    chapter(9, "Signed tokens", &["111", "1222"]),
    chapter(
        10,
        "OAuth and OpenID Connect",
        &["22", "223", "22223", "1111122222233333", "22222", "22", "222"],
    ),
    chapter(
        11,
        "Cryptography",
        &["2233", "22233", "11233", "1222", "23", "23", "33"],
    ),
    chapter(12, "Encrypted connections", &["12233", "11", "22223"]),
    chapter(13, "Configuration", &["2333", "222223", "2233", "1222233"]),
    chapter(14, "Protection of data", &["22", "12223333", "122"]),
    chapter(
        15,
        "Architecture and code",
        &["12233", "12233", "1222222", "3333"],
    ),
    chapter(16, "Logs and errors", &["2", "22222", "2222", "222", "2223"]),
    chapter(17, "WebRTC", &["23", "22223333", "22"]),
];

/// The sections that ask for a document, so that a document is what shows them.
const DOCUMENT_SECTIONS: [(usize, usize); 10] = [
    (2, 1),
    (5, 1),
    (6, 1),
    (7, 1),
    (8, 1),
    (11, 1),
    (13, 1),
    (14, 1),
    (15, 1),
    (16, 1),
];

/// A requirement by chapter, section and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub(crate) chapter: usize,
    section: usize,
    place: usize,
}

impl Number {
    /// From an id such as `v5.0.0-1.2.3`, spelled in the one way that it has.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let mut parts = id.strip_prefix(PREFIX)?.split('.').map(str::parse);
        let mut next = || parts.next()?.ok();
        let number = Self {
            chapter: next()?,
            section: next()?,
            place: next()?,
        };
        (number.id() == id).then_some(number)
    }

    pub(crate) fn id(self) -> String {
        format!("{PREFIX}{}.{}.{}", self.chapter, self.section, self.place)
    }

    pub(crate) fn asks_for_a_document(self) -> bool {
        DOCUMENT_SECTIONS.contains(&(self.chapter, self.section))
    }
}

/// Every requirement of level 2, with its own level, in the order of the standard.
pub(crate) fn requirements() -> Vec<(Number, u8)> {
    let all = CHAPTERS.iter().flat_map(|chapter| {
        (1..).zip(chapter.sections).flat_map(move |(section, levels)| {
            (1..).zip(levels.bytes()).map(move |(place, level)| {
                let number = Number {
                    chapter: chapter.number,
                    section,
                    place,
                };
                (number, level - b'0')
            })
        })
    });
    all.filter(|&(_, level)| level <= LEVEL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counted in the standard's own list.
    #[test]
    fn chapters_have_as_many_as_the_standard() {
        let expected = [
            (8, 19, 3),
            (4, 7, 2),
            (8, 11, 12),
            (2, 8, 6),
            (4, 5, 4),
            (13, 22, 12),
            (6, 12, 1),
            (4, 3, 6),
            (4, 3, 0),
            (5, 24, 7),
            (3, 11, 10),
            (3, 6, 3),
            (1, 12, 8),
            (2, 7, 4),
            (3, 10, 8),
            (0, 16, 1),
            (0, 7, 5),
        ];
        for (chapter, expected) in CHAPTERS.iter().zip(expected) {
            let count = |level: char| chapter.sections.concat().matches(level).count();
            assert_eq!(
                (count('1'), count('2'), count('3')),
                expected,
                "{}",
                chapter.number
            );
        }
        assert_eq!(requirements().len(), 253);
    }

    #[test]
    fn an_id_has_one_spelling() {
        let number = Number::parse("v5.0.0-10.4.11").unwrap();
        assert_eq!(number.id(), "v5.0.0-10.4.11");
        for id in [
            "10.4.11",
            "v4.0.3-1.2.3",
            "v5.0.0-1.2",
            "v5.0.0-1.2.3.4",
            "v5.0.0-01.2.3",
        ] {
            assert_eq!(Number::parse(id), None, "{id}");
        }
    }
}

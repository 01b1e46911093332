//! Shapes: what of a definition a database holds, as text that does not change.

use crate::support::{definition, shape};

const FULL: &str = "soft_delete = true\norder = \"-a\"\nlabel = \"{a}\"\n\
    [fields.a]\ntype = \"text\"\nmin = 1\nmax = 5\ndefault = \"x\"\ncheck = \"record.a != 'y'\"\nup = \"'x'\"\n\
    [fields.b]\ntype = \"relation\"\nto = \"users\"\non_delete = \"set_null\"\nback = \"things\"\n\
    [fields.c]\ntype = \"datetime\"\ndefault = 2026-01-31T12:00:00Z\n\
    [[indexes]]\nfields = [\"a\", \"b\"]\nunique = true\n\
    [[checks]]\nname = \"own\"\nexpression = \"record.b != null\"\n";

#[test]
fn the_digest_is_a_promise() {
    // Databases keep it: another text for the same shape would make every one of them look changed.
    assert_eq!(
        shape(&[("things", FULL)]).digest(),
        "d4c02879102ba0a952cad2ca420eaf75b9bb7b3c03f67f5e102f172f8688878b"
    );
    assert_eq!(
        shape(&[]).digest(),
        "2ecdce8b6bfb49b704711562ceca56a4670e9d07cc9d169c3aa8ab6caaf97643"
    );
}

#[test]
fn equal_definitions_have_equal_shapes() {
    let shuffled = "order = \"a\"\nsoft_delete = true\n\
        [[checks]]\nexpression = \"record.b != null\"\nname = \"own\"\nmessage = \"Whose?\"\n\
        [[indexes]]\nunique = true\nfields = [\"a\", \"b\"]\n\
        [fields.c]\ndefault = \"2026-01-31T12:00:00Z\"\ntype = \"datetime\"\nindex = false\n\
        [fields.b]\non_delete = \"set_null\"\nto = \"users\"\ntype = \"relation\"\nmany = false\n\
        [fields.a]\ncheck = \"record.a != 'y'\"\ndefault = \"x\"\nmax = 5\nmin = 1\ntype = \"text\"\npattern = \"x\"\n\
        [rules]\nlist = \"true\"\n";
    let (one, other) = (shape(&[("things", FULL)]), shape(&[("things", shuffled)]));
    assert_eq!(one, other);
    assert_eq!(one.digest(), other.digest());
    let on_windows = FULL.replace('\n', "\r\n");
    assert_eq!(one, shape(&[("things", &on_windows)]));
    assert_ne!(
        one.digest(),
        shape(&[("things", &FULL.replace("max = 5", "max = 6"))]).digest()
    );
}

#[test]
fn line_ends_in_texts_do_not_count() {
    let check = "[fields.a]\ntype = \"text\"\ncheck = '''record.a != 'x' &&\n  record.a != 'y' '''\nup = \"\"\"\n'x' +\n'y'\"\"\"\n";
    let on_windows = check.replace('\n', "\r\n");
    let (one, other) = (
        definition(&[("things", check)]),
        definition(&[("things", &on_windows)]),
    );
    assert_eq!(one.shape, other.shape);
    assert_eq!(one.marks, other.marks);
}

#[test]
fn a_shape_is_a_definition() {
    let shape = shape(&[("things", FULL)]);
    let again = shape.definition().unwrap();
    assert_eq!(again.shape, shape);
    assert!(again.find_collection("users").is_some());
    assert_eq!(shape.collections().collect::<Vec<_>>(), ["things", "users"]);
    assert_eq!(
        shape.fields("things").map(|(name, _)| name).collect::<String>(),
        "abc"
    );
    assert_eq!(shape.fields("nothing").count(), 0);
}

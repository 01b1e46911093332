//! What expressions mean, by cases: a table of conditions and their answers for each rule of the language.

mod conversions;
mod world;

use mainstay_core::Timestamp;
use mainstay_core::rules::{self, Purpose, Scope};
use mainstay_testkit::evaluator::{Context, truth};

use world::{ANN, BEN, DEFINITION, EMPTY, STRAY, TODO, id, world};

const TRUE: Option<bool> = Some(true);
const FALSE: Option<bool> = Some(false);
const UNKNOWN: Option<bool> = None;

/// The answers of a table of conditions about one todo, with another as `input`.
fn assert_answers(todo: u8, user: Option<u8>, table: &[(&str, Option<bool>)]) {
    let world = world();
    let todos = DEFINITION
        .find_collection("todos")
        .expect("the definition has todos")
        .id;
    let context = Context {
        definition: &DEFINITION,
        world: &world,
        readable: None,
        record: world.find(&DEFINITION, todos, id(todo)),
        input: world.find(&DEFINITION, todos, id(EMPTY)),
        user: user.map(id),
        share: None,
        now: Timestamp::from_micros(3_000_000).expect("a time"),
        method: "GET",
    };
    let scope = Scope {
        collection: todos,
        purpose: Purpose::Update,
    };
    for (text, expected) in table {
        let expr =
            rules::parse(&DEFINITION, scope, text).unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
        let answer = truth(&expr, &context);
        assert_eq!(answer, *expected, "{text}");
        assert!(
            answer.is_some() || expr.nullable,
            "typed as never unknown: {text}"
        );
    }
}

#[test]
fn conditions_are_kleenes() {
    // `done` is true, `flag` is null.
    assert_answers(
        TODO,
        None,
        &[
            ("record.flag", UNKNOWN),
            ("!record.flag", UNKNOWN),
            ("record.flag && record.done", UNKNOWN),
            ("record.flag && !record.done", FALSE),
            ("record.flag || record.done", TRUE),
            ("record.flag || !record.done", UNKNOWN),
            ("record.done ? record.rank == 5 : record.flag", TRUE),
            ("!record.done ? true : record.flag", UNKNOWN),
            ("record.flag ? true : true", UNKNOWN),
        ],
    );
}

#[test]
fn equality_is_exact_and_null_is_contagious_elsewhere() {
    assert_answers(
        EMPTY,
        None,
        &[
            ("record.title == null", TRUE),
            ("record.title != null", FALSE),
            ("record.title == 'x'", FALSE),
            ("record.title != 'x'", TRUE),
            ("record.title == input.title", TRUE),
            ("record.title + 'x' == input.title", TRUE),
            ("record.flag == true", FALSE),
            ("(record.rank > 1) == true", FALSE),
            ("(record.rank > 1) == null", TRUE),
            (
                "has(record.title) || has(record.data) || has(record.room.name)",
                FALSE,
            ),
            ("has(record.id)", TRUE),
            ("record.rank < 1", UNKNOWN),
            ("record.rank >= record.rank", UNKNOWN),
            ("record.rank + 1 > 0", UNKNOWN),
            ("-record.rank > 0", UNKNOWN),
            ("record.title.startsWith('')", UNKNOWN),
            ("'x'.endsWith(record.title)", UNKNOWN),
            ("'x'.contains(record.title)", UNKNOWN),
            ("record.title.matches('')", UNKNOWN),
            ("size(record.title) == 0", FALSE),
            ("size(record.title) >= 0", UNKNOWN),
            ("size(record.tags) >= 0", UNKNOWN),
            ("record.title.lowerAscii() == null", TRUE),
            ("record.title in ['x']", UNKNOWN),
            ("'red' in record.tags", UNKNOWN),
            ("record.tags.exists(t, true)", UNKNOWN),
            ("record.tags.all(t, true)", UNKNOWN),
            ("record.room in record.room.children", UNKNOWN),
        ],
    );
}

#[test]
fn nobody_has_no_answers() {
    assert_answers(
        EMPTY,
        None,
        &[
            ("auth.id == null", TRUE),
            ("auth.id != null", FALSE),
            ("null == auth.nick", UNKNOWN),
            ("has(auth.id)", FALSE),
            ("has(auth.nick)", UNKNOWN),
            ("auth.nick != null", UNKNOWN),
            ("(auth.nick == null) == record.flag", UNKNOWN),
            ("auth.id == record.created_by", UNKNOWN),
            ("auth.id != record.created_by", UNKNOWN),
            ("auth.nick == record.title", UNKNOWN),
            ("(auth.age + 1) == record.rank", UNKNOWN),
            ("(auth.age > 1) == record.flag", UNKNOWN),
            ("(auth.age > 1) == null", UNKNOWN),
            ("auth.administrator", UNKNOWN),
            ("!auth.administrator", UNKNOWN),
            ("auth.id in record.assignees", UNKNOWN),
            ("auth.home.members.exists(m, true)", UNKNOWN),
            ("auth.home.members.all(m, false)", UNKNOWN),
            ("size(auth.home.members) == 0", UNKNOWN),
            ("record.room in auth.home.children", UNKNOWN),
            ("auth.id == record.created_by || record.rank == null", TRUE),
        ],
    );
}

#[test]
fn a_user_without_a_value_equals_nothing() {
    assert_answers(
        EMPTY,
        Some(BEN),
        &[
            ("auth.id != record.created_by", TRUE),
            ("auth.id == record.created_by", FALSE),
            ("auth.nick == record.title", UNKNOWN),
            ("auth.nick == null", TRUE),
            ("auth.home.name == record.title", UNKNOWN),
            ("auth.home.members.exists(m, true)", FALSE),
            ("has(auth.nick)", FALSE),
            ("(auth.age > 1) == null", TRUE),
            ("(auth.age > 1) == record.flag", UNKNOWN),
        ],
    );
    assert_answers(
        EMPTY,
        Some(ANN),
        &[
            ("auth.nick == record.title", FALSE),
            ("auth.home.name == 'Office'", TRUE),
            ("auth.home.members.exists(m, m.user == auth.id)", TRUE),
            ("auth.age > 39", TRUE),
        ],
    );
}

#[test]
fn paths_end_at_what_is_gone() {
    assert_answers(
        TODO,
        None,
        &[
            ("record.room.name == 'Office'", TRUE),
            ("record.room.parent.name == null", TRUE),
            ("record.room.parent.parent.name == null", TRUE),
            ("record.room.parent.name < 'x'", UNKNOWN),
        ],
    );
    assert_answers(
        STRAY,
        None,
        &[
            ("record.room == '00000000-0000-0000-0000-00000000000d'", TRUE),
            ("record.room.id != null", TRUE),
            ("has(record.room)", TRUE),
            ("record.room.name == null", TRUE),
            ("record.room.parent.name == null", TRUE),
            ("record.room.members.exists(m, true)", FALSE),
            ("record.room.members.all(m, false)", TRUE),
            ("size(record.assignees) == 0", TRUE),
        ],
    );
}

#[test]
fn sets_hold_live_records() {
    assert_answers(
        TODO,
        Some(BEN),
        &[
            ("size(record.room.members) == 2", TRUE),
            ("size(record.room.children) == 1", TRUE),
            ("size(record.room.parent.members) == 0", TRUE),
            ("size(record.assignees) == 1", TRUE),
            ("auth.id in record.assignees", TRUE),
            (
                "'00000000-0000-0000-0000-000000000001' in record.assignees",
                FALSE,
            ),
            (
                "'00000000-0000-0000-0000-000000000063' in record.assignees",
                FALSE,
            ),
            ("record.room in record.room.children", FALSE),
            (
                "record.assignees.exists(u, u.assigned.exists(t, t.id == record.id))",
                TRUE,
            ),
            ("record.assignees.all(u, size(u.assigned) == 1)", TRUE),
        ],
    );
}

#[test]
fn questions_about_many_are_kleenes() {
    // The members of the office have `active` true and false, the one of the cellar has null.
    assert_answers(
        TODO,
        None,
        &[
            ("record.room.members.exists(m, m.active)", TRUE),
            ("record.room.members.all(m, m.active)", FALSE),
            ("record.room.members.exists_one(m, m.active)", TRUE),
            ("record.room.members.exists_one(m, true)", FALSE),
            ("record.room.members.exists_one(m, false)", FALSE),
            (
                "record.room.children.exists(c, c.members.exists(m, m.active))",
                UNKNOWN,
            ),
            (
                "record.room.children.exists(c, c.members.exists(m, m.active || true))",
                TRUE,
            ),
            (
                "record.room.children.exists(c, c.members.exists(m, m.active && false))",
                FALSE,
            ),
            ("record.room.children.all(c, c.members.all(m, m.active))", UNKNOWN),
            (
                "record.room.children.all(c, c.members.all(m, m.active && false))",
                FALSE,
            ),
            (
                "record.room.children.exists_one(c, c.members.exists_one(m, m.active))",
                UNKNOWN,
            ),
            (
                "record.room.members.exists(m, m.room.children.exists(c, c.members.exists(n, n.user != m.user)))",
                TRUE,
            ),
            ("record.tags.exists(t, t == 'red')", TRUE),
            ("record.tags.all(t, t != 'red')", FALSE),
            ("record.tags.exists_one(t, t.startsWith('r'))", TRUE),
            ("'green' in record.tags", FALSE),
            ("'red' in record.tags && size(record.tags) == 1", TRUE),
            ("record.rank in [4, 5]", TRUE),
            ("record.rank in [4]", FALSE),
        ],
    );
}

#[test]
fn sums_fit_or_are_null() {
    assert_answers(
        TODO,
        None,
        &[
            ("record.rank * 2 - 1 == 9", TRUE),
            ("record.rank / 2 == 2 && -record.rank / 2 == -2", TRUE),
            ("record.rank % 3 == 2 && -record.rank % 3 == -2", TRUE),
            ("record.rank + 9223372036854775807 > 0", UNKNOWN),
            ("record.rank * 9223372036854775807 > 0", UNKNOWN),
            ("record.rank / 0 > 0", UNKNOWN),
            ("record.rank % 0 > 0", UNKNOWN),
            (
                "(-9223372036854775807 + 4 - record.rank) % (4 - record.rank) == 0",
                TRUE,
            ),
            ("record.rank / 0 == null", TRUE),
            (
                "(record.rank - 6 - 9223372036854775807) / (4 - record.rank) > 0",
                UNKNOWN,
            ),
            ("record.ratio / 0.0 > 0.0", UNKNOWN),
            ("record.ratio * 1e308 * 10.0 > 0.0", UNKNOWN),
            ("record.ratio * 2 == 1 && record.rank > 4.5", TRUE),
            (
                "record.price == 12.5 && record.price * 2 == 25 && record.price + 0.01 == 12.51",
                TRUE,
            ),
            ("now() - record.due == duration('1s')", TRUE),
            (
                "record.due + duration('500ms') < now() && request.time == now()",
                TRUE,
            ),
        ],
    );
}

#[test]
fn texts_are_characters_in_code_point_order() {
    assert_answers(
        TODO,
        None,
        &[
            ("size(record.title) == 5", TRUE),
            (
                "record.title.contains('üß') && record.title.startsWith('G') && record.title.endsWith('e')",
                TRUE,
            ),
            (
                "record.title.matches('r.ße$') && !record.title.matches('^r')",
                TRUE,
            ),
            ("'GRÜN'.lowerAscii() == 'grÜn'", TRUE),
            ("'Z' < 'a' && 'z' < 'ä' && '\\uFFFD' < '\\U0001F600'", TRUE),
            ("record.title + '!' == 'Grüße!'", TRUE),
            ("request.method == 'GET'", TRUE),
        ],
    );
}

//! Declared indexes.

use crate::support::assert_things_faults;

#[test]
fn fields_that_cannot_be_indexed() {
    let text = r#"
[fields.name]
type = "text"
[fields.data]
type = "json"
[fields.tags]
type = "multi_select"
options = ["a"]
[fields.note]
type = "text"
rich = true
[fields.friends]
type = "relation"
to = "things"
many = true
[[indexes]]
fields = ["nme", "data", "tags", "note", "friends"]
"#;
    assert_things_faults(
        text,
        r"
            17:11 `things` has no field `nme` (did you mean `name`?)
            17:18 `data` is json and cannot be in an index (remove it from the index)
            17:26 `tags` is a multi_select and cannot be in an index (remove it from the index)
            17:34 `note` is a rich text and cannot be in an index (remove it from the index)
            17:42 `friends` is a relation to many and cannot be in an index (remove it from the index)
        ",
    );
}

#[test]
fn shapes() {
    let text = r#"
[fields.name]
type = "text"
[[indexes]]
unique = true
[[indexes]]
fields = []
[[indexes]]
fields = ["name", "name"]
[[indexes]]
fields = ["id", "version", "created_at", "updated_at", "created_by", "name", "a", "b", "c"]
"#;
    assert_things_faults(
        text,
        r#"
            4:1 [[indexes]] needs the key `fields` (add it: fields = ["room", "position"])
            7:10 `fields` needs at least one item (for example: fields = ["room", "position"])
            9:19 `fields` has "name" twice (remove one of them)
            11:88 `fields` has 9 items, and at most 8 are possible (remove some)
        "#,
    );
}

#[test]
fn the_same_index_twice() {
    let text = r#"
[fields.a]
type = "text"
unique = true
[fields.b]
type = "text"
index = true
[fields.c]
type = "text"
[[indexes]]
fields = ["a"]
unique = true
[[indexes]]
fields = ["b"]
[[indexes]]
fields = ["b"]
unique = true
[[indexes]]
fields = ["b", "c"]
[[indexes]]
fields = ["b", "c"]
unique = true
[[indexes]]
fields = ["c", "b"]
"#;
    assert_things_faults(
        text,
        r"
            10:1 there is such an index already, through `unique` of the field `a` (remove one of the two)
            13:1 there is such an index already, through `index` of the field `b` (remove one of the two)
            20:1 there is such an index already, declared above (remove one of the two)
        ",
    );
}

#[test]
fn too_many() {
    let index =
        |number| format!("[fields.f{number}]\ntype = \"text\"\n[[indexes]]\nfields = [\"f{number}\"]\n");
    let text: Vec<String> = (0..51).map(index).collect();
    assert_things_faults(
        &text.concat(),
        r"
            203:1 there are 51 `indexes`, and at most 50 are possible (remove some)
        ",
    );
}

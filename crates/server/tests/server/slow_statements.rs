//! Statements that take long leave a line with what is needed to mend them.

use serde_json::json;

use crate::process::Installation;

const DIARY: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"diary\"\n"),
    (
        "collections/notes.toml",
        "[fields.body]\ntype = \"text\"\nmax = 1000000\n[rules]\nlist = \"true\"\ncreate = \"true\"\n",
    ),
];

#[test]
fn a_slow_statement_is_logged_with_its_operation_collection_and_plan() {
    let installation = Installation::new(DIARY);
    let slow = [("MAINSTAY_DATABASE__SLOW_STATEMENT_MS", "5")];
    let mut server = installation.start(&slow);
    let mut connection = server.connect();
    let body = json!({"body": "secret ".repeat(100_000)}).to_string();
    for _ in 0..3 {
        let created = connection.send("POST", "/api/v1/records/notes", "", &body);
        assert_eq!(created.expect("it is answered").status, 201);
    }
    // The same long text is looked through again and again.
    let sum = vec!["size(body.lowerAscii())"; 20].join("%2B");
    let path = format!("/api/v1/records/notes?filter={sum}%3D%3D1");
    let answer = connection.send("GET", &path, "", "").expect("it is answered");
    assert_eq!(answer.status, 200, "{}", answer.json());
    let line = server.wait_for_line(|line| line["operation"] == "list_records");
    assert_eq!(line["target"], "slow_statement");
    assert_eq!(line["collection"], "notes");
    assert!(line["took_ms"].as_u64().expect("it is a number") >= 5, "{line}");
    let plan = line["plan"].as_str().expect("it is a text");
    assert!(plan.contains("notes") || plan.contains("SCAN r"), "{plan}");
    let request_id = line["request_id"].as_str().expect("it is a text");
    assert!(answer.head.contains(request_id), "{line}");
    assert!(!server.log_so_far().contains("secret"), "no value is logged");
}

//! What is read: records, lists, filters, orders, related records.

use serde_json::json;

use super::{draft, exams, mark, path, people, told};

#[tokio::test]
async fn a_field_is_left_out_for_those_who_may_not_read_it() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let own = teacher.get(&path(&exam)).await.json();
    assert_eq!(told(&own), ["answer", "pin", "examiner", "watchers"]);
    assert_eq!(own["answer"], "Lima");
    let others = pupil.get(&path(&exam)).await;
    assert_eq!(told(&others.json()), [""; 0]);
    assert_eq!(others.json()["title"], "Geography");
    assert!(!others.text().contains("Lima"));
    let listed = pupil.list("exams", &[]).await.json();
    assert_eq!(listed["items"][0], others.json());
    let asked = pupil
        .get(&format!("{}?fields=answer,title", path(&exam)))
        .await
        .json();
    assert_eq!(asked, json!({"id": exam, "title": "Geography"}));
    let administrator = app.administrator().await;
    assert_eq!(told(&administrator.get(&path(&exam)).await.json()).len(), 5);

    teacher.patch(&path(&exam), json!({"state": "released"})).await;
    let released = pupil.get(&path(&exam)).await.json();
    assert_eq!(told(&released), ["answer", "examiner"]);
    assert_eq!(released["answer"], "Lima");
    mark(&teacher, &exam, &pupil).await;
    assert_eq!(
        told(&pupil.get(&path(&exam)).await.json()),
        ["answer", "points", "examiner"]
    );
}

#[tokio::test]
async fn what_may_not_be_read_is_null_in_filters() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let (first, second) = (draft(&teacher, &pupil).await, draft(&teacher, &pupil).await);
    teacher
        .patch(&path(&first), json!({"answer": "Zagreb", "state": "released"}))
        .await;
    teacher.patch(&path(&second), json!({"answer": "Athens"})).await;
    let found = |filter: &'static str| {
        let pupil = pupil.clone();
        async move { pupil.list("exams", &[("filter", filter)]).await.column("id") }
    };
    assert_eq!(found("answer == 'Zagreb'").await, std::slice::from_ref(&first));
    assert!(found("answer == 'Athens'").await.is_empty());
    assert!(found("answer.startsWith('A')").await.is_empty());
    assert!(found("answer < 'B'").await.is_empty());
    assert_eq!(found("answer == null").await, std::slice::from_ref(&second));
    assert_eq!(found("answer != 'Zagreb'").await, std::slice::from_ref(&second));
    assert_eq!(found("!has(answer)").await, std::slice::from_ref(&second));
    // Along a relation that may not be read nothing is found, in either direction.
    assert_eq!(
        found("examiner.name == 'Tea'").await,
        std::slice::from_ref(&first)
    );
    assert!(found("watchers.exists(w, w.name == 'Tea')").await.is_empty());
    assert!(
        found("auth.id in watchers || size(watchers) > 0")
            .await
            .is_empty()
    );
    let watched = pupil
        .list(
            "users",
            &[("filter", "size(watched) > 0 || watched.exists(w, true)")],
        )
        .await;
    assert!(watched.column("id").is_empty());
    let examining = pupil
        .list(
            "users",
            &[("filter", "examines.exists(e, e.title == 'Geography')")],
        )
        .await;
    assert_eq!(examining.column("id"), [teacher.id()]);
    let examining = pupil.list("users", &[("filter", "size(examines) > 1")]).await;
    assert!(examining.column("id").is_empty());
    assert_eq!(
        teacher
            .list("users", &[("filter", "size(examines) > 1")])
            .await
            .column("id"),
        [teacher.id()]
    );
    let counted = pupil
        .list("exams", &[("filter", "answer == 'Athens'"), ("count", "true")])
        .await;
    assert_eq!(counted.json()["count"], 0);
}

/// Where a record stands in a list would tell its value.
#[tokio::test]
async fn what_may_not_be_read_sorts_as_null() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let (first, second) = (draft(&teacher, &pupil).await, draft(&teacher, &pupil).await);
    let released = json!({"answer": "Athens", "state": "released"});
    teacher.patch(&path(&first), released).await;
    teacher.patch(&path(&second), json!({"answer": "Zagreb"})).await;
    for (sort, wanted) in [("answer", [&second, &first]), ("-answer", [&first, &second])] {
        let all = pupil.list("exams", &[("sort", sort)]).await.column("id");
        assert_eq!(
            all.iter().collect::<Vec<_>>(),
            wanted,
            "{sort}: what is not read comes first"
        );
        let page = pupil
            .list("exams", &[("sort", sort), ("limit", "1")])
            .await
            .json();
        let cursor = page["next_cursor"].as_str().expect("there is another page");
        let rest = pupil
            .list("exams", &[("sort", sort), ("limit", "1"), ("cursor", cursor)])
            .await;
        assert_eq!(rest.column("id"), [wanted[1].clone()], "{sort}");
    }
    let by_teacher = teacher.list("exams", &[("sort", "answer")]).await.column("id");
    assert_eq!(by_teacher, [first, second]);
}

/// A field of the caller's own record that they may not read is no better known through `auth`.
#[tokio::test]
async fn a_filter_does_not_ask_through_auth() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let note = json!({"note": "lazy"});
    let noted = teacher
        .patch(&format!("/api/v1/records/users/{}", pupil.id()), note)
        .await;
    assert_eq!(noted.json()["note"], "lazy");
    draft(&teacher, &pupil).await;
    for filter in [
        "auth.note == 'lazy'",
        "has(auth.note)",
        "auth.note.startsWith('l')",
    ] {
        let found = pupil.list("exams", &[("filter", filter)]).await;
        assert!(found.column("id").is_empty(), "{filter}");
    }
    assert!(pupil.get("/api/v1/auth/me").await.json().get("note").is_none());
    let body = json!({"email": "p@example.org", "password": app.password()});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    assert_eq!(session["user"]["email"], "p@example.org");
    assert!(session["user"].get("note").is_none());
    let own = teacher.get("/api/v1/auth/me").await.json();
    assert_eq!(own["note"], json!(null), "a teacher may read it, and it is empty");
}

#[tokio::test]
async fn expand_follows_only_what_may_be_read() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let expanded = format!("{}?expand=examiner,watchers", path(&exam));
    let own = teacher.get(&expanded).await.json();
    assert_eq!(own["expand"]["examiner"]["name"], "Tea");
    assert_eq!(own["expand"]["watchers"].as_array().map(Vec::len), Some(2));
    let others = pupil.get(&expanded).await.json();
    assert_eq!(others["expand"], json!({"examiner": null, "watchers": []}));
    let user = format!("/api/v1/records/users/{}?expand=examines,watched", teacher.id());
    let back = pupil.get(&user).await.json();
    assert_eq!(back["expand"], json!({"examines": [], "watched": []}));
    let back = teacher.get(&user).await.json();
    assert_eq!(told(&back["expand"]["examines"][0]).len(), 4);
    teacher.patch(&path(&exam), json!({"state": "released"})).await;
    let back = pupil.get(&user).await.json();
    assert_eq!(told(&back["expand"]["examines"][0]), ["answer", "examiner"]);
    let listed = pupil.list("exams", &[("expand", "examiner")]).await.json();
    assert_eq!(listed["items"][0]["expand"]["examiner"]["name"], "Tea");
}

#[tokio::test]
async fn the_document_says_which_fields_may_be_missing() {
    let app = exams();
    let document = app.anonymous().get("/api/v1/openapi.json").await.json();
    let exam = &document["components"]["schemas"]["Exams"];
    let required: Vec<&str> = exam["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str())
        .collect();
    assert!(
        required.contains(&"title") && !required.contains(&"answer"),
        "{exam}"
    );
    let said = exam["properties"]["answer"]["description"].as_str();
    assert_eq!(said, Some("Left out for a caller who may not read it."));
}

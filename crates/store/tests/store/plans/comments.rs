//! What people say and are told is found by its index, in the order of it.

use mainstay_store::{comments, notifications};

use super::explained::{APPLICATIONS, Explained};

#[tokio::test]
async fn comments_and_notifications_are_searched_in_their_order() {
    let app = Explained::open(APPLICATIONS[0]);
    for (statement, index) in [
        (comments::THREADS, "_comments_record"),
        (comments::COMMENTS, "_comments_record"),
        (notifications::OF_USER, "_notifications_user"),
        (notifications::UNREAD_OF_USER, "_notifications_unread"),
    ] {
        let plan = app.explain(statement).await.join("\n");
        let uses_index = plan.contains(&format!("USING INDEX {index} ("))
            || plan.contains(&format!("USING COVERING INDEX {index} ("))
            || plan.contains(&format!("using {index} on"));
        assert!(uses_index, "{statement}\n{plan}");
        for slow in ["SCAN", "Seq Scan", "TEMP B-TREE", "Sort"] {
            assert!(!plan.contains(slow), "{statement}\n{plan}");
        }
    }
}

//! Key-set pages of `GET /api/v1/records/{collection}`

use serde_json::json;

use crate::rooms::{app, room};

/// Every order gives every record once, while records come and go between the pages.
#[tokio::test]
async fn pages_give_each_record_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for number in 0..23 {
        let stars = if number % 3 == 0 {
            json!(null)
        } else {
            json!(number % 4)
        };
        let body = json!({"room": room_id, "text": format!("{number:02}"), "stars": stars, "price": "1"});
        ada.create("messages", body).await;
    }
    for sort in [
        "id",
        "-id",
        "stars",
        "-stars",
        "stars,-text",
        "-stars,text",
        "-created_at",
        "price,-stars,text",
        "text",
    ] {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        let mut extra = Vec::new();
        loop {
            let mut parameters = vec![("sort", sort), ("limit", "5"), ("filter", "text < '50'")];
            if let Some(cursor) = &cursor {
                parameters.push(("cursor", cursor));
            }
            let page = ada.list("messages", &parameters).await;
            seen.extend(page.column("text"));
            let Some(next) = page.json()["next_cursor"].as_str().map(str::to_owned) else {
                break;
            };
            cursor = Some(next);
            // Somebody writes in the meantime.
            extra.push(
                ada.create("messages", json!({"room": room_id, "text": "99"}))
                    .await["id"]
                    .clone(),
            );
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), sorted.len()), (23, 23), "{sort}");
        for id in extra {
            ada.delete(&format!("/api/v1/records/messages/{}", id.as_str().unwrap()))
                .await;
        }
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_one_order() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for text in ["a", "b"] {
        ada.create("messages", json!({"room": room_id, "text": text}))
            .await;
    }
    let page = ada
        .list("messages", &[("sort", "text"), ("limit", "1")])
        .await
        .json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = ada
        .list(
            "messages",
            &[("sort", "-text"), ("limit", "1"), ("cursor", cursor)],
        )
        .await;
    assert_eq!(other.problem(), (400, "invalid_cursor".to_owned()));
    // `["text,id",["a\u0000","018f..."]]`: a text that no record can have.
    let with_nul = "WyJ0ZXh0LGlkIixbImFcdTAwMDAiLCIwMThmMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXV0";
    for forged in ["W10", "WyJ0ZXh0LGlkIixbMSwyXV0", with_nul, "", "%00"] {
        let response = ada
            .list("messages", &[("sort", "text"), ("cursor", forged)])
            .await;
        assert_eq!(response.problem().0, 400, "{forged}");
    }
}

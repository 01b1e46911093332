//! Processes count what all of them were asked, through the database or Redis.

use std::sync::Arc;

use mainstay_engine::rates::{RedisRates, SharedRates, exchange_rates};
use mainstay_engine::tidy::tidy;
use mainstay_testkit::{RedisServer, TestApp};

use super::plans::put_on_plan;
use super::{PLANS, app, limited, read};

/// Three of the five requests of the plan at one process, two at the other: then neither takes one more.
async fn use_up_plan(app: &TestApp, other: &TestApp, shared: &SharedRates) {
    let ada = app.user("ada@example.org").await;
    put_on_plan(&app.administrator().await, &ada, "pro").await;
    let elsewhere = other.anonymous().with_token(ada.token());
    for _ in 0..3 {
        assert_eq!(read(&ada).await.status, 200);
    }
    for _ in 0..2 {
        assert_eq!(read(&elsewhere).await.status, 200);
    }
    exchange([app, other], shared).await;
    for client in [&ada, &elsewhere] {
        let refused = read(client).await;
        assert_eq!(refused.problem(), limited());
        assert!(refused.header("ratelimit").contains("\"read-user-pro\";r=0"));
    }
}

#[tokio::test]
async fn processes_share_what_a_plan_allows() {
    let app = app(PLANS);
    let other = app.beside();
    use_up_plan(&app, &other, &SharedRates::Database).await;
}

#[tokio::test]
async fn processes_share_what_a_plan_allows_through_redis() {
    let redis = RedisServer::start();
    let app = app(PLANS);
    let other = app.beside();
    let client = RedisRates::new(&redis.url(), "notes").expect("it is an address");
    use_up_plan(&app, &other, &SharedRates::Redis(Arc::new(client))).await;
}

/// Two requests at each of two processes, of four that are allowed to both.
async fn use_up(processes: [&TestApp; 2]) {
    for process in processes {
        for _ in 0..2 {
            assert_eq!(read(&process.anonymous()).await.status, 200);
        }
    }
}

/// Each tells, and the first learns what the second has told.
async fn exchange([one, other]: [&TestApp; 2], shared: &SharedRates) {
    for process in [one, other, one] {
        let exchanged = exchange_rates(&process.environment, shared).await;
        exchanged.expect("what they share can be reached");
    }
}

async fn expect_limited(processes: [&TestApp; 2]) {
    for process in processes {
        assert_eq!(read(&process.anonymous()).await.problem(), limited());
    }
}

#[tokio::test]
async fn processes_share_what_was_used() {
    let app = app("[limits.read]\nper_address = \"4/1h\"");
    let other = app.beside();
    let processes = [&app, &other];
    use_up(processes).await;
    exchange(processes, &SharedRates::Database).await;
    expect_limited(processes).await;
    // One place is free again, wherever it is taken.
    app.clock.advance_seconds(900);
    assert_eq!(read(&other.anonymous()).await.status, 200);
    exchange(processes, &SharedRates::Database).await;
    expect_limited(processes).await;
    assert_eq!(app.sql("SELECT count(*) FROM _rates").await, [["1"]]);
    app.clock.advance_seconds(3_601);
    tidy(&app.environment).await.expect("it can be tidied");
    assert_eq!(app.sql("SELECT count(*) FROM _rates").await, [["0"]]);
}

#[tokio::test]
async fn processes_share_what_was_used_through_redis() {
    let mut redis = RedisServer::start();
    let limits = "[limits.read]\nper_address = \"4/1h\"";
    let (one, other) = (app(limits), app(limits));
    let processes = [&one, &other];
    let url = redis.url();
    let client = RedisRates::new(&url, "notes").expect("it is an address");
    let shared = SharedRates::Redis(Arc::new(client));
    use_up(processes).await;
    exchange(processes, &shared).await;
    expect_limited(processes).await;
    // While it is away each counts for itself, and tells it later.
    for process in processes {
        process.clock.advance_seconds(3_600);
    }
    redis.stop();
    use_up(processes).await;
    for process in processes {
        let exchanged = exchange_rates(&process.environment, &shared).await;
        exchanged.expect_err("nobody is there");
    }
    redis.restart();
    exchange(processes, &shared).await;
    expect_limited(processes).await;
    // Another application on the same server has limits of its own.
    let elsewhere = app(limits);
    let client = RedisRates::new(&url, "others").expect("it is an address");
    exchange([&elsewhere, &elsewhere], &SharedRates::Redis(Arc::new(client))).await;
    assert_eq!(read(&elsewhere.anonymous()).await.status, 200);
}

#[tokio::test]
async fn redis_over_tls_must_prove_who_it_is() {
    let redis = RedisServer::start_encrypted();
    let own = redis.certificate();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("one can be made");
    let other = other.cert.pem().into_bytes();
    let add = |host: &'static str, roots: Option<Vec<u8>>| {
        let client = RedisRates::new(&redis.encrypted_url(host), "notes").expect("it is an address");
        assert!(client.is_verified());
        async move {
            let client = match roots {
                Some(roots) => client.trusting(&roots).expect("it is a certificate"),
                None => client,
            };
            let used = [([7_u8; 4], 1_000_000)];
            let told = tokio::task::spawn_blocking(move || client.add(&used, 5_000_000));
            told.await.expect("it does not panic")
        }
    };
    let done = add("localhost", Some(own.clone())).await;
    assert_eq!(done.expect("it has proven who it is"), [6_000_000]);
    let done = add("localhost", Some(own.clone())).await;
    assert_eq!(done.expect("it is the same as before"), [7_000_000]);
    // Another authority, the authorities of the operating system, another name.
    for (host, roots) in [
        ("localhost", Some(other)),
        ("localhost", None),
        ("127.0.0.1", Some(own)),
    ] {
        add(host, roots).await.expect_err(host);
    }
    let client = RedisRates::new(&redis.encrypted_url("localhost"), "notes").expect("it is an address");
    client.trusting(b"nonsense").expect_err("it is no certificate");
}

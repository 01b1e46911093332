//! Any text as the filter of a list, the whole way through the router to the database: never a fault of the server.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mainstay_testkit::{Client, TestApp};
use tokio::runtime::{Builder, Runtime};

struct Scene {
    runtime: Runtime,
    /// Holds the data folder.
    _app: TestApp,
    clients: [Client; 2],
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let app = TestApp::start(&[
        ("mainstay.toml", "name = \"fuzz\""),
        ("collections/rooms.toml", include_str!("rooms.toml")),
        ("collections/messages.toml", include_str!("messages.toml")),
    ]);
    let user = runtime.block_on(app.user("ada@example.org"));
    let clients = [app.anonymous(), user];
    Scene { runtime, _app: app, clients }
});

fuzz_target!(|text: &str| {
    for client in &SCENE.clients {
        let response = SCENE.runtime.block_on(client.list("messages", &[("filter", text), ("limit", "3")]));
        let status = response.status.as_u16();
        // A filter may take too long, which is told; anything else that is no answer is a fault.
        assert!(status < 500 || status == 503, "{status}: {}", response.text());
    }
});

//! `[limits]`: what is taken, what is refused, and what holds without it.

use mainstay_core::RateClass;
use mainstay_core::definition::{ClassRates, DefinitionFile, LimitSettings, json_schema};

use crate::support::{assert_faults, read};

#[test]
fn rates_are_read_for_each_class() {
    let definition = read(&[(
        "mainstay.toml",
        "name = \"a\"\n[limits]\nwrite = { per_address = \"5/1s\", per_user = \"off\" }\n[limits.auth]\nper_address = \"7/1h\"",
    )]);
    let default = LimitSettings::default();
    assert!(definition.limits.enabled);
    let write = definition.limits.of(RateClass::Write);
    assert_eq!(
        write,
        ClassRates {
            per_address: "5/1s".parse().ok(),
            per_user: None,
            per_key: default.of(RateClass::Write).per_key,
        }
    );
    assert_eq!(
        definition.limits.of(RateClass::Auth).per_address,
        "7/1h".parse().ok()
    );
    assert_eq!(definition.limits.of(RateClass::Read), default.of(RateClass::Read));
    let off = read(&[("mainstay.toml", "name = \"a\"\n[limits]\nenabled = false")]);
    assert!(!off.limits.enabled);
}

#[test]
fn what_is_no_rate_is_refused() {
    let text = r#"
name = "test"
[limits]
reads = { per_user = "1/1s" }
[limits.read]
per_user = "600"
per_address = 600
per_cookie = "1/1s"
"#;
    assert_faults(
        &[("mainstay.toml", text)],
        r#"
            mainstay.toml:4:1 unknown key `reads` in [limits] (did you mean `read`?)
            mainstay.toml:6:12 `per_user` cannot be "600" (write requests in a time, such as "600/1m": 1 to 1000000 requests, a time of s, m or h up to a day; or "off")
            mainstay.toml:7:15 `per_address` must be a string, not an integer (for example: per_address = "600/1m")
            mainstay.toml:8:1 unknown key `per_cookie` in [limits.read] (the keys here are `per_address`, `per_user`, `per_key`)
        "#,
    );
}

#[test]
fn the_defaults_are_those_of_the_schema() {
    let schema = json_schema(DefinitionFile::Application);
    let limits = &schema["properties"]["limits"]["properties"];
    for class in RateClass::ALL {
        let told = &limits[class.as_str()]["properties"];
        let rates = LimitSettings::default().of(class);
        for (key, rate) in [
            ("per_address", rates.per_address),
            ("per_user", rates.per_user),
            ("per_key", rates.per_key),
        ] {
            let rate = rate.expect("every class has a rate").to_string();
            assert_eq!(told[key]["default"], rate, "{} {key}", class.as_str());
        }
    }
}

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

const WITH_PLANS: &str = "name = \"a\"\n[limits]\nplan = \"plan\"\nread = { per_user = \"3/1m\" }\n\
                          [limits.plans.pro.read]\nper_key = \"9/1s\"";
const PLAN: &str = "type = \"select\"\noptions = [\"free\", \"pro\"]\nwrite = \"false\"";

fn read_with_plan(field: &str) -> mainstay_core::Definition {
    let users = format!("[fields.plan]\n{field}");
    read(&[("mainstay.toml", WITH_PLANS), ("collections/users.toml", &users)])
}

#[test]
fn a_plan_has_the_rates_of_everybody_where_it_has_none() {
    let definition = read_with_plan(PLAN);
    let limits = &definition.limits;
    let plans = limits.plans.as_ref().expect("there are plans");
    let pro = plans
        .find("pro")
        .and_then(|id| limits.plan(id))
        .expect("it is declared");
    let read = pro.of(RateClass::Read);
    assert_eq!(read.per_key, "9/1s".parse().ok());
    assert_eq!(read.per_user, "3/1m".parse().ok());
    assert_eq!(pro.of(RateClass::Write), limits.of(RateClass::Write));
    assert_eq!(plans.find("free"), None);
}

#[test]
fn plans_that_nobody_can_be_on_are_refused() {
    let text = r#"
name = "test"
[limits]
plan = "plan"
[limits.plans.prow]
read = { per_address = "1/1s" }
[limits.plans."Not a name"]
"#;
    let users = "[fields.plan]\ntype = \"select\"\noptions = [\"free\", \"pro\"]";
    assert_faults(
        &[("mainstay.toml", text), ("collections/users.toml", users)],
        r#"
            mainstay.toml:4:8 whoever may change their own record could give themselves a plan in `plan` (say in the field who may give plans: write = "false" leaves it to administrators)
            mainstay.toml:5:15 nobody can be on the plan `prow`: it is no option of `plan` (did you mean `pro`?)
            mainstay.toml:6:10 unknown key `per_address` in the rates of a plan (the keys here are `per_user`, `per_key`)
            mainstay.toml:7:15 `Not a name` is no name of a plan (use lower-case letters, digits and underscores, such as `pro`)
        "#,
    );
    assert_faults(
        &[("mainstay.toml", "name = \"a\"\n[limits]\nplan = \"email\"")],
        r"
            mainstay.toml:3:8 `email` is no select field of users (declare it in collections/users.toml, with the plans as its options)
        ",
    );
    assert_faults(
        &[(
            "mainstay.toml",
            "name = \"a\"\n[limits.plans.pro]\nread = { per_user = \"off\" }",
        )],
        r#"
            mainstay.toml:2:2 there are plans, and nothing says who is on which (name a select field of users: plan = "plan")
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

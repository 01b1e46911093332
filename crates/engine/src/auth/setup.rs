//! The first administrator: made by whoever can read the terminal, never by a default password.

use mainstay_core::{Code, Problem, RandomSource};
use mainstay_store::{StoreError, accounts};
use serde_json::{Map, Value as Json};

use super::sessions::{Session, sign_in_first};
use super::typed_codes::typed_code;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;

const SETUP_CODE_LETTERS: usize = 16;

/// A code of 80 bits, made at each start and printed only while there is no administrator.
pub struct SetupCode(String);

impl std::fmt::Debug for SetupCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetupCode(..)")
    }
}

impl SetupCode {
    pub(crate) fn generate(random: &dyn RandomSource) -> Self {
        Self(typed_code::<SETUP_CODE_LETTERS>(random))
    }

    /// For the terminal alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn matches(&self, code: &str) -> bool {
        // Hashes of equal length, so that the comparison's time tells nothing about the code.
        let digest = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.trim().as_bytes());
        digest(code)
            .as_ref()
            .iter()
            .zip(digest(&self.0).as_ref())
            .fold(0, |found, (a, b)| found | (a ^ b))
            == 0
    }
}

/// Is there no administrator yet?
pub async fn needs_setup(environment: &Environment) -> Result<bool, Failure> {
    let soft_delete = environment.users_are_soft();
    let found = environment
        .db
        .read(move |tx| accounts::has_administrator(tx, soft_delete))
        .await;
    found
        .map(|found| !found)
        .map_err(|error: StoreError| error.into())
}

/// Makes the first administrator and signs them in.
pub async fn set_up(ctx: &Context, code: &str, email: String, password: String) -> Result<Session, Failure> {
    if !needs_setup(&ctx.environment).await? {
        return Err(Problem::new(
            Code::SetupDone,
            "there is an administrator already; sign in instead",
        )
        .into());
    }
    if !ctx.environment.setup.matches(code) {
        let message = "is not the code that the server printed when it started";
        return Err(Problem::field(Code::ValidationFailed, "code", message).into());
    }
    let fields = Map::from_iter([("email".to_owned(), Json::from(email.as_str()))]);
    let system = ctx.acting_as(mainstay_core::Actor::SYSTEM);
    super::create_user(&system, true, password.clone(), fields).await?;
    sign_in_first(ctx, &email, password).await
}

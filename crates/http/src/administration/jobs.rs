//! What runs beside requests, and the migrations of the database.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use mainstay_engine::{jobs, migrations};

use crate::answer::{self, Answer};
use crate::parameters::refuse_parameters;
use crate::request::Caller;
use crate::router::App;

pub(crate) async fn list_jobs(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(jobs::list_jobs(&caller.ctx).await?))
}

pub(crate) async fn read_migrations(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let folder = app.options.administration.folder.as_deref();
    Ok(answer::json(
        migrations::read_migrations(&caller.ctx, folder).await?,
    ))
}

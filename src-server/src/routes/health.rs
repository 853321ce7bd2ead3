//! `GET /health`: whether the server can do its work, reading and writing.

use axum::{extract::State, http::StatusCode};

use super::refused;
use crate::{app::Shared, error::ApiError};

/// Whether the server is up and its database can be read and written.
#[utoipa::path(
    get, path = "/health", tag = "server",
    responses((status = 204, description = "Up"), refused::Public),
)]
pub(crate) async fn health(State(app): State<Shared>) -> Result<StatusCode, ApiError> {
    match app.db.check().await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "unhealthy");
            Err(ApiError::unavailable("the database can't be read or written"))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use pakn_api::wire::path;
    use sqlx::Executor as _;
    use tower::ServiceExt as _;

    use crate::{
        App, Config, DbError, Desk,
        db::{Db, change},
    };

    async fn health(app: &App) -> StatusCode {
        app.router().oneshot(Request::get(path::HEALTH).body(Body::empty()).unwrap()).await.unwrap().status()
    }

    async fn execute(db: &Db, sql: &'static str) {
        let work = db.write(move |conn| Box::pin(async move { Ok::<_, DbError>(conn.execute(sql).await?.rows_affected()) }));
        work.await.unwrap();
    }

    #[tokio::test]
    async fn it_is_unhealthy_for_as_long_as_nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let another = Desk::open(folder.path()).await.unwrap();
        assert_eq!(health(&app).await, StatusCode::NO_CONTENT);
        let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON change_counter BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
        execute(another.db(), refuse).await;
        app.shared().db.write::<_, DbError, _>(|conn| Box::pin(change::next(conn))).await.unwrap_err();
        for _ in 0..2 {
            assert_eq!(health(&app).await, StatusCode::SERVICE_UNAVAILABLE);
        }
        execute(another.db(), "DROP TRIGGER refuse").await;
        assert_eq!(health(&app).await, StatusCode::NO_CONTENT);
    }
}

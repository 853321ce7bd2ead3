//! In the real window: an account whose deletion nobody heard the answer of, and how its citizen finishes it.

use anyhow::ensure;
use kontums_tests::{
    link::Access,
    scene::{Scene, sign_in},
    server::DEMO_PASSWORD,
    window::AppWindow,
};

/// From the settings to the last question, answered with a yes.
async fn delete(app: &AppWindow) -> anyhow::Result<()> {
    for door in ["settings-account", "account-data", "data-delete"] {
        app.page.click(&format!("[data-test={door}]")).await?;
    }
    app.page.type_into("#delete-password", DEMO_PASSWORD).await?;
    app.page.click("[data-test=delete-submit]").await?;
    app.page.click("[data-test=confirm-yes]").await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_deletion_whose_answer_was_lost_is_finished_without_a_session() -> anyhow::Result<()> {
    let Scene { folder: _folder, server: _server, link, settings } = Scene::set().await?;
    let app = AppWindow::open_fresh(&settings).await?;
    sign_in(&app).await?;
    link.let_in(Access::Unheard);
    delete(&app).await?;
    app.page.find("[data-test=delete-error]").await?;
    ensure!(app.page.all("[data-test=delete-done]").await?.is_empty(), "nobody has said that it is done");
    app.kill().await?;

    link.let_in(Access::Open);
    let app = AppWindow::open(&settings).await?;
    app.page.click("[data-test=tab-settings]").await?;
    // The server knows the session no more, and nobody can sign in again.
    app.page.find("[data-test=settings-sign-in]").await?;
    delete(&app).await?;
    app.page.find("[data-test=delete-done]").await?;
    app.shoot("42-deleted").await?;
    app.page.click("[data-test=delete-home]").await?;
    app.page.click("[data-test=tab-settings]").await?;
    app.page.find("[data-test=settings-consents]").await?;
    ensure!(app.page.all("[data-test=settings-account]").await?.is_empty(), "an account is left here");
    Ok(())
}

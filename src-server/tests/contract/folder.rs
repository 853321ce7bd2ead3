//! One data folder, one running server; staff's part goes on beside it.

use pakn_api::model::phone::PhoneNumber;
use pakn_server::{App, Config, Desk, DeskError};

use crate::common::{ALICE, PASSWORD, Server};

#[tokio::test]
async fn a_second_server_is_refused_and_harms_nothing() {
    let server = Server::start().await;
    let under_way = server.data().join("media/incoming/under-way");
    std::fs::write(&under_way, b"\xff\xd8\xff half").unwrap();
    let mut config = Config::new(server.data());
    config.limits.start_seconds = 0;
    assert!(matches!(App::open(config).await, Err(DeskError::FolderInUse)));
    assert!(under_way.exists());
    let desk = Desk::open(&server.data()).await.unwrap();
    desk.create_account(PhoneNumber::parse(ALICE).unwrap(), PASSWORD.into(), "Tên Mới".into()).await.unwrap();
    assert_eq!(desk.list_reports().await.unwrap(), []);
}

#[tokio::test]
async fn a_second_server_waits_for_the_first_to_end() {
    let first = Server::start().await;
    let opening = App::open(Config::new(first.data()));
    tokio::pin!(opening);
    assert!(futures::poll!(&mut opening).is_pending());
    let Server { app, router, folder: _folder } = first;
    drop((app, router));
    opening.await.unwrap();
}

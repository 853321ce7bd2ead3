//! What joins core, server and shell for tests: a server to start and stop, a window to drive, links that
//! break, pictures good and bad, and every screen with the way to it. Used by the tests beside it, by `main-job` and by `bench`.

pub mod aftermath;
pub mod batch;
pub mod citizen;
pub mod device_process;
pub mod errand;
pub mod films;
pub mod flaky;
pub mod http;
pub mod link;
pub mod linked;
pub mod local_server;
pub mod logs;
pub mod main_job;
pub mod model_server;
pub mod npm;
pub mod pictures;
pub mod scene;
pub mod screens;
pub mod scripted;
pub mod server;
pub mod sim;
pub mod small_disk;
pub mod sms;
pub mod wait;
pub mod webdriver;
pub mod window;

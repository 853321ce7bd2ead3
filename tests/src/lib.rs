//! What joins core, server and shell for tests: a server to start and stop, a window to drive, links that
//! break, and pictures good and bad. Used by the tests beside it, by `main-job` and by `bench`.

pub mod citizen;
pub mod flaky;
pub mod http;
pub mod local_server;
pub mod main_job;
pub mod pictures;
pub mod scripted;
pub mod server;
pub mod wait;
pub mod webdriver;
pub mod window;

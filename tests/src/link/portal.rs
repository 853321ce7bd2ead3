//! What stands between a phone and the network in cafés: it answers everything itself, with a page.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const LONGEST_HEAD: usize = 64 * 1024;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `200 OK` with the sign-in page in place of what was asked for.
    SignIn,
    /// `302 Found`, to the sign-in page.
    Redirect,
}

impl Page {
    fn answer(self) -> String {
        let html = "<!doctype html><html><title>WiFi</title><form method=post>Mật khẩu <input name=p></form></html>";
        let first = match self {
            Self::SignIn => "200 OK",
            Self::Redirect => "302 Found\r\nLocation: http://127.0.0.1:1/sign-in",
        };
        let length = html.len();
        format!(
            "HTTP/1.1 {first}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{html}"
        )
    }

    /// Reads a request's head, answers, and hears the rest out: bytes that nobody reads would reset the
    /// connection before the answer is read. Says whether something was answered.
    pub(super) async fn serve(self, client: &mut TcpStream) -> bool {
        let mut head: Vec<u8> = Vec::new();
        let mut piece = [0; 1_024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST_HEAD {
            match client.read(&mut piece).await {
                Ok(length @ 1..) => head.extend(piece.iter().take(length)),
                Ok(0) | Err(_) => return false,
            }
        }
        self.give(client).await
    }

    /// Answers, whatever was asked.
    pub(super) async fn give(self, client: &mut TcpStream) -> bool {
        let answered = client.write_all(self.answer().as_bytes()).await.is_ok() && client.shutdown().await.is_ok();
        let mut rest = [0; 16 * 1_024];
        while answered && client.read(&mut rest).await.is_ok_and(|length| length > 0) {}
        answered
    }
}

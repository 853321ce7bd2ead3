//! `pakn-server`: serve, set up a demo account, do staff's part and look after the data from a terminal.
//!
//! Standard output carries results only (the address, reports, the OpenAPI document); the log goes to
//! standard error, as JSON lines unless that is a terminal.
#![expect(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::{
    io::{IsTerminal as _, stderr},
    net::SocketAddr,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use pakn_api::model::{catalogue::Catalogue, jurisdiction::Jurisdiction, phone::PhoneNumber};
use pakn_server::{App, Config, Desk, contract, serve};
use tracing_subscriber::EnvFilter;

use cli::{
    place::Place,
    publish::Editions,
    receipts::{RotateKey, VerifyReceipt},
    staff::{Staff, staff},
    upkeep::{Backup, Check, Restore},
};

mod cli;

#[derive(Parser)]
#[command(about = "The reference PAKN server", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGINT or SIGTERM; prints `listening on http://…` once it accepts
    Serve {
        #[command(flatten)]
        at: Place,
        /// Address and port; port 0 takes a free one
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Make the demo account, or give it this name and password again; another password signs it out everywhere
    Seed {
        #[command(flatten)]
        at: Place,
        #[arg(long, default_value = "0900000001", value_parser = |text: &str| PhoneNumber::parse(text))]
        phone: PhoneNumber,
        #[arg(long, default_value = "demo-kontums")]
        password: String,
        #[arg(long, default_value = "Nguyễn Thị Thử")]
        name: String,
    },
    /// Handle reports; works while the server runs
    Staff {
        #[command(flatten)]
        at: Place,
        #[command(subcommand)]
        command: Staff,
    },
    /// Publish fields, subjects and questions
    Fields {
        #[command(flatten)]
        at: Place,
        #[command(subcommand)]
        command: Editions,
    },
    /// Publish the jurisdiction profile: bounds, hotlines, map, who to turn to elsewhere
    Jurisdiction {
        #[command(flatten)]
        at: Place,
        #[command(subcommand)]
        command: Editions,
    },
    Backup(Backup),
    Restore(Restore),
    Check(Check),
    RotateKey(RotateKey),
    VerifyReceipt(VerifyReceipt),
    /// Print the OpenAPI document
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    log();
    match carry_out(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("pakn-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    let done = match command {
        Command::Fields { at, command } => return command.carry_out::<Catalogue>(at).await,
        Command::Jurisdiction { at, command } => return command.carry_out::<Jurisdiction>(at).await,
        Command::Backup(command) => return command.carry_out().await,
        Command::Restore(command) => return command.carry_out().await,
        Command::Check(command) => return command.carry_out().await,
        Command::RotateKey(command) => return command.carry_out().await,
        Command::VerifyReceipt(command) => return command.carry_out().await,
        Command::Serve { at, listen } => {
            let mut config = at.load()?;
            config.listen = listen.unwrap_or(config.listen);
            run(config).await
        }
        Command::Seed { at, phone, password, name } => {
            let account = Desk::open(&at.load()?.data_dir).await?.create_account(phone, password, name).await?;
            println!("{}", account.user_id);
            Ok(())
        }
        Command::Staff { at, command } => {
            let folder = at.load()?.data_dir;
            let desk = Desk::open_existing(&folder).await.with_context(|| folder.display().to_string())?;
            staff(&desk, command).await
        }
        Command::Openapi => {
            println!("{}", contract().to_pretty_json()?);
            Ok(())
        }
    };
    done.map(|()| ExitCode::SUCCESS)
}

async fn run(config: Config) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let listener =
        tokio::net::TcpListener::bind(config.listen).await.with_context(|| format!("listening on {}", config.listen))?;
    let app = App::open(config).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(app, listener, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "no way to hear Ctrl-C");
            std::future::pending::<()>().await;
        }
    })
}

fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        log.init();
    } else {
        log.json().flatten_event(true).with_span_list(false).init();
    }
    // A panic's message may hold what was being worked on; its place says enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

//! `pakn-server`: serve, set up a demo account, and do staff's part from a terminal.
//!
//! Standard output carries results only (the address, reports, the OpenAPI document); the log goes to
//! standard error, as JSON lines unless that is a terminal.
#![expect(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::{
    io::{IsTerminal as _, stderr},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    str::FromStr,
};

use anyhow::Context as _;
use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use pakn_api::{
    id::ReportId,
    model::{
        phone::PhoneNumber,
        status::{RefusalReason, ReportStatus, Unknown},
        words::{AgencyName, Note},
    },
};
use pakn_server::{App, Config, Desk, ListedReport, StatusChange, contract, serve};
use tracing_subscriber::EnvFilter;

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
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum Staff {
    /// List reports: id, status (`waiting` while a file is missing) and title, tab-separated
    Reports {
        /// As a JSON array, with each report's files
        #[arg(long)]
        json: bool,
    },
    /// Move a report on
    SetStatus {
        report: ReportId,
        /// Where it stands from now on; the same again adds a note
        #[arg(value_parser = one_of(&ReportStatus::ALL, ReportStatus::as_str))]
        status: ReportStatus,
        /// What the citizen is told
        #[arg(long, value_parser = |text: &str| Note::parse(text))]
        note: Option<Note>,
        /// The agency that acts
        #[arg(long, value_parser = |text: &str| AgencyName::parse(text))]
        agency: Option<AgencyName>,
        /// Why, with `refused`
        #[arg(long, value_parser = one_of(&RefusalReason::ALL, RefusalReason::as_str))]
        refusal: Option<RefusalReason>,
    },
}

/// Takes one of these values by its name, and lists them.
fn one_of<T>(all: &[T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + FromStr<Err = Unknown> + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.iter().map(|value| name(*value))).try_map(|text| text.parse())
}

#[derive(Args)]
struct Place {
    /// A configuration file; see pakn-server.example.toml
    #[arg(long)]
    config: Option<PathBuf>,
    /// The data folder
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Place {
    fn load(self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref(), |name| std::env::var(name).ok())?;
        if let Some(data) = self.data {
            config.data_dir = data;
        }
        Ok(config)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    log();
    match carry_out(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pakn-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: Command) -> anyhow::Result<()> {
    match command {
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
    }
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

async fn staff(desk: &Desk, command: Staff) -> anyhow::Result<()> {
    match command {
        Staff::Reports { json: true } => println!("{}", serde_json::to_string_pretty(&desk.list_reports().await?)?),
        Staff::Reports { json: false } => {
            for ListedReport { report_id, status, title, .. } in desk.list_reports().await? {
                println!("{report_id}\t{}\t{}", status.map_or("waiting", ReportStatus::as_str), title.as_str());
            }
        }
        Staff::SetStatus { report, status, note, agency, refusal } => {
            desk.set_status(report, StatusChange { status, refusal, agency, note }).await?;
        }
    }
    Ok(())
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

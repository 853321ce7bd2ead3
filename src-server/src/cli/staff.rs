//! `pakn-server staff`: agencies' accounts, and what an agency does with reports.

use std::{env::VarError, io::stdin, str::FromStr};

use anyhow::Context as _;
use clap::{
    Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use pakn_api::{
    id::ReportId,
    model::{
        catalogue::FieldCode,
        password::{MAX_CHARS, MIN_CHARS, judge},
        phone::PhoneNumber,
        status::{RefusalReason, ReportStatus, Unknown},
        words::{AgencyName, Note},
    },
};
use pakn_server::{Desk, ListedReport, StatusChange};

#[derive(Subcommand)]
pub(crate) enum Staff {
    /// List reports: id, status (`waiting` while a file is missing) and title, tab-separated
    Reports {
        /// As a JSON array, with each report's files
        #[arg(long)]
        json: bool,
    },
    /// Make an agency's account, or give it another password, which signs it out everywhere; prints its id
    ///
    /// The password is read from PAKN_STAFF_PASSWORD or, without that, from the first line of standard input:
    /// arguments can be read by everybody on the machine.
    AddAccount {
        /// What it signs in with
        #[arg(long, value_parser = |text: &str| PhoneNumber::parse(text))]
        phone: PhoneNumber,
        /// The agency's name
        #[arg(long, value_parser = |text: &str| AgencyName::parse(text))]
        agency: AgencyName,
        /// Codes of the fields whose reports it handles, with commas between; without this they stay as they are
        #[arg(long, value_delimiter = ',', value_parser = |text: &str| FieldCode::parse(text))]
        fields: Option<Vec<FieldCode>>,
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

/// Does it.
pub(crate) async fn staff(desk: &Desk, command: Staff) -> anyhow::Result<()> {
    match command {
        Staff::Reports { json: true } => println!("{}", serde_json::to_string_pretty(&desk.list_reports().await?)?),
        Staff::Reports { json: false } => {
            for ListedReport { report_id, status, title, .. } in desk.list_reports().await? {
                println!("{report_id}\t{}\t{}", status.map_or("waiting", ReportStatus::as_str), title.as_str());
            }
        }
        Staff::AddAccount { phone, agency, fields } => {
            let password = password(&phone)?;
            let account = desk.create_staff_account(phone, password, agency).await?;
            if let Some(fields) = fields {
                desk.set_agency_fields(account.user_id, fields).await?;
            }
            println!("{}", account.user_id);
        }
        Staff::SetStatus { report, status, note, agency, refusal } => {
            desk.set_status(report, StatusChange { status, refusal, agency, note }).await?;
        }
    }
    Ok(())
}

/// A new password, from where only its owner sees it.
fn password(phone: &PhoneNumber) -> anyhow::Result<String> {
    let password = match std::env::var("PAKN_STAFF_PASSWORD") {
        Ok(password) => password,
        Err(VarError::NotPresent) => {
            let mut line = String::new();
            stdin().read_line(&mut line).context("reading the password")?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
        Err(error @ VarError::NotUnicode(_)) => return Err(error).context("PAKN_STAFF_PASSWORD"),
    };
    judge(&password, phone)
        .with_context(|| format!("a password has {MIN_CHARS} to {MAX_CHARS} characters and is not among those guessed first"))?;
    Ok(password)
}

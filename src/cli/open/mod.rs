//! `ptuplan open`: the planner in the browser, on this machine and for whoever started it alone.
//!
//! [`guard`] says who may ask, [`connections`] and [`http`] how, [`routes`] what; [`planner`] answers
//! and [`answer`] says so as it becomes known. The page is in `page/`: HTML, CSS and modules as the
//! browser reads them.

mod answer;
mod assets;
mod browser;
mod choices;
mod connections;
mod edit;
mod folder;
mod guard;
mod http;
mod lists;
mod live;
mod logs;
mod places;
mod planner;
mod routes;
mod save;

use crate::cli::common::Common;
use crate::cli::exit::{Failure, Verdict};
use crate::cli::open::connections::serve_all;
use crate::cli::open::folder::RunFolder;
use crate::cli::open::guard::Keys;
use crate::cli::open::logs::Logs;
use crate::cli::open::planner::Planner;
use crate::cli::open::routes::Desk;
use crate::cli::output::print;
use crate::cli::workers::threads;
use crate::files::read;
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// `ptuplan open`.
#[derive(Args, Clone, Debug)]
pub(super) struct OpenCommand {
    /// Scenario file (TOML); a new one is started where none is named
    #[arg(value_name = "SCENARIO")]
    scenario: Option<PathBuf>,
    /// Print the address, and leave it to you to open it
    #[arg(long)]
    no_browser: bool,
    /// Port on this machine; a free one when absent
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
}

/// Exit code of a program that is interrupted twice, as shells give it.
const INTERRUPTED: i32 = 130;

pub(super) fn run(command: &OpenCommand, common: &Common) -> Result<Verdict, Failure> {
    let file = file(command)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, command.port)).map_err(|error| {
        Diagnostic::error("no-port", format!("cannot listen on port {}: {error}", command.port))
            .hint("leave --port out for a free one")
    })?;
    let broken = |error: std::io::Error| {
        Failure::from(Diagnostic::error("no-server", format!("cannot serve the page: {error}")))
    };
    let kept = RunFolder::new(&std::env::temp_dir()).map_err(broken)?;
    let folder = kept.path();
    let stopping = stopping().map_err(broken)?;
    let keys = Keys::new(listener.local_addr().map_err(broken)?)?;
    let address = keys.address();
    let desk = Arc::new(Desk {
        keys,
        planner: Planner::new(common, threads(common)?, folder)?,
        logs: Logs::new(folder),
        file,
        is_named: command.scenario.is_some(),
        stopping: Arc::clone(&stopping),
        quiet: common.quiet,
    });
    print(
        format!("ptuplan is at {address}\nThe address opens once. End with Ctrl-C.\n").as_bytes(),
    )?;
    if !command.no_browser {
        browser::open(&address);
    }
    let serve = Arc::new(move |stream: &mut TcpStream| desk.serve(stream));
    serve_all(&listener, &stopping, &serve).map_err(broken)?;
    kept.close().map_err(broken)?;
    Ok(Verdict::Yes)
}

/// The scenario's file: the one named, which must be there, or a new name.
fn file(command: &OpenCommand) -> Result<PathBuf, Failure> {
    if let Some(path) = &command.scenario {
        read::text("scenario", path)?;
        return Ok(path.clone());
    }
    let again = (2..).map(|number: u32| format!("scenario-{number}.toml"));
    let mut names = std::iter::once("scenario.toml".to_owned()).chain(again);
    // The numbers do not end before the files do.
    Ok(names.find(|name| !Path::new(name).exists()).unwrap_or_default().into())
}

/// A flag that is set when the program is to end; asked twice, it ends at once.
fn stopping() -> std::io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in TERM_SIGNALS {
        flag::register_conditional_shutdown(*signal, INTERRUPTED, Arc::clone(&flag))?;
        flag::register(*signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

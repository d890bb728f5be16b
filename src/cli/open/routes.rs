//! What the page can ask for.

use crate::catalog::Catalog;
use crate::cli::init::{Answers, scenario as starter};
use crate::cli::init_traffic::{Part, Playing};
use crate::cli::open::answer::answer;
use crate::cli::open::assets;
use crate::cli::open::choices::{choices, sold};
use crate::cli::open::connections::refusal;
use crate::cli::open::edit::{Change, edited};
use crate::cli::open::guard::Keys;
use crate::cli::open::http::{
    Head, Method, RefusedRequest, Response, read_body, read_head, respond, stream_body,
};
use crate::cli::open::logs::{Logs, Wanted, decoded, plain_name};
use crate::cli::open::places::{problems, values};
use crate::cli::open::planner::{Planner, Written};
use crate::cli::open::save::{NotSaved, Save, There, command, save, scenario_file};
use crate::cli::output::print;
use crate::files::trace::read_files;
use crate::scenario::load::load;
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest_first};
use crate::workload::import::ReadSpec;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Bytes of a scenario and what is said with it, at most.
const JSON_BYTES: u64 = 4 << 20;
/// Bytes of a log that is sent, at most; a larger one is read where it is.
const LOG_BYTES: u64 = 512 << 20;

/// Everything behind the page.
pub(super) struct Desk {
    pub(super) keys: Keys,
    pub(super) planner: Planner,
    pub(super) logs: Logs,
    /// The scenario's file, as it was named on the command line.
    pub(super) file: PathBuf,
    /// Whether it was: it was there then.
    pub(super) is_named: bool,
    pub(super) stopping: Arc<AtomicBool>,
    pub(super) quiet: bool,
}

/// What becomes of a request.
enum Outcome {
    Answer(Response),
    /// The answer was written already.
    Written,
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Answer(response)
    }
}

#[derive(Deserialize)]
struct Edit {
    #[serde(flatten)]
    written: Written,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct AskedFile {
    file: String,
}

/// What a scenario to start from cannot do without.
#[derive(Deserialize)]
struct Start {
    model: String,
    region: String,
    quota_tier: String,
    #[serde(rename = "start")]
    first_day: String,
    sku: Vec<String>,
    trace: String,
}

fn json_of<T: DeserializeOwned>(body: &[u8]) -> Result<T, RefusedRequest> {
    serde_json::from_slice(body)
        .map_err(|error| RefusedRequest::new(400, format!("not asked so: {error}")))
}

/// What is wrong with what a person wrote; the request itself was sound.
fn wrong(written: &Written, wrong: &Diagnostics) -> Response {
    let shown = problems(&written.file, &written.text, wrong);
    Response::json(200, &json!({ "problems": shown }))
}

impl Desk {
    /// Serves one request.
    pub(super) fn serve(&self, stream: &mut TcpStream) {
        let outcome = read_head(stream).and_then(|mut head| {
            self.request(stream, &mut head).or_else(|refused| {
                // What a person opens is answered by a page, not by what a program reads.
                let page = (head.path == "/" && refused.status == 401)
                    || (Keys::is_door(&head) && refused.status == 403);
                if page { Ok(assets::closed_door(&refused).into()) } else { Err(refused) }
            })
        });
        let response = match outcome {
            Ok(Outcome::Written) => return,
            Ok(Outcome::Answer(response)) => response,
            Err(refused) => refusal(&refused),
        };
        // A page that has left is told nothing.
        let _ = respond(stream, &response);
    }

    fn request(&self, stream: &mut TcpStream, head: &mut Head) -> Result<Outcome, RefusedRequest> {
        self.keys.check(head)?;
        if let Some(exchanged) = self.keys.exchange(head) {
            let (response, is_new) = exchanged?;
            if is_new && !self.quiet {
                let text = format!("Opened. For another browser: {}\n", self.keys.address());
                // A closed terminal is no reason to close the page.
                let _ = print(text.as_bytes());
            }
            return Ok(response.into());
        }
        self.keys.admit(head)?;
        match head.method {
            Method::Get => self.get(&head.path).map(Outcome::Answer),
            Method::Post if head.path == "/api/upload" => self.upload(stream, head),
            Method::Post => {
                if head.header("content-type") != Some("application/json") {
                    return Err(RefusedRequest::new(415, "send JSON"));
                }
                let body = read_body(stream, head, JSON_BYTES)?;
                if head.path == "/api/answer" {
                    let written: Written = json_of(&body)?;
                    // Where the page has left there is nothing to write to.
                    let _ = answer(stream, &self.planner, &written, &self.stopping);
                    return Ok(Outcome::Written);
                }
                self.post(&head.path, &body).map(Outcome::Answer)
            }
        }
    }

    fn get(&self, path: &str) -> Result<Response, RefusedRequest> {
        match path {
            "/api/state" => Ok(Response::json(200, &self.state())),
            "/api/alive" => Ok(Response::json(200, &json!({}))),
            _ => assets::get(path).ok_or_else(|| RefusedRequest::new(404, "nothing is here")),
        }
    }

    fn post(&self, path: &str, body: &[u8]) -> Result<Response, RefusedRequest> {
        match path {
            "/api/edit" => Ok(edit(&json_of(body)?)),
            "/api/sold" => Ok(Response::json(200, &sold(&self.planner.catalog, &json_of(body)?))),
            "/api/start" => Ok(self.start(json_of(body)?)),
            "/api/log" => Ok(self.log(&json_of(body)?)),
            "/api/save" => self.save(&json_of(body)?),
            "/api/file" => self.file(&json_of(body)?),
            _ => Err(RefusedRequest::new(404, "nothing is here")),
        }
    }

    /// What a page needs to begin.
    fn state(&self) -> Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "file": self.file.to_string_lossy(),
            "text": fs::read_to_string(&self.file).ok(),
            "is_named": self.is_named,
            "as_of": self.planner.catalog.as_of().to_string(),
            "command": command(&self.planner.common, &self.file),
            "choices": choices(&self.planner.catalog),
        })
    }

    /// The text that a scenario's file has now.
    fn file(&self, asked: &AskedFile) -> Result<Response, RefusedRequest> {
        let path = scenario_file(&asked.file, self.folder())?;
        Ok(Response::json(200, &json!({ "text": fs::read_to_string(path).ok() })))
    }

    /// The folder of the scenario.
    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// A scenario to start from; every name is looked up in the catalogue first.
    fn start(&self, start: Start) -> Response {
        let catalog = &self.planner.catalog;
        let day = start.first_day.parse::<jiff::civil::Date>().map_err(|_| {
            Diagnostic::error("not-a-date", format!("not a date: {}", start.first_day))
                .hint("write it as 2026-12-01")
        });
        let mut looked_up = vec![
            ("model", catalog.model(&start.model).map(drop)),
            ("region", catalog.region(&start.region).map(drop)),
            ("start", day.clone().map(drop)),
        ];
        looked_up.push(("quota_tier", known_tier(catalog, &start.quota_tier)));
        looked_up.extend(start.sku.iter().map(|sku| ("sku", catalog.sku(sku).map(drop))));
        if start.sku.is_empty() {
            let none = Diagnostic::error("nothing-allowed", "no SKU is ticked");
            looked_up.push(("sku", Err(none.hint("tick those that may be bought"))));
        }
        let shown = |field: &str, error: Diagnostic| {
            let mut shown = problems("", "", &error.into());
            for problem in &mut shown {
                problem["path"] = json!([field]);
            }
            shown
        };
        let wrong = looked_up.into_iter().filter_map(|(field, found)| Some((field, found.err()?)));
        let wrong: Vec<Value> = wrong.flat_map(|(field, error)| shown(field, error)).collect();
        let Some(day) = day.ok().filter(|_| wrong.is_empty()) else {
            return Response::json(200, &json!({ "problems": wrong }));
        };
        let text = starter(&Answers {
            name: titled(&start.trace),
            model: start.model,
            region: start.region,
            quota_tier: start.quota_tier,
            start: day,
            playing: self.playing(&start.trace),
            parts: vec![Part::of_all(String::new())],
            trace: start.trace,
            max_output_tokens: None,
            sku: start.sku,
            output: None,
        });
        match load("the new scenario", &text) {
            Ok(_) => Response::json(200, &json!({ "text": text })),
            Err(errors) => Response::json(200, &json!({ "problems": problems("", "", &errors) })),
        }
    }

    /// How a scenario plays a trace: one that was sent, or lies beside the scenario, all of it.
    fn playing(&self, trace: &str) -> Playing {
        let beside = || self.file.parent().map(|folder| folder.join(trace));
        let sent = Some(self.logs.folder.join(trace)).filter(|file| file.is_file());
        let file = sent.or_else(beside).filter(|file| file.is_file());
        let log = file.and_then(|file| read_files(&[file], &ReadSpec::default()).ok());
        log.map_or(Playing::ONE_DAY, |log| Playing::of(&log))
    }

    /// Takes a log that is sent.
    fn upload(&self, stream: &mut TcpStream, head: &mut Head) -> Result<Outcome, RefusedRequest> {
        if head.header("content-type") != Some("application/octet-stream") {
            return Err(RefusedRequest::new(415, "send the bytes of the file"));
        }
        let name = decoded(head.header("x-file-name").unwrap_or_default())?;
        plain_name(&name)?;
        let (number, path) = self.logs.place(&name)?;
        let taken = File::create_new(&path)
            .map_err(|error| RefusedRequest::new(500, format!("cannot keep the file: {error}")))
            .and_then(|file| {
                let mut out = BufWriter::with_capacity(1 << 18, file);
                stream_body(stream, head, LOG_BYTES, &mut out)?;
                out.flush()
                    .map_err(|error| RefusedRequest::new(500, format!("cannot keep it: {error}")))
            });
        if let Err(refused) = taken {
            // Nothing of a log that did not come whole is left.
            let _ = fs::remove_dir_all(path.parent().unwrap_or(&path));
            return Err(refused);
        }
        Ok(Response::json(200, &json!({ "upload": number })).into())
    }

    fn log(&self, wanted: &Wanted) -> Response {
        match self.logs.read(wanted) {
            Ok(summary) => Response::json(200, &summary),
            Err(errors) => Response::json(200, &json!({ "problems": problems("", "", &errors) })),
        }
    }

    fn save(&self, wanted: &Save) -> Result<Response, RefusedRequest> {
        match save(&self.planner, wanted, self.folder()) {
            Ok(saved) => Ok(Response::json(200, &saved)),
            Err(NotSaved::Refused(refused)) => Err(refused),
            Err(NotSaved::Wrong(errors)) => Ok(wrong(&wanted.written, &errors)),
            Err(NotSaved::Conflict(others)) => {
                let message = There::said(&others);
                Ok(Response::json(409, &json!({ "message": message, "others": others })))
            }
        }
    }
}

/// A name for a scenario to start from: of its traffic, which says nothing that a field changes.
fn titled(trace: &str) -> String {
    let stem = Path::new(trace).file_stem().unwrap_or_default().to_string_lossy();
    if stem.is_empty() { "My scenario".to_owned() } else { format!("Traffic of {stem}") }
}

/// Whether the catalogue has a quota tier; the error names the nearest, and where all of them are.
fn known_tier(catalog: &Catalog, tier: &str) -> Result<(), Diagnostic> {
    let known: Vec<&str> = catalog.quota_tiers().collect();
    if known.contains(&tier) {
        return Ok(());
    }
    let unknown = Diagnostic::error("unknown-quota-tier", format!("unknown quota tier: {tier}"));
    let near = nearest_first(tier, known.iter().copied());
    Err(unknown.hint(format!(
        "the nearest are {}; the list of the empty field has all {}",
        near.join(", "),
        known.len()
    )))
}

/// The text with the changes made, its values, and what is wrong with it.
fn edit(edit: &Edit) -> Response {
    let Written { file, text } = &edit.written;
    let text = match edited(text, &edit.changes) {
        Ok(text) => text,
        Err(error) => {
            // Text that is no TOML is told with its line, in the words of the command line.
            let unread = load(file, text).err().filter(|_| values(text).is_null());
            return wrong(&edit.written, &unread.unwrap_or_else(|| error.into()));
        }
    };
    let found = load(&edit.written.file, &text).err().unwrap_or_default();
    let shown = problems(&edit.written.file, &text, &found);
    Response::json(200, &json!({ "values": values(&text), "text": text, "problems": shown }))
}

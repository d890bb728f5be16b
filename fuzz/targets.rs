//! What is fuzzed: one function for each kind of file that comes from outside. Any bytes may be given; a panic, a broken
//! promise, or more time or memory than the runner allows is a finding.
//!
//! `fuzz_targets` hands them to cargo-fuzz (nightly), `tests/fuzz` to a runner on the stable toolchain.

use ptuplan::billing::bill::bill;
use ptuplan::billing::recorded::reconcile::Recorded;
use ptuplan::billing::recorded::{focus_file, usage_file};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::metered::MeterNames;
use ptuplan::catalog::retail::{page, propose::propose};
use ptuplan::scenario::azure::{self as azure_files, JoinOptions, Parameters, Side, SourceFile};
use ptuplan::scenario::load::{first_day_and_region, load, load_with};
use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::export::to_csv;
use ptuplan::workload::import::{Imported, ReadSpec, read};
use ptuplan::workload::packed::{read_packed, write_packed};
use ptuplan::workload::summary::summarize;
use ptuplan::workload::synth;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;

/// A target and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("scenario", scenario),
    ("synth", spec),
    ("policy", policy),
    ("catalogue", catalogue),
    ("price_page", price_page),
    ("focus", focus),
    ("usage", usage),
    ("trace_csv", trace_csv),
    ("json_log", json_log),
    ("packed", packed),
    ("azure", azure),
    #[cfg(feature = "report")]
    ("run", run),
    #[cfg(feature = "tables")]
    ("parquet", parquet),
    #[cfg(feature = "workbooks")]
    ("workbook", workbook),
];

/// A mistake must say something and point somewhere a person can go.
fn told(mistakes: &Diagnostics) {
    assert!(!mistakes.0.is_empty(), "an error that says nothing");
    assert!(mistakes.0.iter().all(|mistake| !mistake.message.is_empty()));
}

fn embedded() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().expect("the catalogue is sound"))
}

/// A scenario file.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(mistakes) = load("s.toml", text) {
        told(&mistakes);
    }
}

/// A spec of synthetic traffic, made where it is a small one.
pub fn spec(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match synth::parse("s.toml", text) {
        Ok(spec) => match synth::generate(&spec) {
            Ok(made) => sound(&made),
            Err(mistakes) => told(&mistakes),
        },
        Err(mistakes) => told(&mistakes),
    }
}

/// A policy file.
pub fn policy(bytes: &[u8]) {
    const SCENARIO: &str = include_str!("../scenarios/quickstart.toml");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut scenario = load("s.toml", SCENARIO).expect("the quickstart is sound");
    if let Err(mistakes) = scenario.require.read_policy("p.toml", text) {
        told(&mistakes);
    }
}

/// Files of `data/azure`, by name.
fn tables() -> &'static [(String, String)] {
    static TABLES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = if folder.ends_with("fuzz") { folder.join("..") } else { folder.to_owned() };
        let mut files: Vec<(String, String)> = fs::read_dir(folder.join("data/azure"))
            .expect("the catalogue is there")
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read_to_string(&path).expect("text"))
            })
            .collect();
        files.sort();
        files
    })
}

/// A table of the catalogue: the first byte says which one the others replace.
pub fn catalogue(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let mut files = tables().to_vec();
    let index = usize::from(*first) % files.len();
    text.clone_into(&mut files[index].1);
    if let Err(mistakes) = Catalog::from_files(&files) {
        told(&mistakes);
    }
}

/// A page of the retail price list.
pub fn price_page(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match page::read("page.json", text) {
        Ok(items) => {
            let _ = propose(embedded(), &items);
        }
        Err(mistakes) => told(&mistakes),
    }
}

/// Bills what was read, where it is a bill of days and not of centuries.
fn billed(found: Result<Recorded, Diagnostics>) {
    let recorded = match found {
        Ok(recorded) => recorded,
        Err(mistakes) => return told(&mistakes),
    };
    let Some((from, until)) = recorded.period() else { return };
    if until.duration_since(from).as_hours() > 24 * 100 {
        return;
    }
    if let Err(mistakes) = bill(&recorded.usage, &[], &Terms::list(from, until), embedded()) {
        told(&mistakes);
    }
}

/// A FOCUS export.
pub fn focus(bytes: &[u8]) {
    static METERS: OnceLock<MeterNames> = OnceLock::new();
    let meters = METERS.get_or_init(|| MeterNames::of(embedded()));
    billed(focus_file::read("f.csv", bytes, meters));
}

/// Our own usage file.
pub fn usage(bytes: &[u8]) {
    billed(usage_file::read("u.csv", bytes));
}

/// What every import promises: a sound trace, a summary, and files that are read back as they were written.
fn sound(imported: &Imported) {
    imported.trace.validate().expect("a trace keeps its promises");
    let summary = summarize(imported, &jiff::tz::TimeZone::UTC);
    drop(summary);
    let sums = imported.trace.token_sums();
    if imported.trace.is_empty() {
        return;
    }
    let file = write_packed(Vec::new(), imported).expect("what was read can be written");
    let back = read_packed("t.trace", Cursor::new(file)).expect("what was written can be read");
    assert_eq!(back.trace.token_sums(), sums);
    // Requests whose instants leave the calendar are refused by the writer.
    let Ok(text) = to_csv(imported) else { return };
    let back = read("t.csv", &text, &ReadSpec::strict()).expect("what was written can be read");
    assert_eq!(back.trace.token_sums(), sums);
    assert_eq!(back.trace.len(), imported.trace.len());
}

fn imported(name: &str, bytes: &[u8]) {
    for spec in [ReadSpec::default(), ReadSpec::strict()] {
        match read(name, bytes, &spec) {
            Ok(found) => sound(&found),
            Err(mistakes) => told(&mistakes),
        }
    }
}

/// A table of requests.
pub fn trace_csv(bytes: &[u8]) {
    imported("t.csv", bytes);
}

/// A log, in any of its formats.
pub fn json_log(bytes: &[u8]) {
    imported("l.jsonl", bytes);
}

/// The program's own trace file, also with its checksums mended, so that what lies behind them is reached.
pub fn packed(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), mended(bytes)] {
        match read_packed("t.trace", Cursor::new(bytes)) {
            Ok(found) => {
                assert!(found.trace.validate().is_ok());
                drop(summarize(&found, &jiff::tz::TimeZone::UTC));
            }
            Err(mistakes) => told(&mistakes),
        }
    }
}

/// A trace file whose foot has the checksum it states.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let Some(tail) = bytes.len().checked_sub(24) else { return bytes };
    let length = u64::from_le_bytes(bytes[tail..tail + 8].try_into().expect("eight bytes"));
    let Some(from) = usize::try_from(length).ok().and_then(|length| tail.checked_sub(length))
    else {
        return bytes;
    };
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[from..tail]);
    bytes[tail + 8..tail + 12].copy_from_slice(&crc.sum().to_le_bytes());
    bytes
}

/// A file of Azure, Terraform or ARM: what is read of it is a scenario, or a mistake with its place.
pub fn azure(bytes: &[u8]) {
    const SCENARIO: &str = include_str!("../tests/azure/review.toml");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files = [SourceFile { name: "a.json".into(), text: text.to_owned() }];
    let (on, region) = first_day_and_region("s.toml", SCENARIO).expect("the scenario is sound");
    for side in [Side::Before, Side::After] {
        let inventory = match azure_files::read(&files, &Parameters::default(), side) {
            Ok(inventory) => inventory,
            Err(mistakes) => {
                told(&mistakes);
                continue;
            }
        };
        let options = JoinOptions {
            catalog: embedded(),
            on,
            region: Some(&region),
            base_region: Some(&region),
            beside: None,
            subscription: None,
            may_be_empty: true,
        };
        match azure_files::join(&inventory, &options) {
            Ok(found) => {
                // Whatever is named there, the tables are tables.
                let tables: Result<toml::Table, _> = found.tables().parse();
                tables.expect("what is written can be read");
                if let Err(mistakes) = load_with("s.toml", SCENARIO, &found, &[]) {
                    told(&mistakes);
                }
            }
            Err(mistakes) => told(&mistakes),
        }
    }
}

/// The result of a run, written as code.
#[cfg(feature = "report")]
pub fn run(bytes: &[u8]) {
    use ptuplan::report::deploy::plan::{DeployPlan, ExportOptions};
    use ptuplan::report::deploy::{Form, export, run};
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(found) = run::read("run.json", text) else { return };
    let options = ExportOptions {
        with_quota: false,
        rank: None,
        name: None,
        region: None,
        versions: vec![(None, "2025-04-14".to_owned())],
    };
    let Ok(plan) = DeployPlan::of(&found, embedded(), &options) else { return };
    for form in [Form::Bicep, Form::Terraform4, Form::Terraform5, Form::Script] {
        let Ok(code) = export(&plan, form) else { continue };
        let odd = |c: char| c.is_control() && c != '\n';
        assert!(!code.contains(odd), "a control character in code");
    }
}

/// A Parquet file.
#[cfg(feature = "tables")]
pub fn parquet(bytes: &[u8]) {
    match ptuplan::workload::tables::read_parquet("t.parquet", bytes, &ReadSpec::default()) {
        Ok(found) => sound(&found),
        Err(mistakes) => told(&mistakes),
    }
}

/// A sheet of a workbook, and the texts that its cells name: the bytes are the markup of both.
#[cfg(feature = "workbooks")]
pub fn workbook(bytes: &[u8]) {
    const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let sheets = format!(
        "<workbook xmlns:r=\"{KINDS}\"><sheets>\
         <sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let places = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{KINDS}/worksheet\" \
         Target=\"worksheets/s.xml\"/><Relationship Id=\"r2\" Type=\"{KINDS}/sharedStrings\" \
         Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let start = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
         Type=\"{KINDS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let parts: [(&str, &[u8]); 5] = [
        ("_rels/.rels", start.as_bytes()),
        ("xl/workbook.xml", sheets.as_bytes()),
        ("xl/_rels/workbook.xml.rels", places.as_bytes()),
        ("xl/sharedStrings.xml", bytes),
        ("xl/worksheets/s.xml", bytes),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, part) in parts {
        archive.start_file(name, stored).expect("an archive in memory");
        std::io::Write::write_all(&mut archive, part).expect("an archive in memory");
    }
    let packed = archive.finish().expect("an archive in memory").into_inner();
    match read("t.xlsx", &packed, &ReadSpec::default()) {
        Ok(found) => sound(&found),
        Err(mistakes) => told(&mistakes),
    }
}

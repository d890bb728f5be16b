//! Rule cases and pinned scenarios against what they must give: the check, and its forms.
//!
//! A pinned scenario is a scenario file with two files beside it: `NAME.expected.toml` (its charges, summed over the period)
//! and `NAME.bill.txt` (the bill as a reviewer reads it).

use crate::billing::bill::Bill;
use crate::billing::cases::accept::accepted;
use crate::billing::cases::load::RuleCase;
use crate::billing::cases::run::{Drift, charges, compare, outcome, run};
use crate::billing::cases::schema::ExpectTable;
use crate::catalog::Catalog;
use crate::report::text::layout::{Ink, Tone, figures, table, table_within, words};
use crate::report::view::{CaseView, DriftView, RegressView};
use crate::report::words::numbers;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::escape::{for_terminal, for_xml};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// What stands on top of an accepted expectation.
const ACCEPTED_BY: &str =
    "# Written by `ptuplan regress --accept`. Read the difference before you commit it.\n";

/// One case, checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The case's file, as the user named it.
    pub file: String,
    /// The rule or the scenario.
    pub name: String,
    /// Where the rule is from; empty for scenarios.
    pub source: String,
    /// What drifted.
    pub drifts: Vec<Drift>,
    /// The pinned bill against the new one, line by line; empty when they are equal.
    pub diff: String,
    /// Why there is no bill, where one was expected.
    pub errors: String,
    /// The files that would make it pass, with their contents.
    pub accept: Vec<(String, String)>,
    /// Whether it could be checked at all: its file can be read and says what to check.
    pub checked: bool,
    /// How long the check took, as the caller measured it.
    pub took: Duration,
}

impl Checked {
    /// Whether everything came out as expected.
    pub fn passed(&self) -> bool {
        self.checked && self.drifts.is_empty() && self.diff.is_empty()
    }

    /// A case that could not be checked, and why.
    pub fn unchecked(file: &str, wrong: &Diagnostics) -> Self {
        Self {
            file: file.to_owned(),
            name: file.to_owned(),
            source: String::new(),
            drifts: Vec::new(),
            diff: String::new(),
            errors: wrong.to_string(),
            accept: Vec::new(),
            checked: false,
            took: Duration::ZERO,
        }
    }
}

/// Checks a rule case. `text` is its file.
pub fn rule_case(case: &RuleCase, text: &str, catalog: &Catalog) -> Result<Checked, Diagnostic> {
    let got = run(case, catalog);
    let drifts = compare(&case.expect, &got);
    let errors = match outcome(case, catalog) {
        Err(errors) if !drifts.is_empty() => errors.to_string(),
        _ => String::new(),
    };
    let accept = if drifts.is_empty() {
        Vec::new()
    } else {
        vec![(case.file.to_string(), accepted(&case.file, text, &got)?)]
    };
    Ok(Checked {
        file: case.file.to_string(),
        name: case.name.clone(),
        source: case.source.clone(),
        drifts,
        diff: String::new(),
        errors,
        accept,
        checked: true,
        took: Duration::ZERO,
    })
}

/// The file that pins a scenario's charges.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinnedFile {
    expect: ExpectTable,
}

/// The names of the files beside a scenario file that pin it: charges and bill.
pub fn pinned_files(file: &str) -> [String; 2] {
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    [format!("{stem}.expected.toml"), format!("{stem}.bill.txt")]
}

/// Checks a scenario's bill against its pinned files; absent ones drift.
pub fn scenario(
    file: &str,
    name: &str,
    bill: &Bill,
    pinned: [Option<&str>; 2],
) -> Result<Checked, Diagnostics> {
    let [expected_file, bill_file] = pinned_files(file);
    let got = ExpectTable { line: charges(bill)?, ..ExpectTable::default() };
    // A pinned bill is a file to read differences of: its lines are never broken.
    let text = bill_text(name, bill, usize::MAX)?;
    let mut drifts = match pinned[0] {
        Some(pinned) => compare(&expectation(&expected_file, pinned)?, &got),
        None => vec![missing("pinned charges")],
    };
    let diff = match pinned[1] {
        Some(pinned) if pinned == text => String::new(),
        Some(pinned) => difference(pinned, &text),
        None => {
            drifts.push(missing("pinned bill"));
            String::new()
        }
    };
    let accept = if drifts.is_empty() && diff.is_empty() {
        Vec::new()
    } else {
        let expected =
            format!("{ACCEPTED_BY}\n{}", accepted(&expected_file, "", &got)?.trim_start());
        vec![(expected_file, expected), (bill_file, text)]
    };
    Ok(Checked {
        file: file.to_owned(),
        name: name.to_owned(),
        source: String::new(),
        drifts,
        diff,
        errors: String::new(),
        accept,
        checked: true,
        took: Duration::ZERO,
    })
}

fn missing(what: &str) -> Drift {
    Drift {
        what: format!("no {what}: `--accept` writes it"),
        expected: String::new(),
        got: String::new(),
    }
}

fn expectation(file: &str, text: &str) -> Result<ExpectTable, Diagnostic> {
    toml::from_str::<PinnedFile>(text).map(|pinned| pinned.expect).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Diagnostic::error("expectation-unreadable", error.message().to_owned())
            .at(Place::at_offset(file, text, offset))
    })
}

/// A bill as a reviewer reads it: charges over the period, exact to the cent, totals last.
pub fn bill_text(name: &str, bill: &Bill, width: usize) -> Result<String, Diagnostic> {
    let mut rows = Vec::new();
    let currency = bill.currency.to_string();
    let invoice = |text: &str| numbers::invoice(text, &currency);
    for charge in charges(bill)? {
        let cell = |text: Option<String>| text.unwrap_or_default();
        let resource = charge.deployment.or(charge.commitment);
        rows.push((
            Tone::Plain,
            vec![
                cell(resource),
                cell(charge.workload),
                charge.charge,
                cell(charge.status),
                numbers::quantity(&cell(charge.quantity)),
                invoice(&cell(charge.billed)),
                invoice(&cell(charge.effective)),
            ],
        ));
    }
    let totals = bill.totals();
    let cents = |money: crate::units::money::Money| invoice(&money.to_exact_string());
    let mut total = vec!["total".to_owned(), String::new(), String::new(), String::new()];
    total.extend([String::new(), cents(totals.billed), cents(totals.effective)]);
    rows.push((Tone::Plain, total));
    let columns = [
        words("resource", 40),
        words("workload", 24),
        words("charge", 44),
        words("status", 8),
        figures("quantity"),
        figures("billed"),
        figures("effective"),
    ];
    Ok(format!(
        "{name}\n{} until {}, {}\n\n{}",
        bill.from,
        bill.until,
        bill.currency,
        table_within(Ink::Plain, width, &columns, &rows)
    ))
}

/// The lines that differ, three unchanged lines around them.
fn difference(old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header("pinned", "now")
        .to_string()
}

/// The result for a terminal: what drifted in money, the differences of bills, a summary. `written` is how many files hold
/// the new expectation, where what came out was accepted.
pub fn text(checked: &[Checked], written: Option<usize>, ink: Ink) -> String {
    let mut out = String::new();
    let mut rows = Vec::new();
    for case in checked.iter().filter(|case| !case.passed()) {
        for drift in &case.drifts {
            let amount = drift.amount().map(|amount| numbers::quantity(&amount.to_string()));
            rows.push((
                Tone::Bad,
                vec![
                    case.file.clone(),
                    drift.what.clone(),
                    numbers::quantity(&drift.expected),
                    numbers::quantity(&drift.got),
                    amount.unwrap_or_default(),
                ],
            ));
        }
    }
    if !rows.is_empty() {
        let columns = [
            words("case", 56),
            words("drifted", 64),
            figures("expected"),
            figures("got"),
            figures("difference"),
        ];
        out += &table(ink, &columns, &rows);
        out.push('\n');
    }
    for case in checked.iter().filter(|case| !case.errors.is_empty()) {
        let line = format!("{}: {}", case.file, for_terminal(&case.errors));
        out += &ink.line(Tone::Bad, &line);
    }
    for case in checked.iter().filter(|case| !case.diff.is_empty()) {
        out += &ink.line(Tone::Heading, &case.file);
        for line in case.diff.lines() {
            let tone = match line.chars().next() {
                Some('-') => Tone::Bad,
                Some('+') => Tone::Good,
                _ => Tone::Dim,
            };
            out += &ink.line(tone, line);
        }
        out.push('\n');
    }
    let unchecked = checked.iter().filter(|case| !case.checked).count();
    let drifted = checked.iter().filter(|case| case.checked && !case.passed()).count();
    let mut summary = match written {
        None => format!("{} cases, {drifted} drifted", checked.len()),
        Some(0) => format!("{} cases, all as expected: nothing was written", checked.len()),
        Some(files) => {
            let plural = if files == 1 { "file" } else { "files" };
            format!(
                "{} cases, {drifted} accepted: {files} {plural} of expectations written",
                checked.len()
            )
        }
    };
    if unchecked > 0 {
        let _ = write!(summary, ", {unchecked} could not be checked");
    }
    let good = unchecked == 0 && (drifted == 0 || written.is_some());
    out + &ink.line(if good { Tone::Good } else { Tone::Bad }, &summary)
}

/// The result for programs.
pub fn json(checked: &[Checked]) -> RegressView {
    let drift = |drift: &Drift| DriftView {
        what: drift.what.clone(),
        expected: drift.expected.clone(),
        got: drift.got.clone(),
        difference: drift.amount().map(|amount| amount.to_string()),
    };
    let case = |case: &Checked| CaseView {
        file: case.file.clone(),
        name: case.name.clone(),
        source: case.source.clone(),
        passed: case.passed(),
        drift: case.drifts.iter().map(drift).collect(),
        bill_difference: case.diff.clone(),
        errors: case.errors.clone(),
    };
    RegressView {
        cases: checked.iter().map(case).collect(),
        drifted: checked.iter().filter(|case| !case.passed()).count(),
    }
}

/// What drifted, in one line: the values, and the largest difference; or why nothing was checked.
fn message(case: &Checked) -> String {
    if !case.checked {
        let first = case.errors.lines().next().unwrap_or_default();
        return format!("could not be checked: {first}");
    }
    let most = case.drifts.iter().filter_map(|drift| Some((drift.amount()?, drift)));
    let most = most.max_by_key(|(amount, _)| amount.abs());
    let most = most.map(|(amount, drift)| {
        format!("; most: {} by {}", drift.what, numbers::quantity(&amount.to_string()))
    });
    format!("{} values drifted{}", case.drifts.len(), most.unwrap_or_default())
}

/// What `--accept` wrote, for a terminal.
pub fn accepted_text(written: &[String], ink: Ink) -> String {
    if written.is_empty() {
        return ink.line(Tone::Good, "Nothing to accept: every case is as expected.");
    }
    let mut out = String::new();
    for file in written {
        out += &ink.line(Tone::Plain, &format!("Wrote {file}"));
    }
    out + &ink.line(Tone::Heading, "Read the difference before you commit it.")
}

/// The result as `JUnit` XML: one suite a folder, one test a case, with its file and how long it took.
pub fn junit(checked: &[Checked]) -> Result<Vec<u8>, quick_junit::SerializeError> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let mut times: BTreeMap<&str, Duration> = BTreeMap::new();
    for case in checked {
        let folder = case.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let status = if case.passed() {
            TestCaseStatus::success()
        } else {
            let mut text = String::new();
            for drift in &case.drifts {
                let difference = drift
                    .amount()
                    .map(|amount| {
                        format!(" (difference {})", numbers::quantity(&amount.to_string()))
                    })
                    .unwrap_or_default();
                let _ = writeln!(
                    text,
                    "{}: expected {}, got {}{difference}",
                    drift.what, drift.expected, drift.got
                );
            }
            let kind = if case.checked { NonSuccessKind::Failure } else { NonSuccessKind::Error };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(&*for_xml(&message(case)));
            let description = format!("{text}{}{}", case.errors, case.diff);
            status.set_description(&*for_xml(&description));
            status
        };
        let mut test = TestCase::new(&*for_xml(&case.name), status);
        test.set_classname(&*for_xml(&case.file));
        test.set_time(case.took);
        test.extra.insert("file".into(), (&*for_xml(&case.file)).into());
        *times.entry(folder).or_default() += case.took;
        suites
            .entry(folder)
            .or_insert_with(|| TestSuite::new(&*for_xml(folder)))
            .add_test_case(test);
    }
    for (folder, suite) in &mut suites {
        suite.set_time(times.get(folder).copied().unwrap_or_default());
    }
    let mut report = Report::new("ptuplan regress");
    report.set_time(times.values().sum());
    report.add_test_suites(suites.into_values());
    report.to_string().map(String::into_bytes)
}

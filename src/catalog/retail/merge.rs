//! Proposed rows put into their tables: old rows are closed, new ones added, all sorted.

use crate::catalog::Catalog;
use crate::catalog::retail::propose::{Import, Proposal, Standing, earliest};
use crate::catalog::table::{EVIDENCE_COLUMNS, Table};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What the rows of a feed do to the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// File name and new text of every table that changes.
    pub files: BTreeMap<String, String>,
    /// One sentence a changed row: old value and new.
    pub changes: Vec<String>,
    /// Written rows after whose last day the catalogue has no price.
    pub ends: Vec<String>,
    /// Rows that were left as they are, with the reason.
    pub left: Vec<String>,
}

/// Merges an import into the catalogue. The source is added to `sources.csv` where it is new.
pub fn merge(catalog: &Catalog, import: &Import, source: &str, read_on: Date) -> Merged {
    let mut merged = Merged::default();
    let mut members: BTreeSet<Vec<String>> = BTreeSet::new();
    let tables = catalog.tables();
    for table in [&tables.prices, &tables.ptu_prices] {
        let file = table.schema().file;
        let open = import
            .proposals
            .iter()
            .filter(|proposal| proposal.table == file && proposal.standing != Standing::Known);
        let open: Vec<&Proposal> = open.collect();
        let mut written: Vec<(&Proposal, String)> = Vec::new();
        let mut rows: Vec<Vec<String>> =
            table.rows().iter().map(|row| row.fields().map(ToOwned::to_owned).collect()).collect();
        for proposal in &open {
            // Also where one of them is what the catalogue says.
            let conflict = import
                .proposals
                .iter()
                .any(|other| other.is_of_one_row(proposal) && other.value != proposal.value);
            if conflict {
                merged.left.push(format!("{}: regions give different values", name(proposal)));
                continue;
            }
            if let Some(currency) = proposal.other_currency() {
                let message = "a price of another currency would be billed as it stands";
                merged.left.push(format!("{}: {message} ({currency})", name(proposal)));
                continue;
            }
            if let Some(reason) = &proposal.aside {
                merged.left.push(format!("{}: {reason}", name(proposal)));
                continue;
            }
            match put(proposal, source, read_on, &mut rows) {
                Ok(was) => written.push((proposal, was)),
                Err(reason) => merged.left.push(format!("{}: {reason}", name(proposal))),
            }
        }
        for (proposal, was) in &written {
            let (value, unit) = (&proposal.value, &proposal.unit);
            let end = end(proposal, &rows).map(|day| format!("ends on {day}, nothing follows"));
            merged.ends.extend(end.iter().map(|end| format!("{} {end}", name(proposal))));
            let end = end.map(|end| format!(", {end}")).unwrap_or_default();
            merged.changes.push(format!("{}: {was} -> {value} {unit}{end}", name(proposal)));
        }
        let read_on = read_on.to_string();
        members.extend(written.iter().flat_map(|(one, _)| one.members(source, &read_on)));
        if !written.is_empty() {
            rows.sort_by(|a, b| sort_key(table, a).cmp(&sort_key(table, b)));
            merged.files.insert(file.to_owned(), text(table, &rows));
        }
    }
    if !members.is_empty() {
        let table = &tables.price_scopes;
        let known = table.rows().iter().map(|row| row.fields().map(ToOwned::to_owned).collect());
        let rows: BTreeSet<Vec<String>> = earliest(members).into_iter().chain(known).collect();
        let rows: Vec<Vec<String>> = rows.into_iter().collect();
        merged.files.insert(table.schema().file.to_owned(), text(table, &rows));
    }
    if !merged.files.is_empty() && catalog.source(source).is_none() {
        merged.files.insert("sources.csv".to_owned(), sources_with(catalog, source, read_on));
    }
    merged
}

/// The catalogue's sources and the feed.
fn sources_with(catalog: &Catalog, source: &str, read_on: Date) -> String {
    let mut all: BTreeMap<&str, [String; 3]> = BTreeMap::new();
    for (id, known) in catalog.sources() {
        let texts = [&*known.text, &known.dated.to_string(), &*known.address];
        all.insert(id, texts.map(ToOwned::to_owned));
    }
    let told = format!("Azure Retail Prices API, pages fetched on {read_on}");
    let address = "https://prices.azure.com/api/retail/prices".to_owned();
    all.insert(source, [told, read_on.to_string(), address]);
    let records = all.iter().map(|(id, fields)| {
        let mut record = vec![(*id).to_owned()];
        record.extend(fields.iter().cloned());
        record
    });
    let header = ["source", "text", "dated", "address"].map(ToOwned::to_owned).to_vec();
    lines([header].into_iter().chain(records))
}

fn name(proposal: &Proposal) -> String {
    format!("{} from {}", proposal.keys.join(" · "), proposal.from)
}

/// Rows of the keys of a proposal: their index, first and last day.
fn of_keys(proposal: &Proposal, rows: &[Vec<String>]) -> Vec<(usize, Date, Option<Date>)> {
    let width = proposal.keys.len();
    let own = rows.iter().enumerate().filter(|(_, row)| row[..width] == proposal.keys[..]);
    own.filter_map(|(index, row)| {
        Some((index, row[width + 2].parse().ok()?, row[width + 3].parse().ok()))
    })
    .collect()
}

/// Closes the row in force on the proposal's first day, and adds the proposal. What was in force,
/// or why nothing is done.
fn put(
    proposal: &Proposal,
    source: &str,
    read_on: Date,
    rows: &mut Vec<Vec<String>>,
) -> Result<String, String> {
    let width = proposal.keys.len();
    let known = of_keys(proposal, rows);
    let before_next = known.iter().filter(|(_, from, _)| *from > proposal.from).map(|row| row.1);
    let before_next = before_next.min().and_then(|next| next.yesterday().ok());
    let in_force = known
        .iter()
        .find(|(_, from, to)| *from <= proposal.from && to.is_none_or(|to| to >= proposal.from));
    let mut last = proposal.to;
    let mut was = "nothing".to_owned();
    if let Some((index, from, to)) = in_force {
        if *from == proposal.from {
            let value = &rows[*index][width];
            return Err(format!("the catalogue has another value from the same day ({value})"));
        }
        was = format!("{} {}", rows[*index][width], rows[*index][width + 1]);
        last = last.or(*to);
        rows[*index][width + 3] =
            proposal.from.yesterday().map(|d| d.to_string()).unwrap_or_default();
    } else if before_next.is_none()
        && let Some(last) = known.iter().filter_map(|(_, _, to)| *to).max()
        && last.tomorrow().is_ok_and(|next| next < proposal.from)
    {
        return Err(format!("nothing is known between {last} and {}", proposal.from));
    }
    let last = [last, before_next].into_iter().flatten().min();
    let mut fields = proposal.keys.clone();
    fields.extend([
        proposal.value.clone(),
        proposal.unit.clone(),
        proposal.from.to_string(),
        last.map(|day| day.to_string()).unwrap_or_default(),
        "observed".to_owned(),
        source.to_owned(),
        read_on.to_string(),
    ]);
    rows.push(fields);
    Ok(was)
}

/// The last day of a written row, where no other row goes on after it.
fn end(proposal: &Proposal, rows: &[Vec<String>]) -> Option<Date> {
    let known = of_keys(proposal, rows);
    let (_, _, last) = known.iter().find(|(_, from, _)| *from == proposal.from)?;
    let last = (*last)?;
    let next = last.tomorrow().ok()?;
    let goes_on = |(_, from, to): &(usize, Date, Option<Date>)| {
        *from <= next && to.is_none_or(|to| to >= next)
    };
    (!known.iter().any(goes_on)).then_some(last)
}

fn sort_key<'a>(table: &Table, fields: &'a [String]) -> (&'a [String], &'a str) {
    let width = table.schema().keys.len();
    (&fields[..width], &fields[width + 2])
}

fn text(table: &Table, rows: &[Vec<String>]) -> String {
    let header = table.schema().keys.iter().copied().chain(EVIDENCE_COLUMNS);
    let header: Vec<String> = header.map(ToOwned::to_owned).collect();
    lines([header].into_iter().chain(rows.iter().cloned()))
}

fn lines(records: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in records {
        // Writing to memory cannot fail.
        let _ = writer.write_record(&record);
    }
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
}

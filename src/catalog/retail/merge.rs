//! Proposed rows put into their tables: old rows are closed, new ones added, all sorted.

use crate::catalog::Catalog;
use crate::catalog::retail::propose::{Import, Proposal, Standing};
use crate::catalog::table::{EVIDENCE_COLUMNS, Row, Table};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What the rows of a feed do to the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// File name and new text of every table that changes.
    pub files: BTreeMap<String, String>,
    /// One sentence a changed row: old value and new.
    pub changes: Vec<String>,
    /// Rows that were left as they are, with the reason.
    pub left: Vec<String>,
}

/// Merges an import into the catalogue. The source is added to `sources.csv` where it is new.
pub fn merge(catalog: &Catalog, import: &Import, source: &str, read_on: Date) -> Merged {
    let mut merged = Merged::default();
    let tables = catalog.tables();
    for table in [&tables.prices, &tables.ptu_prices] {
        let file = table.schema().file;
        let open = import
            .proposals
            .iter()
            .filter(|proposal| proposal.table == file && proposal.standing != Standing::Known);
        let open: Vec<&Proposal> = open.collect();
        let mut rows: Vec<Vec<String>> =
            table.rows().iter().map(|row| row.fields().map(ToOwned::to_owned).collect()).collect();
        let before = rows.len() + merged.changes.len();
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
            put(table, proposal, source, read_on, &mut rows, &mut merged);
        }
        if rows.len() + merged.changes.len() != before {
            rows.sort_by(|a, b| sort_key(table, a).cmp(&sort_key(table, b)));
            merged.files.insert(file.to_owned(), text(table, &rows));
        }
    }
    if !merged.files.is_empty() && catalog.source(source).is_none() {
        let mut all: BTreeMap<&str, [String; 3]> = catalog
            .sources()
            .map(|(id, known)| {
                (
                    &**id,
                    [known.text.to_string(), known.dated.to_string(), known.address.to_string()],
                )
            })
            .collect();
        let told = format!("Azure Retail Prices API, pages fetched on {read_on}");
        let address = "https://prices.azure.com/api/retail/prices".to_owned();
        all.insert(source, [told, read_on.to_string(), address]);
        let records = all.iter().map(|(id, fields)| {
            let mut record = vec![(*id).to_owned()];
            record.extend(fields.iter().cloned());
            record
        });
        let header = ["source", "text", "dated", "address"].map(ToOwned::to_owned).to_vec();
        merged.files.insert("sources.csv".to_owned(), lines([header].into_iter().chain(records)));
    }
    merged
}

fn name(proposal: &Proposal) -> String {
    format!("{} from {}", proposal.keys.join(" · "), proposal.from)
}

/// Closes the row in force on the proposal's first day, and adds the proposal.
fn put(
    table: &Table,
    proposal: &Proposal,
    source: &str,
    read_on: Date,
    rows: &mut Vec<Vec<String>>,
    merged: &mut Merged,
) {
    let keys: Vec<&str> = proposal.keys.iter().map(String::as_str).collect();
    let width = keys.len();
    let known: Vec<&Row> = table.with_prefix(&keys).iter().collect();
    let later = known.iter().filter(|row| row.from > proposal.from).map(|row| row.from).min();
    let mut to = proposal.to;
    let mut was = None;
    if let Some(row) = known.iter().find(|row| row.in_force(proposal.from)) {
        was = Some(format!("{} {}", row.value(), row.unit()));
        let index = rows.iter().position(|fields| {
            fields[..width].iter().eq(proposal.keys.iter())
                && fields[width + 2] == row.from.to_string()
        });
        let Some(index) = index else { return };
        if row.from == proposal.from {
            let message = "the catalogue has another value from the same day";
            merged.left.push(format!("{}: {message} ({})", name(proposal), row.value()));
            return;
        }
        to = to.or(row.to);
        rows[index][width + 3] =
            proposal.from.yesterday().map(|d| d.to_string()).unwrap_or_default();
    } else if let Some(next) = later {
        to = to.or_else(|| next.yesterday().ok());
    } else if let Some(last) = known.iter().filter_map(|row| row.to).max()
        && last.tomorrow().is_ok_and(|next| next < proposal.from)
    {
        let message = format!("nothing is known between {last} and {}", proposal.from);
        merged.left.push(format!("{}: {message}", name(proposal)));
        return;
    }
    let mut fields = proposal.keys.clone();
    fields.extend([
        proposal.value.clone(),
        proposal.unit.clone(),
        proposal.from.to_string(),
        to.map(|to| to.to_string()).unwrap_or_default(),
        "observed".to_owned(),
        source.to_owned(),
        read_on.to_string(),
    ]);
    rows.push(fields);
    let was = was.unwrap_or_else(|| "nothing".to_owned());
    merged.changes.push(format!(
        "{}: {was} -> {} {}",
        name(proposal),
        proposal.value,
        proposal.unit
    ));
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

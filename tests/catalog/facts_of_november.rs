//! Every row of the fact tables of November 2026 is in the catalogue, or listed with the reason why not.

use crate::catalog::embedded;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::table::Table;
use std::collections::BTreeMap;

/// Rows of each fact table.
const ROWS: [(&str, usize); 9] = [
    ("authentication", 21),
    ("image_tokens", 22),
    ("lifecycle", 215),
    ("managed_compute", 22),
    ("modalities", 222),
    ("names", 198),
    ("price_corrections", 684),
    ("ptu_regions", 1_446),
    ("regions_claude", 414),
];

fn table<'a>(catalog: &'a Catalog, file: &str) -> &'a Table {
    let mut tables = catalog.tables().iter();
    tables.find(|table| table.schema().file == file).unwrap_or_else(|| panic!("no table {file}"))
}

#[test]
fn every_fact_of_november_is_in_the_catalogue_or_has_a_reason_not_to() {
    let catalog = embedded();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalog/facts_2026_11.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let (mut kept, mut lost) = (0, Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        let field = |index: usize| record.get(index).unwrap();
        *counted.entry(field(0).to_owned()).or_default() += 1;
        let (file, keys, value, reason) = (field(3), field(4), field(5), field(6));
        if file.is_empty() {
            assert!(reason.len() > 10, "neither a row nor a reason: {record:?}");
            continue;
        }
        let keys: Vec<&str> = keys.split('|').collect();
        let (value, from) = value.split_once('@').unwrap_or((value, ""));
        let rows = table(catalog, file).with_prefix(&keys);
        let says = rows.iter().any(|row| {
            (value.is_empty() || row.value() == value)
                && (from.is_empty() || row.from.to_string() == from)
        });
        if says {
            kept += 1;
        } else {
            lost.push(format!("{record:?}"));
        }
    }
    assert!(lost.is_empty(), "{} lost, such as {:#?}", lost.len(), &lost[..lost.len().min(5)]);
    let expected: BTreeMap<String, usize> =
        ROWS.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(counted, expected);
    assert_eq!(kept, 3_162, "rows that are in the catalogue");
}

//! Every table in every form.

use crate::sample;
use ptuplan::report::tables;

#[test]
fn every_table_has_a_heading_and_a_row_for_each_of_its_rows() {
    let mut all = tables::of_recommendation(&sample::recommendation()).unwrap();
    all.extend(tables::of_simulation(&sample::simulation()).unwrap());
    let names: Vec<_> = all.iter().map(|table| table.name).collect();
    for name in ["candidates", "months", "sensitivity", "what_if", "hours", "series"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    for table in all {
        let csv = table.csv().unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let width = reader.headers().unwrap().len();
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), table.height(), "{}", table.name);
        assert!(rows.iter().all(|row| row.len() == width), "{}", table.name);
    }
}

#[test]
fn a_what_if_row_says_where_it_stands() {
    let view = sample::recommendation();
    let all = tables::of_recommendation(&view).unwrap();
    let what_if = all.iter().find(|table| table.name == "what_if").unwrap().csv().unwrap();
    let grid = view.outlook.grid.unwrap();
    let simulated = grid.monthly_cost.iter().flatten().count();
    let text = String::from_utf8(what_if).unwrap();
    assert_eq!(text.lines().count(), simulated + 1);
    let at = grid.choice.iter().zip(&grid.axes).map(|(at, axis)| axis.values[*at].clone());
    // `+0 %` begins as a formula does, so the CSV form puts an apostrophe before it.
    let place = at.collect::<Vec<_>>().join(",").replace('+', "'+");
    let row = text.lines().find(|line| line.starts_with(&place)).unwrap();
    assert!(row.contains(&view.choice.unwrap().monthly_cost.p50), "{row}");
}

#[cfg(feature = "tables")]
#[test]
fn parquet_of_every_table_is_whole_and_the_same_every_time() {
    for table in tables::of_recommendation(&sample::recommendation()).unwrap() {
        let bytes = table.parquet().unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{}", table.name);
        assert!(bytes == table.parquet().unwrap(), "{}", table.name);
    }
}

//! Results as tables, each as CSV or as Parquet.
//!
//! A table is defined once, by its columns and their kinds; both forms come from that.

mod candidates;
mod lines;
mod outlook;
mod service;
mod table;

pub use crate::report::tables::table::{Cells, Table, TableError};

use crate::report::view::{CandidateView, RecommendationView, SimulationView};

/// The candidates, one a row, in ranking order, as CSV.
pub fn candidates(candidates: &[CandidateView]) -> Result<Vec<u8>, TableError> {
    candidates::table(candidates).csv()
}

/// Every table of a recommendation that has rows.
pub fn of_recommendation(view: &RecommendationView) -> Result<Vec<Table>, TableError> {
    let (scenario, more) = (&view.scenario, &view.outlook);
    Ok(with_rows(vec![
        candidates::table(&view.candidates),
        lines::table(&view.bill)?,
        outlook::months(&more.months),
        outlook::sensitivity(&view.sensitivity),
        outlook::break_even(&view.break_even),
        outlook::what_if(more.grid.as_ref()),
        outlook::hours(&more.heat_maps),
        service::series(scenario, &view.series),
        service::workloads(&more.workloads),
        service::facts(&view.sources),
    ]))
}

/// Every table of a simulation that has rows.
pub fn of_simulation(view: &SimulationView) -> Result<Vec<Table>, TableError> {
    Ok(with_rows(vec![
        lines::table(&view.bill)?,
        service::series(&view.scenario, &view.series),
        service::workloads(&view.workloads),
        service::facts(&view.sources),
    ]))
}

fn with_rows(mut tables: Vec<Table>) -> Vec<Table> {
    tables.retain(|table| table.height() > 0);
    tables
}

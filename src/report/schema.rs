//! JSON Schemas of the outputs, made from the view types, so that scripts can check what they read.

use crate::report::calibration::CalibrationView;
use crate::report::catalog::card::{AssumptionView, CardView, ModelView};
use crate::report::catalog::findings::{CheckView, DifferenceView, ImportView};
use crate::report::catalog::size::SizeView;
use crate::report::traffic;
use crate::report::view::{
    ChangesView, ComparedView, DeployedChangesView, ExplanationView, PricedView,
    RecommendationView, RegressView, SimulationView,
};
use crate::scenario::schema::ScenarioFile;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// The schema of every JSON output by the name of its file in `docs/schemas`.
pub fn all() -> Result<Vec<(&'static str, Vec<u8>)>, serde_json::Error> {
    Ok(vec![
        ("recommendation", recommendation()?),
        ("simulation", simulation()?),
        ("compare", schema::<Vec<ComparedView>>()?),
        ("size", schema::<SizeView>()?),
        ("calibrate", schema::<CalibrationView>()?),
        ("price", schema::<PricedView>()?),
        ("explain", schema::<ExplanationView>()?),
        ("regress", schema::<RegressView>()?),
        ("diff", schema::<ChangesView>()?),
        ("diff-today", schema::<DeployedChangesView>()?),
        ("catalog-list", schema::<Vec<ModelView>>()?),
        ("catalog-show", schema::<CardView>()?),
        ("catalog-assumptions", schema::<Vec<AssumptionView>>()?),
        ("catalog-check", schema::<CheckView>()?),
        ("catalog-diff", schema::<Vec<DifferenceView>>()?),
        ("catalog-import", schema::<ImportView>()?),
        ("trace-summarize", schema::<traffic::TrafficView>()?),
        ("trace-import", schema::<traffic::ImportView>()?),
        ("trace-fit", schema::<traffic::FitView>()?),
    ])
}

/// The schema of a scenario file, which editors use for completion and checks.
pub fn scenario() -> Result<Vec<u8>, serde_json::Error> {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    crate::report::json::bytes(&settings.into_generator().into_root_schema_for::<ScenarioFile>())
}

/// The schema of `recommendation.json`.
pub fn recommendation() -> Result<Vec<u8>, serde_json::Error> {
    schema::<RecommendationView>()
}

/// The schema of `simulation.json`.
pub fn simulation() -> Result<Vec<u8>, serde_json::Error> {
    schema::<SimulationView>()
}

fn schema<V: JsonSchema>() -> Result<Vec<u8>, serde_json::Error> {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    crate::report::json::bytes(&settings.into_generator().into_root_schema_for::<V>())
}

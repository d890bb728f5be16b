//! JSON Schemas of the outputs, made from the view types, so that scripts can check what they read.

use crate::report::view::{RecommendationView, SimulationView};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

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

//! Shared text in a file: written and read as a plain string, for `#[serde(with =
//! "crate::units::shared_text")]`.

use serde::{Deserialize, Deserializer, Serializer};
use std::sync::Arc;

/// Writes the text.
///
/// # Errors
/// Those of the writer.
pub fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// Reads the text.
///
/// # Errors
/// What is there is no string.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}

//! Factors in a file, exact to the last bit: a JSON number may come back as its neighbour, and a
//! simulation of the neighbour is another one. For `#[serde(with = "crate::units::exact")]`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes the shortest decimal text that gives the same number again.
///
/// # Errors
/// Those of the writer.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads the text.
///
/// # Errors
/// What is there is no number in a string.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// The same for a number that may be absent.
pub mod optional {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the text, or nothing.
    ///
    /// # Errors
    /// Those of the writer.
    #[allow(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|number| number.to_string()).serialize(serializer)
    }

    /// Reads the text, or nothing.
    ///
    /// # Errors
    /// What is there is no number in a string.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<f64>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

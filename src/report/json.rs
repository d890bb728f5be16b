//! Results as JSON, pretty-printed, with the promised names.

use serde::Serialize;

/// The bytes of any view. Amounts stay decimal strings, so nothing is rounded.
///
/// # Errors
/// When a value cannot be written as JSON, which no view holds.
pub fn bytes<V: Serialize>(view: &V) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(view)?;
    bytes.push(b'\n');
    Ok(bytes)
}

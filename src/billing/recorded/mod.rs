//! Recorded usage: what a meter or an invoice says happened, billed again without simulating. `usage_file` reads our own
//! CSV, `focus_file` a FOCUS export (ours or Microsoft's, whose meter names `meter_name` takes apart), `reconcile` sets the
//! recorded amounts beside the computed ones.

mod carried;
pub mod focus_file;
pub mod meter_name;
mod net;
mod owner;
pub mod reconcile;
pub mod table;
pub mod usage_file;

//! Pages of the Azure Retail Prices API turned into proposed rows. Nothing is dropped: a meter that cannot be placed is listed with
//! the reason. The proposal is for a human to read; it changes no file.

pub mod merge;
pub mod meter;
pub mod page;
pub mod propose;
mod scope;

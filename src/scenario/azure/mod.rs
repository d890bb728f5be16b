//! What already runs in Azure, or is about to be deployed, as the tables of a scenario: lists of the Azure CLI and of Azure
//! Resource Manager, Terraform's plans and states, ARM templates and compiled Bicep.
//!
//! [`read`] tells each file by its shape and gathers a neutral [`Inventory`]; [`join`] puts the files together and makes the
//! [`Imported`] tables. Only the fields named in these files are read: keys, ids and connection strings go nowhere.

mod account;
mod capacity;
mod deployment;
mod document;
mod expression;
mod expression_functions;
mod expression_parse;
mod import;
mod inventory;
mod join;
mod naming;
mod options;
mod ordered;
mod quota;
mod region;
mod reservation;
mod sku;
mod spillover;
mod template;
mod terraform;
mod terraform_accounts;
mod terraform_config;
mod terraform_unknown;
mod terraform_update;
mod unsold;
pub(crate) mod words;
mod write;

pub use crate::scenario::azure::document::SourceFile;
pub use crate::scenario::azure::import::{has_both_sides, read};
pub use crate::scenario::azure::inventory::{Inventory, Side};
pub use crate::scenario::azure::join::join;
pub use crate::scenario::azure::options::JoinOptions;
pub use crate::scenario::azure::sku::reservation_of_sku;
pub use crate::scenario::azure::template::Parameters;
pub(crate) use crate::scenario::azure::write::Traced;
pub use crate::scenario::azure::write::{
    Imported, ImportedDeployment, ImportedQuota, ImportedReservation,
};

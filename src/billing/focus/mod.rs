//! A bill as FOCUS 1.2 rows: the columns finance tools know, and the bytes of a CSV file.
//!
//! Columns whose names begin with `x_` are ours; they let `price` read such a file back line by
//! line.

#![deny(clippy::float_arithmetic)]

mod columns;

pub use columns::{COLUMNS, FocusColumn, Holds};

use crate::billing::allocation::{Owners, Work};
use crate::billing::bill::Bill;
use crate::billing::focus::columns::FocusCharge;
use crate::billing::line::LineItem;
use crate::units::diagnostic::Diagnostic;
use crate::units::escape::for_spreadsheet;
use std::sync::Arc;

/// Who is billed, for the columns a simulation cannot know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// FOCUS `BillingAccountId`.
    pub billing_account_id: Arc<str>,
    /// FOCUS `BillingAccountName`.
    pub billing_account_name: Arc<str>,
    /// FOCUS `SubAccountId`: the subscription.
    pub subscription_id: Arc<str>,
    /// FOCUS `SubAccountName`.
    pub subscription_name: Arc<str>,
    /// Resource id of the Foundry resource; a deployment's name is put after it.
    pub resource_id: Arc<str>,
    /// FOCUS `PublisherName` of marketplace models.
    pub marketplace_publisher: Arc<str>,
    /// Teams and tags of the workloads, for the tags.
    pub owners: Owners,
    /// The work by which shared capacity is split.
    pub work: Work,
    /// What the figures are of, where they are simulated: plan, period and future.
    pub figures_of: String,
}

impl Account {
    /// The account of a simulated bill: nobody is invoiced.
    pub fn simulated(owners: Owners) -> Self {
        let nobody: Arc<str> = "simulated".into();
        Self {
            billing_account_id: Arc::clone(&nobody),
            billing_account_name: Arc::clone(&nobody),
            subscription_id: Arc::clone(&nobody),
            subscription_name: nobody,
            resource_id: "/subscriptions/simulated".into(),
            marketplace_publisher: "Azure Marketplace".into(),
            owners,
            work: Work::new(),
            figures_of: String::new(),
        }
    }
}

/// A line and its number as one value for each of [`COLUMNS`]; an empty text is null.
pub fn row(number: usize, line: &LineItem, bill: &Bill, account: &Account) -> Vec<String> {
    let charge = FocusCharge::new(number, line, bill, account);
    let cell = |column: &FocusColumn| {
        let text = (column.value)(&charge);
        // Readers guess a column's type from its values: one of decimals must not look like one of
        // integers.
        match (column.holds == Holds::Decimals, text.is_empty() || text.contains('.')) {
            (true, true) => text,
            (true, false) => text + ".0",
            (false, _) => for_spreadsheet(&text).into_owned(),
        }
    };
    COLUMNS.iter().map(cell).collect()
}

/// The bill as a CSV file with a header.
pub fn to_csv(bill: &Bill, account: &Account) -> Result<Vec<u8>, Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error("csv-not-written", format!("cost rows cannot be written: {error}"))
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(COLUMNS.iter().map(|column| column.name))
        .map_err(|error| failed(&error))?;
    for (index, line) in bill.line_items.iter().enumerate() {
        writer.write_record(row(index + 1, line, bill, account)).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

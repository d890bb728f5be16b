//! `--tables`: every table of a result as files.

use crate::cli::exit::Failure;
use crate::cli::output::unrendered;
use crate::report::files::{self, File, TableForm};
use crate::report::tables::Table;
use clap::{Args, ValueEnum};

/// Which tables a report folder gets beside `candidates.csv` and `line_items.csv`.
#[derive(Args, Clone, Debug)]
pub(super) struct TableArguments {
    /// Write every table of the result into the folder too
    #[arg(long, value_name = "FORM", value_delimiter = ',', value_enum)]
    tables: Vec<Form>,
}

/// Form of a table.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For spreadsheets
    Csv,
    /// For data tools; exact amounts are text
    #[cfg(feature = "tables")]
    Parquet,
}

impl TableArguments {
    /// Whether any was asked for.
    pub(super) fn asked(&self) -> bool {
        !self.tables.is_empty()
    }

    /// The files asked for.
    pub(super) fn files(&self, tables: &[Table]) -> Result<Vec<File>, Failure> {
        let form = |form: &Form| match form {
            Form::Csv => TableForm::Csv,
            #[cfg(feature = "tables")]
            Form::Parquet => TableForm::Parquet,
        };
        let forms: Vec<_> = self.tables.iter().map(form).collect();
        files::tables(tables, &forms).map_err(unrendered)
    }
}

/// Report files and tables, each name once: a table asked for is the same file.
pub(super) fn together(mut report: Vec<File>, tables: Vec<File>) -> Vec<File> {
    report.retain(|(name, _)| !tables.iter().any(|(other, _)| other == name));
    report.extend(tables);
    report
}

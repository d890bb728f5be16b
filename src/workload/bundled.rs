//! Real traces embedded in the program. `data/traces/README.md` has their origin, changes and licences.

use crate::units::diagnostic::Diagnostics;
use crate::workload::import::{Imported, ReadSpec, read};
use crate::workload::trace::Trace;
use jiff::Timestamp;

/// A trace inside the program.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// The name a scenario gives as `trace = "…"`.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Whom to credit, to be printed with every result that leans on the trace.
    pub attribution: &'static str,
    /// Licence, by its SPDX name.
    pub licence: &'static str,
    /// When its first request arrived, microseconds since the epoch.
    pub start_us: i64,
    /// The trace in the program's own CSV format.
    pub csv: &'static [u8],
}

impl Bundled {
    /// Parses it. An error would be a defect of the program's own data; a test reads every bundled trace.
    pub fn load(&self) -> Result<Imported, Diagnostics> {
        let name = format!("data/traces/{}.csv", self.name);
        let mut imported = read(&name, self.csv, &ReadSpec::strict())?;
        imported.trace.clock_us = Trace::clock_at(self.start_us);
        imported.start = Timestamp::from_microsecond(self.start_us).ok();
        Ok(imported)
    }
}

/// All bundled traces, sorted by name.
pub const ALL: [Bundled; 1] = [Bundled {
    name: "azure-2023-conversation",
    title: "Azure LLM inference, conversation, 2023-11-16, first half: 9,739 requests in 29 minutes",
    attribution: "Patel et al., Splitwise: Efficient generative LLM inference using phase splitting, ISCA 2024 (Azure/AzurePublicDataset)",
    licence: "CC-BY-4.0",
    start_us: 1_700_158_546_680_590,
    csv: include_bytes!("../../data/traces/azure-2023-conversation.csv"),
}];

/// The bundled trace of that name, none when there is none.
pub fn get(name: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|bundled| bundled.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_azure_conversation_is_whole() {
        let imported = get("azure-2023-conversation").unwrap().load().unwrap();
        let trace = &imported.trace;
        assert_eq!((trace.len(), trace.last_arrival_us()), (9_739, 1_750_845_894));
        let sums = trace.token_sums();
        assert_eq!((sums.input_tokens, sums.output_tokens), (12_049_382, 2_155_198));
        assert_eq!(imported.start.unwrap().to_string(), "2023-11-16T18:15:46.68059Z");
        assert!(imported.warnings.0.is_empty());
        assert_eq!(trace.validate(), Ok(()));
    }

    #[test]
    fn names_are_sorted_and_unknown_ones_are_none() {
        assert!(ALL.is_sorted_by_key(|bundled| bundled.name));
        assert!(get("no-such-trace").is_none());
    }
}

//! `[[workload]]`.

use crate::engine::rules::StreamRules;
use crate::scenario::calls::{self, CallsTable};
use crate::scenario::load::{Check, duration_us};
use crate::scenario::question::{Traffic, Workload};
use crate::scenario::schema::{ScenarioFile, TrafficTable};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn workloads(&mut self, written: &ScenarioFile) -> Vec<Workload> {
        if written.workload.is_empty() {
            self.wrong("no-workload", 0..0, "no workload".into(), "add a [[workload]] table");
        }
        let mut seen = BTreeSet::new();
        let mut workloads = Vec::new();
        for table in &written.workload {
            if !seen.insert(table.name.get_ref()) {
                self.wrong(
                    "duplicate-name",
                    table.name.span(),
                    format!("two workloads of one name: {}", table.name.get_ref()),
                    "give each its own",
                );
            }
            workloads.push(Workload {
                name: table.name.get_ref().as_str().into(),
                model: self.named(&table.model),
                traffic: self.traffic(&table.traffic),
                max_output_tokens: table.max_output_tokens,
                client: self.named(&table.client),
                rules: self.calls(table.calls.as_ref()),
                calls: table.calls.clone().unwrap_or_default(),
            });
        }
        workloads
    }

    pub(super) fn calls(&mut self, table: Option<&CallsTable>) -> StreamRules {
        let Some(table) = table else { return StreamRules::default() };
        calls::stream_rules(table, None).unwrap_or_else(|mistakes| {
            for (code, span, message, hint) in mistakes {
                self.wrong(code, span, message, hint);
            }
            StreamRules::default()
        })
    }

    pub(super) fn traffic(&mut self, table: &TrafficTable) -> Traffic {
        let scale = table.scale.as_ref().map_or(1.0, |scale| *scale.get_ref());
        if let Some(written) = &table.scale
            && !(scale > 0.0 && scale <= 1e6)
        {
            self.wrong(
                "scale-out-of-range",
                written.span(),
                format!("scale out of range: {scale}"),
                "write a factor above 0 and at most 1,000,000",
            );
        }
        let slice_us = table.slice.as_ref().and_then(|slice| {
            let [from, until] = slice.get_ref();
            let range = duration_us(from).zip(duration_us(until)).filter(|(a, b)| a < b);
            if range.is_none() {
                self.wrong(
                    "not-a-slice",
                    slice.span(),
                    format!("not a slice: {from} to {until}"),
                    "write two durations, the first smaller, such as [\"0 s\", \"10 min\"]",
                );
            }
            range
        });
        let cached_share_ppm =
            table.cached_share.as_ref().and_then(|share| self.share("cached_share", share));
        Traffic {
            trace: self.named(&table.trace),
            repeat: table.repeat,
            scale,
            slice_us,
            cached_share_ppm,
            columns: table.columns.clone(),
        }
    }
}

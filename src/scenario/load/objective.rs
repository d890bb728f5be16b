//! `[slo]` and `[workload.slo]`.

use crate::metrics::slo::{Slo, TimeBounds};
use crate::scenario::load::Check;
use crate::scenario::question::scenario::Outage;
use crate::scenario::schema::{
    OutageTable, PercentileTable, ScenarioFile, SloTable, WorkloadTable,
};

impl Check<'_> {
    /// The objectives of all workloads. Who gives calls a deadline means it: none may be late unless the file says how many.
    pub(super) fn slo_of_all(&mut self, written: &ScenarioFile) -> Slo {
        let batch = |workload: &WorkloadTable| {
            workload.calls.as_ref().is_some_and(|calls| calls.batch.is_some())
        };
        let strict = written.workload.iter().any(batch).then_some(0);
        let slo = self.slo(&written.slo);
        Slo { late_share_ppm: slo.late_share_ppm.or(strict), ..slo }
    }

    pub(super) fn slo(&mut self, slo: &SloTable) -> Slo {
        let mut share = |key: &str, written: &Option<_>| {
            written.as_ref().and_then(|share| self.share(key, share))
        };
        let throttled_share_ppm = share("throttled_share", &slo.throttled_share);
        let failed_share_ppm = share("failed_share", &slo.failed_share);
        let late_share_ppm = share("late_share", &slo.late_share);
        Slo {
            throttled_share_ppm,
            failed_share_ppm,
            late_share_ppm,
            added_wait: self.bounds("added_wait", &slo.added_wait),
            first_token: self.bounds("first_token", &slo.first_token),
            latency: self.bounds("latency", &slo.latency),
            deadline_us: self.duration("deadline", slo.deadline.as_ref()),
        }
    }

    fn bounds(&mut self, name: &str, table: &PercentileTable) -> TimeBounds {
        let mut bound = |key: &str, written| self.duration(&format!("{name}.{key}"), written);
        TimeBounds {
            p50_us: bound("p50", table.p50.as_ref()),
            p95_us: bound("p95", table.p95.as_ref()),
            p99_us: bound("p99", table.p99.as_ref()),
        }
    }

    /// A workload's own objectives, with those of all where it has none.
    pub(super) fn own_slo(&mut self, own: Option<&SloTable>, all: &Slo) -> Slo {
        let Some(table) = own else { return all.clone() };
        if let Some(outage) = &table.survives_outage {
            self.wrong(
                "outage-of-one-workload",
                outage.of.span(),
                "outage of one workload: survives_outage".into(),
                "an outage hits all workloads: write it in [slo]",
            );
        }
        self.slo(table).or(all)
    }

    pub(super) fn survives(&mut self, table: Option<&OutageTable>) -> Option<Outage> {
        let table = table?;
        if table.of.get_ref() != "region" {
            self.wrong(
                "unknown-outage",
                table.of.span(),
                format!("unknown outage: of {}", table.of.get_ref()),
                "write survives_outage = { of = \"region\" }",
            );
            return None;
        }
        let lasts_us = self.duration("survives_outage.lasts", table.lasts.as_ref());
        Some(Outage { lasts_us })
    }
}

//! `traffic.forecast`: growth from month to month as the history of a file says, instead of a range somebody writes.

use crate::scenario::question::named::Named;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::uncertain::Triangular;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::import::Imported;

impl Scenario {
    /// The history that growth is to be forecast from, and whose traffic names it; none where no traffic does.
    pub fn history(&self) -> Result<Option<(&Workload, &Named)>, Diagnostics> {
        let named = |workload: &Workload| workload.traffic.forecast.is_some();
        let mut with = self.workloads.iter().filter(|workload| named(workload));
        let Some(first) = with.next() else { return Ok(None) };
        let Some(named) = &first.traffic.forecast else { return Ok(None) };
        if let Some(second) = with.next() {
            let message = format!("two forecasts: workloads {} and {}", first.name, second.name);
            return Err(Diagnostic::error("two-forecasts", message)
                .at(named.place.clone())
                .hint("growth is that of all workloads: forecast it from the history of all of them, once")
                .into());
        }
        let nothing = Triangular::certain(0.0);
        if self.uncertain.as_ref().is_some_and(|stated| stated.growth_per_month != nothing) {
            let message = "growth stated twice: uncertain.growth_per_month and traffic.forecast";
            return Err(Diagnostic::error("growth-stated-twice", message)
                .at(named.place.clone())
                .hint("leave one of them out")
                .into());
        }
        Ok(Some((first, named)))
    }

    /// Takes growth from a history, in the scenario's zone and for the months of its horizon, and notes it as an assumption of the workload that asked.
    #[cfg(feature = "forecast")]
    pub fn forecast(&mut self, name: &Named, history: &Imported) -> Result<(), Diagnostics> {
        use crate::scenario::question::uncertain::{DEFAULT_REPLICATIONS, Uncertain};
        use crate::workload::forecast::{self, ForecastFault, MOST_MONTHS};
        let refuse = |fault: ForecastFault| {
            let message = format!("cannot forecast {}: {fault}", name.name);
            Diagnostics::from(
                Diagnostic::error("cannot-forecast", message)
                    .at(name.place.clone())
                    .hint("`ptuplan trace forecast` shows what a history says; daily totals of some months will do"),
            )
        };
        let months = self.horizon_months.clamp(1, MOST_MONTHS);
        let days = forecast::history(history, self.period.zone()).map_err(refuse)?;
        let made = forecast::forecast(days, months).map_err(refuse)?;
        let [least, likely, most] = made.growth_range;
        // The triangle is solved in floats: its corners are held in order.
        let growth = Triangular { low: least.min(likely), mode: likely, high: most.max(likely) };
        let percent = |share: f64| format!("{:.1}%", share * 100.0).replace('-', "\u{2212}");
        let note = format!(
            "growth a month of {} to {}, most likely {}, is forecast from {} days of {} (their last {} would have been off by {} in sum)",
            percent(growth.low),
            percent(growth.high),
            percent(growth.mode),
            made.history.requests.len(),
            name.name,
            made.back_test.days,
            percent(made.back_test.error_of_sum),
        );
        let fresh = || Uncertain { replications: DEFAULT_REPLICATIONS, ..Uncertain::default() };
        self.uncertain.get_or_insert_with(fresh).growth_per_month = growth;
        for workload in &mut self.workloads {
            if workload.traffic.forecast.is_some() {
                workload.traffic.notes.push(note.clone());
            }
        }
        Ok(())
    }

    /// As above, where forecasts are not built in.
    #[cfg(not(feature = "forecast"))]
    pub fn forecast(&mut self, name: &Named, _history: &Imported) -> Result<(), Diagnostics> {
        Err(Diagnostic::error("no-forecast", "forecasts are not built in")
            .at(name.place.clone())
            .hint("build with the feature `forecast`, or state uncertain.growth_per_month")
            .into())
    }
}

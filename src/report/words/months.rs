//! What to do month by month, in words.

use crate::billing::commitment::Term;
use crate::plan::months::action::MonthAction;

/// What to do or to know at the start of a month, a part of a sentence.
pub fn action(action: &MonthAction) -> String {
    match action {
        MonthAction::PayAsYouGo => "stay with pay-as-you-go".to_owned(),
        MonthAction::Deploy(family) => format!("deploy {family}"),
        MonthAction::DeployPtu(ptu) => format!("deploy {ptu} PTU first"),
        MonthAction::Resize { from, to } => format!("resize from {from} to {to} PTU"),
        MonthAction::Run { instances } => format!("run {instances} instances"),
        MonthAction::Scale { from, to } => format!("go from {from} to {to} instances"),
        MonthAction::Owned(0) => "no reservation that is owned is left".to_owned(),
        MonthAction::Owned(ptu) => format!("reservations owned cover {ptu} PTU"),
        MonthAction::Reserve { ptu, term, on } => {
            let term = match term {
                Term::OneMonth => "1 month",
                Term::OneYear => "1 year",
            };
            let on = on.map_or_else(String::new, |day| format!(" on {day}"));
            format!("reserve {ptu} PTU for {term}{on}")
        }
        MonthAction::Renew(ptu) => format!("renew {ptu} PTU for 1 month"),
        MonthAction::Hourly(ptu) => format!("leave {ptu} PTU at the hourly price"),
        MonthAction::QuotaRose { from, to } => format!("PTU quota has risen from {from} to {to}"),
        MonthAction::MoveOff { model, last } => format!(
            "move off {model} before it retires after {last}: later months stand for a successor \
             of the same throughput and prices"
        ),
        MonthAction::Retired { model, last } => format!("{model} is retired since {last}"),
    }
}

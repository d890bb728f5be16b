//! The table.

/// A budget.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    AtLeast(f64),
    AtMost(f64),
    /// For information.
    None,
}

struct Row {
    what: String,
    found: Option<f64>,
    budget: Budget,
    how: String,
}

/// All rows so far.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn add(&mut self, what: &str, found: f64, budget: Budget, how: &str) {
        let (what, how) = (what.to_owned(), how.to_owned());
        self.0.push(Row { what, found: Some(found), budget, how });
    }

    /// As [`Table::add`]; without a value the row says that it was skipped.
    pub(crate) fn add_if(&mut self, what: &str, found: Option<f64>, budget: Budget, how: &str) {
        match found {
            Some(found) => self.add(what, found, budget, how),
            None => self.0.push(Row {
                what: what.to_owned(),
                found: None,
                budget,
                how: "its baseline was not found: see the bench's head".to_owned(),
            }),
        }
    }

    pub(crate) fn print(&self) {
        println!("\n| what | found | budget | | how |\n|---|---:|---:|---|---|");
        for Row { what, found, budget, how } in &self.0 {
            let figure = |value: f64| match value.abs() {
                v if v >= 100.0 => format!("{value:.0}"),
                v if v >= 10.0 => format!("{value:.1}"),
                _ => format!("{value:.2}"),
            };
            let (bound, kept) = match (*budget, *found) {
                (Budget::AtLeast(least), found) => {
                    (format!("≥ {least}"), found.map(|found| found >= least))
                }
                (Budget::AtMost(most), found) => {
                    (format!("≤ {most}"), found.map(|found| found <= most))
                }
                (Budget::None, _) => (String::new(), None),
            };
            let verdict = match (kept, found, budget) {
                (_, None, _) => "SKIPPED",
                (Some(true), ..) => "reached",
                (Some(false), ..) => "**MISSED**",
                (None, ..) => "",
            };
            let found = found.map_or("–".to_owned(), figure);
            println!("| {what} | {found} | {bound} | {verdict} | {how} |");
        }
    }
}

//! Monthly cost over PTUs, by way to pay, with the choice marked and pay-as-you-go as a level.

use crate::report::plot::canvas::{
    AXIS, Area, BLUE, DARK, Drawing, GREEN, MUTED, ORANGE, PURPLE, PlotError, VERMILION, bold, px,
    stroke, titled,
};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::plot::value_axis::Values;
use crate::report::view::RecommendationView;
use crate::report::words::answer;
use crate::report::words::numbers;
use plotters::prelude::*;

const COLOURS: [RGBColor; 5] = [BLUE, ORANGE, GREEN, PURPLE, VERMILION];

/// A curve: one family paid one way.
struct Curve {
    label: String,
    colour: RGBColor,
    dashed: bool,
    /// PTUs, cost, feasible.
    points: Vec<(f64, f64, bool)>,
}

pub(super) struct CostCurve {
    curves: Vec<Curve>,
    pay_as_you_go: Option<(f64, bool)>,
    choice: Option<(f64, f64, String)>,
    currency: String,
}

impl CostCurve {
    /// The curves of a view; none without a point.
    pub(super) fn of(view: &RecommendationView) -> Option<Self> {
        let mut families: Vec<&str> = Vec::new();
        let mut payments: Vec<&str> = Vec::new();
        let mut curves: Vec<(usize, usize, Curve)> = Vec::new();
        for point in &view.cost_curve {
            let Some(cost) = numbers::for_axis(&point.monthly_cost) else { continue };
            let family = position(&mut families, &point.family);
            let payment = position(&mut payments, &point.commitment);
            let at = (f64::from(point.total_ptu), cost, point.feasible);
            if let Some(found) = curves.iter_mut().find(|c| (c.0, c.1) == (family, payment)) {
                found.2.points.push(at);
            } else {
                let curve = Curve {
                    label: format!("{}, {}", point.family, point.commitment),
                    colour: COLOURS[payment % COLOURS.len()],
                    dashed: family % 2 == 1,
                    points: vec![at],
                };
                curves.push((family, payment, curve));
            }
        }
        if curves.is_empty() {
            return None;
        }
        curves.sort_by_key(|(family, payment, _)| (*family, *payment));
        let mut curves: Vec<_> = curves.into_iter().map(|(_, _, curve)| curve).collect();
        for curve in &mut curves {
            curve.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let cheapest = view
            .candidates
            .iter()
            .filter(|c| c.pay_as_you_go)
            .filter_map(|c| Some((numbers::for_axis(&answer::likely_cost(c))?, c.feasible)))
            .min_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
        let choice = view.choice.as_ref().filter(|c| c.total_ptu > 0).and_then(|c| {
            let cost = numbers::for_axis(&answer::likely_cost(c))?;
            let label = format!(
                "{} PTU, {}",
                numbers::count(u64::from(c.total_ptu)),
                numbers::money(&answer::likely_cost(c), &c.monthly_cost.currency)
            );
            Some((f64::from(c.total_ptu), cost, label))
        });
        let currency = view.candidates.first().map(|c| c.monthly_cost.currency.clone());
        Some(Self {
            curves,
            pay_as_you_go: cheapest,
            choice,
            currency: currency.unwrap_or_default(),
        })
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<_> = self
            .curves
            .iter()
            .map(|curve| Entry {
                label: curve.label.clone(),
                colour: curve.colour,
                mark: if curve.dashed { Mark::Dashed } else { Mark::Solid },
            })
            .collect();
        entries.push(Entry { label: "feasible".into(), colour: MUTED, mark: Mark::Dot });
        if let Some((_, feasible)) = self.pay_as_you_go {
            let label =
                if feasible { "pay-as-you-go" } else { "pay-as-you-go (infeasible)" }.into();
            entries.push(Entry { label, colour: AXIS, mark: Mark::Dashed });
        }
        if self.choice.is_some() {
            entries.push(Entry { label: "choice".into(), colour: DARK, mark: Mark::Ring });
        }
        entries
    }
}

/// The place of `name` in `names`, added when new.
fn position<'n>(names: &mut Vec<&'n str>, name: &'n str) -> usize {
    names.iter().position(|known| *known == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}

impl Drawing for CostCurve {
    fn size(&self) -> (u32, u32) {
        (1200, 680)
    }

    fn title(&self) -> String {
        "Monthly cost over PTUs".to_owned()
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Median monthly cost of every candidate with PTUs, by family and way to pay";
        let below = titled(root, &self.title(), subtitle, scale)?;
        let used = legend::draw(&below, &self.entries(), (0.0, 0.0), scale)?;
        let (_, area) = below.split_vertically(px(used + 4.0, scale));
        let points = || self.curves.iter().flat_map(|c| c.points.iter());
        let (low, high) =
            points().fold((f64::MAX, 0.0_f64), |(low, high), p| (low.min(p.0), high.max(p.0)));
        let gap = ((high - low) * 0.02).max(1.0);
        let costs = points().map(|p| p.1).chain(self.pay_as_you_go.map(|level| level.0));
        let axes = Axes {
            top: 0.0,
            heading: "",
            highest: costs.fold(0.0, f64::max),
            x_title: "deployed PTUs",
            y_title: format!("{} a month", self.currency),
            x_label: &|x| numbers::number(*x),
            y_label: &|y| numbers::short(*y),
            y_ticks: 8,
        };
        let (from, until) = ((low - gap).max(0.0), high + gap);
        let mut chart = frame::axes(&area, Values { from, until }, &axes, scale)?;
        if let Some((height, _)) = self.pay_as_you_go {
            frame::level(&mut chart, (from, until), height, AXIS, (4.0, 5.0), scale)?;
        }
        for curve in &self.curves {
            let line: Vec<_> = curve.points.iter().map(|p| (p.0, p.1)).collect();
            let style = stroke(curve.colour.mix(0.75), 1.75, scale);
            if curve.dashed {
                let dashes = DashedLineSeries::new(line, px(9.0, scale), px(5.0, scale), style);
                chart.draw_series(dashes).map_err(PlotError::new)?;
            } else {
                chart.draw_series(LineSeries::new(line, style)).map_err(PlotError::new)?;
            }
            let feasible = curve.points.iter().filter(|p| p.2);
            chart
                .draw_series(
                    feasible
                        .map(|p| Circle::new((p.0, p.1), px(3.0, scale), curve.colour.filled())),
                )
                .map_err(PlotError::new)?;
        }
        if let Some((ptu, cost, label)) = &self.choice {
            let ring = Circle::new((*ptu, *cost), px(8.0, scale), stroke(DARK, 2.5, scale));
            chart.draw_series([ring]).map_err(PlotError::new)?;
            named(&area, chart.backend_coord(&(*ptu, *cost)), label, scale)?;
        }
        Ok(())
    }
}

/// Writes `label` beside a point, on a ground that keeps lines from crossing it, and never over the right edge.
fn named<DB: DrawingBackend>(
    area: &Area<DB>,
    (x, y): (i32, i32),
    label: &str,
    scale: f64,
) -> Result<(), PlotError> {
    let style = bold(13.0, scale, DARK);
    let width = area.estimate_text_size(label, &style).map_err(PlotError::new)?.0 as i32;
    let base = area.get_base_pixel();
    let right = area.dim_in_pixel().0 as i32 - px(16.0, scale);
    let x = (x - base.0 + px(14.0, scale)).min(right - width);
    let y = y - base.1 + px(12.0, scale);
    let ground = [
        (x - px(4.0, scale), y - px(3.0, scale)),
        (x + width + px(4.0, scale), y + px(17.0, scale)),
    ];
    area.draw(&Rectangle::new(ground, WHITE.mix(0.85).filled())).map_err(PlotError::new)?;
    area.draw_text(label, &style, (x, y)).map_err(PlotError::new)
}

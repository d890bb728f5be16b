//! Transforms by name, one after the other: `scale=1.5 slice=0h..8h surge=2h+30min*3 anonymise`.

use crate::units::time::SECOND_US;
use crate::workload::import::{Attributes, Imported};
use crate::workload::transform::keep::of_range;
use crate::workload::transform::{
    Coarsening, Seam, Surge, TransformFault, anonymise, merge, repeat, scale, slice, stretch,
    surge, thin,
};
use jiff::{SignedDuration, Timestamp};

/// One transform.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `scale=1.5`: the rate times this, as if more or fewer of the same users called.
    Scale(f64),
    /// `slice=1h..2h`: what arrives between two times from the start.
    Slice(u64, u64),
    /// `stretch=0.5`: the same requests in this many times the time.
    Stretch(f64),
    /// `thin=0.1`: this share of the requests, by luck.
    Thin(f64),
    /// `repeat=24h`: again and again until this long.
    Repeat(u64),
    /// `surge=2h+30min*3`: from 2 h on for 30 min, 3 times the traffic.
    Surge(Surge),
    /// `merge=other.csv`: the requests of both, by their instants where both have them, else from a common start.
    Merge(String),
    /// `anonymise`, or `anonymise=1s/16`: names become numbers, the date is dropped, times and tokens are coarsened to these steps.
    Anonymise(Coarsening),
}

/// The steps one can write, for messages.
pub const STEPS: &str = "scale=1.5, slice=1h..2h, stretch=0.5, thin=0.1, repeat=24h, surge=2h+30min*3, merge=FILE, anonymise";

impl Step {
    /// The step in words, or why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let wrong = |example: &str| format!("\"{text}\" is not understood: write {example}");
        let number = |example: &str| value.trim().parse::<f64>().map_err(|_| wrong(example));
        Ok(match name.trim() {
            "scale" => Self::Scale(number("scale=1.5")?),
            "stretch" => Self::Stretch(number("stretch=0.5")?),
            "thin" => Self::Thin(number("thin=0.1")?),
            "repeat" => Self::Repeat(length_us(value).ok_or_else(|| wrong("repeat=24h"))?),
            "slice" => {
                let ends = value.split_once("..").and_then(|(from, until)| {
                    length_us(from).zip(length_us(until)).filter(|(from, until)| from < until)
                });
                let (from, until) = ends.ok_or_else(|| wrong("slice=1h..2h"))?;
                Self::Slice(from, until)
            }
            "surge" => {
                let read = || {
                    let (times, factor) = value.split_once('*')?;
                    let (from, length) = times.split_once('+')?;
                    let factor = factor.trim().parse::<f64>().ok()?;
                    Some(Surge { from_us: length_us(from)?, length_us: length_us(length)?, factor })
                };
                Self::Surge(read().ok_or_else(|| wrong("surge=2h+30min*3"))?)
            }
            "merge" if !value.is_empty() => Self::Merge(value.to_owned()),
            "anonymise" | "anonymize" if value.is_empty() => {
                Self::Anonymise(Coarsening { step_us: SECOND_US, step_tokens: 16 })
            }
            "anonymise" | "anonymize" => {
                let steps = value.split_once('/').and_then(|(time, tokens)| {
                    Some((length_us(time)?, tokens.trim().parse::<u32>().ok()?))
                });
                let (step_us, step_tokens) = steps.ok_or_else(|| wrong("anonymise=1s/16"))?;
                Self::Anonymise(Coarsening { step_us, step_tokens })
            }
            _ => return Err(format!("no such step: \"{text}\"; the steps are {STEPS}")),
        })
    }

    /// The traffic after this step; `other` is what [`Step::Merge`] names. A slice, a stretch and an anonymised
    /// trace keep the names of clients, sessions, deployments and models; what makes other requests of them loses them.
    pub fn apply(
        &self,
        mut imported: Imported,
        other: Option<&Imported>,
    ) -> Result<Imported, TransformFault> {
        let trace = &imported.trace;
        let mut kept = Attributes::default();
        let changed = match self {
            Self::Anonymise(coarsening) => return anonymise(&imported, *coarsening),
            Self::Scale(factor) => scale(trace, *factor)?,
            Self::Stretch(factor) => {
                let stretched = stretch(trace, *factor)?;
                kept = std::mem::take(&mut imported.attributes);
                stretched
            }
            Self::Thin(share) => thin(trace, *share)?,
            Self::Repeat(until_us) => repeat(trace, *until_us, Seam::MeanGap)?,
            Self::Surge(wanted) => surge(trace, *wanted)?,
            Self::Slice(from_us, until_us) => {
                imported.start = imported.start.and_then(|start| later(start, *from_us));
                let [first, last] = [from_us, until_us]
                    .map(|us| imported.trace.arrival_us.partition_point(|at| at < us));
                kept = of_range(&imported.attributes, &(first..last.max(first)));
                slice(&imported.trace, *from_us, *until_us)
            }
            Self::Merge(_) => {
                let Some(other) = other else { return Ok(imported) };
                let (mut first, mut second) = (trace.clone(), other.trace.clone());
                if let (Some(a), Some(b)) = (imported.start, other.start) {
                    let apart = b.as_microsecond() - a.as_microsecond();
                    let moved = if apart >= 0 { &mut second } else { &mut first };
                    for at in &mut moved.arrival_us {
                        *at = at.saturating_add(apart.unsigned_abs());
                    }
                    imported.start = Some(a.min(b));
                }
                merge(&[&first, &second])?
            }
        };
        imported.trace = changed;
        imported.attributes = kept;
        Ok(imported)
    }
}

fn later(start: Timestamp, by_us: u64) -> Option<Timestamp> {
    Timestamp::from_microsecond(start.as_microsecond().checked_add_unsigned(by_us)?).ok()
}

fn length_us(text: &str) -> Option<u64> {
    u64::try_from(text.trim().parse::<SignedDuration>().ok()?.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::import::Labels;
    use crate::workload::trace::Trace;

    #[test]
    fn steps_read_as_they_are_written() {
        assert_eq!(Step::parse("scale=1.5"), Ok(Step::Scale(1.5)));
        assert_eq!(Step::parse("slice=1h..2h"), Ok(Step::Slice(3_600_000_000, 7_200_000_000)));
        let surge = Surge { from_us: 7_200_000_000, length_us: 1_800_000_000, factor: 3.0 };
        assert_eq!(Step::parse("surge=2h+30min*3"), Ok(Step::Surge(surge)));
        let coarse = Coarsening { step_us: 1_000_000, step_tokens: 16 };
        assert_eq!(Step::parse("anonymise"), Ok(Step::Anonymise(coarse)));
        for wrong in ["scale", "scale=big", "slice=2h..1h", "surge=2h*3", "merge=", "shrink=2"] {
            assert!(Step::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn merged_traces_keep_their_instants_and_slices_theirs() {
        let at = |start: &str, arrivals: Vec<u64>| Imported {
            trace: Trace::new(arrivals.clone(), vec![1; arrivals.len()], vec![1; arrivals.len()]),
            start: Some(start.parse().unwrap()),
            ..Imported::default()
        };
        let late = at("2026-12-01T10:00:10Z", vec![0, 1_000_000]);
        let early = at("2026-12-01T10:00:00Z", vec![0, 20_000_000]);
        let step = Step::Merge("early".into());
        let both = step.apply(late, Some(&early)).unwrap();
        assert_eq!(both.trace.arrival_us, [0, 10_000_000, 11_000_000, 20_000_000]);
        assert_eq!(both.start, early.start);
        let tail = Step::Slice(10_000_000, 12_000_000).apply(both, None).unwrap();
        assert_eq!(tail.trace.arrival_us, [0, 1_000_000]);
        assert_eq!(tail.start.unwrap().to_string(), "2026-12-01T10:00:10Z");
    }

    #[test]
    fn a_slice_keeps_the_names_of_its_requests() {
        let client =
            Labels { names: ["a", "b", "c"].map(str::to_owned).to_vec(), of: vec![0, 1, 2, 1] };
        let whole = Imported {
            trace: Trace::new(vec![0, 10, 20, 30], vec![1; 4], vec![1; 4]),
            attributes: Attributes { client: Some(client), ..Attributes::default() },
            ..Imported::default()
        };
        let piece = Step::Slice(10, 31).apply(whole, None).unwrap();
        let client = piece.attributes.client.unwrap();
        assert_eq!((client.names, client.of), (vec!["b".into(), "c".into()], vec![0, 1, 0]));
    }
}

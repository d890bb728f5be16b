//! How a trace is played again until the window ends, and what is said of a trace that does not
//! last as long as the window.
//!
//! A log keeps its clock: office hours of one day are played once a day, not three times, unless
//! the scenario says that they stand for every hour.

use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::traffic::Repeat;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::time::DAY_US;
use crate::workload::trace::Trace;
use crate::workload::transform::Seam;

pub(crate) const WEEK_US: u64 = 7 * DAY_US;
/// What is so near to a whole day is whole: the last call of a day comes before midnight.
pub(crate) const DAY_SLACK_US: u64 = DAY_US / 14;
/// The same of a week.
pub(crate) const WEEK_SLACK_US: u64 = WEEK_US / 14;
/// Less than this is too little to speak of.
const UNSAID_US: u64 = DAY_US / 200;

/// A trace that lasts a smaller part of the window than this needs a decision, in 1/1,000.
const LONG_ENOUGH: u128 = 950;
/// One that lasts a smaller part than this is worth a word.
const AS_GOOD_AS_ALL: u128 = 995;
/// Of one that is to be repeated and lasts more than this, some is never played.
const LONGER_THAN_ALL: u128 = 1_005;

/// How long a trace lasts: until its last request, and the mean gap after it.
pub(crate) fn length_of(trace: &Trace) -> u64 {
    let last = trace.arrival_us.last().copied().unwrap_or(0);
    let first = trace.arrival_us.first().copied().unwrap_or(0);
    length_between(first, last, u64::try_from(trace.len()).unwrap_or(u64::MAX))
}

/// The same of `count` requests between these arrivals.
pub(crate) fn length_between(first_us: u64, last_us: u64, count: u64) -> u64 {
    let gaps = count.saturating_sub(1).max(1);
    last_us.saturating_add((last_us - first_us).div_ceil(gaps))
}

/// Whose times a trace has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TraceClock {
    /// Those of a clock: a log of one's own.
    Known,
    /// Those from a start that nobody names.
    Unknown,
    /// A public sample or traffic that is made, which stands for any time.
    Sample,
}

/// How long a workload's trace has to last.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    window_us: u64,
    repeat: Repeat,
    place: Place,
}

impl Expected {
    /// Of a workload.
    pub(crate) fn of(scenario: &Scenario, workload: &Workload) -> Self {
        let traffic = &workload.traffic;
        let window_us = scenario.window.length_us;
        Self { window_us, repeat: traffic.repeat, place: traffic.trace.place.clone() }
    }

    /// Whether the trace is to be played again.
    pub(crate) const fn repeats(&self) -> bool {
        !matches!(self.repeat, Repeat::Unstated | Repeat::Sample | Repeat::No)
    }
}

/// Refuses a trace that ends long before the window does, unless the scenario says what comes after
/// it; and says so where a little is missing.
///
/// # Errors
/// A trace that is shorter than the window, and no `repeat`.
pub(crate) fn check_length(
    expected: &Expected,
    name: &str,
    played_us: u64,
) -> Result<Option<Diagnostic>, Diagnostics> {
    let (repeats, place) = (expected.repeats(), expected.place.clone());
    let (window_us, repeat) = (expected.window_us, expected.repeat);
    let share = share_of(played_us, window_us);
    if repeats && share > LONGER_THAN_ALL {
        return Ok(Some(beyond_repeated(window_us, played_us, name).at(place)));
    }
    // `repeat = false` says what comes after the trace: there is nothing left to warn of.
    if share >= AS_GOOD_AS_ALL || repeats || repeat == Repeat::No {
        return Ok(None);
    }
    let (mut lasts, mut of) = (in_days(played_us), in_days(window_us));
    if lasts == of {
        let minutes = |us: u64| format!("{} minutes", us / 60_000_000);
        (lasts, of) = (minutes(played_us), minutes(window_us));
    }
    let message = format!("trace shorter than the window: {name} lasts {lasts} of {of}");
    let hint = "write repeat = \"weeks\" to play its whole weeks again and again, \"days\" for \
    its whole days, \
                \"end-to-end\" for the whole of it without a pause; repeat = false says that \
                there is no traffic after it";
    let refused = match repeat {
        Repeat::Sample => played_us >= DAY_US,
        _ => repeat == Repeat::Unstated,
    };
    if refused && share < LONG_ENOUGH {
        return Err(Diagnostic::error("trace-shorter-than-window", message)
            .at(place)
            .hint(hint)
            .into());
    }
    let warning = format!("{message}; the rest has no traffic");
    Ok(Some(Diagnostic::warning("trace-shorter-than-window", warning).at(place).hint(hint)))
}

/// A length as a share of another, in 1/1,000.
fn share_of(lasts_us: u64, window_us: u64) -> u128 {
    u128::from(lasts_us) * 1_000 / u128::from(window_us.max(1))
}

/// Says how much of a trace that is to be repeated is not even played once.
fn beyond_repeated(window_us: u64, lasts_us: u64, name: &str) -> Diagnostic {
    let (lasts, of) = (in_days(lasts_us), in_days(window_us));
    let left = in_days(lasts_us - window_us);
    let message = format!(
        "the simulated window plays the first {of} of the {lasts} of {name}: {left} are left out"
    );
    Diagnostic::warning("beyond-window", message).hint(
        "leave `simulate` out and all of the billed period is simulated, or choose the part to \
            play with `slice`",
    )
}

/// "28 days", "5.5 hours".
fn in_days(us: u64) -> String {
    let tenths = |unit: u64| (us + unit / 20) / (unit / 10);
    let of = |tenths: u64, one: &str| {
        let plural = if tenths == 10 { "" } else { "s" };
        let fraction =
            if tenths.is_multiple_of(10) { String::new() } else { format!(".{}", tenths % 10) };
        format!("{}{fraction} {one}{plural}", tenths / 10)
    };
    if us >= DAY_US {
        of(tenths(DAY_US), "day")
    } else if us >= DAY_US / 24 {
        of(tenths(DAY_US / 24), "hour")
    } else {
        of(tenths(60_000_000), "minute")
    }
}

/// How a trace is played again.
#[derive(Clone, Debug)]
pub(crate) struct Again {
    /// Where a repetition ends.
    pub(crate) seam: Seam,
    /// The part that is played, where it is not the whole.
    pub(crate) cut_us: Option<u64>,
    /// What the result says of it.
    pub(crate) assumed: Option<String>,
    /// What the user is asked to look at, because the scenario did not say it.
    pub(crate) warning: Option<Diagnostic>,
}

impl Again {
    /// Every so many microseconds.
    fn every(period_us: u64) -> Self {
        let seam = Seam::Period(period_us);
        Self { seam, cut_us: None, assumed: None, warning: None }
    }

    /// The whole without a pause; of a part of a log, when the log ends.
    fn end_to_end(log_us: Option<u64>) -> Self {
        let seam = log_us.map_or(Seam::MeanGap, Seam::Period);
        Self { seam, cut_us: None, assumed: None, warning: None }
    }

    fn cut(self) -> Self {
        let cut_us = if let Seam::Period(period_us) = self.seam { Some(period_us) } else { None };
        Self { cut_us, ..self }
    }

    fn said(self, assumed: String) -> Self {
        Self { assumed: Some(assumed), ..self }
    }

    fn warned(self, warning: Diagnostic) -> Self {
        Self { warning: Some(warning), ..self }
    }
}

/// A trace that may be played again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasting<'a> {
    /// What messages call it.
    pub(crate) name: &'a str,
    /// Its length, or that of the log that it is a part of.
    pub(crate) lasts_us: u64,
    /// The length of the log, where only a part of its requests is played.
    pub(crate) log_us: Option<u64>,
    /// Whose times it has.
    pub(crate) clock: TraceClock,
}

/// How a trace is played again; none where it is not.
///
/// # Errors
/// `repeat = true` for a log of some days, which are neither a day nor a week.
pub(crate) fn again(expected: &Expected, of: Lasting<'_>) -> Result<Option<Again>, Diagnostics> {
    let again = match expected.repeat {
        Repeat::Unstated | Repeat::Sample | Repeat::No => return Ok(None),
        Repeat::EndToEnd => Again::end_to_end(of.log_us),
        Repeat::Days => by_unit(of, (DAY_US, DAY_SLACK_US), "day"),
        Repeat::Weeks => by_unit(of, (WEEK_US, WEEK_SLACK_US), "week"),
        Repeat::Whole => whole(expected, of)?,
    };
    let warning = again.warning.map(|warning| warning.at(expected.place.clone()));
    Ok(Some(Again { warning, ..again }))
}

/// A trace by its whole days or weeks; one of a part of a day or week once in each.
fn by_unit(of: Lasting<'_>, (unit_us, slack_us): (u64, u64), unit: &str) -> Again {
    let whole_us = of.lasts_us.saturating_add(slack_us) / unit_us * unit_us;
    let (name, lasts) = (of.name, in_days(of.lasts_us));
    if whole_us == 0 {
        return Again::every(unit_us).said(format!(
            "{name} lasts {lasts} of a {unit}: it is played once a {unit}, and the rest of each \
            {unit} has no traffic"
        ));
    }
    let again = Again::every(whole_us).cut();
    let left_us = of.lasts_us.saturating_sub(whole_us);
    if left_us <= UNSAID_US {
        return again;
    }
    again.said(format!(
        "{name} lasts {lasts}: its whole {unit}s are played again and again, and the last {} are \
        left out",
        in_days(left_us)
    ))
}

/// What `repeat = true` means: the whole of the trace, at its times of day where it has them.
fn whole(expected: &Expected, of: Lasting<'_>) -> Result<Again, Diagnostics> {
    let Lasting { name, lasts_us, log_us, clock } = of;
    let never = share_of(lasts_us, expected.window_us) >= AS_GOOD_AS_ALL;
    // A window of some hours stands for all others: no time of day is meant.
    if clock == TraceClock::Sample || never || expected.window_us < DAY_US {
        return Ok(Again::end_to_end(log_us));
    }
    let over_us = lasts_us % DAY_US;
    let nearly = over_us + DAY_SLACK_US >= DAY_US;
    let days = lasts_us / DAY_US + u64::from(nearly);
    let whole = days > 0 && (nearly || over_us <= DAY_SLACK_US);
    if clock == TraceClock::Unknown {
        let again = Again::end_to_end(log_us);
        return Ok(if whole { again } else { again.warned(without_clock(name, lasts_us)) });
    }
    if days == 0 {
        let again = by_unit(of, (DAY_US, DAY_SLACK_US), "day");
        let warning = again.assumed.clone().map(once_a_day);
        return Ok(Again { warning, ..again });
    }
    if lasts_us + WEEK_SLACK_US >= WEEK_US
        && (lasts_us + WEEK_SLACK_US) % WEEK_US <= 2 * WEEK_SLACK_US
    {
        return Ok(by_unit(of, (WEEK_US, WEEK_SLACK_US), "week"));
    }
    if days == 1 && whole {
        return Ok(by_unit(of, (DAY_US, DAY_SLACK_US), "day"));
    }
    if lasts_us < WEEK_US {
        return Err(two_readings(name, lasts_us).at(expected.place.clone()).into());
    }
    if whole {
        return Ok(by_unit(of, (DAY_US, DAY_SLACK_US), "day"));
    }
    let period_us = (days + 1) * DAY_US;
    Ok(Again::every(period_us).said(format!(
        "{name} lasts {}: it is played every {} days, so that times of day stay, and the rest of \
        the last day has no traffic",
        in_days(lasts_us),
        days + 1
    )))
}

fn once_a_day(said: String) -> Diagnostic {
    Diagnostic::warning("part-of-a-day", said).hint(
        "write repeat = \"days\" if that is meant, or \"end-to-end\" if the trace stands for every \
         hour of the day",
    )
}

fn without_clock(name: &str, lasts_us: u64) -> Diagnostic {
    let message = format!(
        "{name} lasts {} and has no time of day: it is played end to end, around the clock",
        in_days(lasts_us)
    );
    Diagnostic::warning("played-end-to-end", message).hint(
        "write repeat = \"end-to-end\" if that is meant, or \"days\" to play it once a day with \
         no traffic in the rest of each",
    )
}

fn two_readings(name: &str, lasts_us: u64) -> Diagnostic {
    let message = format!(
        "repeat = true can be read in two ways: {name} lasts {}, which is neither a day nor a week",
        in_days(lasts_us)
    );
    Diagnostic::error("repetition-not-told", message).hint(
        "write repeat = \"weeks\" to play it once a week with no traffic in the rest of each, \
         \"days\" to play its whole days again and again, weekends included, or \"end-to-end\" \
         for the whole of it without a pause",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: u64 = DAY_US / 24;

    fn asked(repeat: Repeat, hours: u64, clock: TraceClock) -> Result<Again, Diagnostics> {
        let expected = Expected { window_us: 31 * DAY_US, repeat, place: Place::default() };
        let of = Lasting { name: "log", lasts_us: hours * HOUR_US, log_us: None, clock };
        again(&expected, of).map(|again| again.unwrap())
    }

    /// What the warning asks for, when written, silences it.
    #[test]
    fn a_short_trace_is_warned_of_until_it_is_said_that_nothing_follows() {
        let told = |repeat, share: u64| {
            let expected = Expected { window_us: 1_000, repeat, place: Place::default() };
            check_length(&expected, "log", share).map(|told| told.is_some())
        };
        assert!(told(Repeat::Unstated, 500).is_err());
        assert_eq!(told(Repeat::Unstated, 970).ok(), Some(true));
        assert_eq!(told(Repeat::Sample, 1).ok(), Some(true));
        assert_eq!(told(Repeat::No, 970).ok(), Some(false));
        assert_eq!(told(Repeat::No, 1).ok(), Some(false));
    }

    #[test]
    fn a_log_keeps_its_clock_and_a_sample_has_none() {
        let seam = |hours, clock| asked(Repeat::Whole, hours, clock).unwrap().seam;
        assert_eq!(seam(8, TraceClock::Known), Seam::Period(DAY_US));
        assert_eq!(seam(24, TraceClock::Known), Seam::Period(DAY_US));
        assert_eq!(seam(25, TraceClock::Known), Seam::Period(DAY_US));
        assert_eq!(seam(7 * 24 - 8, TraceClock::Known), Seam::Period(WEEK_US));
        assert_eq!(seam(28 * 24, TraceClock::Known), Seam::Period(4 * WEEK_US));
        assert_eq!(seam(10 * 24, TraceClock::Known), Seam::Period(10 * DAY_US));
        // The first day to 18 h of the tenth.
        assert_eq!(seam(9 * 24 + 10, TraceClock::Known), Seam::Period(10 * DAY_US));
        assert_eq!(seam(1, TraceClock::Sample), Seam::MeanGap);
        assert_eq!(seam(8, TraceClock::Unknown), Seam::MeanGap);
    }

    #[test]
    fn what_nobody_said_is_said_and_what_can_be_two_things_is_asked() {
        let some = |hours, clock| asked(Repeat::Whole, hours, clock).unwrap();
        assert!(
            some(8, TraceClock::Known).warning.is_some_and(|said| said.code == "part-of-a-day")
        );
        assert!(some(8, TraceClock::Unknown).warning.is_some());
        assert!(some(24, TraceClock::Known).warning.is_none());
        // Monday at 9:00 to Friday at 17:00; three whole days.
        for hours in [4 * 24 + 8, 3 * 24] {
            let wrong = asked(Repeat::Whole, hours, TraceClock::Known).unwrap_err();
            assert_eq!(wrong.0[0].code, "repetition-not-told");
        }
        let office = asked(Repeat::Weeks, 4 * 24 + 8, TraceClock::Known).unwrap();
        assert_eq!((office.seam, office.cut_us), (Seam::Period(WEEK_US), None));
        assert!(office.assumed.is_some_and(|said| said.contains("rest of each week")));
        let days = asked(Repeat::Days, 3 * 24 + 8, TraceClock::Known).unwrap();
        assert_eq!((days.seam, days.cut_us), (Seam::Period(3 * DAY_US), Some(3 * DAY_US)));
        assert!(days.assumed.is_some_and(|said| said.contains("the last 8 hours are left out")));
    }
}

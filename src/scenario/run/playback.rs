//! Traffic that is played piece by piece, so that neither a trace larger than memory nor a short one repeated over a year is ever held as a
//! whole. The requests are those of [`traffic::trace`], which a test holds equal.

use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::scenario::run::repetition::{
    Expected, Lasting, TraceClock, again, check_length, length_between, length_of,
};
use crate::scenario::run::traffic;
use crate::scenario::run::traffic::Source;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::packed::{self, PackedTrace};
#[cfg(feature = "tables")]
use crate::workload::tables::ParquetTrace;
use crate::workload::trace::Trace;
use crate::workload::transform::{self, Seam};

/// Requests of a piece that is made of a trace in memory.
const PIECE_REQUESTS: usize = 1 << 18;

/// The traffic of a workload, in pieces.
#[derive(Debug)]
pub struct Playback {
    name: String,
    place: Place,
    base: Base,
    /// Whether cached input and output limits are known: as the first piece says.
    shape: Option<(bool, bool)>,
    slice_us: Option<(u64, u64)>,
    stretch: f64,
    round: Option<Round>,
    window_us: u64,
    cached_share_ppm: Option<u32>,
    own_limits: bool,
    seed: u64,
    ended: bool,
    /// The question whose window the trace has to last for, where its length is known at its end only.
    expected: Option<Expected>,
    last_us: u64,
    played: u64,
    /// Whose times a trace on disk has, once it is known.
    clock: TraceClock,
    notes: Vec<String>,
    /// What the reader of a trace in memory wants the user to know.
    pub warnings: Vec<Diagnostic>,
    /// What was assumed of the requests, complete once the last piece was taken. See [`Trace::assumed`].
    pub assumed: Vec<String>,
}

/// Where the requests are, before they are repeated.
#[derive(Debug)]
enum Base {
    /// In memory, cut and stretched, with the place of the next one.
    Held(Trace, usize),
    /// In a trace file, with the next block.
    Packed(PackedTrace<Box<dyn packed::Source>>, usize),
    /// In a Parquet file.
    #[cfg(feature = "tables")]
    Parquet(Box<ParquetTrace>),
}

/// A trace that begins again.
#[derive(Clone, Copy, Debug)]
struct Round {
    period_us: u64,
    offset_us: u64,
    /// Whether a repetition ends with its period: whole days or weeks.
    whole: bool,
}

const fn clock_of(known: bool) -> TraceClock {
    if known { TraceClock::Known } else { TraceClock::Unknown }
}

fn cannot(workload: &Workload, what: &str) -> Diagnostics {
    let name = &workload.name;
    Diagnostic::error("cannot-stream", format!("cannot be played in pieces: {name}: {what}"))
        .at(workload.traffic.trace.place.clone())
        .hint("leave out --stream, and the whole trace is held in memory")
        .into()
}

impl Playback {
    /// Opens the traffic of a workload. `name` is what messages call it.
    ///
    /// # Errors
    /// What [`traffic::trace`] refuses, and what needs the whole trace at once: surges, what-ifs about the traffic,
    /// and a scale of a trace on disk.
    pub fn new(
        scenario: &Scenario,
        workload: &Workload,
        name: &str,
        source: Source,
    ) -> Result<Self, Diagnostics> {
        let wanted = &workload.traffic;
        if !wanted.surges.is_empty() {
            return Err(cannot(workload, "a surge needs the whole trace"));
        }
        if wanted.change.is_some() {
            return Err(cannot(workload, "a what-if about its traffic needs the whole trace"));
        }
        if workload.calls.images.is_some() {
            return Err(cannot(workload, "images of its calls need the whole trace"));
        }
        let on_disk = matches!(source, Source::Packed(_) | Source::Parquet(_));
        if on_disk && (wanted.scale - 1.0).abs() > f64::EPSILON {
            return Err(cannot(workload, "scale needs the whole trace"));
        }
        if on_disk && traffic::played_before(scenario, workload) > 0 {
            let what =
                "another workload plays the same requests, so these are put in another order";
            return Err(cannot(workload, what));
        }
        if matches!(source, Source::Packed(_)) && wanted.columns.is_some() {
            let message = format!("does not apply: columns of a trace file: {name}");
            return Err(Diagnostic::error("does-not-apply", message)
                .at(wanted.trace.place.clone())
                .hint("drop them: a trace file knows its columns")
                .into());
        }
        let (mut warnings, mut whole_us, mut clock) = (Vec::new(), None, TraceClock::Unknown);
        // A trace file's names are those of the whole: what is wanted of it is told apart once it is read.
        let named = matches!(source, Source::Packed(_)) && !wanted.keep.is_empty();
        let on_disk = on_disk && !named;
        let made = source.is_made();
        let base = match source {
            Source::Packed(file) if on_disk => Base::Packed(PackedTrace::open(name, file)?, 0),
            #[cfg(feature = "tables")]
            Source::Parquet(path) => {
                let spec = traffic::read_spec(workload);
                Base::Parquet(Box::new(ParquetTrace::open(name, &path, &spec)?))
            }
            other => {
                let once = traffic::once(scenario, workload, name, other)?;
                warnings = once.warnings;
                (whole_us, clock) = (once.whole_us, once.clock);
                Base::Held(once.trace, 0)
            }
        };
        let mut playback = Self {
            name: name.to_owned(),
            place: wanted.trace.place.clone(),
            base,
            shape: None,
            slice_us: wanted.slice_us.filter(|_| on_disk),
            stretch: if on_disk { wanted.stretch } else { 1.0 },
            round: None,
            window_us: scenario.window.length_us,
            cached_share_ppm: wanted.cached_share_ppm,
            own_limits: workload.max_output_tokens.is_none(),
            seed: traffic::seed(scenario, workload),
            ended: false,
            expected: None,
            last_us: 0,
            played: 0,
            clock,
            warnings,
            notes: wanted.notes.clone(),
            assumed: Vec::new(),
        };
        playback.begin(Expected::of(scenario, workload), whole_us, on_disk, made)?;
        Ok(playback)
    }

    /// Checks how long the traffic lasts, and sets how it begins again.
    fn begin(
        &mut self,
        expected: Expected,
        log_us: Option<u64>,
        on_disk: bool,
        made: bool,
    ) -> Result<(), Diagnostics> {
        if on_disk && !expected.repeats() {
            // It is known at the end only how long the trace is.
            self.expected = Some(expected);
            return Ok(());
        }
        let held =
            if let Base::Held(trace, _) = &self.base { Some(length_of(trace)) } else { None };
        let lasts_us = match log_us.or(held) {
            Some(lasts_us) => lasts_us,
            None => self.measure()?.1,
        };
        if !made {
            self.warnings.extend(check_length(&expected, &self.name, lasts_us)?);
        }
        let clock = self.clock;
        let of = Lasting { name: &self.name, lasts_us, log_us, clock };
        let Some(again) = again(&expected, of)? else { return Ok(()) };
        self.warnings.extend(again.warning);
        // What another file says of itself was read with its length.
        let assumed = if let Base::Held(trace, _) = &mut self.base {
            &mut trace.assumed
        } else {
            &mut self.assumed
        };
        assumed.extend(again.assumed);
        let period_us = match again.seam {
            Seam::Period(period_us) => period_us,
            Seam::MeanGap => self.measure()?.0,
        };
        self.round = Some(Round { period_us, offset_us: 0, whole: again.cut_us.is_some() });
        Ok(())
    }

    /// Requests on disk or in memory, before they are cut or repeated.
    pub fn requests(&self) -> u64 {
        match &self.base {
            Base::Held(trace, _) => trace.len() as u64,
            Base::Packed(file, _) => file.requests(),
            #[cfg(feature = "tables")]
            Base::Parquet(file) => file.rows(),
        }
    }

    /// The next requests; none at the end of the traffic.
    ///
    /// # Errors
    /// A damaged file, or rows that are not sound or not in order.
    pub fn piece(&mut self) -> Result<Option<Trace>, Diagnostics> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let Some(piece) = self.cut()? else {
                let Some(round) = &mut self.round else {
                    self.ended = true;
                    self.check_end()?;
                    continue;
                };
                round.offset_us += round.period_us;
                self.ended = round.offset_us >= self.window_us;
                if !self.ended {
                    self.rewind()?;
                }
                continue;
            };
            self.last_us = self.last_us.max(piece.last_arrival_us());
            self.played = self.played.saturating_add(piece.len() as u64);
            if let Some(piece) = self.finished(piece)? {
                return Ok(Some(piece));
            }
        }
    }

    /// Refuses a trace on disk that ended long before the window, now that its end is known.
    fn check_end(&mut self) -> Result<(), Diagnostics> {
        let Some(expected) = self.expected.take() else { return Ok(()) };
        let gap_us = self.last_us / self.played.max(1);
        let lasts_us = self.last_us.saturating_add(gap_us);
        let warned = check_length(&expected, &self.name, lasts_us)?;
        self.warnings.extend(warned);
        Ok(())
    }

    /// The next requests of this round, cut and stretched.
    fn cut(&mut self) -> Result<Option<Trace>, Diagnostics> {
        loop {
            let Some(mut piece) = self.raw()? else { return Ok(None) };
            if let Some((from_us, until_us)) = self.slice_us {
                if piece.arrival_us.first().is_some_and(|first| *first >= until_us) {
                    return Ok(None);
                }
                if piece.last_arrival_us() < from_us {
                    continue;
                }
                piece = transform::slice(&piece, from_us, until_us);
            }
            if (self.stretch - 1.0).abs() > f64::EPSILON {
                piece =
                    transform::stretch(&piece, self.stretch).map_err(|fault| self.fault(&fault))?;
            }
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }

    /// The next requests as they are.
    fn raw(&mut self) -> Result<Option<Trace>, Diagnostics> {
        match &mut self.base {
            Base::Held(trace, next) => {
                let from = *next;
                *next = (from + PIECE_REQUESTS).min(trace.len());
                if self.assumed.is_empty() {
                    self.assumed.clone_from(&trace.assumed);
                }
                Ok((from < *next).then(|| transform::part(trace, from..*next)))
            }
            Base::Packed(file, next) => {
                if *next == 0 && self.assumed.is_empty() {
                    let known = file.known();
                    self.clock = clock_of(known.start.is_some());
                    self.assumed = known.trace.assumed;
                    self.assumed.extend_from_slice(&self.notes);
                }
                if *next >= file.blocks() {
                    return Ok(None);
                }
                *next += 1;
                Ok(Some(file.block(*next - 1)?.trace))
            }
            #[cfg(feature = "tables")]
            Base::Parquet(file) => {
                let order = |error| match error {
                    crate::workload::import::NotInPieces::Wrong(wrong) => wrong,
                    other => Diagnostic::error(
                        "cannot-stream",
                        format!("cannot be played in pieces: {}: {other}", self.name),
                    )
                    .at(self.place.clone())
                    .hint("`trace import` puts it in order: write a .trace and play that")
                    .into(),
                };
                if let Some(piece) = file.piece().map_err(order)? {
                    return Ok(Some(piece));
                }
                let known = file.known().map_err(order)?;
                if self.assumed.is_empty() {
                    self.clock = clock_of(known.start.is_some());
                    self.assumed = known.trace.assumed;
                    self.assumed.extend_from_slice(&self.notes);
                }
                Ok(None)
            }
        }
    }

    /// The piece at its place in the window, with the columns all pieces have; none when nothing of it is in the window.
    fn finished(&mut self, mut piece: Trace) -> Result<Option<Trace>, Diagnostics> {
        if let Some(round) = self.round {
            let mut within = self.window_us - round.offset_us;
            if round.whole {
                within = within.min(round.period_us);
            }
            let count = piece.arrival_us.partition_point(|at| *at < within);
            if count < piece.len() {
                piece = transform::part(&piece, 0..count);
            }
            piece.arrival_us.iter_mut().for_each(|at| *at += round.offset_us);
        }
        if piece.is_empty() {
            return Ok(None);
        }
        let known = (piece.cached_input_tokens.is_some(), piece.max_output_tokens.is_some());
        let shape = *self.shape.get_or_insert(known);
        if (known.0 && !shape.0) || (known.1 && !shape.1) {
            return Err(Diagnostic::error(
                "cannot-stream",
                format!(
                    "cannot be played in pieces: {}: its first requests lack a column",
                    self.name
                ),
            )
            .at(self.place.clone())
            .hint("write it as a .trace with `trace import` and play that")
            .into());
        }
        if shape.0 && !known.0 {
            piece.cached_input_tokens = Some(vec![0; piece.len()]);
        }
        if shape.1 && !known.1 {
            piece.max_output_tokens = Some(vec![Trace::NO_LIMIT; piece.len()]);
        }
        if !self.own_limits {
            piece.max_output_tokens = None;
        }
        if let (Some(ppm), None) = (self.cached_share_ppm, &piece.cached_input_tokens) {
            piece.cached_input_tokens = Some(traffic::cached_share(&piece, ppm));
        }
        piece.seed = self.seed;
        piece.assumed = Vec::new();
        Ok(Some(piece))
    }

    #[cfg_attr(
        not(feature = "tables"),
        allow(clippy::unnecessary_wraps, reason = "only a Parquet file is opened again")
    )]
    fn rewind(&mut self) -> Result<(), Diagnostics> {
        match &mut self.base {
            Base::Held(_, next) | Base::Packed(_, next) => *next = 0,
            #[cfg(feature = "tables")]
            Base::Parquet(file) => **file = file.again(&self.name)?,
        }
        Ok(())
    }

    /// The time from one repetition to the next without a pause, and how long the trace lasts,
    /// found by reading it once.
    fn measure(&mut self) -> Result<(u64, u64), Diagnostics> {
        let (mut count, mut span) = (0, None);
        while let Some(piece) = self.cut()? {
            count += piece.len() as u64;
            let first = span.map_or(piece.arrival_us.first().copied(), |(first, _)| Some(first));
            span = first.map(|first| (first, piece.last_arrival_us()));
        }
        self.rewind()?;
        let period_us = Seam::MeanGap.period_of(span, count).map_err(|fault| self.fault(&fault))?;
        let (first_us, last_us) = span.unwrap_or_default();
        Ok((period_us, length_between(first_us, last_us, count)))
    }

    fn fault(&self, fault: &transform::TransformFault) -> Diagnostics {
        let message = format!("cannot transform trace: {}: {fault}", self.name);
        Diagnostic::error("cannot-transform", message).at(self.place.clone()).into()
    }
}

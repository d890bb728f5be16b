//! The requests that candidates are simulated over, with what is known of each trace: who it is,
//! and what a check of it found. Known once, however many candidates there are.

use crate::engine::record::outcome::Outcome;
use crate::engine::setup::{Admission, Setup};
use crate::engine::{Bound, Checked, EngineError, Replay, Trial, joined};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::elsewhere::{AskedNames, AskedNotes, Elsewhere, KnownNames, RequestSum};
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::scenario::run::split::{Parts, split};
use crate::units::fingerprint::Fingerprint;
use crate::units::ptu::Ptu;
use crate::workload::trace::Trace;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Of each split of a candidate the workload and the share: what decides which request is in which
/// part.
type Shares = Vec<(usize, u32)>;

/// One trace per workload, checked and named.
#[derive(Debug)]
pub struct Requests<'a> {
    traces: Cow<'a, [Trace]>,
    ids: Vec<Fingerprint>,
    checked: Vec<Result<Checked, EngineError>>,
    /// The traces of the parts that a candidate was last split into, with what was found of each.
    parts: Mutex<Option<(Shares, Arc<Checkup>)>>,
    /// Whether a Standard deployment has room for all requests of a trace, by what decides it.
    rooms: Mutex<BTreeMap<Fingerprint, bool>>,
    /// Where other machines have the requests: then there are none here.
    elsewhere: Option<Elsewhere<'a>>,
    /// What is asked of them, for a machine that has none.
    notes: Option<AskedNotes>,
}

/// The parts of split workloads.
#[derive(Debug)]
struct Checkup {
    parts: Parts,
    checked: Vec<Result<Checked, EngineError>>,
}

fn check(traces: &[Trace]) -> Vec<Result<Checked, EngineError>> {
    traces.iter().map(Checked::of).collect()
}

impl<'a> Requests<'a> {
    /// Checks and names traces. One that cannot be simulated is an error of what is simulated over
    /// it.
    pub fn of(traces: impl Into<Cow<'a, [Trace]>>) -> Self {
        let traces = traces.into();
        let ids = traces.iter().map(Trace::fingerprint).collect();
        Self {
            ids,
            checked: check(&traces),
            traces,
            parts: Mutex::default(),
            rooms: Mutex::default(),
            elsewhere: None,
            notes: None,
        }
    }

    /// The same, noting what is asked of them by the name of what decides them.
    pub(crate) fn noting(self, traffic: Fingerprint) -> Self {
        Self { notes: Some(AskedNotes::new(traffic)), ..self }
    }

    /// Takes what was asked of them since this was asked last.
    pub(crate) fn asked(&self) -> AskedNames {
        self.notes.as_ref().map(AskedNotes::take).unwrap_or_default()
    }

    /// Requests that only other machines have made: what these simulated is found by its name.
    pub(crate) fn elsewhere(traffic: Fingerprint, names: &'a KnownNames) -> Self {
        let elsewhere = Some(Elsewhere::new(traffic, names));
        Self { elsewhere, ..Self::of(Vec::new()) }
    }

    /// Whether only other machines have made them.
    pub(crate) const fn are_elsewhere(&self) -> bool {
        self.elsewhere.is_some()
    }

    /// Whether something was asked for that takes the requests themselves, which are elsewhere:
    /// then nothing that was found holds.
    pub(crate) fn was_missed(&self) -> bool {
        self.elsewhere.as_ref().is_some_and(Elsewhere::was_missed)
    }

    /// The traces.
    pub fn traces(&self) -> &[Trace] {
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.miss();
        }
        &self.traces
    }

    /// Requests of a workload before an instant.
    pub(crate) fn offered(&self, workload: usize, until_us: u64) -> u64 {
        self.sum(RequestSum::Offered { workload, until_us }, |traces| {
            let before = |own: &Trace| own.arrival_us.partition_point(|at| *at < until_us);
            u64::try_from(traces.get(workload).map_or(0, before)).unwrap_or(u64::MAX)
        })
    }

    /// Input and output tokens of all of them.
    pub(crate) fn tokens(&self) -> u64 {
        self.sum(RequestSum::Tokens, |traces| {
            let sums = traces.iter().map(Trace::token_sums);
            let tokens = sums.map(|sums| sums.input_tokens.saturating_add(sums.output_tokens));
            tokens.fold(0, u64::saturating_add)
        })
    }

    fn sum(&self, asked: RequestSum, over: impl FnOnce(&[Trace]) -> u64) -> u64 {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.sum(asked).unwrap_or_default();
        }
        let sum = over(&self.traces);
        if let Some(notes) = &self.notes {
            notes.sum(asked, sum);
        }
        sum
    }

    /// About how many bytes the traces take, where they are its own.
    pub fn bytes(&self) -> usize {
        let own = matches!(self.traces, Cow::Owned(_));
        let columns = |trace: &Trace| {
            let optional = [&trace.cached_input_tokens, &trace.max_output_tokens];
            let counts = 2 + optional.iter().filter(|column| column.is_some()).count();
            trace.len() * (size_of::<u64>() + counts * size_of::<u32>())
        };
        if own { self.traces.iter().map(columns).sum() } else { 0 }
    }

    /// Who the requests of a stream of a candidate are: the workload's own, or what is left of
    /// them, then those of each split.
    fn id(&self, candidate: &Candidate, stream: usize) -> Fingerprint {
        let workloads = self.traces.len();
        let (workload, part) = match stream.checked_sub(workloads) {
            None => (stream, None),
            Some(split) => {
                let of = candidate.splits.get(split).map_or(0, |own| own.workload);
                let before = candidate.splits[..split.min(candidate.splits.len())].iter();
                (of, Some(before.filter(|other| other.workload == of).count()))
            }
        };
        let whole = self.ids.get(workload).copied().unwrap_or_default();
        let own = candidate.splits.iter().filter(|split| split.workload == workload);
        let shares: Vec<u32> = own.map(|split| split.share_ppm).collect();
        if shares.is_empty() { whole } else { Fingerprint::of(&(whole, shares, part)) }
    }

    fn parts(&self, candidate: &Candidate) -> Arc<Checkup> {
        let shares: Shares = candidate.splits.iter().map(|s| (s.workload, s.share_ppm)).collect();
        let known = || self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, parts)) = &*known()
            && *of == shares
        {
            return Arc::clone(parts);
        }
        let parts = split(candidate, &self.traces);
        let made = Arc::new(Checkup { checked: check(&parts.traces), parts });
        *known() = Some((shares, Arc::clone(&made)));
        made
    }

    /// A setup with the same outcome that others have too: limits that nobody reaches make no other
    /// simulation. None where there is no such setup, or it is not known.
    fn alike(&self, setup: &Setup, streams: &[usize]) -> Option<Setup> {
        let ([stream], [own]) = (streams, &setup.streams[..]) else { return None };
        let last = setup.deployments.get(usize::from(own.route.last()?.0))?;
        let id = self.ids.get(*stream)?;
        let known = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let found = over(streams, &self.traces, &self.checked, |replay| {
            Ok(replay.without_limits(setup, || {
                let limits = (&last.admission, &last.rules.limits, last.max_input_tokens);
                let room = Fingerprint::of(&(id, setup.horizon_us, own.max_output_tokens, limits));
                let held = known().get(&room).copied();
                held.unwrap_or_else(|| {
                    let has_room = replay.has_room(setup);
                    known().insert(room, has_room);
                    has_room
                })
            }))
        });
        found.ok().flatten()
    }

    /// The outcome of a part of a candidate: the `streams` that `setup` is of.
    pub(crate) fn outcome(
        &self,
        candidate: &Candidate,
        setup: &Setup,
        streams: &[usize],
        outcomes: &Outcomes,
    ) -> Result<Outcome, EngineError> {
        if let Some(elsewhere) = &self.elsewhere {
            let found = elsewhere.outcome(&candidate.splits, (setup, streams), outcomes);
            // An error that nobody sees: the work is done again with the requests.
            return found.map(Arc::unwrap_or_clone).ok_or(EngineError::Unbounded { at_us: 0 });
        }
        let (alike, id) = self.simulation(candidate, (setup, streams), outcomes.keeps());
        if let Some(notes) = &self.notes {
            notes.simulation(&candidate.splits, (setup, streams), &id);
        }
        let setup = alike.as_ref().unwrap_or(setup);
        let kept = outcomes.get_or_run(&id, || self.run(candidate, setup, streams, outcomes))?;
        Ok(Arc::unwrap_or_clone(kept))
    }

    /// Which simulation a part of a candidate is, and its setup where another one stands for it.
    fn simulation(
        &self,
        candidate: &Candidate,
        (setup, streams): (&Setup, &[usize]),
        keeps: bool,
    ) -> (Option<Setup>, SimulationId) {
        let traces = streams.iter().map(|stream| self.id(candidate, *stream)).collect();
        let whole = candidate.splits.is_empty() && keeps;
        let alike = if whole { self.alike(setup, streams) } else { None };
        let id = SimulationId { setup: Fingerprint::of(alike.as_ref().unwrap_or(setup)), traces };
        (alike, id)
    }

    /// Simulates parts of candidates without splits that are alike but for a size, each with the
    /// streams that it is of, in passes that they share, as far as that is possible, and keeps the
    /// outcomes.
    pub(crate) fn play_together(&self, parts: Vec<(Setup, Vec<usize>)>, outcomes: &Outcomes) {
        let mut alike: BTreeMap<(Fingerprint, Vec<usize>), BTreeMap<Ptu, Setup>> = BTreeMap::new();
        for (setup, streams) in parts {
            let setup = self.alike(&setup, &streams).unwrap_or(setup);
            let mut at_none = setup.clone();
            let Some(size) = first_size(&mut at_none).map(std::mem::take) else { continue };
            let sizes = alike.entry((Fingerprint::of(&at_none), streams)).or_default();
            sizes.insert(size, setup);
        }
        for ((_, streams), setups) in alike.into_iter().filter(|(_, setups)| setups.len() > 1) {
            let traces: Vec<Fingerprint> =
                streams.iter().filter_map(|stream| self.ids.get(*stream).copied()).collect();
            let named = setups.into_values().map(|setup| {
                let id = SimulationId { setup: Fingerprint::of(&setup), traces: traces.clone() };
                (id, setup)
            });
            let new: Vec<_> = named.filter(|(id, _)| outcomes.lacks(id)).collect();
            for group in new.chunks(Replay::TOGETHER) {
                let own: Vec<&Setup> = group.iter().map(|(_, setup)| setup).collect();
                // A mistake is told by the simulation of the one that has it.
                let found =
                    over(&streams, &self.traces, &self.checked, |replay| replay.together(&own));
                for ((id, _), outcome) in group.iter().zip(found.into_iter().flatten()) {
                    match outcome {
                        Some(outcome) => drop(outcomes.keep(id, outcome)),
                        None => outcomes.goes_alone(id),
                    }
                }
            }
        }
    }

    /// Whether a part of a candidate without splits breaks a bound, by what is kept or by a run
    /// that ends where it does. One that does not is simulated to its end, and its outcome kept.
    pub(crate) fn breaks(
        &self,
        (setup, streams): (&Setup, &[usize]),
        bound: &Bound,
        outcomes: &Outcomes,
    ) -> Result<bool, EngineError> {
        if let Some(elsewhere) = &self.elsewhere {
            return Ok(elsewhere.breaks((setup, streams), bound, outcomes).unwrap_or(false));
        }
        let traces = streams.iter().filter_map(|stream| self.ids.get(*stream).copied()).collect();
        let alike = self.alike(setup, streams);
        let id = SimulationId { setup: Fingerprint::of(alike.as_ref().unwrap_or(setup)), traces };
        if let Some(notes) = &self.notes {
            notes.simulation(&[], (setup, streams), &id);
        }
        if let Some(known) = outcomes.breaks(&id, bound) {
            return Ok(known);
        }
        let setup = alike.as_ref().unwrap_or(setup);
        match over(streams, &self.traces, &self.checked, |replay| replay.run(setup, bound))? {
            Trial::Abandoned { .. } => {
                outcomes.broke(&id, bound);
                Ok(true)
            }
            Trial::Done(outcome) => {
                outcomes.keep(&id, outcome);
                Ok(false)
            }
        }
    }

    fn run(
        &self,
        candidate: &Candidate,
        setup: &Setup,
        streams: &[usize],
        outcomes: &Outcomes,
    ) -> Result<Outcome, EngineError> {
        let made = (!candidate.splits.is_empty()).then(|| self.parts(candidate));
        let (traces, checked) = made.as_ref().map_or_else(
            || (&self.traces[..], &self.checked[..]),
            |made| (&made.parts.traces[..], &made.checked[..]),
        );
        // Streams that do not touch each other are simulated apart: others have them too.
        let apart = streams.len() > 1 && outcomes.keeps();
        let apart = apart.then(|| over(streams, traces, checked, |replay| Ok(replay.apart(setup))));
        let Some(each) = apart.transpose()?.flatten() else {
            return replay(setup, streams, traces, checked);
        };
        let outcome_of = |(stream, setup): (&usize, &Setup)| {
            let traces_of = vec![self.id(candidate, *stream)];
            let id = SimulationId { setup: Fingerprint::of(setup), traces: traces_of };
            let run = || replay(setup, &[*stream], traces, checked);
            outcomes.get_or_run(&id, run).map(Arc::unwrap_or_clone)
        };
        let own: Result<Vec<Outcome>, EngineError> =
            streams.iter().zip(&each).map(outcome_of).collect();
        Ok(joined(own?))
    }
}

fn replay(
    setup: &Setup,
    streams: &[usize],
    traces: &[Trace],
    checked: &[Result<Checked, EngineError>],
) -> Result<Outcome, EngineError> {
    match over(streams, traces, checked, |replay| replay.run(setup, &Bound::NONE))? {
        Trial::Done(outcome) => Ok(outcome),
        Trial::Abandoned { at_us } => Err(EngineError::Unbounded { at_us }),
    }
}

/// Does `work` with the traces of some streams, ready to be replayed.
fn over<R>(
    streams: &[usize],
    traces: &[Trace],
    checked: &[Result<Checked, EngineError>],
    work: impl FnOnce(&Replay<'_>) -> Result<R, EngineError>,
) -> Result<R, EngineError> {
    // Fewer traces than streams are told by the engine.
    let own: Vec<&Trace> = streams.iter().filter_map(|stream| traces.get(*stream)).collect();
    let known = streams.iter().filter_map(|stream| checked.get(*stream).cloned());
    let known = known.collect::<Result<Vec<Checked>, _>>()?;
    work(&Replay::of_checked(&own, &known))
}

/// The size of the deployment that is called first, where one stream calls it and it has one.
fn first_size(setup: &mut Setup) -> Option<&mut Ptu> {
    let [stream] = &setup.streams[..] else { return None };
    let first = usize::from(stream.route.first()?.0);
    match &mut setup.deployments.get_mut(first)?.admission {
        Admission::Provisioned(bucket) => Some(&mut bucket.capacity_ptu),
        _ => None,
    }
}

//! What belongs to one of several sizes that share a pass: its counts, and the Standard deployment
//! that it spills to.

use crate::engine::admission::admission::Ask;
use crate::engine::admission::limiter::Windows;
use crate::engine::admission::managed::Waiting;
use crate::engine::deployment::{State, windows};
use crate::engine::record::latency::TimeCounts;
use crate::engine::record::meter::{Cell, Kind, Meter, Tokens};
use crate::engine::record::outcome::{
    Deployed, DeploymentOutcome, MinuteSample, Outcome, StreamOutcome,
};
use crate::engine::setup::Setup;
use crate::engine::time::timeline::Timeline;
use crate::ledger::usage::{Answer, ContextTier};
use crate::units::ptu::Ptu;

/// Sizes of a pass: as many as are followed side by side.
pub(crate) const WIDE: usize = 8;

/// A size to be followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size<'a> {
    /// The setup at this size.
    pub(crate) setup: &'a Setup,
    /// PTUs of the first deployment.
    pub(crate) capacity_ptu: Ptu,
    /// What they work off.
    pub(crate) units_per_minute: u64,
}

/// A request, as far as it is the same at every size.
#[derive(Clone, Copy)]
pub(super) struct Request {
    pub(super) id: u32,
    pub(super) now_us: u64,
    pub(super) fresh: u32,
    pub(super) cached: u32,
    pub(super) max_output: u32,
    pub(super) output: u32,
    /// Whether the first deployment does not take it at any size.
    pub(super) too_long: bool,
    /// Whether it is billed at the long context there.
    pub(super) long: bool,
    /// The noise of the first deployment's time, 1/1,024.
    pub(super) noise: u64,
    /// How long the first deployment takes.
    pub(super) took_us: u64,
}

impl Request {
    pub(super) fn tokens(self, output: u32) -> Tokens {
        Tokens { fresh: self.fresh, cached: self.cached, written: 0, output }
    }
}

/// What belongs to one size.
pub(super) struct SizeLane<'a> {
    pub(super) size: Size<'a>,
    spill: Option<State<'a>>,
    windows: Vec<Windows>,
    pub(super) meter: Meter,
    pub(super) counts: DeploymentOutcome,
    /// Its times of answers are those that it has more than the first deployment of all, modulo
    /// 2^64.
    pub(super) stream: StreamOutcome,
    /// Attempts of the open hour that the first deployment did not serve, by its context.
    pub(super) passed: [Cell; 2],
    /// Of the open minute.
    pub(super) refused: u32,
    pub(super) worked: i128,
    pub(super) idle: i128,
    pub(super) worked_units: u128,
    /// What was passed on without looking at windows, in all and by minute.
    spilled: u64,
    spilled_minutes: Vec<MinuteSample>,
}

impl<'a> SizeLane<'a> {
    pub(super) fn new(size: Size<'a>, clock_us: u64) -> Self {
        let setup = size.setup;
        let (windows, of) = windows(setup, &[clock_us]);
        let second = setup.streams[0].route.get(1).map(|ix| usize::from(ix.0));
        Self {
            size,
            spill: second.map(|ix| State::new(setup, ix, of[ix], Timeline::default())),
            windows,
            meter: Meter::new(setup.deployments.len(), 1, setup.hour_phase_us),
            counts: DeploymentOutcome::default(),
            stream: StreamOutcome::default(),
            passed: <[Cell; 2]>::default(),
            refused: 0,
            worked: 0,
            idle: 0,
            worked_units: 0,
            spilled: 0,
            spilled_minutes: Vec::new(),
        }
    }

    /// The first deployment does not serve what it would have served elsewhere.
    pub(super) fn forgo(&mut self, request: &Request) {
        self.refused += 1;
        if !request.too_long {
            let passed = &mut self.passed[usize::from(request.long)];
            passed.add(request.fresh, request.cached, request.output);
            self.stream.latencies.take_back(request.took_us);
        }
    }

    /// Passes a request on; whether its client need not wait.
    pub(super) fn spill(&mut self, request: &Request, ask: &Ask, took_us: u64, kind: Kind) -> bool {
        self.forgo(request);
        let Some(spill) = &mut self.spill else { return false };
        self.counts.spilled_out += 1;
        spill.counts.spilled_in += 1;
        let now_us = request.now_us;
        let waiting = Waiting { stream: 0, id: request.id, payload: 0, since_us: now_us };
        let context = spill.context(ask.input);
        match spill.answer(now_us, ask, waiting, &mut self.windows) {
            Ok(_) => {
                spill.counts.completed += 1;
                self.stream.completed += 1;
                let kind = Kind { context, ..kind };
                self.meter.add(now_us, kind, request.tokens(request.output));
                self.stream.latencies.add(took_us);
                true
            }
            Err(refusal) if refusal.answer == Answer::Throttled => false,
            Err(refusal) => {
                spill.counts.failed += 1;
                self.stream.failed += 1;
                let kind = Kind { context, answer: refusal.answer, ..kind };
                self.meter.add(now_us, kind, request.tokens(0));
                true
            }
        }
    }

    /// Turns away what is too long, where there is nowhere to pass it on to.
    pub(super) fn turn_away(&mut self, request: &Request, kind: Kind) -> bool {
        self.forgo(request);
        self.counts.failed += 1;
        self.stream.failed += 1;
        let context = if request.long { ContextTier::Long } else { ContextTier::Default };
        let kind = Kind { context, answer: Answer::InputTooLong, ..kind };
        self.meter.add(request.now_us, kind, request.tokens(0));
        true
    }

    /// What is passed on in a minute, where all of it is served.
    pub(super) fn spill_minute(&mut self, requests: u32, tokens: u64) {
        let (offered, refused) = (requests, 0);
        let own = MinuteSample { offered, refused, offered_units: tokens, used_units: tokens };
        self.spilled_minutes.push(own);
    }

    /// What is passed on in an hour, where all of it is served.
    pub(super) fn spill_hour(&mut self, own: Cell, kind: Kind) {
        self.spilled += own.requests;
        self.counts.spilled_out += own.requests;
        self.stream.completed += own.requests;
        self.meter.merge(kind, own);
    }

    pub(super) fn finish(self, common: &Common) -> (Outcome, Vec<u128>) {
        let Self { size, spill, mut windows, meter, mut counts, mut stream, .. } = self;
        let setup = size.setup;
        stream.offered = common.offered;
        stream.past_horizon = common.past_horizon;
        stream.latencies.wrapping_merge(&common.latencies);
        counts.offered = common.offered;
        counts.used_units = self.worked.unsigned_abs() * common.parts_per_step;
        counts.capacity_units = u128::from(size.units_per_minute) * u128::from(setup.horizon_us);
        let capacity_ptu = size.capacity_ptu;
        counts.deployed.push(Deployed { from_us: 0, until_us: setup.horizon_us, capacity_ptu });
        for (own, all) in counts.minutes.iter_mut().zip(&common.minutes) {
            own.offered = all.offered;
            own.offered_units = all.offered_units;
        }
        let idle = self.idle.unsigned_abs() * common.parts_per_step;
        let first = (common.first, counts, idle);
        let second = spill.map(|state| {
            let (mut counts, idle) = state.finish(&mut windows);
            counts.offered += self.spilled;
            counts.completed += self.spilled;
            counts.spilled_in += self.spilled;
            if !self.spilled_minutes.is_empty() {
                counts.minutes = self.spilled_minutes;
            }
            (common.second, counts, idle)
        });
        let mut all: Vec<_> = std::iter::once(first).chain(second).collect();
        all.sort_unstable_by_key(|(ix, ..)| *ix);
        let (deployments, idle) = all.into_iter().map(|(_, counts, idle)| (counts, idle)).unzip();
        let usage = meter.finish();
        (Outcome { deployments, streams: vec![stream], usage, log: Vec::new() }, idle)
    }
}

/// What all sizes have in common at the end.
pub(super) struct Common {
    pub(super) offered: u64,
    pub(super) past_horizon: u64,
    pub(super) latencies: TimeCounts,
    pub(super) minutes: Vec<MinuteSample>,
    pub(super) parts_per_step: u128,
    pub(super) first: u16,
    pub(super) second: u16,
}

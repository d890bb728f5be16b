//! The ordered path: every event in the one total order. Serves every setup.
//!
//! Compiled twice from one text: with the optional rules, and without them for setups that have none (see
//! [`has_rules`]), whose requests would else pass some twenty questions that are always answered no.

#![allow(
    clippy::inline_always,
    reason = "measured: question and answer are large, and stay in registers when inlined"
)]

use crate::engine::admission::admission::{Ask, Gate, Refused};
use crate::engine::admission::cache::CachedPrefixes;
use crate::engine::admission::limiter::Windows;
use crate::engine::admission::managed::Waiting;
use crate::engine::admission::tier::{capacity_refused, flex_refused, late_us};
use crate::engine::client::concurrency::Crowd;
use crate::engine::client::retry::wait_us;
use crate::engine::client::route::{Fuse, order};
use crate::engine::deployment::{Grant, State, windows};
use crate::engine::paths::bound::Bound;
use crate::engine::paths::precondition::has_rules;
use crate::engine::record::gauges::{Gauges, MonthUse};
use crate::engine::record::meter::{Kind, Meter, Tokens};
use crate::engine::record::outcome::{Gauge, LogEntry, Outcome, Reason, StreamOutcome};
use crate::engine::rules::{FlexOffer, LogScope, RoutePolicy};
use crate::engine::setup::{Admission, DeploymentIx, Setup, StreamIx};
use crate::engine::time::queue::{Event, Queue, Rank};
use crate::engine::time::timeline::timelines;
use crate::engine::traffic::{Arrivals, Known, Requests, Store};
use crate::ledger::usage::{Answer, ServiceTier};
use crate::workload::trace::{Offer, Trace};
use std::collections::VecDeque;

/// A try of a request: which, the how manieth (0 the first), and whether its client has seen a 429.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    pub(crate) stream: u16,
    pub(crate) id: u32,
    pub(crate) attempt: u32,
    pub(crate) seen: bool,
}

const SEEN: u32 = 1 << 31;

impl Try {
    pub(crate) fn new(stream: u16, id: u32, payload: u32) -> Self {
        Self { stream, id, attempt: payload & !SEEN, seen: payload & SEEN > 0 }
    }

    pub(crate) fn payload(self) -> u32 {
        self.attempt | if self.seen { SEEN } else { 0 }
    }
}

/// How a flight ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It was counted when it was admitted.
    Counted,
    /// The client gives up on it, or its deployment goes down.
    Lost { payload: u32, refusal: Refused },
    /// It is counted now.
    Batch { tokens: Tokens, payload: u32 },
}

/// What is in service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub(crate) deployment: u16,
    pub(crate) output_tokens: u32,
    pub(crate) correction: i64,
    pub(crate) started_us: u64,
    pub(crate) end: End,
}

/// What the log says of an answer beside the answer itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Noted {
    pub(crate) passed_on: bool,
    pub(crate) tier: ServiceTier,
    pub(crate) waited_us: u64,
    /// What it was decided by, where that is not the deployment's own.
    pub(crate) gauge: Option<Gauge>,
}

/// Flights by slot; free slots are used again.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    slots: Vec<Flight>,
    free: Vec<u32>,
}

impl Flights {
    #[inline]
    pub(crate) fn put(&mut self, flight: Flight) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = flight;
            return slot;
        }
        self.slots.push(flight);
        self.slots.len() as u32 - 1
    }

    #[inline]
    pub(crate) fn take(&mut self, slot: u32) -> Flight {
        self.free.push(slot);
        self.slots[slot as usize]
    }
}

/// A run; `RULES` says whether any optional rule that costs something per request applies.
pub(crate) struct Run<'a, S, const RULES: bool> {
    pub(crate) setup: &'a Setup,
    pub(crate) requests: Vec<Requests<S>>,
    pub(crate) deployments: Vec<State<'a>>,
    pub(crate) windows: Vec<Windows>,
    pub(crate) streams: Vec<StreamOutcome>,
    pub(crate) crowds: Vec<Crowd>,
    pub(crate) queue: Queue,
    pub(crate) flights: Flights,
    pub(crate) meter: Meter,
    /// By stream and deployment: prompt caches and circuit breakers of the streams that have them.
    pub(crate) caches: Vec<Vec<CachedPrefixes>>,
    fuses: Vec<Vec<Fuse>>,
    scratch: Vec<u16>,
    /// Requests whose turn at the client has come.
    pub(crate) released: VecDeque<(u16, u32)>,
    log: Vec<LogEntry>,
    logs: bool,
    /// What the deployment that was asked last decided by, where that is logged.
    pub(crate) gauges: Gauges,
    /// Whether a provisioned deployment passed the attempt on.
    pub(crate) spilled: bool,
    /// Use of each model by usage-tier pool.
    pub(crate) uses: Vec<MonthUse>,
    bound: Bound,
    /// Attempts spilled, requests failed, requests throttled: what a [`Bound`] looks at.
    bounded: Bound,
    /// Whether they are above the bound.
    broken: bool,
}

/// Runs `setup`, which must have been checked, event by event. Also returns each deployment's idle capacity; or when the
/// bound was broken.
pub(crate) fn run(
    setup: &Setup,
    traces: &[&Trace],
    bound: &Bound,
) -> Result<(Outcome, Vec<u128>), u64> {
    let gap_us = mean_gap_us(traces);
    match replay(setup, traces, gap_us, bound, &mut Known::new(setup, traces)) {
        Ok(done) => Ok(done),
        Err(Stop::Broken(at_us)) => Err(at_us),
        Err(Stop::Fault(never)) => match never {},
    }
}

/// Runs `setup` over requests in `stores` as they arrive.
pub(crate) fn replay<S: Store + Clone, A: Arrivals<S>>(
    setup: &Setup,
    stores: &[S],
    gap_us: u64,
    bound: &Bound,
    arrivals: &mut A,
) -> Result<(Outcome, Vec<u128>), Stop<A::Fault>> {
    if has_rules(setup) {
        Run::<S, true>::new(setup, stores, gap_us, bound).replay(arrivals)
    } else {
        Run::<S, false>::new(setup, stores, gap_us, bound).replay(arrivals)
    }
}

/// Why a run stopped before its end.
pub(crate) enum Stop<E> {
    /// The bound was broken at this time.
    Broken(u64),
    /// No further requests came.
    Fault(E),
}

impl<'a, S: Store + Clone, const RULES: bool> Run<'a, S, RULES> {
    fn replay<A: Arrivals<S>>(
        mut self,
        arrivals: &mut A,
    ) -> Result<(Outcome, Vec<u128>), Stop<A::Fault>> {
        let run = &mut self;
        loop {
            arrivals.fill(&run.queue, &mut run.requests).map_err(Stop::Fault)?;
            let at_us = if let Some(event) = run.queue.pop_until(arrivals.next_us()) {
                let (at_us, stream, id) = (event.at_us, event.stream(), event.id());
                match event.rank() {
                    Rank::Completion => run.complete(&event),
                    Rank::Ready => run.ready(at_us, event.payload as u16),
                    Rank::GiveUp => run.give_up(at_us, Try::new(stream, id, event.payload)),
                    Rank::Retry => run.attempt(at_us, Try::new(stream, id, event.payload)),
                    Rank::Turn => run.arrive(at_us, stream, id),
                }
                at_us
            } else if let Some((at_us, id, stream)) = arrivals.pop(&run.requests) {
                run.arrive(at_us, stream, id);
                at_us
            } else {
                break;
            };
            while RULES && let Some((stream, id)) = run.released.pop_front() {
                run.attempt(at_us, Try::new(stream, id, 0));
            }
            if run.broken {
                return Err(Stop::Broken(at_us));
            }
        }
        Ok(self.finish(|stream| arrivals.total(stream)))
    }

    fn new(setup: &'a Setup, stores: &[S], gap_us: u64, bound: &Bound) -> Self {
        let clocks: Vec<u64> = stores.iter().map(|store| store.trace().clock_us).collect();
        let (windows, of) = windows(setup, &clocks);
        let count = setup.deployments.len();
        let timelines = timelines(setup).into_iter().zip(of).enumerate();
        let memories = |s: &crate::engine::setup::Stream| match s.rules.prompt_cache {
            Some(rules) => vec![CachedPrefixes::new(rules); count],
            None => Vec::new(),
        };
        let fuses = |s: &crate::engine::setup::Stream| match s.rules.breaker {
            Some(_) => vec![Fuse::default(); count],
            None => Vec::new(),
        };
        Self {
            setup,
            requests: setup
                .streams
                .iter()
                .zip(stores)
                .map(|(stream, store)| Requests::new(stream, store.clone()))
                .collect(),
            deployments: timelines
                .map(|(index, (timeline, windows))| State::new(setup, index, windows, timeline))
                .collect(),
            windows,
            streams: vec![StreamOutcome::default(); setup.streams.len()],
            crowds: setup.streams.iter().map(Crowd::new).collect(),
            queue: Queue::new(gap_us),
            flights: Flights::default(),
            meter: Meter::new(count, setup.streams.len(), setup.hour_phase_us),
            caches: setup.streams.iter().map(memories).collect(),
            fuses: setup.streams.iter().map(fuses).collect(),
            scratch: Vec::new(),
            released: VecDeque::new(),
            log: Vec::new(),
            logs: setup.log != LogScope::Off,
            gauges: Gauges::default(),
            spilled: false,
            uses: vec![MonthUse::default(); usage_pools(setup)],
            bound: *bound,
            bounded: Bound::NOBODY,
            broken: false,
        }
    }

    /// Counts towards the bound.
    #[inline]
    fn bounded(&mut self, more: impl FnOnce(&mut Bound)) {
        more(&mut self.bounded);
        let (found, bound) = (&self.bounded, &self.bound);
        self.broken |= found.spilled > bound.spilled
            || found.failed > bound.failed
            || found.failed_throttled > bound.failed_throttled
            || found.saw_throttle > bound.saw_throttle;
    }

    /// A request arrives at its client.
    #[inline]
    fn arrive(&mut self, now_us: u64, stream: u16, id: u32) {
        self.streams[stream as usize].offered += 1;
        if RULES {
            let crowd = &mut self.crowds[stream as usize];
            if crowd.watches() && !crowd.arrive(now_us, id) {
                return;
            }
        }
        self.attempt(now_us, Try::new(stream, id, 0));
    }

    /// An attempt, along the route until somebody serves it.
    fn attempt(&mut self, now_us: u64, try_: Try) {
        let offer = self.requests[try_.stream as usize].offer(try_.id);
        let stream = &self.setup.streams[try_.stream as usize];
        let in_order =
            stream.rules.policy == RoutePolicy::Ordered && stream.rules.breaker.is_none();
        if !RULES || in_order {
            return self.along(now_us, try_, &offer, stream.route.len(), |position| {
                stream.route[position].0
            });
        }
        let luck = self.requests[try_.stream as usize].luck(try_.id);
        let mut tried = std::mem::take(&mut self.scratch);
        let fuses = &self.fuses[try_.stream as usize];
        let at = (now_us, luck, try_.attempt);
        order(stream, fuses, &mut self.deployments, &mut self.windows, at, &mut tried);
        if self.logs() && tried.len() < stream.route.len() {
            self.note_open(now_us, try_, &tried);
        }
        self.along(now_us, try_, &offer, tried.len(), |position| tried[position]);
        self.scratch = tried;
    }

    #[inline(always)]
    fn along(
        &mut self,
        now_us: u64,
        try_: Try,
        offer: &Offer,
        length: usize,
        at: impl Fn(usize) -> u16,
    ) {
        let rules = &self.setup.streams[try_.stream as usize].rules;
        let mut first: Option<Refused> = None;
        if RULES {
            self.spilled = false;
        }
        for position in 0..length {
            let deployment = at(position);
            let ask = self.ask(now_us, try_, deployment, offer);
            self.deployments[deployment as usize].counts.spilled_in += u64::from(position > 0);
            let answer = self.ask_deployment(now_us, try_, deployment, &ask);
            if RULES && let Some(breaker) = &rules.breaker {
                self.fuses[try_.stream as usize][deployment as usize].note(
                    breaker,
                    now_us,
                    answer.is_ok(),
                );
            }
            let refusal = match answer {
                Ok(Grant::Queued) => return self.wait(now_us, try_, deployment),
                Ok(grant) => return self.serve(now_us, try_, deployment, &ask, grant, 0),
                Err(refusal) => refusal,
            };
            let mut passed_on = position + 1 < length && refusal.passes_on();
            if RULES && matches!(rules.policy, RoutePolicy::Split(_)) {
                passed_on &= refusal.answer == Answer::ServerError;
            }
            if self.logs() {
                let state = &self.deployments[deployment as usize];
                let tier = state.requested(rules.tier, self.spilled);
                let most = state.setup.max_input_tokens.unwrap_or(u32::MAX);
                let gauge = match refusal.reason {
                    Reason::InputTooLong => {
                        Some(Gauge { value: ask.input.into(), limit: most.into() })
                    }
                    Reason::LargerThanLimit => Some(self.larger(deployment, &ask)),
                    _ => None,
                };
                let noted = Noted { passed_on, tier, gauge, waited_us: 0 };
                self.note(now_us, try_, deployment, refusal, noted);
            }
            if passed_on {
                if RULES {
                    let gate = &self.deployments[deployment as usize].gate;
                    self.spilled |= matches!(gate, Gate::Bucket(_));
                }
                self.deployments[deployment as usize].counts.spilled_out += 1;
                self.bounded(|found| found.spilled += 1);
                first = first.or(Some(refusal));
                continue;
            }
            let returned = match first {
                Some(first) if now_us < rules.first_answer_until_us => first,
                _ => refusal,
            };
            return self.refuse(now_us, try_, deployment, &ask, refusal, returned);
        }
    }

    /// What a request that no minute has room for would count, against the limit.
    #[cold]
    fn larger(&self, deployment: u16, ask: &Ask) -> Gauge {
        let Admission::Standard(limiter) = &self.setup.deployments[deployment as usize].admission
        else {
            return Gauge::default();
        };
        let limits = &self.setup.deployments[deployment as usize].rules.limits;
        let input = u64::from(ask.input.saturating_sub(ask.cached));
        if let Some(limit) = limits.input_tokens_per_minute.filter(|limit| input > *limit) {
            return Gauge { value: input, limit };
        }
        let output = ask.max_output.unwrap_or(limiter.assumed_output_tokens);
        let value = u64::from(ask.input) + u64::from(output) * u64::from(ask.best_of);
        Gauge { value, limit: self.gauges.about(Reason::TokenLimit).limit }
    }

    /// What a deployment is asked: the request with what its prompt cache holds.
    #[inline(always)]
    pub(crate) fn ask(&self, now_us: u64, try_: Try, deployment: u16, offer: &Offer) -> Ask {
        let input = offer.input_tokens;
        let memories = &self.caches[try_.stream as usize];
        let (cached, written) = if !RULES || memories.is_empty() {
            (offer.cached_input_tokens, 0)
        } else {
            let luck = self.requests[try_.stream as usize].luck(try_.id);
            memories[deployment as usize].look(now_us, luck, input)
        };
        Ask {
            input,
            fresh: input - cached - written,
            cached,
            written,
            max_output: offer.max_output_tokens,
            best_of: if RULES {
                self.setup.streams[try_.stream as usize].rules.best_of.unwrap_or(1)
            } else {
                1
            },
        }
    }

    #[inline(always)]
    fn ask_deployment(
        &mut self,
        now_us: u64,
        try_: Try,
        deployment: u16,
        ask: &Ask,
    ) -> Result<Grant, Refused> {
        let state = &mut self.deployments[deployment as usize];
        let waiting =
            Waiting { stream: try_.stream, id: try_.id, payload: try_.payload(), since_us: now_us };
        if !RULES {
            return state.answer(now_us, ask, waiting, &mut self.windows);
        }
        if self.logs && wanted(&self.setup.log, try_) {
            self.gauges = state.gauges(now_us, &mut self.windows);
        }
        let rules = &state.setup.rules;
        let luck = || self.requests[try_.stream as usize].luck(try_.id);
        let asked = self.setup.streams[try_.stream as usize].rules.tier;
        let flex = state.requested(asked, self.spilled) == ServiceTier::Flex;
        let own = &self.setup.streams[try_.stream as usize].rules.filter;
        let filter = rules.filter.as_ref().or(own.as_ref());
        let blocked = filter.is_some_and(|filter| filter.blocks_prompt(luck()));
        if blocked && matches!(state.gate, Gate::Bucket(_) | Gate::Managed(_) | Gate::Batch(_)) {
            // A filtered prompt takes no capacity but what failed calls are said to (P R13: unknown).
            state.turn_away(now_us, &mut self.windows);
            state.charge_failed(now_us, ask);
            return Err(Refused::FILTERED);
        }
        if flex && rules.tiers.flex == FlexOffer::Invalid {
            state.turn_away(now_us, &mut self.windows);
            return Err(Refused::NO_FLEX);
        }
        let jitter_per_cent = rules.retry_after_jitter_per_cent;
        let grant = match state.answer(now_us, ask, waiting, &mut self.windows) {
            Ok(grant) => grant,
            Err(mut refusal) => {
                if refusal == Refused::DOWN {
                    refusal.reason = state.closed();
                } else if refusal.answer == Answer::Throttled {
                    state.charge_failed(now_us, ask);
                    let exact_us = refusal.retry_after_us;
                    refusal.retry_after_us =
                        late_us(exact_us, jitter_per_cent, luck(), try_.attempt);
                }
                return Err(refusal);
            }
        };
        let refused = if blocked {
            Some(Refused::FILTERED)
        } else if flex && flex_refused(&rules.tiers, luck(), try_.attempt) {
            Some(Refused::throttled(0, Reason::NoFlexCapacity))
        } else if matches!(state.gate, Gate::Windows { .. })
            && capacity_refused(rules.refused_per_million, luck(), try_.attempt)
        {
            Some(Refused::throttled(0, Reason::NoCapacity))
        } else {
            None
        };
        let Some(refusal) = refused else { return Ok(grant) };
        // All count towards the limits (S 16, S 41), which they have just done.
        if let Gate::Windows { windows, .. } = state.gate {
            self.windows[windows].complete(now_us, 0);
        }
        Err(refusal)
    }

    /// A client is refused: `refusal` is the last deployment's, `returned` what the client gets.
    fn refuse(
        &mut self,
        now_us: u64,
        mut try_: Try,
        deployment: u16,
        ask: &Ask,
        refusal: Refused,
        returned: Refused,
    ) {
        let state = &mut self.deployments[deployment as usize];
        if refusal.answer == Answer::Throttled {
            state.counts.throttled += 1;
        } else {
            state.counts.failed += 1;
        }
        let asked = self.setup.streams[try_.stream as usize].rules.tier;
        let kind = Kind {
            deployment,
            stream: try_.stream,
            tier: if RULES { state.requested(asked, self.spilled) } else { ServiceTier::Standard },
            context: state.context(ask.input),
            answer: refusal.answer,
        };
        let tokens =
            Tokens { fresh: ask.fresh, cached: ask.cached, written: ask.written, output: 0 };
        self.meter.add(now_us, kind, tokens);
        if returned.answer == Answer::Throttled && !try_.seen {
            try_.seen = true;
            self.streams[try_.stream as usize].saw_throttle += 1;
            self.bounded(|found| found.saw_throttle += 1);
        }
        // Where the check comes after the validation, the client hears of it later (S 31).
        let late_us = match &self.setup.deployments[deployment as usize].admission {
            Admission::Batch(batch) if refusal.reason == Reason::EnqueuedTokenLimit => {
                batch.check_after_us
            }
            _ => 0,
        };
        self.again_or_fail(now_us.saturating_add(late_us), try_, returned);
    }

    /// The client tries again, or gives the request up.
    pub(crate) fn again_or_fail(&mut self, now_us: u64, try_: Try, refusal: Refused) {
        let stream = &self.setup.streams[try_.stream as usize];
        let counts = &mut self.streams[try_.stream as usize];
        let luck = self.requests[try_.stream as usize].luck(try_.id);
        if let Some(wait_us) = wait_us(&stream.client, luck, try_.attempt, refusal) {
            counts.retries += 1;
            let payload = Try { attempt: try_.attempt + 1, ..try_ }.payload();
            let event = Event::new(now_us + wait_us, Rank::Retry, try_.id, try_.stream, payload);
            self.queue.push(event);
            return;
        }
        counts.failed += 1;
        let throttled = u64::from(refusal.answer == Answer::Throttled);
        counts.failed_throttled += throttled;
        self.bounded(|found| {
            found.failed += 1;
            found.failed_throttled += throttled;
        });
        self.end(now_us, try_.stream);
    }

    /// A request has ended: the client may send the next one.
    pub(crate) fn end(&mut self, now_us: u64, stream: u16) {
        let crowd = &mut self.crowds[stream as usize];
        if !RULES || !crowd.watches() {
            return;
        }
        let (released, turn) = crowd.end(now_us);
        self.released.extend(released.map(|id| (stream, id)));
        if let Some((at_us, id)) = turn
            && at_us < self.setup.horizon_us
            && (id as usize) < self.requests[stream as usize].len()
        {
            self.queue.push(Event::new(at_us, Rank::Turn, id, stream, 0));
        }
    }

    /// Writes the log, for the requests that are logged.
    pub(crate) fn note(
        &mut self,
        now_us: u64,
        try_: Try,
        deployment: u16,
        answer: Refused,
        more: Noted,
    ) {
        if !wanted(&self.setup.log, try_) {
            return;
        }
        let gauge = more.gauge.unwrap_or_else(|| self.gauges.about(answer.reason));
        self.log.push(LogEntry {
            at_us: now_us,
            stream: StreamIx(try_.stream),
            request: try_.id,
            attempt: try_.attempt,
            deployment: DeploymentIx(deployment),
            answer: Some(answer.answer),
            reason: answer.reason,
            gauge,
            tier: more.tier,
            waited_us: more.waited_us,
            retry_after_us: answer.retry_after_us,
            passed_on: more.passed_on,
        });
    }

    /// Notes the deployments of a route that are left alone.
    #[cold]
    fn note_open(&mut self, now_us: u64, try_: Try, tried: &[u16]) {
        for ix in &self.setup.streams[try_.stream as usize].route {
            let fuse = self.fuses[try_.stream as usize].get(usize::from(ix.0));
            let Some(fuse) = fuse.filter(|_| !tried.contains(&ix.0)) else { continue };
            let left_us = fuse.open_for_us(now_us);
            let gauge = Some(Gauge { value: left_us, limit: u64::MAX });
            self.note(now_us, try_, ix.0, Refused::LEFT_ALONE, Noted { gauge, ..Noted::default() });
            if let Some(entry) = self.log.last_mut()
                && entry.reason == Reason::BreakerOpen
            {
                entry.answer = None;
            }
        }
    }

    #[inline]
    pub(crate) fn logs(&self) -> bool {
        RULES && self.logs
    }

    fn finish(mut self, total: impl Fn(usize) -> u64) -> (Outcome, Vec<u128>) {
        for (index, counts) in self.streams.iter_mut().enumerate() {
            counts.past_horizon = total(index) - counts.offered;
        }
        let windows = &mut self.windows;
        let (deployments, idle) =
            self.deployments.into_iter().map(|state| state.finish(windows)).unzip();
        let usage = self.meter.finish();
        (Outcome { deployments, streams: self.streams, usage, log: self.log }, idle)
    }
}

/// Whether a log is kept of an attempt.
fn wanted(log: &LogScope, try_: Try) -> bool {
    match log {
        LogScope::Off => false,
        LogScope::All => true,
        LogScope::Requests(wanted) => wanted.binary_search(&(try_.stream, try_.id)).is_ok(),
    }
}

/// How many usage-tier pools a setup has.
fn usage_pools(setup: &Setup) -> usize {
    let pools = setup.deployments.iter().filter_map(|d| d.rules.usage_tier);
    pools.map(|tier| usize::from(tier.pool) + 1).max().unwrap_or(0)
}

/// The mean time between arrivals over all streams.
pub(crate) fn mean_gap_us(traces: &[&Trace]) -> u64 {
    let first = traces.iter().filter_map(|trace| trace.arrival_us.first()).min();
    let last = traces.iter().filter_map(|trace| trace.arrival_us.last()).max();
    let count: usize = traces.iter().map(|trace| trace.len()).sum();
    last.zip(first).map_or(0, |(last, first)| last - first) / (count as u64).max(1)
}

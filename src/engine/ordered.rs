//! The ordered path: every event in the one total order. Serves every setup.

use crate::engine::bound::Bound;
use crate::engine::client::wait_us;
use crate::engine::deployment::{Refusal, State};
use crate::engine::meter::{Kind, Meter};
use crate::engine::outcome::{Outcome, StreamOutcome};
use crate::engine::queue::{Event, Queue, Rank};
use crate::engine::setup::Setup;
use crate::engine::traffic::{Arrivals, Requests};
use crate::ledger::usage::{Answer, ServiceTier};
use crate::workload::trace::{Offer, Trace};

/// What a completion gives back or takes.
#[derive(Clone, Copy, Debug)]
struct Flight {
    deployment: u16,
    reduced_units: i64,
}

/// Flights by slot; free slots are used again.
#[derive(Debug, Default)]
struct Flights {
    slots: Vec<Flight>,
    free: Vec<u32>,
}

impl Flights {
    #[inline]
    fn put(&mut self, flight: Flight) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = flight;
            return slot;
        }
        self.slots.push(flight);
        self.slots.len() as u32 - 1
    }

    #[inline]
    fn take(&mut self, slot: u32) -> Flight {
        self.free.push(slot);
        self.slots[slot as usize]
    }
}

struct Run<'a> {
    setup: &'a Setup,
    requests: Vec<Requests<'a>>,
    deployments: Vec<State<'a>>,
    streams: Vec<StreamOutcome>,
    queue: Queue,
    flights: Flights,
    meter: Meter,
    /// Attempts spilled, requests failed, requests throttled: what a [`Bound`] looks at.
    bounded: (u64, u64, u64),
}

/// Runs `setup`, which must have been checked, event by event. Also returns each deployment's idle capacity; or when the
/// bound was broken.
pub(crate) fn run(
    setup: &Setup,
    traces: &[&Trace],
    bound: &Bound,
) -> Result<(Outcome, Vec<u128>), u64> {
    let deployment = |d| State::new(d, setup.horizon_us, setup.minute_series);
    let mut run = Run {
        setup,
        requests: setup.streams.iter().zip(traces).map(|(s, t)| Requests::new(s, t)).collect(),
        deployments: setup.deployments.iter().map(deployment).collect(),
        streams: vec![StreamOutcome::default(); setup.streams.len()],
        queue: Queue::new(mean_gap_us(traces)),
        flights: Flights::default(),
        meter: Meter::new(setup.deployments.len(), setup.streams.len(), setup.hour_phase_us),
        bounded: (0, 0, 0),
    };
    let mut arrivals = Arrivals::new(traces, setup.horizon_us);
    loop {
        let at_us = if let Some(event) = run.queue.pop_until(arrivals.next_us()) {
            match event.rank() {
                Rank::Completion => run.complete(event),
                Rank::Retry => run.attempt(event.at_us, event.stream(), event.id(), event.payload),
            }
            event.at_us
        } else if let Some((at_us, id, stream)) = arrivals.pop() {
            run.streams[stream as usize].offered += 1;
            run.attempt(at_us, stream, id, 0);
            at_us
        } else {
            break;
        };
        if run.broken(bound) {
            return Err(at_us);
        }
    }
    Ok(run.finish(traces))
}

impl Run<'_> {
    #[inline]
    fn broken(&self, bound: &Bound) -> bool {
        let (spilled, failed, saw) = self.bounded;
        spilled > bound.spilled || failed > bound.failed || saw > bound.saw_throttle
    }

    fn complete(&mut self, event: Event) {
        let flight = self.flights.take(event.payload);
        self.deployments[flight.deployment as usize].correct(event.at_us, flight.reduced_units);
    }

    /// Attempt `attempt` (0-based) of a request, along the route until somebody serves it.
    fn attempt(&mut self, now_us: u64, stream: u16, id: u32, attempt: u32) {
        let requests = self.requests[stream as usize];
        let offer = requests.offer(id);
        let route = &self.setup.streams[stream as usize].route;
        for (position, deployment) in route.iter().enumerate() {
            let state = &mut self.deployments[deployment.0 as usize];
            state.counts.spilled_in += u64::from(position > 0);
            match state.answer(now_us, &offer) {
                Ok(()) => return self.serve(now_us, stream, id, deployment.0, &offer),
                Err(_) if position + 1 < route.len() => {
                    state.counts.spilled_out += 1;
                    self.bounded.0 += 1;
                }
                Err(refusal) => {
                    return self.refuse(now_us, stream, id, attempt, deployment.0, &offer, refusal);
                }
            }
        }
    }

    fn serve(&mut self, now_us: u64, stream: u16, id: u32, deployment: u16, offer: &Offer) {
        let requests = self.requests[stream as usize];
        let hidden = requests.hidden(id, offer);
        let state = &mut self.deployments[deployment as usize];
        state.counts.completed += 1;
        let kind = Kind {
            deployment,
            stream,
            tier: ServiceTier::Standard,
            context: state.context(offer),
            answer: Answer::Completed,
        };
        if let Some(reduced_units) = state.correction(offer, hidden) {
            let at_us = now_us + state.service_us(hidden);
            let payload = self.flights.put(Flight { deployment, reduced_units });
            self.queue.push(Event::new(at_us, Rank::Completion, id, stream, payload));
        }
        let fresh = offer.input_tokens - offer.cached_input_tokens;
        self.meter.add(now_us, kind, fresh, offer.cached_input_tokens, hidden.output_tokens);
        let counts = &mut self.streams[stream as usize];
        counts.completed += 1;
        let waited_us = now_us - requests.arrival_us(id);
        if waited_us > 0 {
            counts.added_wait_sum_us += u128::from(waited_us);
            counts.added_waits_us.push(u32::try_from(waited_us).unwrap_or(u32::MAX));
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one call site; the values have no life of their own"
    )]
    fn refuse(
        &mut self,
        now_us: u64,
        stream: u16,
        id: u32,
        attempt: u32,
        deployment: u16,
        offer: &Offer,
        refusal: Refusal,
    ) {
        let state = &mut self.deployments[deployment as usize];
        let counts = &mut self.streams[stream as usize];
        let client = &self.setup.streams[stream as usize].client;
        let answer = match refusal {
            Refusal::Throttled { retry_after_us } => {
                state.counts.throttled += 1;
                counts.saw_throttle += u64::from(attempt == 0);
                self.bounded.2 += u64::from(attempt == 0);
                if attempt < client.max_retries {
                    counts.retries += 1;
                    let luck = self.requests[stream as usize].luck(id);
                    let at_us = now_us + wait_us(client, luck, attempt, retry_after_us);
                    self.queue.push(Event::new(at_us, Rank::Retry, id, stream, attempt + 1));
                } else {
                    counts.failed += 1;
                    counts.failed_throttled += 1;
                    self.bounded.1 += 1;
                }
                Answer::Throttled
            }
            Refusal::InputTooLong => {
                state.counts.failed += 1;
                counts.failed += 1;
                self.bounded.1 += 1;
                Answer::InputTooLong
            }
        };
        let context = state.context(offer);
        let kind = Kind { deployment, stream, tier: ServiceTier::Standard, context, answer };
        let fresh = offer.input_tokens - offer.cached_input_tokens;
        self.meter.add(now_us, kind, fresh, offer.cached_input_tokens, 0);
    }

    fn finish(mut self, traces: &[&Trace]) -> (Outcome, Vec<u128>) {
        for (counts, trace) in self.streams.iter_mut().zip(traces) {
            counts.past_horizon = trace.len() as u64 - counts.offered;
        }
        let (deployments, idle) = self.deployments.into_iter().map(State::finish).unzip();
        (Outcome { deployments, streams: self.streams, usage: self.meter.finish() }, idle)
    }
}

/// The mean time between arrivals over all streams.
pub(crate) fn mean_gap_us(traces: &[&Trace]) -> u64 {
    let first = traces.iter().filter_map(|trace| trace.arrival_us.first()).min();
    let last = traces.iter().filter_map(|trace| trace.arrival_us.last()).max();
    let count: usize = traces.iter().map(|trace| trace.len()).sum();
    last.zip(first).map_or(0, |(last, first)| last - first) / (count as u64).max(1)
}

//! From a spec to a trace.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::memory;
use crate::workload::import::{Attributes, Imported, Labels, Report};
use crate::workload::synth::epoch::Epochs;
use crate::workload::synth::exact::Exact;
use crate::workload::synth::intensity::{Intensity, civil};
use crate::workload::synth::lengths::Lengths;
use crate::workload::synth::luck::{Stream, stream};
use crate::workload::synth::processes::Processes;
use crate::workload::synth::session::{Call, Sessions};
use crate::workload::synth::spec::length_us;
use crate::workload::synth::spec::{ClientSpec, LengthSpec, SynthSpec};
use crate::workload::trace::Trace;
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};

/// A spec that would make more requests than this is refused before it is tried.
pub const MAX_REQUESTS: f64 = 1e9;

/// Reads a spec from TOML.
pub fn parse(name: &str, text: &str) -> Result<SynthSpec, Diagnostics> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let first = error.message().lines().next().unwrap_or_default().to_owned();
        Diagnostic::error("spec-not-readable", first)
            .at(Place::at_offset(name, text, offset))
            .hint("the reference of the spec is in the documentation of `synth`")
            .into()
    })
}

/// A spec as TOML, which [`parse`] reads back.
pub fn to_toml(spec: &SynthSpec) -> Result<String, Diagnostic> {
    toml::to_string(spec).map_err(|error| Diagnostic::error("spec-not-written", error.to_string()))
}

impl SynthSpec {
    /// The spec with what it leaves open of its period: the start at an instant of a zone, the length in microseconds.
    #[must_use]
    pub fn within(mut self, start: &Zoned, length_us: u64) -> Self {
        let open = self.start.is_none();
        self.zone.get_or_insert_with(|| start.time_zone().iana_name().unwrap_or("UTC").to_owned());
        if open {
            self.start = start.datetime().to_string().parse().ok();
        }
        self.length.get_or_insert_with(|| format!("{length_us}us"));
        self
    }
}

/// A client ready to draw.
struct Client<'a> {
    spec: &'a ClientSpec,
    intensity: Intensity,
    epochs: Epochs,
    sessions: Option<Sessions>,
    /// Sizes of batches and their mean.
    batch: Option<(Lengths, f64)>,
}

/// Bytes of a request while it is made: the draft, its row, its place in the order.
const DRAFT_BYTES: u64 = 96;

/// One request on its way into the trace.
struct Draft {
    call: Call,
    client: u32,
    session: u32,
}

/// The trace of a spec: every mistake of the spec at once, or the requests of all clients in order of arrival. A session's calls past the end are
/// left out and counted.
pub fn generate(spec: &SynthSpec) -> Result<Imported, Diagnostics> {
    let mut faults = Diagnostics::default();
    let (start, horizon_us) = period(spec)?;
    let mut clients = Vec::new();
    for client in &spec.client {
        match prepare(client, &start, horizon_us) {
            Ok(client) => clients.push(client),
            Err(message) => faults.push(Diagnostic::error(
                "client-not-sound",
                format!("client {}: {message}", client.name),
            )),
        }
        let same = spec.client.iter().filter(|other| other.name == client.name).count();
        if same > 1 {
            let message = format!("client {}: named {same} times", client.name);
            faults.push(
                Diagnostic::error("client-not-sound", message)
                    .hint("a name numbers the client's random streams"),
            );
        }
    }
    if spec.client.is_empty() {
        faults.push(Diagnostic::error("no-client", "no client: there is no traffic without one"));
    }
    let expected: f64 = clients.iter().map(expected_requests).sum();
    if let Err(diagnostic) = memory::check(
        &format!("the {expected:.0} requests of the spec"),
        expected.min(MAX_REQUESTS * 1e3) as u128,
        DRAFT_BYTES,
    ) {
        faults.push(diagnostic);
    }
    if expected > MAX_REQUESTS {
        let message = format!("too many requests: about {expected:.0} (at most {MAX_REQUESTS:.0})");
        faults.push(
            Diagnostic::error("too-many-requests", message)
                .hint("shorten the length or lower the rate"),
        );
    }
    if faults.has_errors() {
        return Err(faults);
    }
    let mut drafts: Vec<Draft> = Vec::with_capacity(expected as usize + 1_000);
    let mut sessions = 0_u32;
    let mut past_end = 0_u64;
    for (number, client) in clients.iter().enumerate() {
        draw_client(
            client,
            number as u32,
            spec.seed,
            horizon_us,
            &mut drafts,
            &mut sessions,
            &mut past_end,
        )
        .map_err(|message| {
            Diagnostics::from(Diagnostic::error(
                "client-not-sound",
                format!("client {}: {message}", client.spec.name),
            ))
        })?;
    }
    drafts.sort_by_key(|draft| (draft.call.at_us, draft.client));
    Ok(assemble(spec, &start, &drafts, sessions, past_end))
}

fn expected_requests(client: &Client<'_>) -> f64 {
    client.intensity.total() * client.sessions.as_ref().map_or(1.0, Sessions::mean_calls)
}

fn period(spec: &SynthSpec) -> Result<(Zoned, u64), Diagnostics> {
    let fail = |message: String| Diagnostics::from(Diagnostic::error("period-not-sound", message));
    let (Some(start), Some(length), Some(zone)) = (&spec.start, &spec.length, &spec.zone) else {
        let absent = [("start", spec.start.is_none()), ("length", spec.length.is_none())];
        let absent = absent.into_iter().chain([("zone", spec.zone.is_none())]);
        let names: Vec<&str> = absent.filter(|(_, absent)| *absent).map(|(name, _)| name).collect();
        let message = format!("period not stated: {}", names.join(", "));
        return Err(Diagnostic::error("period-not-stated", message)
            .hint("add start = 2026-12-01, length = \"1 week\", zone = \"UTC\"; inside a scenario they are the scenario's")
            .into());
    };
    let zone = TimeZone::get(zone).map_err(|_| fail(format!("unknown time zone: {zone}")))?;
    let start = civil(start).map_err(fail)?.to_zoned(zone).map_err(|e| fail(e.to_string()))?;
    let text = length;
    let length: Span =
        text.parse().map_err(|_| fail(format!("\"{text}\" is no length of time")))?;
    let until = start.checked_add(length).map_err(|e| fail(e.to_string()))?;
    let length_us = until.timestamp().as_microsecond() - start.timestamp().as_microsecond();
    match u64::try_from(length_us) {
        Ok(us) if us > Trace::LONGEST_US => {
            Err(fail(format!("\"{text}\" is longer than ten years")))
        }
        Ok(us) if us > 0 => Ok((start, us)),
        _ => Err(fail(format!("\"{text}\" is not longer than nothing"))),
    }
}

fn prepare<'a>(spec: &'a ClientSpec, start: &Zoned, horizon_us: u64) -> Result<Client<'a>, String> {
    if !(-1.0..=1.0).contains(&spec.correlation) {
        return Err(format!("correlation is {}, not between -1 and 1", spec.correlation));
    }
    Ok(Client {
        spec,
        intensity: Intensity::new(spec, start, horizon_us)?,
        epochs: Epochs::new(spec)?,
        sessions: spec.session.as_ref().map(Sessions::new).transpose()?,
        batch: spec.batch.as_ref().map(batch).transpose()?,
    })
}

/// The sizes of batches and the mean of what is drawn of them.
fn batch(spec: &LengthSpec) -> Result<(Lengths, f64), String> {
    let sizes = Lengths::new(spec)?;
    let mean = sizes.mean_at_least_one();
    if mean > 100_000.0 {
        return Err(format!("batch is {mean} calls on average: not plausible"));
    }
    Ok((sizes, mean))
}

fn draw_client(
    client: &Client<'_>,
    number: u32,
    seed: u64,
    horizon_us: u64,
    drafts: &mut Vec<Draft>,
    sessions: &mut u32,
    past_end: &mut u64,
) -> Result<(), String> {
    let name = &client.spec.name;
    let mut arrivals = stream(seed, name, Stream::Arrivals);
    let mut lengths = stream(seed, name, Stream::Lengths);
    let mut turns = stream(seed, name, Stream::Sessions);
    let mut shares = stream(seed, name, Stream::Shares);
    let mean_batch = client.batch.as_ref().map_or(1.0, |batch| batch.1);
    let mut gaps = Processes::new(client.spec, &client.epochs, &mut arrivals)?;
    let longest = client.spec.max_input_tokens.unwrap_or(u32::MAX);
    // Far beyond any chance: what draws more has gaps that are as good as none.
    let most = drafts.len() + (expected_requests(client).max(0.0) * 20.0) as usize + 1_000_000;
    let mut exact = match &client.spec.profile.shape {
        Some(shape) if shape.exact => {
            let bin_us = length_us(&shape.bin)?;
            let mut bins = client.intensity.per_bin(bin_us);
            for bin in &mut bins {
                *bin /= mean_batch;
            }
            Some(Exact::new(bins, bin_us))
        }
        _ => None,
    };
    let mut walk = client.intensity.walk();
    let (mut at_us, mut together) = (0, 0_u32);
    loop {
        if together == 0 {
            let step = match &mut exact {
                Some(exact) => exact.next(&mut gaps, &mut arrivals),
                None => gaps.at(at_us).next(&mut arrivals),
            };
            let Some(next_us) = walk.step(step * mean_batch) else { break };
            at_us = next_us;
            together = client.batch.as_ref().map_or(1, |batch| batch.0.draw(&mut arrivals).max(1));
        }
        together -= 1;
        if drafts.len() >= most {
            return Err(format!(
                "more than {most} calls: its arrivals have no gaps worth the name"
            ));
        }
        let (input, cached, output) = client.epochs.draw(at_us, longest, &mut lengths, &mut shares);
        let session = *sessions;
        *sessions += 1;
        let Some(played) = &client.sessions else {
            drafts.push(Draft {
                call: Call { at_us, input, cached, output },
                client: number,
                session,
            });
            continue;
        };
        played.play(at_us, input, client.epochs.output(), longest, &mut turns, |call| {
            if call.at_us < horizon_us {
                drafts.push(Draft { call, client: number, session });
            } else {
                *past_end += 1;
            }
        });
    }
    Ok(())
}

fn assemble(
    spec: &SynthSpec,
    start: &Zoned,
    drafts: &[Draft],
    sessions: u32,
    past_end: u64,
) -> Imported {
    let column = |pick: &dyn Fn(&Draft) -> u32| -> Vec<u32> { drafts.iter().map(pick).collect() };
    let cached = spec.client.iter().any(Epochs::knows_cached);
    let limited = spec.client.iter().any(|client| client.max_output_tokens.is_some());
    let limit_of = |draft: &Draft| spec.client[draft.client as usize].max_output_tokens;
    let in_session = spec.client.iter().any(|client| client.session.is_some());
    let trace = Trace {
        arrival_us: drafts.iter().map(|draft| draft.call.at_us).collect(),
        input_tokens: column(&|draft| draft.call.input),
        cached_input_tokens: cached.then(|| column(&|draft| draft.call.cached)),
        output_tokens: column(&|draft| draft.call.output.min(limit_of(draft).unwrap_or(u32::MAX))),
        max_output_tokens: limited
            .then(|| column(&|draft| limit_of(draft).unwrap_or(Trace::NO_LIMIT))),
        seed: spec.seed,
        clock_us: 0,
        assumed: Vec::new(),
    };
    let names = spec.client.iter().map(|client| client.name.clone()).collect();
    let attributes = Attributes {
        client: Some(Labels { names, of: column(&|draft| draft.client) }),
        session: in_session.then(|| Labels {
            names: (1..=sessions).map(|number| format!("s{number}")).collect(),
            of: column(&|draft| draft.session),
        }),
        ..Attributes::default()
    };
    let mut assumed = Vec::new();
    if past_end > 0 {
        assumed.push(format!("{past_end} calls of sessions that outlive the period are left out"));
    }
    let report = Report {
        format: "synthetic".into(),
        rows_read: drafts.len() as u64,
        requests: drafts.len() as u64,
        skipped: Vec::new(),
        assumed,
    };
    Imported {
        trace,
        start: Some(start.timestamp()),
        attributes,
        report,
        warnings: Diagnostics::default(),
    }
}

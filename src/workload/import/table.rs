//! Tables with one request a row: the program's own CSV, the public traces, and whatever columns the user names.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use crate::workload::import::collector::Collector;
use crate::workload::import::names::Names;
use crate::workload::import::spec::{ArrivalUnit, Columns, Format};
#[cfg(feature = "tables")]
use crate::workload::import::spec::{ReadSpec, TokensStated};

/// Where the columns are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) format: Format,
    pub(crate) unit: ArrivalUnit,
    pub(crate) arrival: usize,
    pub(crate) input: usize,
    pub(crate) cached: Option<usize>,
    pub(crate) output: usize,
    pub(crate) limit: Option<usize>,
    pub(crate) client: Option<usize>,
    pub(crate) session: Option<usize>,
    pub(crate) deployment: Option<usize>,
    pub(crate) model: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) id: Option<usize>,
}

impl Mapping {
    /// The columns of a header, in the caller's names or those of a known format.
    pub(crate) fn of_header(
        file: &str,
        header: &[String],
        named: Option<&Columns>,
    ) -> Result<Self, Diagnostics> {
        let mapping = match named {
            Some(columns) => Self::named(file, header, columns)?,
            None => Self::known(header).ok_or_else(|| unknown(file, header))?,
        };
        mapping.unambiguous(file, header)
    }

    /// The mapping, where no column that it reads has a name twice.
    pub(crate) fn unambiguous(self, file: &str, header: &[String]) -> Result<Self, Diagnostics> {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        let twice = self
            .used()
            .into_iter()
            .map(|ix| &header[ix])
            .find(|name| header.iter().filter(|other| same(other, name)).count() > 1);
        match twice {
            Some(name) => Err(column_twice(name).at(Place::new(file, 1, 0)).into()),
            None => Ok(self),
        }
    }

    fn named(file: &str, header: &[String], columns: &Columns) -> Result<Self, Diagnostics> {
        fn needed(name: Option<&str>) -> &str {
            name.unwrap_or_default()
        }
        not_named(file, columns).or_ok(())?;
        let mut missing = Diagnostics::default();
        let mut find = |name: &str| -> usize {
            find_column(header, name).unwrap_or_else(|| {
                let message = format!("missing column: {name}");
                let hint = match nearest(name, header.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("the file has {}", header.join(", ")),
                };
                missing.push(
                    Diagnostic::error("missing-column", message)
                        .at(Place::new(file, 1, 0))
                        .hint(hint),
                );
                0
            })
        };
        let mapping = Self {
            format: Format::Named,
            unit: columns.arrival_unit.unwrap_or(ArrivalUnit::Timestamp),
            arrival: find(&columns.arrival),
            input: find(needed(columns.input_tokens.as_deref())),
            cached: columns.cached_input_tokens.as_deref().map(&mut find),
            output: find(needed(columns.output_tokens.as_deref())),
            limit: columns.max_output_tokens.as_deref().map(&mut find),
            client: columns.client.as_deref().map(&mut find),
            session: columns.session.as_deref().map(&mut find),
            deployment: columns.deployment.as_deref().map(&mut find),
            model: columns.model.as_deref().map(&mut find),
            status: columns.status.as_deref().map(&mut find),
            id: None,
        };
        missing.or_ok(mapping)
    }

    /// The first known format whose required columns are all there.
    pub(crate) fn known(header: &[String]) -> Option<Self> {
        let find = |name: &str| find_column(header, name);
        let plain = |format, unit, arrival, input, output| Self {
            format,
            unit,
            arrival,
            input,
            cached: None,
            output,
            limit: None,
            client: None,
            session: None,
            deployment: None,
            model: None,
            status: None,
            id: None,
        };
        if let (Some(input), Some(output)) = (find("input_tokens"), find("output_tokens")) {
            let (unit, arrival) = match (find("arrival_us"), find("arrival")) {
                (Some(at), _) => (ArrivalUnit::Us, at),
                (None, Some(at)) => (ArrivalUnit::Timestamp, at),
                (None, None) => return None,
            };
            return Some(Self {
                cached: find("cached_input_tokens"),
                limit: find("max_output_tokens"),
                client: find("client"),
                session: find("session"),
                deployment: find("deployment"),
                model: find("model"),
                status: find("status"),
                ..plain(Format::Canonical, unit, arrival, input, output)
            });
        }
        if let (Some(input), Some(output)) = (find("prompt_tokens"), find("completion_tokens")) {
            let (unit, arrival) = match (find("timestamp"), find("offset_s")) {
                (Some(at), _) => (ArrivalUnit::Timestamp, at),
                (None, Some(at)) => (ArrivalUnit::S, at),
                (None, None) => return None,
            };
            return Some(Self {
                cached: find("cached_tokens"),
                client: find("client_id"),
                session: find("session_id"),
                model: find("model"),
                ..plain(Format::PromptCompletion, unit, arrival, input, output)
            });
        }
        let arrival = find("timestamp")?;
        if let (Some(input), Some(output)) = (find("contexttokens"), find("generatedtokens")) {
            let format = match find("numimages") {
                Some(_) => Format::AzureMultimodal,
                None => Format::AzureLlm,
            };
            return Some(plain(format, ArrivalUnit::Timestamp, arrival, input, output));
        }
        let (input, output) = (find("request tokens")?, find("response tokens")?);
        Some(Self {
            session: find("session id"),
            model: find("model"),
            ..plain(Format::BurstGpt, ArrivalUnit::S, arrival, input, output)
        })
    }

    /// The columns that names were found for; none where one that a table of requests needs is missing.
    pub(crate) fn of_names(
        header: &[String],
        names: &Names,
        unit: ArrivalUnit,
        format: Format,
    ) -> Option<Self> {
        let find = |name: &str| find_column(header, name);
        let optional = |name: &Option<String>| name.as_deref().and_then(find);
        Some(Self {
            format,
            unit,
            arrival: find(&names.arrival)?,
            input: optional(&names.input)?,
            cached: optional(&names.cached),
            output: optional(&names.output)?,
            limit: optional(&names.limit),
            client: optional(&names.client),
            session: optional(&names.session),
            deployment: optional(&names.deployment),
            model: optional(&names.model),
            status: optional(&names.status),
            id: optional(&names.id),
        })
    }

    /// Finds what the format itself does not name by the names that any log has for it.
    pub(super) fn fill(&mut self, header: &[String], names: &Names) {
        let pairs = [
            (&mut self.cached, &names.cached),
            (&mut self.limit, &names.limit),
            (&mut self.client, &names.client),
            (&mut self.session, &names.session),
            (&mut self.deployment, &names.deployment),
            (&mut self.model, &names.model),
            (&mut self.status, &names.status),
            (&mut self.id, &names.id),
        ];
        for (column, name) in pairs {
            let found = name.as_deref().and_then(|name| find_column(header, name));
            *column = column.or(found);
        }
    }

    pub(super) fn names_facts(&self) -> bool {
        [self.client, self.session, self.deployment, self.model, self.status]
            .iter()
            .any(Option::is_some)
    }

    /// All columns it names, each once.
    pub(crate) fn used(&self) -> Vec<usize> {
        let mut used: Vec<usize> = [
            Some(self.arrival),
            Some(self.input),
            Some(self.output),
            self.cached,
            self.limit,
            self.client,
            self.session,
            self.deployment,
            self.model,
        ]
        .into_iter()
        .flatten()
        .collect();
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The last column a row must have.
    pub(super) fn last_column(&self) -> usize {
        [Some(self.arrival), Some(self.input), Some(self.output), self.cached, self.limit]
            .into_iter()
            .flatten()
            .max()
            .unwrap_or(0)
    }
}

/// The columns of a table whose every row is a request that says all of it, so that it can be taken
/// column by column; none for any other log, export or bill.
#[cfg(feature = "tables")]
pub(crate) fn is_of_requests(header: &[String], spec: &ReadSpec) -> Option<Mapping> {
    let sums = spec.model.input_tokens_per_request.is_some() || spec.bytes_per_token.is_some();
    if spec.tokens != TokensStated::Both || spec.format.is_some() || sums {
        return None;
    }
    if let Some(columns) = &spec.columns {
        let names = Names::named(columns);
        let by_row = names.status.is_some() || names.requests.is_some();
        let bytes = names.input_bytes.is_some() || names.output_bytes.is_some();
        // A name that is missing is told by who reads the text.
        return Mapping::named("", header, columns).ok().filter(|_| !by_row && !bytes);
    }
    let known = Mapping::known(header)?;
    let names = Names::recognised(header.iter().map(String::as_str));
    let more = |names: &Names| {
        let of_call = [&names.status, &names.id, &names.cached, &names.deployment, &names.limit];
        names.by_record() || of_call.into_iter().any(Option::is_some)
    };
    let plain = known.format != Format::PromptCompletion;
    (plain || !names.as_ref().is_some_and(more)).then_some(known)
}

/// The token columns that are neither named nor said to be absent.
fn not_named(file: &str, columns: &Columns) -> Diagnostics {
    let mut missing = Diagnostics::default();
    for (name, given) in
        [("input_tokens", &columns.input_tokens), ("output_tokens", &columns.output_tokens)]
    {
        if given.is_none() {
            let message = format!("column not named: {name}");
            let hint = format!("add {name}=COLUMN to --columns, or say --tokens none");
            missing.push(
                Diagnostic::error("column-not-named", message)
                    .at(Place::new(file, 0, 0))
                    .hint(hint),
            );
        }
    }
    missing
}

/// The place of a column in a header, letter case and surrounding space aside.
pub(crate) fn find_column(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|column| column.trim().eq_ignore_ascii_case(name.trim()))
}

/// Two columns that a name can mean.
pub(crate) fn column_twice(name: &str) -> Diagnostic {
    Diagnostic::error("column-twice", format!("two columns of one name: {name}"))
        .hint("rename one of them or leave it out: which one counts is not for us to say")
}

fn unknown(file: &str, header: &[String]) -> Diagnostic {
    let shown = header.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ");
    Diagnostic::error("unknown-trace-format", format!("unknown trace format: columns {shown}"))
        .at(Place::new(file, 1, 0))
        .hint("name them: columns = { arrival = \"…\", arrival_unit = \"s\", input_tokens = \"…\", output_tokens = \"…\" }")
}

/// Notes on what a known format leaves open.
pub(crate) fn format_notes(format: Format, collector: &mut Collector) {
    if format == Format::AzureMultimodal {
        collector.assumed.push("context tokens are taken to include the images' tokens".into());
    }
}

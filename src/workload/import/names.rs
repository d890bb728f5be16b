//! What people call the columns of a request log or of totals: one list of names a role.

pub(crate) use crate::workload::import::column_words::letters;
use crate::workload::import::column_words::{beside, unit_of_name};
use crate::workload::import::scales::{Scales, scale_of, scaled};
use crate::workload::import::spec::{ArrivalUnit, Columns};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Arrival,
    Input,
    Output,
    Cached,
    Written,
    Reasoning,
    Limit,
    Client,
    Session,
    Deployment,
    Model,
    Status,
    Id,
    Requests,
    Failed,
    Batch,
    Tier,
    Kind,
    Kept,
    InputBytes,
    OutputBytes,
}

/// Names by role, letters and digits only; the first that a table has is taken.
const NAMES: [(Role, &[&str]); 21] = [
    (
        Role::Arrival,
        &[
            "arrival",
            "arrivalus",
            "arrivalms",
            "arrivals",
            "arrivaltime",
            "arrivedat",
            "timestamp",
            "timegenerated",
            "requesttimestamp",
            "requesttime",
            "requestedat",
            "requestcreatedat",
            "starttime",
            "startedat",
            "starttimestamp",
            "requeststarttime",
            "createdat",
            "created",
            "createdtime",
            "timestamputc",
            "timestampms",
            "datetime",
            "eventtime",
            "loggedat",
            "time",
            "ts",
            "bucketstart",
            "aggregationtimestamp",
            "intervalstart",
            "periodstart",
            "usagedate",
            "usagetime",
            "zeitstempel",
            "zeitpunkt",
            "tidpunkt",
            "horodatage",
            "date",
            "day",
            "hour",
            "minute",
            "start",
            "datehour",
            "hourstart",
            "hourutc",
            "minutestart",
            "daystart",
            "timebucket",
            "timebin",
            "weekstart",
            "week",
            "monthstart",
            "usagemonth",
            "billingmonth",
            "yearmonth",
            "month",
        ],
    ),
    (
        Role::Input,
        &[
            "inputtokens",
            "prompttokens",
            "tokensin",
            "intokens",
            "tokensprompt",
            "tokensinput",
            "inputtokencount",
            "prompttokencount",
            "numinputtokens",
            "numprompttokens",
            "contexttokens",
            "requesttokens",
            "requnits",
            "reqtokens",
            "totalinputtokens",
            "totalprompttokens",
            "sumprompttokens",
            "suminputtokens",
            "ncontexttokenstotal",
            "prompttoken",
            "inputtoken",
            "inputlength",
            "promptlength",
            "promptlen",
            "inputlen",
            "numprefilltokens",
            "tokencountprompt",
            "promptevalcount",
            "tokensgranularinput",
        ],
    ),
    (
        Role::Output,
        &[
            "outputtokens",
            "completiontokens",
            "tokensout",
            "outtokens",
            "tokenscompletion",
            "tokensoutput",
            "outputtokencount",
            "completiontokencount",
            "numoutputtokens",
            "numcompletiontokens",
            "generatedtokens",
            "responsetokens",
            "resunits",
            "restokens",
            "totaloutputtokens",
            "totalcompletiontokens",
            "sumcompletiontokens",
            "sumoutputtokens",
            "sumgeneratedtokens",
            "ngeneratedtokenstotal",
            "completiontoken",
            "outputtoken",
            "generationtokens",
            "outputlength",
            "responselength",
            "outputlen",
            "numdecodetokens",
            "candidatestokencount",
            "tokencountcompletion",
            "evalcount",
            "tokensgranularoutput",
        ],
    ),
    (
        Role::Cached,
        &[
            "cachedinputtokens",
            "cachedtokens",
            "cachereadinputtokens",
            "cachereadinputtokencount",
            "cachereadtokens",
            "inputcachedtokens",
            "cachedprompttokens",
            "cachedprompttokencount",
            "promptcachereadtokens",
            "tokenscached",
            "cachedinput",
            "cacheread",
            "cachedcontenttokencount",
            "promptcachehittokens",
        ],
    ),
    (
        Role::Written,
        &[
            "cachecreationinputtokens",
            "cachewriteinputtokens",
            "cachewriteinputtokencount",
            "cachecreationtokens",
            "cachewritetokens",
            "promptcachewritetokens",
        ],
    ),
    (
        Role::Reasoning,
        &[
            "reasoningtokens",
            "outputreasoningtokens",
            "reasoningoutputtokens",
            "completionreasoningtokens",
            "thoughtstokencount",
            "thinkingtokens",
        ],
    ),
    (Role::Limit, &["maxoutputtokens", "maxcompletiontokens", "maxtokens"]),
    (
        Role::Client,
        &[
            "client",
            "clientid",
            "caller",
            "team",
            "teamname",
            "teamid",
            "tenant",
            "tenantname",
            "application",
            "appname",
            "app",
            "project",
            "projectid",
            "customer",
            "customerid",
            "apimsubscriptionid",
            "user",
            "userid",
            "username",
            "enduser",
            "apikeyname",
            "keyalias",
            "virtualkey",
            "apikeyid",
            "apikey",
            "service",
            "feature",
            "requester",
        ],
    ),
    (
        Role::Session,
        &["session", "sessionid", "conversation", "conversationid", "threadid", "chatid"],
    ),
    (
        Role::Deployment,
        &[
            "deployment",
            "deploymentname",
            "modeldeploymentname",
            "deploymentid",
            "modeldeployment",
            "servedentityid",
        ],
    ),
    (
        Role::Model,
        &[
            "model",
            "modelname",
            "modelid",
            "modelpermaslug",
            "aimodel",
            "llmmodel",
            "responsemodel",
            "requestmodel",
            "engine",
        ],
    ),
    (
        Role::Status,
        &[
            "status",
            "statuscode",
            "httpstatus",
            "httpstatuscode",
            "responsestatuscode",
            "responsestatus",
            "responsecode",
            "resultcode",
            "resultsignature",
            "backendresponsecode",
            "errorcode",
            "errortype",
        ],
    ),
    (
        Role::Id,
        &["requestid", "xrequestid", "callid", "correlationid", "completionid", "responseid", "id"],
    ),
    (
        Role::Requests,
        &[
            "requests",
            "requestcount",
            "requestscount",
            "numrequests",
            "nrequests",
            "numberofrequests",
            "nummodelrequests",
            "apirequests",
            "totalrequests",
            "totalapirequests",
            "calls",
            "callcount",
            "numcalls",
            "totalcalls",
            "apicalls",
            "azureopenairequests",
            "modelrequests",
            "invocations",
            "numberofcalls",
            "countobservations",
            "valuecount",
        ],
    ),
    (
        Role::Failed,
        &[
            "failedrequests",
            "failed",
            "failures",
            "throttledrequests",
            "errorcount",
            "totalfailedrequests",
        ],
    ),
    (Role::Batch, &["batch", "isbatch", "batchid"]),
    (Role::Tier, &["servicetier"]),
    (Role::Kind, &["runtype", "spankind", "observationtype", "type"]),
    (Role::Kept, &["cachehit", "cachestatus", "cached", "iscached", "fromcache"]),
    (
        Role::InputBytes,
        &["requestlength", "requestbytes", "requestsize", "inputbytes", "promptbytes", "reqbytes"],
    ),
    (
        Role::OutputBytes,
        &["responsebytes", "responsesize", "outputbytes", "completionbytes", "respbytes"],
    ),
];

/// Times at which a database wrote a row, which are those of a call and not of a total.
const WHEN_WRITTEN: [&str; 4] = ["createdat", "created", "createdtime", "loggedat"];

/// Where each role's column is: the names as the source writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) arrival: String,
    pub(crate) unit: Option<ArrivalUnit>,
    pub(crate) input: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) cached: Option<String>,
    /// Input written to the cache.
    pub(crate) written: Option<String>,
    /// Output that is reasoning, and a part of the output where both are stated.
    pub(crate) reasoning: Option<String>,
    /// Whether what was read from the cache and written to it is counted beside the input, as
    /// Anthropic and Bedrock do.
    pub(crate) beside: bool,
    /// Whether nobody named the columns, so that records of another shape have names of their own.
    pub(crate) recognised: bool,
    pub(crate) limit: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) deployment: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) status: Option<String>,
    /// What tells one call from all others.
    pub(crate) id: Option<String>,
    pub(crate) requests: Option<String>,
    pub(crate) failed: Option<String>,
    pub(crate) batch: Option<String>,
    pub(crate) tier: Option<String>,
    /// What a row is of: a call of a model, or what wraps it.
    pub(crate) kind: Option<String>,
    /// Whether a cache of the gateway gave the answer, and no model.
    pub(crate) kept: Option<String>,
    pub(crate) input_bytes: Option<String>,
    pub(crate) output_bytes: Option<String>,
    /// What the numbers of the columns of tokens stand for.
    pub(crate) scales: Scales,
}

impl Names {
    /// The names a table's columns have, none without a time.
    pub(crate) fn recognised<'a>(columns: impl Iterator<Item = &'a str>) -> Option<Self> {
        let columns: Vec<ColumnName<'a>> = columns.map(ColumnName::of).collect();
        let find = |wanted: Role| -> Option<String> {
            let (_, names) = NAMES.iter().find(|(role, _)| *role == wanted)?;
            names.iter().find_map(|known| {
                let mut found: Vec<&str> = columns
                    .iter()
                    .filter(|column| column.is(known, wanted))
                    .map(|column| column.name)
                    .collect();
                // The least nested one.
                found.sort_by_key(|name| name.matches('.').count());
                found.first().map(|name| (*name).to_owned())
            })
        };
        // Thousands and means, where no column is of counts.
        let tokens = |wanted: Role| find(wanted).or_else(|| scaled_of(&columns, wanted));
        let arrival = find(Role::Arrival)?;
        let input = tokens(Role::Input);
        // What a query that sums calls a count, which anything may be in a log of calls.
        let sums = input
            .as_ref()
            .is_some_and(|name| letters(name).starts_with("sum") || scale_of(Some(name)).per_call);
        let count = || {
            let count = columns.iter().find(|column| column.last == "count");
            count.filter(|_| sums).map(|column| column.name.to_owned())
        };
        let (cached, written) = (tokens(Role::Cached), find(Role::Written));
        // Beside a count of cached tokens it may say that the model's own cache had a part.
        let kept = find(Role::Kept).filter(|_| cached.is_none());
        let found = Self {
            unit: unit_of_name(&arrival),
            arrival,
            output: tokens(Role::Output),
            beside: beside(input.as_deref(), cached.as_deref(), written.as_deref()),
            recognised: true,
            cached,
            written,
            input,
            reasoning: find(Role::Reasoning),
            limit: find(Role::Limit),
            client: find(Role::Client),
            session: find(Role::Session),
            deployment: find(Role::Deployment),
            model: find(Role::Model),
            status: find(Role::Status),
            id: find(Role::Id),
            requests: find(Role::Requests).or_else(count),
            failed: find(Role::Failed),
            batch: find(Role::Batch),
            tier: find(Role::Tier),
            kind: find(Role::Kind),
            kept,
            input_bytes: find(Role::InputBytes),
            output_bytes: find(Role::OutputBytes),
            scales: Scales::default(),
        };
        Some(found.without_means())
    }

    /// Without means, where nothing says of how many calls.
    fn without_means(mut self) -> Self {
        if self.requests.is_none() {
            for name in [&mut self.input, &mut self.output, &mut self.cached] {
                *name = name.take().filter(|name| !scale_of(Some(name)).per_call);
            }
        }
        self.with_scales()
    }

    /// What is said of the columns of tokens that are no counts, in a table of totals or of calls.
    pub(crate) fn scales_said(&self, totals: bool) -> Vec<String> {
        let Scales { input, output, cached } = self.scales;
        let of = [(&self.input, input), (&self.output, output), (&self.cached, cached)];
        let requests = self.requests.as_deref().filter(|_| totals);
        of.into_iter().filter_map(|(name, scale)| scale.said(name.as_ref()?, requests)).collect()
    }

    /// With the scales that the columns of tokens state by what they are called.
    fn with_scales(mut self) -> Self {
        let [input, output, cached] =
            [&self.input, &self.output, &self.cached].map(|name| scale_of(name.as_ref()));
        self.scales = Scales { input, output, cached };
        self
    }

    /// The names of totals: where the time found is when a row was written, a column of the
    /// total's own time comes first.
    pub(crate) fn of_totals<'a>(mut self, columns: impl Iterator<Item = &'a str>) -> Self {
        let last = |name: &str| letters(name.rsplit('.').next().unwrap_or(name));
        let known = NAMES[0].1;
        let place = |name: &str| known.iter().position(|of| *of == last(name));
        let written = |at: &usize| WHEN_WRITTEN.contains(&known[*at]);
        if place(&self.arrival).is_some_and(|at| written(&at)) {
            let own = columns.filter(|name| place(name).is_some_and(|at| !written(&at)));
            if let Some(own) = own.min_by_key(|name| place(name)) {
                self.unit = unit_of_name(own);
                own.clone_into(&mut self.arrival);
            }
        }
        self
    }

    /// The names a caller gives.
    pub(crate) fn named(columns: &Columns) -> Self {
        let named = Self {
            arrival: columns.arrival.clone(),
            unit: columns.arrival_unit,
            input: columns.input_tokens.clone(),
            output: columns.output_tokens.clone(),
            cached: columns.cached_input_tokens.clone(),
            written: None,
            reasoning: None,
            beside: false,
            recognised: false,
            limit: columns.max_output_tokens.clone(),
            client: columns.client.clone(),
            session: columns.session.clone(),
            deployment: columns.deployment.clone(),
            model: columns.model.clone(),
            status: columns.status.clone(),
            id: None,
            requests: columns.requests.clone(),
            failed: columns.failed_requests.clone(),
            batch: None,
            tier: None,
            kind: None,
            kept: None,
            input_bytes: columns.input_bytes.clone(),
            output_bytes: columns.output_bytes.clone(),
            scales: Scales::default(),
        };
        named.with_scales()
    }

    /// All names that are given.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        [
            Some(&self.arrival),
            self.input.as_ref(),
            self.output.as_ref(),
            self.cached.as_ref(),
            self.limit.as_ref(),
            self.client.as_ref(),
            self.session.as_ref(),
            self.deployment.as_ref(),
            self.model.as_ref(),
            self.status.as_ref(),
            self.requests.as_ref(),
            self.failed.as_ref(),
            self.input_bytes.as_ref(),
            self.output_bytes.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
    }

    /// Whether what a row is shows only in the row: a total, a call of a batch, tokens that are
    /// counted apart or in thousands.
    pub(crate) fn by_record(&self) -> bool {
        let by_row =
            [&self.requests, &self.batch, &self.tier, &self.reasoning, &self.kind, &self.kept];
        self.beside || !self.scales.are_plain() || by_row.into_iter().any(Option::is_some)
    }

    /// Whether a column tells one call from the next: nobody writes the status of a sum.
    pub(crate) fn tells_calls_apart(&self) -> bool {
        [&self.model, &self.status, &self.session, &self.client, &self.deployment]
            .into_iter()
            .any(Option::is_some)
    }
}

/// A column's name, with the letters of its last part and of its last two:
/// `cache_read.input_tokens`.
struct ColumnName<'a> {
    name: &'a str,
    last: String,
    /// The last part without what tools add to it: `usage_prompt_tokens`, `Time (UTC)`.
    bare: String,
    two: String,
}

impl<'a> ColumnName<'a> {
    fn of(name: &'a str) -> Self {
        let mut parts = name.rsplit('.');
        let last = letters(parts.next().unwrap_or(name));
        let two = parts.next().map_or_else(String::new, |part| letters(part) + &last);
        let bare = last.strip_prefix("usage").unwrap_or(&last);
        let bare = bare.strip_suffix("utc").unwrap_or(bare);
        let bare = bare.strip_suffix("count").filter(|b| b.ends_with("tokens")).unwrap_or(bare);
        Self { name, bare: bare.to_owned(), last, two }
    }

    /// Whether it is called so. What is a part of the input or output by its last two parts is not
    /// the whole of it.
    fn is(&self, known: &str, role: Role) -> bool {
        let part = || {
            let parts = [Role::Cached, Role::Written, Role::Reasoning];
            NAMES.iter().any(|(of, names)| parts.contains(of) && names.contains(&self.two.as_str()))
        };
        let is = self.last == known || self.bare == known;
        match role {
            Role::Input | Role::Output => (is || self.two == known) && !part(),
            Role::Cached | Role::Written | Role::Reasoning => is || self.two == known,
            _ => is,
        }
    }
}

/// The column that would have a role if it were of counts: of thousands, or of means.
fn scaled_of(columns: &[ColumnName<'_>], wanted: Role) -> Option<String> {
    let (_, names) = NAMES.iter().find(|(role, _)| *role == wanted)?;
    let is = |column: &&ColumnName<'_>| {
        let plain = scaled(column.name).map(|(plain, _)| plain).unwrap_or_default();
        plain.iter().any(|plain| {
            let plain = ColumnName::of(plain);
            names.iter().any(|known| plain.is(known, wanted))
        })
    };
    columns.iter().find(is).map(|column| column.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Names {
        Names::recognised(header.split(',')).unwrap()
    }

    #[test]
    fn the_plain_logs_of_many_tools_name_their_columns() {
        let plain = names("timestamp,model,input_tokens,output_tokens,latency_ms,caller");
        assert_eq!(plain.input.as_deref(), Some("input_tokens"));
        assert_eq!(plain.client.as_deref(), Some("caller"));
        assert_eq!(plain.requests, None);
        let spaced = names("time,status,prompt tokens,completion tokens,cached tokens");
        assert_eq!(spaced.cached.as_deref(), Some("cached tokens"));
        assert_eq!(spaced.status.as_deref(), Some("status"));
        let nested = names(
            "created,usage.prompt_tokens,usage.completion_tokens,usage.prompt_tokens_details.cached_tokens",
        );
        assert_eq!(nested.cached.as_deref(), Some("usage.prompt_tokens_details.cached_tokens"));
        let daily = names("Date,Team,Requests,Failed Requests,Prompt Tokens,Completion Tokens");
        assert_eq!(daily.requests.as_deref(), Some("Requests"));
        assert_eq!(daily.failed.as_deref(), Some("Failed Requests"));
        assert!(Names::recognised("model,input_tokens".split(',')).is_none());
        let flat = names(
            "timestamp,gen_ai.usage.cache_read.input_tokens,gen_ai.usage.input_tokens,\
             gen_ai.usage.reasoning.output_tokens,gen_ai.usage.output_tokens",
        );
        assert_eq!(flat.input.as_deref(), Some("gen_ai.usage.input_tokens"));
        assert_eq!(flat.output.as_deref(), Some("gen_ai.usage.output_tokens"));
        assert_eq!(flat.cached.as_deref(), Some("gen_ai.usage.cache_read.input_tokens"));
        assert!(!flat.beside);
        let anthropic = names(
            "timestamp,input_tokens,cache_read_input_tokens,\
             cache_creation_input_tokens,output_tokens",
        );
        assert!(anthropic.beside && anthropic.by_record());
        assert!(!names("timestamp,prompt_tokens,cache_read_input_tokens,completion_tokens").beside);
    }
}

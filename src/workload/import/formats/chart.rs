//! The columns of a chart of metrics as the portal writes it: `Requests (Sum), account`, and where
//! the chart is split `Requests (Sum), ModelDeploymentName = chat, StatusCode = 429`.

use crate::workload::import::names::letters;
use crate::workload::import::record::Record;
use std::collections::BTreeSet;

/// What a column's name says beside its metric and aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// The deployment, after its account where a chart has several; empty where none is named.
    pub(super) deployment: String,
    pub(super) model: String,
    /// The status of its calls, 0 where none is named.
    pub(super) status: u16,
}

impl Series {
    /// The series of a column. `several` says that the file has charts of several accounts.
    pub(super) fn of(column: &str, several: bool) -> Self {
        let mut series = Self::default();
        let mut account = "";
        for part in parts(column) {
            let Some((dimension, value)) = dimension(part) else {
                account = part;
                continue;
            };
            match letters(dimension).as_str() {
                "modeldeploymentname" | "deploymentname" | "deployment" => {
                    value.clone_into(&mut series.deployment);
                }
                "modelname" | "model" => value.clone_into(&mut series.model),
                "statuscode" => series.status = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        if several && !account.is_empty() {
            series.deployment = match series.deployment.as_str() {
                "" => account.to_owned(),
                own => format!("{account}/{own}"),
            };
        }
        series
    }
}

/// Whether the columns of charts name several accounts: `Requests (Sum), aoai-east`.
pub(super) fn several<'a, F>(
    records: impl Iterator<Item = &'a Record>,
    figure: &impl Fn(&str) -> Option<F>,
) -> bool {
    let mut accounts = BTreeSet::new();
    for record in records {
        let columns = record.value.as_object().into_iter().flat_map(|map| map.keys());
        for column in columns.filter(|column| figure(column).is_some()) {
            accounts.extend(parts(column).filter(|part| dimension(part).is_none()));
        }
        if accounts.len() > 1 {
            return true;
        }
    }
    false
}

/// What follows the aggregate, part by part.
fn parts(column: &str) -> impl Iterator<Item = &str> {
    let after = column.split_once(')').map_or("", |(_, after)| after);
    after.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// `ModelDeploymentName = chat`.
fn dimension(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.split_once('=')?;
    Some((name.trim(), value.trim().trim_matches(['"', '\''])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_chart_names_its_series() {
        let series =
            Series::of("Requests (Sum), ModelDeploymentName = chat, StatusCode = 429", false);
        assert_eq!((series.deployment.as_str(), series.status), ("chat", 429));
        let one = Series::of("Azure OpenAI Requests (Sum), aoai", false);
        assert_eq!(one, Series::default());
        assert_eq!(Series::of("Azure OpenAI Requests (Sum), aoai", true).deployment, "aoai");
        let both = Series::of("Requests (Sum), east, ModelDeploymentName = chat", true);
        assert_eq!(both.deployment, "east/chat");
    }
}

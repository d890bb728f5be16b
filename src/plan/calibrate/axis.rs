//! A parameter and the values that are tried for it.

use crate::scenario::question::scenario::Scenario;

/// The index of each axis's value.
pub(super) type AxisValues = Vec<usize>;

/// A parameter and the values that are tried for it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) values: Vec<String>,
    /// Index of what is taken without a log: the scenario's own, else the catalogue's.
    pub(super) default: usize,
}

/// States a setting in a scenario.
pub(super) fn stated(scenario: &mut Scenario, axes: &[Axis], setting: &AxisValues) {
    let place = scenario.region.place.clone();
    for (axis, value) in axes.iter().zip(setting) {
        let text = axis.values[*value].clone();
        scenario.parameters.insert(axis.name.clone(), (text, place.clone()));
    }
}

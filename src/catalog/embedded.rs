//! The catalogue that is built into the program: the files of `data/azure/`.

/// Path of the embedded catalogue, as messages name its files.
pub const ROOT: &str = "data/azure";

/// Name and text of every embedded file.
pub const FILES: &[(&str, &str)] = &[
    ("availability.csv", include_str!("../../data/azure/availability.csv")),
    ("billing_rules.toml", include_str!("../../data/azure/billing_rules.toml")),
    ("clients.toml", include_str!("../../data/azure/clients.toml")),
    ("context_thresholds.csv", include_str!("../../data/azure/context_thresholds.csv")),
    ("limiters.toml", include_str!("../../data/azure/limiters.toml")),
    ("models.csv", include_str!("../../data/azure/models.csv")),
    ("parameters.toml", include_str!("../../data/azure/parameters.toml")),
    ("price_observations.csv", include_str!("../../data/azure/price_observations.csv")),
    ("price_scopes.csv", include_str!("../../data/azure/price_scopes.csv")),
    ("prices.csv", include_str!("../../data/azure/prices.csv")),
    ("ptu_grid.csv", include_str!("../../data/azure/ptu_grid.csv")),
    ("ptu_prices.csv", include_str!("../../data/azure/ptu_prices.csv")),
    ("quotas.csv", include_str!("../../data/azure/quotas.csv")),
    ("regions.csv", include_str!("../../data/azure/regions.csv")),
    ("skus.toml", include_str!("../../data/azure/skus.toml")),
    ("sources.csv", include_str!("../../data/azure/sources.csv")),
    ("throughput.csv", include_str!("../../data/azure/throughput.csv")),
];

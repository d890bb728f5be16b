//! The catalogue that is built into the program: the files of `data/azure/`.

/// Path of the embedded catalogue, as messages name its files.
pub const ROOT: &str = "data/azure";

/// Name and text of every embedded file.
pub const FILES: &[(&str, &str)] = &[
    ("access.csv", include_str!("../../data/azure/access.csv")),
    ("availability.csv", include_str!("../../data/azure/availability.csv")),
    ("batch_limits.csv", include_str!("../../data/azure/batch_limits.csv")),
    ("billing_rules.toml", include_str!("../../data/azure/billing_rules.toml")),
    ("capacity_units.csv", include_str!("../../data/azure/capacity_units.csv")),
    ("clients.toml", include_str!("../../data/azure/clients.toml")),
    ("content_filters.csv", include_str!("../../data/azure/content_filters.csv")),
    ("context_thresholds.csv", include_str!("../../data/azure/context_thresholds.csv")),
    ("finetune_methods.csv", include_str!("../../data/azure/finetune_methods.csv")),
    ("finetune_prices.csv", include_str!("../../data/azure/finetune_prices.csv")),
    ("image_tokens.csv", include_str!("../../data/azure/image_tokens.csv")),
    ("lifecycle.csv", include_str!("../../data/azure/lifecycle.csv")),
    ("limiters.toml", include_str!("../../data/azure/limiters.toml")),
    ("machines.csv", include_str!("../../data/azure/machines.csv")),
    ("managed_compute.csv", include_str!("../../data/azure/managed_compute.csv")),
    ("models.csv", include_str!("../../data/azure/models.csv")),
    ("parameters.toml", include_str!("../../data/azure/parameters.toml")),
    ("price_observations.csv", include_str!("../../data/azure/price_observations.csv")),
    ("price_scopes.csv", include_str!("../../data/azure/price_scopes.csv")),
    ("prices.csv", include_str!("../../data/azure/prices.csv")),
    ("priority_targets.csv", include_str!("../../data/azure/priority_targets.csv")),
    ("promotions.csv", include_str!("../../data/azure/promotions.csv")),
    ("ptu_grid.csv", include_str!("../../data/azure/ptu_grid.csv")),
    ("ptu_prices.csv", include_str!("../../data/azure/ptu_prices.csv")),
    ("quotas.csv", include_str!("../../data/azure/quotas.csv")),
    ("regions.csv", include_str!("../../data/azure/regions.csv")),
    ("skus.toml", include_str!("../../data/azure/skus.toml")),
    ("sources.csv", include_str!("../../data/azure/sources.csv")),
    ("throughput.csv", include_str!("../../data/azure/throughput.csv")),
    ("usage_tiers.csv", include_str!("../../data/azure/usage_tiers.csv")),
];

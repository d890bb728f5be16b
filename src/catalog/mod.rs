//! FLOOR 2. Rules as dated, sourced data: models, SKUs, the PTU table, quotas, prices, regions.

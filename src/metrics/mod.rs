//! FLOOR 3. Ledger to measures: latency, throttling, utilization, SLO attainment.

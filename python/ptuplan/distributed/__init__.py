"""Plans on a cluster: `Ray`, `Spark` and `Dask` run the simulations of `ptuplan.recommend`.

>>> plan = ptuplan.recommend("scenario.toml", runner=ptuplan.distributed.Ray())

The driver searches, bills and compares; workers simulate. A question is broadcast once, tasks go in chunks sized by
requests, and what they counted comes back as integers, so the answer is the same, byte for byte, whoever simulated and in
whatever order. A worker needs this package in the driver's version.
"""

from __future__ import annotations

from ptuplan.distributed._protocol import Runner
from ptuplan.distributed._dask import Dask
from ptuplan.distributed._ray import Ray
from ptuplan.distributed._spark import Spark

__all__ = ["Dask", "Ray", "Runner", "Spark"]

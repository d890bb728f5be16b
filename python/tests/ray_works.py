"""Whether Ray itself works on this machine: a cluster of two workers on loopback runs one trivial task. Ends with 0 where it
does, else with an error of Ray's own. `python/check` asks it before the tests of this package.
"""

from __future__ import annotations

import os

os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import ray


@ray.remote
def product(one: int, other: int) -> int:
    return one * other


def init() -> None:
    """A cluster of two workers on loopback."""
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        _node_ip_address="127.0.0.1",
    )


if __name__ == "__main__":
    init()
    found = ray.get([product.remote(6, 7), product.remote(2, 3)], timeout=60)
    ray.shutdown()
    if found != [42, 6]:
        raise SystemExit(f"Ray multiplies 6 by 7 and 2 by 3 to {found}")

"""Plans on Spark: the same bytes, also when an executor's worker is killed in the middle."""

from __future__ import annotations

import os
import sys

import pytest

import ptuplan
from conftest import SMALL

pyspark = pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def session():
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2,4]").appName("ptuplan")
    made = builder.config("spark.ui.enabled", "false").getOrCreate()
    yield made
    made.stop()


def test_the_same_bytes(session) -> None:
    runner = ptuplan.distributed.Spark(session)
    assert ptuplan.recommend(SMALL, runner=runner).json() == ptuplan.recommend(SMALL).json()

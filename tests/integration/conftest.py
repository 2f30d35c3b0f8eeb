"""What the Spark tests share: a handful of rows is worth one task."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

SMALL = {
    "spark.sql.shuffle.partitions": "1",
    # It plans again after every stage, to choose between partitions there are not.
    "spark.sql.adaptive.enabled": "false",
}
"""The demo company's tests keep Spark's own way; these look at rules, not at engines."""


@pytest.fixture(scope="package", autouse=True)
def in_one_task(spark: SparkSession) -> Iterator[None]:
    """Spark answers in one task, and does not plan again on the way."""
    before = {name: spark.conf.get(name) for name in SMALL}
    for name, value in SMALL.items():
        spark.conf.set(name, value)
    yield
    for name, value in before.items():
        spark.conf.set(name, value)

"""What the Spark tests share: a handful of rows is worth one task and no compiled plan."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    # It plans again after every stage, to choose between partitions there are not.
    "spark.sql.adaptive.enabled": "false",
}
"""The demo company's tests keep Spark's own way; these look at rules, not at engines."""


@pytest.fixture(scope="package", autouse=True)
def interpreted(spark: SparkSession) -> Iterator[None]:
    """Spark interprets its plans instead of compiling them, and in few tasks."""
    before = {name: spark.conf.get(name) for name in SMALL}
    for name, value in SMALL.items():
        spark.conf.set(name, value)
    yield
    for name, value in before.items():
        spark.conf.set(name, value)

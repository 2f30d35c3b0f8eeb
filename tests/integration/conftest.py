"""What the Spark tests share: a handful of rows is not worth compiling a plan for."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

COMPILING = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""The demo company's tests keep Spark's own way; these look at rules, not at engines."""


@pytest.fixture(scope="package", autouse=True)
def interpreted(spark: SparkSession) -> Iterator[None]:
    """Spark interprets its plans instead of compiling them, which costs more here."""
    for name, value in COMPILING.items():
        spark.conf.set(name, value)
    yield
    for name in COMPILING:
        spark.conf.unset(name)

"""How the session of the tests answers: there is little to do."""

from pyspark.sql import SparkSession

from jobs.session import INTERPRETED


def test_queries_of_little_work_are_interpreted(spark: SparkSession) -> None:
    assert {name: spark.conf.get(name) for name in INTERPRETED} == INTERPRETED


def test_java_is_asked_for_a_class_once(spark: SparkSession) -> None:
    java = spark.sparkContext._jvm

    assert java is not None
    assert java.functions is java.functions
    assert java.io.delta.tables.DeltaTable is java.io.delta.tables.DeltaTable

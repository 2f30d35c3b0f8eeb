"""The SparkSession: one way to start it, for commands, tests and submitted jobs."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import SparkSession

from jobs.arrivals import arrivals
from jobs.lake_files import size_bytes
from jobs.settings import Settings
from schemas.errors import InputError, SettingsError

LONG_BYTES = 64 * 2**20
"""From here on work is taken for long: of 37 MB Java's optimising compiler did not pay, of
116 it did. Where between them it turns has not been measured."""

INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Short work asks each of its queries once: compiling them takes longer than answering.
What arrived decides: a day of 18 MB on a lake of 100 took 158 s with them compiled, 142
and 138 without."""

ASKED_WHOLE = (
    "functions",
    "org.apache.spark.sql.functions",
    "org.apache.spark.sql.classic.SparkSession",
    "PythonUtils",
    "PythonSQLUtils",
    "PythonRDD",
    "SerDeUtil",
    "SimplePythonFunction",
)
"""Classes that PySpark asks Java for by this name, each time that it uses them."""

ASKED_BY_PART = (
    "io.delta.tables.DeltaTable",
    "java.util.HashMap",
)
"""Classes for which Java is asked part by part: is `io` a class? Is `io.delta`?"""


class Work(NamedTuple):
    """How much there will be to do."""

    held_bytes: int
    """Of all tables."""
    arrived_bytes: int
    """Of the files that arrived on the days to be read."""

    @property
    def is_long_for_spark(self) -> bool:
        """Whether it will have paid by the end that Spark compiles its queries."""
        return self.arrived_bytes > LONG_BYTES

    @property
    def is_long_for_java(self) -> bool:
        """Whether it will have paid by the end that Java compiles well what it does again
        and again."""
        return self.held_bytes + self.arrived_bytes > LONG_BYTES


def work(settings: Settings, days: Sequence[date]) -> Work:
    """What a run of these arrival days has before it."""
    try:
        arrived = sum(a.size for a in arrivals(settings, days, settings.sources))
    except InputError:  # no drop folder: the step that reads it says so
        arrived = 0
    return Work(size_bytes(settings.lake), arrived)


def start(
    settings: Settings,
    *,
    name: str = "verbatim",
    days: Sequence[date] = (),
    lives_on: bool = False,
) -> SparkSession:
    """Start Spark, or take the session that whatever submitted us has started.

    The master is the settings' when they name one; else the submitter's; else all
    local cores.

    Args:
        days: arrival days that will be read.
        lives_on: there is no end in sight, however little is there now.

    Raises:
        SettingsError: the Delta jars are not where the settings say, or the taxonomy
            cannot be read: told before a step has read a day.
    """
    settings.require_own()
    jars = sorted(Path(settings.path(settings.spark.jars)).glob("*.jar"))
    if not jars:
        raise SettingsError(
            f"No jars in {settings.path(settings.spark.jars)}: "
            "Spark cannot open Delta tables.\nGet them once with: make setup. Where "
            "another checkout has them, name their folder: jars under [spark]."
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    # Workers import our modules: from the checkout they are below this folder's parent.
    root = str(Path(__file__).parents[1])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if root not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([root, *filter(None, paths)])
    cores = os.cpu_count() or 2
    ahead = work(settings, days)
    options = {
        "spark.jars": ",".join(map(str, jars)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": (
            "org.apache.spark.sql.delta.catalog.DeltaCatalog"
        ),
        "spark.sql.session.timeZone": "UTC",
        # A table here has tens of log entries, not millions: 50 tasks to read them
        # took 20 s where 2 take one.
        "spark.databricks.delta.snapshotPartitions": "2",
        # Files are listed one by one, on a local disk at once; from 32 on Spark would do it
        # in a job.
        "spark.sql.sources.parallelPartitionDiscovery.threshold": (
            "32" if "://" in settings.lake else "100000"
        ),
        # Days are folders and keys are in no order: least and greatest values per file
        # would be gathered, parsed at every read, and never spare a file.
        "spark.databricks.delta.stats.collect": "false",
        "spark.databricks.delta.stats.skipping": "false",
        # What we merge has been worked out before: Delta need not keep its own copy of it.
        "spark.databricks.delta.merge.materializeSource": "none",
        # A run compiles some 500 different pieces of code, several times each by default.
        "spark.sql.codegen.cache.maxEntries": "2000",
        "spark.sql.shuffle.partitions": str(
            settings.spark.shuffle_partitions or 2 * cores
        ),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
        # A column added by a new contract version appears by merge, never by hand.
        "spark.databricks.delta.schema.autoMerge.enabled": "true",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(cores),
        # Spark writes out every plan, again at each change of it, for a page nobody sees:
        # ours are megabytes of text.
        "spark.sql.maxPlanStringLength": "1000",
        # PySpark tells Java where in our code each column was named, for its error texts:
        # five more calls for each, a fourth of a micro-batch's time.
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": settings.spark.driver_memory,
        "spark.driver.extraJavaOptions": _java_options(
            settings, optimises=lives_on or ahead.is_long_for_java
        ),
        "spark.log.level": "ERROR",
        **({} if lives_on or ahead.is_long_for_spark else INTERPRETED),
        **settings.spark.options,
    }
    builder = SparkSession.builder.appName(name)
    if settings.spark.master:
        builder = builder.master(settings.spark.master)
    elif "PYSPARK_GATEWAY_PORT" not in os.environ and not os.environ.get("MASTER"):
        builder = builder.master("local[*]")
    for key, value in options.items():
        builder = builder.config(key, value)
    # A failed query's plan, as PySpark logs it, would fill a screen and hide the reason.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    on_interrupt = signal.getsignal(signal.SIGINT)
    spark = builder.getOrCreate()
    _remember_classes(spark)
    if threading.current_thread() is threading.main_thread():
        # PySpark's own handler asks Java to cancel while it may be hearing Java's answer.
        signal.signal(signal.SIGINT, on_interrupt)
    return spark


def _remember_classes(spark: SparkSession) -> None:
    """Keep what Java answers about names: it looks for each in all 300 jars, at every use."""
    java = spark.sparkContext._jvm
    for name in ASKED_WHOLE:
        setattr(java, name, getattr(java, name))
    for name in ASKED_BY_PART:
        place = java
        for part in name.split("."):
            setattr(place, part, getattr(place, part))
            place = getattr(place, part)


def _java_options(settings: Settings, *, optimises: bool) -> str:
    """JVM flags; the class archive that set-up wrote saves a third of the start."""
    quiet = Path(__file__).with_name("log4j2.properties")
    flags = [f"-Dlog4j2.configurationFile={quiet.as_uri()}", "-XX:+UseParallelGC"]
    if (settings.spark.master or "local").startswith("local"):
        # Java reserves 48 MB for compiled code where its optimising compiler is off, which
        # Spark fills: emptying it again and again took a fifth of a run's processor time.
        flags.append("-XX:ReservedCodeCacheSize=256m")
        if not optimises:
            # Here the driver does the work too: in one short life the optimising compiler
            # took 86 of 197 s of processor time and never earned them back; a run of
            # 1:30 took 1:42 with it. A stream's micro-batches are a third faster with it
            # from the fifth on, and a run of 3:43 took 3:06.
            flags.append("-XX:TieredStopAtLevel=1")
    archive = Path(settings.path(settings.spark.jars)) / "classes.jsa"
    if archive.exists():
        flags += [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:cds=off"]
    return " ".join(flags)

"""The checks of one table's contract, run on what was written, before anything reads it."""

import warnings
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import great_expectations as gx
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.lake import Lake
from schemas.contracts import Contract, contract
from schemas.errors import CheckError
from schemas.expectations import asked, suite

Engine = Literal["pandas", "spark"]
"""What Great Expectations puts its questions to."""


@dataclass(frozen=True)
class Broken:
    """One expectation that a table does not meet."""

    what: str
    """`expect_column_values_to_be_in_set(channel)` or the rule's name."""
    why: str
    """The rule's reason, where it has one."""
    row_count: int | None
    """Rows that break it; null where that is no question of rows."""
    is_error: bool


@dataclass(frozen=True)
class Checked:
    """What checking one table gave."""

    table: str
    row_count: int
    expectation_count: int
    broken: tuple[Broken, ...]

    @property
    def has_passed(self) -> bool:
        return not any(broken.is_error for broken in self.broken)

    def require(self) -> None:
        """Stop where an error was found; warnings let it pass.

        Raises:
            CheckError: naming every broken expectation.
        """
        if self.has_passed:
            return
        lines = [
            f"  {b.what}"
            + (f": {b.row_count} of {self.row_count} rows" if b.row_count else "")
            + (f". {b.why}" if b.why else "")
            for b in self.broken
            if b.is_error
        ]
        raise CheckError(
            f"{self.table} breaks its contract:\n" + "\n".join(lines) + "\nNothing "
            "was published; the last marts stay. Look at the rows with: verbatim check "
            f"{self.table}\nThen mend the source or the code and run the day again; the "
            f"promise itself is schemas/{self.table}.odcs.yaml."
        )


def check(
    lake: Lake,
    table: str,
    *,
    docs: Path | None = None,
    days: set[date] | None = None,
) -> Checked:
    """Check a table, or the days of it that changed.

    Args:
        docs: where GX keeps its data docs; null keeps none.
        days: only these; null, or a table that is not kept by day, checks all.
    """
    return check_rows(
        _to_check(lake, table, days),
        table,
        docs=docs,
        in_memory=lake.is_small(table),
    )


def check_rows(
    rows: DataFrame, table: str, *, docs: Path | None = None, in_memory: bool = True
) -> Checked:
    """Check rows against a table's contract.

    Args:
        in_memory: this process holds the columns that are asked about; otherwise Spark
            answers, in some six jobs a table.
    """
    promised = contract(table)
    questions = asked(promised)
    judged = rows.selectExpr(
        *(f"{questions.get(name, 'NULL')} AS `{name}`" for name in rows.columns),
        *(f"({rule.broken_where}) AS `{rule.name}`" for rule in promised.rules),
    )
    if in_memory:
        held = judged.toArrow().to_pandas()
        return _checked(table, len(held), _result(promised, "pandas", held, docs))
    judged.persist()
    try:
        result = _result(promised, "spark", judged, docs)
        return _checked(table, judged.count(), result)
    finally:
        judged.unpersist()


def _result(
    promised: Contract, engine: Engine, judged: Any, docs: Path | None
) -> ExpectationSuiteValidationResult:
    definition = _definition(promised.name, engine, docs)
    parameters = {"dataframe": judged}
    with warnings.catch_warnings():
        # The library warns of its own deprecations and of our id-less definitions.
        warnings.simplefilter("ignore")
        result = definition.run(
            batch_parameters=parameters, result_format="BOOLEAN_ONLY"
        )
        if result.success:
            return result
        # Which rows break a rule costs a query for each rule: only when needed.
        return definition.run(
            batch_parameters=parameters,
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": list(promised.key),
            },
        )


@cache
def _definition(
    table: str, engine: Engine, docs: Path | None
) -> gx.ValidationDefinition:
    """What the library runs for a table; writing it down takes it a tenth of a second."""
    context = _context(docs)
    sources = context.data_sources
    # A name for each engine: under one, the second would make the first one stale.
    name = f"{table} in {engine}"
    source = (
        sources.add_or_update_pandas(name)
        if engine == "pandas"
        # The rows are persisted by who checks them: another copy would only cost.
        else sources.add_or_update_spark(name, persist=False)
    )
    batch = source.add_dataframe_asset(name=table).add_batch_definition_whole_dataframe(
        "checked"
    )
    questions = suite(contract(table))
    questions.name = name
    return context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name=name, data=batch, suite=questions)
    )


@cache
def _context(docs: Path | None) -> AbstractDataContext:
    """What the library keeps suites and results in; making one takes it a second."""
    context: AbstractDataContext
    if docs is None:
        context = gx.get_context(mode="ephemeral")
    else:
        docs.mkdir(parents=True, exist_ok=True)
        context = gx.get_context(mode="file", project_root_dir=str(docs))
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def build_docs(docs: Path) -> Path:
    """Write the data docs of all checks made so far; returns their first page."""
    _context(docs).build_data_docs()
    return docs / "gx/uncommitted/data_docs/local_site/index.html"


def _to_check(lake: Lake, table: str, days: set[date] | None) -> DataFrame:
    rows = lake.read(table)
    partition = contract(table).partition
    if days is not None and partition is not None:
        rows = rows.where(F.col(partition).isin(sorted(days)))
    return rows


def _checked(
    table: str, row_count: int, result: ExpectationSuiteValidationResult
) -> Checked:
    broken: list[Broken] = []
    for each in result.results:
        if each.success:
            continue
        config = each.expectation_config
        if config is None:
            continue
        rule = (config.meta or {}).get("rule")
        column = config.kwargs.get("column") or ", ".join(
            config.kwargs.get("column_list", ())
        )
        raised = (each.exception_info or {}).get("raised_exception")
        found = each.result or {}
        broken.append(
            Broken(
                what=rule or f"{config.type}({column})",
                why=(
                    str((each.exception_info or {}).get("exception_message"))
                    if raised
                    else (config.description or "")
                ),
                row_count=found.get("unexpected_count") or found.get("observed_value"),
                is_error=config.severity == FailureSeverity.CRITICAL,
            )
        )
    return Checked(table, row_count, len(result.results), tuple(broken))

"""Great Expectations suites, made from the contracts and nothing else.

A suite made by a profiler asserts last week's accidents; these assert what is promised.
"""

import great_expectations as gx
from great_expectations import expectations as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from schemas.contracts import Column, Contract

SEVERITIES = {
    "error": FailureSeverity.CRITICAL,
    "warning": FailureSeverity.WARNING,
}
"""Our words for severity, and the library's."""


def suite(promised: Contract) -> gx.ExpectationSuite:
    """The checks of one table: its columns, its key, what may not be null, closed lists,
    ranges, and its own rules, each with its severity.

    A rule is checked as a column of its name, true where it is broken: whoever brings the
    rows adds it. All such columns cost one query together; as queries of their own two each.
    """
    expectations: list[gxe.Expectation] = [
        # As a set: the lake reads in the contract's order, and the library's data docs
        # cannot show a list of which only true or false is known.
        gxe.ExpectTableColumnsToMatchSet(
            column_set=[*promised.column_names, *(r.name for r in promised.rules)],
            exact_match=True,
            severity=FailureSeverity.CRITICAL,
        ),
        *_key(promised),
    ]
    for column in promised.columns:
        expectations += _column(column)
    for rule in promised.rules:
        expectations.append(
            gxe.ExpectColumnValuesToBeInSet(
                column=rule.name,
                value_set=[False],
                description=rule.why,
                severity=SEVERITIES[rule.severity],
                meta={"rule": rule.name},
            )
        )
    return gx.ExpectationSuite(name=promised.name, expectations=expectations)


def asked(promised: Contract) -> dict[str, str]:
    """What the suite asks about each column, as SQL: its values, or only whether there is
    one; a column that is not named it asks nothing about but that it is there."""
    sql = {
        column.name: f"CASE WHEN `{column.name}` IS NOT NULL THEN true END"
        for column in promised.columns
        if column.is_required
    }
    for column in promised.columns:
        is_ranged = column.minimum is not None or column.maximum is not None
        if is_ranged and column.spark_type in ("double", "float"):
            # What is no number is beyond any other to Spark; pandas takes it for nothing.
            sql[column.name] = f"nanvl(`{column.name}`, double('infinity'))"
        elif is_ranged or column.values is not None or column.name in promised.key:
            sql[column.name] = f"`{column.name}`"
    return sql


def _key(promised: Contract) -> list[gxe.Expectation]:
    if len(promised.key) == 1:
        return [
            gxe.ExpectColumnValuesToBeUnique(
                column=promised.key[0], severity=FailureSeverity.CRITICAL
            )
        ]
    return [
        gxe.ExpectCompoundColumnsToBeUnique(
            column_list=list(promised.key), severity=FailureSeverity.CRITICAL
        )
    ]


def _column(column: Column) -> list[gxe.Expectation]:
    expectations: list[gxe.Expectation] = []
    if column.is_required:
        expectations.append(
            gxe.ExpectColumnValuesToNotBeNull(
                column=column.name, severity=FailureSeverity.CRITICAL
            )
        )
    if column.values is not None:
        expectations.append(
            gxe.ExpectColumnValuesToBeInSet(
                column=column.name,
                value_set=list(column.values),
                severity=FailureSeverity.CRITICAL,
            )
        )
    if column.minimum is not None or column.maximum is not None:
        expectations.append(
            gxe.ExpectColumnValuesToBeBetween(
                column=column.name,
                min_value=column.minimum,
                max_value=column.maximum,
                severity=FailureSeverity.CRITICAL,
            )
        )
    return expectations

"""How rows differ from those that a table holds: what a merge has to write.

Written as SQL: of a Column object PySpark makes a dozen calls of Java's, which for rows of
forty columns took longer than comparing them; a statement is one call.
"""

from collections.abc import Iterable
from datetime import date

from pyspark.sql import DataFrame

from schemas.contracts import Contract

NOT_CONTENT = {"processed_at"}
"""Columns that say when we worked, not what we know: they alone make no row differ."""


def shaped(promised: Contract, rows: DataFrame, *more: str) -> DataFrame:
    """The contract's columns in their types, so that a wrong type fails by name.

    Args:
        more: further columns, as they are.
    """
    return rows.selectExpr(
        *(
            f"CAST(`{column.name}` AS {column.spark_type}) AS `{column.name}`"
            for column in promised.columns
        ),
        *more,
    )


def same_rows(promised: Contract, days: Iterable[date]) -> str:
    """The condition on `held` and `new` under which a row is of the same key.

    The key alone decides; the day prunes. A record whose day changed (its source corrected
    a clock) is found under the day it was held under.

    Args:
        days: partitions in which the keys stand, or will if they are new.
    """
    same = [f"held.`{name}` = new.`{name}`" for name in promised.key]
    if day := promised.partition:
        listed = ", ".join(f"DATE '{it}'" for it in sorted(days))
        same.append(f"held.`{day}` IN ({listed})")
        same.append(f"held.`{day}` = coalesce(new._held_day, new.`{day}`)")
    return " AND ".join(same)


def changes(
    promised: Contract,
    rows: DataFrame,
    held: DataFrame,
    *,
    has_scope: bool,
    newer: str | None = None,
) -> DataFrame:
    """Rows to insert, update or delete, and where the held ones stand.

    Args:
        has_scope: held rows without a new one go.
        newer: the condition on `held` and `new` under which a new row takes the place of
            a held one; null: it always does.

    Returns:
        The contract's columns; ``_change``: `insert`, `update` or `delete`; ``_held_day``:
        the partition that holds the key now, null for an insert or a table without.
    """
    key = list(promised.key)
    day = f"`{promised.partition}`" if promised.partition else "CAST(NULL AS date)"
    old = held.selectExpr(
        *key,
        *(f"`{c}` AS `_old_{c}`" for c in promised.column_names if c not in key),
        f"{day} AS _held_day",
        "true AS _is_held",
    )
    content = [
        column
        for column in promised.columns
        if column.name not in NOT_CONTENT and column.name not in key
    ]
    is_same = " AND ".join(
        f"{_comparable(c.name, c.spark_type)} <=> "
        f"{_comparable(f'_old_{c.name}', c.spark_type)}"
        for c in content
    )
    both = rows.selectExpr("*", "true AS _is_new").join(
        old, key, "full" if has_scope else "left"
    )
    if newer is not None:
        of_held = (
            c if c in key else f"_old_{c}` AS `{c}" for c in promised.column_names
        )
        both = both.selectExpr(
            "*",
            f"struct({_listed(promised.column_names)}) AS new",
            f"struct({_listed(of_held)}) AS held",
        ).where(f"_is_held IS NULL OR ({newer})")
    return both.selectExpr(
        *(f"`{name}`" for name in promised.column_names),
        f"CASE WHEN _is_held IS NULL THEN 'insert' WHEN _is_new IS NULL THEN 'delete' "
        f"WHEN NOT ({is_same or 'true'}) THEN 'update' END AS _change",
        "_held_day",
    ).where("_change IS NOT NULL")


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _comparable(column: str, spark_type: str) -> str:
    """Maps have no order and cannot be compared; their sorted entries can."""
    if spark_type.startswith("map"):
        return f"array_sort(map_entries(`{column}`))"
    return f"`{column}`"

"""The contracts: what every table promises, read from the ODCS files beside this module.

The YAML is the only place where a column is described. From it come the Spark schema,
the column order, the checks, DuckDB's comments and docs/tables.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from open_data_contract_standard.model import (
    OpenDataContractStandard,
    SchemaProperty,
)

from schemas.errors import ContractError

FOLDER = Path(__file__).parent

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Column:
    """One column as its contract describes it."""

    name: str
    spark_type: str
    """As Spark SQL writes it: `array<struct<kind:string,key:string>>`."""
    description: str
    is_required: bool
    classification: str
    unit: str | None
    values: tuple[str, ...] | None
    """The closed list, where there is one."""
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Rule:
    """A check of more than one column, as a Spark SQL predicate of the rows that break it."""

    name: str
    why: str
    broken_where: str
    severity: Severity


@dataclass(frozen=True)
class Contract:
    """One table: grain, key, columns in order, rules."""

    name: str
    version: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: str | None
    rules: tuple[Rule, ...]

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def ddl(self) -> str:
        """The table's schema as Spark's DDL, in contract order."""
        return ", ".join(
            f"`{column.name}` {column.spark_type}"
            f"{' NOT NULL' if column.is_required else ''}"
            for column in self.columns
        )

    def require_columns(self, found: Iterable[str], *, found_in: str) -> None:
        """Refuse a table that lacks a promised column.

        Raises:
            ContractError: naming what is missing, what is there and where to mend it.
        """
        there = set(found)
        missing = [name for name in self.column_names if name not in there]
        if missing:
            raise ContractError(
                f"{found_in} does not meet the {self.name!r} contract: "
                f"missing {', '.join(missing)};\nit has {', '.join(sorted(there))}.\n"
                f"Fix the producer, or change schemas/{self.name}.odcs.yaml "
                "and say so in CHANGELOG.md."
            )


@cache
def contract(name: str) -> Contract:
    """The contract of one table.

    Raises:
        ContractError: no such table, or its file does not say what it must.
    """
    path = FOLDER / f"{name}.odcs.yaml"
    if not path.exists():
        raise ContractError(
            f"There is no contract for a table {name!r}; "
            f"there are {', '.join(names())}."
        )
    stated = OpenDataContractStandard.from_file(str(path))
    [table] = stated.schema_ or []
    properties = table.properties or []
    keyed = [p for p in properties if p.primaryKey]
    partitions = [p.name for p in properties if p.partitioned]
    return Contract(
        name=_stated(table.name, path, "name"),
        version=_stated(stated.version, path, "version"),
        description=_stated(table.description, path, "description"),
        grain=_stated(table.dataGranularityDescription, path, "grain"),
        columns=tuple(_column(p, path) for p in properties),
        key=tuple(
            _stated(p.name, path, "key")
            for p in sorted(keyed, key=lambda p: p.primaryKeyPosition or 0)
        ),
        partition=partitions[0] if partitions else None,
        rules=tuple(
            Rule(
                name=_stated(quality.name, path, "quality name"),
                why=_stated(quality.description, path, f"reason of {quality.name}"),
                broken_where=_stated(quality.query, path, f"query of {quality.name}"),
                severity="warning" if quality.severity == "warning" else "error",
            )
            for quality in table.quality or []
        ),
    )


@cache
def names() -> tuple[str, ...]:
    """Every table that has a contract, in alphabetical order."""
    return tuple(
        sorted(
            path.name.removesuffix(".odcs.yaml") for path in FOLDER.glob("*.odcs.yaml")
        )
    )


def _column(described: SchemaProperty, path: Path) -> Column:
    name = _stated(described.name, path, "column name")
    options = described.logicalTypeOptions or {}
    units = [
        str(p.value) for p in described.customProperties or [] if p.property == "unit"
    ]
    return Column(
        name=name,
        spark_type=_stated(described.physicalType, path, f"type of {name}"),
        description=_stated(described.description, path, f"description of {name}"),
        is_required=bool(described.required),
        classification=_stated(
            described.classification, path, f"classification of {name}"
        ),
        unit=units[0] if units else None,
        values=(
            tuple(str(entry.value) for entry in described.enum)
            if described.enum
            else None
        ),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
    )


def _stated(value: str | None, path: Path, what: str) -> str:
    if not value:
        raise ContractError(f"schemas/{path.name} does not state the {what}.")
    return value

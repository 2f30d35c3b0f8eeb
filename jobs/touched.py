"""What was touched since a step last ran: the rows that changed in the tables it reads.

A step that works out tables leaves in the ledger what it worked from: the last commits of
what it read and wrote, the instant it spoke for, and a fingerprint of all that decides
besides (code, settings, taxonomy). Delta keeps which rows each commit changed. From both
follows what the next run has to look at again; where they do not say, or anything but rows
has changed, it is everything: a table worked out in full is never wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from importlib import metadata

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs import lake_log
from jobs.context import Context
from jobs.lake import Lake
from jobs.lake_log import Commit
from jobs.ledger import Basis, code_version, last_basis
from jobs.settings import Settings
from schemas.errors import LakeError


@dataclass(frozen=True)
class Touched:
    """What one run of a step has to look at again."""

    basis: Basis
    """What this run works from."""
    since: datetime | None
    """The instant the tables spoke for before."""
    changed: DataFrame | None
    """``table``, ``key``: see `keys`; null when everything has to be worked out."""
    why_everything: str | None = None

    @property
    def is_everything(self) -> bool:
        return self.changed is None

    @property
    def has_time_passed(self) -> bool:
        """Whether the tables are to speak for another instant than before."""
        return self.since != self.basis.as_of

    def keys(self, table: str, name: str) -> DataFrame:
        """The keys of rows that changed in a table, before and after: one column."""
        if self.changed is None:
            raise ValueError("everything was touched")
        of_table = self.changed.where(F.col("table") == table)
        return of_table.select(F.col("key").alias(name))


def since_last(
    context: Context,
    step: str,
    *,
    reads: Mapping[str, str],
    writes: Sequence[str],
    until: datetime | None,
    followed_from_bytes: int = 0,
) -> Touched:
    """What was touched since this step was last done.

    Args:
        reads: tables the step reads, each with the column by which rows are looked for.
        writes: tables that nobody else writes.
        until: the instant the tables are to speak for; null: they know no time.
        followed_from_bytes: where the tables it reads are smaller, it is everything.
    """
    lake = context.lake
    # Before anything is read: what is written meanwhile is touched in the next run, too.
    commits = _commits(lake, reads)
    basis = Basis(until, rules_version(context.settings), commits)
    before = last_basis(lake, step)
    why = _why_everything(lake, before, basis, writes)
    if before is None or why is not None:
        for table in commits:
            lake.make_ours(table)
        return Touched(basis, None, None, why)
    if sum(lake.size_bytes(table) for table in commits) < followed_from_bytes:
        return Touched(basis, before.as_of, None, "sooner worked out than followed")
    try:
        changed = _changed(lake, reads, before, basis)
    except LakeError as error:
        # Older than the changes that are kept, or of a table made anew.
        return Touched(basis, None, None, str(error).partition("\n")[0])
    return Touched(basis, before.as_of, changed)


def done(lake: Lake, touched: Touched, writes: Sequence[str]) -> Basis:
    """What a step leaves in the ledger when its tables are written."""
    commits = touched.basis.table_versions | _commits(lake, writes)
    return replace(touched.basis, table_versions=commits)


def _commits(lake: Lake, tables: Iterable[str]) -> dict[str, Commit]:
    found = ((table, lake.commit(table)) for table in tables)
    return {table: commit for table, commit in found if commit is not None}


def rules_version(settings: Settings) -> str:
    """A fingerprint of everything that decides rows and is no row itself."""
    digest = blake2b(digest_size=6)
    digest.update(code_version().encode())
    # Which days are public holidays is that library's to say.
    digest.update(metadata.version("holidays").encode())
    for part in (
        settings.company,
        settings.opening_hours,
        settings.rules,
        *settings.expectations,
    ):
        digest.update(part.model_dump_json().encode())
    if settings.taxonomy_file is not None:
        digest.update(settings.taxonomy_file.read_bytes())
    return digest.hexdigest()


def _why_everything(
    lake: Lake, before: Basis | None, basis: Basis, writes: Sequence[str]
) -> str | None:
    if before is None:
        return "not worked out before"
    if before.rules_version != basis.rules_version:
        return "code, settings or taxonomy have changed"
    if before.as_of and (basis.as_of is None or basis.as_of < before.as_of):
        return "the instant lies before that of the last run"
    for table, commit in before.table_versions.items():
        now = lake.commit(table)
        if now is None or now.table_id != commit.table_id:
            return f"{table} was made anew"
    for table in writes:
        held = before.table_versions.get(table)
        if _has_changed(lake, table, after=held):
            return f"{table} was written since, or a run stopped half way"
    return None


def _has_changed(lake: Lake, table: str, *, after: Commit | None) -> bool:
    with lake_log.opened(lake.root, table) as held:
        if held is None:
            return after is not None
        return after is None or lake_log.has_changed(held, after=after)


def _changed(
    lake: Lake, reads: Mapping[str, str], before: Basis, basis: Basis
) -> DataFrame:
    """The keys of changed rows of all tables: ``table``, ``key``, distinct."""
    found = [
        pa.table({"table": pa.array([], pa.string()), "key": pa.array([], pa.string())})
    ]
    for table, key in reads.items():
        now, then = (b.table_versions.get(table) for b in (basis, before))
        if now is None or now == then:
            continue
        with lake_log.opened(lake.root, table) as held:
            if held is None:
                continue
            keys = lake_log.changed(held, key, after=then.version if then else -1)
        found.append(pa.table({"table": [table] * len(keys), "key": keys}))
    return lake.spark.createDataFrame(pa.concat_tables(found))

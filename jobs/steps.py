"""The list of steps: their order, what each reads and writes. The command line, the
tests and the DAGs all go by it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from jobs.arrivals import require_begun
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import has_finished, has_streamed
from schemas.contracts import names

if TYPE_CHECKING:
    from jobs.check_table import Checked


@dataclass(frozen=True)
class Step:
    """One job module, which is one command."""

    name: str
    """Module in `jobs` and name in the ledger."""
    reads: tuple[str, ...]
    """Tables; empty for steps that read the drop folder."""
    writes: tuple[str, ...]
    """Tables, each checked before any step that reads it starts."""

    def run(self, context: Context) -> None:
        module = import_module(f"jobs.{self.name}")
        cast("Callable[[Context], None]", module.run)(context)


STEPS = (
    Step(
        "ingest_interactions",
        reads=(),
        writes=("interactions", "transcripts", "surveys", "quarantine"),
    ),
    Step("ingest_surveys", reads=(), writes=("surveys", "quarantine")),
    Step("ingest_customers", reads=(), writes=("crm_records", "quarantine")),
    Step(
        "link_customers",
        reads=("interactions", "crm_records", "identity_decisions"),
        writes=("identity_links", "customers"),
    ),
    Step("tag_interactions", reads=("interactions", "tags"), writes=("tags",)),
    Step(
        "build_contacts",
        reads=("interactions", "tags", "surveys", "identity_links", "customers"),
        writes=("contacts", "contact_interactions"),
    ),
    Step("build_journeys", reads=("contacts",), writes=("journeys", "journey_steps")),
    Step("build_satisfaction", reads=("contacts",), writes=("satisfaction",)),
    Step(
        "publish_marts",
        reads=(
            "interactions",
            "tags",
            "tag_history",
            "surveys",
            "customers",
            "identity_links",
            "contacts",
            "contact_interactions",
            "journeys",
            "journey_steps",
            "satisfaction",
            "quarantine",
            "runs",
        ),
        writes=(),
    ),
)


STREAMED = (
    "interactions",
    "transcripts",
    "surveys",
    "crm_records",
    "quarantine",
    "tags",
)
"""Tables that the stream writes."""


@dataclass(frozen=True)
class Done:
    """A step that has run, and its tables checked."""

    step: Step
    seconds: float
    check_seconds: float
    checked: tuple["Checked", ...]


def check(lake: Lake, table: str, **options: Any) -> "Checked":
    """Check a table. Great Expectations is imported with the first check, not before:
    that takes seconds, and who publishes or only asks for the steps checks nothing."""
    from jobs import check_table

    return check_table.check(lake, table, **options)


def run_all(
    context: Context,
    *,
    steps: tuple[Step, ...] = STEPS,
    starting: Callable[[str], None] = lambda name: None,
    overdue: Collection[str] | None = None,
) -> Iterator[Done]:
    """Run steps in order; after each, check what it wrote.

    A table that several steps write is checked after the last of them that runs before
    it is first read.

    Args:
        starting: told each step's and check's name before it begins.
        overdue: tables to check whole before they are read; null: all of them where the
            run before did not reach its publication. Who runs one step at a time and
            checks every table before publishing (`jobs/step.py`) has none.

    Raises:
        InputError: a day of the context's is still to come.
        CheckError: a table broke its contract; nothing that reads it was started.
    """
    require_begun(context.days, context.now)
    if overdue is None:
        # What an interrupted or failed run wrote may never have been checked, or not
        # passed; the stream checks nothing.
        overdue = ()
        if not has_finished(context.lake):
            overdue = names()
        elif has_streamed(context.lake):
            overdue = STREAMED
    due = set(overdue)
    unchecked: set[str] = set()

    def checked(table: str, days: set[date] | None) -> "Checked":
        starting(f"check {table}")
        with context.ledger.step(
            f"check {table}", context.last_day, only_failures=True
        ):
            result = check(
                context.lake, table, docs=context.settings.checks_folder, days=days
            )
            result.require()
        due.discard(table)
        return result

    for place, step in enumerate(steps):
        began = monotonic()
        results = [
            checked(table, None)
            for table in step.reads
            if table in due and context.lake.exists(table)
        ]
        unchecked.update(step.writes)
        check_seconds = monotonic() - began
        began = monotonic()
        starting(step.name)
        step.run(context)
        took = monotonic() - began
        began = monotonic()
        for table in sorted(unchecked):
            if _is_written_again_unread(table, steps[place + 1 :]):
                continue
            unchecked.discard(table)
            days = context.lake.take_written(table)
            if days is not None:
                results.append(checked(table, (days or None)))
        check_seconds += monotonic() - began
        yield Done(step, took, check_seconds, tuple(results))


def _is_written_again_unread(table: str, later: tuple[Step, ...]) -> bool:
    for step in later:
        if table in step.reads:
            return False
        if table in step.writes:
            return True
    return False

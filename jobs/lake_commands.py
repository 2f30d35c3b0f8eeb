"""`verbatim runs`, `quarantine` and `identity`: what the lake knows of itself.

What only reads does so without Spark: whoever asks at 3 a.m. wants it now.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs import console
from jobs.options import AsJson, SettingsFile, chosen_settings, started
from jobs.settings import Settings
from schemas.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from jobs.lake_files import Row

quarantine_app = typer.Typer(no_args_is_help=True, help="Records that were refused.")
identity_app = typer.Typer(no_args_is_help=True, help="Who is who, and why.")
SHOWN_COUNTS = {
    "read_count": ("read",),
    "added_count": ("added",),
    "updated_count": ("updated",),
    "unchanged_count": ("un", "changed"),
    "duplicate_count": ("dupli", "cate"),
    "excluded_count": ("ex", "cluded"),
    "quarantined_count": ("quaran", "tined"),
    "late_count": ("late",),
    "stream_corrections": ("cor", "rected"),
    "conflict_count": ("con", "flicts"),
}
"""Counts of the ledger and their words, parted where a narrow terminal breaks them; one
that is 0 throughout is left out."""


def register(app: typer.Typer) -> None:
    """Add the commands to `verbatim`."""
    app.command()(runs)
    app.add_typer(quarantine_app, name="quarantine")
    app.add_typer(identity_app, name="identity")


def runs(
    settings: SettingsFile = None,
    last: Annotated[int, typer.Option(min=1, help="How many runs.")] = 1,
    by_day: Annotated[bool, typer.Option(help="Each arrival day by itself.")] = False,
    as_json: AsJson = False,
) -> None:
    """The ledger of the latest runs, failed ones included, from the lake."""
    import pyarrow.compute as pc

    from jobs import lake_files

    lake = chosen_settings(settings).lake
    began = lake_files.columns_of(lake, "runs", ("run_id", "started_at"))
    ids = began.group_by("run_id").aggregate([("started_at", "max")])
    newest_first = [("started_at_max", "descending"), ("run_id", "descending")]
    latest = ids.sort_by(newest_first)["run_id"][:last].to_pylist()
    chosen = lake_files.rows(lake, "runs", where=pc.field("run_id").isin(latest))
    chosen.sort(key=itemgetter("started_at", "source", "day"))
    if as_json:
        console.print_json(chosen)
        return
    if not chosen:
        console.out.print(f"Nothing has run yet into {lake}.", soft_wrap=True)
    for run_id in reversed(latest):
        _print_run(run_id, [r for r in chosen if r["run_id"] == run_id], by_day=by_day)


def _print_run(run_id: str, rows: "list[Row]", *, by_day: bool) -> None:
    """A run's heading, its steps with their sources, and why it failed where it did."""
    from jobs.ledger import LAST_STEP, NO_SOURCE, WITHOUT_PUBLICATION

    first, last = min(r["day"] for r in rows), max(r["day"] for r in rows)
    days = f"{first}" if first == last else f"{first} to {last}"
    counts = [name for name in SHOWN_COUNTS if any(row[name] for row in rows)]
    lines: list[tuple[Any, ...]] = []
    for step, of_step in groupby(rows, itemgetter("step")):
        noted = list(of_step)
        # Its time stands in each of a step's rows.
        seconds = round(max(row["seconds"] for row in noted), 1)
        totals = _totals(noted, counts)
        lines.append((step, *([None] if by_day else []), *totals, seconds))
        if {row["source"] for row in noted} == {NO_SOURCE}:
            continue
        noted.sort(key=itemgetter("source", "day"))
        parts = itemgetter("source", "day") if by_day else itemgetter("source")
        for _, of_part in groupby(noted, parts):
            part = list(of_part)
            day = [part[0]["day"]] if by_day else []
            lines.append((f"  {part[0]['source']}", *day, *_totals(part, counts), None))
    # No title of the table: it would be folded at the table's own width.
    console.out.print(f"{run_id}: {days}", style="bold")
    beside = ["step", *(["day"] if by_day else [])]
    whole = [*beside, *("".join(SHOWN_COUNTS[name]) for name in counts), "s"]
    broken = [*beside, *("-\n".join(SHOWN_COUNTS[name]) for name in counts), "s"]
    console.table(whole if console.has_room(whole, lines) else broken, lines)
    for row in rows:
        if row["status"] != "done":
            console.out.print(
                f"{row['step']} {row['status']}: {row['message']}",
                style="red",
                markup=False,
            )
    begun = {row["step"] for row in rows} - {*WITHOUT_PUBLICATION}
    if begun and LAST_STEP not in begun and all(r["status"] == "done" for r in rows):
        console.out.print(
            f"It has not come to {LAST_STEP}. Run the same again, unless it is still "
            "under way or was asked for some steps only.",
            style="yellow",
        )
    console.out.print()


def _totals(rows: "Iterable[Row]", counts: list[str]) -> list[int | None]:
    """Sums over rows; nothing where it is 0, so that what happened stands out."""
    held = list(rows)
    return [sum(row[name] or 0 for row in held) or None for name in counts]


@quarantine_app.command("counts")
def quarantine_counts(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Refused records by source and reason."""
    rows = _refused(chosen_settings(settings), replayed=True)
    kind = itemgetter("source", "reason_code")
    counted = []
    for (source, reason), of_kind in groupby(sorted(rows, key=kind), kind):
        held = list(of_kind)
        counted.append(
            (
                source,
                reason,
                len(held),
                sum(row["replayed_at"] is not None for row in held),
                min(row["first_seen"] for row in held).date(),
                max(row["last_seen"] for row in held).date(),
            )
        )
    columns = ["source", "reason", "refused", "replayed", "first seen", "last seen"]
    if as_json:
        console.print_json(console.records(columns, counted))
    else:
        console.table(columns, counted)


@quarantine_app.command("show")
def quarantine_show(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason.")] = None,
    limit: int = 20,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Refused records, newest first: where they stand, why, how they begin (masked)."""
    chosen = chosen_settings(settings)
    rows = _refused(chosen, source=source, reason=reason)
    if not rows and source is not None:
        chosen.source(source)  # a name mistyped is no empty quarantine
    rows.sort(key=itemgetter("file", "locator"))
    rows.sort(key=itemgetter("last_seen"), reverse=True)
    columns = ["source", "reason_code", "message", "file", "locator", "excerpt"]
    found = [tuple(row[name] for name in columns) for row in rows[:limit]]
    if as_json:
        console.print_json(console.records(columns, found))
        return
    if not found:
        console.out.print("Nothing of this kind is in the quarantine.")
    for source_name, reason_code, *told in found:
        console.out.print(f"{source_name}  {reason_code}", style="bold")
        console.table(["", ""], list(zip(columns[2:], told, strict=True)))
        console.out.print()


@quarantine_app.command("replay")
def quarantine_replay(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    settings: SettingsFile = None,
) -> None:
    """Read again in one pass the days whose files hold refused records, after the reader was mended."""
    from jobs.run_commands import run_days

    chosen = chosen_settings(settings)
    refused = _refused(chosen, source=source)
    if not refused:
        console.out.print("Nothing is in the quarantine.")
        return
    in_files = [row for row in refused if not _came_by_topic(row)]
    if in_files:
        run_days(chosen, sorted({row["last_seen"].date() for row in in_files}))
        held = _refused(chosen, source=source)
        left = sum(not _came_by_topic(row) for row in held)
        console.out.print(
            f"{len(in_files) - left} of {len(in_files)} refused records could be read "
            "now."
        )
        if left:
            console.out.print("See what is left with: verbatim quarantine show")
    if by_topic := len(refused) - len(in_files):
        console.out.print(
            f"{by_topic} more came by a topic, which is not read a second time. Have the "
            "source send these documents again, to the topic or into the drop folder: "
            "verbatim quarantine show names topic, partition and offset.",
            soft_wrap=True,
        )


def _came_by_topic(row: "Row") -> bool:
    """As `jobs.stage` writes the place of a message."""
    return bool(row["locator"].startswith("offset "))


def _refused(
    settings: Settings,
    *,
    source: str | None = None,
    reason: str | None = None,
    replayed: bool = False,
) -> "list[Row]":
    """The quarantine; without what could be read since, unless that is wanted too."""
    from jobs import lake_files

    return [
        row
        for row in lake_files.rows(settings.lake, "quarantine")
        if (source is None or row["source"] == source)
        and (reason is None or row["reason_code"] == reason)
        and (replayed or row["replayed_at"] is None)
    ]


@identity_app.command("explain")
def identity_explain(
    customer: str, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """A customer's handles, why they are theirs, and their contacts."""
    from jobs import explain as explaining

    facts = explaining.customer(chosen_settings(settings), customer)
    if as_json:
        console.print_json(facts)
    else:
        explaining.print_customer(facts)


@identity_app.command("unlink")
def identity_unlink(
    handle_key: str,
    customer: str,
    reason: Annotated[str, typer.Option(help="Why; kept with the link.")] = "operator",
    settings: SettingsFile = None,
) -> None:
    """End a link; the marts follow on the next run."""
    import pyarrow.compute as pc

    from jobs import lake_files
    from jobs.link_customers import unlinked

    chosen = chosen_settings(settings)
    holds = (
        (pc.field("handle_key") == handle_key)
        & (pc.field("customer_id") == customer)
        & pc.field("unlinked_at").is_null()
    )
    links = lake_files.rows(chosen.lake, "identity_links", ("rule",), holds)
    rules = [link["rule"] for link in links]
    if not rules:
        raise NotFoundError(
            f"{handle_key} is not linked to {customer}.\n"
            "See links with: verbatim identity explain CUSTOMER"
        )
    if rules == ["own"]:
        raise InputError(
            f"{handle_key} is what {customer} is known by: without it there is no such "
            "customer.\nTo part two handles, unlink the other. See them with: verbatim "
            f"identity explain {customer}"
        )
    context = started(chosen, [])
    with console.busy("noting the decision"):
        unlinked(context, handle_key, customer, reason)
    console.out.print(
        "Noted. Links, contacts and journeys follow with the next verbatim run."
    )


@identity_app.command("erase")
def identity_erase(
    customer: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Erase a customer's rows from the lake, and say what else holds them.

    What is worked out from these rows follows with the run that is named at the end.
    """
    from jobs import erase, lake_files
    from jobs.ledger import as_of

    chosen = chosen_settings(settings)
    ends = [
        link["unlinked_at"]
        for link in lake_files.rows(
            chosen.lake, "identity_links", ("customer_id", "unlinked_at")
        )
        if link["customer_id"] == customer
    ]
    if customer.startswith("a-") and ends and None not in ends:
        raise NotFoundError(
            f"What {customer} was known by is somebody else's now: nothing was erased.\n"
            f"See its handles with: verbatim identity explain {customer}; and whose each "
            "is with: verbatim identity explain HANDLE_KEY"
        )
    context = started(chosen, [])
    with console.busy("looking for what is theirs"):
        found = erase.find(context.lake, customer)
        counts = erase.counted(found)
        files = erase.files(found)
    if not ends and not any(counts.values()):
        raise NotFoundError(
            f"There is no customer {customer} in the lake {chosen.lake}, or none any more: "
            "nothing was erased.\nFind an id (c-… or a-…) with: verbatim identity explain "
            "ADDRESS-OR-NUMBER"
        )
    if files:
        # Before anything goes: nothing else says where the rows came from.
        console.table(["file in the drop folder, or topic", "records"], files)
        console.out.print()
    if any(counts.values()) and not yes:
        console.table(["table", "rows to erase"], list(counts.items()))
        if not _confirmed(f"Erase {customer}? There is no way back."):
            console.out.print("Nothing was erased.")
            return
    with console.busy("erasing"):
        erased = erase.run(context, found)
    console.table(["table", "rows erased"], list(erased.items()))
    until = as_of(context.lake)
    _print_what_is_left(
        chosen, date.fromordinal(until.toordinal() - 1) if until else None
    )


def _confirmed(question: str) -> bool:
    """Whether somebody said yes.

    Raises:
        InputError: there is nobody to ask.
    """
    try:
        return typer.confirm(question)
    except typer.Abort:
        raise InputError(
            "Nothing was erased: there is nobody to ask. Say --yes to do it unasked."
        ) from None


def _print_what_is_left(settings: Settings, last_day: date | None) -> None:
    """What an erasure leaves to do, in the order in which to do it."""
    from jobs.steps import STEPS

    # Steps that read files would bring back what was erased.
    steps = " ".join(f"--step {step.name}" for step in STEPS if step.reads)
    for line in (
        "\nNow, while the schedule and the stream stand still:",
        "1. Files that hold them bring them back whenever they are read: by a run of "
        "their day, a replay of the quarantine, a stream that begins anew. Verbatim does "
        f"not touch {settings.drop}: have the sources deliver the files above again "
        "without the customer, those that were since replaced or repeated too, and put "
        "these in the place of the old ones. Until then, erase again after each such run.",
        "2. Links, contacts, journeys and counts, and the marts without them: "
        f"verbatim run --day {last_day or 'LAST-DAY'} {steps}",
        "3. An hour later, the files of the lake that were replaced, in which its tables "
        "can still be read as they were: verbatim compact --keep-hours 1",
        f"4. Delete what nobody else does: {settings.marts_folder}/marts-….duckdb, all "
        "but the one just published, which verbatim rollback would put back; what was "
        f"printed and may quote them, in {settings.reports_folder} and where it was "
        f"delivered; the pages of the checks in {settings.checks_folder}.",
        "Not found, for nothing says whose they are: records in the quarantine, "
        "transcripts without their record, what others say of them, topics, backups.",
    ):
        console.out.print(line, soft_wrap=True)

"""`verbatim stream` and `verbatim compact`: the commands, thin."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from jobs import console
from jobs.options import SettingsFile, chosen_settings

if TYPE_CHECKING:
    from jobs.settings import Settings
    from jobs.stream_interactions import Landed

Ways = Literal["folders", "topics"]


def stream(
    way: Annotated[
        Ways | None,
        typer.Option("--from", help="Default: topics if a source has one."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Read all that is there, then end.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Only say how the running stream is.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Read what arrives as it arrives, until stopped; exit 1 from --status if unwell."""
    chosen = chosen_settings(settings)
    if way is None:
        way = "topics" if any(s.topic for s in chosen.sources) else "folders"
    if status:
        _show_status(chosen, way, as_json=as_json)
        return
    from jobs.session import start
    from jobs.stream_interactions import run

    with console.busy("starting Spark"):
        spark = start(chosen, name=f"verbatim stream from {way}", lives_on=not once)
    place = chosen.drop if way == "folders" else chosen.stream.kafka
    console.out.print(
        f"Streaming from {way} ({place}); "
        + ("ends when all is read." if once else "stop with Ctrl-C or SIGTERM.")
    )
    run(spark, chosen, way, once=once, told=_say)
    console.out.print("The stream has ended; it goes on from here at the next start.")


def compact(
    keep_hours: Annotated[
        float, typer.Option(min=1, help="Files that older readers may still need.")
    ] = 168,
    settings: SettingsFile = None,
) -> None:
    """Join small files and remove old ones; safe while stream and batch write."""
    chosen = chosen_settings(settings)
    from jobs.compact import run
    from jobs.session import start

    with console.busy("starting Spark"):
        spark = start(chosen, name="verbatim compact")
    with console.busy("compacting"):
        done = run(spark, chosen, now=datetime.now(UTC), keep_hours=keep_hours)
    console.table(
        ["table", "files before", "files after", "removed"],
        [(d.table, d.file_count_before, d.file_count, d.removed_count) for d in done],
    )


def _show_status(settings: "Settings", way: Ways, *, as_json: bool) -> None:
    from jobs.stream_status import judged, read_status

    status = read_status(settings, way)
    verdict = judged(status, settings, datetime.now(UTC))
    if as_json:
        shown = msgspec.to_builtins(status) | verdict._asdict()
        sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")
    else:
        console.table(["", ""], list(msgspec.to_builtins(status).items()))
        console.out.print(verdict.reason)
    if not verdict.is_well:
        raise typer.Exit(1)


def _say(landed: "Landed") -> None:
    if landed.read_count:
        console.out.print(
            f"{datetime.now(UTC):%H:%M:%S} {landed.read_count} records read, "
            f"{landed.quarantined_count} quarantined"
        )

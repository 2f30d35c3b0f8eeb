"""One arrival day: the records of all people, put into the files each system writes."""

import pickle
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from demo import trouble
from demo.blocks import block_count
from demo.crm import COLUMNS as CRM_COLUMNS
from demo.formats.social import x_page
from demo.outbox import Delivery
from demo.surveys import COLUMNS as SURVEY_COLUMNS
from demo.surveys import csv_row, qualtrics_headers
from demo.truth import Row
from demo.world import World

RECORDS_PER_FILE = 500
POSTS_PER_PAGE = 100


class DayCounts(NamedTuple):
    files: int
    expected: Counter[tuple[str, int, str]]
    """What the trouble of the day adds to the counts."""
    broken: list[Row]


def write_day(world: World, spool: Path, directory: Path, day: int) -> DayCounts:
    """Write the day's folder from all blocks' spools, and break what is to be broken."""
    by_file: defaultdict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for block in range(block_count(world)):
        path = spool / f"{day}-{block}"
        if not path.exists():
            continue
        for delivery in pickle.loads(path.read_bytes()):
            by_file[delivery.source, delivery.container].append(delivery)
    folder = directory / (world.start + timedelta(days=day)).isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    files = 0
    for (source, container), deliveries in sorted(by_file.items()):
        deliveries.sort(key=lambda d: (d.key, d.payload))
        payloads = [delivery.payload for delivery in deliveries]
        for name, content in _files(source, container, payloads):
            path = folder / source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            files += 1
    expected, broken = trouble.plant(world, folder, day)
    # Each kind of trouble is one file.
    return DayCounts(files + 1, expected, broken)


def _files(
    source: str, container: str, payloads: list[bytes]
) -> Iterator[tuple[str, bytes]]:
    """Names and contents, as each system names and fills its files."""
    if "/" in container:
        [payload] = payloads
        yield container, payload
        return
    kind, _, late = container.partition("-")
    suffix = f"-{late}" if late else ""
    if kind in ("contacts", "firehose"):
        glue, end = (b"\n", "jsonl") if kind == "contacts" else (b"", "json")
        for number, part in _parts(payloads, RECORDS_PER_FILE):
            yield f"{kind}-{number:04d}{suffix}.{end}", glue.join(part) + glue
    elif kind == "posts":
        for number, part in _parts(payloads, POSTS_PER_PAGE):
            yield f"pages-{number:04d}{suffix}.json", x_page(part)
    elif kind == "inbox":
        yield f"inbox{suffix}.mbox", b"".join(payloads)
    elif kind in ("export", "timeline"):
        names = {"export": "conversations", "timeline": "statuses"}
        yield f"{names[kind]}{suffix}.json", b"[" + b",".join(payloads) + b"]\n"
    elif kind == "invitations":
        yield (
            f"invitations{suffix}.csv",
            csv_row(list(SURVEY_COLUMNS)) + b"".join(payloads),
        )
    elif kind == "qualtrics":
        yield f"qualtrics{suffix}.csv", qualtrics_headers() + b"".join(payloads)
    elif kind == "customers":
        yield "customers.csv", csv_row(list(CRM_COLUMNS)) + b"".join(payloads)
    else:
        yield f"{kind}{suffix}.jsonl", b"\n".join(payloads) + b"\n"


def _parts(payloads: list[bytes], size: int) -> Iterator[tuple[int, list[bytes]]]:
    for number, start in enumerate(range(0, len(payloads), size), 1):
        yield number, payloads[start : start + size]

"""What masking, telling the language and tagging cost on the same texts.

    python -m benchmarks.tagging_vs_masking --settings FILE --from D --to D

The texts are the customers' own, raw, from the drop folder of a demo company. One
process; the three take turns on each batch, so that a busy machine slows all alike.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from time import process_time

from rich.console import Console
from rich.table import Table

import nlp
from jobs import masking, stores
from jobs.arrivals import arrivals
from jobs.settings import Settings, days_between, load
from jobs.sources import READERS
from jobs.sources.records import Interaction, Origin, Transcript
from jobs.stage import open_file

TEXTS_PER_BATCH = 500


def texts(settings: Settings, days: Sequence[date]) -> Iterator[str]:
    """What customers said in these days' files, as it stands there."""
    filesystem, root = stores.opened(settings.drop)
    company = settings.company.as_known_to_readers()
    for arrival in arrivals(settings, days, settings.sources):
        reader = READERS[arrival.kind]
        origin = Origin(arrival.source, arrival.file, company=company)
        with open_file(filesystem, f"{root}/{arrival.file}") as stream:
            for document in reader.split(stream, origin):
                for record in reader.parse(document.content, document.origin):
                    if isinstance(record, Interaction | Transcript):
                        said = record.text or "\n".join(
                            turn.text
                            for turn in record.turns
                            if turn.party == "customer"
                        )
                        if said:
                            yield said


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--settings", type=Path, default=Path("verbatim.toml"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--texts", type=int, default=5_000)
    options = parser.parse_args(arguments)
    settings = load(options.settings)
    days = days_between(options.first, options.last)
    said = list(islice(texts(settings, days), options.texts))
    if not said:
        raise SystemExit("These days hold no words.")
    seconds = compare(said, settings.company.country)
    table = Table(box=None, pad_edge=False)
    for name in ("", "s", "texts/s", "of tagging"):
        table.add_column(name, justify="right" if name else "left")
    for step, took in seconds.items():
        share = f"{took / seconds['tag']:.2f}"
        table.add_row(step, f"{took:.2f}", f"{len(said) / took:,.0f}", share)
    characters = sum(map(len, said)) / len(said)
    console = Console()
    console.print(f"{len(said):,} texts of {characters:.0f} characters on average")
    console.print(table)
    return 0


def compare(said: Sequence[str], country: str) -> dict[str, float]:
    """Seconds of processor time by step, models loaded before the clock starts."""
    nlp.tag(["bonjour", "hello"], ["fr", "en"])
    nlp.detect_language("bonjour")
    masking.mask("bonjour", country=country)
    seconds = {"mask": 0.0, "tell the language": 0.0, "tag": 0.0}
    for start in range(0, len(said), TEXTS_PER_BATCH):
        batch = said[start : start + TEXTS_PER_BATCH]
        instants = [process_time()]
        masked = [masking.mask(text, country=country) for text in batch]
        instants.append(process_time())
        languages = [nlp.detect_language(text) for text in masked]
        instants.append(process_time())
        nlp.tag(masked, languages)
        instants.append(process_time())
        for step, began, ended in zip(seconds, instants, instants[1:], strict=False):
            seconds[step] += ended - began
    return seconds


if __name__ == "__main__":
    sys.exit(main())

import json
from datetime import date
from pathlib import Path

import pytest

from demo import company
from tests.unit.demo import reading

START = date(2026, 2, 16)


def rows(path: Path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Month:
    """A written drop folder and its truth."""

    def __init__(self, directory: Path, counts: company.Counts) -> None:
        self.directory = directory
        self.counts = counts
        truth = directory / "truth"
        self.persons = rows(truth / "persons.jsonl")
        self.interactions = rows(truth / "interactions.jsonl")
        self.journeys = rows(truth / "journeys.jsonl")
        self.surveys = rows(truth / "surveys.jsonl")
        self.planted = rows(truth / "planted.jsonl")
        self.expected = json.loads((truth / "expected.json").read_text("utf-8"))
        self.world = json.loads((truth / "world.json").read_text("utf-8"))

        self.messages = list(reading.messages(directory))
        self.found = {
            source: list(reader(directory))
            for source, reader in reading.READERS.items()
        } | {"mailbox": list(reading.mails(self.messages))}
        self.transcripts = list(reading.transcripts(directory))

    def files(self, source: str, pattern: str):
        return sorted(self.directory.glob(f"*/{source}/{pattern}"))


@pytest.fixture(scope="session")
def month(tmp_path_factory) -> Month:
    """The default demo."""
    directory = tmp_path_factory.mktemp("month")
    counts = company.write(
        directory,
        seed=7,
        start=START,
        days=company.DEFAULT_DAYS,
        customers=company.DEFAULT_CUSTOMERS,
        workers=2,
    )
    return Month(directory, counts)

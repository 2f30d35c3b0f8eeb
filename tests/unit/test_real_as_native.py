"""Rows in the form of the public files, invented here, through to the readers."""

import csv
import gzip
import json
from datetime import UTC, datetime

from benchmarks.real_as_native import DAY, convert, lower_median
from jobs.arrivals import arrivals, unclaimed
from jobs.pseudonyms import Pseudonyms
from jobs.settings import load
from jobs.sources.chatwoot import READER as CHATWOOT
from jobs.sources.records import Origin
from jobs.stage import rows_of

POST = {
    "tweet_id": "570000000000000000",
    "name": "someone",
    "retweet_count": "0",
    "text": "@brand my bag never came",
    "tweet_created": "2015-02-24 11:15:59 -0800",
}
COMPLAINT = {
    "Date received": "2025-04-08",
    "Product": "Card",
    "Sub-product": "",
    "Issue": "A charge",
    "Sub-issue": "Made twice",
    "Consumer complaint narrative": "",
    "Company public response": "",
    "Company": "A Bank",
    "Submitted via": "Phone",
    "Date sent to company": "2025-04-07",
    "Company response to consumer": "Closed with explanation",
    "Timely response?": "Yes",
    "Complaint ID": "77",
}
DIALOGUE = {
    "dataset": "SGD",
    "turns": [
        {"role": "USER", "text": "A table for two", "satisfaction": [3, 3]},
        {"role": "SYSTEM", "text": "At what time?"},
        {"role": "OVERALL", "satisfaction": [4, 2, 5, 3]},
    ],
}
CALL = {
    "sid": "c1",
    "start_time_ms": 1_590_000_000_000,
    "end_time_ms": 1_590_000_060_000,
    "session": "s",
    "agent_name": "Ann",
    "caller_speaker_id": 5,
    "caller_survey": {},
    "turns": [
        {
            "index": 1,
            "speaker_role": "caller",
            "offset_ms": 0,
            "duration_ms": 900,
            "human_transcript": "i lost my card",
        }
    ],
}
CHAT = {
    "convo_id": 9,
    "scenario": {"personal": {"email": "ann@shop.example"}},
    "original": [["customer", "hello"], ["action", "Looked up."], ["agent", "hi"]],
}


def written(folder, name, *rows):
    with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as stream:
        if ".csv" in name:
            table = csv.DictWriter(stream, list(rows[0]))
            table.writeheader()
            table.writerows(rows)
        else:
            stream.writelines(json.dumps(row) + "\n" for row in rows)


def test_every_file_becomes_records_of_its_source_and_none_is_refused(tmp_path):
    written(tmp_path, "airline_tweets.csv.gz", POST)
    written(tmp_path, "cfpb_complaints.csv.gz", COMPLAINT)
    written(tmp_path, "uss_sgd.jsonl.gz", DIALOGUE)
    written(tmp_path, "harper_valley_calls.jsonl.gz", CALL)
    written(tmp_path, "abcd_chats.jsonl.gz", CHAT)

    convert(tmp_path, tmp_path / "out")

    settings = load(tmp_path / "out" / "verbatim.toml")
    pseudonyms = Pseudonyms("k" * 32, "US")
    now = datetime(2026, 3, 3, tzinfo=UTC)
    found = []
    for arrival in arrivals(settings, [DAY], settings.sources):
        path = tmp_path / "out" / "drop" / arrival.file
        for row in rows_of(
            arrival, lambda path=path: path.open("rb"), settings, pseudonyms, now
        ):
            found.append((arrival.source, row["record"]))
    assert unclaimed(settings, [DAY]) == []
    assert sorted(found) == [
        ("complaints", "interactions"),
        ("complaints", "interactions"),
        ("dialogues", "interactions"),
        ("dialogues", "surveys"),
        ("shop", "excluded"),
        ("shop", "interactions"),
        ("telephony", "interactions"),
        ("telephony", "transcripts"),
        ("x", "interactions"),
    ]


def test_only_files_that_are_there_become_sources(tmp_path):
    written(tmp_path, "uss_sgd.jsonl.gz", DIALOGUE)

    convert(tmp_path, tmp_path / "out")

    settings = load(tmp_path / "out" / "verbatim.toml")
    assert [source.name for source in settings.sources] == ["dialogues"]


def test_the_customers_words_and_the_rating_come_out_of_a_dialogue(tmp_path):
    written(tmp_path, "uss_sgd.jsonl.gz", DIALOGUE)

    convert(tmp_path, tmp_path / "out")

    file = tmp_path / f"out/drop/{DAY}/dialogues/sgd.jsonl"
    chat, survey = CHATWOOT.parse(file.read_bytes(), Origin("dialogues", "sgd.jsonl"))
    assert (chat.text, survey.score) == ("A table for two", 3.0)


def test_of_an_even_number_of_marks_the_lower_middle_one_counts():
    assert lower_median([5, 2, 3, 4]) == 3

"""The drop folder as a whole: repeatable, of the promised size, true to its truth."""

import statistics
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from demo import company, trouble
from tests.unit.demo import reading

SOURCES = ("telephony", "mailbox", "helpdesk", "messaging", "x", "mastodon")


def fingerprint(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
    }


def a_small_company(directory: Path, **changes: object) -> Path:
    options = {"seed": 3, "start": date(2026, 5, 4), "days": 8, "customers": 300}
    company.write(directory, **options | changes)
    return directory


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_workers(tmp_path):
    alone = fingerprint(a_small_company(tmp_path / "alone", workers=1))
    together = fingerprint(a_small_company(tmp_path / "together", workers=2))
    assert len(alone) > 100
    assert alone == together


def test_a_second_demo_replaces_the_first_one_s_days(tmp_path):
    a_small_company(tmp_path / "reused", workers=1, seed=4)
    again = fingerprint(a_small_company(tmp_path / "reused", workers=1))
    assert again == fingerprint(a_small_company(tmp_path / "fresh", workers=1))


def test_a_day_that_no_demo_wrote_is_never_replaced(tmp_path):
    export = tmp_path / "2026-05-05" / "telephony" / "contacts.jsonl"
    export.parent.mkdir(parents=True)
    export.write_text("{}")
    with pytest.raises(FileExistsError, match="was not written by the demo"):
        a_small_company(tmp_path, workers=1)
    assert export.read_text() == "{}"


def test_another_seed_is_another_company(tmp_path):
    one = a_small_company(tmp_path / "one", workers=1)
    other = a_small_company(tmp_path / "other", workers=1, seed=4)
    name = "truth/persons.jsonl"
    assert (one / name).read_bytes() != (other / name).read_bytes()


def test_a_volume_too_large_for_the_customers_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"raise the number of customers"):
        a_small_company(tmp_path, interactions_per_day=300)


def test_progress_counts_every_step_to_the_last(tmp_path):
    steps = []
    a_small_company(
        tmp_path, progress=lambda done, of: steps.append((done, of)), workers=1
    )
    assert steps == [(done, 10) for done in range(1, 11)]


def test_the_default_demo_has_the_promised_size_and_mix(month):
    assert 6000 <= month.counts.interactions <= 8000
    assert len(month.interactions) == month.counts.interactions
    assert month.counts.files == sum(p.is_file() for p in month.directory.rglob("*"))
    source = Counter(row["source"] for row in month.interactions)
    share = {name: count / month.counts.interactions for name, count in source.items()}
    assert share["telephony"] == pytest.approx(0.45, abs=0.04)
    assert share["mailbox"] == pytest.approx(0.20, abs=0.03)
    assert share["messaging"] == pytest.approx(0.17, abs=0.03)
    assert share["helpdesk"] == pytest.approx(0.08, abs=0.02)
    assert share["x"] + share["mastodon"] == pytest.approx(0.10, abs=0.02)
    languages = Counter(person["language"] for person in month.persons)
    assert languages["en"] / len(month.persons) == pytest.approx(0.20, abs=0.03)


def test_a_wanted_volume_is_met_within_a_tenth(tmp_path):
    counts = company.write(
        tmp_path,
        seed=1,
        start=date(2026, 3, 2),
        days=20,
        customers=600,
        interactions_per_day=60,
        workers=1,
    )
    assert counts.interactions == pytest.approx(1200, rel=0.10)


@pytest.mark.parametrize("source", SOURCES)
def test_what_the_files_hold_is_what_the_truth_says_arrived(month, source):
    arrived = defaultdict(set)
    for day, interaction_id, _ in month.found[source]:
        arrived[interaction_id].add(day)
    truth = {
        row["interaction_id"]: set(row["arrival_days"])
        for row in month.interactions
        if row["source"] == source
    }
    assert dict(arrived) == truth


@pytest.mark.parametrize("source", SOURCES)
def test_new_and_repeated_interactions_are_counted_by_day(month, source):
    found = Counter(day for day, _, _ in month.found[source])
    kinds = ("new", "updated", "redelivered", "stale")
    expected = {
        day: sum(counts.get(kind, 0) for kind in kinds)
        for day, counts in month.expected[source].items()
    }
    assert found == Counter({day: count for day, count in expected.items() if count})


def test_machine_made_mail_is_counted_as_excluded(month):
    machine_made = sum(reading.is_machine_made(m) for _, m in month.messages)
    excluded = Counter()
    for counts in month.expected["mailbox"].values():
        excluded.update(counts.get("excluded", {}))
    assert set(excluded) == {"auto_reply", "bounce", "internal"}
    assert excluded.total() == machine_made


def test_invitations_name_interactions_that_exist_but_for_the_planted_ones(month):
    known = {row["interaction_id"] for row in month.interactions}
    unknown = [
        row["survey_id"]
        for _, row in reading.rows(month.directory, "surveys", "invitations*.csv")
        if row["interaction_id"] not in known
    ]
    assert unknown
    assert all(survey_id.startswith("S-UNKNOWN-") for survey_id in unknown)


def test_ratings_given_in_a_chat_stand_in_its_files(month):
    said = defaultdict(str)
    for _, interaction_id, record in month.found["messaging"]:
        said[interaction_id] += record
    given = [row for row in month.surveys if row["source"] == "messaging"]

    assert len(given) > 50
    for row in given:
        assert f'"rating": {row["score"]}' in said[row["interaction_id"]]


def test_survey_rows_are_counted_by_day(month):
    found = Counter(
        day for day, _ in reading.rows(month.directory, "surveys", "invitations*.csv")
    )
    for day, row in reading.rows(month.directory, "surveys", "qualtrics*.csv"):
        found[day] += row["ResponseId"].startswith("R_")
    assert found == {
        day: counts["surveys"]
        for day, counts in month.expected["surveys"].items()
        if "surveys" in counts
    }


def test_the_first_day_s_customer_file_is_the_whole_one(month):
    files = month.files("crm", "customers.csv")
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in files]
    assert files[0].parts[-3] == month.world["start"]
    assert sizes[0] > 1500
    assert max(sizes[1:]) < 20


def test_crm_handles_of_the_truth_stand_in_the_customer_file(month):
    file = {}
    for _, row in reading.rows(month.directory, "crm", "customers.csv"):
        file[row["customer_id"]] = row
    for person in month.persons:
        if person["customer_id"] not in file:
            continue
        row = file[person["customer_id"]]
        known = {h["value"] for h in person["handles"] if h["is_in_crm"]}
        in_file = {
            row["customer_id"],
            *row["emails"].split("|"),
            *row["phones"].split("|"),
        }
        for entry in row["network_handles"].split("|"):
            in_file.add(entry.partition(":")[2])
        assert known == in_file - {""}


def test_no_handle_is_two_persons(month):
    owners = defaultdict(set)
    for person in month.persons:
        for handle in person["handles"]:
            owners[handle["kind"], handle["value"]].add(person["person_id"])
    assert max(map(len, owners.values())) == 1


def test_some_persons_are_joined_by_an_interaction_and_some_stay_apart(month):
    """A handle the CRM lacks counts as known once it stands beside one it has."""
    joined = apart = 0
    for person in month.persons:
        known = {h["group"] for h in person["handles"] if h["is_in_crm"]}
        if known and any(not h["is_in_crm"] for h in person["handles"]):
            others = {h["group"] for h in person["handles"] if not h["is_in_crm"]}
            joined += bool(others & known)
            apart += bool(others - known)
    assert joined > 50
    assert apart > 50


def test_planted_data_stands_where_the_truth_says(month):
    texts = defaultdict(str)
    for source, found in month.found.items():
        for _, interaction_id, text in found:
            texts[interaction_id] += text
            if source == "helpdesk":
                texts[interaction_id.partition("/")[0]] += text
    for _, interaction_id, text in month.transcripts:
        texts[interaction_id] += text
    for _, row in reading.rows(month.directory, "surveys", "invitations*.csv"):
        texts[f"surveys:{row['survey_id']}"] += row["comment"]
    checked = Counter()
    for planted in month.planted:
        if planted["where"] in texts and planted["value"]:
            assert planted["value"] in texts[planted["where"]], planted
            checked[planted["kind"], planted["part"]] += 1
    kinds = {kind for kind, part in checked if part == "text"}
    assert kinds >= {
        *("phone", "email", "iban", "nir", "card"),
        *("address", "birth_date", "code"),
    }
    assert {part for _, part in checked} >= {
        *("private_note", "survey_comment", "header", "subject", "sender", "author")
    }


def test_every_kind_of_trouble_happens_in_the_default_demo(month):
    totals = Counter()
    for source, days in month.expected.items():
        for counts in days.values():
            for kind, count in counts.items():
                if isinstance(count, dict):
                    totals.update(
                        {f"{source}:{reason}": n for reason, n in count.items()}
                    )
                else:
                    totals[f"{source}:{kind}"] += count
    for kind in (
        *("telephony:updated", "telephony:redelivered", "telephony:stale"),
        *("telephony:broken", "telephony:empty_files", "mailbox:redelivered"),
        *("mailbox:auto_reply", "mailbox:bounce", "mailbox:internal", "mailbox:broken"),
        *("helpdesk:updated", "messaging:updated", "messaging:broken", "x:retweet"),
        *("x:updated", "mastodon:boost", "mastodon:bot", "mastodon:updated"),
        *("mastodon:broken", "surveys:broken", "surveys:updated", "crm:redelivered"),
        *("crm:conflict", "crm:updated"),
    ):
        assert totals[kind] > 0, kind
    kinds = {planted["kind"] for planted in month.planted}
    assert kinds >= {*trouble.KINDS, "crm_duplicate", "crm_conflict"}
    outcomes = {row["outcome"] for row in month.interactions}
    assert outcomes >= {"answered", "abandoned", "callback_requested", "failed"}
    assert {journey["ambiguity"] for journey in month.journeys} == {
        *(None, "gap_near_limit", "overlapping", "split_identity")
    }
    assert month.files("telephony", "*-late*")
    assert any(
        b"\n>From " in path.read_bytes() for path in month.files("mailbox", "*.mbox")
    )


def test_transcripts_come_before_after_and_without_their_record(month):
    recorded = {
        row["interaction_id"]: row["arrival_days"][0] for row in month.interactions
    }
    order = Counter()
    for day, interaction_id, _ in month.transcripts:
        record = recorded.get(interaction_id)
        order["without" if record is None else (day > record) - (day < record)] += 1
    assert order[-1] > 0
    assert order[0] > 1000
    assert order[1] > 0
    assert order["without"] > 0


def test_decidable_journeys_are_far_from_the_seven_day_limit(month):
    by_person = defaultdict(list)
    for row in month.interactions:
        if not row["is_ambiguous"]:
            at = datetime.fromisoformat(row["occurred_at"])
            by_person[row["person_id"]].append((at, row["journey_id"]))
    gaps = {True: [], False: []}
    for contacts in by_person.values():
        contacts.sort()
        for (before, one), (after, other) in pairwise(contacts):
            gaps[one == other].append(after - before)
    assert max(gaps[True]) < timedelta(days=6.5)
    assert min(gaps[False]) > timedelta(days=8)


def test_the_bad_week_shows_in_volume_waits_frustration_and_satisfaction(month):
    bad = date.fromisoformat(month.world["incident_week"])

    def week(row):
        day = date.fromisoformat((row.get("occurred_at") or row["invited_at"])[:10])
        return (day - bad).days // 7

    def mean(weeks, of):
        values = [of(row) for row in month.interactions if week(row) in weeks]
        return statistics.fmean(v for v in values if v is not None)

    billing = Counter(
        week(row) for row in month.interactions if row["intents"][:1] == ["billing"]
    )
    usual = statistics.fmean(billing[other] for other in (-2, -1, 1))
    assert billing[0] > 2 * usual
    assert mean({0}, lambda r: r["wait_seconds"]) > 1.5 * mean(
        {-1}, lambda r: r["wait_seconds"]
    )
    assert mean({0}, lambda r: r["overall"]) > 1.15 * mean({-1}, lambda r: r["overall"])
    scores = defaultdict(list)
    for row in month.surveys:
        is_csat = row["source"] == "surveys" and row["question_kind"] == "csat"
        if is_csat and row["score"] is not None and row["invited_at"]:
            scores[week(row)].append(row["score"])
    usual_score = statistics.fmean(scores[-2] + scores[-1] + scores[1])
    assert statistics.fmean(scores[0]) < usual_score - 0.2

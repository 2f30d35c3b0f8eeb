"""The demo company's bad week and its quiet ones, by the truth the demo wrote.

Contacts are made from the truth itself, so that this holds whatever the tagger makes of
the words: what is tested is what the report says of true counts.
"""

import json
from datetime import date, timedelta

import duckdb
import pytest

from demo.company import write
from report.facts import gather
from report.sentences import has_headline
from report.settings import CompanySection, PathsSection, ReportSettings
from report.weeks import Week
from tests.unit.report.companies import DERIVED, marts_of

pytestmark = pytest.mark.slow

START = date(2026, 1, 5)
WEEKS = 11

TRUE_CONTACTS = """
INSERT INTO contacts BY NAME
WITH inbound AS (
    FROM read_json($truth) WHERE direction = 'inbound'
)
SELECT
    conversation_id AS contact_id,
    any_value(person_id) AS customer_id,
    arg_min(channel, occurred_at) AS channel,
    arg_min(source, occurred_at) AS source,
    'inbound' AS direction,
    'inbound' AS initiation,
    arg_min(channel, occurred_at) IN ('call', 'chat') AS is_synchronous,
    'b2c' AS segment,
    mode(queue) AS queue,
    min(occurred_at)::TIMESTAMP AS started_at,
    min(occurred_at)::TIMESTAMP AS ended_at,
    min(occurred_at)::DATE AS started_date,
    false AS is_out_of_hours,
    min(wait_seconds) AS wait_seconds,
    CASE WHEN arg_min(channel, occurred_at) IN ('call', 'chat') THEN 180.0 END AS expected_seconds,
    CASE WHEN arg_min(channel, occurred_at) IN ('call', 'chat') THEN min(wait_seconds) <= 180 END
        AS is_within_expectation,
    mode(outcome) AS outcome,
    arg_min(intents[1], occurred_at) AS intent_label,
    max(overall) AS frustration_score,
    false AS is_provisional,
    0 AS invited_count, 0 AS delivered_count, 0 AS answered_count,
    0 AS answered_of_delivered_count
FROM inbound
GROUP BY conversation_id
"""


@pytest.fixture(scope="module")
def true_company(tmp_path_factory):
    """Settings of the demo company, and the week of its incident."""
    folder = tmp_path_factory.mktemp("demo")
    write(
        folder / "drop", seed=7, start=START, days=7 * WEEKS, customers=1_000, workers=1
    )
    truth = folder / "drop" / "truth"
    company = ReportSettings(
        company=CompanySection(name="Ondine Télécom"),
        paths=PathsSection(marts="marts"),
        file=folder / "verbatim.toml",
    )
    marts_of(
        company.marts_file,
        as_of=START + timedelta(weeks=WEEKS),
        sources=("telephony",),
        first_day=START,
    )
    with duckdb.connect(str(company.marts_file)) as connection:
        connection.execute(TRUE_CONTACTS, {"truth": str(truth / "interactions.jsonl")})
        for derived in DERIVED:
            connection.execute(derived)
    world = json.loads((truth / "world.json").read_text())
    return company, Week.of(date.fromisoformat(world["incident_week"]))


def test_the_first_page_names_the_billing_incident(true_company):
    company, incident = true_company
    facts = gather(company.marts_file, incident, company)

    said = {
        s["key"].removesuffix("_everywhere"): s["values"] for s in facts["sentences"]
    }
    assert said["volume_above"]["weeks"] == 5
    assert said["reason_rises"]["reason"] == "billing"
    assert said["reason_rises"]["count"] > 1.8 * said["reason_rises"]["usual"]
    assert "within_expectation_rate_below" in said


def test_the_decomposition_finds_billing_and_the_actions_address_it(true_company):
    company, incident = true_company
    facts = gather(company.marts_file, incident, company)

    assert facts["changes"]["intents"][0]["intent"] == "billing"
    rules = {action["key"] for action in facts["actions"]}
    assert {"reason_rises:billing", "promise_missed:call:180"} <= rules


def test_quiet_weeks_raise_no_alarm(true_company):
    company, incident = true_company
    # Two weeks to compare with at least; the company's first ones are still filling up.
    quiet = [
        week
        for week in (Week(START + timedelta(weeks=n)) for n in range(3, WEEKS))
        if week != incident
    ]

    loud = [
        str(week)
        for week in quiet
        if has_headline(gather(company.marts_file, week, company))
    ]

    assert loud == []

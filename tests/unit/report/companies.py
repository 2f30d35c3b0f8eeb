"""Small companies by hand: groups of like contacts in a week, as a marts file.

A group is so many contacts that differ in nothing but their id and customer. What the
pipeline would derive (interactions, tags, journeys, satisfaction) follows them here by
plain SQL, so that a test says only what it is about.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from jobs.publish_marts import duckdb_type
from schemas.marts import marts
from tests.builders import Row, a_contact_row, a_run_row

WEEK = date(2026, 3, 2)
"""2026-W10: the week of every report here, unless a test says otherwise."""

TEXT = "Bonjour, ma facture de mars est fausse et personne ne répond."
BILL = {"start": 12, "end": 22}
NOBODY = {"start": 38, "end": 60}

SATISFACTION = """
INSERT INTO satisfaction BY NAME
SELECT
    started_date, channel, is_synchronous, coalesce(intent_label, 'unknown') AS intent_label,
    coalesce(segment, 'unknown') AS segment, coalesce(generation, 'unknown') AS generation,
    coalesce(language, 'unknown') AS language, is_out_of_hours,
    coalesce(partner, 'none') AS partner,
    count(*) AS contact_count,
    sum(invited_count) AS invited_count,
    sum(delivered_count) AS delivered_count,
    sum(answered_count) AS answered_count,
    sum(answered_of_delivered_count) AS answered_of_delivered_count,
    coalesce(sum((csat_score - csat_scale_min) / (csat_scale_max - csat_scale_min)), 0) AS csat_sum,
    count(csat_score) AS csat_count,
    count(*) FILTER (csat_score = csat_scale_max) AS csat_top_box_count,
    count(*) FILTER (csat_score >= csat_scale_max - 1) AS csat_top_two_count,
    0 AS nps_count, 0 AS promoter_count, 0 AS passive_count, 0 AS detractor_count,
    0 AS ces_sum, 0 AS ces_count,
    count(frustration_score) AS scored_count,
    count(*) FILTER (frustration_score >= 0.5) AS frustrated_count,
    count(is_first_contact_resolution) AS closed_window_count,
    count(*) FILTER (is_first_contact_resolution) AS first_contact_resolved_count,
    count(is_repeat) AS repeat_base_count,
    count(*) FILTER (is_repeat) AS repeat_count,
    count(is_within_expectation) AS expectation_count,
    count(*) FILTER (is_within_expectation) AS within_expectation_count,
    count(*) FILTER (is_provisional) AS provisional_count
FROM contacts WHERE direction = 'inbound' GROUP BY ALL
"""

DERIVED = (
    # Tests change scores, what is said of them follows.
    """
    UPDATE contacts SET is_frustrated = frustration_score >= 0.5,
        is_satisfied = csat_score >= csat_scale_max - 1
    """,
    """
    INSERT INTO contact_interactions BY NAME
    SELECT contact_id AS interaction_id, contact_id, started_date AS occurred_date,
        1 AS position, contact_id AS thread_id
    FROM contacts
    """,
    f"""
    INSERT INTO interactions BY NAME
    SELECT contact_id AS interaction_id, contact_id AS conversation_id, source, channel,
        direction, initiation, started_at AS occurred_at, started_date AS occurred_date,
        ended_at, started_at AS landed_at, outcome, language,
        CASE WHEN frustration_score IS NOT NULL THEN '{TEXT}' END AS text
    FROM contacts
    """,
    f"""
    INSERT INTO tags BY NAME
    SELECT contact_id AS interaction_id, started_date AS occurred_date,
        'intent' AS family, intent_label AS label, 0.9 AS score, true AS is_primary,
        [{BILL}] AS evidence, tagger_version
    FROM contacts WHERE intent_label IS NOT NULL
    UNION ALL BY NAME
    SELECT contact_id AS interaction_id, started_date AS occurred_date,
        'frustration' AS family, frustration_label AS label, 0.8 AS score,
        false AS is_primary, [{NOBODY}] AS evidence, tagger_version
    FROM contacts WHERE frustration_label IS NOT NULL
    """,
    """
    INSERT INTO journeys BY NAME
    SELECT contact_id AS journey_id, customer_id, intent_group, intent_label, started_at,
        ended_at, started_date, is_provisional AS is_open, 1 AS contact_count,
        1 AS channel_count, channel AS channel_path, 0 AS continuity_break_count,
        0 AS repeat_contact_count, frustration_score AS frustration_peak, is_frustrated,
        0.0 AS elapsed_hours, 'resolved' AS outcome
    FROM contacts WHERE customer_id IS NOT NULL
    """,
    """
    INSERT INTO journey_steps BY NAME
    SELECT contact_id AS journey_id, contact_id, 1 AS position
    FROM contacts WHERE customer_id IS NOT NULL
    """,
    """
    INSERT INTO customers BY NAME
    SELECT customer_id, true AS is_known, segment FROM contacts
    WHERE customer_id IS NOT NULL
    """,
    """
    INSERT INTO surveys BY NAME
    SELECT 's-' || contact_id AS survey_id, 'surveys' AS source,
        contact_id AS interaction_id, 'sms' AS survey_channel, 'csat' AS question_kind,
        started_at AS invited_at, started_at AS delivered_at,
        CASE WHEN answered_count > 0 THEN started_at END AS answered_at,
        csat_score AS score
    FROM contacts WHERE delivered_count > 0
    """,
    SATISFACTION,
)


def a_group(count: int, **changes: Any) -> tuple[int, Row]:
    """So many contacts like `a_contact_row`, without survey unless the test says so."""
    plain = {
        "delivered_count": 0,
        "invited_count": 0,
        "answered_count": 0,
        "csat_score": None,
        "frustration_label": None,
    }
    return count, a_contact_row(**plain | changes)


def weeks_like(
    *groups: tuple[int, Row], weeks: int, until: date = WEEK
) -> list[tuple[int, Row]]:
    """The same groups in each of so many weeks before the week `until`."""
    return [
        moved
        for back in range(1, weeks + 1)
        for moved in in_week(until - timedelta(weeks=back), *groups)
    ]


def in_week(monday: date, *groups: tuple[int, Row]) -> list[tuple[int, Row]]:
    """The groups on the Monday of a week, at nine."""
    at = datetime(monday.year, monday.month, monday.day, 9)  # noqa: DTZ001 - marts hold UTC without a zone
    return [
        (
            count,
            row
            | {
                "started_at": at,
                "ended_at": at + timedelta(minutes=5),
                "started_date": monday,
            },
        )
        for count, row in groups
    ]


def marts_of(
    path: Path,
    *groups: tuple[int, Row],
    as_of: date = WEEK + timedelta(days=14),
    floor: int = 30,
    sources: tuple[str, ...] = ("messaging",),
    first_day: date = date(2025, 12, 1),
    silent: tuple[str, ...] = (),
    unread: tuple[str, ...] = (),
    dropped: Mapping[str, date] = MappingProxyType({}),
    run_id: str = "20260316T020000-0001",
    tagger_version: str = "t1",
    code_version: str = "c1",
) -> Path:
    """A marts file of these groups; every source read every day, the silent ones empty.

    An unread source was not read on the week's Tuesday. A dropped one was read until the
    day before the one given, and is in no run since.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for mart in marts():
            columns = ", ".join(
                f'"{c.name}" {duckdb_type(c.spark_type)}' for c in mart.columns
            )
            connection.execute(f"CREATE TABLE {mart.name} ({columns})")
        connection.execute(
            "CREATE TABLE publication AS SELECT $run AS run_id, $as_of::TIMESTAMP AS "
            "published_at, $as_of::TIMESTAMP AS as_of, $floor::INTEGER AS "
            "small_number_floor, $code AS code_version, $tagger AS tagger_version",
            {
                "run": run_id,
                "as_of": as_of,
                "floor": floor,
                "code": code_version,
                "tagger": tagger_version,
            },
        )
        connection.execute(
            "CREATE TABLE tagger_scores AS SELECT 'overall_auc' AS measure, "
            "unnest(['fr', 'en']) AS language, 0.9 AS value, 90 AS utterance_count"
        )
        for place, (count, row) in enumerate(groups):
            _insert(connection, place, count, row)
        for derived in DERIVED:
            connection.execute(derived)
        run = a_run_row()
        connection.execute(
            "INSERT INTO runs BY NAME SELECT $run AS run_id, 'ingest_interactions' AS "
            "step, source, day, day + INTERVAL 26 HOURS AS started_at, CASE WHEN "
            "source IN (SELECT unnest($silent)) AND day >= $week THEN 0 ELSE 9 END AS "
            "read_count, 0 AS quarantined_count, 0 AS "
            "late_count, 'done' AS status FROM (SELECT unnest($sources) AS source), "
            "(SELECT unnest(generate_series($first, $last, INTERVAL 1 DAY))::DATE AS day)",
            {
                "run": run["run_id"],
                "silent": list(silent),
                "sources": [*sources, *dropped],
                "week": WEEK,
                "first": first_day,
                "last": as_of - timedelta(days=1),
            },
        )
        for source, day in dropped.items():
            connection.execute(
                "DELETE FROM runs WHERE source = ? AND day >= ?", [source, day]
            )
        for source in unread:
            connection.execute(
                "DELETE FROM runs WHERE source = ? AND day = ?",
                [source, WEEK + timedelta(days=1)],
            )
    return path


def _insert(
    connection: duckdb.DuckDBPyConnection, place: int, count: int, row: Row
) -> None:
    names = ", ".join(f"${name} AS {name}" for name in row)
    connection.execute(
        f"INSERT INTO contacts BY NAME SELECT * EXCLUDE (i) REPLACE ('g{place}-' || i AS "
        f"contact_id, CASE WHEN customer_id IS NOT NULL THEN 'c{place}-' || i END AS "
        f"customer_id) FROM (SELECT {names}), range({count}) AS counted(i)",
        row,
    )

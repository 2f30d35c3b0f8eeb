"""How long the weekly report takes over a million contacts, and in how much memory.

    python -m benchmarks.report_million --folder DIR

Makes a marts file by DuckDB alone (a million contacts in the week and as many in the
eight before it, each with an interaction, words, two tags and a survey for one in ten),
then runs `verbatim report` on it in a process of its own.
"""

import argparse
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import duckdb

from jobs.publish_marts import duckdb_type
from schemas.marts import marts

WEEK = "2026-03-02"

CONTACTS = """
INSERT INTO contacts BY NAME
SELECT
    'phones:' || i AS contact_id,
    'c-' || (spread(i, 0, 700000)) AS customer_id,
    ['call', 'call', 'call', 'chat', 'email', 'social'][1 + spread(i, 1, 6)] AS channel,
    'phones' AS source, 'inbound' AS direction, 'inbound' AS initiation,
    channel IN ('call', 'chat') AS is_synchronous,
    ['b2b', 'b2c', 'b2c', NULL][1 + spread(i, 2, 4)] AS segment,
    ['gen_x', 'gen_z', 'millennial', NULL][1 + spread(i, 3, 4)] AS generation,
    'fr' AS language,
    'Facturation' AS queue,
    started_at, started_at + INTERVAL 5 MINUTE AS ended_at,
    started_at::DATE AS started_date, spread(i, 4, 9) = 0 AS is_out_of_hours,
    (spread(i, 5, 400))::DOUBLE AS wait_seconds, 180.0 AS expected_seconds,
    spread(i, 5, 400) <= 180 AS is_within_expectation,
    'answered' AS outcome,
    ['billing', 'payment', 'refund', 'order_status', 'delivery', 'cancellation',
     'technical_issue', 'account_access', 'complaint', 'praise'][1 + spread(i, 6, 10)]
        AS intent_label,
    (spread(i, 7, 1000)) / 1000 AS frustration_score,
    frustration_score >= 0.5 AS is_frustrated, 'waiting' AS frustration_label,
    spread(i, 8, 5) = 0 AS is_repeat,
    spread(i, 9, 5) > 0 AS is_first_contact_resolution,
    false AS is_provisional,
    CASE WHEN spread(i, 10, 20) = 0 THEN 1.0 + spread(i, 11, 5) END AS csat_score,
    1.0 AS csat_scale_min, 5.0 AS csat_scale_max, csat_score >= 4 AS is_satisfied,
    (spread(i, 10, 10) = 0)::INTEGER AS invited_count,
    (spread(i, 10, 10) = 0)::INTEGER AS delivered_count,
    (spread(i, 10, 20) = 0)::INTEGER AS answered_count,
    answered_count AS answered_of_delivered_count,
    't1' AS tagger_version
FROM (
    SELECT
        i,
        CASE WHEN i < {count} THEN TIMESTAMP '{week}' + to_seconds(spread(i, 20, 604800))
             ELSE TIMESTAMP '{week}' - to_seconds(1 + spread(i, 20, 8 * 604800)) END
            AS started_at
    FROM range(2 * {count}) AS counted(i)
)
"""

REST = (
    """
    INSERT INTO contact_interactions BY NAME SELECT contact_id AS interaction_id,
        contact_id, started_date AS occurred_date, 1 AS position FROM contacts
    """,
    """
    INSERT INTO interactions BY NAME SELECT contact_id AS interaction_id,
        contact_id AS conversation_id, source, channel, direction, initiation,
        started_at AS occurred_at, started_date AS occurred_date, started_at AS landed_at,
        CASE WHEN spread(contact_id, 0, 50) = 0 THEN 'callback_requested' ELSE 'answered' END AS outcome,
        'Bonjour, je vous écris au sujet de ma facture numéro ' || contact_id
        || ' qui ne correspond pas à ce qui était prévu, et personne ne me répond.' AS text
    FROM contacts
    """,
    """
    INSERT INTO tags BY NAME SELECT contact_id AS interaction_id,
        started_date AS occurred_date, unnest(['intent', 'frustration']) AS family,
        unnest([intent_label, frustration_label]) AS label, 0.9 AS score,
        [{'start': 32, 'end': 47}] AS evidence FROM contacts
    """,
    """
    INSERT INTO journeys BY NAME SELECT 'j' || (spread(contact_id, 0, 1300000)) AS journey_id,
        any_value(customer_id) AS customer_id, any_value(intent_label) AS intent_label,
        count(*) AS contact_count, count(DISTINCT channel) AS channel_count,
        string_agg(channel, ' > ') AS channel_path, 0 AS continuity_break_count,
        max(frustration_score) AS frustration_peak, bool_or(is_frustrated) AS is_frustrated, false AS is_open,
        'resolved' AS outcome, 3.0 AS elapsed_hours FROM contacts GROUP BY 1
    """,
    """
    INSERT INTO journey_steps BY NAME SELECT 'j' || (spread(contact_id, 0, 1300000))
        AS journey_id, contact_id, 1 AS position FROM contacts
    """,
    "INSERT INTO customers BY NAME SELECT DISTINCT customer_id, true AS is_known FROM contacts",
    """
    INSERT INTO surveys BY NAME SELECT 's' || contact_id AS survey_id,
        contact_id AS interaction_id, 'sms' AS survey_channel, started_at AS invited_at,
        started_at AS delivered_at,
        CASE WHEN answered_count > 0 THEN started_at END AS answered_at
    FROM contacts WHERE delivered_count > 0
    """,
    """
    INSERT INTO satisfaction BY NAME SELECT started_date, channel, is_synchronous,
        intent_label, coalesce(segment, 'unknown') AS segment,
        coalesce(generation, 'unknown') AS generation, is_out_of_hours,
        count(*) AS contact_count, sum(invited_count) AS invited_count,
        sum(delivered_count) AS delivered_count, sum(answered_count) AS answered_count,
        sum(answered_of_delivered_count) AS answered_of_delivered_count,
        sum((csat_score - 1) / 4) AS csat_sum, count(csat_score) AS csat_count,
        count(*) FILTER (csat_score = 5) AS csat_top_box_count,
        count(*) FILTER (is_satisfied) AS csat_top_two_count,
        count(frustration_score) AS scored_count,
        count(*) FILTER (is_frustrated) AS frustrated_count,
        count(*) AS closed_window_count,
        count(*) FILTER (is_first_contact_resolution) AS first_contact_resolved_count,
        count(*) AS repeat_base_count, count(*) FILTER (is_repeat) AS repeat_count,
        count(*) AS expectation_count,
        count(*) FILTER (is_within_expectation) AS within_expectation_count,
        0 AS provisional_count
    FROM contacts GROUP BY ALL
    """,
    """
    INSERT INTO runs BY NAME SELECT 'r1' AS run_id, 'ingest_interactions' AS step,
        'phones' AS source, day::DATE AS day, 9 AS read_count, 0 AS quarantined_count,
        0 AS late_count, 'done' AS status
    FROM generate_series(DATE '2025-12-29', DATE '2026-03-15', INTERVAL 1 DAY) AS days(day)
    """,
)


def make_marts(path: Path, count: int) -> None:
    """A marts file of so many contacts in the week, and as many in the eight before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for mart in marts():
            columns = ", ".join(
                f'"{c.name}" {duckdb_type(c.spark_type)}' for c in mart.columns
            )
            connection.execute(f"CREATE TABLE {mart.name} ({columns})")
        connection.execute(
            "CREATE TABLE publication AS SELECT 'r1' AS run_id, TIMESTAMP '2026-03-16' "
            "AS published_at, TIMESTAMP '2026-03-16' AS as_of, 30 AS small_number_floor, "
            "'c1' AS code_version, 't1' AS tagger_version"
        )
        connection.execute(
            "CREATE TEMP MACRO spread(of, salt, among) AS "
            "CAST(hash(of, salt) % CAST(among AS UBIGINT) AS BIGINT)"
        )
        connection.execute(CONTACTS.format(count=count, week=WEEK))
        for derived in REST:
            connection.execute(derived)


def main() -> None:
    """Make the file, run the report, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    given = parser.parse_args()
    make_marts(given.folder / "marts" / "marts.duckdb", given.contacts)
    settings = given.folder / "verbatim.toml"
    settings.write_text('[company]\nname = "X"\n[paths]\nmarts = "marts"\n', "utf-8")
    for formats in ("html", "html,pdf"):
        started = perf_counter()
        subprocess.run(
            [
                *(sys.executable, "-m", "jobs.cli", "report", "--week", "2026-W10"),
                *("--format", formats, "--settings", str(settings)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = perf_counter() - started
        # On Linux in kB; the largest of the children, of which this is one.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{given.contacts} contacts, {formats}: {seconds:.1f} s, {peak:.0f} MiB")


if __name__ == "__main__":
    main()

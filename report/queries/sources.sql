-- Each source on each day of the week: records read, refused and late, and the fewest read on that weekday in the four weeks before.
-- Set: week_start (DATE, a Monday).
WITH latest AS (
    SELECT step, max(started_at) AS started_at
    FROM runs
    WHERE step <> 'stream_interactions' AND status = 'done'
    GROUP BY step
),

known AS (
    SELECT
        runs.source,
        min(runs.day) AS first_day,
        -- A customer file without a change on a day is nothing missing; the stream may read it too.
        NOT bool_or(runs.step = 'ingest_customers') AS has_contacts,
        -- A step has a row for every source of its settings: one that its latest run lacks was
        -- dropped or renamed, and no run will ever read more of it.
        bool_or(latest.step IS NOT NULL) AS is_awaited
    FROM runs
    LEFT JOIN latest ON latest.step = runs.step AND latest.started_at = runs.started_at
    WHERE runs.source <> '-' AND runs.status = 'done'
    GROUP BY runs.source
),

days AS (
    SELECT unnest(generate_series(getvariable('week_start'), getvariable('week_start') + 6, INTERVAL 1 DAY))::DATE AS day
),

-- A day may have been run again: the last run says what it holds, the first what came late.
-- The batch reads a day whole, so of a day that it has read it alone says what there was; of
-- one that only the stream has read, its micro-batches add up. What came late is counted by
-- whichever wrote it.
read_days AS (
    SELECT
        source,
        day,
        coalesce(max_by(read_count, run_id) FILTER (is_batch), sum(read_count)) AS read_count,
        coalesce(max_by(quarantined_count, run_id) FILTER (is_batch), sum(quarantined_count)) AS quarantined_count,
        coalesce(max(late_count) FILTER (is_batch), 0)
            + coalesce(sum(late_count) FILTER (NOT is_batch), 0) AS late_count
    FROM (SELECT *, step <> 'stream_interactions' AS is_batch FROM runs)
    WHERE source <> '-' AND status = 'done'
    GROUP BY ALL
)

SELECT
    known.source,
    days.day,
    known.has_contacts,
    known.is_awaited,
    read_days.read_count,
    read_days.quarantined_count,
    read_days.late_count,
    (
        SELECT CASE WHEN count(*) >= 2 THEN min(before.read_count) END
        FROM read_days AS before
        WHERE before.source = known.source
          AND before.day < days.day
          AND before.day >= days.day - 28
          AND dayofweek(before.day) = dayofweek(days.day)
    ) AS fewest_before
FROM known
CROSS JOIN days
LEFT JOIN read_days ON read_days.source = known.source AND read_days.day = days.day
WHERE known.first_day <= days.day AND (known.is_awaited OR read_days.source IS NOT NULL)
ORDER BY known.source, days.day

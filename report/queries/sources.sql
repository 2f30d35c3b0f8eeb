-- Each source on each day of the week: records read, refused and late, by the last run that read the day.
-- Set: week_start (DATE, a Monday).
WITH known AS (
    SELECT source, min(day) AS first_day
    FROM runs
    WHERE source <> '-' AND status = 'done'
    GROUP BY source
),

days AS (
    SELECT unnest(generate_series(getvariable('week_start'), getvariable('week_start') + 6, INTERVAL 1 DAY))::DATE AS day
),

read_days AS (
    SELECT source, day, read_count, quarantined_count, late_count
    FROM runs
    WHERE source <> '-' AND status = 'done'
    QUALIFY row_number() OVER (PARTITION BY source, day ORDER BY run_id DESC, step) = 1
),

first_read AS (
    SELECT source, day, max(late_count) AS late_count
    FROM runs
    WHERE source <> '-' AND status = 'done'
    GROUP BY ALL
)

SELECT
    known.source,
    days.day,
    read_days.read_count,
    read_days.quarantined_count,
    first_read.late_count
FROM known
CROSS JOIN days
LEFT JOIN read_days ON read_days.source = known.source AND read_days.day = days.day
LEFT JOIN first_read ON first_read.source = known.source AND first_read.day = days.day
WHERE known.first_day <= days.day
ORDER BY known.source, days.day

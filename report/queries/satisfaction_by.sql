-- Measured satisfaction by channel, synchronous or not, segment, generation and opening hours: this week, and the weeks before together.
-- Set: week_start (DATE, a Monday), baseline_weeks (how many weeks before).
WITH chosen AS (
    SELECT
        *,
        started_date >= getvariable('week_start') AS is_this_week
    FROM satisfaction
    WHERE started_date >= getvariable('week_start') - 7 * getvariable('baseline_weeks')::INTEGER
      AND started_date < getvariable('week_start') + 7
),

long AS (
    FROM chosen SELECT *, 'channel' AS dimension, channel AS value
    UNION ALL
    FROM chosen SELECT *, 'is_synchronous', CASE WHEN is_synchronous THEN 'synchronous' ELSE 'asynchronous' END
    UNION ALL
    FROM chosen SELECT *, 'segment', segment
    UNION ALL
    FROM chosen SELECT *, 'generation', generation
    UNION ALL
    FROM chosen SELECT *, 'is_out_of_hours', CASE WHEN is_out_of_hours THEN 'out_of_hours' ELSE 'in_hours' END
)

SELECT
    dimension,
    value,
    sum(contact_count) FILTER (WHERE is_this_week) AS contact_count,
    coalesce(sum(csat_count) FILTER (WHERE is_this_week), 0) AS csat_count,
    coalesce(sum(csat_top_box_count) FILTER (WHERE is_this_week), 0) AS csat_top_box_count,
    coalesce(sum(csat_top_two_count) FILTER (WHERE is_this_week), 0) AS csat_top_two_count,
    coalesce(sum(csat_count) FILTER (WHERE NOT is_this_week), 0) AS usual_csat_count,
    coalesce(sum(csat_top_box_count) FILTER (WHERE NOT is_this_week), 0) AS usual_csat_top_box_count,
    coalesce(sum(csat_top_two_count) FILTER (WHERE NOT is_this_week), 0) AS usual_csat_top_two_count
FROM long
GROUP BY dimension, value
ORDER BY dimension, contact_count DESC NULLS LAST, value

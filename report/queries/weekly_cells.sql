-- Contacts, measured satisfaction and predicted frustration by week, intent, channel and segment.
-- Set: week_start (DATE, a Monday), baseline_weeks (how many weeks before).
SELECT
    CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
    intent_label,
    channel,
    segment,
    sum(contact_count) AS contact_count,
    sum(csat_count) AS csat_count,
    sum(csat_top_two_count) AS csat_top_two_count,
    sum(scored_count) AS scored_count,
    sum(frustrated_count) AS frustrated_count
FROM satisfaction
WHERE started_date >= getvariable('week_start') - 7 * getvariable('baseline_weeks')::INTEGER
  AND started_date < getvariable('week_start') + 7
GROUP BY ALL
ORDER BY ALL

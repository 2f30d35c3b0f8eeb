-- Numerators and denominators of every key figure, for the week and the weeks before it.
-- Set: week_start (DATE, a Monday), baseline_weeks (how many weeks before).
SELECT
    CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
    sum(contact_count) AS contact_count,
    sum(invited_count) AS invited_count,
    sum(delivered_count) AS delivered_count,
    sum(answered_count) AS answered_count,
    sum(csat_sum) AS csat_sum,
    sum(csat_count) AS csat_count,
    sum(csat_top_box_count) AS csat_top_box_count,
    sum(csat_top_two_count) AS csat_top_two_count,
    sum(scored_count) AS scored_count,
    sum(frustrated_count) AS frustrated_count,
    sum(closed_window_count) AS closed_window_count,
    sum(first_contact_resolved_count) AS first_contact_resolved_count,
    sum(repeat_base_count) AS repeat_base_count,
    sum(repeat_count) AS repeat_count,
    sum(expectation_count) AS expectation_count,
    sum(within_expectation_count) AS within_expectation_count,
    sum(provisional_count) AS provisional_count
FROM satisfaction
WHERE started_date >= getvariable('week_start') - 7 * getvariable('baseline_weeks')::INTEGER
  AND started_date < getvariable('week_start') + 7
GROUP BY ALL
ORDER BY week_start_date

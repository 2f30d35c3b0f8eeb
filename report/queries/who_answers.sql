-- Who answers the survey: contacts of the week by channel and predicted frustration, those asked, those who scored their satisfaction.
-- Set: week_start (DATE, a Monday).
SELECT
    channel,
    coalesce(is_frustrated, false) AS is_frustrated,
    frustration_score IS NOT NULL AS is_scored,
    count(*) AS contact_count,
    count(*) FILTER (WHERE delivered_count > 0) AS asked_count,
    count(*) FILTER (WHERE answered_of_delivered_count > 0) AS answered_count,
    count(csat_score) AS csat_count,
    count(*) FILTER (WHERE is_satisfied) AS csat_top_two_count
FROM contacts
WHERE direction = 'inbound'
  AND started_date >= getvariable('week_start')
  AND started_date < getvariable('week_start') + 7
GROUP BY ALL
ORDER BY ALL

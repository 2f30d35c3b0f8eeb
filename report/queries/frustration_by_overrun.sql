-- Predicted frustration by how far the wait overran its expectation clock. Waits of contacts with words.
-- Set: week_start (DATE, a Monday).
WITH waited AS (
    SELECT
        coalesce(wait_seconds, first_reply_seconds) / expected_seconds AS times_expected,
        is_frustrated
    FROM contacts
    WHERE direction = 'inbound'
      AND started_date >= getvariable('week_start')
      AND started_date < getvariable('week_start') + 7
      AND expected_seconds > 0
      AND coalesce(wait_seconds, first_reply_seconds) IS NOT NULL
      AND frustration_score IS NOT NULL
)

SELECT
    CASE
        WHEN times_expected <= 0.5 THEN 1
        WHEN times_expected <= 1 THEN 2
        WHEN times_expected <= 2 THEN 3
        ELSE 4
    END AS position,
    count(*) AS scored_count,
    count(*) FILTER (WHERE is_frustrated) AS frustrated_count
FROM waited
GROUP BY position
ORDER BY position

-- Expectation clocks kept by channel and clock: this week, and the weeks before together.
-- Set: week_start (DATE, a Monday), baseline_weeks (how many weeks before).
SELECT
    channel,
    expected_seconds,
    count(*) FILTER (WHERE this AND is_within_expectation IS NOT NULL) AS expectation_count,
    count(*) FILTER (WHERE this AND is_within_expectation) AS within_expectation_count,
    count(*) FILTER (WHERE NOT this AND is_within_expectation IS NOT NULL) AS usual_expectation_count,
    count(*) FILTER (WHERE NOT this AND is_within_expectation) AS usual_within_expectation_count,
    count(coalesce(wait_seconds, first_reply_seconds)) FILTER (WHERE this) AS waited_count,
    median(coalesce(wait_seconds, first_reply_seconds)) FILTER (WHERE this) AS median_seconds,
    -- A clock of some intents has contacts of no other.
    CASE WHEN count(intent_label) = count(*) THEN list(DISTINCT intent_label ORDER BY intent_label) END AS intents,
    mode(queue) FILTER (WHERE this AND NOT is_within_expectation) AS queue
FROM (
    SELECT *, started_date >= getvariable('week_start') AS this
    FROM contacts
    WHERE direction = 'inbound'
      AND expected_seconds IS NOT NULL
      AND started_date >= getvariable('week_start') - 7 * getvariable('baseline_weeks')::INTEGER
      AND started_date < getvariable('week_start') + 7
)
GROUP BY channel, expected_seconds
HAVING expectation_count > 0
ORDER BY expectation_count DESC, channel, expected_seconds

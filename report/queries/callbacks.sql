-- Callbacks asked for in the week: kept within the promised delay, kept late, not yet made. One row.
-- Set: week_start (DATE, a Monday), callback_promise_hours.
WITH asked AS (
    SELECT
        wanted.interaction_id,
        wanted.occurred_at,
        coalesce(wanted.ended_at, wanted.occurred_at) AS asked_at,
        min(made.occurred_at) AS called_at
    FROM interactions AS wanted
    LEFT JOIN interactions AS made
        ON made.conversation_id = wanted.conversation_id
        AND made.initiation = 'callback'
        AND made.occurred_at >= wanted.occurred_at
    WHERE wanted.outcome = 'callback_requested'
      AND wanted.occurred_date >= getvariable('week_start')
      AND wanted.occurred_date < getvariable('week_start') + 7
    GROUP BY ALL
)

SELECT
    count(*) AS asked_count,
    count(called_at) AS made_count,
    count(*) FILTER (
        WHERE called_at <= asked_at + to_hours(getvariable('callback_promise_hours')::INTEGER)
    ) AS kept_count,
    median(date_diff('second', asked_at, called_at)) / 3600.0 AS median_hours
FROM asked

-- Causes of frustration that customers name, this week beside the weeks before: contacts with the cause, of all contacts with words.
-- Set: week_start (DATE, a Monday), baseline_weeks (how many weeks before).
WITH chosen AS (
    SELECT
        contact_id,
        CAST(date_trunc('week', started_date) AS DATE) AS week_start_date
    FROM contacts
    WHERE direction = 'inbound'
      AND frustration_score IS NOT NULL
      AND started_date >= getvariable('week_start') - 7 * getvariable('baseline_weeks')::INTEGER
      AND started_date < getvariable('week_start') + 7
),

scored AS (
    SELECT week_start_date, count(*) AS scored_count FROM chosen GROUP BY ALL
),

named AS (
    SELECT week_start_date, tags.label, count(DISTINCT chosen.contact_id) AS contact_count
    FROM chosen
    JOIN contact_interactions USING (contact_id)
    JOIN tags USING (interaction_id)
    WHERE tags.family = 'frustration' AND tags.label <> 'overall'
    GROUP BY ALL
)

SELECT
    labels.label,
    scored.week_start_date,
    scored.scored_count,
    coalesce(named.contact_count, 0) AS contact_count
FROM (SELECT DISTINCT label FROM named) AS labels
CROSS JOIN scored
LEFT JOIN named
    ON named.label = labels.label AND named.week_start_date = scored.week_start_date
ORDER BY labels.label, scored.week_start_date

-- The five journeys of the week that most deserve reading: repeated explanations first, then contacts needed, then frustration.
-- Set: week_start (DATE, a Monday).
WITH last_contact AS (
    SELECT journey_steps.journey_id, max_by(contacts.contact_id, contacts.started_at) AS contact_id
    FROM journey_steps
    JOIN contacts USING (contact_id)
    WHERE contacts.started_date >= getvariable('week_start')
      AND contacts.started_date < getvariable('week_start') + 7
      AND contacts.direction = 'inbound'
    GROUP BY ALL
)

SELECT
    journeys.journey_id,
    journeys.channel_path,
    journeys.intent_label,
    journeys.contact_count,
    journeys.continuity_break_count,
    journeys.elapsed_hours,
    journeys.frustration_first,
    journeys.frustration_peak,
    journeys.outcome,
    last_contact.contact_id
FROM journeys
JOIN last_contact USING (journey_id)
WHERE journeys.contact_count > 1
  AND journeys.is_frustrated
ORDER BY
    2 * journeys.continuity_break_count + journeys.contact_count DESC,
    journeys.frustration_peak DESC,
    journeys.journey_id
LIMIT 5

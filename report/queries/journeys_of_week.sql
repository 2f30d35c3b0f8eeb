-- Journeys with a contact in the week: how many, over how many channels, where customers had to repeat themselves. One row.
-- Set: week_start (DATE, a Monday).
WITH touched AS (
    SELECT DISTINCT journeys.*
    FROM journeys
    JOIN journey_steps USING (journey_id)
    JOIN contacts USING (contact_id)
    WHERE contacts.started_date >= getvariable('week_start')
      AND contacts.started_date < getvariable('week_start') + 7
      AND contacts.direction = 'inbound'
)

SELECT
    count(*) AS journey_count,
    count(*) FILTER (WHERE contact_count > 1) AS several_contacts_count,
    count(*) FILTER (WHERE channel_count > 1) AS several_channels_count,
    count(*) FILTER (WHERE continuity_break_count > 0) AS continuity_break_journey_count,
    count(*) FILTER (WHERE is_open) AS open_count
FROM touched

-- What stands behind one intent and channel in the week: its journeys, repeats, queue and partner. One row.
-- Set: week_start (DATE, a Monday), intent, channel.
WITH chosen AS (
    SELECT contacts.*, journey_steps.journey_id
    FROM contacts
    LEFT JOIN journey_steps USING (contact_id)
    WHERE contacts.started_date >= getvariable('week_start')
      AND contacts.started_date < getvariable('week_start') + 7
      AND contacts.direction = 'inbound'
      AND contacts.channel = getvariable('channel')
      AND contacts.intent_label = getvariable('intent')
)

SELECT
    count(*) AS contact_count,
    count(*) FILTER (WHERE is_repeat) AS repeat_count,
    count(is_repeat) AS repeat_base_count,
    count(*) FILTER (WHERE is_frustrated) AS frustrated_count,
    count(frustration_score) AS scored_count,
    count(DISTINCT journey_id) AS journey_count,
    (
        SELECT count(*) FROM journeys
        WHERE journeys.channel_count > 1 AND journey_id IN (SELECT journey_id FROM chosen)
    ) AS several_channels_count,
    (
        SELECT count(*) FROM journeys
        WHERE journeys.is_open AND journey_id IN (SELECT journey_id FROM chosen)
    ) AS open_count,
    mode(queue) AS queue,
    mode(partner) AS partner
FROM chosen

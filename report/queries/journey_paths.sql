-- The ways over more than one channel that customers took, for journeys with a contact in the week.
-- Set: week_start (DATE, a Monday).
SELECT
    channel_path,
    count(*) AS journey_count,
    sum(contact_count) AS contact_count,
    count(*) FILTER (WHERE continuity_break_count > 0) AS continuity_break_journey_count,
    count(*) FILTER (WHERE is_frustrated) AS frustrated_count,
    count(frustration_peak) AS scored_count
FROM journeys
WHERE channel_count > 1
  AND journey_id IN (
      SELECT journey_steps.journey_id
      FROM journey_steps
      JOIN contacts USING (contact_id)
      WHERE contacts.started_date >= getvariable('week_start')
        AND contacts.started_date < getvariable('week_start') + 7
        AND contacts.direction = 'inbound'
  )
GROUP BY channel_path
ORDER BY journey_count DESC, contact_count DESC, channel_path
LIMIT 6

-- Invited, delivered and answered by survey channel, for surveys about contacts of the week.
-- Set: week_start (DATE, a Monday).
SELECT
    coalesce(surveys.survey_channel, 'unknown') AS survey_channel,
    count(surveys.invited_at) AS invited_count,
    count(surveys.delivered_at) AS delivered_count,
    count(*) FILTER (WHERE surveys.delivered_at IS NOT NULL AND surveys.answered_at IS NOT NULL)
        AS answered_count,
    count(*) FILTER (WHERE surveys.delivered_at IS NULL AND surveys.answered_at IS NOT NULL)
        AS answered_without_delivery_count
FROM surveys
JOIN contact_interactions USING (interaction_id)
JOIN contacts USING (contact_id)
WHERE contacts.direction = 'inbound'
  AND contacts.started_date >= getvariable('week_start')
  AND contacts.started_date < getvariable('week_start') + 7
GROUP BY ALL
ORDER BY delivered_count DESC, survey_channel

-- Where each cause of frustration is named most: channel and intent, contacts of the week.
-- Set: week_start (DATE, a Monday).
SELECT
    tags.label,
    contacts.channel,
    coalesce(contacts.intent_label, 'unknown') AS intent_label,
    count(DISTINCT contacts.contact_id) AS contact_count
FROM contacts
JOIN contact_interactions USING (contact_id)
JOIN tags USING (interaction_id)
WHERE contacts.direction = 'inbound'
  AND contacts.started_date >= getvariable('week_start')
  AND contacts.started_date < getvariable('week_start') + 7
  AND tags.family = 'frustration'
  AND tags.label <> 'overall'
GROUP BY ALL
ORDER BY tags.label, contact_count DESC, channel, intent_label

-- What customers need and expect, by intent: contacts of the week that say so.
-- Set: week_start (DATE, a Monday).
WITH chosen AS (
    SELECT contact_id, intent_label
    FROM contacts
    WHERE direction = 'inbound'
      AND intent_label IS NOT NULL
      AND started_date >= getvariable('week_start')
      AND started_date < getvariable('week_start') + 7
),

sizes AS (
    SELECT intent_label, count(*) AS intent_contact_count FROM chosen GROUP BY ALL
)

SELECT
    chosen.intent_label,
    sizes.intent_contact_count,
    tags.family,
    tags.label,
    count(DISTINCT chosen.contact_id) AS contact_count
FROM chosen
JOIN sizes USING (intent_label)
JOIN contact_interactions USING (contact_id)
JOIN tags USING (interaction_id)
WHERE tags.family IN ('need', 'expectation')
GROUP BY ALL
ORDER BY sizes.intent_contact_count DESC, chosen.intent_label, tags.family, contact_count DESC, tags.label

-- Contacts of the week nobody can be told apart for, or of whom little is known. One row.
-- Set: week_start (DATE, a Monday).
WITH chosen AS (
    SELECT
        *,
        outcome IN ('abandoned', 'failed') AS is_unserved,
        frustration_score IS NOT NULL AS is_tagged,
        EXISTS (
            SELECT 1
            FROM contact_interactions
            JOIN interactions USING (interaction_id)
            WHERE contact_interactions.contact_id = contacts.contact_id
              AND trim(interactions.text) <> ''
        ) AS has_words
    FROM contacts
    WHERE direction = 'inbound'
      AND started_date >= getvariable('week_start')
      AND started_date < getvariable('week_start') + 7
)

SELECT
    count(*) AS contact_count,
    count(*) FILTER (WHERE chosen.customer_id IS NULL) AS nobody_count,
    count(*) FILTER (WHERE chosen.customer_id IS NOT NULL AND NOT coalesce(customers.is_known, false)) AS anonymous_count,
    count(*) FILTER (WHERE NOT is_tagged AND NOT has_words AND is_unserved) AS without_words_count,
    count(*) FILTER (WHERE NOT is_tagged AND NOT has_words AND NOT is_unserved) AS without_transcript_count,
    count(*) FILTER (WHERE NOT is_tagged AND has_words) AS untagged_count
FROM chosen
LEFT JOIN customers USING (customer_id)

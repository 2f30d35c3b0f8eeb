-- What a week's contacts gained after a report of it was printed: interactions and survey answers that arrived later, links made or ended later. One row.
-- Set: week_start (DATE, a Monday), printed_as_of (TIMESTAMP up to which the printed report knew).
WITH chosen AS (
    SELECT contact_id, customer_id
    FROM contacts
    WHERE started_date >= getvariable('week_start')
      AND started_date < getvariable('week_start') + 7
      AND direction = 'inbound'
)

SELECT
    (
        SELECT count(DISTINCT chosen.contact_id)
        FROM chosen
        JOIN contact_interactions USING (contact_id)
        JOIN interactions USING (interaction_id)
        WHERE interactions.landed_at >= getvariable('printed_as_of')
    ) AS late_contact_count,
    (
        SELECT count(DISTINCT chosen.contact_id)
        FROM chosen
        JOIN contact_interactions USING (contact_id)
        JOIN surveys USING (interaction_id)
        WHERE surveys.landed_at >= getvariable('printed_as_of')
    ) AS late_survey_count,
    (
        SELECT count(DISTINCT customer_id)
        FROM chosen
        JOIN identity_links USING (customer_id)
        WHERE identity_links.linked_at >= getvariable('printed_as_of')
           OR identity_links.unlinked_at >= getvariable('printed_as_of')
    ) AS relinked_customer_count

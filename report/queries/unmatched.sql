-- Contacts of the week nobody can be told apart for, or of whom little is known. One row.
-- Set: week_start (DATE, a Monday).
SELECT
    count(*) AS contact_count,
    count(*) FILTER (WHERE contacts.customer_id IS NULL) AS nobody_count,
    count(*) FILTER (WHERE contacts.customer_id IS NOT NULL AND NOT coalesce(customers.is_known, false)) AS anonymous_count,
    count(*) FILTER (WHERE contacts.frustration_score IS NULL AND contacts.outcome IN ('abandoned', 'failed')) AS without_words_count,
    count(*) FILTER (WHERE contacts.frustration_score IS NULL AND contacts.outcome NOT IN ('abandoned', 'failed')) AS untagged_count
FROM contacts
LEFT JOIN customers USING (customer_id)
WHERE contacts.direction = 'inbound'
  AND contacts.started_date >= getvariable('week_start')
  AND contacts.started_date < getvariable('week_start') + 7

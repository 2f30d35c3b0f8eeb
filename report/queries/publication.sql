-- What the marts file is, and what it holds of the week: one row.
-- Set: week_start (DATE, a Monday).
SELECT
    publication.run_id,
    publication.published_at,
    publication.as_of,
    publication.small_number_floor,
    publication.code_version,
    publication.tagger_version,
    (SELECT min(started_date) FROM contacts) AS first_date,
    (SELECT max(started_date) FROM contacts) AS last_date,
    (
        SELECT count(*) FROM contacts
        WHERE started_date >= getvariable('week_start')
          AND started_date < getvariable('week_start') + 7
    ) AS contact_count
FROM publication

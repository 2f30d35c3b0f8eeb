-- First-contact resolution by channel, closed windows only; open windows counted apart.
-- Set: week_start (DATE, a Monday).
SELECT
    channel,
    count(*) FILTER (WHERE is_first_contact_resolution IS NOT NULL) AS closed_window_count,
    count(*) FILTER (WHERE is_first_contact_resolution) AS first_contact_resolved_count,
    count(*) FILTER (
        WHERE is_first_contact_resolution IS NULL AND is_provisional AND is_repeat IS NOT NULL
          -- A call that nobody took is never judged; a mail may still be answered.
          AND (outcome = 'answered' OR NOT is_synchronous)
    ) AS open_window_count
FROM contacts
WHERE started_date >= getvariable('week_start')
  AND started_date < getvariable('week_start') + 7
  AND direction = 'inbound'
GROUP BY channel
ORDER BY closed_window_count + open_window_count DESC, channel

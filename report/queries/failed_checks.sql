-- Steps of the publishing run and later ones that failed: no report is sent on them.
SELECT run_id, step, source, day, message
FROM runs
WHERE status = 'failed'
  AND run_id >= (SELECT run_id FROM publication)
ORDER BY run_id, step, source, day

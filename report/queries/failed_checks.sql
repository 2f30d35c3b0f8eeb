-- Steps and checks that failed in runs begun after the publishing one, and were not done since: no report is sent on them.
-- What failed in the publishing run itself was done at another try, or it would not have come to publish.
SELECT run_id, step, source, day, message
FROM runs AS failed
WHERE status = 'failed'
  -- A task's second try has a run id of its own, which begins alike.
  AND split_part(run_id, '-', 1) > (SELECT split_part(run_id, '-', 1) FROM publication)
  AND NOT EXISTS (
      SELECT 1 FROM runs AS later
      WHERE later.step = failed.step
        AND later.day = failed.day
        AND later.status = 'done'
        AND later.started_at > failed.started_at
  )
ORDER BY run_id, step, source, day

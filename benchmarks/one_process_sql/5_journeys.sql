-- A journey: one customer's contacts of one group without a silence longer than the gap.
CREATE TABLE journey_contacts AS
WITH ordered AS (
    SELECT c.*, g.intent_group IS NOT NULL AS is_specific,
        max(ended_at) OVER (
            matter ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended_before
    FROM contacts c LEFT JOIN intent_groups g USING (intent_label)
    WHERE c.intent_group IS NOT NULL
    WINDOW matter AS (
        PARTITION BY customer_id, c.intent_group ORDER BY started_at, contact_id)
),
runs AS (
    SELECT *,
        count(*) FILTER (
            ended_before IS NULL OR started_at - ended_before > (SELECT gap FROM rules)
        ) OVER (
            PARTITION BY customer_id, intent_group ORDER BY started_at, contact_id) AS run
    FROM ordered
)
SELECT *,
    first_value(contact_id) OVER journey AS journey_id,
    row_number() OVER journey AS position,
    lag(channel) OVER journey AS channel_before,
    last_value(intent_label IGNORE NULLS) OVER (
        journey ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS stated_before
FROM runs
WINDOW journey AS (
    PARTITION BY customer_id, intent_group, run ORDER BY started_at, contact_id);

CREATE TABLE journey_steps AS
SELECT contact_id, journey_id, customer_id, position::INTEGER AS position, channel, started_at,
    CASE WHEN position > 1 THEN
        greatest(epoch_us(started_at) - epoch_us(ended_before), 0) / 1e6
    END AS gap_seconds,
    coalesce(channel <> channel_before, FALSE) AS is_channel_change,
    coalesce(channel <> channel_before AND intent_label = stated_before, FALSE)
        AS is_continuity_break,
    coalesce(is_repeat, FALSE) AS is_repeat
FROM journey_contacts;

CREATE TABLE journeys AS
WITH summed AS (
    SELECT
        j.journey_id,
        any_value(j.customer_id) AS customer_id,
        any_value(j.intent_group) AS intent_group,
        coalesce(
            arg_min(j.intent_label, j.position) FILTER (j.is_specific),
            arg_min(j.intent_label, j.position)
        ) AS intent_label,
        min(j.started_at) AS started_at,
        max(j.ended_at) AS ended_at,
        count(*)::INTEGER AS contact_count,
        count(DISTINCT j.channel)::INTEGER AS channel_count,
        string_agg(j.channel, ' > ' ORDER BY j.position)
            FILTER (s.position = 1 OR s.is_channel_change) AS channel_path,
        count(*) FILTER (s.is_continuity_break)::INTEGER AS continuity_break_count,
        count(*) FILTER (s.is_repeat)::INTEGER AS repeat_contact_count,
        arg_min(j.frustration_score, j.position) AS frustration_first,
        max(j.frustration_score) AS frustration_peak,
        arg_max(j.frustration_score, j.position) AS frustration_last,
        arg_max(
            (j.csat_score - j.csat_scale_min) / (j.csat_scale_max - j.csat_scale_min),
            j.position
        ) AS csat_last,
        arg_max(j.outcome, j.position) AS last_outcome
    FROM journey_contacts j JOIN journey_steps s USING (contact_id)
    GROUP BY j.journey_id
),
dated AS (
    SELECT *, (SELECT as_of FROM rules) - ended_at <= (SELECT gap FROM rules) AS is_open
    FROM summed
)
SELECT journey_id, customer_id, intent_group, intent_label, started_at, ended_at,
    started_at::DATE AS started_date, is_open, contact_count, channel_count, channel_path,
    continuity_break_count, repeat_contact_count, frustration_first, frustration_peak,
    frustration_peak >= 0.5 AS is_frustrated, frustration_last, csat_last,
    (epoch_us(ended_at) - epoch_us(started_at)) / 3.6e9 AS elapsed_hours,
    CASE
        WHEN is_open THEN 'open'
        WHEN last_outcome = 'answered' THEN 'resolved'
        WHEN last_outcome = 'abandoned' THEN 'abandoned'
        ELSE 'unanswered'
    END AS outcome
FROM dated;

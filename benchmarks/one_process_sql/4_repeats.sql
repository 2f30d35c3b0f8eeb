-- What each contact is about: the group of its intent; without one, that of the
-- customer's latest contact that has one, if the silence between is within the gap; else
-- that of the next one on the same condition; else `general`. A contact that joined
-- carries the matter on: silences are counted from contact to contact.
CREATE TABLE matters AS
WITH mine AS (
    SELECT a.contact_id, a.customer_id, a.started_at, a.ended_at, g.intent_group,
        max(a.ended_at) OVER (
            PARTITION BY a.customer_id ORDER BY a.started_at, a.contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS silent_since
    FROM attempts a LEFT JOIN intent_groups g USING (intent_label)
    WHERE a.customer_id IS NOT NULL
        AND (a.direction = 'inbound' OR a.initiation = 'callback')
),
runs AS (
    SELECT *,
        count(*) FILTER (
            silent_since IS NULL OR started_at - silent_since > (SELECT gap FROM rules)
        ) OVER (PARTITION BY customer_id ORDER BY started_at, contact_id) AS run
    FROM mine
)
SELECT contact_id,
    coalesce(
        intent_group,
        last_value(intent_group IGNORE NULLS) OVER (
            PARTITION BY customer_id, run ORDER BY started_at, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        first_value(intent_group IGNORE NULLS) OVER (
            PARTITION BY customer_id, run ORDER BY started_at, contact_id
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
        'general'
    ) AS intent_group
FROM runs;

-- A contact repeats an earlier one of its matter that ended no longer than the window
-- before it began: the one whose end makes it a repeat, which is the latest end so far. Of
-- contacts that ended at one instant it is the one that began last.
CREATE TABLE repeats AS
WITH ordered AS (
    SELECT contact_id, started_at, ended_at, outcome, intent_group,
        max(ended_at) OVER so_far AS ended_before,
        arg_max(contact_id, (ended_at, started_at, contact_id)) OVER so_far AS previous,
        lead(started_at) OVER matter AS next_started_at,
        resolution_window
    FROM attempts JOIN matters USING (contact_id) CROSS JOIN rules
    WINDOW
        matter AS (PARTITION BY customer_id, intent_group ORDER BY started_at, contact_id),
        so_far AS (matter ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
judged AS (
    SELECT *,
        coalesce(started_at - ended_before <= resolution_window, FALSE) AS is_repeat,
        ended_at + resolution_window >= (SELECT as_of FROM rules) AS window_is_open
    FROM ordered
)
SELECT contact_id, intent_group, is_repeat, window_is_open,
    CASE WHEN is_repeat THEN previous END AS previous_contact_id,
    CASE WHEN outcome = 'answered' AND NOT window_is_open
        THEN coalesce(next_started_at - ended_at > resolution_window, TRUE)
    END AS is_first_contact_resolution
FROM judged;

CREATE TABLE contacts AS
SELECT
    contact_id, customer_id, channel, source, direction, initiation, entry_point, visibility,
    is_synchronous, segment, generation, language, queue, site, partner, started_at, ended_at,
    started_at::DATE AS started_date, is_out_of_hours, leg_count, transfer_count,
    message_count, wait_seconds, first_reply_seconds, first_reply_business_seconds,
    talk_seconds, hold_seconds,
    CASE WHEN talk_seconds IS NOT NULL
        THEN talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)
    END AS handle_seconds,
    outcome, expected_seconds, is_within_expectation, intent_label, intent_group,
    frustration_score, frustration_score >= 0.5 AS is_frustrated, frustration_label,
    is_repeat, previous_contact_id, is_first_contact_resolution,
    clock_runs OR coalesce(window_is_open, FALSE) AS is_provisional,
    csat_score, csat_scale_min, csat_scale_max,
    -- the two best answers; on fewer than four points they would be half of all
    csat_score >= csat_scale_max - if(csat_scale_max - csat_scale_min >= 3, 1, 0)
        AS is_satisfied,
    nps_score, ces_score, ces_scale_min, ces_scale_max,
    coalesce(invited_count, 0)::INTEGER AS invited_count,
    coalesce(delivered_count, 0)::INTEGER AS delivered_count,
    coalesce(answered_count, 0)::INTEGER AS answered_count,
    coalesce(answered_of_delivered_count, 0)::INTEGER AS answered_of_delivered_count,
    tagger_version
FROM attempts LEFT JOIN repeats USING (contact_id);

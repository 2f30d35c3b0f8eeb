-- Follow replies to the start of their thread. A message that came late or never ends
-- the chain with its id.
CREATE TABLE threads AS
WITH RECURSIVE answered AS (
    SELECT interaction_id AS reply, conversation_id AS original FROM interactions
    WHERE interaction_id <> conversation_id
),
followed (interaction_id, thread_id) AS (
    SELECT interaction_id, conversation_id FROM interactions
    UNION
    SELECT f.interaction_id, a.original FROM followed f JOIN answered a ON a.reply = f.thread_id
),
circles AS (
    SELECT interaction_id AS circular FROM followed
    WHERE interaction_id = thread_id AND interaction_id IN (SELECT reply FROM answered)
)
SELECT interaction_id,
    -- records that answer each other in a circle have no start: the smallest stands for it
    coalesce(
        max(thread_id) FILTER (thread_id NOT IN (SELECT reply FROM answered)),
        min(thread_id) FILTER (thread_id IN (FROM circles))
    ) AS thread_id
FROM followed GROUP BY interaction_id;

CREATE TABLE contact_interactions AS
WITH placed AS (
    SELECT i.interaction_id, i.occurred_date, i.occurred_at, t.thread_id, i.direction,
        i.channel IN ('social', 'review') AND i.visibility IS DISTINCT FROM 'private'
            AS is_public,
        -- network ids first: they outlive a change of user name
        (SELECT min((
            list_position(
                ['x_id', 'mastodon', 'x', 'account', 'email', 'phone', 'contact'], h.kind),
            h.key)) FROM (SELECT unnest(i.handles) AS h)
        )[2] AS speaker
    FROM interactions i JOIN threads t USING (interaction_id)
),
named AS (
    SELECT *,
        CASE
            WHEN NOT is_public THEN thread_id
            -- whose author the source withheld is an attempt of its own
            ELSE thread_id || '/' || coalesce(left(speaker, 12), interaction_id)
        END AS contact_id
    FROM placed
    WHERE NOT (is_public AND direction = 'outbound' AND speaker IS NULL)
)
SELECT interaction_id, contact_id, occurred_date,
    row_number() OVER (PARTITION BY contact_id ORDER BY occurred_at, interaction_id)::INTEGER
        AS position,
    thread_id
FROM named;

CREATE TABLE legs AS
SELECT m.contact_id, m.position, i.* EXCLUDE (text, turns, subject, attributes, handles),
    i.direction = 'inbound' OR i.initiation IN ('callback', 'transfer') AS is_customers,
    c.customer_id,
    i.text IS NOT NULL AND (i.direction = 'inbound' OR len(i.turns) > 0) AS has_words,
    CASE
        WHEN len(i.turns) > 0 THEN len(list_filter(i.turns, lambda t: t.party = 'customer'))
        WHEN i.text IS NOT NULL AND i.direction = 'inbound' THEN 1
        ELSE 0
    END AS said
FROM contact_interactions m
JOIN interactions i USING (interaction_id)
LEFT JOIN interaction_customers c USING (interaction_id);

CREATE TABLE served AS
WITH summed AS (
    SELECT
        contact_id,
        -- whom the company addresses may be another than who writes
        coalesce(
            arg_min(customer_id, position) FILTER (direction = 'inbound'),
            arg_min(customer_id, position)
        ) AS customer_id,
        arg_min(channel, position) AS channel,
        arg_min(source, position) AS source,
        arg_min(direction, position) AS direction,
        arg_min(initiation, position) AS initiation,
        arg_min(entry_point, position) AS entry_point,
        arg_min_null(visibility, position) AS visibility,
        arg_min(language, position) FILTER (has_words) AS spoken,
        arg_max(queue, position) AS queue,
        arg_max(site, position) AS site,
        arg_max(partner, position) AS partner,
        min(occurred_at) AS started_at,
        max(coalesce(ended_at, occurred_at)) AS ended_at,
        count(*)::INTEGER AS leg_count,
        count(*) FILTER (initiation = 'transfer')::INTEGER AS transfer_count,
        sum(said)::INTEGER AS message_count,
        arg_min(wait_seconds, position) AS wait_seconds,
        sum(talk_seconds) AS talk_seconds,
        sum(hold_seconds) AS hold_seconds,
        sum(wrap_seconds) AS wrap_seconds,
        min(occurred_at) FILTER (direction = 'inbound') AS first_message_at,
        arg_max(outcome, position) FILTER (is_customers AND outcome <> 'delivered')
            AS told_outcome,
        arg_max(outcome, position) AS last_outcome,
        bool_or(is_customers) AS has_customers_leg
    FROM legs GROUP BY contact_id
),
replied AS (
    SELECT s.contact_id, min(l.occurred_at) AS first_reply_at
    FROM summed s JOIN legs l USING (contact_id)
    WHERE l.direction = 'outbound' AND l.occurred_at > s.first_message_at
        AND s.channel IN ('email', 'web_form', 'social', 'review')
    GROUP BY ALL
)
SELECT * FROM summed LEFT JOIN replied USING (contact_id);

CREATE TABLE said AS
WITH heard AS (
    SELECT m.contact_id, m.position, t.*, g.intent_group
    FROM contact_interactions m
    JOIN tags t USING (interaction_id)
    LEFT JOIN intent_groups g ON t.family = 'intent' AND g.intent_label = t.label
)
SELECT
    contact_id,
    coalesce(
        arg_min(label, position) FILTER (is_primary AND intent_group IS NOT NULL),
        arg_min(label, position) FILTER (is_primary)
    ) AS intent_label,
    max(score) FILTER (family = 'frustration' AND label = 'overall') AS frustration_score,
    first(label ORDER BY score DESC, label DESC)
        FILTER (family = 'frustration' AND label <> 'overall') AS frustration_label,
    coalesce(
        arg_min(tagger_version, position)
            FILTER (is_primary AND intent_group IS NOT NULL),
        arg_min(tagger_version, position) FILTER (is_primary)
    ) AS tagger_version
FROM heard GROUP BY contact_id;

CREATE TABLE surveyed AS
WITH asked AS (
    SELECT m.contact_id, s.*,
        s.answered_at IS NOT NULL AND s.score IS NOT NULL
            AND s.scale_max > s.scale_min AS is_scored,
        -- as far from the best answer as it was given, the best always on top
        s.scale_max - CASE WHEN s.higher_is_better THEN s.scale_max - s.score
            ELSE s.score - s.scale_min END AS good_score
    FROM contact_interactions m JOIN surveys s USING (interaction_id)
),
latest AS (
    SELECT DISTINCT ON (contact_id, question_kind) *
    FROM asked WHERE is_scored AND question_kind IS NOT NULL
    ORDER BY contact_id, question_kind, answered_at DESC, survey_id DESC
),
scores AS (
    SELECT contact_id,
        any_value(good_score) FILTER (question_kind = 'csat') AS csat_score,
        any_value(scale_min) FILTER (question_kind = 'csat') AS csat_scale_min,
        any_value(scale_max) FILTER (question_kind = 'csat') AS csat_scale_max,
        any_value(score) FILTER (question_kind = 'nps') AS nps_score,
        any_value(good_score) FILTER (question_kind = 'ces') AS ces_score,
        any_value(scale_min) FILTER (question_kind = 'ces') AS ces_scale_min,
        any_value(scale_max) FILTER (question_kind = 'ces') AS ces_scale_max
    FROM latest GROUP BY contact_id
),
invited AS (
    SELECT contact_id,
        count(invited_at) AS invited_count,
        count(delivered_at) AS delivered_count,
        count(answered_at) AS answered_count,
        count(delivered_at) FILTER (answered_at IS NOT NULL) AS answered_of_delivered_count
    FROM asked GROUP BY contact_id
)
SELECT * FROM invited LEFT JOIN scores USING (contact_id);

-- Seconds of opening from the calendar's beginning to some instants.
CREATE MACRO open_until(instants) AS TABLE
SELECT i.instant,
    c.open_before + least(
        epoch_us(i.instant) - epoch_us(c.opens_at), epoch_us(c.closes_at) - epoch_us(c.opens_at)
    ) / 1e6 AS open_seconds,
    i.instant >= c.closes_at AS is_closed
FROM (SELECT DISTINCT instant FROM query_table(instants) WHERE instant IS NOT NULL) i
ASOF JOIN calendar c ON i.instant >= c.opens_at;

CREATE TABLE instants AS
SELECT started_at AS instant FROM served
UNION SELECT first_message_at FROM served
UNION SELECT first_reply_at FROM served;
CREATE TABLE opening AS FROM open_until(instants);

CREATE TABLE attempts AS
WITH dressed AS (
    SELECT
        s.*,
        a.* EXCLUDE (contact_id),
        q.* EXCLUDE (contact_id),
        c.segment,
        c.generation,
        coalesce(s.spoken, c.language) AS language,
        -- nobody waits for what the company began
        CASE WHEN s.direction = 'inbound'
            THEN coalesce(own.expected_seconds, usual.expected_seconds)
        END AS expected_seconds,
        s.channel IN ('call', 'video', 'chat') AS is_synchronous,
        (epoch_us(s.first_reply_at) - epoch_us(s.first_message_at)) / 1e6
            AS first_reply_seconds,
        reply.open_seconds - message.open_seconds AS first_reply_business_seconds,
        start.is_closed AS is_out_of_hours,
        CASE
            WHEN s.told_outcome IS NOT NULL THEN s.told_outcome
            WHEN s.first_reply_at IS NOT NULL THEN 'answered'
            WHEN s.has_customers_leg THEN 'delivered'
            ELSE s.last_outcome
        END AS outcome
    FROM served s
    LEFT JOIN said a USING (contact_id)
    LEFT JOIN surveyed q USING (contact_id)
    LEFT JOIN customers c USING (customer_id)
    LEFT JOIN clocks own ON own.channel = s.channel AND own.intent_label = a.intent_label
    LEFT JOIN clocks usual ON usual.channel = s.channel AND usual.intent_label IS NULL
    LEFT JOIN opening start ON start.instant = s.started_at
    LEFT JOIN opening message ON message.instant = s.first_message_at
    LEFT JOIN opening reply ON reply.instant = s.first_reply_at
),
clocked AS (
    SELECT *,
        expected_seconds IS NOT NULL AND NOT is_synchronous
            AND first_reply_at IS NULL
            AND epoch_us(first_message_at) / 1e6 + expected_seconds
                >= epoch_us((SELECT as_of FROM rules)) / 1e6 AS clock_runs
    FROM dressed
)
SELECT *,
    CASE
        WHEN expected_seconds IS NULL OR clock_runs THEN NULL
        -- who was not answered but gave up before the clock ran out was not failed by it
        WHEN is_synchronous AND outcome <> 'answered' AND wait_seconds <= expected_seconds
            THEN NULL
        WHEN is_synchronous THEN wait_seconds <= expected_seconds
        ELSE coalesce(first_reply_seconds <= expected_seconds, FALSE)
    END AS is_within_expectation
FROM clocked;

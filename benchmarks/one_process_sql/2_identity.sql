-- Which handle belongs to which customer now. A handle that the customer file lists is
-- that customer's; of several, who was named last. It holds while the latest file that
-- names the customer still lists it.
CREATE TABLE known_handles AS
WITH listed AS (
    SELECT customer_id, landed_date, unnest(handles).key AS handle_key FROM crm_records
),
latest AS (
    SELECT customer_id, max(landed_date) AS landed_date FROM crm_records GROUP BY ALL
),
last_listing AS (
    SELECT DISTINCT ON (handle_key) handle_key, customer_id, landed_date FROM listed
    ORDER BY handle_key, landed_date DESC, customer_id
)
SELECT handle_key, customer_id
FROM last_listing SEMI JOIN latest USING (customer_id, landed_date);

CREATE TABLE sightings AS
SELECT DISTINCT interaction_id, occurred_at, handle.kind AS kind, handle.key AS handle_key
FROM (SELECT interaction_id, occurred_at, unnest(handles) AS handle FROM interactions);

-- Pairs seen in one interaction, without shared handles: those seen with more others of
-- their own kind than the limit.
CREATE TABLE seen_together AS
WITH pairs AS (
    SELECT DISTINCT a.handle_key AS a, b.handle_key AS b, a.kind = b.kind AS same_kind
    FROM sightings a JOIN sightings b USING (interaction_id)
    WHERE a.handle_key <> b.handle_key
),
shared AS (
    SELECT a AS handle_key FROM pairs WHERE same_kind
    GROUP BY a HAVING count(DISTINCT b) > (SELECT shared_handle_limit FROM rules)
)
SELECT DISTINCT a, b FROM pairs
WHERE a NOT IN (FROM shared) AND b NOT IN (FROM shared);

-- Handles the file does not know, in groups connected by being seen together. If exactly
-- one known customer was seen with a group, the group is theirs; else it is an anonymous
-- customer, named after its handle that was seen first.
CREATE TABLE groups_of_unknown AS
WITH RECURSIVE unknown AS (
    SELECT DISTINCT handle_key FROM sightings ANTI JOIN known_handles USING (handle_key)
),
reached (handle_key, other) AS (
    SELECT handle_key, handle_key FROM unknown
    UNION
    SELECT r.handle_key, s.b
    FROM reached r JOIN seen_together s ON s.a = r.other
    WHERE s.b IN (FROM unknown)
)
SELECT reached.handle_key, arg_min(other, (s.occurred_at, s.interaction_id, other)) AS first_handle
FROM reached JOIN sightings s ON s.handle_key = reached.other
GROUP BY ALL;

CREATE TABLE links AS
WITH claims AS (
    SELECT g.first_handle, count(DISTINCT k.customer_id) AS customer_count,
        min(k.customer_id) AS customer_id
    FROM groups_of_unknown g
    JOIN seen_together s ON s.a = g.handle_key
    JOIN known_handles k ON k.handle_key = s.b
    GROUP BY ALL
)
SELECT handle_key, customer_id, 1 AS strength FROM known_handles
UNION ALL
SELECT g.handle_key,
    CASE WHEN c.customer_count = 1 THEN c.customer_id
        ELSE 'a-' || left(g.first_handle, 20) END,
    CASE WHEN c.customer_count = 1 OR g.handle_key <> g.first_handle THEN 2 ELSE 3 END
FROM groups_of_unknown g LEFT JOIN claims c USING (first_handle);

CREATE TABLE customers AS
SELECT DISTINCT ON (customer_id) customer_id, segment, generation, language
FROM crm_records ORDER BY customer_id, landed_date DESC;

CREATE TABLE interaction_customers AS
SELECT DISTINCT ON (interaction_id) interaction_id, customer_id
FROM sightings JOIN links USING (handle_key)
ORDER BY interaction_id, strength, customer_id;

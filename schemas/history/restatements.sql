-- What each week said at each publication at which that changed, and why: the first time, then every change.
-- Needs: earlier (this table of the publication before), earlier_publication (its `publication`); both may be empty.
-- Grain: one row per ISO week, key figure and publication at which it first appeared or changed
-- week_start_date: Monday of the ISO week.
-- figure: The key figure; docs/metrics.md defines it.
-- run_id: The publication that said so first.
-- published_at: When the run that published it began. UTC.
-- as_of: Up to when it knew. UTC.
-- code_version: Version of the code that published it.
-- tagger_version: Version of the tagger that published it.
-- part: Numerator; the count itself for contact_count.
-- whole: Denominator. Null for a count.
-- earlier_part: What it was before. Null the first time.
-- earlier_whole: What it was before. Null the first time, and for a count.
-- reasons: Why, of what can be seen: first, late (interactions or survey answers that arrived since), window (windows or clocks that closed since), identity (links made or ended since), tagger, definition (other code), settings (nothing of these).
WITH weeks AS (
    SELECT
        CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
        sum(contact_count) AS contact_count,
        sum(csat_count) AS csat_count,
        sum(csat_top_two_count) AS csat_top_two_count,
        sum(csat_top_box_count) AS csat_top_box_count,
        sum(scored_count) AS scored_count,
        sum(frustrated_count) AS frustrated_count,
        sum(expectation_count) AS expectation_count,
        sum(within_expectation_count) AS within_expectation_count,
        sum(closed_window_count) AS closed_window_count,
        sum(first_contact_resolved_count) AS first_contact_resolved_count,
        sum(repeat_base_count) AS repeat_base_count,
        sum(repeat_count) AS repeat_count
    FROM satisfaction
    GROUP BY ALL
),

now AS (
    SELECT week_start_date, figure.name AS figure, figure.part::DOUBLE AS part, figure.whole::DOUBLE AS whole
    FROM (
        SELECT week_start_date, unnest([
            {name: 'contact_count', part: contact_count, whole: NULL},
            {name: 'satisfied_rate', part: csat_top_two_count, whole: csat_count},
            {name: 'very_satisfied_rate', part: csat_top_box_count, whole: csat_count},
            {name: 'frustrated_rate', part: frustrated_count, whole: scored_count},
            {name: 'within_expectation_rate', part: within_expectation_count, whole: expectation_count},
            {name: 'first_contact_resolution_rate', part: first_contact_resolved_count, whole: closed_window_count},
            {name: 'repeat_contact_rate', part: repeat_count, whole: repeat_base_count}
        ]) AS figure
        FROM weeks
    )
),

told AS (
    FROM earlier
    QUALIFY row_number() OVER (PARTITION BY week_start_date, figure ORDER BY published_at DESC, run_id DESC) = 1
),

changed AS (
    SELECT
        week_start_date,
        figure,
        -- A week that is no longer there says nothing of itself any more.
        coalesce(now.part, 0) AS part,
        CASE WHEN figure = 'contact_count' THEN NULL ELSE coalesce(now.whole, 0) END AS whole,
        told.part AS earlier_part,
        told.whole AS earlier_whole,
        told.figure IS NULL AS is_first
    FROM now
    FULL JOIN told USING (week_start_date, figure)
    WHERE now.part IS DISTINCT FROM told.part OR now.whole IS DISTINCT FROM told.whole
),

came_since AS (
    SELECT
        CAST(date_trunc('week', contacts.started_date) AS DATE) AS week_start_date,
        bool_or(interactions.landed_at >= earlier_publication.as_of) AS has_contacts,
        bool_or(coalesce(surveys.landed_at >= earlier_publication.as_of, false)) AS has_answers,
        bool_or(coalesce(links.changed_at >= earlier_publication.as_of, false)) AS has_links
    FROM contacts
    CROSS JOIN earlier_publication
    JOIN contact_interactions USING (contact_id)
    JOIN interactions USING (interaction_id)
    LEFT JOIN surveys USING (interaction_id)
    LEFT JOIN (
        SELECT customer_id, max(greatest(linked_at, coalesce(unlinked_at, linked_at))) AS changed_at
        FROM identity_links
        GROUP BY customer_id
    ) AS links ON links.customer_id = contacts.customer_id
    WHERE contacts.direction = 'inbound'
    GROUP BY ALL
),

explained AS (
    SELECT
        changed.*,
        list_filter(
            [
                CASE WHEN came_since.has_contacts
                    OR (came_since.has_answers AND figure IN ('satisfied_rate', 'very_satisfied_rate'))
                    THEN 'late' END,
                CASE WHEN figure IN ('first_contact_resolution_rate', 'within_expectation_rate')
                    AND changed.whole > earlier_whole THEN 'window' END,
                CASE WHEN came_since.has_links
                    AND figure IN ('first_contact_resolution_rate', 'repeat_contact_rate') THEN 'identity' END,
                CASE WHEN publication.tagger_version <> earlier_publication.tagger_version
                    AND figure IN ('frustrated_rate', 'first_contact_resolution_rate', 'repeat_contact_rate',
                        'within_expectation_rate') THEN 'tagger' END
            ],
            lambda reason: reason IS NOT NULL
        ) AS seen,
        publication.code_version <> earlier_publication.code_version AS is_other_code
    FROM changed
    CROSS JOIN publication
    LEFT JOIN earlier_publication ON true
    LEFT JOIN came_since USING (week_start_date)
)

SELECT
    week_start_date, figure, run_id, published_at, as_of, code_version, tagger_version,
    part, whole, earlier_part, earlier_whole, reasons
FROM earlier
UNION ALL BY NAME
SELECT
    week_start_date,
    figure,
    publication.run_id,
    publication.published_at,
    publication.as_of,
    publication.code_version,
    publication.tagger_version,
    part,
    whole,
    earlier_part,
    earlier_whole,
    CASE
        WHEN is_first THEN ['first']
        WHEN len(seen) > 0 THEN seen
        WHEN is_other_code THEN ['definition']
        ELSE ['settings']
    END AS reasons
FROM explained
CROSS JOIN publication
ORDER BY week_start_date, figure, published_at, run_id

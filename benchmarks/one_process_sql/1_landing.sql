-- Of two versions of a record the one with the greater (source_updated_at, record_hash,
-- earlier landed_at, file, locator) is kept; customer files have their arrival for a clock.

CREATE TABLE transcripts AS
SELECT * FROM staged_transcripts WHERE rowid IN (
    SELECT rowid FROM staged_transcripts
    QUALIFY row_number() OVER (
        PARTITION BY interaction_id
        ORDER BY source_updated_at DESC, record_hash DESC, landed_at, file DESC, locator DESC
    ) = 1
);

CREATE TABLE surveys AS
SELECT * FROM staged_surveys WHERE rowid IN (
    SELECT rowid FROM staged_surveys
    QUALIFY row_number() OVER (
        PARTITION BY survey_id
        ORDER BY source_updated_at DESC, record_hash DESC, landed_at, file DESC, locator DESC
    ) = 1
);

CREATE TABLE crm_records AS
SELECT * FROM staged_crm_records WHERE rowid IN (
    SELECT rowid FROM staged_crm_records
    QUALIFY row_number() OVER (
        PARTITION BY customer_id, landed_date
        ORDER BY record_hash DESC, landed_at, file DESC, locator DESC
    ) = 1
);

-- A record without words of its own takes those of its transcript. A language that the
-- record declares stands against one that was only detected in the transcript.
CREATE TABLE interactions AS
WITH newest AS (
    SELECT * FROM staged_interactions WHERE rowid IN (
        SELECT rowid FROM staged_interactions
        QUALIFY row_number() OVER (
            PARTITION BY interaction_id
            ORDER BY source_updated_at DESC, record_hash DESC, landed_at, file DESC, locator DESC
        ) = 1
    )
),
paired AS (
    SELECT
        newest.*,
        t.record_hash AS t_hash, t.text AS t_text, t.text_origin AS t_origin, t.turns AS t_turns,
        t.text_hash AS t_text_hash, t.language AS t_language,
        t.language_is_declared AS t_declared,
        t.interaction_id IS NOT NULL AND newest.text IS NULL AND len(newest.turns) = 0 AS takes
    FROM newest LEFT JOIN transcripts t USING (interaction_id)
)
SELECT * EXCLUDE (t_hash, t_text, t_origin, t_turns, t_text_hash, t_language, t_declared, takes)
    REPLACE (
        CASE WHEN takes THEN t_text ELSE text END AS text,
        CASE WHEN takes THEN t_turns ELSE turns END AS turns,
        CASE WHEN takes AND t_text IS NOT NULL THEN t_origin ELSE text_origin END AS text_origin,
        CASE WHEN takes THEN t_text_hash ELSE text_hash END AS text_hash,
        CASE WHEN takes THEN t_hash END AS transcript_hash,
        CASE WHEN takes AND (t_declared OR NOT language_is_declared)
            THEN t_language ELSE language END AS language,
        language_is_declared OR (takes AND t_declared) AS language_is_declared
    )
FROM paired;

DROP TABLE staged_transcripts;
DROP TABLE staged_surveys;
DROP TABLE staged_crm_records;
DROP TABLE staged_interactions;

-- What the tagger is to read: the customer's own words. On the company's messages the
-- words are the company's, unless turns tell the parties apart.
CREATE TABLE readable AS
SELECT interaction_id, occurred_date, text, language FROM interactions
WHERE text IS NOT NULL AND (direction = 'inbound' OR len(turns) > 0)
    AND language IN (SELECT language FROM tagged_languages);

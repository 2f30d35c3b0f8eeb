-- What every kept weekly report printed, from the files beside the reports (report/README.md).
-- Set: printed (the files, like 'var/demo/reports/printed/*/*.json').
-- Grain: one row per week, publication and key figure that a report printed
-- week: The ISO week reported.
-- run_id: The publication it was printed from.
-- as_of: Up to when that publication knew. UTC.
-- code_version: Version of the code that published it.
-- tagger_version: Version of the tagger that published it.
-- figure: The key figure; docs/metrics.md defines it.
-- value: As printed: contacts, or a share in [0, 1]. Null where fewer than the floor made it.
-- part: Its numerator.
-- whole: Its denominator. Null for a count.
-- verdict: What the report said of it: above, below, usual, unclear (outside the usual range, which chance may do), few_weeks, small, open.
SELECT
    week.id AS week,
    publication.run_id AS run_id,
    publication.as_of::TIMESTAMP AS as_of,
    publication.code_version AS code_version,
    publication.tagger_version AS tagger_version,
    figure.name AS figure,
    figure.value::DOUBLE AS value,
    figure.part::DOUBLE AS part,
    figure.whole::DOUBLE AS whole,
    figure.verdict AS verdict
FROM (
    SELECT week, publication, unnest(key_figures) AS figure
    FROM read_json(
        getvariable('printed'),
        columns = {
            week: 'STRUCT(id VARCHAR)',
            publication: 'STRUCT(run_id VARCHAR, as_of VARCHAR, code_version VARCHAR, tagger_version VARCHAR)',
            key_figures: 'STRUCT(name VARCHAR, value DOUBLE, part DOUBLE, whole DOUBLE, verdict VARCHAR)[]'
        }
    )
)
ORDER BY week, run_id, figure

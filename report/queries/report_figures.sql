-- What every kept report printed, a row a key figure, from the files beside the reports; needs no marts.
-- Set: printed (the files, like 'var/demo/reports/printed/*/*.json').
SELECT
    week.id AS week,
    publication.run_id AS run_id,
    publication.as_of::TIMESTAMP AS as_of,
    publication.code_version AS code_version,
    publication.tagger_version AS tagger_version,
    figure.name AS figure,
    figure.value AS value,
    figure.part AS part,
    figure.whole AS whole,
    figure.verdict AS verdict
FROM (
    SELECT week, publication, unnest(key_figures) AS figure
    FROM read_json(getvariable('printed'), union_by_name = true)
)
ORDER BY week, run_id, figure

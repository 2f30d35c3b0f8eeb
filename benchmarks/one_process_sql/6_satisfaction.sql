CREATE TABLE satisfaction AS
WITH scaled AS (
    SELECT *,
        (csat_score - csat_scale_min) / (csat_scale_max - csat_scale_min) AS csat,
        (ces_score - ces_scale_min) / (ces_scale_max - ces_scale_min) AS ces,
        -- on fewer than four points the two best answers would be half of all
        csat_scale_max - CASE WHEN csat_scale_max - csat_scale_min >= 3 THEN 1 ELSE 0 END
            AS top_two_from
    FROM contacts WHERE direction = 'inbound'
)
SELECT
    started_date, channel, is_synchronous,
    coalesce(intent_label, 'unknown') AS intent_label,
    coalesce(segment, 'unknown') AS segment,
    coalesce(generation, 'unknown') AS generation,
    coalesce(language, 'unknown') AS language,
    is_out_of_hours,
    coalesce(partner, 'none') AS partner,
    count(*) AS contact_count,
    sum(invited_count)::BIGINT AS invited_count,
    sum(delivered_count)::BIGINT AS delivered_count,
    sum(answered_count)::BIGINT AS answered_count,
    sum(answered_of_delivered_count)::BIGINT AS answered_of_delivered_count,
    coalesce(sum(csat), 0) AS csat_sum,
    count(csat) AS csat_count,
    count(*) FILTER (csat_score >= csat_scale_max) AS csat_top_box_count,
    count(*) FILTER (csat_score >= top_two_from) AS csat_top_two_count,
    count(nps_score) AS nps_count,
    count(*) FILTER (nps_score >= 9) AS promoter_count,
    count(*) FILTER (nps_score > 6 AND nps_score < 9) AS passive_count,
    count(*) FILTER (nps_score <= 6) AS detractor_count,
    coalesce(sum(ces), 0) AS ces_sum,
    count(ces) AS ces_count,
    count(frustration_score) AS scored_count,
    count(*) FILTER (frustration_score >= 0.5) AS frustrated_count,
    count(is_first_contact_resolution) AS closed_window_count,
    count(*) FILTER (is_first_contact_resolution) AS first_contact_resolved_count,
    count(is_repeat) AS repeat_base_count,
    count(*) FILTER (is_repeat) AS repeat_count,
    count(is_within_expectation) AS expectation_count,
    count(*) FILTER (is_within_expectation) AS within_expectation_count,
    count(*) FILTER (is_provisional) AS provisional_count
FROM scaled
GROUP BY ALL;

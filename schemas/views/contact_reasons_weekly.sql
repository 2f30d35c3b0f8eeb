-- Why customers got in touch, by ISO week: contacts per intent, their share of the week, and how they went.
WITH reasons AS (
    SELECT
        CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
        intent_label,
        sum(contact_count)::BIGINT AS contact_count,
        sum(scored_count)::BIGINT AS scored_count,
        sum(frustrated_count)::BIGINT AS frustrated_count,
        sum(csat_sum) AS csat_sum,
        sum(csat_count)::BIGINT AS csat_count,
        sum(repeat_base_count)::BIGINT AS repeat_base_count,
        sum(repeat_count)::BIGINT AS repeat_count,
        sum(closed_window_count)::BIGINT AS closed_window_count,
        sum(first_contact_resolved_count)::BIGINT AS first_contact_resolved_count
    FROM satisfaction
    GROUP BY ALL
)

SELECT
    week_start_date,
    coalesce((SELECT as_of FROM publication) >= week_start_date + 7, false) AS is_week_over,
    intent_label,
    contact_count,
    (sum(contact_count) OVER (PARTITION BY week_start_date))::BIGINT AS week_contact_count,
    rate(contact_count, sum(contact_count) OVER (PARTITION BY week_start_date)) AS contact_share_rate,
    scored_count,
    rate(frustrated_count, scored_count) AS frustrated_rate,
    csat_count,
    rate(csat_sum, csat_count) AS csat_mean,
    repeat_base_count,
    rate(repeat_count, repeat_base_count) AS repeat_contact_rate,
    closed_window_count,
    rate(first_contact_resolved_count, closed_window_count) AS first_contact_resolution_rate
FROM reasons
ORDER BY week_start_date, contact_count DESC, intent_label

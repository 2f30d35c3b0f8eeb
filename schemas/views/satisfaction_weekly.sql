-- Satisfaction by ISO week (Monday): rates with their denominators, and no rate from fewer than the small-number floor.
WITH weeks AS (
    SELECT
        CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
        sum(contact_count)::BIGINT AS contact_count,
        sum(invited_count)::BIGINT AS invited_count,
        sum(delivered_count)::BIGINT AS delivered_count,
        sum(answered_count)::BIGINT AS answered_count,
        sum(answered_of_delivered_count)::BIGINT AS answered_of_delivered_count,
        sum(csat_sum) AS csat_sum,
        sum(csat_count)::BIGINT AS csat_count,
        sum(csat_top_box_count)::BIGINT AS csat_top_box_count,
        sum(csat_top_two_count)::BIGINT AS csat_top_two_count,
        sum(nps_count)::BIGINT AS nps_count,
        sum(promoter_count)::BIGINT AS promoter_count,
        sum(detractor_count)::BIGINT AS detractor_count,
        sum(ces_sum) AS ces_sum,
        sum(ces_count)::BIGINT AS ces_count,
        sum(scored_count)::BIGINT AS scored_count,
        sum(frustrated_count)::BIGINT AS frustrated_count,
        sum(closed_window_count)::BIGINT AS closed_window_count,
        sum(first_contact_resolved_count)::BIGINT AS first_contact_resolved_count,
        sum(repeat_base_count)::BIGINT AS repeat_base_count,
        sum(repeat_count)::BIGINT AS repeat_count,
        sum(expectation_count)::BIGINT AS expectation_count,
        sum(within_expectation_count)::BIGINT AS within_expectation_count,
        sum(provisional_count)::BIGINT AS provisional_count
    FROM satisfaction
    GROUP BY ALL
)

SELECT
    week_start_date,
    coalesce((SELECT as_of FROM publication) >= week_start_date + 7, false) AS is_week_over,
    contact_count,
    provisional_count,
    invited_count,
    delivered_count,
    answered_count,
    answered_of_delivered_count,
    rate(answered_of_delivered_count, delivered_count) AS survey_response_rate,
    csat_count,
    rate(csat_sum, csat_count) AS csat_mean,
    rate(csat_top_box_count, csat_count) AS very_satisfied_rate,
    rate(csat_top_two_count, csat_count) AS satisfied_rate,
    nps_count,
    100 * rate(promoter_count - detractor_count, nps_count) AS nps,
    ces_count,
    rate(ces_sum, ces_count) AS ces_mean,
    scored_count,
    rate(frustrated_count, scored_count) AS frustrated_rate,
    closed_window_count,
    rate(first_contact_resolved_count, closed_window_count) AS first_contact_resolution_rate,
    repeat_base_count,
    rate(repeat_count, repeat_base_count) AS repeat_contact_rate,
    expectation_count,
    rate(within_expectation_count, expectation_count) AS within_expectation_rate
FROM weeks
ORDER BY week_start_date

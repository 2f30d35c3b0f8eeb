-- Satisfaction by ISO week and channel: rates with their denominators, and no rate from fewer than the small-number floor.
WITH channels AS (
    SELECT
        CAST(date_trunc('week', started_date) AS DATE) AS week_start_date,
        channel,
        is_synchronous,
        sum(contact_count)::BIGINT AS contact_count,
        sum(delivered_count)::BIGINT AS delivered_count,
        sum(answered_count)::BIGINT AS answered_count,
        sum(answered_of_delivered_count)::BIGINT AS answered_of_delivered_count,
        sum(csat_sum) AS csat_sum,
        sum(csat_count)::BIGINT AS csat_count,
        sum(csat_top_box_count)::BIGINT AS csat_top_box_count,
        sum(csat_top_two_count)::BIGINT AS csat_top_two_count,
        sum(scored_count)::BIGINT AS scored_count,
        sum(frustrated_count)::BIGINT AS frustrated_count,
        sum(closed_window_count)::BIGINT AS closed_window_count,
        sum(first_contact_resolved_count)::BIGINT AS first_contact_resolved_count,
        sum(expectation_count)::BIGINT AS expectation_count,
        sum(within_expectation_count)::BIGINT AS within_expectation_count
    FROM satisfaction
    GROUP BY ALL
)

SELECT
    week_start_date,
    coalesce((SELECT as_of FROM publication) >= week_start_date + 7, false) AS is_week_over,
    channel,
    is_synchronous,
    contact_count,
    delivered_count,
    answered_count,
    answered_of_delivered_count,
    rate(answered_of_delivered_count, delivered_count) AS survey_response_rate,
    csat_count,
    rate(csat_sum, csat_count) AS csat_mean,
    rate(csat_top_box_count, csat_count) AS very_satisfied_rate,
    rate(csat_top_two_count, csat_count) AS satisfied_rate,
    scored_count,
    rate(frustrated_count, scored_count) AS frustrated_rate,
    closed_window_count,
    rate(first_contact_resolved_count, closed_window_count) AS first_contact_resolution_rate,
    expectation_count,
    rate(within_expectation_count, expectation_count) AS within_expectation_rate
FROM channels
ORDER BY week_start_date, channel

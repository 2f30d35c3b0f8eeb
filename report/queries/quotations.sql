-- Candidates for quotation from one intent and channel in the week: what customers wrote or said, masked, with the evidence of the intent and of the causes.
-- Set: week_start (DATE, a Monday), intent, channel.
SELECT
    contacts.contact_id,
    interactions.text,
    interactions.language,
    contacts.frustration_score,
    list(tags.evidence) AS evidence
FROM contacts
JOIN contact_interactions USING (contact_id)
JOIN interactions USING (interaction_id)
JOIN tags USING (interaction_id)
WHERE contacts.started_date >= getvariable('week_start')
  AND contacts.started_date < getvariable('week_start') + 7
  AND contacts.direction = 'inbound'
  AND contacts.channel = getvariable('channel')
  AND contacts.intent_label = getvariable('intent')
  AND interactions.direction = 'inbound'
  AND length(interactions.text) BETWEEN 40 AND 600
  AND ((tags.family = 'intent' AND tags.label = getvariable('intent'))
       OR (tags.family = 'frustration' AND tags.label <> 'overall'))
GROUP BY contacts.contact_id, interactions.interaction_id, interactions.text, interactions.language, contacts.frustration_score
HAVING bool_or(tags.family = 'intent' AND len(tags.evidence) > 0)
ORDER BY count(*) DESC, contacts.frustration_score DESC, contacts.contact_id
LIMIT 12

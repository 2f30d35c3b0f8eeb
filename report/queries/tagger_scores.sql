-- How well the tagger did in cross-validation on its own corpora, by language and measure: no measure of other texts.
SELECT measure, language, value, utterance_count
FROM tagger_scores
WHERE measure IN (
    'intent_accuracy', 'overall_auc', 'need_macro_f1', 'expectation_macro_f1', 'frustration_macro_f1'
)
ORDER BY measure, language DESC

import subprocess
import sys

import pytest

import nlp
from nlp.taxonomy import LANGUAGES, load_taxonomy

EXAMPLES = load_taxonomy().labels["intent"].values()


def of(text: str, language: str) -> list[nlp.Tag]:
    [tags] = nlp.tag([text], [language])
    return tags


def overall(text: str, language: str) -> float:
    return of(text, language)[-1].score


def labels(text: str, language: str, family: str) -> set[str]:
    return {tag.label for tag in of(text, language) if tag.family == family}


def words(text: str, tag: nlp.Tag) -> list[str]:
    return [text[start:end] for start, end in tag.evidence]


def test_importing_the_package_loads_no_library():
    check = (
        "import nlp, sys; assert not {'spacy', 'lingua', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_a_text_has_one_primary_intent_first_and_overall_last():
    tags = of("Je n'ai pas reçu mon colis et je veux être remboursé.", "fr")

    assert [tag.is_primary for tag in tags] == [True] + [False] * (len(tags) - 1)
    assert tags[0].family == "intent"
    assert (tags[-1].family, tags[-1].label) == ("frustration", "overall")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, quiero cancelar", "es"),
        ("bonjour", None),
        ("<PHONE>", "fr"),
        ("!!", "en"),
        ("", "fr"),
    ],
)
def test_other_languages_and_texts_without_words_get_no_tags(text, language):
    assert nlp.tag([text], [language]) == [[]]


def test_texts_of_mixed_languages_keep_their_places():
    texts = ["Where is my parcel?", "Où est mon colis ?", "Wo ist mein Paket?"]

    first, second, third = nlp.tag(texts, ["en", "fr", "de"])

    assert (first[0].label, second[0].label, third) == ("delivery", "delivery", [])


def test_a_text_is_tagged_alike_alone_and_among_others():
    texts = [f"My bill number {n} is wrong and I am fed up" for n in range(300)]

    assert nlp.tag(texts, ["en"] * 300)[7] == of(texts[7], "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_many_texts_has_its_own_scores_and_evidence(language):
    texts = [t for label in EXAMPLES for t in label.examples[language]]

    together = nlp.tag(texts, [language] * len(texts))

    assert together == [of(text, language) for text in texts]


def test_word_forms_forgotten_are_learnt_again(monkeypatch):
    texts = [t for label in EXAMPLES for t in label.examples["fr"]]
    before = nlp.tag(texts, ["fr"] * len(texts))

    monkeypatch.setattr("nlp.features._CACHED_WORDS", 0)

    assert nlp.tag(texts, ["fr"] * len(texts)) == before


@pytest.mark.parametrize(
    ("language", "intent", "text"),
    [
        (language, intent, text)
        for intent, label in load_taxonomy().labels["intent"].items()
        for language, texts in label.examples.items()
        for text in texts
    ],
)
def test_the_taxonomy_s_own_examples_have_their_intent(language, intent, text):
    assert intent in labels(text, language, "intent")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Ça fait trois semaines que j'attends, c'est inadmissible !"),
        ("fr", "j'en ai marre, personne ne répond jamais"),
        ("fr", "Bravo, encore une panne, vous êtes vraiment des champions 👏"),
        ("en", "This is the fourth time I call and still nothing. Pathetic."),
        ("en", "Worst service ever, I am never flying with you again"),
        ("en", "I've been on hold for an hour and you hung up on me"),
    ],
)
def test_frustration_is_heard(language, text):
    assert overall(text, language) >= 0.5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Bonjour, à quelle heure ouvre l'agence demain ?"),
        ("fr", "Aucun souci, tout est parfait, merci à vous."),
        ("fr", "La semaine dernière ma ligne était en panne, tout est réparé, merci !"),
        ("en", "Not bad at all, thank you for the quick help."),
        ("en", "Could you tell me how to change my address please?"),
        ("en", "My line was down on Monday but it is all fixed now, thanks a lot."),
    ],
)
def test_calm_is_not_taken_for_frustration(language, text):
    assert overall(text, language) < 0.5


def test_evidence_is_the_words_of_the_text_with_its_accents():
    text = "Bonjour <NAME>, j’ai été FACTURÉ deux fois, mon numéro est le <PHONE> !"

    tags = of(text, "fr")

    [billing] = [tag for tag in tags if tag.label == "billing"]
    assert any("FACTURÉ" in piece for piece in words(text, billing))
    assert all("<" not in piece for tag in tags for piece in words(text, tag))


def test_every_tag_but_a_trivial_overall_has_evidence():
    texts = [
        "ok",
        "Je sais pas",
        "mon contrat zblorg",
        "🙂 bonjour",
        "PFFF n'importe quoi",
    ]

    for tags in nlp.tag(texts, ["fr"] * len(texts)):
        for tag in tags:
            assert tag.evidence or (tag.label == "overall" and tag.score < 0.2)


def test_a_cause_comes_only_with_frustration():
    assert labels("J'attends votre réponse, merci.", "fr", "frustration") == {"overall"}
    assert "no_answer" in labels(
        "Personne ne répond à mes mails depuis un mois, c'est une honte !",
        "fr",
        "frustration",
    )


def test_a_negated_cue_does_not_count():
    assert overall("I am not angry, just asking.", "en") < 0.5


def test_as_many_languages_as_texts_are_needed():
    with pytest.raises(ValueError, match="2 texts but 1 languages"):
        nlp.tag(["a", "b"], ["fr"])


def test_odd_texts_are_tagged_and_not_refused():
    texts = ["a\ud800b merci", "e\u0301te\u0301 pourri", "\x00 bonjour", "a" * 2_000]
    long = "je n'ai rien reçu " * 60_000

    assert all(nlp.tag([*texts, long], ["fr"] * 5))

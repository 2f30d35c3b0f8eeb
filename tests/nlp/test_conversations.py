"""What a customer says at the end of a long text weighs more in `overall`."""

import pytest

import nlp
from nlp.features import LONG

CALM = {
    "en": (
        "Hello, I have a question about the invoice of last month. "
        "I moved house in March and gave you the new address. "
        "The reading of the meter was taken on the day I left. "
        "Could you tell me which of the two addresses this invoice is for?"
    ),
    "fr": (
        "Bonjour, j'ai une question sur la facture du mois dernier. "
        "J'ai déménagé en mars et je vous ai donné la nouvelle adresse. "
        "Le relevé du compteur a été fait le jour de mon départ. "
        "Pouvez-vous me dire pour laquelle des deux adresses est cette facture ?"
    ),
}
ANGRY = {
    "en": (
        "This is the fourth time I explain this and I am sick of it. "
        "Nobody listens to me, nobody ever calls back, it is a disgrace. "
        "I have been waiting for three weeks, you are completely useless."
    ),
    "fr": (
        "C'est la quatrième fois que j'explique et j'en ai ras le bol. "
        "Personne ne m'écoute, personne ne rappelle jamais, c'est une honte. "
        "J'attends depuis trois semaines, vous êtes des incapables."
    ),
}


def overall(text: str, language: str) -> float:
    return nlp.tag([text], [language])[0][-1].score


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("joint", ["\n", " "])
def test_who_ends_angry_is_more_frustrated_than_who_began_so(language, joint):
    calm, angry = CALM[language], ANGRY[language]

    began = overall(angry + joint + calm, language)
    ended = overall(calm + joint + angry, language)

    assert ended > began


def test_a_short_text_has_no_end_of_its_own():
    sentences = ["It is useless.", "Thank you very much."]
    assert len(" ".join(sentences).split()) < LONG

    one, other = (
        overall(" ".join(order), "en") for order in (sentences, sentences[::-1])
    )

    # Only word pairs and the last third's polarity tell the orders apart.
    assert abs(one - other) < 0.2


def test_a_raw_transcript_without_stops_has_its_last_quarter_as_end():
    calm = "so i moved house in march and i gave you the new address back then " * 4
    angry = "this is useless nobody ever answers i am sick of it it is a disgrace "

    assert overall(calm + angry, "en") > overall(angry + calm, "en")

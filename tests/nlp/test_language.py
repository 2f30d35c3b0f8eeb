import pytest

from nlp import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je n'ai toujours pas reçu mon colis", "fr"),
        ("bjr g pas recu mon colis jsuis decu", "fr"),
        ("Hello, where is the parcel I ordered?", "en"),
        ("no signal since yesterday, pls help", "en"),
        ("Ich möchte meine Bestellung stornieren", "de"),
        ("Hola, quiero cancelar mi pedido", "es"),
        ("Buongiorno, vorrei un rimborso", "it"),
    ],
)
def test_the_language_of_a_message_is_told(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "42", "😡😡", "<PHONE> <NAME>", "ok", "http://a.b/c"]
)
def test_what_cannot_be_told_is_none(text):
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tengo un problema con la factura que me llegó en marzo", "es"),
        ("la linea non va e il tecnico non si è visto", "it"),
        ("il modem non va, si accende ma non c'è la linea", "it"),
        ("ik was in de winkel en het was dicht", "nl"),
        ("so ein service will ich nicht mehr haben", "de"),
        ("a internet não funciona de novo, é um problema que se repete", "pt"),
    ],
)
def test_words_that_several_languages_share_are_no_mark_of_one(text, language):
    assert detect_language(text) == language


def test_placeholders_do_not_count():
    assert detect_language("<NAME> <PHONE> <EMAIL> merci de me rappeler") == "fr"

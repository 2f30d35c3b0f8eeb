"""What is masked, what stays, and what holds for any text."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.fr import nir

from jobs.masking import (
    KINDS,
    Found,
    accounts,
    addresses,
    births,
    declared,
    emails,
    find,
    mask,
    names,
    national_ids,
    not_names,
    spoken,
    stated_secrets,
)
from tests.unit.growth import growth

SENTENCE = (
    "bonjour je vous appelle au sujet de ma facture du mois elle est fausse et personne"
    " ne répond la box clignote depuis lundi merci de faire le nécessaire très vite"
)
WORDS = SENTENCE.split()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("au 06 12 34 56 78 svp", "au <PHONE> svp"),
        ("+33 (0)6 12 34 56 78", "<PHONE>"),
        (
            "c'est le zéro six, quatre-vingt-deux, quatorze, zéro trois, vingt et un",
            "c'est le <PHONE>",
        ),
        (
            "zero six soixante dix sept quatre vingt douze trente deux onze merci",
            "<PHONE> merci",
        ),
        (
            "my number is oh six one two three four five six seven eight",
            "my number is <PHONE>",
        ),
        (
            "call me on double five five, one two three, four five six seven",
            "call me on <PHONE>",
        ),
        ("zéro six septante-deux nonante-quatre quinze huitante-trois", "<PHONE>"),
        ("léa point martin arobase exemple point fr", "<EMAIL>"),
        (
            "my email is lea dot martin at example dot com thanks",
            "my email is <EMAIL> thanks",
        ),
        ("fr76 1622 2242 0372 1722 0228 169 merci", "<IBAN> merci"),
        ("sécu 1 99 12 2A 004 123 64", "sécu <NIR>"),
        ("carte 4970-1029-0810-0334", "carte <CARD>"),
        ("j'habite au 14 boulevard Voltaire à Paris", "j'habite au <ADDRESS>"),
        ("I live at 12 High Street, Leeds LS1 4AB", "I live at <ADDRESS>"),
        (
            "né le 3 mars 1984, client depuis le 3 mars 2004",
            "né le <BIRTH_DATE>, client depuis le 3 mars 2004",
        ),
        ("mon mot de passe c'est Soleil42", "mon mot de passe c'est <SECRET>"),
        ("my PIN is 4829", "my PIN is <SECRET>"),
        ("Mme Dupont à l'appareil", "Mme <NAME> à l'appareil"),
    ],
)
def test_personal_data_gives_way_to_its_kind(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "commande 0612345678",
        "colis 06123456789012",
        "la carte 4970 1029 0810 0335 échoue au contrôle de Luhn",
        "IMEI 356938035643809",
        "le 3900, le 1077 et le 39 49 ne répondent pas",
        "12,50 € le 03/03/2024 à 14h30",
        "mon mot de passe est incorrect",
        "code erreur 502, code promo NOEL10, code postal 69003",
        "1 place de parking et 3 passages du technicien",
        "je ne le paierai pas",
        "@marque et @client@serveur.social se répondent",
        "Madame, Monsieur,",
        "the post code is zz99xy",
        "see U.S. Code 4321c",
        "I will be at 7 floor desk x12. It is late",
        "you miss people, and THIS IS A VERY BAD THING",
    ],
)
def test_what_is_nobody_s_own_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("C'est léa martin.", "C'est <NAME>."),
        ("MARTIN Lea, oui", "<NAME>, oui"),
        ("le contrat de Martin", "le contrat de <NAME>"),
        ("Martin's bill", "<NAME>'s bill"),
        ("bonjour martin ici", "bonjour <NAME> ici"),
        ("Un martin-pêcheur passe.", "Un martin-pêcheur passe."),
        ("vous direz à martin de rappeler", "vous direz à <NAME> de rappeler"),
        ("is that martin? yes I rang before", "is that <NAME>? yes I rang before"),
        ("ça s'écrit M-A-R-T-I-N", "ça s'écrit <NAME>"),
        ("m a r t i a n", "m a r t i a n"),
    ],
)
def test_a_declared_name_is_masked_whole_or_where_it_stands_as_a_name(text, masked):
    assert mask(text, names=["Léa Martin"]) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Rose ou bleu ?", "Rose ou bleu ?"),
        ("la pierre rose", "la pierre rose"),
        ("Demandez à Pierre.", "Demandez à <NAME>."),
        ("Pierre Rose a payé.", "<NAME> a payé."),
        ("monsieur pierre a payé", "monsieur <NAME> a payé"),
    ],
)
def test_a_name_that_is_a_word_needs_more_than_being_there(text, masked):
    assert mask(text, names=["Pierre Rose"]) == masked


def test_a_country_is_not_its_namesake():
    assert mask("Je vis en France.", names=["France Gall"]) == "Je vis en France."


def test_places_are_counted_in_code_points():
    text = "😀 é́ tél 06 12 34 56 78 😀"
    assert [text[f.start : f.end] for f in find(text)] == ["06 12 34 56 78"]


def test_marks_that_cannot_be_seen_hide_nothing():
    assert (
        mask("tél \u202a06\u200b12 34 56\u00ad 78\u202c.") == "tél \u202a<PHONE>\u202c."
    )


def test_key_cap_emoji_and_wide_digits_are_digits():
    assert mask("0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣").startswith("<PHONE>")
    assert mask("tél ０６ １２ ３４ ５６ ７８") == "tél <PHONE>"


@pytest.mark.parametrize("blank", ["\t", "\u00a0", "\u2003", "\u3000"])
def test_any_blank_parts_the_groups_of_a_number(blank):
    number = blank.join(["06", "12", "34", "56", "78"])
    assert mask(f"tél{blank}{number}, merci") == f"tél{blank}<PHONE>, merci"


def test_letters_with_their_accents_apart_are_the_same_letters():
    assert mask("ne\u0301e le 3 mars 1984") == "ne\u0301e le <BIRTH_DATE>"


def test_a_word_that_repeats_a_digit_may_stand_without_one():
    text = "it is double the price, my social is one two three four five six seven eight nine"
    assert mask(text).endswith("my social is <NIR>")
    assert mask("la facture double en trois mois") == "la facture double en trois mois"


def test_placeholders_are_left_alone():
    text = "<PHONE> <EMAIL>, mot de passe : <SECRET>, née le <BIRTH_DATE>, Mme <NAME>"
    assert mask(text, names=["Name Phone"]) == text


def test_the_country_says_how_a_number_is_dialled():
    text = "ring me on 020 7946 0958"
    assert mask(text, country="GB") == "ring me on <PHONE>"


def shape_holds(text: str, found: list[Found]) -> bool:
    edges = [at for item in found for at in (item.start, item.end)]
    return (
        edges == sorted(edges)
        and all(item.start < item.end <= len(text) for item in found)
        and {item.kind for item in found} <= set(KINDS)
    )


FRAGMENTS = st.sampled_from(
    [
        *WORDS, "né le", "code", "code pin est", "mot de passe :", "rue", "12", "avenue de",
        "Lyon", "69003", "je m'appelle", "Mme", "Martin", "Cordialement,", "arobase", "point",
        "fr", "@", "06", "12 34 56 78", "0612345678", "zéro", "six", "soixante", "dix", "huit",
        "quatre", "vingt", "cent", "FR76", "<PHONE>", "<", ">", "\n", ", ", ".", "😀", "€", "-",
        "İ", "\u0301", "\u200b", "\nagent : oui\nclient : ", "\nclient : ", "carte 4970102908100334", "born on", "at", "dot com", "+33",
    ]
)  # fmt: skip
# Every word that a finder knows, so that whatever it looks for is also met with nothing after it.
KNOWN = st.sampled_from(
    sorted(
        {
            word
            for module in (
                accounts,
                addresses,
                births,
                declared,
                emails,
                names,
                national_ids,
                not_names,
                spoken,
                stated_secrets,
            )
            for name, known in vars(module).items()
            if isinstance(known, frozenset | dict) and not name.startswith("__")
            for word in known
            if isinstance(word, str)
        }
    )
)
SOUP = st.lists(FRAGMENTS | KNOWN, max_size=30).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda glue: glue.join(parts))
)


@given(
    st.one_of(st.text(max_size=200), SOUP), st.lists(st.text(max_size=12), max_size=2)
)
def test_any_text_is_masked_once_and_for_all(text, names):
    assert shape_holds(text, find(text, names=names))
    masked = mask(text, names=names)
    assert mask(masked, names=names) == masked


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str]:
    """A value with a check digit or a shape, and its kind, written one of several ways."""
    kind = draw(st.sampled_from(["PHONE", "EMAIL", "CARD", "IBAN", "NIR"]))
    some = lambda size: draw(st.text("0123456789", min_size=size, max_size=size))  # noqa: E731
    gap = draw(st.sampled_from([" ", "", "-"]))
    if kind == "PHONE":
        start = draw(st.sampled_from(["06", "07", "01", "+33 6", "0033 7"]))
        separator = draw(st.sampled_from([" ", ".", "-"]))
        return kind, start + separator + separator.join(some(2) for _ in range(4))
    if kind == "EMAIL":
        name = draw(st.text("abcdefghij.", min_size=3, max_size=12)).strip(".") or "lea"
        return (
            kind,
            f"{name}@{draw(st.sampled_from(['exemple.fr', 'a-b.example.com']))}",
        )
    if kind == "CARD":
        number = draw(st.sampled_from(["4", "51", "55"])) + some(13)
        number = number[:15].ljust(15, "7")
        number += luhn.calc_check_digit(number)
        # In one piece after "facture" it is the invoice's number.
        gap = gap or " "
        return kind, gap.join(number[at : at + 4] for at in range(0, 16, 4))
    if kind == "IBAN":
        body = "3" + some(22)
        number = "FR" + iban.calc_check_digits("FR00" + body) + body
        return kind, gap.join(number[at : at + 4] for at in range(0, 27, 4))
    body = draw(st.sampled_from("12")) + some(2) + "05" + "69" + some(6)
    number = body + nir.calc_check_digits(body)
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return kind, gap.join(number[a:b] for a, b in pairwise(cuts))


@given(st.lists(st.sampled_from(WORDS), max_size=12), planted(), st.integers(0, 12))
def test_nothing_planted_in_a_sentence_is_left(words, plant, place):
    kind, value = plant
    masked = mask(" ".join([*words[:place], value, *words[place:]]))
    assert value not in masked
    assert f"<{kind}>" in masked


def repeated(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "1 ", "0", "06 ", "@", "a@", "a.", "at ", " ", "\n", "-", "zéro ", "quatre vingt ",
        "code ", "code : ", "mot de passe est ", "né le ", "né ", "date de naissance ", "12 rue ",
        "rue de la ", "a arobase ", "point ", "arobase point fr ", "FR76 ", "fr7", "Mme ", "Léa ",
        "je m'appelle ", "Cordialement, ", "merci, ", "<PHONE>", "<", "(", "+", "+33 ", "1.", "A ",
        "address is 1 ", "2024 ", "martin ", "résidence ", "12 a street ", "lundi ", "\u0301", "é",
        "l e a point ", "06 12 34 56 78 ", "né le 3 mars 1984 ", "'", "1-", "à la ",
        "zéro six non pardon ", "deux fois le ", "06 euh ", "FR76 puis ", "Rue Haute 8, ", "Villa Aa, ",
        "ni ", "my social is ", "sort code 30 ", "account 6155037 sort code ", "1:2:",
        "o 7 ", "your name? ", "nom ", "\n-- \n", " here", "commande 44188, ", "1 a st ", "Aastraat 1, ", "Derby DE1 3ZZ ", "code (", "pw (a) ",
        "one maple street ", "Use 4829 to ", "Aa, 1aa ", "née quand ? ", "tout attaché ", "J. P. ",
        "a b c d ", "<NAME> a b c d ", "\nagent : oui\nclient : 06 12 ", "\nagent : ok ok ", "client : 1\n", "1.1.oui ", "| 06 ", "hundred and 0 ", "0-agent : (01 ", "zéro hundred and ",
    ],
)  # fmt: skip
def test_time_grows_no_faster_than_the_text(piece):
    def work(text: str) -> None:
        mask(text, names=["Léa Martin"])

    # Ten times the text may take forty times as long, for the noise of a busy machine;
    # quadratic would be a hundred.
    text = repeated(piece)
    assert growth(work, text(6_000), text(60_000)) < 40


def test_time_grows_no_faster_than_a_text_of_everything():
    chooser = random.Random(5)
    kinds = [
        "06 12 34 56 78",
        "12 rue des Lilas",
        "né le 3 mars 1984",
        "code 4829",
        "a@b.fr",
    ]
    words = [chooser.choice(WORDS + kinds) for _ in range(30_000)]
    assert growth(mask, " ".join(words[:3_000]), " ".join(words)) < 40

"""Numbers as they are dictated, corrected and grouped, and those that are nobody's."""

import pytest

from jobs.masking import mask

UNCHANGED = None


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # Hesitations between written digits.
        ("le 07 euh 31 euh 44 12 90 voilà", "le <PHONE> voilà"),
        ("notez 06 21 puis 43 65 87", "notez <PHONE>"),
        # The other's "oui" in the same text.
        (
            "client : zéro sept vingt\nagent : d'accord\nclient : trente trois onze quinze",
            "client : <PHONE>",
        ),
        # Digits said so many times.
        (
            "zéro sept, deux fois le neuf, douze, trente, trois fois zéro",
            "<PHONE>",
        ),
        ("trois fois le zéro du contrat", "trois fois le zéro du contrat"),
        # Corrections: of the last group, and from the beginning.
        (
            "zéro sept trente-deux onze non pardon douze quarante zéro neuf, merci",
            "<PHONE>, merci",
        ),
        (
            "oh one six sorry no oh one five one four nine six oh seven eight nine",
            "<PHONE>",
        ),
        # Without its zero, said afterwards to be a phone's.
        (
            "six trente-deux onze quarante quinze c'est mon portable",
            "<PHONE> c'est mon portable",
        ),
        ("six trente-deux onze quarante quinze", "six trente-deux onze quarante quinze"),
        # Eleven British digits; ten American ones.
        ("oh one two one four nine six oh three five seven", "<PHONE>"),
        ("two one three five five five oh one eight eight please", "<PHONE> please"),
        ("order two one three five five five oh one eight eight", None),
        # A British mobile kept for examples; digits with the letter for the zero.
        ("oh seven seven oh oh nine oh oh five one two", "<PHONE>"),
        ("it's oh seven four double oh three treble eight two four, ok", "it's <PHONE>, ok"),
        ("o seven four double o three nine two six one eight", "<PHONE>"),
        ("O 7 4 0 0 3 9 2 6 1 8 thanks", "<PHONE> thanks"),
        # Its last digit is a French word too.
        ("oh seven seven oh oh nine oh oh five one six", "<PHONE>"),
        ("07 31 44 12 90 one more thing", "<PHONE> one more thing"),
        # "Quatre-vingts, douze": ten digits, though eight are heard.
        ("zéro six quatre-vingts douze trente et un quinze", "<PHONE>"),
        ("quatre-vingts douze trente et un quinze", "quatre-vingts douze trente et un quinze"),
        # The other's "yep", and what falls silent between two pairs.
        (
            "customer: oh seven four\nagent: yep\ncustomer: double oh three nine two six one eight",
            "customer: <PHONE>",
        ),
        ("zéro sept ... quarante ... trente-neuf ... vingt-six ... dix-huit", "<PHONE>"),
        # The other says again what he writes down, or only that he listens.
        (
            "client : zéro sept\nagent : zéro sept\nclient : quarante trente-neuf\n"
            "agent : quarante trente-neuf\nclient : vingt-six dix-huit",
            "client : <PHONE>",
        ),
        (
            "client : le 07\nagent : je vous écoute\nclient : 40 39\nagent : ok\nclient : 26 18",
            "client : le <PHONE>",
        ),
        (
            "client : zéro sept quarante trente-neuf vingt-six dix-huit\nclient : 18 jours sans ligne",
            "client : <PHONE>\nclient : 18 jours sans ligne",
        ),
        ("client : il y a 45\nagent : oui\nclient : euros de trop depuis 3 mois", None),
        # Begun anew after the other's "oui".
        ("zéro sept oui zéro sept quarante trente-neuf vingt-six dix-huit", "<PHONE>"),
        ("le 3244 trois fois, 25 minutes", None),
    ],
)  # fmt: skip
def test_a_phone_is_followed_through_what_is_said_between_its_groups(text, masked):
    assert mask(text) == (text if masked is None else masked)


@pytest.mark.parametrize(
    "text",
    [
        "07700 900 123",
        "07400123456",
        "(020) 7946 0123",
        "0121 496 0357",
        "01632 960 123",
        "213 555 0188",
        "o7 31 44 12 90",
        "07400 - 392 - 618",
        "(07400) 392618",
        "07400.392.618",
        "01632 960123",
        "(0121) 4960357",
        "0207 946 0123",
        "(213)5550188",
        "418 555-0188 poste 22",
        "06_31_44_12_90",
        "06 | 31 | 44 | 12 | 90",
    ],
)
def test_a_phone_grouped_as_its_country_groups_it_needs_no_word_before_it(text):
    assert mask(f"{text}, thanks") == "<PHONE>, thanks"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("06 31 44 12 90/02 31 44 12 90", "<PHONE>/<PHONE>"),
        ("0631441290-0231441290", "<PHONE>-<PHONE>"),
        ("(06) 31 44 12 90", "(<PHONE>"),
        ("tél. 06, 31, 44, 12, 90", "tél. <PHONE>"),
        # The date before it, the cell beside it are no part of a phone.
        ("le 05/12, 06 31 44 12 90", "le 05/12, <PHONE>"),
        ("05 | 06 31 44 12 90 | oui", "05 | <PHONE> | oui"),
        ("bornes 06, 31, 44, 12, 90", UNCHANGED),
        ("créneaux 08:30:12:15:14", UNCHANGED),
        ("commande 01632 960123", UNCHANGED),
        ("621 118 903 est mon numéro de carte de fidélité", UNCHANGED),
    ],
)
def test_two_phones_stand_side_by_side_and_nothing_else_joins_one(text, masked):
    assert mask(text) == (masked or text)


def test_what_follows_may_say_that_a_number_is_a_phone_s():
    assert mask("2135550188 is my number") == "<PHONE> is my number"
    text = "2135550188 is my order number"
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ouverture : 08 30 12 15 14 00 18 45",
        "dossier 02 31 18 24 90 77.",
        "contrat de gaz 003 914 220 87",
        "numéro de lot 3310 4472 0917",
        "call me about flight 3108 3/14/2016",
        "contract 020 7946 0123",
        "part number 202-555-0188",
        "order 213 555 0188",
        "numéro d'adhérent 245 118 903",
        "membership number 245 118 9033",
        "company number 07451189",
        "the software is 7.2.14.31",
        "carte cadeau 7035 6120 0033 4471 8",
        "facture du 12/03/2025, numéro 0612345678",
        "prélevé de 0,80 puis 0,80 puis 250 sans accord",
        "customer number 80116234",
    ],
)
def test_a_number_that_is_said_to_be_something_else_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ma commande 55120, 0731441290", "ma commande 55120, <PHONE>"),
        ("colis 55120 svp 0731441290", "colis 55120 svp <PHONE>"),
        ("une facture de 80,10 €, 0731441290", "une facture de 80,10 €, <PHONE>"),
        ("le numéro de ma sœur 0731441290", "le numéro de ma sœur <PHONE>"),
    ],
)
def test_what_has_its_number_says_nothing_of_the_next_one(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("tel0731441290svp", "tel<PHONE>svp"),
        ("au0731441290 ou au 0231441290ou rien", "au<PHONE> ou au <PHONE>ou rien"),
        ("ref0731441290", "ref0731441290"),
        ("0731441290B", "0731441290B"),
    ],
)
def test_a_phone_may_touch_the_word_beside_it(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4970 1029\n0810 0334", "<CARD>"),
        ("visa 4970/1029/0810/0334", "visa <CARD>"),
        ("visa 4970, 1029, 0810, 0334", "visa <CARD>"),
        ("visa 4970, 1029, 0810, 0335", "visa 4970, 1029, 0810, 0335"),
        ("client : 4970\nagent : oui\nclient : 1029\nagent : oui\nclient : 0810 0334", "client : <CARD>"),
        ("client : quarante-neuf soixante-dix dix vingt-neuf zéro huit dix zéro trois trente-quatre", "client : <CARD>"),
        ("un quatre-vingt-treize zéro cinq soixante-neuf deux cent trois cent quarante", "<NIR>"),
        ("sécu un quatre-vingt-treize zéro cinq soixante-neuf deux cent trois cent quarante clé trente", "sécu <NIR>"),
    ],
)  # fmt: skip
def test_a_card_or_a_nir_is_put_together_from_its_groups(text, masked):
    assert mask(text) == masked


def test_corrections_without_end_take_no_longer_than_the_text():
    text = "zéro six non pardon " * 2_000
    assert len(mask(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("depuis 2a01:e0a:9c4:71b0:44d1:8aff:fe03:51c7 hier", "depuis <IP_ADDRESS> hier"),
        ("login from 2a00:23c8::51c7:1:9", "login from <IP_ADDRESS>"),
        ("fe80:0:0:0:44d1:8aff:fe03:51c7", None),
        ("de 12:30:45 à 13:30:45:10:22", None),
        ("MAC 00:1a:2b:3c:4d:5e", None),
    ],
)  # fmt: skip
def test_a_public_address_of_a_machine_may_be_a_long_one(text, masked):
    assert mask(text) == (text if masked is None else masked)

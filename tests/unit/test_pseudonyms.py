"""Handles to keys: one customer, one key; no key says whose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.pseudonyms import KEY_LENGTH, Pseudonyms, normalised
from jobs.sources.records import Handle

SECRET = "a secret of more than thirty-two characters"

PSEUDONYMS = Pseudonyms(SECRET, "FR")


@pytest.mark.parametrize(
    "spelling",
    [
        "+33612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "0612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033 6 12 34 56 78",
        "tel:+33612345678",
        " 06 12 34 56 78 ",
    ],
)
def test_a_phone_in_any_spelling_has_one_key(spelling):
    assert normalised("phone", spelling, "FR") == "+33612345678"
    assert PSEUDONYMS.of("phone", spelling) == PSEUDONYMS.of("phone", "+33612345678")


def test_a_phone_without_prefix_is_of_the_company_s_country():
    assert normalised("phone", "020 7946 0018", "GB") == "+442079460018"
    assert normalised("phone", "06 12 34 56 78", "FR") == "+33612345678"


@pytest.mark.parametrize(
    "withheld",
    ["anonymous", "Anonymous", "private", "unknown", "", " ", "+", "0", "123"],
)
def test_a_withheld_number_is_nobody_s(withheld):
    assert PSEUDONYMS.of("phone", withheld) is None


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Lea.Martin@Client.Example", " lea.martin@client.example\n"),
        ("x", "@LeaM", "leam"),
        ("mastodon", "@lea@mastodon.example", "Lea@Mastodon.Example"),
        ("account", "C-100", "c-100"),
        ("contact", "zendesk:STRASSE", "zendesk:straße"),
    ],
)
def test_case_and_white_space_and_the_at_make_no_difference(kind, one, other):
    assert PSEUDONYMS.of(kind, one) == PSEUDONYMS.of(kind, other)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "lea"), ("email", ""), ("x", "@"), ("x", " "), ("account", "  ")],
)
def test_what_is_no_handle_has_no_key(kind, value):
    assert PSEUDONYMS.of(kind, value) is None


def test_the_same_value_of_two_kinds_has_two_keys():
    kinds = ("account", "x", "x_id", "mastodon", "contact", "agent")

    assert len({PSEUDONYMS.of(kind, "100001") for kind in kinds}) == len(kinds)


def test_another_secret_gives_another_key():
    other = Pseudonyms(SECRET + "!", "FR")

    assert PSEUDONYMS.of("x", "leam") != other.of("x", "leam")


def test_a_key_is_the_same_in_every_process():
    """Held as text: a key that changed would make everybody a stranger."""
    assert PSEUDONYMS.of("x", "leam") == "4bc9d9a04830c05d844faf98c07d68ef"


def test_handles_are_distinct_and_in_the_order_given():
    handles = [
        Handle("phone", "06 12 34 56 78"),
        Handle("email", "lea@client.example"),
        Handle("phone", "+33612345678"),
        Handle("phone", "anonymous"),
    ]

    assert PSEUDONYMS.handles(handles) == [
        {"kind": "phone", "key": PSEUDONYMS.of("phone", "0612345678")},
        {"kind": "email", "key": PSEUDONYMS.of("email", "lea@client.example")},
    ]


def test_a_customer_s_id_is_made_from_the_account_number():
    key = PSEUDONYMS.of("account", "100001")

    assert PSEUDONYMS.customer_id(" 100001") == f"c-{key[:20]}"
    assert PSEUDONYMS.customer_id("") is None


@given(
    kind=st.sampled_from(["email", "phone", "account", "x", "x_id", "mastodon"]),
    value=st.text(min_size=1, max_size=40),
)
def test_no_value_can_be_read_in_its_key(kind, value):
    key = PSEUDONYMS.of(kind, value)

    if key is not None:
        assert len(key) == KEY_LENGTH
        assert set(key) <= set("0123456789abcdef")
        # A value of a digit or three occurs in any hexadecimal text by chance.
        assert len(value) < 4 or value.casefold().strip() not in key


@given(value=st.text(max_size=40))
def test_a_normalised_value_is_already_normal(value):
    for kind in ("email", "phone", "account", "x", "mastodon"):
        normal = normalised(kind, value, "FR")
        if normal is not None:
            assert normalised(kind, normal, "FR") == normal

import re
import tomllib

import pytest

from report.wording import FOLDER, LANGUAGES, strong, wording

FRENCH = wording("fr")
ENGLISH = wording("en")

NBSP, NARROW = "\u00a0", "\u202f"


def test_both_languages_have_the_same_words():
    def shape(language):
        words = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
        return {
            (section, key)
            for section, inner in words.items()
            if isinstance(inner, dict)
            for key in inner
        }

    assert shape("fr") == shape("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_the_same_figures(language):
    own, other = wording(language).words, wording("en").words
    for section in ("sentences", "notes", "charts", "titles", "delivery"):
        for key, phrase in own[section].items():
            named = set(re.findall(r"{(\w+)}", phrase))
            assert named == set(re.findall(r"{(\w+)}", other[section][key])), key


def test_numbers_are_written_as_each_language_writes_them():
    assert (FRENCH.whole(12345.4), ENGLISH.whole(12345.4)) == (
        f"12{NARROW}345",
        "12,345",
    )
    assert (FRENCH.share(0.4418), ENGLISH.share(0.4418)) == (f"44{NBSP}%", "44%")
    assert (FRENCH.points(-0.0713), ENGLISH.points(0.01)) == (
        f"−7,1{NBSP}pt",
        f"+1.0{NBSP}pt",
    )


def test_a_difference_has_its_sign_unless_it_is_rounded_to_nothing():
    assert [FRENCH.signed_share(value) for value in (0.441, -0.2, -0.003, 0.003)] == [
        f"+44{NBSP}%",
        f"−20{NBSP}%",
        f"0{NBSP}%",
        f"0{NBSP}%",
    ]
    assert [FRENCH.signed(value) for value in (3.4, -3.4, -0.3)] == ["+3", "−3", "0"]


def test_a_number_that_is_not_known_is_a_dash():
    assert {
        FRENCH.whole(None),
        FRENCH.share(None),
        FRENCH.points(None),
        FRENCH.duration(None),
        FRENCH.until(None),
    } == {"–"}


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(45, "45 s"), (180, "3 min"), (7_200, "2 h"), (86_400, "24 h"), (604_800, "7 j")],
)
def test_durations_are_in_the_unit_that_says_most(seconds, written):
    assert FRENCH.duration(seconds) == written


def test_dates_are_written_as_each_language_writes_them():
    assert FRENCH.day("2026-03-02") == "2 mars 2026"
    assert ENGLISH.day("2026-03-02") == "2 March 2026"
    assert ENGLISH.until("2026-03-02T06:30:00") == "2 March 2026, 06:30"


def test_data_that_end_at_midnight_reach_the_day_before():
    assert ENGLISH.until("2026-03-18T00:00:00") == "17 March 2026"
    assert FRENCH.until("2026-03-01T00:00:00") == "28 février 2026"


def test_no_line_begins_with_french_punctuation():
    assert FRENCH.spaced("quoi ; « ça » : oui ?") == (
        f"quoi{NBSP}; «{NBSP}ça{NBSP}»{NBSP}: oui{NBSP}?"
    )
    assert ENGLISH.spaced("what : yes") == "what : yes"


def test_a_label_of_a_company_s_own_shows_as_it_is_called():
    assert FRENCH.reason("roaming_pass") == "roaming pass"


def test_nothing_a_company_writes_becomes_markup():
    assert strong("**<b>** & x") == "<strong>&lt;b&gt;</strong> &amp; x"


def test_an_owner_that_is_a_queue_s_number_is_nobody():
    action = {"owner": "{queue}", "queue": "360001", "count": 3}

    assert FRENCH.owner(action) == "service client"
    assert FRENCH.owner(action | {"queue": "Facturation"}) == "Facturation"

"""What can be seen of a page without a browser; the rest: `make browser`."""

import builtins
import re
from pathlib import Path

import pytest

from report import render
from report.render import SECTIONS
from schemas.errors import InputError
from tests.unit.report.companies import WEEK, a_group, in_week, weeks_like

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def facts(facts_of):
    """A week in which billing rose, with a little of everything."""
    answered = {"delivered_count": 1, "answered_count": 1, "csat_score": 4.0}
    ordinary = (
        a_group(120, channel="call", frustration_label="waiting", **answered),
        a_group(90, channel="email", intent_label="technical_issue", segment="b2b"),
    )
    grown = a_group(300, channel="call", is_within_expectation=False, **answered)
    return facts_of(
        *weeks_like(*ordinary, weeks=8), *in_week(WEEK, grown, *ordinary[1:])
    )


def has_pango():
    try:
        import weasyprint  # noqa: F401 - whether it can be, is the question
    except OSError:
        return False
    return True


def normalised(page):
    """Words and structure, a tag a line; style and drawings are not text."""
    page = re.sub(r"<(style|svg).*?</\1>", r"<\1/>", page, flags=re.DOTALL)
    page = re.sub(r"\s*\n\s*", "\n", re.sub(r"(<[a-z])", r"\n\1", page))
    return page.strip() + "\n"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_the_one_that_was_read_and_found_good(facts, language, request):
    """After a wanted change: delete the file, run this once, and read the difference."""
    golden = GOLDEN / f"{language}.html"
    page = normalised(render.html(facts, language))
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, encoding="utf-8")
        pytest.fail(f"{golden.name} was not there and is written: read and commit it")

    assert page == golden.read_text(encoding="utf-8")


def test_the_same_facts_give_the_same_bytes(facts):
    assert render.html(facts, "fr") == render.html(facts, "fr")


def test_the_page_needs_no_network_and_runs_no_script(facts):
    page = render.html(facts, "fr")

    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", page) == []
    assert re.findall(r"url\((?!#)", page) == []
    # Names of vocabularies look like addresses and are none.
    assert re.findall(r"://(?!www\.w3\.org/)", page) == []


def test_every_section_is_there_and_every_link_leads_to_one(facts):
    page = render.html(facts, "en")

    ids = set(re.findall(r'id="([^"]+)"', page))
    assert set(SECTIONS) <= ids
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_every_chart_is_named_in_words_and_fits_a_phone(facts):
    page = render.html(facts, "fr")

    figures = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    assert len(figures) >= 5
    for figure in figures:
        assert re.search(r'role="img" aria-label="[^"]{20,}"', figure)
        [width] = re.findall(r'<svg [^>]*?width="(\d+)"', figure)
        assert int(width) <= 400


def test_colours_of_the_screen_follow_the_theme_and_those_of_paper_do_not(facts):
    page = render.html(facts, "fr")

    drawn = "".join(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    assert "var(--main)" in drawn
    assert not re.findall(r"#1f5fa8", drawn)


def test_words_of_customers_are_never_markup(facts):
    facts["stories"][0]["quotations"] = [
        {
            "contact_id": "<x>",
            "language": "fr",
            "pieces": [["<script>alert(1)</script>", True]],
        }
    ]

    page = render.html(facts, "fr")

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.slow
def test_the_pdf_has_a_bookmark_for_every_section(facts):
    if not has_pango():
        # Nothing can be drawn here; what can be seen is that it is said.
        with pytest.raises(InputError, match="apt-get install libpango"):
            render.pdf(facts, "fr")
        return

    document = render.document(facts, "fr")
    [(title, _, below, _)] = document.make_bookmark_tree()

    assert title == "Ondine · Semaine 10"
    assert len(below) == len(SECTIONS)
    assert document.write_pdf().startswith(b"%PDF-1.7")


def test_a_missing_library_is_named_with_the_command_that_gets_it(facts, monkeypatch):
    real = builtins.__import__

    def without_pango(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pango)

    with pytest.raises(InputError, match="apt-get install libpango"):
        render.pdf(facts, "fr")


def test_contents_and_sections_have_the_same_titles(facts_of):
    for groups in (
        in_week(WEEK, a_group(40)),
        [*weeks_like(a_group(40), weeks=8), *in_week(WEEK, a_group(41))],
    ):
        page = render.html(facts_of(*groups), "en")
        contents = re.findall(r'<a href="#\w+">\d\. (.*?)</a>', page)
        sections = re.findall(r"<h2.*?>(?:<span.*?</span>)?\s*(.*?)</h2>", page)
        assert contents == sections


def test_contacts_without_words_are_said_to_be_no_reason(facts_of):
    silent = a_group(90, intent_label=None, frustration_score=None)
    before = weeks_like(a_group(300), weeks=8)
    said = "never marked"

    assert said in render.html(facts_of(*before, *in_week(WEEK, silent)), "en")
    assert said not in render.html(facts_of(*before, *in_week(WEEK, a_group(9))), "en")


@pytest.mark.parametrize(
    ("frustrated_after_long", "verdict", "said"),
    [
        (90, "above", "predicted more often"),
        (78, "unclear", "No clear difference"),
        (40, "below", "predicted less often"),
    ],
)
def test_waits_are_compared_by_a_test_and_not_by_their_intervals(
    facts_of, frustrated_after_long, verdict, said
):
    """259 of 469 and 90 of 133 have intervals that overlap, and differ."""

    def waits(count, seconds, score):
        return a_group(count, wait_seconds=seconds, frustration_score=score)

    facts = facts_of(
        *in_week(
            WEEK,
            waits(259, 30.0, 0.9),
            waits(469 - 259, 30.0, 0.1),
            waits(frustrated_after_long, 600.0, 0.9),
            waits(133 - frustrated_after_long, 600.0, 0.1),
        )
    )

    assert facts["promises"]["overrun_verdict"] == verdict
    assert said in render.html(facts, "en")


def test_a_satisfaction_of_fewer_answers_says_of_which(facts_of):
    """The first page's is of all answers, also about contacts without words."""
    answered = {"delivered_count": 1, "answered_count": 1, "csat_score": 5.0}
    silent = {"frustration_score": None, "intent_label": None}
    facts = facts_of(
        *in_week(
            WEEK,
            a_group(40, **answered),
            a_group(7, **answered, **silent),
            a_group(40, delivered_count=1),
        )
    )

    assert facts["key_figures"][1]["whole"] == 47
    for language, said in (
        ("en", "of the 40 answers about contacts with words"),
        ("fr", "des 40 réponses sur des contacts avec paroles"),
    ):
        assert said in render.html(facts, language)


def test_a_clock_of_one_reason_is_named_and_has_no_median_of_a_few(facts_of):
    social = {"channel": "social", "wait_seconds": None, "first_reply_seconds": 600.0}
    facts = facts_of(
        *in_week(
            WEEK,
            a_group(40, expected_seconds=86_400.0, **social),
            a_group(40, expected_seconds=86_400.0, intent_label=None, **social),
            a_group(5, expected_seconds=7_200.0, intent_label="complaint", **social),
        )
    )

    assert [
        (clock["intents"], clock["median_seconds"])
        for clock in facts["promises"]["clocks"]
    ] == [([], 600.0), (["complaint"], None)]
    assert "<td>social media (complaint)</td>" in render.html(facts, "en")


def test_the_only_clock_of_a_channel_is_not_named_after_a_reason(facts_of):
    facts = facts_of(*in_week(WEEK, a_group(40, intent_label="billing")))

    assert [clock["intents"] for clock in facts["promises"]["clocks"]] == [[]]

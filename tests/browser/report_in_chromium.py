"""The report's pages in a real browser: `make browser`, which fetches axe-core.

Not among the tests of `make test`: not every machine has a Chromium. What can be seen
without one is in tests/unit/report/test_page.py.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from report import render
from report.facts import gather
from report.settings import CompanySection, PathsSection, ReportSettings
from report.weeks import Week
from tests.unit.report.companies import WEEK, a_group, in_week, marts_of, weeks_like

AXE = Path(__file__).parents[2] / "var" / "axe" / "axe.min.js"

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A week in which billing rose, in both languages."""
    folder = tmp_path_factory.mktemp("company")
    company = ReportSettings(
        company=CompanySection(name="Ondine Télécom"),
        paths=PathsSection(marts="marts"),
        file=folder / "verbatim.toml",
    )
    answered = {"delivered_count": 1, "answered_count": 1, "csat_score": 4.0}
    ordinary = (
        a_group(120, channel="call", frustration_label="waiting", **answered),
        a_group(90, channel="email", intent_label="technical_issue", segment="b2b"),
        a_group(60, channel="social", intent_label="delivery", queue="Réseaux sociaux"),
    )
    grown = a_group(300, channel="call", is_within_expectation=False, **answered)
    marts_of(
        company.marts_file,
        *weeks_like(*ordinary, weeks=8),
        *in_week(WEEK, grown, *ordinary[1:]),
    )
    facts = gather(company.marts_file, Week(WEEK), company)
    written = {}
    for language in ("fr", "en"):
        written[language] = folder / f"{language}.html"
        written[language].write_text(render.html(facts, language), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def chromium():
    found = os.environ.get("CHROMIUM") or next(
        filter(
            None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
        ),
        None,
    )
    assert found, (
        "No Chromium: get one with `apt-get install chromium` (Debian), or name one in "
        "the variable CHROMIUM."
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(params=list(SIZES))
def page(request, chromium, pages, theme):
    """The French page, opened offline; whatever the console or the network says is kept."""
    width, height = SIZES[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, offline=True
    )
    opened = context.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("requestfailed", lambda request: opened.said.append(request.url))
    opened.goto(pages["fr"].as_uri())
    yield opened
    context.close()


def test_nothing_is_said_on_the_console_and_nothing_fetched(page):
    assert page.said == []


def test_nothing_scrolls_sideways(page):
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_every_chart_is_seen(page):
    charts = page.locator("figure svg")
    assert charts.count() >= 4
    for place in range(charts.count()):
        chart = charts.nth(place)
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 30
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]


def test_axe_finds_nothing_serious(page):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run()")

    assert [
        (v["id"], [n["target"] for n in v["nodes"]][:3])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ] == []


def test_links_of_the_first_page_lead_to_their_sections(page):
    for link in page.locator(".summary a, nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1

"""Facts → one self-contained HTML page in a language, and its PDF.

A function of the facts and nothing else: the same facts give the same bytes.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from report import charts
from report.wording import Wording, wording
from schemas.errors import InputError

Fact = dict[str, Any]

TEMPLATES = Path(__file__).parent / "templates"

SECTIONS = (
    "changes",
    "satisfaction",
    "journeys",
    "promises",
    "frustration",
    "trust",
    "restated",
    "actions",
)
"""After the first page, in reading order; numbered from 2."""

SHOWN_CELLS = 8
SHOWN_INTENTS = 5

GET_PANGO = (
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "(Debian, Ubuntu) or brew install pango (macOS)"
)


def html(facts: Fact, language: str) -> str:
    """The page as a browser shows it: dark and light, on paper and on a phone."""
    return _page(facts, language, themed=True)


def pdf(facts: Fact, language: str) -> bytes:
    """The page as PDF: A4, numbered, with bookmarks.

    Raises:
        InputError: a system library that draws text is missing; the message says how
            to get it.
    """
    made: bytes = document(facts, language).write_pdf()
    return made


def document(facts: Fact, language: str) -> Any:
    """The page laid out on paper: a WeasyPrint document.

    Raises:
        InputError: a system library that draws text is missing.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise InputError(
            f"No PDF can be made here: {error}.\nGet what is missing with: {GET_PANGO}; "
            "or leave it out: --format html"
        ) from error
    return HTML(string=_page(facts, language, themed=False)).render()


def _page(facts: Fact, language: str, *, themed: bool) -> str:
    w = wording(language)
    drawn = _drawn(json.dumps(facts, sort_keys=True), language)
    if themed:
        drawn = {name: charts.themed(svg) for name, svg in drawn.items()}
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            facts=facts,
            w=w,
            charts={name: Markup(svg) for name, svg in drawn.items()},
            alternatives=_alternatives(facts, w),
            css=Markup(_style("report") + (_style("screen") if themed else "")),
            sections={name: number for number, name in enumerate(SECTIONS, start=2)},
            figures={f["name"]: f for f in facts["key_figures"]},
            shown_cells=_shown_cells(facts),
            changes_title=_changes_title(facts),
            rest=_rest(facts),
            gauge=_gauge,
            colours=charts.THEMED.values() if themed else charts.THEMED.keys(),
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.do"],
    )
    environment.filters["zip"] = zip
    return environment


def _style(name: str) -> str:
    return (TEMPLATES / f"{name}.css").read_text(encoding="utf-8")


def _changes_title(facts: Fact) -> str:
    """What the section on changes is called, there and in the contents."""
    shown = _shown_cells(facts)
    if not shown:
        return "changes_alone"
    is_changed = any(cell["is_changed"] for cell in shown)
    return "changes" if is_changed else "changes_quiet"


def _shown_cells(facts: Fact) -> list[Fact]:
    return [c for c in facts["changes"]["cells"][:SHOWN_CELLS] if round(c["part"])]


def _rest(facts: Fact) -> Fact:
    """Everything not shown one by one, so that the table adds up."""
    shown = _shown_cells(facts)
    left = [cell for cell in facts["changes"]["cells"] if cell not in shown]
    return {
        "count": sum(cell["count"] for cell in left),
        "usual": sum(cell["usual"] for cell in left),
        "part": sum(cell["part"] for cell in left),
    }


@lru_cache(maxsize=2)
def _drawn(facts: str, language: str) -> dict[str, str]:
    """The charts of a page, drawn once for HTML and PDF."""
    return _charts(json.loads(facts), wording(language))


def _charts(facts: Fact, w: Wording) -> dict[str, str]:
    """Every chart there is enough data for."""
    drawn: dict[str, str] = {}
    figure = facts["key_figures"][0]
    if len(facts["history"]) > 1:
        drawn["history"] = charts.history(
            [
                {
                    "label": w.day(week["week"], "d/M"),
                    "count": week["count"],
                    "text": w.whole(week["count"]),
                }
                for week in facts["history"]
            ],
            figure["usual"],
        )
    cells = _shown_cells(facts)
    if cells:
        drawn["cells"] = charts.differences(
            [
                {
                    "name": f"{w.reason(c['intent'])} · {w.channel(c['channel'])}",
                    "part": c["part"],
                    "text": w.signed(c["part"]),
                    "is_changed": c["is_changed"],
                }
                for c in cells
            ]
        )
    for name, rows in _shares(facts, w).items():
        if rows:
            drawn[name] = charts.shares(rows)
    causes = _causes(facts)
    if causes:
        drawn["causes"] = charts.pairs(
            [
                {
                    "name": w.label(c["label"]),
                    "value": c["share"],
                    "usual": c["usual"],
                    "is_changed": c["is_changed"],
                }
                for c in causes
            ]
        )
    return drawn


def _causes(facts: Fact) -> list[Fact]:
    return [c for c in facts["frustration"]["causes"] if c["share"] is not None]


def _shares(facts: Fact, w: Wording) -> dict[str, list[Fact]]:
    """Rows of every chart of shares with intervals."""
    return {
        "satisfaction": [
            {
                "name": (
                    w.channel(row["value"])
                    if dimension == "channel"
                    else w.label(row["value"])
                ),
                **row["satisfied"],
                "usual": _value(row["usual_satisfied"]),
            }
            for dimension in ("channel", "is_synchronous", "segment", "is_out_of_hours")
            for row in facts["satisfaction"]["by"][dimension]
            if row["satisfied"] and row["value"] != "unknown"
        ],
        "promises": [
            {
                "name": f"{w.clock(row)}, {w.duration(row['expected_seconds'])}",
                **row["kept"],
                "usual": _value(row["usual_kept"]),
            }
            for row in facts["promises"]["clocks"]
            if row["kept"]
        ],
        "overrun": [
            {
                "name": w.say("overrun", str(row["position"])),
                **row["frustrated"],
                "usual": None,
            }
            for row in facts["promises"]["overrun"]
            if row["frustrated"]
        ],
        "responses": [
            {
                "name": w.label(row["survey_channel"]),
                **row["answered"],
                "usual": None,
                "band": row["band"],
            }
            for row in facts["trust"]["channels"]
            if row["answered"]
        ],
    }


def _alternatives(facts: Fact, w: Wording) -> dict[str, str]:
    """What each chart shows, in words."""
    figure = facts["key_figures"][0]
    history = ", ".join(
        f"{w.day(week['week'], 'd/M')} {w.whole(week['count'])}"
        for week in facts["history"]
    )
    if figure["usual"]:
        told = w.say(
            "charts",
            "history_alt",
            values=history,
            low=w.whole(figure["usual"]["low"]),
            high=w.whole(figure["usual"]["high"]),
        )
    else:
        told = w.say("charts", "history_alt_alone", values=history)
    cells = ", ".join(
        f"{w.reason(c['intent'])} {w.channel(c['channel'])} {w.signed(c['part'])}"
        for c in _shown_cells(facts)
    )
    causes = ", ".join(
        f"{w.label(c['label'])} {w.share(c['share'])} ({w.share(c['usual'])})"
        for c in _causes(facts)
    )
    shares = {
        name: w.say("charts", f"{name}_alt", values=_told(rows, w))
        for name, rows in _shares(facts, w).items()
    }
    return {
        "history": told,
        "cells": w.say("charts", "cells_alt", values=cells),
        "causes": w.say("charts", "causes_alt", values=causes),
        **shares,
    }


def _told(rows: Sequence[Fact], w: Wording) -> str:
    return ", ".join(f"{row['name']} {w.share(row['value'])}" for row in rows)


def _value(share: Fact | None) -> float | None:
    return share["value"] if share else None


def _gauge(figure: Fact) -> Fact | None:
    """Where a value lies beside its usual range, in per cent of a small drawing's width."""
    usual = figure["usual"]
    if usual is None or figure["value"] is None:
        return None
    low: float = min(usual["low"], figure["value"])
    high: float = max(usual["high"], figure["value"])
    room = (high - low) * 0.12 or 1.0
    start, width = low - room, high - low + 2 * room

    def place(value: float) -> float:
        return round(100 * (value - start) / width, 1)

    return {
        "low": place(usual["low"]),
        "width": round(place(usual["high"]) - place(usual["low"]), 1),
        "mid": place(usual["centre"]),
        "value": place(figure["value"]),
    }

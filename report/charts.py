"""Charts as SVG: one message each, legible without colour, small enough for a phone.

Altair describes them, vl-convert draws them: no browser, no network. Colours here are
names that the page's style sheet gives a light and a dark value (`themed`).
"""

import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

Fact = dict[str, Any]

WIDTH = 340
"""Pixels: what a phone of 390 shows without shrinking the letters."""

INK = "#1d2733"
SOFT = "#6b7785"
LINE = "#d5dbe1"
MAIN = "#1f5fa8"
BAND = "#dbe6f2"

THEMED = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    LINE: "var(--line)",
    MAIN: "var(--main)",
    BAND: "var(--band)",
}


def themed(svg: str) -> str:
    """The same chart in the colours of the page it stands in."""
    for colour, name in THEMED.items():
        svg = svg.replace(colour, name)
    return svg


def history(weeks: Sequence[Fact], usual: Fact | None) -> str:
    """A bar a week, the last one full, and the usual range as a band behind."""
    rows = [
        {"week": w["label"], **w, "now": place == len(weeks) - 1}
        for place, w in enumerate(weeks)
    ]
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("week:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
    )
    layers: list[Any] = []
    if usual:
        band = [{"low": usual["low"], "high": usual["high"], "mid": usual["centre"]}]
        behind = alt.Chart(_data(band))
        layers += [
            behind.mark_rect(color=BAND).encode(y="low:Q", y2="high:Q"),
            behind.mark_rule(color=SOFT, strokeDash=[3, 3]).encode(y="mid:Q"),
        ]
    layers += [
        base.mark_bar(size=20, stroke=MAIN, strokeWidth=1).encode(
            y=alt.Y(
                "count:Q",
                title=None,
                axis=alt.Axis(labels=False, ticks=False, domain=False),
            ),
            fill=alt.condition("datum.now", alt.value(MAIN), alt.value("none")),
        ),
        base.mark_text(dy=-6, color=INK, fontSize=11).encode(
            y="count:Q", text="text:N"
        ),
    ]
    return _draw(alt.layer(*layers).properties(width=WIDTH - 10, height=110))


def differences(cells: Sequence[Fact]) -> str:
    """Bars to either side of a usual week; filled where the change is more than noise."""
    rows = [
        {
            "name": c["name"],
            "part": c["part"],
            "text": c["text"],
            "new": c["is_changed"],
        }
        for c in cells
    ]
    base = alt.Chart(_data(rows)).encode(y=_names(rows))
    bars = base.mark_bar(size=13, stroke=MAIN, strokeWidth=1).encode(
        x=alt.X("part:Q", title=None, axis=None, scale=_room(rows, "part")),
        fill=alt.condition("datum.new", alt.value(MAIN), alt.value("none")),
    )
    right = base.transform_filter("datum.part >= 0").mark_text(
        align="left", dx=4, color=INK
    )
    left = base.transform_filter("datum.part < 0").mark_text(
        align="right", dx=-4, color=INK
    )
    zero = alt.Chart(_data([{"x": 0}])).mark_rule(color=SOFT).encode(x="x:Q")
    texts = [t.encode(x="part:Q", text="text:N") for t in (right, left)]
    return _draw(
        alt.layer(bars, *texts, zero).properties(width=WIDTH - 150, height=alt.Step(21))
    )


def shares(rows: Sequence[Fact]) -> str:
    """A dot with its interval a row; a hollow tick for the usual, a bar for a band.

    Rows: name, value, low, high, usual (may be null), band (may be null).
    """
    data = [
        {
            **{k: row.get(k) for k in ("name", "value", "low", "high", "usual")},
            "from": (row.get("band") or [None, None])[0],
            "to": (row.get("band") or [None, None])[1],
        }
        for row in rows
    ]
    base = alt.Chart(_data(data)).encode(y=_names(data))
    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=_per_cent([0, 0.25, 0.5, 0.75, 1]),
    )
    layers = [
        base.transform_filter("isValid(datum.from)")
        .mark_bar(size=16, color=BAND)
        .encode(x="from:Q", x2="to:Q"),
        base.mark_rule(color=MAIN, strokeWidth=2).encode(x="low:Q", x2="high:Q"),
        base.mark_point(filled=True, size=70, color=MAIN, opacity=1).encode(x=x),
        base.transform_filter("isValid(datum.usual)")
        .mark_tick(color=INK, thickness=2, size=15)
        .encode(x="usual:Q"),
    ]
    return _draw(alt.layer(*layers).properties(width=WIDTH - 130, height=alt.Step(25)))


def pairs(rows: Sequence[Fact]) -> str:
    """This week's dot beside the usual's tick, joined; filled where it is more than noise."""
    data = [
        {k: row[k] for k in ("name", "value", "usual", "is_changed")} for row in rows
    ]
    top = max(max(r["value"], r["usual"] or 0) for r in data)
    base = alt.Chart(_data(data)).encode(y=_names(data))
    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, top * 1.1]),
        axis=_per_cent(None),
    )
    known = base.transform_filter("isValid(datum.usual)")
    layers = [
        known.mark_rule(color=SOFT, strokeWidth=1).encode(x="usual:Q", x2="value:Q"),
        known.mark_tick(color=INK, thickness=2, size=13).encode(x="usual:Q"),
        base.mark_point(size=65, color=MAIN, opacity=1, strokeWidth=1.5).encode(
            x=x,
            fill=alt.condition("datum.is_changed", alt.value(MAIN), alt.value("none")),
        ),
    ]
    return _draw(alt.layer(*layers).properties(width=WIDTH - 170, height=alt.Step(22)))


def _data(rows: Sequence[Fact]) -> Any:
    return alt.InlineData(values=list(rows))


def _per_cent(values: Sequence[float] | None) -> Any:
    """Per cent as both languages can read them: `25 %`, the space not breaking."""
    return alt.Axis(
        values=values if values else alt.Undefined,
        tickCount=4,
        labelExpr="round(datum.value * 100) + '\u00a0%'",
        domain=False,
        grid=True,
        gridColor=LINE,
    )


def _names(rows: Sequence[Fact]) -> Any:
    return alt.Y(
        "name:N",
        sort=[row["name"] for row in rows],
        title=None,
        axis=alt.Axis(labelLimit=150, domain=False, ticks=False, labelPadding=6),
    )


def _room(rows: Sequence[Fact], name: str) -> Any:
    """A scale with room for the numbers at both ends."""
    low = min([0.0, *(row[name] for row in rows)])
    high = max([0.0, *(row[name] for row in rows)])
    room = (high - low or 1) * 0.22
    return alt.Scale(domain=[low - room if low < 0 else 0, high + room])


def _draw(chart: Any) -> str:
    settled = chart.configure(
        background="transparent",
        padding={"left": 14, "right": 10, "top": 4, "bottom": 4},
        font="Liberation Sans, Arial, sans-serif",
    )
    settled = settled.configure_view(stroke=None).configure_axis(
        labelColor=INK, tickColor=LINE, domainColor=SOFT, labelFontSize=11, grid=False
    )
    svg: str = vl_convert.vegalite_to_svg(settled.to_dict(), allowed_base_urls=[])
    # The page names the chart; what is inside is for eyes only.
    svg = re.sub(r' aria-[a-z]+="[^"]*"| role="[^"]*"', "", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)

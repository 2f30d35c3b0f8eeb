"""Masked quotations: a few words around the evidence, with the evidence marked."""

from collections.abc import Sequence
from typing import Any

from report.marts import Row

Fact = dict[str, Any]

LONGEST = 260
"""Characters of a quotation: about three lines on a page."""

PER_CELL = 3

SHORTEST_EVIDENCE = 5
"""Characters: the tagger also names single small words, which show a reader nothing."""


def quotations(candidates: Sequence[Row]) -> list[Fact]:
    """Up to three, of different contacts, no two alike."""
    chosen: list[Fact] = []
    seen: set[str] = set()
    for row in candidates:
        like = row["text"].casefold()[:60]
        if row["contact_id"] in seen or like in seen:
            continue
        seen |= {row["contact_id"], like}
        chosen.append(
            {
                "contact_id": row["contact_id"],
                "language": row["language"],
                "pieces": excerpt(
                    row["text"],
                    [(e["start"], e["end"]) for es in row["evidence"] for e in es],
                ),
            }
        )
        if len(chosen) == PER_CELL:
            break
    return chosen


def excerpt(text: str, spans: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """The text around its evidence as [words, is evidence] pieces.

    Spans are code points of `text`, end exclusive; neighbours are joined. A text
    longer than a quotation is cut at spaces, `…` where something is left out.
    """
    spans = [
        (s, e)
        for s, e in _joined([(s, e) for s, e in spans if 0 <= s < e <= len(text)])
        if e - s >= SHORTEST_EVIDENCE
    ]
    start, end = 0, len(text)
    if len(text) > LONGEST:
        first = spans[0][0] if spans else 0
        start = max(0, min(first - 60, len(text) - LONGEST))
        if start:
            start = max(start, text.find(" ", start, first) + 1)
        end = min(len(text), start + LONGEST)
        if end < len(text):
            # Behind the evidence; in the midst of a word where no word ends (an address).
            shown = spans[0][1] if spans else start
            cut = text.rfind(" ", shown, end)
            end = cut if cut > start else end
    pieces: list[list[Any]] = []
    at = start
    for s, e in spans:
        if e <= start or s >= end:
            continue
        s, e = max(s, start), min(e, end)
        pieces += [[text[at:s], False]] if s > at else []
        pieces.append([text[s:e], True])
        at = e
    if at < end:
        pieces.append([text[at:end], False])
    if start > 0:
        pieces.insert(0, ["… ", False])
    if end < len(text):
        pieces.append([" …", False])
    return pieces


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined

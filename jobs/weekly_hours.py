"""The settings' opening hours: spans of the company's weekdays, as they are written."""

from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WHOLE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A time in which the company is open, from midnight on by its own clock."""

    opens: timedelta
    closes: timedelta
    """At most the day's end, `24:00`."""


Written: TypeAlias = str | list[str]
"""`"08:00-20:00"`, or a list of them."""


def spans_of(written: Written) -> list[Span]:
    """The spans of one day, earliest first.

    Raises:
        ValueError: with every fault.
    """
    faults, spans = [], {}
    for part in [written] if isinstance(written, str) else written:
        try:
            spans[_span(part)] = part
        except ValueError as fault:
            faults.append(str(fault))
    found = sorted(spans)
    faults += [
        f"{spans[earlier]!r} and {spans[later]!r} overlap"
        for earlier, later in pairwise(found)
        if later.opens < earlier.closes
    ]
    if faults:
        raise ValueError("; ".join(faults))
    return found


def _span(written: str) -> Span:
    opens, _, closes = written.partition("-")
    try:
        # No clock shows 24:00, but people write it.
        span = Span(_at(opens), WHOLE_DAY if closes == "24:00" else _at(closes))
    except ValueError:
        raise ValueError(f"{written!r}: write it like '08:00-20:00'") from None
    if span.opens >= span.closes:
        raise ValueError(
            f"{written!r}: closes before it opens; write one over midnight as two spans, "
            f"'{opens}-24:00' on the first day and '00:00-{closes}' on the second"
        )
    return span


def _at(written: str) -> timedelta:
    clock = time.fromisoformat(written)
    if clock.tzinfo:
        raise ValueError("the zone is the company's")
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )


def _are_spans(written: Written) -> Written:
    spans_of(written)
    return written


Hours: TypeAlias = Annotated[Written, AfterValidator(_are_spans)]


class OpeningHours(BaseModel):
    """`"08:00-20:00"` per weekday in the company's time zone; absent means closed.

    With a break, a list: `["08:00-12:00", "14:00-18:00"]`. Until midnight: `"08:00-24:00"`;
    beyond it, the rest is the next day's: `["00:00-02:00", "08:00-24:00"]`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mon: Hours | None = None
    tue: Hours | None = None
    wed: Hours | None = None
    thu: Hours | None = None
    fri: Hours | None = None
    sat: Hours | None = None
    sun: Hours | None = None
    public_holidays: bool = False
    """Open on public holidays."""

    def of(self, day: str) -> list[Span]:
        """The spans of a weekday (`mon`), earliest first; none when closed."""
        written: Written | None = getattr(self, day)
        return [] if written is None else spans_of(written)
